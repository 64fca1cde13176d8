/*--- yaml
id: pixel-mail
title: Mails with a picture of its own for each recipient
meaning: >-
  Chosen people got mails that load a picture from outside, with another name for each of them. Whoever opens such a mail
  tells the sender that he read it, from which line and with which program. It comes before an attack, and home routers and
  private devices of the recipients are a likely next target.
level: medium
attack: [T1598.003]
tactics: [reconnaissance]
phase: reconnaissance
sources: [mail]
parameters:
  minutes: { default: 60, meaning: a picture fetched so soon after delivery was fetched by opening the mail }
  min_recipients: { default: 5, meaning: recipients at least }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A newsletter, with a way to unsubscribe, sent for months to the same people.
  - Invitations and customer mailings through a mailing service.
  - A read receipt of somebody who writes regularly.
blind:
  mail: No mail log that names pictures was handed in.
references:
  - https://attack.mitre.org/techniques/T1598/003/
---*/
WITH
-- One row a delivery; a message told by two logs once.
deliveries AS (
  SELECT * FROM mail WHERE recipient IS NOT NULL AND sender IS NOT NULL AND time IS NOT NULL AND len(image_urls) > 0
  QUALIFY row_number() OVER (PARTITION BY coalesce(message_id, event), recipient ORDER BY time, event) = 1
),
messages AS (
  SELECT sender, message_id, min(time) AS time, max(image_urls) AS image_urls FROM deliveries GROUP BY sender, message_id
),
pictures AS (
  SELECT sender, message_id, url, regexp_extract(url, '^https?://([^/:]+)', 1) AS image_host
  FROM (SELECT sender, message_id, unnest(image_urls) AS url FROM messages)
),
hosts AS (SELECT DISTINCT sender, message_id, image_host FROM pictures WHERE image_host <> ''),
-- A campaign: one sender, one picture host.
sent AS (
  SELECT d.*, h.image_host, CAST(d.time AS DATE) AS day FROM deliveries d
  JOIN hosts h ON h.sender = d.sender AND h.message_id IS NOT DISTINCT FROM d.message_id
),
refused AS (
  SELECT sender, count(DISTINCT recipient) AS blocked FROM mail WHERE status = 'blocked' GROUP BY sender
),
campaigns AS (
  SELECT sender, min(sender_domain) AS sender_domain, image_host, min(time) AS first, max(time) AS last, count(*) AS mails, count(DISTINCT recipient) AS recipients,
    count(DISTINCT day) AS waves, date_diff('day', min(day), max(day)) AS span, count(DISTINCT recipient) FILTER (status = 'delivered') AS delivered,
    avg(CASE WHEN unsubscribe THEN 1 ELSE 0 END) AS unsubscribe, bool_or(unsubscribe IS NOT NULL) AS tells, min(relay) AS relay,
    events_of(time, event)[:60] AS events, list({t: time, e: event} ORDER BY time, event)[:70] AS mail_events, min_by(stream, (time, event)) AS stream,
    list(DISTINCT 'mailbox:' || recipient ORDER BY 'mailbox:' || recipient)[:120] AS people,
    string_agg(DISTINCT subject, ' · ' ORDER BY subject) AS subjects
  FROM sent GROUP BY sender, image_host
),
tokens AS (
  SELECT p.sender, p.image_host, count(DISTINCT p.url) AS urls FROM pictures p GROUP BY p.sender, p.image_host
),
-- Was the picture fetched? By its own name, or, where the connection is encrypted, any visit to its host soon after delivery.
fetched AS (
  SELECT c.sender, c.image_host, w.time, w.event, w.host, w.account
  FROM campaigns c JOIN web w ON w.domain = c.image_host
  WHERE EXISTS (FROM sent s WHERE s.sender = c.sender AND s.image_host = c.image_host
    AND w.time >= s.time AND w.time <= s.time + to_minutes($minutes))
    OR EXISTS (FROM pictures p WHERE p.sender = c.sender AND p.image_host = c.image_host AND p.url = w.url)
  UNION ALL
  SELECT c.sender, c.image_host, q.time, q.event, q.host, NULL
  FROM campaigns c JOIN dns q ON q.query = c.image_host
  WHERE NOT EXISTS (FROM web) AND EXISTS (FROM sent s WHERE s.sender = c.sender AND s.image_host = c.image_host
    AND q.time >= s.time AND q.time <= s.time + to_minutes($minutes))
),
fired AS (
  SELECT sender, image_host, count(DISTINCT coalesce(account, host)) AS opened, min(time) AS first, list({t: time, e: event} ORDER BY time, event)[:30] AS fetch_events,
    list(DISTINCT 'host:' || host ORDER BY 'host:' || host)[:40] AS machines
  FROM fetched GROUP BY sender, image_host
),
scored AS (
  SELECT c.*, t.urls, coalesce(f.opened, 0) AS opened, f.fetch_events, f.machines, coalesce(r.blocked, 0) AS blocked,
    -- how much of its audience each wave reaches: 1 of a newsletter, less of waves to ever other people
    c.mails::DOUBLE / c.recipients / c.waves AS loyalty,
    0.9 * ramp(t.urls::DOUBLE / c.mails, 0.5, 0.9)
      * CASE WHEN tells THEN 1 - 0.75 * unsubscribe ELSE 0.8 END
      * CASE WHEN c.waves >= 6 AND c.span >= 120 AND c.mails::DOUBLE / c.recipients / c.waves >= 0.6 THEN 0.4 ELSE 1 END
      * CASE WHEN site_of(c.image_host) = site_of(c.sender_domain) THEN 0.85 ELSE 1 END
      * (0.75 + 0.25 * ramp(c.recipients, 5, 30)) AS score
  FROM campaigns c JOIN tokens t USING (sender, image_host) LEFT JOIN fired f USING (sender, image_host) LEFT JOIN refused r USING (sender)
  WHERE c.recipients >= $min_recipients
)
SELECT least(score, 0.95) AS score, CAST(NULL AS VARCHAR) AS account, CAST(NULL AS VARCHAR) AS address, first, last, mails AS count,
  list_transform(list_sort(list_concat(mail_events, coalesce(fetch_events, []))), x -> x.e)[:100] AS events, stream,
  format('{} mails from {} to {} people in {} carried {} different pictures of {}{}: {} delivered, {} blocked; {}.', mails, sender, recipients,
    CASE WHEN waves = 1 THEN 'one wave' ELSE waves || ' waves' END, urls, image_host,
    CASE WHEN NOT tells THEN '' WHEN unsubscribe = 0 THEN ', without a way to unsubscribe' ELSE ', with a way to unsubscribe' END, delivered, blocked,
    CASE WHEN opened > 0 THEN format('{} own machines or people fetched it within {} minutes or by its name, of the others it is unknown whether they opened it', opened, $minutes)
      WHEN EXISTS (FROM web) OR EXISTS (FROM dns) THEN 'no own machine was seen fetching it; telephones and web mail at home would not be seen'
      ELSE 'whether it was opened is unknown: no log of web or names' END) AS why,
  list_concat(people, ['domain:' || image_host, 'domain:' || sender_domain, 'address:' || relay], coalesce(machines, [])) AS entities,
  ['domain:' || image_host, 'domain:' || sender_domain, 'address:' || relay] AS acted,
  {sender: sender, image_host: image_host, recipients: recipients, waves: waves, delivered: delivered, opened: opened, blocked: blocked,
    unknown: greatest(delivered - opened, 0), subjects: left(subjects, 300)} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, first, sender, image_host
