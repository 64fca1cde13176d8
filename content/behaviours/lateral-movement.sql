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
sources: [logons, tickets]
parameters:
  history: { default: 21, meaning: days an account must have been seen before something is new to it }
  run: { default: 14 days, meaning: what follows the first log-on from a machine within this time belongs to one run }
  min_score: { default: 0.6, meaning: findings below are not reported }
  days: { default: 8, meaning: days an account must have been seen on before what it seldom does is strange }
  seldom: { default: 0.2, meaning: "share of an account's days on which it comes from a server, up to which that is not its way" }
  pushed: { default: 40, meaning: "machines reached in a run from which it is a tool's work (software distribution, scanner)" }
innocent:
  - Somebody who got a new machine or sits at a colleague's.
  - An administrator on duty who helps from a machine that is not the usual one.
  - A scanner, a software distribution or a backup with an account of its own.
blind:
  logons: "Without log-ons of the machines reached (4624), only the domain controllers' tickets say where somebody went, and only of servers as the place he came from."
  tickets: "Without the domain controllers' tickets (4769), machines that kept no log-ons are not seen being reached."
references:
  - https://attack.mitre.org/techniques/T1021/
  - https://attack.mitre.org/techniques/T1078/002/
---*/
WITH
-- Addresses that many machines come to: a server, also when no log tells its name.
serving AS (
  SELECT destination AS address FROM (
    SELECT DISTINCT destination, source FROM connections
    WHERE port IN (22, 25, 80, 88, 135, 139, 389, 443, 445, 636, 1433, 3306, 3389, 5432, 5985, 5986) AND NOT is_external(destination) AND NOT is_external(source)
  ) GROUP BY destination HAVING count(*) >= 10
),
-- A work station's address changes; its name does not. Where only an address is known, its neighbourhood stands for it.
logged AS (
  SELECT l.host, l.account, coalesce(h.host, l.source) AS source, h.host IS NULL AND contains(l.source, '.') AS by_address,
    l.type, coalesce(l.explicit, false) AS explicit, l.by_account, false AS by_ticket, l.time, l.event, l.stream
  FROM logons l LEFT JOIN host_names h ON h.address = l.source
  WHERE l.outcome = 'success' AND l.time IS NOT NULL AND l.account IS NOT NULL AND l.source IS NOT NULL
    AND NOT is_external(l.source) AND coalesce(h.host, l.source) <> l.host AND (l.type IN (3, 8, 9, 10) OR l.explicit)
),
-- Machines that many log on to from elsewhere are servers: nobody sits there.
servers AS (
  SELECT host FROM (SELECT DISTINCT host, account FROM logged UNION SELECT DISTINCT host, account FROM tickets) GROUP BY host HAVING count(*) >= 5
  UNION SELECT address FROM serving
),
-- What machines without a log of their own were reached, as tickets tell that were asked for from a server.
asked AS (
  SELECT t.host, t.account, coalesce(h.host, t.source) AS source, h.host IS NULL AND contains(t.source, '.') AS by_address,
    3 AS type, false AS explicit, NULL::VARCHAR AS by_account, true AS by_ticket, t.time, t.event, t.stream
  FROM tickets t LEFT JOIN host_names h ON h.address = t.source
  WHERE t.time IS NOT NULL AND t.account IS NOT NULL AND t.host IS NOT NULL AND coalesce(h.host, t.source) IN (FROM servers) AND coalesce(h.host, t.source) <> t.host
),
moves AS (
  FROM logged UNION ALL BY NAME
  SELECT a.* FROM asked a ANTI JOIN logged l ON l.account = a.account AND l.host = a.host AND CAST(l.time AS DATE) = CAST(a.time AS DATE)
),
origins AS (
  SELECT account, CASE WHEN by_address THEN line_prefix(source) ELSE source END AS origin, min(time) AS first, count(DISTINCT CAST(time AS DATE)) AS days FROM moves GROUP BY ALL
),
-- When the logs of log-ons begin: an account that is seldom used may be new in them and yet not new.
logs AS (SELECT min(first) AS begin FROM origins),
accounts AS (SELECT account, min(first) AS seen, count(*) AS origins, date_diff('day', min(first), max(first)) AS span FROM origins GROUP BY account),
busy AS (
  SELECT account, count(*) AS days FROM (SELECT account, CAST(time AS DATE) AS day FROM moves UNION SELECT account, CAST(time AS DATE) FROM tickets) GROUP BY account
),
-- How often an account is new somewhere at all; who wanders is not strange for it.
habit AS (SELECT account, count(*) FILTER (o.first >= a.seen + to_days($history)) AS late FROM origins o JOIN accounts a USING (account) GROUP BY account),
hosts AS (SELECT account, host, min(time) AS first FROM moves GROUP BY account, host),
-- A way that many accounts go is the house's own.
ways AS (SELECT source, host FROM moves GROUP BY source, host HAVING count(DISTINCT account) >= 10),
hours AS (SELECT account, hour(time) AS hour, count(*) AS n FROM moves GROUP BY account, hour),
whole AS (SELECT account, sum(n) AS whole FROM hours GROUP BY account),
judged AS (
  SELECT m.*, o.origin, o.first AS origin_first, o.days AS origin_days, d.days AS known_days, o.days >= 10 AND 2 * o.days >= d.days AS main_origin, h.first = m.time OR m.time < h.first + CAST($run AS INTERVAL) AS new_host, t.n AS hour_n, w.whole, b.late,
    m.source IN (FROM servers) AS from_server, a.seen, CASE WHEN m.by_address THEN '(unnamed)' ELSE m.source END AS place,
    -- From a server nobody sits at, on few of the account's days, before or after: not the way it is used.
    m.source IN (FROM servers) AND d.days >= $days AND o.days <= $seldom * d.days AND NOT EXISTS (FROM ways y WHERE y.source = m.source AND y.host = m.host) AS seldom
  FROM moves m JOIN origins o ON o.account = m.account AND o.origin = CASE WHEN m.by_address THEN line_prefix(m.source) ELSE m.source END
    JOIN accounts a ON a.account = m.account JOIN hosts h ON h.account = m.account AND h.host = m.host
    JOIN hours t ON t.account = m.account AND t.hour = hour(m.time) JOIN whole w ON w.account = m.account
    JOIN habit b ON b.account = m.account JOIN busy d ON d.account = m.account
),
-- Who worked on a machine with a desktop or a shell may move on from there: where that machine keeps no log-ons its ticket
-- says so, and where only its address is known it may, for two hours, be any that no log tells the address of.
sat AS (
  SELECT account, host, time, time + INTERVAL 10 HOURS AS until FROM moves WHERE type = 10
  UNION ALL SELECT account, '(unnamed)', time, time + INTERVAL 2 HOURS FROM moves WHERE type = 10 AND host NOT IN (SELECT host FROM host_names)
  UNION ALL SELECT t.account, t.host, t.time, t.time + INTERVAL 10 HOURS FROM tickets t LEFT JOIN host_names h ON h.address = t.source
    WHERE coalesce(h.host, t.source) <> t.host AND t.host NOT IN (SELECT host FROM logged)
),
strange AS (
  SELECT *, EXISTS (FROM sat e WHERE e.account = j.account AND e.host = j.place AND e.time <= j.time AND e.until >= j.time) AS came_there FROM judged j
  WHERE seldom OR (NOT by_ticket AND NOT main_origin AND time < origin_first + CAST($run AS INTERVAL) AND (origin_first >= seen + to_days($history)
    -- From a server nobody sits at, any other origin before it is enough.
    OR (from_server AND origin_first >= seen + INTERVAL 1 DAY AND origin_first >= (SELECT begin FROM logs) + to_days($history))))
),
-- Who had logged on to the server himself moved on from there in the open.
fresh AS (FROM strange WHERE NOT (seldom AND came_there) OR (NOT by_ticket AND time < origin_first + CAST($run AS INTERVAL) AND origin_first >= seen + INTERVAL 1 DAY)),
sums AS (
  SELECT account, source, min(time) AS first, max(time) AS last, count(*) AS n, count(DISTINCT host) AS reached,
    count(DISTINCT host) FILTER (new_host) AS new_hosts, bool_or(type = 10) AS desktop, bool_or(explicit) AS explicit,
    min(by_account) FILTER (explicit) AS by_account, bool_or(from_server) AS from_server, bool_and(came_there) AS came_there, bool_or(seldom) AS seldom, min(origin_days) AS origin_days, min(known_days) AS known_days, -- of the account's other log-ons
    greatest(0, min(hour_n) - count(*)) / greatest(1, min(whole) - count(*)) AS hour_share, min(late) AS late,
    list(DISTINCT host ORDER BY host) AS hosts, list(DISTINCT host ORDER BY host) FILTER (by_ticket) AS by_tickets, list(DISTINCT host ORDER BY host) FILTER (NOT by_ticket) AS by_logs, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream
  FROM fresh GROUP BY account, source
),
scored AS (
  SELECT *, list_filter(coalesce(by_tickets, []), h -> NOT list_contains(coalesce(by_logs, []), h)) AS told_by_ticket, (1 - ramp(late, 4, 14)) * (1 - ramp(reached, 0.5 * $pushed, $pushed)) * clamp(0.35
    + 0.15 * CAST(new_hosts > 0 AS INTEGER) + 0.15 * ramp(reached, 1, 5) + 0.15 * (1 - ramp(hour_share, 0.01, 0.06))
    + 0.1 * CAST(explicit AS INTEGER) + 0.2 * CAST(from_server AS INTEGER) - 0.25 * CAST(came_there AS INTEGER)) AS score
  FROM sums
)
SELECT score,
  format('{} was used from {} {}{} and reached {} machine(s) from there ({}), {} of them new to it; {:.1f} % of its log-ons fall into such an hour{}.',
    account, source, CASE WHEN seldom AND origin_days > 1 THEN format('on {} of the {} days on which it was seen', origin_days, known_days) ELSE 'for the first time' END, CASE WHEN from_server AND NOT came_there THEN ', a server it had not logged on to before that' ELSE '' END, reached, array_to_string(hosts[1:6], ', '), new_hosts, 100 * hour_share,
    CASE WHEN explicit THEN '; its password was passed by ' || CASE WHEN by_account = account THEN 'a program under the same name' ELSE coalesce(by_account, 'another account') END ELSE '' END) AS why,
  CASE WHEN reached = 1 THEN hosts[1] END AS host, account, CASE WHEN contains(source, '.') OR contains(source, ':') THEN source END AS address, first, last, n AS count, events, stream,
  list_transform(hosts[1:50], h -> 'host:' || h) AS acted,
  ['host:' || source, 'account:' || by_account] AS entities,
  struct_pack(from_machine := source, machines := hosts[1:50], new_machines := new_hosts, hour_share := round(hour_share, 4), remote_desktop := desktop, days_from_there := origin_days, days_seen := known_days) AS facts,
  CASE WHEN len(told_by_ticket) > 0 THEN [format('That it went to {} is told by tickets of the domain controllers only.', array_to_string(told_by_ticket[1:6], ', '))] END AS caveats
FROM scored WHERE score >= $min_score ORDER BY first, account, source
