/*--- yaml
id: calls-home
title: Machine calls the same place again and again, as by a clock
meaning: >-
  A machine asks one and the same name or address outside at even intervals, for days, and few other machines do. An
  implant asks for orders like that: with a fixed pause or one that varies around a mean, also with hours between two
  calls, and only while the machine is switched on. What varies and how evenly is said in the finding.
level: high
attack: [T1071.001, T1071.004, T1102.002, T1573, T1029]
tactics: [command-and-control]
phase: command-and-control
sources: [web, connections, dns]
parameters:
  min_calls: { default: 20, meaning: contacts a pair must have had; requests within 45 seconds are one }
  min_days: { default: 4, meaning: days on which it called }
  max_callers: { default: 0.3, meaning: "names that a larger share of all machines asks are not looked at (at least 40 machines)" }
  even: { default: 0.4, meaning: how far from the usual pause a pause may be to count as even }
  sleep: { default: 14 hours, meaning: longer pauses are nights and week-ends and do not count }
  known: { default: 14, meaning: days after the beginning of its log from which a destination counts as new }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - An updater, telemetry, a licence or mail check of software that only few machines have.
  - Monitoring or time synchronisation that somebody set up on purpose.
  - A web page left open that refreshes itself.
blind:
  web: "Without a proxy's or sensor's web log, several names behind one address cannot be told apart."
  connections: Without connections, calls past the proxy and those to bare addresses are not seen.
  dns: Calls that hide in questions to name servers are not seen.
references:
  - https://attack.mitre.org/techniques/T1071/
  - https://attack.mitre.org/techniques/T1102/002/
---*/
WITH
-- Addresses outside, told once each; what the web log names already is left to it.
outside AS (SELECT DISTINCT destination FROM connections),
named_by_web AS (SELECT DISTINCT source, address FROM web WHERE address IS NOT NULL),
contacts AS (
  SELECT 'web' AS way, source AS who, domain AS name, time, event, stream, bytes_up, agent AS program
  FROM web WHERE source IS NOT NULL AND domain IS NOT NULL AND time IS NOT NULL
  UNION ALL
  SELECT 'connection', c.source, coalesce(c.domain, c.destination), c.time, c.event, c.stream, c.bytes_up, c.process
  FROM connections c SEMI JOIN (SELECT destination FROM outside WHERE is_external(destination)) o ON o.destination = c.destination
  ANTI JOIN named_by_web w ON w.source = c.source AND w.address = c.destination
  WHERE c.source IS NOT NULL AND c.time IS NOT NULL
  UNION ALL
  SELECT 'dns', host, query, time, event, stream, NULL, process
  FROM dns WHERE host IS NOT NULL AND time IS NOT NULL AND coalesce(qtype, 'A') <> 'PTR' AND contains(query, '.')
),
pairs AS (
  SELECT way, who, name, count(*) AS n, count(DISTINCT CAST(time AS DATE)) AS days FROM contacts GROUP BY way, who, name
),
size AS (SELECT way, count(DISTINCT who) AS machines, count(DISTINCT name) AS names FROM pairs GROUP BY way),
-- Proxies and resolvers ask everything for everybody: what they ask is told of their clients. They are told by being
-- asked themselves, or by asking a large part of all names and many more than others do: after years each desk has asked
-- most of what the house asks at all.
served AS (
  SELECT destination AS who FROM connections WHERE port IN (53, 3128, 8080, 8118) AND NOT is_external(destination)
  GROUP BY destination HAVING count(DISTINCT source) >= 3
),
asking AS (SELECT way, who, count(*) AS asked FROM pairs GROUP BY way, who),
usually AS (SELECT way, median(asked) AS asked FROM asking GROUP BY way),
relays AS (
  SELECT a.way, a.who FROM asking a JOIN size s USING (way) JOIN usually u USING (way)
  WHERE s.machines >= 5 AND a.asked >= 20 AND a.asked > 0.3 * s.names AND a.asked > 4 * u.asked
  UNION SELECT way, who FROM size CROSS JOIN served
),
callers AS (SELECT way, name, count(*) AS callers FROM pairs GROUP BY way, name),
candidates AS (
  SELECT p.way, p.who, p.name, s.machines FROM pairs p JOIN size s USING (way) JOIN callers c USING (way, name)
  WHERE p.n >= $min_calls AND p.days >= $min_days AND p.n <= 1500 * p.days
    AND c.callers <= greatest(40, $max_callers * s.machines)
    AND NOT EXISTS (FROM relays r WHERE r.way = p.way AND r.who = p.who)
),
calls AS (
  SELECT c.*, machines, epoch(c.time) - lag(epoch(c.time)) OVER (PARTITION BY c.way, c.who, c.name ORDER BY c.time, c.event) AS since
  FROM contacts c JOIN candidates USING (way, who, name)
),
starts AS (
  SELECT * EXCLUDE (since), epoch(time) - lag(epoch(time)) OVER (PARTITION BY way, who, name ORDER BY time, event) AS pause
  FROM calls WHERE since IS NULL OR since > 45
),
usual AS (
  SELECT way, who, name, median(pause) FILTER (pause <= epoch(CAST($sleep AS INTERVAL))) AS pause, median(bytes_up) AS bytes_up
  FROM starts GROUP BY way, who, name
),
measured AS (
  SELECT way, who, name, min(machines) AS machines, count(*) AS calls, count(DISTINCT CAST(time AS DATE)) AS days,
    min(u.pause) AS usual,
    count(*) FILTER (s.pause <= epoch(CAST($sleep AS INTERVAL))) AS pauses,
    count(*) FILTER (abs(s.pause - u.pause) <= $even * u.pause AND s.pause <= epoch(CAST($sleep AS INTERVAL))) AS even_pauses,
    median(abs(s.pause - u.pause)) FILTER (s.pause <= epoch(CAST($sleep AS INTERVAL))) / nullif(min(u.pause), 0) AS jitter,
    CASE WHEN min(u.bytes_up) > 0 THEN median(abs(s.bytes_up - u.bytes_up)) / min(u.bytes_up) END AS spread,
    min(time) AS first, max(time) AS last, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    min(program) AS program
  FROM starts s JOIN usual u USING (way, who, name) GROUP BY way, who, name
),
regular AS (
  SELECT *, even_pauses / pauses AS even_share FROM measured
  WHERE calls >= $min_calls AND pauses >= 0.5 * $min_calls AND days >= $min_days AND usual >= 50
),
-- Who else is as regular with this name: an updater is, on many machines; people reading the same site are not.
peers AS (SELECT way, name, count(*) AS peers FROM regular WHERE even_share >= 0.6 GROUP BY way, name),
begins AS (SELECT way, min(time) AS begins FROM contacts GROUP BY way),
seen AS (SELECT way, name, min(time) AS seen FROM contacts SEMI JOIN regular USING (way, name) GROUP BY way, name),
scored AS (
  SELECT r.*, coalesce(p.peers, 1) AS peers, coalesce(h.host, r.who) AS host,
    date_diff('day', b.begins, s.seen) >= $known AS fresh, date_diff('day', b.begins, s.seen) AS late,
    (1 - ramp(coalesce(p.peers, 1), 3, greatest(10, 0.1 * r.machines)))
      -- Asked since the log begins, and by the clock to the minute: most likely a product of the house.
      * (CASE WHEN date_diff('day', b.begins, s.seen) >= $known THEN 1 WHEN r.jitter < 0.03 THEN 0.5 ELSE 0.7 END)
      * (0.6 * ramp(r.even_share, 0.5, 0.9) + 0.2 * (1 - ramp(coalesce(r.spread, 0.3), 0.1, 0.6)) + 0.2 * ramp(r.days, 3, 12)) AS score
  FROM regular r JOIN begins b USING (way) JOIN seen s USING (way, name) LEFT JOIN peers p USING (way, name)
  LEFT JOIN host_names h ON h.address = r.who
),
-- The same calls in several logs are one finding: that of the log that says most.
best AS (
  SELECT *, row_number() OVER (PARTITION BY host, site_of(name) ORDER BY score DESC, way DESC, name, who) AS place
  FROM scored WHERE score >= $min_score
)
SELECT score,
  format('{} asked {} {} times on {} days, usually every {}; {:.0f} % of the pauses are within {:.0f} % of that{}. {} of {} machines ask it as evenly{}.',
    host, name, calls, days,
    CASE WHEN usual < 90 THEN format('{:.0f} s', usual) WHEN usual < 5400 THEN format('{:.0f} min', usual / 60) ELSE format('{:.1f} h', usual / 3600) END,
    100 * even_share, 100 * $even, CASE WHEN spread <= 0.1 THEN ', with nearly the same amount sent each time' ELSE '' END,
    peers, machines, CASE WHEN fresh THEN format('; nobody asked it in the first {} days of the log', late) ELSE '' END) AS why,
  host, CASE WHEN is_external(name) THEN name END AS address, first, last, calls AS count, events, stream,
  [CASE WHEN is_external(name) THEN 'address:' || name ELSE 'domain:' || name END,
    CASE WHEN way <> 'web' AND NOT regexp_matches(program, '(?i)^C:\\(Windows|Program Files)') THEN 'file:' || program END] AS entities,
  struct_pack(destination := name, seen_in := way, usual_pause_seconds := round(usual), even_share := round(even_share, 2),
    jitter := round(jitter, 2), days := days, machines_as_even := peers) AS facts,
  CASE WHEN NOT fresh THEN ['It was asked since the log begins: when it began is not known.'] END AS caveats
FROM best WHERE place = 1
ORDER BY first, host, name
