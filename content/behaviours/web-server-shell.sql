/*--- yaml
id: web-server-shell
title: Web server starts a command line
meaning: >-
  The process that answers web requests started a shell or a tool of the system. That is what a web shell does: a page
  on the server that runs commands for whoever asks it.
level: critical
attack: [T1505.003, T1190, T1059.003, T1059.001]
tactics: [persistence, execution, initial-access]
phase: execution
sources: [processes]
parameters:
  servers:
    default: [w3wp.exe, umworkerprocess.exe, httpd.exe, nginx.exe, php-cgi.exe, tomcat.exe, tomcat8.exe, tomcat9.exe, httpd, apache2, nginx, php-fpm, lighttpd, caddy]
    meaning: programs that answer web requests
  shells:
    default: [cmd.exe, powershell.exe, pwsh.exe, cscript.exe, wscript.exe, mshta.exe, rundll32.exe, certutil.exe, bitsadmin.exe, net.exe, net1.exe, whoami.exe, ipconfig.exe, nltest.exe, systeminfo.exe, tasklist.exe, quser.exe, wmic.exe, reg.exe, sc.exe, schtasks.exe, ping.exe, nslookup.exe, procdump.exe, rar.exe, 7z.exe, sh, bash, dash, python, python3, perl, curl, wget, nc]
    meaning: shells and tools that a web server does not need
  pause: { default: 7 days, meaning: starts closer together than this are one finding }
  routine_days: { default: 15, meaning: days on which one and the same command was started; from then on it is routine of the server }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A script of the application or of monitoring that starts a tool; it is the same command each time.
  - An administrator who tests something in a hurry.
blind:
  processes: Without process starts (Sysmon 1 or Security 4688 with command lines) a web shell shows only in web requests.
references:
  - https://attack.mitre.org/techniques/T1505/003/
---*/
WITH
-- Numbers and identifiers taken out: what is left of a command is its shape.
starts AS (
  SELECT host, account, name, coalesce(command, image) AS command, parent_name, parent_command, time, event, stream,
    regexp_replace(lower(coalesce(command, image)), '[0-9a-f]{8,}|[0-9]+', '#', 'g') AS shape
  FROM processes WHERE list_contains($servers, parent_name) AND list_contains($shells, name) AND time IS NOT NULL
),
shapes AS (SELECT host, shape, count(DISTINCT CAST(time AS DATE)) AS days FROM starts GROUP BY host, shape),
strange AS (SELECT s.* FROM starts s JOIN shapes USING (host, shape) WHERE days < $routine_days),
steps AS (SELECT *, time - lag(time) OVER (PARTITION BY host ORDER BY time, event) > CAST($pause AS INTERVAL) AS apart FROM strange),
runs AS (SELECT *, count(*) FILTER (apart) OVER (PARTITION BY host ORDER BY time, event) AS run FROM steps),
sums AS (
  SELECT host, run, min(account) AS account, min(time) AS first, max(time) AS last, count(DISTINCT (shape, date_trunc('minute', time))) AS n,
    count(DISTINCT shape) AS shapes, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    min_by(command, (time, event)) AS example, min_by(parent_name, (time, event)) AS server,
    list(DISTINCT name ORDER BY name) AS programs,
    count(*) FILTER (regexp_matches(lower(command), 'whoami|net(1)?(\.exe)? +(user|group|localgroup|view)|nltest|ipconfig|systeminfo|quser|procdump|lsass|ntds|reg(\.exe)? +save|vssadmin|-enc|frombase64|downloadstring|certutil|\\\\[^ ]+\\[a-z]\$|rar(\.exe)? +a|7z(\.exe)? +a')) AS looks
  FROM runs GROUP BY host, run
),
scored AS (SELECT *, 0.7 + 0.15 * ramp(shapes, 1, 6) + 0.15 * CAST(looks > 0 AS INTEGER) AS score FROM sums)
SELECT score,
  format('{} on {} started {} {} time(s) with {} different commands between {} and {} UTC; the first: {}', server, host,
    array_to_string(programs[1:6], ', '), n, shapes, strftime(first, '%Y-%m-%d'), strftime(last, '%Y-%m-%d'), left(example, 200)) AS why,
  host, first, last, n AS count, events, stream,
  struct_pack(server := server, programs := programs, commands := shapes) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host
