/*--- yaml
id: service-in-temp
title: Service or task whose program lies in a folder for temporary files
meaning: >-
  A service or a task was set up that starts a program out of a folder where every account may write and nothing is
  kept: Temp, Public, PerfLogs, the recycle bin. Tools that run a command on another machine leave a service like that
  behind them, and so does who copies an implant there.
level: high
attack: [T1543.003, T1569.002, T1053.005, T1021.002]
tactics: [persistence, execution, lateral-movement]
phase: execution
sources: [services_tasks]
parameters:
  few: { default: 3, meaning: machines that may have a service of that name or file so that it is rare }
  before: { default: 20 minutes, meaning: in which its maker may have come over the network }
  min_score: { default: 0.6, meaning: findings below are not reported }
innocent:
  - An installer or a security program that loads a driver or helper from Temp; its service goes away by itself.
  - A remote support or inventory tool of the house.
blind:
  services_tasks: "Without Security 4697 and 4698 or System 7045 no service or task is seen."
  processes: Without process starts of Sysmon, the file behind it has no hash and ties no other machine.
  logons: Without log-ons, whether somebody came over the network to set it up is not known.
references:
  - https://attack.mitre.org/techniques/T1569/002/
  - https://attack.mitre.org/techniques/T1543/003/
---*/
WITH
entries AS (
  SELECT host, account, kind, name, command, time, event, stream,
    coalesce(nullif(regexp_extract(command, '^"?(?:\\\?\?\\)?([^"]*?\.(exe|dll|sys|cmd|bat|ps1|vbs|js|scr|com|tmp|dat))', 1), ''), command) AS file
  FROM services_tasks
  WHERE kind IN ('service', 'task') AND time IS NOT NULL AND host IS NOT NULL
    AND regexp_matches(command, '(?i)\\(Temp|Tmp|PerfLogs|\$Recycle\.Bin|Users\\Public|Windows\\(Debug|Tasks|Tracing))\\|%(temp|tmp|public)%\\')
),
-- Numbers and long hex in a name change from machine to machine; the name without them does not.
shaped AS (
  SELECT *, lower(regexp_replace(coalesce(name, ''), '[0-9a-fA-F]{6,}|[0-9]+', '#', 'g')) AS name_shape,
    lower(regexp_replace(regexp_replace(file, '(?i)\\Users\\[^\\]+', '\Users\#'), '[0-9a-fA-F]{6,}|[0-9]+', '#', 'g')) AS file_shape
  FROM entries
),
by_name AS (SELECT name_shape, count(DISTINCT host) AS machines FROM shaped GROUP BY name_shape),
by_file AS (SELECT file_shape, count(DISTINCT host) AS machines FROM shaped GROUP BY file_shape),
-- Security and System log tell of one service each.
sums AS (
  SELECT host, lower(file) AS file_key, min(file) AS file, min_by(name, (time, event)) AS name, min(kind) AS kind,
    min(account) FILTER (account NOT IN ('system', 'localsystem', 'local service', 'network service')) AS account,
    min(time) AS first, max(time) AS last, count(*) AS n, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    max(n.machines) AS same_name, max(f.machines) AS same_file
  FROM shaped JOIN by_name n USING (name_shape) JOIN by_file f USING (file_shape) GROUP BY host, lower(file)
),
arrived AS (
  SELECT s.host, s.file_key, min_by(coalesce(h.host, l.source), (l.time, l.event)) AS came_from
  FROM sums s JOIN logons l ON l.host = s.host AND l.account = s.account AND l.outcome = 'success' AND l.type = 3
    AND l.time BETWEEN s.first - CAST($before AS INTERVAL) AND s.first
    LEFT JOIN host_names h ON h.address = l.source
  WHERE l.source IS NOT NULL AND coalesce(h.host, l.source) <> s.host GROUP BY s.host, s.file_key
),
ran AS (
  SELECT s.host, s.file_key, min(p.time) AS started, min(lower(nullif(regexp_extract(p.hashes, '(?i)SHA256=([0-9a-f]{64})', 1), ''))) AS sha256
  FROM sums s JOIN processes p ON p.host = s.host AND lower(p.image) = s.file_key AND p.time >= s.first - INTERVAL 1 MINUTE GROUP BY s.host, s.file_key
),
scored AS (
  SELECT s.*, a.came_from, r.started, r.sha256,
    (0.7 + 0.15 * CAST(a.came_from IS NOT NULL AS INTEGER) + 0.1 * CAST(r.started IS NOT NULL AS INTEGER)
      - 0.3 * CAST(file_key LIKE '%.sys' AS INTEGER)) * (1 - ramp(least(same_name, same_file), $few, 4 * $few)) AS score
  FROM sums s LEFT JOIN arrived a USING (host, file_key) LEFT JOIN ran r USING (host, file_key)
)
SELECT least(1, score) AS score,
  format('{} "{}" was set up on {}{}{}; it starts {}, where programs are not kept{}. {} machine(s) have one of that name.', CASE kind WHEN 'task' THEN 'Task' ELSE 'Service' END, name, host,
    coalesce(' by ' || account, ''), coalesce(format(', who came over the network from {} just before', came_from), ''), left(file, 200),
    CASE WHEN started IS NOT NULL THEN ', and it ran' ELSE '' END, same_name) AS why,
  host, account, first, last, n AS count, events, stream,
  ['file:' || file, 'file:' || sha256, 'service:' || name, 'host:' || came_from] AS entities,
  struct_pack(kind := kind, name := name, command := left(file, 500), machines := same_name, came_from := came_from, ran := started IS NOT NULL) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host, name
