/*--- yaml
id: new-script-asked
title: Page on our own server that only strangers ask
meaning: >-
  A script on one of our web servers answers from some day on, and those who ask it ask nothing else there, mostly send
  data to it, and do not log on. A web shell is used like that.
level: high
attack: [T1505.003, T1190]
tactics: [persistence, initial-access]
phase: persistence
sources: [web_requests]
parameters:
  known: { default: 14, meaning: days of the server's log after which a page counts as new }
  max_visitors: { default: 60, meaning: addresses that asked it at most }
  min_requests: { default: 3, meaning: requests that were answered }
  min_score: { default: 0.6, meaning: findings below are not reported }
innocent:
  - A new page or interface for few partners, or a monitor that asks one page only.
  - A scanner that found a page nobody else uses.
blind:
  web_requests: Without the server's own web log nothing of this is seen; the firewall shows addresses only.
references:
  - https://attack.mitre.org/techniques/T1505/003/
---*/
WITH
begins AS (SELECT host, min(time) AS begins FROM web_requests GROUP BY host),
scripts AS (
  SELECT host, path, min(time) FILTER (status BETWEEN 200 AND 299) AS answered, count(*) FILTER (status BETWEEN 200 AND 299) AS good,
    count(DISTINCT address) AS visitors
  FROM web_requests
  WHERE regexp_matches(path, '\.(aspx|ashx|asmx|asp|php|php5|phtml|jsp|jspx|jspf|cfm|cgi|pl|do|action)$') AND time IS NOT NULL
  GROUP BY host, path
),
fresh AS (
  SELECT s.* FROM scripts s JOIN begins b USING (host)
  WHERE good >= $min_requests AND visitors <= $max_visitors AND answered >= b.begins + to_days($known)
),
-- Those who asked it, and whether they asked anything else on that server within a day of it.
asked AS (SELECT r.* FROM web_requests r JOIN fresh f ON f.host = r.host AND f.path = r.path WHERE r.time >= f.answered - INTERVAL 1 DAY),
came AS (SELECT host, path, address, CAST(time AS DATE) AS day FROM asked GROUP BY ALL),
others AS (
  SELECT v.host, v.path, v.address, v.day, count(*) AS elsewhere
  FROM came v JOIN web_requests r ON r.host = v.host AND r.address = v.address AND CAST(r.time AS DATE) = v.day AND r.path <> v.path
  GROUP BY v.host, v.path, v.address, v.day
),
alone AS (
  SELECT v.host, v.path, count(*) FILTER (coalesce(o.elsewhere, 0) = 0) / count(*) AS alone
  FROM came v LEFT JOIN others o USING (host, path, address, day) GROUP BY v.host, v.path
),
sums AS (
  SELECT host, path, count(*) AS n, count(*) FILTER (method IN ('POST', 'PUT')) / count(*) AS sends, count(account) / count(*) AS known_share,
    count(DISTINCT agent) AS agents, count(DISTINCT address) AS visitors, count(*) FILTER (is_external(address)) / count(*) AS outside, min(time) AS first, max(time) AS last,
    events_of(time, event) AS events, min_by(stream, (time, event)) AS stream, min_by(agent, (time, event)) AS agent,
    list(DISTINCT address ORDER BY address)[1:60] AS addresses
  FROM asked GROUP BY host, path
),
scored AS (
  SELECT s.*, a.alone, coalesce(h.host, s.host) AS server, f.answered,
    0.35 * s.sends + 0.35 * a.alone + 0.2 * (1 - known_share) + 0.1 * outside AS score
  FROM sums s JOIN alone a USING (host, path) JOIN fresh f USING (host, path) LEFT JOIN host_names h ON h.address = s.host
)
SELECT score,
  format('{} on {} answers since {} and was asked {} times from {} address(es); {:.0f} % sent data to it, {:.0f} % of the visitors asked nothing else that day, {} client(s).',
    path, server, strftime(answered, '%Y-%m-%d %H:%M'), n, visitors, 100 * sends, 100 * alone, agents) AS why,
  server AS host, CASE WHEN visitors = 1 THEN addresses[1] END AS address, first, last, n AS count, events, stream,
  list_concat(list_transform(addresses, a -> 'address:' || a), ['file:' || path, 'client:' || agent]) AS entities,
  struct_pack(path := path, visitors := visitors, sending_share := round(sends, 2), asked_nothing_else := round(alone, 2)) AS facts
FROM scored WHERE score >= $min_score ORDER BY first, server, path
