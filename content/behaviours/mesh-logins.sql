/*--- yaml
id: mesh-logins
title: Account used through a mesh of home lines
meaning: >-
  Somebody logs on as this person over many lines that are nobody's usual ones: home connections used once, for minutes,
  and never again, with one and the same client behind all of them. That is how an operator looks who hides behind
  hijacked home routers; a traveller keeps his own device and stays for days.
level: high
attack: [T1078, T1090.003, T1133, T1665]
tactics: [initial-access, command-and-control, defense-evasion]
phase: initial-access
sources: [visits]
parameters:
  min_score: { default: 0.5, meaning: findings below are not reported }
  together: { default: 3, meaning: accounts on one exit within so many days of each other count as seen together }
  weight: { default: 0.1, meaning: visits less strange than this are left out }
innocent:
  - A traveller, with the own device on hotel, airport and mobile lines; the device then also appears on the own lines.
  - A new device first used away from home or office; it turns up on the own lines later.
  - Residential proxy or relay services that somebody uses for himself.
  - When logs name no client, a line of a new provider whose address changes daily, for its first ten days.
blind:
  visits: Neither log-ins nor readings of mailboxes were handed in.
references:
  - https://attack.mitre.org/techniques/T1090/003/
  - https://attack.mitre.org/techniques/T1665/
---*/
WITH
-- Visits nearly as strange as the strangest of the account: what merely looks odd beside them is not dated with them.
strange AS (
  SELECT *, strange AS weight, CAST(time AS DATE) AS day FROM visits WHERE outcome = 'success' AND strange >= $weight
  QUALIFY strange > 0.5 * max(strange) OVER (PARTITION BY account)
),
exits AS (
  SELECT account, address, min(time) AS first, max(time) AS last, max(weight) AS weight, min(kind) AS kind, bool_or(near) AS near
  FROM strange GROUP BY account, address
),
-- A client that several people have in common, on such exits only, and nobody on a line of his own.
operators AS (
  SELECT signature, count(DISTINCT account) AS accounts, count(DISTINCT address) AS exits
  FROM strange ANTI JOIN (SELECT signature FROM visits WHERE own_client) USING (signature)
  GROUP BY signature HAVING count(DISTINCT account) >= 2
),
shared AS (
  SELECT DISTINCT a.account, a.address, b.account AS other
  FROM exits a JOIN exits b ON a.address = b.address AND a.account <> b.account
    AND abs(date_diff('day', a.first, b.first)) <= $together
),
by_exit AS (
  SELECT account, count(*) AS exits, CAST(sum(CAST(weight AS DECIMAL(9, 6))) AS DOUBLE) AS weight, count(*) FILTER (kind = 'residential') AS home_lines,
    count(*) FILTER (kind IS NULL) AS unknown_lines, count(*) FILTER (near) AS near,
    count(*) FILTER (address IN (SELECT address FROM shared s WHERE s.account = exits.account)) AS shared, max(last) AS last_exit,
    list('address:' || address ORDER BY weight DESC, first, address)[:120] AS addresses,
    CASE WHEN count(*) = 1 THEN min(address) END AS address
  FROM exits GROUP BY account
),
by_client AS (
  SELECT account, signature, count(DISTINCT address) AS exits FROM strange WHERE signature IS NOT NULL
  GROUP BY account, signature
),
-- A version of a well-known program that nobody has at home and two and more came with, over lines that are nobody's: the
-- program says nothing, this copy of it does.
rare_clients AS (
  SELECT client FROM visits WHERE outcome = 'success' AND client IS NOT NULL GROUP BY client
  HAVING NOT bool_or(own_line OR common OR coalesce(own_client, false)) AND count(DISTINCT account) >= 2 AND count(DISTINCT line) >= 3
),
hands AS (
  SELECT account, list(DISTINCT 'client:' || client ORDER BY 'client:' || client)[:8] AS copies
  FROM visits SEMI JOIN rare_clients USING (client) WHERE outcome = 'success' GROUP BY account
),
by_account AS (
  SELECT s.account, min(s.time) AS first, max(s.time) AS last, count(*) AS visits, events_of(s.time, s.event) AS events,
    min_by(s.stream, (s.time, s.event)) AS stream, count(DISTINCT s.day) AS days, avg(CASE WHEN s.odd_hour THEN 1 ELSE 0 END) AS odd, max(s.own_days) AS own_days,
    max(o.accounts) AS operator_accounts, max(o.exits) AS operator_exits,
    list(DISTINCT 'session:' || s.session ORDER BY 'session:' || s.session)[:30] AS sessions,
    list(DISTINCT 'device:' || s.device ORDER BY 'device:' || s.device)[:8] AS devices,
    list(DISTINCT 'client:' || s.client ORDER BY 'client:' || s.client) FILTER (NOT coalesce(s.known_client, false))[:8] AS clients
  FROM strange s LEFT JOIN operators o USING (signature)
  GROUP BY s.account
),
-- Before the first of them, over a home line just as fleeting, with a program known here or named by no log: nothing by itself.
before AS (
  SELECT v.account, v.time, v.event, v.stream, v.address, v.service, v.signature IS NOT NULL AS named
  FROM visits v JOIN by_account a ON v.account = a.account AND v.time < a.first
  WHERE v.outcome = 'success' AND v.strange >= $weight AND v.kind = 'residential'
  QUALIFY row_number() OVER (PARTITION BY v.account ORDER BY v.time, v.event) = 1
),
scored AS (
  SELECT *,
    e.weight * (1 + 0.2 * e.near / e.exits) * (1 + 0.3 * e.shared / e.exits) * (1 + 0.3 * a.odd)
      * CASE WHEN a.own_days < 5 THEN 0.5 ELSE 1 END
      * CASE WHEN a.operator_accounts IS NULL THEN 1 ELSE 1.4 END
      + CASE WHEN a.operator_exits >= 4 THEN 1.5 ELSE 0 END AS strangeness
  FROM by_account a JOIN by_exit e USING (account) LEFT JOIN hands h USING (account)
)
SELECT
  0.99 * (1 - exp(-strangeness / 2.6)) AS score,
  account, address, first, last, visits AS count, events, stream,
  format('{} was used {} times over {}{}, each for three days at most and never again{}{}{}; the account''s own lines show it on {} days.',
    account, visits, CASE WHEN exits = 1 THEN 'one line that is nobody''s usual one' ELSE exits || ' lines that are nobody''s usual ones' END,
    CASE WHEN unknown_lines = exits THEN '' ELSE format(' ({} of them home connections, {} in countries where the account is at home)', home_lines, near) END,
    coalesce((SELECT format(', {} of them with one client that is not the person''s own ({})', c.exits, left(c.signature, 120))
      FROM by_client c WHERE c.account = scored.account ORDER BY c.exits DESC, c.signature LIMIT 1), ''),
    CASE WHEN shared > 0 THEN format('; on {} of them other accounts were used in the same days', shared) ELSE '' END,
    CASE WHEN operator_accounts IS NOT NULL THEN format('; the client is seen with {} accounts over {} such lines, and on nobody''s own', operator_accounts, operator_exits) ELSE '' END,
    own_days) AS why,
  list_concat(addresses, sessions, devices, list_distinct(list_concat(coalesce(clients, []), coalesce(copies, [])))) AS acted,
  list_filter([
    CASE WHEN NOT EXISTS (FROM settings WHERE name = 'networks_date') THEN 'no network table was given: which lines are home connections is not known' END,
    CASE WHEN own_days < 5 THEN 'little is known of the account''s own lines' END,
    CASE WHEN (SELECT max(time) FROM visits) - last_exit < INTERVAL 30 DAYS THEN 'the logs end soon after the last exit: that it never came back is not certain' END,
    CASE WHEN (SELECT count(*) FROM by_client c WHERE c.account = scored.account) = 0 THEN 'the logs name no client: a line whose address changes daily looks the same' END
  ], x -> x IS NOT NULL) AS caveats,
  (SELECT {time: b.time, event: b.event, stream: b.stream, account: b.account, address: b.address,
    why: format('{} over a home connection used for three days at most, {}: his first exit, or the person.', b.service,
      CASE WHEN b.named THEN 'with a program known here' ELSE 'by a client the log does not name' END)}
    FROM before b WHERE b.account = scored.account) AS earlier,
  {exits: exits, home_lines: home_lines, near_home: near, days: days, shared_exits: shared, odd_hours_percent: round(100 * odd),
    own_days: own_days} AS facts
FROM scored
WHERE 0.99 * (1 - exp(-strangeness / 2.6)) >= $min_score
ORDER BY score DESC, account
