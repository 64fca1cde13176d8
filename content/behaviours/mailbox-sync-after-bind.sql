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
own_lines AS (SELECT DISTINCT account, address FROM visits WHERE own_line),
house_lines AS (SELECT DISTINCT address FROM visits WHERE common),
-- Places from which the mailbox is read item by item on several days: the owner's.
read_places AS (
  SELECT mailbox, address FROM reads WHERE kind = 'bind' GROUP BY mailbox, address HAVING count(DISTINCT CAST(time AS DATE)) >= 5
),
taken AS (
  SELECT r.*, coalesce(r.client, r.app, '') AS program, l.account IS NOT NULL OR h.address IS NOT NULL OR p.address IS NOT NULL AS own_place
  FROM reads r
  LEFT JOIN own_lines l ON l.account = bare_account(r.mailbox) AND l.address = r.address
  LEFT JOIN house_lines h ON h.address = r.address
  LEFT JOIN read_places p ON p.mailbox = r.mailbox AND p.address = r.address
),
-- What one program took of one mailbox, at the owner's places and elsewhere apart.
takers AS (
  SELECT mailbox, program, own_place, min(time) AS first, max(time) AS last, count(*) AS records, count(DISTINCT folder) AS folders,
    min(account) AS account, count(DISTINCT address) AS addresses, min(address) AS address, events_of(time, event) AS events,
    min_by(stream, (time, event)) AS stream, bool_or(throttled) AS throttled, string_agg(DISTINCT folder, ', ' ORDER BY folder) AS names,
    count(DISTINCT session) AS sessions, list(DISTINCT 'session:' || session ORDER BY 'session:' || session)[:40] AS session_names,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:40] AS places
  FROM taken WHERE kind = 'sync' GROUP BY mailbox, program, own_place
),
known AS (SELECT mailbox, min(time) AS since FROM reads GROUP BY mailbox),
judged AS (
  SELECT t.*, k.since,
    (SELECT max(x.time) FROM taken x WHERE x.mailbox = t.mailbox AND x.kind = 'sync' AND x.time < t.first AND (x.own_place OR x.program = t.program)) AS sync_before,
    (SELECT count(*) FROM reads b WHERE b.mailbox = t.mailbox AND b.kind = 'bind' AND b.time < t.first AND b.time >= t.first - to_days($quiet)) AS binds_before,
    (SELECT count(*) FROM taken b WHERE b.mailbox = t.mailbox AND b.kind = 'bind' AND b.program = t.program AND NOT b.own_place AND b.time <= t.first) AS binds_of_program,
    EXISTS (FROM taken x WHERE x.mailbox = t.mailbox AND x.kind = 'sync' AND x.own_place AND x.program = t.program) AS syncs_at_home
  FROM takers t JOIN known k USING (mailbox)
),
scored AS (
  SELECT *, sync_before IS NULL OR sync_before < first - to_days($quiet) AS only_read,
    (1 - (1 - CASE WHEN NOT own_place THEN 0.5 ELSE 0 END) * (1 - CASE WHEN folders >= 3 THEN 0.35 WHEN folders = 2 THEN 0.2 ELSE 0 END)
      * (1 - CASE WHEN binds_of_program > 0 THEN 0.25 ELSE 0 END)
      * (1 - CASE WHEN sync_before IS NULL OR sync_before < first - to_days($quiet) THEN 0.3 ELSE 0 END) * (1 - CASE WHEN throttled THEN 0.2 ELSE 0 END))
    * CASE WHEN own_place OR syncs_at_home THEN 0.4 ELSE 1 END AS score
  FROM judged WHERE binds_before > 0 AND (since <= first - to_days($quiet) OR NOT (own_place OR syncs_at_home))
)
SELECT least(score, 0.95) AS score, account, CASE WHEN addresses = 1 THEN address END AS address, first, last, records AS count, events, stream,
  format('{} was read item by item{}; then {} took {} whole{}{}{}.', mailbox,
    CASE WHEN only_read AND since <= first - to_days($quiet) THEN format(' only, for {} days', date_diff('day', coalesce(sync_before, since), first)) ELSE '' END,
    coalesce(nullif(left(program, 80), ''), 'a client'), CASE WHEN folders = 1 THEN 'a folder' WHEN folders = 0 THEN 'folders' ELSE folders || ' folders' END,
    CASE WHEN own_place THEN '' WHEN addresses = 1 THEN ' from an address that is not the owner''s' ELSE format(' from {} addresses that are not the owner''s', addresses) END,
    CASE WHEN sessions > 1 THEN format(', in {} sessions', sessions) ELSE '' END, CASE WHEN names IS NULL THEN '' ELSE format(' ({})', left(names, 120)) END) AS why,
  list_concat(['mailbox:' || mailbox, 'client:' || nullif(program, '')], session_names, places) AS acted,
  ['how many items the folders held is unknown: treat all of them as read'] AS caveats,
  {mailbox: mailbox, folders_taken: folders, items_at_most: 'unknown'} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, mailbox, first, program
