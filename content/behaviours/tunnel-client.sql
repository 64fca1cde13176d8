/*--- yaml
id: tunnel-client
title: Tunnel or remote-control client where there was none
meaning: >-
  A program that opens a way into the network from outside (a tunnel, a mesh VPN, remote control) appears on a machine,
  or the machine asks for such a service. Servers have no use for it; an intruder does.
level: high
attack: [T1572, T1219, T1090]
tactics: [command-and-control]
phase: command-and-control
sources: [processes, services_tasks, dns, web]
parameters:
  programs:
    default: [tailscale, tailscaled, ngrok, cloudflared, devtunnel, chisel, frpc, frps, ligolo, zerotier-one, gost, iox, stowaway, nps, rathole, bore, revsocks, sshuttle, teamviewer, anydesk, rustdesk, screenconnect.clientservice, atera_agent, supremo, radmin, meshagent]
    meaning: file names, without .exe
  sites:
    default: [tailscale.com, ngrok.io, ngrok.com, ngrok-free.app, trycloudflare.com, argotunnel.com, devtunnels.ms, zerotier.com, teamviewer.com, anydesk.com, rustdesk.com, screenconnect.com, atera.com, localhost.run, serveo.net, pinggy.io]
    meaning: sites of such services
  few: { default: 6, meaning: machines from which it counts as a tool of the house }
  min_score: { default: 0.55, meaning: findings below are not reported }
innocent:
  - Remote support that the house has ordered, or a developer's tool; it is on many machines or has an owner.
blind:
  processes: Without process starts only the names that were asked for are seen.
  dns: "A renamed client is seen only by the names it asks for."
references:
  - https://attack.mitre.org/techniques/T1572/
  - https://attack.mitre.org/techniques/T1219/
---*/
WITH
seen AS (
  SELECT host, regexp_replace(name, '\.exe$', '') AS tool, 'started' AS how, account, command AS said, time, event, stream FROM processes
  WHERE list_contains($programs, regexp_replace(name, '\.exe$', '')) OR list_contains($programs, regexp_replace(original, '\.exe$', ''))
  UNION ALL
  -- A forwarded port is a tunnel, whatever the program is called.
  SELECT host, 'ssh -R', 'started', account, command, time, event, stream FROM processes
  WHERE regexp_matches(name, '^(ssh|plink|putty)(\.exe)?$') AND regexp_matches(command, ' -[A-Za-z]*[RD] ?[0-9.:*\[\]a-z]*\d')
  UNION ALL
  SELECT host, regexp_replace(file_name(regexp_extract(command, '^"?([^"]*?\.exe)', 1)), '\.exe$', ''), 'set up as ' || kind, account, command, time, event, stream FROM services_tasks
  WHERE list_contains($programs, regexp_replace(file_name(regexp_extract(command, '^"?([^"]*?\.exe)', 1)), '\.exe$', ''))
  UNION ALL
  SELECT coalesce(h.host, d.host), d.site, 'asked for', NULL, d.query, d.time, d.event, d.stream FROM dns d LEFT JOIN host_names h ON h.address = d.host
  WHERE list_contains($sites, d.site)
  UNION ALL
  SELECT coalesce(h.host, w.source), w.site, 'asked for', w.account, w.domain, w.time, w.event, w.stream FROM web w LEFT JOIN host_names h ON h.address = w.source
  WHERE list_contains($sites, w.site)
),
spread AS (SELECT tool, count(DISTINCT host) AS machines FROM seen GROUP BY tool),
sums AS (
  SELECT host, tool, min(machines) AS machines, list(DISTINCT how ORDER BY how) AS how, min(account) AS account, min(time) AS first, max(time) AS last, count(*) AS n,
    count(DISTINCT CAST(time AS DATE)) AS days, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream, min_by(said, (time, event)) AS said
  FROM seen JOIN spread USING (tool) WHERE time IS NOT NULL AND host IS NOT NULL GROUP BY host, tool
),
scored AS (
  SELECT *, (1 - ramp(machines, 2, $few)) * (CASE WHEN how = ['asked for'] THEN 0.45 + 0.2 * ramp(days, 1, 5) ELSE 0.75 + 0.1 * ramp(days, 1, 5) + 0.1 * CAST(len(how) > 1 AS INTEGER) END) AS score FROM sums
)
SELECT score, format('{} on {}: {} from {} to {} UTC on {} day(s); {} machine(s) have it. First: {}', tool, host, array_to_string(how, ', '),
    strftime(first, '%Y-%m-%d'), strftime(last, '%Y-%m-%d'), days, machines, left(said, 200)) AS why,
  host, account, first, last, n AS count, events, stream, [CASE WHEN how = ['asked for'] THEN 'domain:' ELSE 'process:' END || tool] AS entities,
  struct_pack(tool := tool, how := how, days := days, machines := machines) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, host, tool
