/*--- yaml
id: many-mailboxes-one-reader
title: One reader goes through many mailboxes
meaning: >-
  One account, client or address read several people's mailboxes within hours, and does not do so as its daily work.
level: high
attack: [T1114.002]
tactics: [collection]
phase: collection
sources: [mailbox_access]
parameters:
  window: { default: 12 hours, meaning: pause that ends a round }
  min_mailboxes: { default: 4, meaning: mailboxes of other people in one round at least }
  routine_days: { default: 8, meaning: a reader that does it on so many days does it as daily work }
  common_share: { default: 0.1, meaning: a client that so large a share of the mailboxes knows is no reader of its own }
innocent:
  - Backup, archive, search or migration, by an account made for it, day after day.
  - A secretariat with several bosses.
  - An office behind one address, each person reading the own mailbox.
blind:
  mailbox_access: Reading of mailboxes was not handed in.
references:
  - https://attack.mitre.org/techniques/T1114/002/
---*/
WITH
reads AS (
  SELECT *, bare_account(mailbox) AS owner, coalesce(app, '') || '|' || coalesce(client, '') AS program
  FROM mailbox_access WHERE mailbox IS NOT NULL AND time IS NOT NULL
),
house AS (SELECT count(DISTINCT mailbox) AS mailboxes FROM reads),
programs AS (SELECT program, count(DISTINCT mailbox) AS mailboxes FROM reads WHERE program <> '|' GROUP BY program),
-- Lines that are usual for a person of their own: an office, a carrier.
usual AS (SELECT DISTINCT address FROM visits WHERE own_line OR common),
-- Who the reader is: another account than the owner, a client of few, an exit.
by_reader AS (
  SELECT r.*, 'account:' || account AS reader, 'account' AS sort FROM reads r WHERE account <> owner
  UNION ALL
  SELECT r.*, 'client:' || coalesce(client, app), 'client' FROM reads r JOIN programs p USING (program), house h
  WHERE account = owner AND (p.mailboxes <= $common_share * h.mailboxes OR p.mailboxes <= 3)
  UNION ALL
  SELECT r.*, 'address:' || address, 'address' FROM reads r ANTI JOIN usual u USING (address) WHERE account = owner AND address IS NOT NULL
),
marked AS (
  SELECT *, time - lag(time) OVER (PARTITION BY reader ORDER BY time, event) > CAST($window AS INTERVAL) AS starts FROM by_reader
),
numbered AS (
  SELECT *, sum(CASE WHEN starts THEN 1 ELSE 0 END) OVER (PARTITION BY reader ORDER BY time, event ROWS UNBOUNDED PRECEDING) AS round FROM marked
),
rounds AS (
  SELECT reader, sort, round, min(time) AS first, max(time) AS last, count(*) AS records, count(DISTINCT mailbox) AS mailboxes, sum(items) AS items,
    count(*) FILTER (kind = 'sync') AS syncs, bool_or(throttled) AS throttled, count(DISTINCT n.address) AS addresses,
    avg(CASE WHEN u.address IS NULL THEN 1 ELSE 0 END) AS strange, events_of(time, event) AS events, min_by(stream, (time, event)) AS stream,
    min(account) AS account, count(DISTINCT account) AS accounts, min(n.address) AS address,
    list(DISTINCT 'mailbox:' || mailbox ORDER BY 'mailbox:' || mailbox)[:80] AS boxes,
    list(DISTINCT 'account:' || account ORDER BY 'account:' || account)[:60] AS who,
    list(DISTINCT 'address:' || n.address ORDER BY 'address:' || n.address)[:30] AS places,
    list(DISTINCT 'session:' || session ORDER BY 'session:' || session)[:20] AS sessions
  FROM numbered n LEFT JOIN usual u ON u.address = n.address GROUP BY reader, sort, round
),
busy AS (
  SELECT *, count(*) FILTER (mailboxes >= $min_mailboxes) OVER (PARTITION BY reader) AS rounds,
    date_diff('day', min(first) OVER (PARTITION BY reader), max(last) OVER (PARTITION BY reader)) AS span,
    (SELECT count(DISTINCT CAST(b.time AS DATE)) FROM by_reader b WHERE b.reader = rounds.reader) AS days
  FROM rounds
),
scored AS (
  SELECT *, (0.4 + 0.25 * ramp(mailboxes, $min_mailboxes, 4 * $min_mailboxes) + 0.25 * strange
      + CASE WHEN throttled OR syncs > 0 THEN 0.1 ELSE 0 END)
    * CASE WHEN days >= $routine_days AND strange < 0.5 THEN 0.3 ELSE 1 END AS score
  FROM busy WHERE mailboxes >= $min_mailboxes
  -- the strongest round stands for the reader
  QUALIFY row_number() OVER (PARTITION BY reader ORDER BY score DESC, first) = 1
),
-- The same round seen by client and by address is told once.
told AS (
  SELECT * FROM scored s WHERE NOT EXISTS (
    FROM scored o WHERE o.reader <> s.reader AND o.first <= s.last AND s.first <= o.last AND o.boxes = s.boxes
      AND (o.score > s.score OR (o.score = s.score AND o.reader < s.reader)))
)
SELECT least(score, 0.96) AS score, CASE WHEN sort = 'account' OR accounts = 1 THEN account END AS account,
  CASE WHEN addresses = 1 THEN address END AS address, first, last, records AS count, events, stream,
  format('{} read {} mailboxes within {:.1f} hours: at least {} items{}{}; rounds like this: {}.', left(replace(replace(reader, 'client:', ''), 'account:', ''), 100), mailboxes,
    date_diff('second', first, last) / 3600.0, items,
    CASE WHEN syncs > 0 THEN format(' and {} whole folders', syncs) ELSE '' END,
    CASE WHEN throttled THEN ', throttled: how many more is unknown' ELSE '' END, rounds) AS why,
  places AS entities, list_concat([reader], boxes, who, sessions) AS acted,
  CASE WHEN throttled THEN ['the source says itself that items are missing: at least'] ELSE [] END AS caveats,
  {mailboxes: mailboxes, items_at_least: items, whole_folders: syncs, rounds: rounds, days_of_reader: days} AS facts
FROM told WHERE score >= 0.45 ORDER BY score DESC, reader
