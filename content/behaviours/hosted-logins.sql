/*--- yaml
id: hosted-logins
title: Account used from rented servers with a device that is not its own
meaning: >-
  Somebody logs on as this person from addresses of hosting companies, with another device than the person's, while the
  person goes on working from the usual lines. People sit in homes, offices and hotels; in computer centres stand servers.
level: high
attack: [T1078, T1133, T1090.002]
tactics: [initial-access, persistence]
phase: initial-access
sources: [visits]
parameters:
  min_days: { default: 2, meaning: days with such visits at least }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - Somebody's own relay on a rented server, with the own device.
  - A service account that a contractor or a monitoring service uses, from the beginning and always from there.
  - A penetration test with an account of its own.
blind:
  visits: No log-ins were handed in, or no network table that tells which addresses belong to hosting companies.
references:
  - https://attack.mitre.org/techniques/T1078/
  - https://attack.mitre.org/techniques/T1133/
---*/
WITH
hosted AS (
  SELECT *, CAST(time AS DATE) AS day FROM visits
  WHERE outcome = 'success' AND kind = 'hosting' AND NOT common AND NOT coalesce(own_client, false) AND own_days >= 5
),
-- Visits that name no client count when the account has others there that name a foreign one, or never names one at all.
accounts AS (
  SELECT account, count(*) FILTER (signature IS NOT NULL) AS named, min(time) AS first FROM hosted GROUP BY account
),
own AS (
  SELECT v.account, min(v.time) AS since, max(v.time) AS until FROM visits v WHERE v.outcome = 'success' AND v.own_line AND v.outside GROUP BY v.account
),
own_servers AS (SELECT DISTINCT account, line FROM visits WHERE own_client AND kind = 'hosting'),
tries AS (
  SELECT v.account, count(*) AS failures FROM visits v JOIN accounts a USING (account)
  WHERE v.outcome <> 'success' AND v.kind = 'hosting' AND v.time <= a.first + INTERVAL 7 DAYS AND v.time >= a.first - INTERVAL 14 DAYS GROUP BY v.account
),
grouped AS (
  SELECT account, min(time) AS first, max(time) AS last, count(*) AS visits, count(DISTINCT day) AS days, count(DISTINCT line) AS lines, count(DISTINCT service) AS services,
    count(DISTINCT signature) FILTER (device IS NOT NULL) AS devices, count(*) FILTER (signature IS NOT NULL) AS named, bool_or(signature IS NOT NULL AND NOT known_client) AS foreign_client,
    avg(CASE WHEN odd_hour THEN 1 ELSE 0 END) AS odd, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    min(address) AS address, string_agg(DISTINCT service, ', ' ORDER BY service) AS how,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:60] AS places,
    list(DISTINCT 'client:' || client ORDER BY 'client:' || client) FILTER (NOT coalesce(known_client, false))[:10] AS clients,
    list(DISTINCT 'device:' || device ORDER BY 'device:' || device)[:10] AS machines,
    list(DISTINCT 'session:' || session ORDER BY 'session:' || session)[:30] AS sessions
  FROM hosted ANTI JOIN own_servers USING (account, line) GROUP BY account
),
scored AS (
  SELECT g.*, coalesce(t.failures, 0) AS failures, o.since IS NOT NULL AND o.since < g.first AND o.until > g.first AS beside,
    (1 - 0.65 * (1 - CASE WHEN g.devices > 0 OR g.foreign_client THEN 0.5 ELSE 0 END) * (1 - CASE WHEN g.lines >= 2 THEN 0.25 ELSE 0 END)
      * (1 - CASE WHEN g.services >= 2 THEN 0.15 ELSE 0 END) * (1 - CASE WHEN t.failures >= 3 THEN 0.25 ELSE 0 END) * (1 - 0.2 * g.odd))
    * CASE WHEN o.since < g.first AND o.until > g.first THEN 1 ELSE 0.6 END AS score
  FROM grouped g LEFT JOIN own o USING (account) LEFT JOIN tries t USING (account)
  WHERE g.days >= $min_days
)
SELECT least(score, 0.95) AS score, account, CASE WHEN lines = 1 THEN address END AS address, first, last, visits AS count, events, stream,
  format('{} was used {} times on {} days from {} of hosting companies ({}){}{}{}.', account, visits, days, CASE WHEN lines = 1 THEN 'one address' ELSE lines || ' addresses' END, how,
    CASE WHEN devices > 0 THEN ' with a device that is not the person''s own' WHEN foreign_client THEN ' with a client that is not the person''s own' ELSE '' END,
    CASE WHEN failures > 0 THEN format(', after {} failed tries from such addresses', failures) ELSE '' END,
    CASE WHEN beside THEN ', while the person went on as usual' ELSE '' END) AS why,
  list_concat(places, coalesce(clients, []), machines, sessions) AS acted,
  {days: days, addresses: lines, services: how, failures_before: failures} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, account
