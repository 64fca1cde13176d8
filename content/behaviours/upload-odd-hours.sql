/*--- yaml
id: upload-odd-hours
title: Large upload at an hour when the machine is otherwise idle
meaning: >-
  Much more went out of a machine than came back, at night or at a week-end, to a place it does not regularly send to.
  Collected files leave a network like that.
level: high
attack: [T1048, T1567.002, T1041, T1029]
tactics: [exfiltration]
phase: exfiltration
sources: [connections, web]
parameters:
  min_megabytes: { default: 10, meaning: sent within six hours to one place }
  ratio: { default: 4, meaning: how many times more must go out than come back }
  routine_days: { default: 4, meaning: "days on which the machine sent as much to the same place; from then on it is routine" }
  quiet_share: { default: 0.12, meaning: "share of the machine's own traffic that may fall into such hours, so that they count as idle" }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - A backup or a synchronisation to a cloud service; it recurs at the same hour.
  - Somebody who works at night or in another time zone and sends large files.
blind:
  connections: "Without connections, what was sent is known only where the proxy logs it; most proxies log what came back."
  web: Without the proxy's log, the place behind it is not known.
references:
  - https://attack.mitre.org/techniques/T1048/
  - https://attack.mitre.org/techniques/T1029/
---*/
WITH
sent AS (
  SELECT source AS who, destination, domain, time, event, stream, bytes_up, coalesce(bytes_down, 0) AS bytes_down FROM connections
  WHERE bytes_up >= 100000 AND time IS NOT NULL AND source IS NOT NULL
  UNION ALL
  SELECT source, address, domain, time, event, stream, bytes_up, coalesce(bytes_down, 0) FROM web
  WHERE bytes_up >= 100000 AND time IS NOT NULL AND source IS NOT NULL
),
-- What leaves through a proxy goes to an inside address: one that asks outside for others.
proxies AS (
  SELECT c.destination AS address FROM connections c
  WHERE c.port IN (3128, 8080, 8118, 8000, 80, 443) AND NOT is_external(c.destination) GROUP BY c.destination HAVING count(DISTINCT c.source) >= 3
),
leaving AS (
  SELECT s.*, p.address IS NOT NULL AS through_proxy FROM sent s LEFT JOIN proxies p ON p.address = s.destination
  WHERE (p.address IS NOT NULL OR is_external(s.destination) OR s.destination IS NULL) AND s.who NOT IN (SELECT address FROM proxies)
),
-- Idle hours by the machine's own habit: hour of the day, working day or week-end.
habit AS (
  SELECT source AS who, isodow(time) > 5 AS weekend, hour(time) AS hour, count(*) AS n FROM connections
  WHERE source IN (SELECT who FROM leaving) AND time IS NOT NULL GROUP BY source, weekend, hour
),
habits AS (SELECT who, weekend, hour, n / sum(n) OVER (PARTITION BY who) AS share, sum(n) OVER (PARTITION BY who) AS whole FROM habit),
named AS (
  SELECT l.*, coalesce(l.domain, (SELECT arg_max(w.domain, (coalesce(w.bytes_up, 0), w.seconds, w.domain)) FROM web w
    WHERE l.through_proxy AND w.source = l.who AND w.time BETWEEN l.time - INTERVAL 5 SECONDS AND l.time + INTERVAL 10 MINUTES
      AND w.method IN ('POST', 'PUT', 'CONNECT', 'PATCH'))) AS place
  FROM leaving l
),
sums AS (
  SELECT who, coalesce(place, destination) AS place, time_bucket(INTERVAL 6 HOURS, time) AS span, sum(bytes_up)::BIGINT AS up, sum(bytes_down)::BIGINT AS down,
    min(time) AS first, max(time) AS last, count(*) AS n, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    arg_max(hour(time), (bytes_up, time)) AS hour, arg_max(isodow(time) > 5, (bytes_up, time)) AS weekend
  FROM named GROUP BY who, coalesce(place, destination), span
),
large AS (SELECT *, count(DISTINCT CAST(span AS DATE)) OVER (PARTITION BY who, place) AS days FROM sums WHERE up >= $min_megabytes * 1000000 AND up >= $ratio * down),
scored AS (
  SELECT l.*, coalesce(h.host, l.who) AS host, coalesce(b.share, 0) AS share,
    CASE WHEN l.days >= $routine_days THEN 0 ELSE
      0.5 * (1 - ramp(coalesce(b.share, 0), 0.005, $quiet_share / 6)) + 0.25 * ramp(l.up / 1e6, $min_megabytes, 20 * $min_megabytes) + 0.25 * CAST(l.days = 1 AS INTEGER) END AS score
  FROM large l LEFT JOIN habits b ON b.who = l.who AND b.hour = l.hour AND b.weekend = l.weekend
  LEFT JOIN host_names h ON h.address = l.who
  WHERE (SELECT max(whole) FROM habits a WHERE a.who = l.who) >= 200
)
SELECT score,
  format('{} sent {:.0f} MB to {} from {} UTC on and got {:.1f} MB back; {:.1f} % of its connections fall into such an hour, and it sent as much there on {} day(s) in all.',
    host, up / 1e6, coalesce(place, 'an unknown place'), strftime(first, '%Y-%m-%d %H:%M'), down / 1e6, 100 * share, days) AS why,
  host, CASE WHEN is_external(place) THEN place END AS address, first, last, n AS count, events, stream,
  [CASE WHEN NOT is_external(place) AND place IS NOT NULL THEN 'domain:' || place END] AS entities,
  struct_pack(sent_bytes := up, received_bytes := down, place := place, share_of_such_hours := round(share, 4)) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host, place
