/*--- yaml
id: evidence-tampering
title: Logs cleared, cut, narrowed or silenced
meaning: >-
  Within a day something was done to a machine's logs: cleared, records missing from the middle, audit narrowed, the clock
  moved, the sensor stopped, or a source that speaks every day fell silent. Each alone may be routine; together they are
  somebody who does not want to be seen, and what stands in the logs around it is worth the most.
level: high
attack: [T1070.001, T1562.002, T1070.006, T1562.001]
tactics: [defense-evasion]
phase: defense-evasion
sources: [tampering, gaps]
parameters:
  together: { default: 24 hours, meaning: what lies closer together on one machine is one finding }
  clock: { default: 300, meaning: seconds by which a clock must move }
  small_hole: { default: 12 hours, meaning: "a hole in the record numbers between two records this close is no overwritten log" }
  fleet: { default: 4, meaning: machines with the same on one day from which it is maintenance }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A machine set up anew, or a log cleared after it was archived.
  - A sensor that is updated; it stops and starts on many machines.
  - A log that is smaller than what is written between two exports; it loses its oldest records, not those in the middle.
blind:
  tampering: "Without Security and System logs of the machines, what was done to logs shows only in the holes it leaves."
  gaps: Sources without record numbers show silence only.
references:
  - https://attack.mitre.org/techniques/T1070/001/
  - https://attack.mitre.org/techniques/T1562/002/
---*/
WITH
deeds AS (
  SELECT host, account, kind, detail, seconds, time, event, stream FROM tampering
  WHERE time IS NOT NULL AND NOT (kind = 'time' AND abs(coalesce(seconds, 0)) < $clock)
),
same_day AS (SELECT kind, CAST(time AS DATE) AS day, count(DISTINCT host) AS machines FROM deeds GROUP BY ALL),
silent_days AS (SELECT kind, stream, CAST(since AS DATE) AS day, count(DISTINCT host) AS machines FROM gaps WHERE kind = 'silence' GROUP BY ALL),
done AS (
  SELECT d.host, d.account, d.kind, d.time, d.event, d.stream,
    CASE d.kind WHEN 'cleared' THEN coalesce('the log ' || nullif(d.detail, ''), 'a log that is not named') || ' was cleared' WHEN 'policy' THEN 'audit was narrowed'
      WHEN 'time' THEN format('the clock was moved by {:.0f} minutes', d.seconds / 60) WHEN 'sensor-stopped' THEN coalesce(d.detail, 'the sensor') || ' stopped'
      ELSE 'the sensor was set otherwise' END AS what,
    CASE WHEN s.machines >= $fleet THEN 0.1 ELSE CASE d.kind
      WHEN 'cleared' THEN CASE WHEN lower(d.detail) IN ('security', 'system', 'application') OR contains(lower(coalesce(d.detail, '')), 'sysmon') OR contains(lower(coalesce(d.detail, '')), 'powershell') THEN 0.8 ELSE 0.45 END
      WHEN 'policy' THEN 0.65 WHEN 'time' THEN 0.6 WHEN 'sensor-stopped' THEN 0.4 ELSE 0.25 END END AS weight
  FROM deeds d JOIN same_day s ON s.kind = d.kind AND s.day = CAST(d.time AS DATE)
),
-- What is missing, and the last event before it as its witness.
holes AS (
  SELECT bare_host(g.host) AS host, NULL::VARCHAR AS account, g.kind, g.since AS time, g.stream, rtrim(g.sentence, '.') AS what,
    CASE WHEN g.kind = 'records' THEN CASE WHEN g.until - g.since <= CAST($small_hole AS INTERVAL) THEN 0.7 ELSE 0.35 END
      WHEN s.machines >= $fleet THEN 0.1 ELSE ramp(g.missing, 1, 10) * 0.3 + 0.15 END AS weight
  FROM gaps g LEFT JOIN silent_days s ON s.kind = g.kind AND s.stream = g.stream AND s.day = CAST(g.since AS DATE)
  WHERE g.since IS NOT NULL AND g.host <> ''
),
witnessed AS (
  SELECT h.*, (SELECT min(e.event) FROM events e WHERE e.stream = h.stream AND e.host = h.host
    AND e.time >= h.time AND e.time < h.time + INTERVAL 1 MILLISECOND) AS event
  FROM holes h
),
signs AS (
  SELECT host, account, kind, time, event, stream, what, weight FROM done
  UNION ALL SELECT host, account, kind, time, event, stream, what, weight FROM witnessed WHERE event IS NOT NULL
),
steps AS (SELECT *, time - lag(time) OVER (PARTITION BY host ORDER BY time, event, what) > CAST($together AS INTERVAL) AS apart FROM signs),
runs AS (SELECT *, count(*) FILTER (apart) OVER (PARTITION BY host ORDER BY time, event, what) AS run FROM steps),
-- Each kind counts once: ten policies narrowed are one intention.
kinds AS (SELECT host, run, kind, max(weight) AS weight FROM runs GROUP BY host, run, kind),
scores AS (SELECT host, run, 1 - exp(sum(ln(1 - weight))) AS score, count(*) AS kinds FROM kinds GROUP BY host, run),
sums AS (
  SELECT host, run, min(account) AS account, min(time) AS first, max(time) AS last, count(*) AS n, list(DISTINCT what ORDER BY what) AS what,
    events_of(time, event) AS events, min_by(stream, (time, event)) AS stream, bool_or(kind = 'cleared' AND weight > 0.5) AS cleared
  FROM runs GROUP BY host, run
)
SELECT score, format('On {}: {}{}.', host, array_to_string(what[1:5], '; '), CASE WHEN len(what) > 5 THEN format('; and {} more', len(what) - 5) ELSE '' END) AS why,
  host, account, first, last, n AS count, events, stream,
  CASE WHEN cleared THEN 'high' END AS level,
  struct_pack(signs := what[1:20], kinds := kinds) AS facts
FROM sums JOIN scores USING (host, run) WHERE score >= $min_score ORDER BY first, host
