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
sources: [services_tasks]
parameters:
  few: { default: 6, meaning: machines that may have it so that it is rare }
  min_score: { default: 0.6, meaning: findings below are not reported }
innocent:
  - The true updater of a program that only few machines have.
  - A per-user installation below the user's own folder.
blind:
  services_tasks: "Without Security 4697 and 4698, System 7045 or Run values (Sysmon 13) nothing that starts by itself is seen."
references:
  - https://attack.mitre.org/techniques/T1036/004/
---*/
WITH
entries AS (
  SELECT *, regexp_extract(lower(concat_ws(' ', name, command)), '(google|chrome|edge|onedrive|adobe|acrobat|dropbox|yandex|mozilla|firefox|zoom|teams|java|oracle|intel|nvidia|realtek|vmware|citrix|skype|opera|brave|slack|webex|cisco|apple|itunes|dell|lenovo|hp|office|microsoft)', 1) AS maker,
    lower(regexp_replace(regexp_replace(command, '(?i)\\Users\\[^\\]+', '\Users\#'), '[0-9a-f]{8,}|[0-9]+', '#', 'g')) AS shape
  FROM services_tasks
  WHERE time IS NOT NULL AND regexp_matches(lower(concat_ws(' ', name, command)), 'updat|upgrade|autopatch|maintenance ?service|synchroni[sz]er')
),
spread AS (SELECT kind, shape, count(DISTINCT host) AS machines FROM entries GROUP BY kind, shape),
names AS (SELECT kind, lower(regexp_replace(name, '\{?[0-9a-fA-F-]{8,}\}?|S-1-5[0-9-]+|[0-9]+', '#', 'g')) AS bare, count(DISTINCT host) AS machines FROM entries GROUP BY ALL),
sums AS (
  SELECT e.host, e.maker, string_agg(DISTINCT e.kind, ' and ' ORDER BY e.kind) AS kinds, min(e.account) AS account, min(s.machines) AS machines,
    min_by(e.name, (e.time, e.event)) AS name, min_by(e.command, (e.time, e.event)) AS command, min(e.time) AS first, max(e.time) AS last,
    count(*) AS n, events_of(e.time, e.event) AS events, min_by(e.stream, (e.time, e.event)) AS stream
  FROM entries e JOIN spread s USING (kind, shape) GROUP BY e.host, e.maker, e.shape
),
fleet AS (SELECT count(DISTINCT host) AS machines FROM services_tasks),
scored AS (
  SELECT s.*, f.machines AS fleet,
    -- Where the true ones lie: below Program Files or Windows in a folder of their maker, or in the user's Local folder of that maker.
    regexp_matches(command, '(?i)^"?(%\w+%|C:\\(Program Files( \(x86\))?|Windows\\(System32|SysWOW64)|ProgramData))\\') AS in_place,
    maker <> '' AND regexp_matches(lower(command), '\\(program files( \(x86\))?|appdata\\local)\\' || maker) AS in_makers_folder
  FROM sums s CROSS JOIN fleet f
),
weighed AS (
  SELECT *, (1 - ramp(machines, 2, greatest($few, 0.05 * fleet)))
    * CASE WHEN in_makers_folder THEN 0.35 WHEN regexp_matches(lower(command), '\\(windows\\system32|syswow64)\\') THEN 0.5
      WHEN regexp_matches(lower(command), '\\program files') THEN 0.55
      WHEN regexp_matches(lower(command), 'programdata|appdata|\\users\\|\\temp\\|public|perflogs|\\windows\\(temp|tasks|debug)') THEN 0.9 ELSE 0.7 END AS score
  FROM scored
)
SELECT least(1, score + CASE WHEN contains(kinds, ' and ') THEN 0.05 ELSE 0 END) AS score,
  format('{} "{}" on {} starts {} and is called like an updater; {} of {} machines with such entries have the same.', upper(left(kinds, 1)) || substr(kinds, 2), name, host, coalesce(left(command, 200), 'something unknown'), machines, fleet) AS why,
  host, account, first, last, n AS count, events, stream,
  ['process:' || nullif(file_name(regexp_extract(command, '^"?([^"]*?\.(exe|dll|cmd|bat|ps1|vbs|js|scr))', 1)), ''), 'file:' || nullif(regexp_extract(command, '^"?([^"]*?\.(exe|dll|cmd|bat|ps1|vbs|js|scr))', 1), ''), 'service:' || name] AS entities,
  struct_pack(kinds := kinds, name := name, command := left(command, 500), machines := machines) AS facts
FROM weighed WHERE score >= $min_score ORDER BY first, host, name
