/*--- yaml
id: mail
title: A mail was delivered, refused or held, one row a recipient
columns:
  sender: VARCHAR         # of the envelope
  sender_domain: VARCHAR
  recipient: VARCHAR
  message_id: VARCHAR
  status: VARCHAR         # delivered · blocked: refused, bounced, quarantined · unknown
  subject: VARCHAR
  size: BIGINT
  relay: VARCHAR          # address of the server that handed it in
  image_urls: VARCHAR[]   # remote pictures the gateway's filter saw in the message, of all its recipients together
  unsubscribe: BOOLEAN    # it says how to unsubscribe; NULL when the log would not tell
networks: [relay]
---*/

-- section mail-postfix: queue_id, from, to, status, size, src_ip, message_id, message, activity, hostname
-- Postfix tells a message in several lines under one queue id; ids may come again after days. Pictures and headers are there
-- when header_checks and body_checks warn of them.
WITH parts AS (
  SELECT *, coalesce(_time - lag(_time) OVER (PARTITION BY hostname, queue_id ORDER BY _time, _evidence, _offset) > INTERVAL 5 DAYS, false) AS again
  FROM source WHERE queue_id IS NOT NULL AND queue_id <> 'NOQUEUE'
),
numbered AS (
  SELECT *, sum(CASE WHEN again THEN 1 ELSE 0 END) OVER (PARTITION BY hostname, queue_id ORDER BY _time, _evidence, _offset ROWS UNBOUNDED PRECEDING) AS turn
  FROM parts
),
messages AS (
  SELECT hostname, queue_id, turn, lower(min("from") FILTER (size IS NOT NULL)) AS sender, min(message_id) AS message_id,
    max(TRY_CAST(size AS BIGINT)) AS size, min(src_ip) AS relay,
    min(nullif(regexp_extract(message, 'warning: header Subject: (.*) from [^ ]+\[', 1), '')) AS subject,
    list(DISTINCT regexp_extract(message, '<img[^>]{0,200}src="?(https?://[^" >]{1,500})', 1) ORDER BY regexp_extract(message, '<img[^>]{0,200}src="?(https?://[^" >]{1,500})', 1))
      FILTER (message LIKE '%warning: body%<img%')[:500] AS image_urls,
    bool_or(message LIKE '%warning: header%') AS tells_headers, bool_or(message ILIKE '%warning: header List-Unsubscribe:%') AS unsubscribe
  FROM numbered GROUP BY hostname, queue_id, turn
)
SELECT n._time AS time, m.sender, split_part(m.sender, '@', 2) AS sender_domain, lower(n."to") AS recipient, m.message_id,
  CASE n.status WHEN 'sent' THEN 'delivered' WHEN 'bounced' THEN 'blocked' ELSE 'unknown' END AS status, m.subject, m.size,
  bare_address(m.relay) AS relay, m.image_urls, CASE WHEN m.tells_headers THEN m.unsubscribe END AS unsubscribe, n._evidence, n._offset, n._flags
FROM numbered n JOIN messages m USING (hostname, queue_id, turn)
WHERE n.status IS NOT NULL AND n."to" IS NOT NULL
UNION ALL
SELECT _time, lower("from"), split_part(lower("from"), '@', 2), lower("to"), NULL, 'blocked', NULL, NULL, bare_address(src_ip), NULL, NULL, _evidence, _offset, _flags
FROM source WHERE activity = 'mail-reject' AND "to" IS NOT NULL

-- section exchange-messagetracking: event-id, sender-address, recipient-address, message-id, message-subject, total-bytes, original-client-ip, directionality, source
SELECT _time AS time, lower("sender-address") AS sender, split_part(lower("sender-address"), '@', 2) AS sender_domain,
  lower(unnest(string_split("recipient-address", ';'))) AS recipient, trim("message-id", '<>') AS message_id,
  CASE WHEN "event-id" = 'DELIVER' THEN 'delivered' ELSE 'blocked' END AS status, "message-subject" AS subject,
  TRY_CAST("total-bytes" AS BIGINT) AS size, bare_address("original-client-ip") AS relay, _evidence, _offset, _flags
FROM source WHERE "event-id" IN ('DELIVER', 'FAIL') AND "recipient-address" IS NOT NULL
