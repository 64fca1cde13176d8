/*--- yaml
id: mailbox-sync-after-bind
title: Whole folders taken from a mailbox that was only read item by item
meaning: >-
  For weeks this mailbox was opened mail by mail; then a session from another address took whole folders at once. Every
  mail in those folders must be treated as read.
level: high
attack: [T1114.002]
tactics: [collection]
phase: collection
sources: [mailbox_access]
parameters:
  quiet: { default: 21, meaning: days of reading item by item before }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - The owner set up a mail program that keeps a copy; it then synchronises often, from the owner's usual lines.
  - The mailbox was moved to another computer by the IT department.
blind:
  mailbox_access: Reading of mailboxes was not handed in.
references:
  - https://attack.mitre.org/techniques/T1114/002/
---*/
WITH
reads AS (SELECT * FROM mailbox_access WHERE mailbox IS NOT NULL AND time IS NOT NULL),
own_lines AS (SELECT DISTINCT account, address FROM visits WHERE own_line OR common),
-- Places from which the mailbox is read item by item on several days: the owner's.
read_places AS (
  SELECT mailbox, address FROM reads WHERE kind = 'bind' GROUP BY mailbox, address HAVING count(DISTINCT CAST(time AS DATE)) >= 5
),
taken AS (
  SELECT r.*, coalesce(r.session, r.address, r.client, '') AS thread,
    l.account IS NOT NULL OR p.address IS NOT NULL AS own_place,
    min(r.time) OVER (PARTITION BY r.mailbox) AS known_since
  FROM reads r
  LEFT JOIN own_lines l ON l.account = bare_account(r.mailbox) AND l.address = r.address
  LEFT JOIN read_places p ON p.mailbox = r.mailbox AND p.address = r.address
),
syncs AS (SELECT * FROM taken WHERE kind = 'sync'),
threads AS (
  SELECT s.mailbox, s.thread, min(s.time) AS first, max(s.time) AS last, count(*) AS records, count(DISTINCT s.folder) AS folders,
    min(s.known_since) AS known_since, bool_or(s.own_place) AS own_place,
    min(s.account) AS account, min(s.address) AS address, min(s.session) AS session, min(s.client) AS client, min(s.app) AS app,
    events_of(s.time, s.event) AS events, min_by(s.stream, (s.time, s.event)) AS stream, bool_or(s.throttled) AS throttled,
    min(hour(s.time)) AS hour, string_agg(DISTINCT s.folder, ', ' ORDER BY s.folder) AS names
  FROM syncs s GROUP BY s.mailbox, s.thread
),
judged AS (
  SELECT t.*, (SELECT max(x.time) FROM syncs x WHERE x.mailbox = t.mailbox AND x.time < t.first) AS sync_before,
    (SELECT count(*) FROM reads b WHERE b.mailbox = t.mailbox AND b.kind = 'bind' AND b.time < t.first AND b.time >= t.first - to_days($quiet)) AS binds_before,
    (SELECT count(*) FROM reads b WHERE b.mailbox = t.mailbox AND b.kind = 'bind' AND coalesce(b.session, b.address, b.client, '') = t.thread
      AND b.time <= t.first) AS binds_in_thread,
    (SELECT count(DISTINCT CAST(x.time AS DATE)) FROM reads x WHERE x.mailbox = t.mailbox AND x.kind = 'sync' AND x.client IS NOT DISTINCT FROM t.client) AS sync_days
  FROM threads t
),
scored AS (
  SELECT *, (1 - (1 - CASE WHEN NOT own_place THEN 0.55 ELSE 0 END) * (1 - CASE WHEN folders >= 3 THEN 0.35 WHEN folders = 2 THEN 0.2 ELSE 0 END)
      * (1 - CASE WHEN binds_in_thread > 0 THEN 0.3 ELSE 0 END) * (1 - CASE WHEN sync_before IS NULL THEN 0.25 ELSE 0.1 END)
      * (1 - CASE WHEN throttled THEN 0.2 ELSE 0 END))
    * CASE WHEN own_place THEN 0.4 ELSE 1 END * CASE WHEN sync_days > 10 THEN 0.5 ELSE 1 END AS score
  FROM judged
  WHERE (sync_before IS NULL OR sync_before < first - to_days($quiet)) AND binds_before > 0 AND known_since <= first - to_days($quiet)
)
SELECT least(score, 0.95) AS score, account, address, first, last, records AS count, events, stream,
  format('{} was read only item by item for {} days; then {} took {} whole{}{}.', mailbox,
    date_diff('day', coalesce(sync_before, known_since), first), coalesce(left(client, 80), 'a client'),
    CASE WHEN folders = 1 THEN 'a folder' WHEN folders = 0 THEN 'folders' ELSE folders || ' folders' END,
    CASE WHEN own_place THEN '' ELSE ' from an address that is not the owner''s' END,
    CASE WHEN names IS NULL THEN '' ELSE format(' ({})', left(names, 120)) END) AS why,
  ['mailbox:' || mailbox, 'session:' || session, 'client:' || coalesce(client, app), 'address:' || address] AS acted,
  ['how many items the folders held is unknown: treat all of them as read'] AS caveats,
  {mailbox: mailbox, folders_taken: folders, items_at_most: 'unknown'} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, mailbox, first, thread
