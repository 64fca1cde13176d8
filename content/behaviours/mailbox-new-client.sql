/*--- yaml
id: mailbox-new-client
title: Mailbox read by a client it never had
meaning: >-
  A program or application that this mailbox never saw, and that hardly any other mailbox knows, starts reading it from
  addresses the owner does not use. What it took is counted as at least so many items; where the log was throttled or a
  whole folder was taken, how many more is unknown.
level: high
attack: [T1114.002]
tactics: [collection]
phase: collection
sources: [mailbox_access]
parameters:
  history: { default: 14, meaning: days a mailbox must be known before a client counts as new }
  common_share: { default: 0.1, meaning: "a client that so large a share of the mailboxes knows is everybody's" }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - A new mail program or telephone, first used on the owner's usual lines.
  - An archive, backup or search application that the IT department set up; it reads many mailboxes, regularly, in the open.
  - A secretary who was given the mailbox.
blind:
  mailbox_access: Reading of mailboxes was not handed in; older incidents lack it altogether, because it was a premium feature.
references:
  - https://attack.mitre.org/techniques/T1114/002/
---*/
WITH
reads AS (
  SELECT *, bare_account(mailbox) AS owner, coalesce(app, '') || '|' || regexp_replace(coalesce(client, ''), '[0-9.]+', '#', 'g') AS program
  FROM mailbox_access WHERE mailbox IS NOT NULL AND time IS NOT NULL AND (client IS NOT NULL OR app IS NOT NULL)
),
mailboxes AS (SELECT mailbox, min(time) AS known_since FROM reads GROUP BY mailbox),
-- Whether each place was strange to this reader: a client that neither he nor the house knows, on a line that is not his.
places AS (
  SELECT account, address, client, bool_or(outside AND NOT own_line AND NOT common AND NOT coalesce(known_client, false)) AS strange, bool_or(odd_hour) AS odd FROM visits WHERE service = 'mailbox' GROUP BY account, address, client
),
house AS (SELECT count(*) AS mailboxes, min(known_since) AS since FROM mailboxes),
pairs AS (
  SELECT r.mailbox, r.program, min(r.time) AS first, max(r.time) AS last, count(*) AS records, min(r.owner) AS owner,
    count(DISTINCT CAST(r.time AS DATE)) AS days, sum(r.items) AS items, count(*) FILTER (r.kind = 'sync') AS syncs,
    count(DISTINCT r.folder) FILTER (r.kind = 'sync') AS folders, count(*) FILTER (r.throttled) AS throttled,
    avg(CASE WHEN p.strange THEN 1 ELSE 0 END) AS strange_places,
    bool_or(r.account <> r.owner) AS by_other, min(r.account) AS account, count(DISTINCT r.address) AS addresses,
    max(r.client) AS client, max(r.app) AS app, min_by(r.address, (r.time, r.event)) AS address, events_of(r.time, r.event) AS events,
    min_by(r.stream, (r.time, r.event)) AS stream,
    list(DISTINCT 'address:' || r.address ORDER BY 'address:' || r.address)[:60] AS places,
    list(DISTINCT 'session:' || r.session ORDER BY 'session:' || r.session)[:60] AS sessions,
    avg(CASE WHEN p.odd THEN 1 ELSE 0 END) AS odd
  FROM reads r
  LEFT JOIN places p ON p.account = r.account AND p.address = r.address AND p.client IS NOT DISTINCT FROM r.client
  GROUP BY r.mailbox, r.program
),
-- A program that many know from places of their own was rolled out; one that is always elsewhere was not, unless it does
-- its work in the open: for half the house and months long from one place.
programs AS (
  SELECT p.program, count(*) AS mailboxes, avg(p.strange_places) AS strange,
    count(*) >= 0.5 * (SELECT mailboxes FROM house) AND date_diff('day', min(p.first), max(p.last)) >= 30
      AND (SELECT count(DISTINCT r.address) FROM reads r WHERE r.program = p.program) <= 3 AS steady
  FROM pairs p GROUP BY p.program
),
scored AS (
  SELECT p.*, g.mailboxes, h.mailboxes AS of_all, m.known_since,
    (1 - (1 - 0.4) * (1 - 0.55 * p.strange_places) * (1 - CASE WHEN p.syncs > 0 THEN 0.25 ELSE 0 END)
      * (1 - CASE WHEN p.throttled > 0 THEN 0.3 ELSE 0 END) * (1 - 0.2 * p.odd) * (1 - CASE WHEN p.by_other THEN 0.15 ELSE 0 END))
    * (1 - ramp(g.mailboxes::DOUBLE / h.mailboxes, $common_share / 2, 2 * $common_share) * CASE WHEN g.steady OR g.mailboxes >= 0.4 * h.mailboxes THEN 1 ELSE 1 - ramp(g.strange, 0.5, 0.9) END)
    * (0.3 + 0.7 * p.strange_places)
    * CASE WHEN p.first >= m.known_since + to_days($history) THEN 1 WHEN p.first >= h.since + to_days($history) THEN 0.9 ELSE 0.65 END AS score
  FROM pairs p JOIN programs g USING (program) JOIN mailboxes m USING (mailbox) CROSS JOIN house h
)
SELECT least(score, 0.98) AS score, account, CASE WHEN addresses = 1 THEN address END AS address, first, last, records AS count, events, stream,
  format('{} was read {} times on {} days by {}, {}{}{}: at least {} items{}{}.', mailbox, records, days,
    coalesce(left(client, 100), 'application ' || app),
    CASE WHEN first >= known_since + to_days($history) THEN format('a client it had not had in the {} days before', date_diff('day', known_since, first))
      ELSE 'a client that is there from the beginning of the log' END,
    format(' and that {} of {} mailboxes know', mailboxes, of_all),
    CASE WHEN strange_places >= 0.5 THEN format(', from {} that {} not the owner''s', CASE WHEN addresses = 1 THEN 'an address' ELSE addresses || ' addresses' END,
      CASE WHEN addresses = 1 THEN 'is' ELSE 'are' END) ELSE '' END,
    items, CASE WHEN folders > 0 THEN format(' and {} as a whole', CASE WHEN folders = 1 THEN 'one folder' ELSE folders || ' folders' END) ELSE '' END,
    CASE WHEN throttled > 0 THEN '; the log was throttled, how many more is unknown' WHEN folders > 0 THEN '; how many items those hold is unknown' ELSE '' END) AS why,
  ['service:' || app] AS entities, list_concat(['mailbox:' || mailbox, 'client:' || coalesce(client, app)], places, sessions) AS acted,
  CASE WHEN throttled > 0 THEN ['the source says itself that items are missing: at least'] ELSE [] END AS caveats,
  {mailbox: mailbox, items_at_least: items, items_at_most: CASE WHEN throttled > 0 OR syncs > 0 THEN 'unknown' ELSE CAST(items AS VARCHAR) END,
    folders_taken: folders, throttled_records: throttled, mailboxes_with_client: mailboxes} AS facts
FROM scored WHERE score >= $min_score ORDER BY score DESC, mailbox, program
