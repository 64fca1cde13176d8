/*--- yaml
id: large-upload
title: Large upload to a place where files do not usually go
meaning: >-
  Much more went out of a machine than came back, to a place to which hardly any of our machines sends so much, and more
  than this machine sends anywhere else; or it went at an hour when the machine is otherwise idle. Collected files leave
  a network like that, at night or in the middle of a working day.
level: high
attack: [T1048, T1567.002, T1041, T1029]
tactics: [exfiltration]
phase: exfiltration
sources: [connections, web]
parameters:
  min_megabytes: { default: 10, meaning: sent within six hours to one place }
  ratio: { default: 4, meaning: how many times more must go out than come back }
  routine: { default: 0.3, meaning: "share of the days from the first to the last such upload on which the machine sent as much at that hour; from then on it is routine" }
  few: { default: 4, meaning: machines that may send as much to the same place so that the place is rare }
  quiet_share: { default: 0.12, meaning: "share of the machine's own traffic that may fall into such hours, so that they count as idle" }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - A backup or a synchronisation to a cloud service; it recurs at the same hour.
  - Somebody who sends large files to a partner over that partner's own service.
  - Somebody who works at night or in another time zone.
blind:
  connections: "Without connections, what was sent is known only where the proxy logs it; most proxies log what came back."
  web: Without the proxy's log, the place behind it is not known.
references:
  - https://attack.mitre.org/techniques/T1048/
  - https://attack.mitre.org/techniques/T1567/002/
  - https://attack.mitre.org/techniques/T1029/
---*/
WITH
sent AS (
  SELECT source AS who, destination, domain, time, event, stream, bytes_up, coalesce(bytes_down, 0) AS bytes_down, seconds FROM connections
  WHERE bytes_up >= 100000 AND time IS NOT NULL AND source IS NOT NULL
  UNION ALL
  SELECT source, address, domain, time, event, stream, bytes_up, coalesce(bytes_down, 0), seconds FROM web
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
-- A large one and all that went the same way within six hours.
spans AS (
  SELECT who, destination, time_bucket(INTERVAL 6 HOURS, time) AS span FROM leaving
  GROUP BY ALL HAVING sum(bytes_up) >= $min_megabytes * 1000000
),
-- Which of the sites the machine asked in that moment stands behind the proxy: the one whose request lasted as long.
behind AS (
  SELECT l.event, min_by(w.domain, (abs(coalesce(w.seconds, 0) - coalesce(l.seconds, 0)), abs(epoch(w.time) - epoch(l.time)), w.domain)) AS domain
  FROM leaving l JOIN spans s ON s.who = l.who AND s.destination = l.destination AND s.span = time_bucket(INTERVAL 6 HOURS, l.time)
    JOIN web w ON w.source = l.who AND w.time BETWEEN l.time - INTERVAL 5 SECONDS AND l.time + INTERVAL 10 MINUTES
  WHERE l.through_proxy AND l.domain IS NULL AND w.method IN ('POST', 'PUT', 'CONNECT', 'PATCH') GROUP BY l.event
),
named AS (SELECT l.*, coalesce(l.domain, b.domain, l.destination) AS place, time_bucket(INTERVAL 6 HOURS, l.time) AS span FROM leaving l LEFT JOIN behind b USING (event)),
every_large AS (
  SELECT who, place, span, sum(bytes_up)::BIGINT AS up, sum(bytes_down)::BIGINT AS down, min(time) AS first, max(time) AS last, count(*) AS n,
    list({'time': time, 'event': event} ORDER BY time, event)[1:100] AS parts, min_by(stream, (time, event)) AS stream,
    arg_max(hour(time), (bytes_up, time)) AS hour, arg_max(isodow(time) > 5, (bytes_up, time)) AS weekend
  FROM named GROUP BY who, place, span HAVING sum(bytes_up) >= $min_megabytes * 1000000 AND sum(bytes_up) >= $ratio * sum(bytes_down)
),
-- Day after day at the same hour is a backup, whether each time the place is known or not.
clockwork AS (
  SELECT who, hour FROM every_large GROUP BY who, hour
  HAVING count(DISTINCT CAST(span AS DATE)) >= greatest(4, $routine * (date_diff('day', min(first), max(first)) + 1))
),
large AS (SELECT l.* FROM every_large l ANTI JOIN clockwork c ON c.who = l.who AND c.hour = l.hour),
-- Idle hours by the machine's own habit: hour of the day, working day or week-end.
habit AS (
  SELECT source AS who, isodow(time) > 5 AS weekend, hour(time) AS hour, count(*) AS n FROM connections
  WHERE source IN (SELECT who FROM large) AND time IS NOT NULL GROUP BY source, weekend, hour
),
habits AS (SELECT who, weekend, hour, n / sum(n) OVER (PARTITION BY who) AS share, sum(n) OVER (PARTITION BY who) AS whole FROM habit),
fleet AS (SELECT count(DISTINCT source) AS machines FROM connections WHERE NOT is_external(source)),
senders AS (SELECT place, count(DISTINCT who) AS senders FROM large GROUP BY place),
elsewhere AS (SELECT who, count(DISTINCT place) AS places FROM large GROUP BY who),
sums AS (
  SELECT l.who, l.place, sum(up)::BIGINT AS up, sum(down)::BIGINT AS down, max(up) AS most, min(first) AS first, max(last) AS last, sum(l.n)::BIGINT AS n,
    list_transform(list_sort(flatten(list(parts ORDER BY first)))[1:100], p -> p.event) AS events, min_by(stream, first) AS stream,
    count(DISTINCT CAST(span AS DATE)) AS days, max(coalesce(b.share, 0)) AS share, arg_max(hour(first), (up, first)) AS hour, coalesce(max(b.whole), 0) AS whole
  FROM large l LEFT JOIN habits b ON b.who = l.who AND b.hour = l.hour AND b.weekend = l.weekend GROUP BY l.who, l.place
),
scored AS (
  SELECT s.*, coalesce(h.host, s.who) AS host, d.senders, f.machines,
    greatest(
      -- at an idle hour, once
      CASE WHEN days > 3 THEN 0 ELSE 0.5 * (1 - ramp(share, 0.005, $quiet_share / 6)) + 0.25 * ramp(most / 1e6, $min_megabytes, 20 * $min_megabytes) + 0.25 * CAST(days = 1 AS INTEGER) END,
      -- at any hour: a place for few, from a machine that sends so much nowhere else, out of a house where few send so much at all
      CASE WHEN f.machines < 20 THEN 0 ELSE (1 - ramp(d.senders, $few, 3 * $few)) * (1 - ramp(e.places, 2, 6))
        * (1 - ramp((SELECT count(*) FROM elsewhere) / f.machines, 0.1, 0.4))
        * (0.4 + 0.2 * ramp(days, 1, 4) + 0.2 * ramp(up / 1e6, $min_megabytes, 20 * $min_megabytes) + 0.1 * CAST(d.senders BETWEEN 2 AND $few AS INTEGER)) END) AS score
  FROM sums s JOIN senders d USING (place) JOIN elsewhere e USING (who) CROSS JOIN fleet f LEFT JOIN host_names h ON h.address = s.who
  WHERE s.whole >= 200
)
SELECT score,
  format('{} sent {:.0f} MB to {} on {} day(s) from {} UTC on, at most {:.0f} MB at once, and got {:.1f} MB back; {} of {} machines send so much there. {:.1f} % of its connections fall into such hours.',
    host, up / 1e6, coalesce(place, 'an unknown place'), days, strftime(first, '%Y-%m-%d %H:%M'), most / 1e6, down / 1e6, senders, machines, 100 * share) AS why,
  host, CASE WHEN is_external(place) THEN place END AS address, first, last, n AS count, events, stream,
  [CASE WHEN regexp_matches(place, '[g-z]') THEN 'domain:' || place END] AS entities,
  struct_pack(bytes_at_least := up, received_bytes := down, place := place, days := days, machines_sending := senders, share_of_such_hours := round(share, 4)) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host, place
