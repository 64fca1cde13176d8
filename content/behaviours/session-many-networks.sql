/*--- yaml
id: session-many-networks
title: One session moves between networks that are nobody's own
meaning: >-
  Requests of one and the same session come from several providers' lines within minutes, or from several clients. A
  person's telephone changes between home and carrier; a session that hops between home lines of strangers is relayed,
  and one that changes its client was stolen.
level: high
attack: [T1550.004, T1539, T1090.003]
tactics: [defense-evasion, credential-access, command-and-control]
phase: initial-access
sources: [visits, mailbox_access]
parameters:
  hop: { default: 90 minutes, meaning: a change of network within this time is a hop }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A telephone between the network at home, a carrier and a hotel, with the own device.
  - A commercial VPN or relay service that changes its way out.
blind:
  visits: Log-ins were not handed in; only mailbox records carry sessions.
  mailbox_access: Only log-ins carry sessions; what was done under a stolen session is not seen.
references:
  - https://attack.mitre.org/techniques/T1550/004/
---*/
WITH
-- Every use of a session that is named, mailbox reading undigested.
used AS (
  SELECT v.account, v.session, v.time, v.event, v.stream, v.address, coalesce('AS' || v.asn, v.prefix) AS network, v.kind, v.country,
    v.signature, v.client, v.strange, v.own_client
  FROM visits v WHERE v.outcome = 'success' AND v.session IS NOT NULL AND v.outside
    -- only sessions that were on a strange line at all: nearly none are, and the rest would fill memory
    AND (v.account, v.session) IN (SELECT (account, session) FROM visits WHERE outcome = 'success' AND session IS NOT NULL AND strange >= 0.1)
),
moves AS (
  SELECT *, lag(network) OVER w AS before, lag(kind) OVER w AS kind_before, lag(time) OVER w AS time_before, lag(country) OVER w AS country_before,
    lag(strange) OVER w AS strange_before
  FROM used WINDOW w AS (PARTITION BY account, session ORDER BY time, event)
),
sessions AS (
  SELECT account, session, min(time) AS first, max(time) AS last, count(*) AS uses, count(DISTINCT network) AS networks,
    count(DISTINCT address) AS addresses, count(DISTINCT address) FILTER (strange >= 0.1) AS exits,
    -- from one stranger's fixed line to another's
    count(*) FILTER (before <> network AND time - time_before <= CAST($hop AS INTERVAL)
      AND strange >= 0.1 AND strange_before >= 0.1 AND coalesce(kind, 'residential') IN ('residential', 'hosting', 'business')
      AND coalesce(kind_before, 'residential') IN ('residential', 'hosting', 'business')) AS hops,
    count(*) FILTER (country_before <> country AND time - time_before <= CAST($hop AS INTERVAL) AND strange >= 0.1) AS borders,
    count(DISTINCT regexp_replace(signature, '[0-9.]+', '#', 'g')) FILTER (NOT own_client) AS foreign_clients,
    bool_or(own_client) AS own_client, list({t: time, e: event} ORDER BY time, event)[:100] AS marks, min_by(stream, (time, event)) AS stream,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:60] AS places,
    list(DISTINCT 'client:' || client ORDER BY 'client:' || client) FILTER (NOT own_client)[:5] AS clients
  FROM moves GROUP BY account, session
),
scored AS (
  SELECT *, 1 - exp(-(0.9 * hops + 0.4 * greatest(exits - 1, 0) + 0.3 * borders
    + CASE WHEN own_client AND foreign_clients > 0 AND exits > 0 THEN 1.0 ELSE 0 END) / 1.6) AS score
  FROM sessions WHERE exits >= 1 AND (exits >= 2 OR (own_client AND foreign_clients > 0))
),
by_account AS (
  SELECT account, min(first) AS first, max(last) AS last, sum(uses) AS uses, count(*) AS sessions, max(score) AS best, sum(exits) AS exits,
    sum(hops) AS hops, sum(borders) AS borders, max(networks) AS networks, bool_or(own_client AND foreign_clients > 0) AS changed,
    list_transform(list_sort(flatten(list(marks))), x -> x.e)[:100] AS events, min_by(stream, (first, session)) AS stream,
    list('session:' || session ORDER BY score DESC, session)[:60] AS names,
    list_sort(list_distinct(flatten(list(places))))[:100] AS places, list_sort(list_distinct(flatten(list(coalesce(clients, [])))))[:10] AS clients
  FROM scored WHERE score >= $min_score GROUP BY account
)
SELECT least(1 - (1 - best) * pow(0.97, sessions - 1), 0.98) AS score, account, CAST(NULL AS VARCHAR) AS address, first, last, uses AS count, events, stream,
  format('{} of {} {} used over up to {} networks, {} lines in all that are nobody''s usual ones{}{}{}.',
    CASE WHEN sessions = 1 THEN 'One session' ELSE sessions || ' sessions' END, account, CASE WHEN sessions = 1 THEN 'was' ELSE 'were' END, networks, exits,
    CASE WHEN hops > 0 THEN format('; {} times within {} from one stranger''s line to another', hops, $hop) ELSE '' END,
    CASE WHEN borders > 0 THEN format(', {} times across a border', borders) ELSE '' END,
    CASE WHEN changed THEN '; changed from the person''s own client to a foreign one' ELSE '' END) AS why,
  places AS entities, list_concat(names, clients) AS acted,
  list_filter([CASE WHEN NOT EXISTS (FROM settings WHERE name = 'networks_date') THEN 'no network table was given: which lines are home connections is not known' END], x -> x IS NOT NULL) AS caveats,
  {sessions: sessions, lines: exits, hops: hops, borders: borders, changed_client: changed} AS facts
FROM by_account ORDER BY score DESC, account
