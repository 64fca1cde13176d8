/*--- yaml
id: rare-cloud-service
title: Place outside that is foreign to this program or server
meaning: >-
  A program that is no browser and that few machines have talks to a place outside on many days; or a server that hardly
  talks to the outside begins to, with a place it never asked before. Cloud drives, paste sites and code hosts are used
  like that as a channel for orders, because nobody blocks them.
level: high
attack: [T1102, T1567.002, T1071.001]
tactics: [command-and-control, exfiltration]
phase: command-and-control
sources: [connections, dns, web]
parameters:
  min_days: { default: 3, meaning: days on which it was asked }
  known: { default: 21, meaning: days a machine must have been seen before a place counts as new to it }
  few_sites: { default: 25, meaning: a machine that asks fewer sites than this in all is taken for a server }
  clocks: { default: 900, meaning: "seconds by which the clocks of a machine and the proxy may differ; how much they do is found out" }
  share: { default: 0.3, meaning: "share of a program's calls to the proxy that must fall on requests for one site, so that it is the program that asks it" }
  min_score: { default: 0.6, meaning: findings below are not reported }
  browsers:
    default: [chrome.exe, msedge.exe, firefox.exe, iexplore.exe, opera.exe, brave.exe, safari, chrome, firefox, msedgewebview2.exe]
    meaning: programs that go everywhere
  services:
    default: [dropbox.com, dropboxapi.com, onedrive.com, 1drv.ms, sharepoint.com, graph.microsoft.com, googleapis.com, drive.google.com, yandex.net, yandex.com, yandex.ru, mega.nz, mega.io, pcloud.com, box.com, github.com, githubusercontent.com, gitlab.com, pastebin.com, telegram.org, discord.com, discordapp.com, virustotal.com, livejournal.com, quora.com, notion.so, slack.com, trello.com, transfer.sh, anonfiles.com, file.io]
    meaning: sites known as drives, paste sites, code hosts and messengers
innocent:
  - New software, or an agent that somebody installed on few machines; ask who runs it.
  - A server that was given a new task, such as a backup to the cloud.
blind:
  connections: "Without connections told by the machines themselves (Sysmon 3 or 22), the program behind a request is not known."
  web: A server behind a proxy whose log is missing shows no place outside.
references:
  - https://attack.mitre.org/techniques/T1102/
---*/
WITH
-- The house's own domains: the names our machines go by in the logs.
house AS (
  SELECT site_of(host) AS site FROM coverage WHERE regexp_matches(host, '^[A-Za-z0-9-]+\..*[A-Za-z]$') GROUP BY site HAVING count(DISTINCT host) >= 2
),
asked AS (
  SELECT 'program' AS way, host AS who, process, site_of(domain) AS site, domain AS name, time, event, stream FROM connections
  WHERE domain IS NOT NULL AND contains(domain, '.') AND is_external(destination) AND process IS NOT NULL
  UNION ALL
  -- Through a proxy: that it goes out is known, not where to.
  SELECT 'program', host, process, '(the proxy)', 'the web, through a proxy', time, event, stream FROM connections
  WHERE process IS NOT NULL AND port IN (3128, 8080, 8118) AND NOT is_external(destination)
  UNION ALL
  SELECT CASE WHEN process IS NULL THEN 'dns' ELSE 'program' END, host, process, site, query, time, event, stream FROM dns WHERE contains(query, '.') AND coalesce(qtype, 'A') <> 'PTR' AND NOT ends_with(query, '.arpa')
  UNION ALL
  SELECT 'web', source, NULL, site, domain, time, event, stream FROM web WHERE contains(domain, '.')
),
told AS (
  SELECT way, min(who) AS who, coalesce(h.host, who) AS host, process, site, count(*) AS n, count(DISTINCT CAST(a.time AS DATE)) AS days,
    min(a.time) AS first, max(a.time) AS last, events_of(a.time, a.event) AS events, min_by(a.stream, (a.time, a.event)) AS stream,
    min_by(name, (a.time, a.event)) AS name
  FROM asked a LEFT JOIN host_names h ON h.address = who ANTI JOIN house o ON o.site = a.site WHERE a.time IS NOT NULL AND who IS NOT NULL AND site IS NOT NULL
  GROUP BY way, coalesce(h.host, who), process, site
),
-- Programs whose own calls are worth a question: no browser, nothing of the system's, not for a single day.
strangers AS (
  SELECT host, process FROM told WHERE process IS NOT NULL AND days >= $min_days AND NOT list_contains($browsers, file_name(process))
    AND NOT regexp_matches(process, '(?i)^C:\\(Windows\\(System32|SysWOW64|SystemApps|servicing|WinSxS|ADWS)|Program Files)|^System$')
),
-- Through a proxy the machine tells which program went out, and the proxy for which site, of an address only. What joins
-- them is the moment, again and again at the same distance: that of their clocks.
calls AS (
  SELECT c.host, c.process, c.source, c.time, c.event, CAST(floor(epoch(c.time) / $clocks) AS BIGINT) AS slot FROM connections c
  SEMI JOIN (SELECT who, process FROM told SEMI JOIN strangers USING (host, process) WHERE site = '(the proxy)') s ON s.who = c.host AND s.process = c.process
  WHERE c.port IN (3128, 8080, 8118) AND NOT is_external(c.destination) AND c.time IS NOT NULL AND c.source IS NOT NULL
),
-- A proxy writes its line at the end of a request.
requests AS (
  SELECT source, site, domain, began AS time, event, CAST(floor(epoch(began) / $clocks) AS BIGINT) AS slot
  FROM (SELECT source, site, domain, event, time - to_milliseconds(CAST(1000 * coalesce(seconds, 0) AS BIGINT)) AS began FROM web SEMI JOIN (SELECT DISTINCT source FROM calls) USING (source)
    WHERE proxied AND time IS NOT NULL AND site IS NOT NULL)
),
near AS (
  SELECT c.host, c.process, c.event, c.time, q.site, q.domain, q.event AS answer, q.time AS answered, CAST(round((epoch(q.time) - epoch(c.time)) / 2) AS BIGINT) AS apart
  FROM (SELECT *, unnest([slot - 1, slot, slot + 1]) AS beside FROM calls) c JOIN requests q ON q.source = c.source AND q.slot = c.beside
  WHERE abs(epoch(q.time) - epoch(c.time)) <= $clocks
),
together AS (
  SELECT host, process, site, apart, sum(n) OVER (PARTITION BY host, process, site ORDER BY apart RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS n
  FROM (SELECT host, process, site, apart, count(DISTINCT event) AS n FROM near GROUP BY ALL)
),
-- Only days on which the proxy's log has this address can tell.
shown AS (
  SELECT c.host, c.process, count(*) AS calls FROM calls c SEMI JOIN (SELECT DISTINCT source, CAST(time AS DATE) AS day FROM requests) d ON d.source = c.source AND d.day = CAST(c.time AS DATE)
  GROUP BY c.host, c.process
),
joined AS (
  SELECT t.host, t.process, t.site, t.apart, s.calls AS shown FROM together t JOIN shown s USING (host, process)
  WHERE t.n >= 5 AND t.n >= $share * s.calls
  QUALIFY row_number() OVER (PARTITION BY t.host, t.process ORDER BY t.n DESC, abs(t.apart), t.apart, t.site) = 1
),
sites AS (
  SELECT host, process, min(site) AS site, count(DISTINCT call) AS met, greatest(min(shown), count(DISTINCT call)) AS shown, CAST(round(median(off)) AS BIGINT) AS clock, min_by(domain, (-asked, domain)) AS name,
    list(DISTINCT domain ORDER BY domain)[:6] AS names, events_of(one.t, one.e) AS both_sides
  FROM (SELECT j.*, n.event AS call, epoch(n.answered) - epoch(n.time) AS off, n.domain, count(*) OVER (PARTITION BY j.host, j.process, n.domain) AS asked, unnest([{t: n.time, e: n.event}, {t: n.answered, e: n.answer}]) AS one
    FROM joined j JOIN near n ON n.host = j.host AND n.process = j.process AND n.site = j.site AND abs(n.apart - j.apart) <= 1)
  GROUP BY host, process
),
-- A name that many ask ties nobody to anybody, whoever else uses it for what.
few_ask AS (
  SELECT domain FROM web SEMI JOIN (SELECT DISTINCT unnest(names) AS domain FROM sites) USING (domain)
  GROUP BY domain HAVING count(DISTINCT source) <= (SELECT greatest(8, 0.05 * count(DISTINCT host)) FROM told)
),
rare_names AS (
  SELECT host, process, list(domain ORDER BY domain) AS names FROM (SELECT host, process, unnest(names) AS domain FROM sites) SEMI JOIN few_ask USING (domain) GROUP BY host, process
),
pairs AS (
  SELECT t.way, t.host, t.process, coalesce(s.site, t.site) AS site, t.n, t.days, t.first, t.last, t.events, t.stream, coalesce(s.name, t.name) AS name,
    coalesce(r.names, CASE WHEN s.met IS NULL AND t.site <> '(the proxy)' THEN [t.name] END) AS names, s.met, s.shown, s.clock, s.both_sides
  FROM (SELECT *, CASE WHEN site = '(the proxy)' THEN who END AS behind FROM told) t LEFT JOIN sites s ON s.host = t.behind AND s.process = t.process LEFT JOIN rare_names r ON r.host = s.host AND r.process = s.process
),
machines AS (SELECT host, count(DISTINCT site) AS sites FROM pairs GROUP BY host),
-- New is what was not asked in the first weeks of the log it stands in, by a machine that spoke there already.
began AS (SELECT way, host, min(first) AS seen FROM pairs GROUP BY way, host),
everybody AS (SELECT count(*) AS machines FROM machines),
callers AS (SELECT site, count(DISTINCT host) AS callers, min(first) AS seen FROM pairs GROUP BY site),
programs AS (
  SELECT file_name(process) AS program, count(DISTINCT host) AS machines, count(DISTINCT site) AS sites FROM pairs
  WHERE process IS NOT NULL GROUP BY program
),
-- A program that is no browser. Its folder, how few machines have it, and how few places it knows make it strange.
by_program AS (
  SELECT p.*, c.callers, g.machines AS having_it, file_name(p.process) AS program,
    (1 - ramp(g.machines, 3, greatest(10, 0.1 * e.machines)))
      * (0.35 + 0.3 * CAST(regexp_matches(p.process, '(?i)\\(Users|ProgramData|Temp|Windows\\(Temp|Tasks|Debug)|PerfLogs|Public|Recycle)|^/(tmp|var/tmp|dev/shm)/') AS INTEGER)
        + 0.2 * CAST(list_contains($services, p.site) OR c.callers > g.machines AS INTEGER) + 0.15 * ramp(g.sites, 6, 2)) AS score
  FROM (FROM pairs SEMI JOIN strangers USING (host, process)) p JOIN callers c USING (site) JOIN programs g ON g.program = file_name(p.process) CROSS JOIN everybody e
  WHERE p.days >= $min_days
),
-- A machine that knows few places asks a new one.
by_machine AS (
  SELECT p.*, c.callers, NULL::BIGINT AS having_it, NULL::VARCHAR AS program,
    (1 - ramp(c.callers, 2, greatest(8, 0.05 * e.machines))) * (0.35 + 0.25 * (1 - ramp(m.sites, 8, $few_sites)) + 0.2 * CAST(list_contains($services, p.site) AS INTEGER)
      + 0.2 * ramp(date_diff('day', b.seen, p.first), $known, 90)) AS score
  FROM (SELECT way, host, NULL::VARCHAR AS process, site, sum(n)::BIGINT AS n, max(days) AS days, min(first) AS first, max(last) AS last,
      min_by(events, (first, stream)) AS events, min_by(stream, (first, stream)) AS stream, min_by(name, (first, name)) AS name FROM pairs
      WHERE site <> '(the proxy)' GROUP BY way, host, site) p
    JOIN machines m USING (host) JOIN began b USING (way, host) JOIN callers c USING (site) CROSS JOIN everybody e
  WHERE p.days >= $min_days AND p.n >= 10 AND m.sites <= $few_sites AND p.first >= b.seen + to_days($known) AND e.machines >= 10
),
best AS (
  SELECT *, row_number() OVER (PARTITION BY host, site ORDER BY score DESC, n DESC, process) AS place
  FROM (FROM by_program UNION ALL BY NAME FROM by_machine) WHERE score >= $min_score
)
SELECT score,
  CASE WHEN met IS NOT NULL THEN format('{} on {} went out through the proxy {} times on {} days, and {} of {} times at the same moment the proxy had a request for {} from that machine{}; {} of our machines run a program of that name, {} ask that site at all.',
      program, host, n, days, met, shown, name, CASE WHEN abs(clock) > 10 THEN format(' (their clocks are {} s apart)', abs(clock)) ELSE '' END, having_it, callers)
    WHEN program IS NOT NULL AND site = '(the proxy)' THEN format('{} on {} went out through the proxy {} times on {} days, to a place no log tells; {} of our machines run a program of that name.', program, host, n, days, having_it)
    WHEN program IS NOT NULL THEN format('{} on {} asked {} {} times on {} days; {} of our machines run a program of that name, {} ask that site at all.', program, host, name, n, days, having_it, callers)
    ELSE format('{} asks few places outside, and from {} on {} ({} times on {} days), which {} of our machines ask.', host, strftime(first, '%Y-%m-%d'), name, n, days, callers) END AS why,
  host, first, last, n AS count, CASE WHEN met IS NULL THEN events ELSE list_distinct(list_concat(events[1:1], both_sides))[1:100] END AS events, stream,
  list_concat(list_transform(coalesce(names, CASE WHEN process IS NULL THEN [name] ELSE [] END), x -> 'domain:' || x),
    ['file:' || process, 'file:' || (SELECT min(lower(nullif(regexp_extract(x.hashes, '(?i)SHA256=([0-9a-f]{64})', 1), ''))) FROM processes x WHERE x.host = best.host AND lower(x.image) = lower(best.process))]) AS entities,
  struct_pack(site := site, process := process, days := days, machines_with_it := having_it, machines_asking := callers, told_by_proxy := met) AS facts
FROM best WHERE place = 1 ORDER BY first, host, site
