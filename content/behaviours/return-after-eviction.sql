/*--- yaml
id: return-after-eviction
title: Seen again after the eviction
meaning: >-
  The intruder was locked out on a known day, and afterwards something of his came back: a client, an exit or its
  neighbourhood that before that day was only seen on visits nobody's own. It came in, or it knocked.
level: critical
attack: [T1078, T1133]
tactics: [initial-access, persistence]
phase: initial-access
sources: [visits]
parameters:
  evicted: { default: "", meaning: "day of the eviction, 2024-03-01; empty: the one the case has decided, without one nothing is asked" }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - The same relay service or program, used by somebody else.
  - A home line that was given to another customer since.
blind:
  visits: No log-ins were handed in, so a return over them would not be seen.
references:
  - https://attack.mitre.org/techniques/T1078/
---*/
WITH
day AS (
  SELECT TRY_CAST(coalesce(nullif($evicted, ''), (SELECT min(value) FROM settings WHERE name = 'evicted')) AS TIMESTAMP) AS evicted
),
before AS (SELECT v.* FROM visits v, day d WHERE v.time < d.evicted AND v.outside),
after AS (SELECT v.* FROM visits v, day d WHERE v.time >= d.evicted AND v.outside AND NOT v.own_line AND NOT v.common AND NOT coalesce(v.own_client, false)),
own_signatures AS (SELECT DISTINCT signature FROM visits WHERE own_client),
-- What he used: clients nobody has at home, and the exits they came through.
clients AS (
  SELECT signature, count(DISTINCT account) AS accounts, count(DISTINCT address) AS exits, max(time) AS last
  FROM before ANTI JOIN own_signatures USING (signature)
  WHERE strange >= 0.3 AND signature IS NOT NULL GROUP BY signature HAVING count(DISTINCT address) >= 2
),
exits AS (
  SELECT address, min(prefix) AS prefix, max(time) AS last, count(DISTINCT account) AS accounts FROM before
  WHERE strange >= 0.3 AND signature IN (SELECT signature FROM clients) GROUP BY address
),
prefixes AS (SELECT prefix, max(last) AS last FROM exits WHERE prefix IS NOT NULL GROUP BY prefix),
again AS (
  SELECT a.*, c.signature IS NOT NULL AS same_client, x.address IS NOT NULL AS same_exit, p.prefix IS NOT NULL AS same_prefix,
    greatest(c.last, x.last, p.last) AS seen_before
  FROM after a LEFT JOIN clients c USING (signature) LEFT JOIN exits x ON x.address = a.address LEFT JOIN prefixes p ON p.prefix = a.prefix
  WHERE c.signature IS NOT NULL OR x.address IS NOT NULL OR (p.prefix IS NOT NULL AND a.strange >= 0.3)
),
by_account AS (
  SELECT account, min(time) AS first, max(time) AS last, count(*) AS visits, count(*) FILTER (outcome = 'success') AS got_in, events_of(time, event) AS events,
    min_by(stream, (time, event)) AS stream, bool_or(same_client) AS same_client, bool_or(same_exit) AS same_exit, bool_or(same_prefix) AS same_prefix,
    max(seen_before) AS seen_before, count(DISTINCT address) AS addresses, min(address) AS address,
    min(signature) FILTER (same_client) AS client,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:60] AS places,
    list(DISTINCT 'client:' || client ORDER BY 'client:' || client)[:10] AS clients,
    list(DISTINCT 'device:' || device ORDER BY 'device:' || device)[:10] AS devices
  FROM again GROUP BY account
),
scored AS (
  SELECT *, 1 - (1 - CASE WHEN same_client THEN 0.8 ELSE 0 END) * (1 - CASE WHEN same_exit THEN 0.7 ELSE 0 END)
    * (1 - CASE WHEN same_prefix AND NOT same_exit THEN 0.3 ELSE 0 END) * (1 - CASE WHEN got_in > 0 THEN 0.2 ELSE 0 END) AS score
  FROM by_account
)
SELECT least(score, 0.98) AS score, CASE WHEN got_in > 0 THEN account END AS account, CASE WHEN addresses = 1 THEN address END AS address,
  first, last, visits AS count, events, stream,
  format('{} days after the eviction {} {} again with {}: {} of {} visits got in; last seen before it on {}.', date_diff('day', (SELECT evicted FROM day), first), account,
    CASE WHEN got_in > 0 THEN 'was used' ELSE 'was tried' END,
    concat_ws(' and ', CASE WHEN same_client THEN format('a client of the intruder ({})', left(client, 100)) END, CASE WHEN same_exit THEN 'one of his exits' END,
      CASE WHEN same_prefix AND NOT same_exit THEN 'an address beside one of his exits' END),
    got_in, visits, strftime(seen_before, '%Y-%m-%d')) AS why,
  ['account:' || account] AS entities, list_concat(places, clients, devices) AS acted,
  {visits: visits, got_in: got_in, same_client: same_client, same_exit: same_exit} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, first, account
