/*--- yaml
id: mail
title: A mail was delivered, refused or held
columns:
  sender: VARCHAR       # of the envelope
  sender_domain: VARCHAR
  recipient: VARCHAR
  message_id: VARCHAR
  queue_id: VARCHAR
  status: VARCHAR       # delivered · blocked: refused, quarantined, bounced · unknown: deferred, nothing said
  subject: VARCHAR
  size: BIGINT
  client: VARCHAR       # address of the server that handed it in
  image_url: VARCHAR    # of a remote picture, where the gateway says so
  image_host: VARCHAR
  list_unsubscribe: BOOLEAN
---*/
-- section mail-postfix: queue_id, from, to, status, size, src_ip, message_id, message, activity, hostname
-- Postfix tells a message in several lines under one queue id: who sent it, its id, and each recipient with what became of it.
SELECT _time AS time, lower("from") AS sender, _evidence, _offset, _flags FROM source WHERE false
