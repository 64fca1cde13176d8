/*--- yaml
id: updater-lookalike
title: Starts by itself under an updater's name
meaning: >-
  A service, a task or a Run value is called like the updater of well-known software, but only few machines have it, or
  what it starts does not lie where that software lies. Intruders hide what keeps them there like that.
level: high
attack: [T1036.004, T1053.005, T1543.003, T1547.001]
tactics: [persistence, defense-evasion]
phase: persistence
sources: [services_tasks, processes]
parameters:
  few: { default: 6, meaning: machines that may have it so that it is rare }
  many: { default: 40, meaning: machines that have it from which even a strange place is the house's own way }
  min_score: { default: 0.6, meaning: findings below are not reported }
innocent:
  - The true updater of a program that only few machines have.
  - A per-user installation below the user's own folder.
blind:
  processes: Without process starts, what was set up before the logs begin is not seen.
  logons: Without log-ons, whether somebody came over the network to set it up is not known.
  services_tasks: "Without Security 4697 and 4698, System 7045 or Run values (Sysmon 13) nothing that starts by itself is seen."
references:
  - https://attack.mitre.org/techniques/T1036/004/
---*/
WITH
started AS (
  SELECT host, account, kind, name, command, NULL::VARCHAR AS hashes, time, event, stream FROM services_tasks
  UNION ALL
  -- What is started by itself, whoever set it up before the logs begin.
  SELECT host, account, 'program', name, image, hashes, time, event, stream FROM processes
  WHERE parent_name IN ('svchost.exe', 'services.exe', 'taskeng.exe', 'taskhostw.exe', 'userinit.exe') AND regexp_matches(name, 'updat|upgrade')
),
entries AS (
  SELECT *, regexp_extract(lower(concat_ws(' ', name, command)), '(google|chrome|edge|onedrive|adobe|acrobat|dropbox|yandex|mozilla|firefox|zoom|teams|java|oracle|intel|nvidia|realtek|vmware|citrix|skype|opera|brave|slack|webex|cisco|apple|itunes|dell|lenovo|hp|office|microsoft)', 1) AS maker,
    CASE WHEN command NOT LIKE 'COM class %' THEN coalesce(nullif(regexp_extract(command, '^"?([^"]*?\.(exe|dll|cmd|bat|ps1|vbs|js|scr))', 1), ''), command) END AS file
  FROM started
  WHERE time IS NOT NULL AND regexp_matches(lower(concat_ws(' ', name, command)), 'updat|upgrade|autopatch|maintenance ?service|synchroni[sz]er')
),
shaped AS (SELECT *, lower(regexp_replace(regexp_replace(coalesce(file, name), '(?i)\\Users\\[^\\]+', '\Users\#'), '[0-9a-fA-F]{8,}|[0-9]+', '#', 'g')) AS shape FROM entries),
spread AS (SELECT shape, count(DISTINCT host) AS machines FROM shaped GROUP BY shape),
sums AS (
  SELECT e.host, e.shape, min(e.maker) AS maker, list(DISTINCT e.kind ORDER BY e.kind) AS kinds, min(e.account) AS account, min(s.machines) AS machines,
    min_by(e.name, (e.kind = 'program', e.time, e.event)) AS name, min_by(e.file, (e.time, e.event)) AS command, min(e.time) AS first, max(e.time) AS last,
    count(*) AS n, events_of(e.time, e.event) AS events, min_by(e.stream, (e.time, e.event)) AS stream,
    min(lower(nullif(regexp_extract(e.hashes, '(?i)SHA256=([0-9a-f]{64})', 1), ''))) AS sha256
  FROM shaped e JOIN spread s USING (shape) GROUP BY e.host, e.shape
),
fleet AS (SELECT count(DISTINCT host) AS machines FROM started),
-- How it came: somebody logged on over the network and set it up, instead of an installer that ran on the machine.
arrived AS (
  SELECT e.host, e.shape, min_by(coalesce(h.host, l.source), (l.time, l.event)) AS came_from
  FROM shaped e JOIN logons l ON l.host = e.host AND l.account = e.account AND l.outcome = 'success' AND l.type = 3 AND l.time BETWEEN e.time - INTERVAL 20 MINUTES AND e.time
    LEFT JOIN host_names h ON h.address = l.source
  WHERE e.kind IN ('service', 'task') AND l.source IS NOT NULL AND coalesce(h.host, l.source) <> e.host GROUP BY e.host, e.shape
),
placed AS (
  SELECT s.*, f.machines AS fleet, a.came_from,
    -- Where the true ones lie: below Program Files or in the user's Local folder, in a folder of their maker. Of a task
    -- that names no program only the name can be held against it.
    CASE WHEN maker <> '' AND regexp_matches(lower(command), '(^|\\)(program files( \(x86\))?|appdata\\local|%localappdata%|%programfiles(\(x86\))?%)\\(microsoft\\)?' || maker) THEN 0.35
      WHEN coalesce(command, '') = '' AND regexp_matches(lower(name), '^\\?(microsoft\\windows\\|microsoftedgeupdate|googleupdate|googlesystem|onedrive (standalone|per-machine|reporting)|adobe acrobat update task|mozilla\\)') THEN 0.35
      WHEN regexp_matches(lower(command), '\\windows\\(system32|syswow64)\\') THEN 0.5
      WHEN regexp_matches(lower(command), '\\program files') THEN 0.55
      WHEN regexp_matches(lower(command), 'programdata|appdata|\\users\\|\\temp\\|public|perflogs|\\windows\\(temp|tasks|debug)') THEN 0.9 ELSE 0.7 END AS place,
    -- Where every account may write and no updater of the whole machine belongs.
    regexp_matches(lower(command), '^"?[a-z]:\\(programdata|temp|perflogs|windows\\(temp|tasks|debug)|users\\(public|all users))\\') AS open_place
  FROM sums s CROSS JOIN fleet f LEFT JOIN arrived a USING (host, shape)
),
-- Few machines are an investigation's: those that were collected were chosen for what is on them. So an open place stays
-- strange up to half of them, and until many have it.
weighed AS (
  SELECT *, least(1, (place + 0.05 * CAST(len(kinds) > 1 AS INTEGER) + 0.1 * CAST(came_from IS NOT NULL AND place >= 0.7 AS INTEGER))
    * (1 - CASE WHEN open_place THEN ramp(machines, greatest($few, least($many, fleet) / 2), greatest(2 * $few, least($many, fleet)))
      ELSE ramp(machines, 2, greatest($few, 0.05 * fleet)) END)) AS score
  FROM placed
)
SELECT score,
  format('{} "{}" on {} starts {} and is called like an updater; {} of {} machines with such entries have the same{}.', upper(left(kinds[-1], 1)) || substr(kinds[-1], 2), name, host, coalesce(left(nullif(command, ''), 200), 'something the log does not name'), machines, fleet,
    coalesce(format('; {} came over the network from {} just before', account, came_from), '')) AS why,
  host, CASE WHEN account NOT IN ('system', 'localsystem', 'local service', 'network service') THEN account END AS account, first, last, n AS count, events, stream,
  ['file:' || nullif(command, ''), 'file:' || sha256, 'service:' || CASE WHEN kinds <> ['program'] THEN name END, 'host:' || came_from] AS entities,
  struct_pack(kinds := kinds, name := name, command := left(command, 500), machines := machines, of := fleet, came_from := came_from) AS facts
FROM weighed WHERE score >= $min_score ORDER BY first, host, name
