/*--- yaml
id: lateral-movement
title: Account used from a machine it never came from
meaning: >-
  An account logs on at other machines from a machine it was never used on, or has its credentials passed there by
  another account. Who took over a machine goes on like that, with the passwords found on it.
level: high
attack: [T1021.001, T1021.002, T1021.006, T1078.002, T1550.002, T1550.003]
tactics: [lateral-movement]
phase: lateral-movement
sources: [logons]
parameters:
  history: { default: 21, meaning: days an account must have been seen before something is new to it }
  run: { default: 14 days, meaning: what follows the first log-on from a machine within this time belongs to one run }
  min_score: { default: 0.6, meaning: findings below are not reported }
  pushed: { default: 40, meaning: "machines reached in a run from which it is a tool's work (software distribution, scanner)" }
innocent:
  - Somebody who got a new machine or sits at a colleague's.
  - An administrator on duty who helps from a machine that is not the usual one.
  - A scanner, a software distribution or a backup with an account of its own.
blind:
  logons: "Without log-ons of the machines reached (4624), the domain controllers' tickets do not say where somebody went."
references:
  - https://attack.mitre.org/techniques/T1021/
  - https://attack.mitre.org/techniques/T1078/002/
---*/
WITH
-- A work station's address changes; its name does not. Where only an address is known, its neighbourhood stands for it.
moves AS (
  SELECT l.host, l.account, coalesce(h.host, l.source) AS source, h.host IS NULL AND contains(l.source, '.') AS by_address,
    l.type, l.explicit, l.by_account, l.time, l.event, l.stream
  FROM logons l LEFT JOIN host_names h ON h.address = l.source
  WHERE l.outcome = 'success' AND l.time IS NOT NULL AND l.account IS NOT NULL AND l.source IS NOT NULL
    AND NOT is_external(l.source) AND coalesce(h.host, l.source) <> l.host AND (l.type IN (3, 8, 9, 10) OR l.explicit)
),
origins AS (
  SELECT account, CASE WHEN by_address THEN line_prefix(source) ELSE source END AS origin, min(time) AS first FROM moves GROUP BY ALL
),
-- When the logs of log-ons begin: an account that is seldom used may be new in them and yet not new.
logs AS (SELECT min(first) AS begin FROM origins),
accounts AS (SELECT account, min(first) AS seen, count(*) AS origins, date_diff('day', min(first), max(first)) AS span FROM origins GROUP BY account),
-- How often an account is new somewhere at all; who wanders is not strange for it.
habit AS (SELECT account, count(*) FILTER (o.first >= a.seen + to_days($history)) AS late FROM origins o JOIN accounts a USING (account) GROUP BY account),
hosts AS (SELECT account, host, min(time) AS first FROM moves GROUP BY account, host),
-- Machines that many log on to from elsewhere are servers: nobody sits there.
servers AS (SELECT host FROM moves GROUP BY host HAVING count(DISTINCT account) >= 5),
hours AS (SELECT account, hour(time) AS hour, count(*) AS n FROM moves GROUP BY account, hour),
whole AS (SELECT account, sum(n) AS whole FROM hours GROUP BY account),
fresh AS (
  SELECT m.*, o.origin, h.first = m.time OR m.time < h.first + CAST($run AS INTERVAL) AS new_host, t.n AS hour_n, w.whole, b.late,
    m.source IN (FROM servers) AS from_server,
    EXISTS (FROM moves e WHERE e.account = m.account AND e.host = m.source AND e.time BETWEEN m.time - INTERVAL 10 HOURS AND m.time) AS came_there
  FROM moves m JOIN origins o ON o.account = m.account AND o.origin = CASE WHEN m.by_address THEN line_prefix(m.source) ELSE m.source END
    JOIN accounts a ON a.account = m.account JOIN hosts h ON h.account = m.account AND h.host = m.host
    JOIN hours t ON t.account = m.account AND t.hour = hour(m.time) JOIN whole w ON w.account = m.account
    JOIN habit b ON b.account = m.account
  WHERE m.time < o.first + CAST($run AS INTERVAL) AND (o.first >= a.seen + to_days($history)
    -- From a server nobody sits at, any other origin before it is enough.
    OR (m.source IN (FROM servers) AND o.first >= a.seen + INTERVAL 1 DAY AND o.first >= (SELECT begin FROM logs) + to_days($history)))
),
sums AS (
  SELECT account, source, min(time) AS first, max(time) AS last, count(*) AS n, count(DISTINCT host) AS reached,
    count(DISTINCT host) FILTER (new_host) AS new_hosts, bool_or(type = 10) AS desktop, bool_or(explicit) AS explicit,
    min(by_account) FILTER (explicit) AS by_account, bool_or(from_server) AS from_server, bool_and(came_there) AS came_there, -- of the account's other log-ons
    greatest(0, min(hour_n) - count(*)) / greatest(1, min(whole) - count(*)) AS hour_share, min(late) AS late,
    list(DISTINCT host ORDER BY host) AS hosts, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream
  FROM fresh GROUP BY account, source
),
scored AS (
  SELECT *, (1 - ramp(late, 4, 14)) * (1 - ramp(reached, 0.5 * $pushed, $pushed)) * clamp(0.35
    + 0.15 * CAST(new_hosts > 0 AS INTEGER) + 0.15 * ramp(reached, 1, 5) + 0.15 * (1 - ramp(hour_share, 0.01, 0.06))
    + 0.1 * CAST(explicit AS INTEGER) + 0.2 * CAST(from_server AS INTEGER) - 0.25 * CAST(came_there AS INTEGER)) AS score
  FROM sums
)
SELECT score,
  format('{} was used from {} for the first time{} and reached {} machine(s) from there ({}), {} of them new to it; {:.1f} % of its log-ons fall into such an hour{}.',
    account, source, CASE WHEN from_server AND NOT came_there THEN ', a server it had not logged on to before that' ELSE '' END, reached, array_to_string(hosts[1:6], ', '), new_hosts, 100 * hour_share,
    CASE WHEN explicit THEN '; its password was passed by ' || CASE WHEN by_account = account THEN 'a program under the same name' ELSE coalesce(by_account, 'another account') END ELSE '' END) AS why,
  CASE WHEN reached = 1 THEN hosts[1] END AS host, account, CASE WHEN contains(source, '.') OR contains(source, ':') THEN source END AS address, first, last, n AS count, events, stream,
  list_transform(hosts[1:50], h -> 'host:' || h) AS acted,
  ['host:' || source, 'account:' || by_account] AS entities,
  struct_pack(from_machine := source, machines := hosts[1:50], new_machines := new_hosts, hour_share := round(hour_share, 4), remote_desktop := desktop) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, account, source
