/*--- yaml
id: removable-media
title: Program started from a device that was just attached
meaning: >-
  A storage device was attached to a machine, and within hours a program ran that lies on no drive of the machine, or
  that no machine had run before. Implants are carried across the air gap like that, and files carried out.
level: high
attack: [T1091, T1052.001, T1025]
tactics: [initial-access, lateral-movement, collection, exfiltration]
phase: initial-access
sources: [devices]
needs: [processes]
parameters:
  within: { default: 12 hours, meaning: after the device was attached }
  system_drives: { default: [c], meaning: drive letters that are the machine's own }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - A portable program or an installer somebody brought along.
  - A camera or telephone with a program of its own.
blind:
  devices: "Without device events (Security 6416, Kernel-PnP 400 and 410) a stick is seen only by the drive letter of what runs."
  processes: Without process starts, what was done after a device came is not known.
references:
  - https://attack.mitre.org/techniques/T1091/
  - https://attack.mitre.org/techniques/T1025/
---*/
WITH
attached AS (
  SELECT host, device, min(description) AS description, time, min(event) AS event, min(stream) AS stream
  FROM devices WHERE storage AND time IS NOT NULL GROUP BY host, device, time
),
known AS (SELECT host, device, min(time) AS first, count(DISTINCT CAST(time AS DATE)) AS days FROM attached GROUP BY host, device),
travels AS (SELECT device, count(DISTINCT host) AS machines FROM attached GROUP BY device),
images AS (SELECT lower(image) AS image, min(time) AS first, count(DISTINCT host) AS machines FROM processes WHERE image IS NOT NULL GROUP BY lower(image)),
after AS (
  SELECT a.host, a.device, a.description, a.time AS came, a.event AS device_event, p.account, p.image, p.command, p.name, p.time, p.event, p.stream,
    NOT list_contains($system_drives, lower(left(p.image, 1))) AND regexp_matches(p.image, '^[A-Za-z]:\\') AS elsewhere,
    regexp_matches(p.command, '(?i)(^|[ "=])[d-z]:\\') AND NOT list_contains($system_drives, lower(regexp_extract(p.command, '(?i)(?:^|[ "=])([d-z]):\\', 1))) AS names_it,
    i.first = p.time AND i.machines <= 2 AS never_before
  FROM attached a JOIN processes p ON p.host = a.host AND p.time >= a.time AND p.time < a.time + CAST($within AS INTERVAL)
    JOIN images i ON i.image = lower(p.image)
),
-- What the program from the device wrote and started: the trail goes on there.
ran_from AS (SELECT DISTINCT host, device, came, lower(image) AS image FROM after WHERE elsewhere),
left_behind AS (
  SELECT r.host, r.device, CAST(r.came AS DATE) AS day, f.path AS thing FROM ran_from r JOIN files f
    ON f.host = r.host AND lower(f.process) = r.image AND f.operation = 'create' AND f.time BETWEEN r.came AND r.came + INTERVAL 1 DAY
  UNION
  SELECT r.host, r.device, CAST(r.came AS DATE), p.image FROM ran_from r JOIN processes p
    ON p.host = r.host AND lower(p.parent) = r.image AND p.time BETWEEN r.came AND r.came + INTERVAL 1 DAY
    WHERE NOT regexp_matches(p.image, '(?i)^C:\\Windows\\(System32|SysWOW64)\\')
  UNION
  SELECT r.host, r.device, CAST(r.came AS DATE), lower(regexp_extract(p.hashes, '(?i)SHA256=([0-9a-f]{64})', 1)) FROM ran_from r JOIN processes p
    ON p.host = r.host AND p.time BETWEEN r.came AND r.came + INTERVAL 1 DAY AND (lower(p.image) = r.image OR lower(p.parent) = r.image)
    WHERE contains(p.hashes, 'SHA256=') AND NOT regexp_matches(p.image, '(?i)^C:\\Windows\\(System32|SysWOW64)\\')
),
trail AS (SELECT host, device, day, list(DISTINCT thing ORDER BY thing)[1:40] AS things FROM left_behind GROUP BY host, device, day),
sums AS (
  SELECT host, device, CAST(came AS DATE) AS day, min(description) AS description, min(came) AS attached, min_by(device_event, (came, device_event)) AS device_event,
    min(account) AS account,
    count(DISTINCT image) FILTER (elsewhere) AS ran, count(*) FILTER (names_it) AS named, count(DISTINCT image) FILTER (never_before) AS fresh,
    min(time) AS first, max(time) AS last,
    events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    count(*) AS n,
    list(DISTINCT image ORDER BY image) FILTER (elsewhere OR never_before) AS programs
  FROM after WHERE elsewhere OR names_it OR never_before GROUP BY host, device, CAST(came AS DATE)
),
scored AS (
  SELECT s.*, t.machines, k.first = s.attached AS new_here, coalesce(l.things, []) AS things,
    0.45 * CAST(ran > 0 AS INTEGER) + 0.15 * CAST(named > 0 AND ran + fresh > 0 AS INTEGER) + 0.2 * CAST(fresh > 0 AND ran > 0 AS INTEGER) + 0.15 * CAST(fresh > 0 AS INTEGER)
      + 0.15 * CAST(k.first = s.attached AS INTEGER) + 0.1 * CAST(t.machines > 1 AS INTEGER) AS score
  FROM sums s JOIN known k USING (host, device) JOIN travels t USING (device) LEFT JOIN trail l USING (host, device, day)
)
SELECT least(1, score) AS score,
  format('{} was attached to {} at {} UTC{}; after that {} ran{}{}.', coalesce(description, 'A storage device'), host, strftime(attached, '%Y-%m-%d %H:%M'),
    CASE WHEN new_here THEN ' for the first time' ELSE '' END, array_to_string(programs[1:5], ', '),
    CASE WHEN ran > 0 THEN format(', {} of them from a drive that is not the machine''s own', ran) ELSE '' END,
    CASE WHEN machines > 1 THEN format('; the device was at {} machines', machines) ELSE '' END) AS why,
  host, account, attached AS first, last, n + 1 AS count, list_prepend(device_event, events)[1:100] AS events, stream,
  list_concat(['device:' || device], list_transform(programs[1:20], p -> 'file:' || p), list_transform(things, t -> 'file:' || t)) AS entities,
  struct_pack(device := device, programs := programs[1:20], left_behind := things, machines_of_device := machines, new_to_machine := new_here) AS facts
FROM scored WHERE score >= $min_score AND n > 0 AND programs IS NOT NULL ORDER BY first, host, device
