/*--- yaml
id: spray-many-exits
title: Passwords tried against many accounts
meaning: >-
  Within days one or few passwords were tried for many accounts, a few tries each, from addresses that are nobody's own.
  Spread over many addresses, no single one stands out; together they do.
level: high
attack: [T1110.003]
tactics: [credential-access]
phase: credential-access
sources: [visits, inside_logons]
needs: [visits]
parameters:
  pause: { default: 36 hours, meaning: tries closer together than this belong to one campaign }
  inside_pause: { default: 20 minutes, meaning: "the same for tries from inside, where a server hands on what many people mistype" }
  client_pause: { default: 30 days, meaning: "the same for tries with one client that nobody has for himself: night after night it is the same hand" }
  min_accounts: { default: 10, meaning: accounts tried at least }
  few_accounts: { default: 5, meaning: "the same where each of several addresses tried more than one account, or one client that is nobody's own did: the end of a campaign that began before the logs" }
  above_usual: { default: 3, meaning: "an address inside from which people fail every day must have so many times as many accounts as on its usual day" }
  usual_days: { default: 10, meaning: days on which people must have failed there before it has a usual day }
  robots_days: { default: 20, meaning: days on which a name that never got in was tried from outside after which it is what robots try at every door }
  max_tries: { default: 6, meaning: "tries for one account on average at most (with one client: on a day); more is guessing, not spraying" }
innocent:
  - A service or gateway with a fault, through which everybody's log-ins fail for a while.
  - A password test or a penetration test that was announced.
  - Many travellers who mistype, over long time; each then gets in from the same address.
blind:
  visits: No failed log-ins were handed in.
  inside_logons: "Who got in from inside is not told (4624, 4768): there, tries are only held against what is usual for the address."
references:
  - https://attack.mitre.org/techniques/T1110/003/
---*/
WITH
-- Who got in from where: a person who mistypes gets in from the same address around that day.
-- (The day before and after as rows of their own: compared by equality, or each try would be held against all that got in.)
got_in AS (
  SELECT DISTINCT account, address, unnest([day - 1, day, day + 1]) AS day
  FROM (SELECT DISTINCT account, address, CAST(time AS DATE) AS day FROM visits WHERE outcome = 'success')
),
-- Inside, where a server hands on everybody's log-ins, they get in within the same half hour or the next.
got_in_inside AS (
  SELECT DISTINCT account, source AS address, unnest([half_hour, half_hour - INTERVAL 30 MINUTES]) AS half_hour
  FROM (SELECT account, source, time_bucket(INTERVAL 30 MINUTES, time) AS half_hour FROM inside_logons WHERE account IS NOT NULL AND source IS NOT NULL)
),
robots AS (
  SELECT account FROM visits WHERE outcome <> 'success' AND outside GROUP BY account HAVING count(DISTINCT CAST(time AS DATE)) >= $robots_days
  EXCEPT SELECT account FROM visits WHERE outcome = 'success'
),
tries AS (
  SELECT v.time, v.event, v.stream, v.account, v.address, v.outside, v.kind, v.client, v.device
  FROM visits v ANTI JOIN got_in g
    ON g.account = v.account AND g.address = v.address AND g.day = CAST(v.time AS DATE)
  ANTI JOIN got_in_inside i
    ON i.account = v.account AND i.address = v.address AND i.half_hour = time_bucket(INTERVAL 30 MINUTES, v.time)
  ANTI JOIN robots r ON r.account = v.account
  WHERE v.outcome IN ('failure', 'stopped') AND NOT coalesce(v.own_line AND v.outside, false) AND NOT v.common
),
-- An address inside at which people fail every day shows a campaign only on days far above the usual one.
inside_days AS (
  SELECT address, CAST(time AS DATE) AS day, count(DISTINCT account) AS accounts FROM tries WHERE NOT outside GROUP BY address, day
),
usual AS (SELECT address, median(accounts) AS accounts FROM inside_days GROUP BY address HAVING count(*) >= $usual_days),
usual_inside AS (
  SELECT address, day FROM inside_days d JOIN usual u USING (address) WHERE d.accounts < $above_usual * u.accounts
),
-- An address inside, or one that tries single accounts for weeks, is a machine with an old password.
stuck AS (
  SELECT address FROM tries GROUP BY address HAVING count(DISTINCT account) <= 2 AND count(DISTINCT CAST(time AS DATE)) >= 4
),
-- A client that nobody has for himself, with which many are tried; or some, and many were got into.
foreign_clients AS (
  SELECT client FROM visits WHERE outside AND client IN (SELECT client FROM tries WHERE outside GROUP BY client HAVING count(DISTINCT account) >= $few_accounts)
    AND client NOT IN (SELECT client FROM visits WHERE own_client AND client IS NOT NULL)
  GROUP BY client HAVING count(DISTINCT account) >= $min_accounts
),
marked AS (
  SELECT *, time - lag(time) OVER (PARTITION BY outside ORDER BY time, event) > CASE WHEN outside THEN CAST($pause AS INTERVAL) ELSE CAST($inside_pause AS INTERVAL) END AS starts
  FROM tries t ANTI JOIN stuck USING (address) ANTI JOIN foreign_clients USING (client)
  ANTI JOIN usual_inside u ON u.address = t.address AND u.day = CAST(t.time AS DATE)
),
numbered AS (
  SELECT *, sum(CASE WHEN starts THEN 1 ELSE 0 END) OVER (PARTITION BY outside ORDER BY time, event ROWS UNBOUNDED PRECEDING) AS campaign FROM marked
),
-- What makes tries one campaign: an address that tries several, or a client with which several are tried. A single person's
-- mistyped password in the same days is neither; where nothing else is told, the time alone must do.
by_address AS (SELECT outside, campaign, address, count(DISTINCT account) AS accounts FROM numbered GROUP BY outside, campaign, address),
by_client AS (
  SELECT outside, campaign, client, count(DISTINCT account) AS accounts FROM numbered WHERE client IS NOT NULL GROUP BY outside, campaign, client
),
told AS (SELECT outside, campaign, max(accounts) >= 5 AS by_client FROM by_client GROUP BY outside, campaign),
joined AS (
  SELECT n.outside, n.campaign, n.address, bool_or(coalesce(c.accounts, 0) >= 3) AS by_client
  FROM numbered n LEFT JOIN by_client c USING (outside, campaign, client) GROUP BY n.outside, n.campaign, n.address
),
kept AS (
  SELECT n.*, a.accounts AS at_address FROM numbered n JOIN by_address a USING (outside, campaign, address) JOIN joined j USING (outside, campaign, address)
  LEFT JOIN told t USING (outside, campaign)
  WHERE a.accounts >= 2 OR j.by_client OR NOT coalesce(t.by_client, false)
),
by_time AS (SELECT 'time' AS way, outside::VARCHAR AS who, campaign, NULL::VARCHAR AS one_client, * EXCLUDE (campaign) FROM kept),
-- With such a client the nights are one campaign, also those on which few were tried.
turns AS (
  SELECT *, sum(CASE WHEN since > CAST($client_pause AS INTERVAL) THEN 1 ELSE 0 END) OVER (PARTITION BY client ORDER BY time, event ROWS UNBOUNDED PRECEDING) AS campaign
  FROM (SELECT *, time - lag(time) OVER (PARTITION BY client ORDER BY time, event) AS since FROM tries SEMI JOIN foreign_clients USING (client) WHERE outside)
),
by_hand AS (SELECT 'client' AS way, client AS who, campaign, client AS one_client, NULL AS at_address, * EXCLUDE (campaign, since) FROM turns),
campaigns AS (
  SELECT way, bool_and(outside) AND count(DISTINCT address) >= 2 AND min(at_address) >= 2 AS several_each, who, campaign, bool_and(outside) AS outside, min(one_client) AS one_client, min(time) AS first, max(time) AS last, count(*) AS tries, count(DISTINCT account) AS accounts,
    CASE WHEN way = 'client' THEN count(DISTINCT (account, CAST(time AS DATE))) ELSE count(DISTINCT account) END AS turns, count(DISTINCT CAST(time AS DATE)) AS days,
    count(DISTINCT address) AS exits, count(DISTINCT address) FILTER (kind = 'residential') AS home_lines,
    events_of(time, event) AS events, min_by(stream, (time, event)) AS stream, min(address) AS one_address,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:90] AS addresses,
    list(DISTINCT 'account:' || account ORDER BY 'account:' || account)[:100] AS tried,
    list(DISTINCT 'client:' || client ORDER BY 'client:' || client)[:8] AS clients,
    list(DISTINCT 'device:' || device ORDER BY 'device:' || device)[:8] AS devices
  FROM (FROM by_time UNION ALL BY NAME FROM by_hand) GROUP BY way, who, campaign
  HAVING count(DISTINCT account) >= CASE WHEN way = 'client' OR several_each THEN $few_accounts ELSE $min_accounts END AND count(*) <= $max_tries * turns
)
SELECT
  clamp(0.4 + CASE WHEN several_each OR one_client IS NOT NULL THEN 0.1 ELSE 0 END + 0.3 * ramp(accounts, $min_accounts, 4 * $min_accounts) + 0.2 * ramp(exits, 1, 8)
    + 0.1 * CASE WHEN home_lines * 2 >= exits THEN 1 ELSE 0 END - 0.2 * ramp(tries / turns, 2, $max_tries)) AS score,
  CAST(NULL AS VARCHAR) AS account, CASE WHEN exits = 1 THEN one_address END AS address, first, last, tries AS count, events, stream,
  format('{} log-ins failed for {} accounts, {:.1f} for each, from {} that {} nobody''s own{}{}, within {}.', tries, accounts, tries / accounts,
    CASE WHEN exits = 1 THEN 'one address' ELSE exits || ' addresses' END, CASE WHEN exits = 1 THEN 'is' ELSE 'are' END,
    CASE WHEN home_lines > 0 THEN format(' ({} of them home connections)', home_lines) ELSE '' END,
    CASE WHEN one_client IS NOT NULL THEN format(', with a client that is nobody''s own either ({})', left(one_client, 120)) ELSE '' END,
    CASE WHEN last > first + INTERVAL 3 DAYS THEN format('{} days, on {} of them', date_diff('day', first, last) + 1, days) ELSE format('{:.1f} hours', greatest(date_diff('second', first, last), 0) / 3600.0) END) AS why,
  tried AS entities, list_concat(addresses, clients, devices) AS acted,
  CASE WHEN outside THEN [] ELSE ['the tries came from inside'] END AS caveats,
  {tries: tries, accounts: accounts, addresses: exits, home_lines: home_lines, days: days} AS facts
FROM campaigns ORDER BY first, way, who
