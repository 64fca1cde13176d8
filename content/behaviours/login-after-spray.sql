/*--- yaml
id: login-after-spray
title: First log-in over a strange line after passwords were tried
meaning: >-
  Passwords were tried for this account, or from this very address for others, and then somebody came in over a line and
  with a client that are not the person's own, without mistyping once: a password that was guessed or bought.
level: high
attack: [T1078, T1110.003]
tactics: [initial-access, credential-access]
phase: initial-access
sources: [visits]
parameters:
  days: { default: 21, meaning: how long after the tries a log-in still counts }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - The person, from a new place with a new device, soon after somebody else tried passwords.
  - A hotel or carrier address on which several people mistyped.
blind:
  visits: No log-ins were handed in.
references:
  - https://attack.mitre.org/techniques/T1110/003/
  - https://attack.mitre.org/techniques/T1078/
---*/
WITH
got_in AS (SELECT account, address, min(time) AS first FROM visits WHERE outcome = 'success' GROUP BY account, address),
failed AS (
  SELECT v.time, v.event, v.account, v.address FROM visits v
  ANTI JOIN got_in g ON g.account = v.account AND g.address = v.address AND g.first <= v.time + INTERVAL 1 HOUR
  WHERE v.outcome IN ('failure', 'stopped') AND v.outside AND NOT v.own_line AND NOT v.common
),
-- Days on which many accounts failed from strange addresses.
days AS (SELECT CAST(time AS DATE) AS day, count(DISTINCT account) AS accounts FROM failed GROUP BY day),
sprayed AS (
  SELECT f.account, f.time, f.event FROM failed f JOIN days d ON d.day = CAST(f.time AS DATE) WHERE d.accounts >= 5
),
entries AS (
  SELECT v.account, v.address, min(v.time) AS time, min_by(v.event, (v.time, v.event)) AS event, min_by(v.stream, (v.time, v.event)) AS stream,
    max(v.strange) AS strange, min(v.kind) AS kind, min_by(v.odd_hour, (v.time, v.event)) AS odd_hour,
    min_by(v.signature, (v.time, v.event)) AS signature, min_by(v.client, (v.time, v.event)) AS client, min_by(v.device, (v.time, v.event)) AS device, min_by(v.session, (v.time, v.event)) AS session, bool_or(v.own_client) AS own_client,
    count(*) AS visits, max(v.time) AS last
  FROM visits v WHERE v.outcome = 'success' AND v.strange >= 0.1 GROUP BY v.account, v.address
),
-- The first strange visit: what comes later was not opened by these tries.
opened AS (SELECT account, min(time) AS first FROM entries GROUP BY account),
judged AS (
  SELECT e.*,
    (SELECT count(DISTINCT f.account) FROM failed f WHERE f.address = e.address AND f.account <> e.account
      AND abs(date_diff('hour', f.time, e.time)) <= 72) AS others_here,
    (SELECT count(*) FROM sprayed s JOIN opened o USING (account) WHERE s.account = e.account AND o.first > s.time AND s.time < e.time AND s.time >= e.time - to_days($days)) AS tries,
    (SELECT list({t: s.time, e: s.event} ORDER BY s.time, s.event)[:20] FROM sprayed s WHERE s.account = e.account AND s.time < e.time AND s.time >= e.time - to_days($days)) AS tried,
    (SELECT list({t: f.time, e: f.event} ORDER BY f.time, f.event)[:20] FROM failed f WHERE f.address = e.address AND f.account <> e.account
      AND abs(date_diff('hour', f.time, e.time)) <= 72) AS tried_here,
    NOT EXISTS (FROM visits v WHERE v.account = e.account AND v.address = e.address AND v.outcome <> 'success') AS first_try
  FROM entries e
),
scored AS (
  SELECT *, 1 - (1 - CASE WHEN others_here >= 2 THEN 0.8 WHEN others_here = 1 THEN 0.4 ELSE 0 END)
    * (1 - CASE WHEN tries > 0 THEN 0.45 * least(strange, 1) ELSE 0 END)
    * (1 - CASE WHEN kind = 'residential' THEN 0.15 ELSE 0 END) * (1 - CASE WHEN odd_hour THEN 0.25 ELSE 0 END)
    * (1 - CASE WHEN first_try THEN 0.1 ELSE 0 END) AS score
  FROM judged WHERE others_here > 0 OR tries > 0
),
-- One finding an account: its most telling entry.
best AS (SELECT *, count(*) OVER (PARTITION BY account) AS entries FROM scored WHERE score >= $min_score
  QUALIFY row_number() OVER (PARTITION BY account ORDER BY score DESC, time, address) = 1)
SELECT least(score, 0.97) AS score, account, address, time AS first, last, visits AS count,
  list_transform(list_sort(list_distinct(list_concat([{t: time, e: event}], tried, tried_here))), x -> x.e)[:100] AS events, stream,
  format('{} came in {}from {}{}, a line that is not the account''s own{}{}{}.', account, CASE WHEN first_try THEN 'at the first try ' ELSE '' END,
    address, CASE WHEN kind = 'residential' THEN ' (a home connection)' ELSE '' END,
    CASE WHEN own_client IS NULL THEN '' WHEN own_client THEN ' but with a client of its own' ELSE format(' with a client that is not ({})', left(signature, 120)) END,
    CASE WHEN others_here > 0 THEN format('; from this address {} other accounts were tried within three days', others_here) ELSE '' END,
    CASE WHEN tries > 0 THEN format('; passwords had been tried for the account in the {} days before ({} failures)', $days, tries) ELSE '' END) AS why,
  ['address:' || address, 'session:' || session, 'client:' || client, 'device:' || device] AS acted,
  list_filter([CASE WHEN NOT EXISTS (FROM settings WHERE name = 'networks_date') THEN 'no network table was given: which lines are home connections is not known' END], x -> x IS NOT NULL) AS caveats,
  {other_accounts_tried_here: others_here, failures_before: tries, odd_hour: odd_hour, entries: entries} AS facts
FROM best ORDER BY score DESC, account
