/*--- yaml
id: mesh-logins
title: Account used through a mesh of home lines
meaning: >
  Somebody logs on as this person over many lines that are nobody's usual ones: home connections used once, for minutes,
  and never again, with one and the same client behind all of them. That is how an operator looks who hides behind
  hijacked home routers; a traveller keeps his own device and stays for days.
level: high
attack: [T1078, T1090.003, T1133, T1665]
tactics: [initial-access, command-and-control, defense-evasion]
phase: initial-access
sources: [logins, mailbox_access]
parameters:
  min_score: { default: 0.5, meaning: findings below are not reported }
  own_days: { default: 5, meaning: an address is the account's own line when it was used on so many days }
  own_span: { default: 14, meaning: "... that lie at least so many days apart, the first from the last" }
  stay: { default: 3, meaning: "an exit used on more days, or longer than so many days in all, is a place to stay, not an exit" }
  together: { default: 3, meaning: accounts on one exit within so many days of each other count as seen together }
  weight: { default: 0.1, meaning: visits less strange than this are left out }
innocent:
  - A traveller, with the own device on hotel, airport and mobile lines; the device then also appears on the own lines.
  - A new device first used away from home or office; it turns up on the own lines later.
  - Residential proxy or relay services that somebody uses for himself.
  - When logs name no client, a line of a new provider whose address changes daily, for its first ten days.
blind:
  logins: Log-ins are not seen; only reading of cloud mailboxes shows the lines.
  mailbox_access: Reading with a stolen token, without a log-in, is not seen.
references:
  - https://attack.mitre.org/techniques/T1090/003/
  - https://attack.mitre.org/techniques/T1665/
---*/
WITH
-- Every time somebody was let in, or read mail, from an address.
visits AS (
  SELECT time, account, address, client, device, session, event, stream FROM logins WHERE outcome = 'success'
  UNION ALL
  SELECT min(time), account, address, client, NULL, session, min_by(event, (time, event)), min_by(stream, (time, event))
  FROM mailbox_access GROUP BY account, address, client, session, time_bucket(INTERVAL 30 MINUTES, time)
),
lines AS (
  SELECT v.time, v.account, v.address, v.session, v.event, v.stream, v.client, v.device,
    -- what tells one client from another: the device where it is named, else what the program says of itself
    CASE WHEN v.client IS NULL AND v.device IS NULL THEN NULL ELSE concat_ws(' / ', v.device, v.client) END AS signature,
    -- the same program in another version
    regexp_replace(coalesce(v.client, ''), '[0-9.]+', '#', 'g') AS family,
    n.address IS NOT NULL AS outside, n.asn, n.kind, n.country, CAST(v.time AS DATE) AS day
  FROM visits v LEFT JOIN address_networks n USING (address)
  WHERE v.time IS NOT NULL AND v.account IS NOT NULL AND v.address IS NOT NULL
),
-- How each account uses each address.
uses AS (
  SELECT account, address, outside, asn, kind, country, count(DISTINCT day) AS days, min(time) AS first, max(time) AS last,
    count(*) AS visits, date_diff('day', min(day), max(day)) AS span
  FROM lines GROUP BY ALL
),
own_lines AS (SELECT account, address FROM uses WHERE NOT outside OR (days >= $own_days AND span >= $own_span)),
-- Addresses that are everyday to several people: an office, a carrier's shared address.
common AS (SELECT address FROM own_lines GROUP BY address HAVING count(*) >= 2),
-- Countries where the account, and where most of the house, is at home.
homes AS (
  SELECT account, country FROM uses SEMI JOIN own_lines USING (account, address) WHERE outside AND country IS NOT NULL
  UNION
  SELECT a.account, c.country FROM (SELECT DISTINCT account FROM uses) a,
    (SELECT country FROM uses SEMI JOIN own_lines USING (account, address) WHERE outside AND country IS NOT NULL
     GROUP BY country ORDER BY count(*) DESC, country LIMIT 1) c
),
-- A client is the account's own when a fair part of its days lies on own lines.
signatures AS (
  SELECT account, signature, family,
    count(DISTINCT day) FILTER (o.account IS NOT NULL) >= 0.2 * count(DISTINCT day) AS own
  FROM lines LEFT JOIN own_lines o USING (account, address) WHERE signature IS NOT NULL GROUP BY account, signature, family
),
families AS (SELECT account, family, bool_or(own) AS own FROM signatures GROUP BY account, family),
providers AS (SELECT account, asn, sum(days) AS days FROM uses WHERE outside AND asn IS NOT NULL GROUP BY account, asn),
settled AS (SELECT account, count(DISTINCT day) AS days FROM lines SEMI JOIN own_lines USING (account, address) GROUP BY account),
-- How often the own person comes at each hour of the week.
hours AS (
  SELECT account, isodow(time) > 5 AS weekend, hour(time) AS hour, count(*) AS visits,
    sum(count(*)) OVER (PARTITION BY account) AS all_visits
  FROM lines SEMI JOIN own_lines USING (account, address) GROUP BY account, weekend, hour
),
-- A visit over a line that is not the account's, where nobody stays, and how strange that is: kind of line times client.
strange AS (
  SELECT l.*,
    (CASE l.kind WHEN 'residential' THEN 1.0 WHEN 'mobile' THEN 0.4 WHEN 'business' THEN 0.35 WHEN 'education' THEN 0.35
       WHEN 'hosting' THEN 0.3 WHEN 'vpn' THEN 0.15 WHEN 'satellite' THEN 0.1 ELSE 0.7 END)
    * (CASE WHEN l.signature IS NULL THEN CASE WHEN p.days - u.days >= 10 THEN 0.05 ELSE 0.5 END
       WHEN s.own THEN 0.02 WHEN f.own THEN 0.35 ELSE 1.0 END) AS weight,
    EXISTS (FROM homes h WHERE h.account = l.account AND h.country = l.country) AS near,
    coalesce(h.visits, 0) < 0.01 * (SELECT max(x.all_visits) FROM hours x WHERE x.account = l.account) AS odd_hour
  FROM lines l
  JOIN uses u USING (account, address)
  ANTI JOIN own_lines o USING (account, address)
  ANTI JOIN common c USING (address)
  LEFT JOIN signatures s USING (account, signature)
  LEFT JOIN families f ON f.account = l.account AND f.family = l.family AND l.signature IS NOT NULL
  LEFT JOIN providers p ON p.account = l.account AND p.asn = l.asn
  LEFT JOIN hours h ON h.account = l.account AND h.weekend = (isodow(l.time) > 5) AND h.hour = hour(l.time)
  WHERE l.outside AND u.days <= $stay AND u.span <= $stay
),
exits AS (
  SELECT account, address, min(time) AS first, max(time) AS last, max(weight) AS weight, min(kind) AS kind, bool_or(near) AS near
  FROM strange WHERE weight >= $weight GROUP BY account, address
),
-- A client that several people have in common, on such exits only, and nobody on a line of his own.
operators AS (
  SELECT signature, count(DISTINCT account) AS accounts, count(DISTINCT address) AS exits
  FROM strange ANTI JOIN (SELECT signature FROM signatures WHERE own) USING (signature)
  WHERE weight >= $weight GROUP BY signature HAVING count(DISTINCT account) >= 2
),
shared AS (
  SELECT DISTINCT a.account, a.address, b.account AS other
  FROM exits a JOIN exits b ON a.address = b.address AND a.account <> b.account
    AND abs(date_diff('day', a.first, b.first)) <= $together
),
by_exit AS (
  SELECT account, count(*) AS exits, sum(weight) AS weight, count(*) FILTER (kind = 'residential') AS home_lines,
    count(*) FILTER (kind IS NULL) AS unknown_lines, count(*) FILTER (near) AS near,
    count(*) FILTER (address IN (SELECT address FROM shared s WHERE s.account = exits.account)) AS shared, max(last) AS last_exit,
    list('address:' || address ORDER BY weight DESC, first, address)[:120] AS addresses,
    CASE WHEN count(*) = 1 THEN min(address) END AS address
  FROM exits GROUP BY account
),
by_client AS (
  SELECT account, signature, count(DISTINCT address) AS exits FROM strange WHERE weight >= $weight AND signature IS NOT NULL
  GROUP BY account, signature
),
by_account AS (
  SELECT s.account, min(s.time) AS first, max(s.time) AS last, count(*) AS visits, events_of(s.time, s.event) AS events,
    min_by(s.stream, (s.time, s.event)) AS stream, count(DISTINCT s.day) AS days, avg(CASE WHEN s.odd_hour THEN 1 ELSE 0 END) AS odd,
    max(o.accounts) AS operator_accounts, max(o.exits) AS operator_exits,
    list(DISTINCT 'session:' || s.session ORDER BY 'session:' || s.session)[:30] AS sessions,
    list(DISTINCT 'device:' || s.device ORDER BY 'device:' || s.device)[:5] AS devices
  FROM strange s LEFT JOIN operators o USING (signature)
  WHERE s.weight >= $weight GROUP BY s.account
),
scored AS (
  SELECT *,
    e.weight * (1 + 0.2 * e.near / e.exits) * (1 + 0.3 * e.shared / e.exits) * (1 + 0.3 * a.odd)
      * CASE WHEN coalesce(t.days, 0) < $own_days THEN 0.5 ELSE 1 END
      * CASE WHEN a.operator_accounts IS NULL THEN 1 ELSE 1.4 END
      + CASE WHEN a.operator_exits >= 4 THEN 1.5 ELSE 0 END AS strangeness,
    coalesce(t.days, 0) AS own_days
  FROM by_account a JOIN by_exit e USING (account) LEFT JOIN settled t USING (account)
)
SELECT
  0.99 * (1 - exp(-strangeness / 2.6)) AS score,
  account, address, first, last, visits AS count, events, stream,
  format('{} was used {} times over {} that are nobody''s usual ones{}, each for at most {} days and never again{}{}{}; the account''s own lines show it on {} days.',
    account, visits, CASE WHEN exits = 1 THEN 'one line' ELSE exits || ' lines' END,
    CASE WHEN unknown_lines = exits THEN '' ELSE format(' ({} of them home connections, {} in countries where the account is at home)', home_lines, near) END,
    $stay,
    coalesce((SELECT format(', {} of them with one client that is not the person''s own ({})', c.exits, left(c.signature, 120))
      FROM by_client c WHERE c.account = scored.account ORDER BY c.exits DESC, c.signature LIMIT 1), ''),
    CASE WHEN shared > 0 THEN format('; on {} of them other accounts were used in the same days', shared) ELSE '' END,
    CASE WHEN operator_accounts IS NOT NULL THEN format('; the client is seen with {} accounts over {} such lines and on nobody''s own', operator_accounts, operator_exits) ELSE '' END,
    own_days) AS why,
  list_concat(addresses, sessions, devices,
    (SELECT list('client:' || c.signature ORDER BY c.exits DESC, c.signature)[:5] FROM by_client c WHERE c.account = scored.account)) AS entities,
  list_filter([
    CASE WHEN own_days < $own_days THEN 'little is known of the account''s own lines' END,
    CASE WHEN (SELECT max(time) FROM lines) - last_exit < INTERVAL 30 DAYS THEN 'the logs end soon after the last exit: that it never came back is not certain' END,
    CASE WHEN (SELECT count(*) FROM by_client c WHERE c.account = scored.account) = 0 THEN 'the logs name no client: a line whose address changes daily looks the same' END
  ], x -> x IS NOT NULL) AS caveats,
  {exits: exits, home_lines: home_lines, near_home: near, days: days, shared_exits: shared, odd_hours_percent: round(100 * odd),
    own_days: own_days} AS facts
FROM scored
WHERE 0.99 * (1 - exp(-strangeness / 2.6)) >= $min_score
ORDER BY score DESC, account
