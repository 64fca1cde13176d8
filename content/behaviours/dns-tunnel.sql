/*--- yaml
id: dns-tunnel
title: Data carried in questions to name servers
meaning: >-
  A machine asks for very many different long names below one domain. The names are no names but data, cut into pieces
  and encoded; the answers carry the way back.
level: high
attack: [T1071.004, T1572, T1048]
tactics: [command-and-control, exfiltration]
phase: command-and-control
sources: [dns]
parameters:
  min_names: { default: 40, meaning: different names below one domain }
  long: { default: 20, meaning: letters of what stands before the domain from which a name is long }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - Virus scanners, reputation services and content networks that ask in names; many machines ask them.
  - Block lists asked by mail servers.
blind:
  dns: Without questions to name servers nothing of this is seen.
references:
  - https://attack.mitre.org/techniques/T1071/004/
---*/
WITH
names AS (
  SELECT host AS who, site, query, left(query, greatest(0, length(query) - length(site) - 1)) AS label,
    count(*) AS n, count(*) FILTER (qtype IN ('TXT', 'NULL', 'CNAME', 'MX', 'SRV', 'KEY')) AS odd,
    min(time) AS first, max(time) AS last, min_by(event, (time, event)) AS event, min_by(stream, (time, event)) AS stream
  FROM dns WHERE host IS NOT NULL AND time IS NOT NULL AND length(query) > length(site) AND NOT ends_with(query, '.arpa')
    AND NOT ends_with(query, '.local')
  GROUP BY who, site, query
),
machines AS (SELECT count(DISTINCT host) AS machines FROM dns),
callers AS (SELECT site, count(DISTINCT who) AS callers FROM names GROUP BY site),
sums AS (
  SELECT who, site, count(*) AS names, sum(n)::BIGINT AS questions, avg(length(label)) AS length,
    count(*) FILTER (length(label) >= $long) / count(*) AS long_share,
    -- Encoded data have digits and letters mixed, or very many different letters; words have vowels and few digits.
    count(*) FILTER (length(label) >= $long AND (regexp_matches(label, '[0-9]') OR length(regexp_replace(label, '[^aeiou]', '', 'g')) < 0.28 * length(label))) / count(*) AS coded_share,
    sum(odd) / sum(n) AS odd_share, min(first) AS first, max(last) AS last, events_of(first, event) AS events, min_by(stream, (first, event)) AS stream,
    min_by(query, (first, event)) AS example
  FROM names GROUP BY who, site HAVING count(*) >= $min_names
),
scored AS (
  SELECT sums.*, callers, machines, coalesce(h.host, who) AS host,
    (1 - ramp(callers, 3, greatest(10, 0.1 * machines)))
      * (0.45 * ramp(coded_share, 0.3, 0.8) + 0.2 * ramp(length, 16, 40) + 0.15 * ramp(odd_share, 0, 0.5)
         + 0.2 * ramp(names / questions, 0.3, 0.9)) AS score
  FROM sums JOIN callers USING (site) CROSS JOIN machines LEFT JOIN host_names h ON h.address = who
)
SELECT score,
  format('{} asked for {} different names below {} ({} questions), {:.0f} letters long on average, {:.0f} % of them like encoded data; {} of {} machines ask below it.',
    host, names, site, questions, length, 100 * coded_share, callers, machines) AS why,
  host, first, last, questions AS count, events, stream, ['domain:' || site] AS entities,
  struct_pack(domain := site, names := names, mean_length := round(length, 1), encoded_share := round(coded_share, 2),
    odd_types_share := round(odd_share, 2), example := example) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host, site
