/*--- yaml
id: visits
title: Who came over which line with which client, and how unlike himself
# Derived: every log-on and every half hour of mailbox reading, beside what is usual for the account.
# An account's MAIN LINE is inside, or carries 15 % of its days (5 and more, over 14 and more) and is no server or relay. A client is its OWN when a
# fifth of its days lies on main lines. A line is its OWN when it is a main one, or was used on 5 days over 14 with own
# clients (or unnamed ones): an intruder who comes back to an exit does not make it the victim's. A line is COMMON when it is
# the own one of two accounts and more (an office, a carrier's shared address). A program is the HOUSE's when every tenth
# account has it. `strange` multiplies the kind of line with the client: 0 on own and common lines, 1 for a client that
# nobody has at home, on a home line used once. An unnamed client counts only where nothing else tells the client.
reads: [logins, mailbox_access]
columns:
  account: VARCHAR
  address: VARCHAR
  line: VARCHAR         # the address; of IPv6 its /48, in which one line has many addresses
  outcome: VARCHAR      # success, failure, stopped
  service: VARCHAR
  client: VARCHAR
  device: VARCHAR
  session: VARCHAR
  signature: VARCHAR    # device and client: what tells one client from another; NULL when the log names neither
  outside: BOOLEAN
  prefix: VARCHAR
  asn: BIGINT
  kind: VARCHAR
  country: VARCHAR
  own_line: BOOLEAN
  common: BOOLEAN
  own_client: BOOLEAN   # NULL when there is no signature
  known_client: BOOLEAN # own, or a program the house knows that is not one device with two people
  near: BOOLEAN         # in a country where the account or the house is at home
  odd_hour: BOOLEAN     # an hour of the week at which the account hardly ever comes over its own lines
  own_days: BIGINT      # days on which the account is known from its own lines
  strange: DOUBLE
---*/
WITH
seen AS (
  SELECT time, account, address, outcome, service, client, device, session, event, stream, flags FROM logins
  UNION ALL
  -- the first record of each half hour, found by its time: records carried along as texts would fill memory, numbers do not
  SELECT time, account, address, 'success', 'mailbox', client, NULL, session, event, stream, flags
  FROM (
    SELECT m.time, m.account, m.address, m.client, m.session, m.event, m.stream, h.flags
    FROM (SELECT *, time_bucket(INTERVAL 30 MINUTES, time) AS half_hour FROM mailbox_access) m
    JOIN (
      SELECT account, address, client, session, time_bucket(INTERVAL 30 MINUTES, time) AS half_hour, min(time) AS first, bit_or(flags) AS flags
      FROM mailbox_access GROUP BY ALL
    ) h ON m.time = h.first AND m.half_hour = h.half_hour AND m.account IS NOT DISTINCT FROM h.account
      AND m.address IS NOT DISTINCT FROM h.address AND m.client IS NOT DISTINCT FROM h.client AND m.session IS NOT DISTINCT FROM h.session
    QUALIFY row_number() OVER (PARTITION BY m.account, m.address, m.client, m.session, m.half_hour ORDER BY m.event) = 1
  )
),
lines AS (
  SELECT s.*, CASE WHEN client IS NULL AND device IS NULL THEN NULL ELSE concat_ws(' / ', device, client) END AS signature,
    CASE WHEN client IS NULL AND device IS NULL THEN NULL ELSE regexp_replace(coalesce(client, ''), '[0-9.]+', '#', 'g') END AS family,
    CASE WHEN contains(address, ':') THEN line_prefix(address) ELSE address END AS line,
    n.address IS NOT NULL AS outside, n.prefix, n.asn, n.kind, n.country, CAST(time AS DATE) AS day
  FROM seen s LEFT JOIN address_networks n USING (address)
  WHERE time IS NOT NULL AND account IS NOT NULL AND address IS NOT NULL
),
passed AS (SELECT * FROM lines WHERE outcome = 'success'),
uses AS (
  SELECT account, line, bool_or(outside) AS outside, min(asn) AS asn, min(country) AS country, min(kind) AS kind, count(DISTINCT day) AS days,
    date_diff('day', min(day), max(day)) AS span
  FROM passed GROUP BY account, line
),
main_lines AS (
  SELECT account, line FROM uses JOIN (SELECT account, count(DISTINCT day) AS all_days FROM passed WHERE outside GROUP BY account) USING (account)
  WHERE outside AND days >= 5 AND span >= 14 AND days >= 0.15 * all_days AND coalesce(kind, '') NOT IN ('hosting', 'vpn')
  UNION ALL
  SELECT account, line FROM uses WHERE NOT outside
),
signatures AS (
  SELECT account, signature, min(family) AS family,
    count(DISTINCT day) FILTER (m.account IS NOT NULL) >= 0.2 * count(DISTINCT day) AS own
  FROM passed LEFT JOIN main_lines m USING (account, line) WHERE signature IS NOT NULL GROUP BY account, signature
),
families AS (SELECT account, family, bool_or(own) AS own FROM signatures GROUP BY account, family),
programs AS (
  SELECT family, count(DISTINCT account) >= greatest(5, 0.1 * (SELECT count(DISTINCT account) FROM passed)) OR count(DISTINCT account) FILTER (own) >= 3 AS house
  FROM signatures GROUP BY family
),
-- One device or rare program with two people, tries that failed included: whose is it?
sharers AS (SELECT signature, count(DISTINCT account) AS accounts FROM lines WHERE signature IS NOT NULL GROUP BY signature),
named AS (SELECT DISTINCT account, line FROM passed WHERE signature IS NOT NULL),
kept AS (
  SELECT account, line FROM passed LEFT JOIN signatures s USING (account, signature) WHERE outside GROUP BY account, line
  HAVING count(DISTINCT day) >= 5 AND date_diff('day', min(day), max(day)) >= 14
    AND 2 * count(DISTINCT day) FILTER (s.own) >= count(DISTINCT day) FILTER (signature IS NOT NULL)
    AND (coalesce(min(kind), '') NOT IN ('hosting', 'vpn') OR bool_or(s.own))
),
own_lines AS (SELECT account, line, country, outside FROM uses SEMI JOIN (FROM main_lines UNION FROM kept) USING (account, line)),
common_lines AS (SELECT line FROM own_lines GROUP BY line HAVING count(*) >= 2),
homes AS (
  SELECT account, country FROM own_lines WHERE outside AND country IS NOT NULL
  UNION
  SELECT a.account, c.country FROM (SELECT DISTINCT account FROM lines) a,
    (SELECT country FROM own_lines WHERE outside AND country IS NOT NULL GROUP BY country ORDER BY count(*) DESC, country LIMIT 1) c
),
-- Without a client in the log, a provider the account comes from on many days is its own, whatever the address.
providers AS (SELECT account, asn, sum(days) AS days FROM uses WHERE outside AND asn IS NOT NULL GROUP BY account, asn),
settled AS (SELECT account, count(DISTINCT day) AS days, count(*) AS visits FROM passed SEMI JOIN own_lines USING (account, line) GROUP BY account),
hours AS (
  SELECT account, isodow(time) > 5 AS weekend, hour(time) AS hour, count(*) AS visits
  FROM passed SEMI JOIN own_lines USING (account, line) GROUP BY account, weekend, hour
)
SELECT l.time, l.event, l.stream, l.flags, l.account, l.address, l.line, l.outcome, l.service, l.client, l.device, l.session, l.signature,
  l.outside, l.prefix, l.asn, l.kind, l.country,
  o.account IS NOT NULL AS own_line, c.line IS NOT NULL AS common,
  CASE WHEN l.signature IS NOT NULL THEN coalesce(s.own, false) END AS own_client,
  CASE WHEN l.signature IS NOT NULL THEN coalesce(s.own, false)
    OR (coalesce(f.own, false) OR coalesce(g.house, false)) AND NOT (l.device IS NOT NULL AND k.accounts >= 2) END AS known_client,
  h.country IS NOT NULL AS near,
  coalesce(t.visits, 0) >= 20 AND coalesce(w.visits, 0) < 0.01 * t.visits AS odd_hour,
  coalesce(t.days, 0) AS own_days,
  CASE WHEN NOT l.outside OR o.account IS NOT NULL OR c.line IS NOT NULL THEN 0 ELSE
    (CASE l.kind WHEN 'residential' THEN 1.0 WHEN 'hosting' THEN 0.3 WHEN 'education' THEN 0.2 WHEN 'mobile' THEN 0.15
       WHEN 'business' THEN 0.15 WHEN 'vpn' THEN 0.1 WHEN 'satellite' THEN 0.05 ELSE 0.6 END)
    * (CASE WHEN l.signature IS NULL THEN CASE WHEN n.account IS NOT NULL THEN 0 WHEN p.days - coalesce(u.days, 0) >= 10 THEN 0.05 ELSE 0.5 END
       WHEN s.own THEN 0.02
       WHEN f.own OR g.house THEN CASE WHEN l.device IS NOT NULL AND k.accounts >= 2 THEN 0.8 ELSE 0.15 END
       WHEN k.accounts >= 2 THEN 1.0 ELSE 0.6 END)
    * CASE WHEN u.days > 3 OR u.span > 3 THEN 0.3 ELSE 1 END END AS strange
FROM lines l
LEFT JOIN uses u ON u.account = l.account AND u.line = l.line
LEFT JOIN own_lines o ON o.account = l.account AND o.line = l.line
LEFT JOIN common_lines c ON c.line = l.line
LEFT JOIN signatures s ON s.account = l.account AND s.signature = l.signature
LEFT JOIN families f ON f.account = l.account AND f.family = l.family
LEFT JOIN programs g ON g.family = l.family
LEFT JOIN sharers k ON k.signature = l.signature
LEFT JOIN named n ON n.account = l.account AND n.line = l.line
LEFT JOIN providers p ON p.account = l.account AND p.asn = l.asn
LEFT JOIN homes h ON h.account = l.account AND h.country = l.country
LEFT JOIN settled t ON t.account = l.account
LEFT JOIN hours w ON w.account = l.account AND w.weekend = (isodow(l.time) > 5) AND w.hour = hour(l.time)
