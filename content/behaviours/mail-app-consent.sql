/*--- yaml
id: mail-app-consent
title: Application given a way to read mail
meaning: >-
  An application in the directory was given the right to read mail, or a new secret of its own, and may since read
  mailboxes without any person's password. Most telling when right, secret and reading follow each other within days.
level: high
attack: [T1528, T1550.001, T1098.001]
tactics: [credential-access, persistence, defense-evasion]
phase: persistence
sources: [mailbox_changes]
parameters:
  days: { default: 30, meaning: steps that belong together lie within so many days }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A new mail or archive application, introduced by administrators at work.
  - Renewal of an application's secret, once or twice a year, by those who look after it.
blind:
  mailbox_changes: The directory's audit was not handed in.
references:
  - https://attack.mitre.org/techniques/T1528/
  - https://attack.mitre.org/techniques/T1098/001/
---*/
WITH
steps AS (
  SELECT *, lower(operation) AS op, lower(coalesce(parameters, '')) AS said FROM mailbox_changes
  WHERE service = 'directory' AND result = 'success' AND time IS NOT NULL
),
kinds AS (
  SELECT *,
    CASE
      WHEN regexp_matches(op, 'consent to application|delegated permission grant|app role assignment')
        AND regexp_matches(said, '(mail|mailbox[a-z]*|imap|ews|full_access_as_app|mailboxsettings)\.?(read|send|readwrite|accessasuser|full_access)|full_access_as_app|imap\.accessasuser') THEN 'right'
      WHEN regexp_matches(op, 'consent to application|delegated permission grant|app role assignment') THEN 'consent'
      WHEN regexp_matches(op, 'certificates and secrets|add service principal credentials') THEN 'secret'
    END AS step,
    regexp_matches(said, 'allprincipals|isadminconsent[^a-z]+true') AS for_all
  FROM steps
),
routine AS (SELECT actor, count(DISTINCT CAST(time AS DATE)) AS days FROM steps GROUP BY actor),
own_lines AS (SELECT DISTINCT account, line FROM visits WHERE own_line),
own_hours AS (
  SELECT account, hour(time) AS hour, count(*) AS visits, sum(count(*)) OVER (PARTITION BY account) AS all_visits
  FROM visits WHERE own_line AND outcome = 'success' GROUP BY account, hour
),
known_hours AS (SELECT account, max(all_visits) AS all_visits FROM own_hours GROUP BY account HAVING max(all_visits) >= 20),
house_lines AS (SELECT DISTINCT line FROM visits WHERE common),
-- The steps of one actor within the window: an application's right is recorded under the resource, its secret under itself.
marked AS (
  SELECT k.*, coalesce(r.days, 0) AS work_days,
    k.address IS NOT NULL AND n.address IS NOT NULL AND l.account IS NULL AND h.line IS NULL AS strange_line,
    CASE WHEN a.account IS NULL THEN hour(k.time) NOT BETWEEN 5 AND 19 OR isodow(k.time) > 5
      ELSE coalesce(w2.visits, 0) < 0.01 * a.all_visits END AS odd_hour,
    k.time - lag(k.time) OVER (PARTITION BY k.actor ORDER BY k.time, k.event) > to_days($days) AS starts
  FROM kinds k LEFT JOIN routine r USING (actor) LEFT JOIN own_lines l ON l.account = k.actor AND l.line = CASE WHEN contains(k.address, ':') THEN line_prefix(k.address) ELSE k.address END
  LEFT JOIN known_hours a ON a.account = k.actor LEFT JOIN own_hours w2 ON w2.account = k.actor AND w2.hour = hour(k.time)
  LEFT JOIN house_lines h ON h.line = CASE WHEN contains(k.address, ':') THEN line_prefix(k.address) ELSE k.address END
  LEFT JOIN address_networks n ON n.address = k.address
  WHERE k.step IS NOT NULL
),
numbered AS (
  SELECT *, sum(CASE WHEN starts THEN 1 ELSE 0 END) OVER (PARTITION BY actor ORDER BY time, event ROWS UNBOUNDED PRECEDING) AS chain FROM marked
),
chains AS (
  SELECT actor, chain, min(time) AS first, max(time) AS last, count(*) AS steps, count(*) FILTER (step = 'right') AS rights,
    count(*) FILTER (step = 'consent') AS consents, count(*) FILTER (step = 'secret') AS secrets, bool_or(for_all AND step = 'right') AS for_all,
    bool_or(strange_line) AS strange_line, bool_or(odd_hour) AS odd_hour, max(work_days) AS work_days, min(address) AS address,
    count(DISTINCT address) AS addresses, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    string_agg(DISTINCT mailbox, ', ' ORDER BY mailbox) AS targets, string_agg(DISTINCT said, ' ' ORDER BY said) AS said,
    list(DISTINCT 'service:' || mailbox ORDER BY 'service:' || mailbox)[:20] AS services,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:20] AS places
  FROM numbered GROUP BY actor, chain
),
-- Applications that begin to read mail soon after.
readers AS (
  SELECT app, min(m.time) AS first, count(DISTINCT mailbox) AS mailboxes, sum(items) AS items, min_by(m.event, (m.time, m.event)) AS event,
    avg(CASE WHEN v.event IS NULL THEN 0 ELSE 1 END) AS at_home
  FROM mailbox_access m LEFT JOIN (SELECT DISTINCT account, address, 1 AS event FROM visits WHERE own_line OR common) v
    ON v.account = m.account AND v.address = m.address
  WHERE app IS NOT NULL GROUP BY app
),
-- Each belongs to the consent that names it, else to the last one before it began: never to two. When the log of reading
-- begins long after the consent, every application seems to begin with it.
claimed AS (
  SELECT c.actor, c.chain, r.* FROM chains c JOIN readers r ON r.first >= c.first AND r.first <= c.last + to_days($days) AND r.mailboxes <= 200,
    (SELECT min(time) AS since FROM mailbox_access)
  WHERE c.rights > 0 AND (since <= c.last + INTERVAL 1 DAY OR r.first > since + INTERVAL 7 DAYS) QUALIFY row_number() OVER (PARTITION BY r.app ORDER BY contains(c.said, lower(r.app)) DESC, c.first DESC, c.actor, c.chain) = 1
),
read_by AS (
  SELECT actor, chain, min_by(app, (first, app)) AS app, min_by(event, (first, app)) AS event, sum(items) AS items, max(mailboxes) AS mailboxes, min(first) AS time, min(at_home) AS at_home
  FROM claimed GROUP BY actor, chain
),
scored AS (
  SELECT c.*, b.app, b.items, b.mailboxes, b.event AS read_event, b.time AS read_time,
    (1 - (1 - CASE WHEN rights > 0 THEN 0.4 WHEN consents > 0 THEN 0.1 ELSE 0 END) * (1 - CASE WHEN secrets > 0 AND rights > 0 THEN 0.4 WHEN secrets > 0 THEN 0.2 ELSE 0 END)
      * (1 - CASE WHEN b.app IS NOT NULL THEN 0.35 ELSE 0 END) * (1 - CASE WHEN for_all THEN 0.15 ELSE 0 END)
      * (1 - CASE WHEN strange_line THEN 0.5 ELSE 0 END) * (1 - CASE WHEN odd_hour THEN 0.2 ELSE 0 END)
      * CASE WHEN work_days >= 8 AND NOT strange_line THEN 1.3 ELSE 1 END)
    -- whose readers sit on their own lines, that is a new program
    * CASE WHEN b.at_home >= 0.5 AND NOT strange_line THEN 0.6 ELSE 1 END AS score
  FROM chains c LEFT JOIN read_by b USING (actor, chain)
)
SELECT least(score, 0.97) AS score, actor AS account, CASE WHEN addresses = 1 THEN address END AS address, first, greatest(last, coalesce(read_time, last)) AS last,
  steps + CASE WHEN app IS NULL THEN 0 ELSE 1 END AS count, list_concat(events, CASE WHEN read_event IS NULL THEN [] ELSE [read_event] END)[:100] AS events, stream,
  format('{} {}{}{} ({}){}{}.', actor,
    CASE WHEN rights > 0 THEN 'gave an application the right to read mail' WHEN consents > 0 THEN 'gave an application rights' ELSE 'gave an application a new secret' END,
    CASE WHEN for_all THEN ' for everybody' ELSE '' END, CASE WHEN secrets > 0 AND rights + consents > 0 THEN ' and a new secret' ELSE '' END, left(coalesce(targets, ''), 100),
    CASE WHEN app IS NULL THEN '' ELSE format('; application {} began to read mail {:.1f} hours after the first step', app, date_diff('second', first, read_time) / 3600.0) END,
    CASE WHEN strange_line THEN '; from an address that is not its own' ELSE '' END) AS why,
  services AS entities, list_concat(places, CASE WHEN app IS NULL THEN [] ELSE ['service:' || app, 'client:' || app] END) AS acted,
  {rights: rights, secrets: secrets, application: app, days_with_directory_changes: work_days} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, first, actor
