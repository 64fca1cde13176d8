/*--- yaml
id: new-server-module
title: New module in a web or mail server
meaning: >-
  A module was added to a web server or a transport agent to a mail server, or the web server's process loaded a library
  it had not loaded before that is not signed by the system's maker. Such a module sees every request, passwords among
  them, and outlives restarts.
level: critical
attack: [T1505.004, T1505.002, T1505.003, T1056.003]
tactics: [persistence, credential-access]
phase: persistence
sources: [modules]
parameters:
  known: { default: 21, meaning: days of the machine's log after which a library counts as new to it }
  setup: { default: 8, meaning: modules within an hour from which it was a set-up program }
  trusted: { default: "(?i)microsoft|intel|vmware|symantec|trend micro|eset|sophos|crowdstrike|sentinel", meaning: makers whose signed libraries are let be }
  own:
    default: [cachuri.dll, cachfile.dll, cachtokn.dll, cachhttp.dll, compdyn.dll, compstat.dll, defdoc.dll, dirlist.dll, protsup.dll, redirect.dll, static.dll, authanon.dll, authcert.dll, authbas.dll, authsspi.dll, authmd5.dll, authmap.dll, urlauthz.dll, iprestr.dll, modrqflt.dll, filter.dll, isapi.dll, cgi.dll, iisfcgi.dll, validcfg.dll, loghttp.dll, logcust.dll, iisreqs.dll, iisetw.dll, iisfreb.dll, custerr.dll, rewrite.dll, warmup.dll, iiswsock.dll, webdav.dll, diprestr.dll]
    meaning: "modules that the web server itself brings along, when they lie in its own folder"
  servers: { default: [w3wp.exe, httpd.exe, nginx.exe, edgetransport.exe, umworkerprocess.exe], meaning: processes that answer for the server }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - An update of the server or a product for it; it brings many modules at once and recurs with every update.
  - A module that an administrator installed; there is a change record of it.
blind:
  modules: "Without the web server's configuration log and without loaded libraries (Sysmon 7) a module is seen only as a file."
references:
  - https://attack.mitre.org/techniques/T1505/004/
  - https://attack.mitre.org/techniques/T1505/002/
---*/
WITH
begins AS (SELECT host, kind, min(time) AS begins FROM modules GROUP BY host, kind),
added AS (
  SELECT m.host, m.kind, m.account, m.process, m.path, bool_and(coalesce(m.signed, false)) AS signed, min(m.signature) AS signature,
    min(m.time) AS first, max(m.time) AS last, count(*) AS n, events_of(m.time, m.event) AS events, min_by(m.stream, (m.time, m.event)) AS stream
  FROM modules m
  WHERE m.time IS NOT NULL AND (m.kind <> 'image' OR list_contains($servers, file_name(m.process)))
  GROUP BY m.host, m.kind, m.account, m.process, m.path
),
places AS (SELECT kind, lower(path) AS path, count(DISTINCT host) AS machines FROM added GROUP BY kind, lower(path)),
scored AS (
  SELECT a.*, p.machines, date_diff('day', b.begins, a.first) AS late,
    count(*) OVER (PARTITION BY a.host, a.kind ORDER BY a.first RANGE BETWEEN INTERVAL 30 MINUTES PRECEDING AND INTERVAL 30 MINUTES FOLLOWING) AS together
  FROM added a JOIN begins b ON b.host = a.host AND b.kind = a.kind JOIN places p ON p.kind = a.kind AND p.path = lower(a.path)
),
weighed AS (
  SELECT *, CASE WHEN together >= $setup THEN 0.4 ELSE 1 END
    * CASE WHEN kind = 'module' AND regexp_matches(path, '(?i)\\System32\\inetsrv\\') AND list_contains($own, file_name(regexp_extract(path, '([^"<>|]*\.dll)', 1))) THEN 0.4 -- what the system brings along
      WHEN kind <> 'image' THEN 0.85
      WHEN signed AND regexp_matches(coalesce(signature, ''), $trusted) THEN 0
      ELSE (CASE WHEN signed THEN 0.45 ELSE 0.7 END) * ramp(late, 0, $known) + 0.15 * CAST(NOT regexp_matches(path, '(?i)\\Windows\\(System32|Microsoft\.NET|assembly|WinSxS)\\|\\Program Files( \(x86\))?\\|Temporary ASP\.NET Files') AS INTEGER) END AS score
  FROM scored
)
SELECT score,
  CASE kind WHEN 'module' THEN format('A module was added to the web server of {}: {}.', host, left(path, 300))
    WHEN 'agent' THEN format('A transport agent was added to the mail server {}: {}.', host, left(path, 300))
    ELSE format('{} on {} loaded {} for the first time after {} days of its log; it is {}.', file_name(process), host, path, late,
      CASE WHEN signed THEN 'signed by ' || signature ELSE 'not signed' END) END AS why,
  host, account, first, last, n AS count, events, stream, ['file:' || CASE WHEN kind = 'image' THEN path ELSE file_name(regexp_extract(path, '([^"<>|]*\.dll)', 1)) END] AS entities,
  struct_pack(kind := kind, path := left(path, 500), signed := signed, machines := machines, added_together := together) AS facts
FROM weighed WHERE score >= $min_score ORDER BY first, host, path
