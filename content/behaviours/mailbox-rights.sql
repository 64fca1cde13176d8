/*--- yaml
id: mailbox-rights
title: Rights, rules or forwarding of a mailbox changed by somebody who does not do that
meaning: >-
  A mailbox was opened to somebody else, its mail is forwarded or hidden by a rule, or a mailbox was exported: by an
  account that has no such work, from an address or at an hour that are not its own.
level: high
attack: [T1098.002, T1114.003, T1564.008]
tactics: [persistence, collection, defense-evasion]
phase: persistence
sources: [mailbox_changes]
parameters:
  routine: { default: 4, meaning: an account that made such changes on so many other days does it as its work }
  min_score: { default: 0.5, meaning: findings below are not reported }
innocent:
  - An administrator or a service desk, at work, from the usual line.
  - A secretary who is given, or gives, access to the calendar and mail of the people she works for.
  - A user who sorts the own mail with a rule or forwards it during leave.
blind:
  mailbox_changes: Changes of mailboxes were not handed in, neither of the cloud nor of the own server.
references:
  - https://attack.mitre.org/techniques/T1098/002/
  - https://attack.mitre.org/techniques/T1114/003/
---*/
WITH
changes AS (
  SELECT *, lower(coalesce(parameters, '')) AS said, CAST(time AS DATE) AS day,
    CASE
      WHEN operation ILIKE 'New-MailboxExportRequest' THEN 'export'
      WHEN operation IN ('Add-MailboxPermission', 'Add-RecipientPermission', 'Add-ADPermission') THEN 'right'
      WHEN operation IN ('Add-MailboxFolderPermission', 'Set-MailboxFolderPermission', 'UpdateFolderPermissions', 'AddFolderPermissions', 'ModifyFolderPermissions') THEN 'folder'
      WHEN operation IN ('New-InboxRule', 'Set-InboxRule', 'Enable-InboxRule', 'UpdateInboxRules') THEN 'rule'
      WHEN operation IN ('New-TransportRule', 'Set-TransportRule') THEN 'transport'
      WHEN operation = 'Set-Mailbox' AND regexp_matches(lower(coalesce(parameters, '')), 'forwarding(smtp)?address|delivertomailboxandforward') THEN 'forward'
      WHEN operation = 'New-ManagementRoleAssignment' AND lower(coalesce(parameters, '')) LIKE '%mailbox import export%' THEN 'export'
      WHEN operation IN ('New-ManagementRoleAssignment', 'New-RoleGroup') AND lower(coalesce(parameters, '')) LIKE '%applicationimpersonation%' THEN 'all boxes'
    END AS sort
  FROM mailbox_changes WHERE result = 'success' AND time IS NOT NULL
),
-- What each does as work: days with such changes.
work AS (SELECT actor, count(DISTINCT day) AS days FROM changes WHERE sort IS NOT NULL GROUP BY actor),
own_lines AS (SELECT DISTINCT account, line FROM visits WHERE own_line),
own_hours AS (
  SELECT account, hour(time) AS hour, count(*) AS visits, sum(count(*)) OVER (PARTITION BY account) AS all_visits
  FROM visits WHERE own_line AND outcome = 'success' GROUP BY account, hour
),
known_hours AS (SELECT account, max(all_visits) AS all_visits FROM own_hours GROUP BY account HAVING max(all_visits) >= 20),
house_lines AS (SELECT DISTINCT line FROM visits WHERE common),
usual_from AS (
  SELECT actor, address FROM changes WHERE address IS NOT NULL GROUP BY actor, address HAVING count(DISTINCT day) >= 4
),
judged AS (
  SELECT c.*, coalesce(w.days, 0) AS work_days,
    c.address IS NOT NULL AND n.address IS NOT NULL AND l.account IS NULL AND h.line IS NULL AND u.address IS NULL AS strange_line,
    CASE WHEN a.account IS NULL THEN hour(c.time) NOT BETWEEN 5 AND 19 OR isodow(c.time) > 5
      ELSE coalesce(w2.visits, 0) < 0.01 * a.all_visits END AS odd_hour,
    c.grantee IN ('default', 'anonymous', 'everyone', 'authenticated users') AS open_to_all,
    regexp_matches(c.said, 'forwardto|redirectto|forwardasattachment') AS forwards,
    regexp_matches(c.said, 'deletemessage|softdelete|movetofolder|markasread|rss|archive|conversation history') AS hides,
    regexp_matches(c.said, 'password|security|incident|phish|hack|virus|alert|helpdesk|suspicious|login|embassy|minister|sanction|invoice') AS words,
    regexp_matches(c.said, 'aspx|wwwroot|inetpub|programdata|localhost|\\\\127\.|c\$') AS to_web
  FROM changes c LEFT JOIN work w USING (actor)
  LEFT JOIN own_lines l ON l.account = c.actor AND l.line = CASE WHEN contains(c.address, ':') THEN line_prefix(c.address) ELSE c.address END
  LEFT JOIN known_hours a ON a.account = c.actor LEFT JOIN own_hours w2 ON w2.account = c.actor AND w2.hour = hour(c.time)
  LEFT JOIN house_lines h ON h.line = CASE WHEN contains(c.address, ':') THEN line_prefix(c.address) ELSE c.address END
  LEFT JOIN usual_from u ON u.actor = c.actor AND u.address = c.address
  LEFT JOIN address_networks n ON n.address = c.address
  WHERE c.sort IS NOT NULL
),
scored AS (
  SELECT *, (1 - (1 - CASE sort WHEN 'export' THEN 0.55 WHEN 'all boxes' THEN 0.55 WHEN 'right' THEN 0.3 WHEN 'folder' THEN 0.2 WHEN 'forward' THEN 0.35 WHEN 'transport' THEN 0.3 ELSE 0.1 END)
      * (1 - CASE WHEN open_to_all THEN 0.45 ELSE 0 END) * (1 - CASE WHEN strange_line THEN CASE WHEN sort = 'rule' THEN 0.4 ELSE 0.5 END ELSE 0 END)
      * (1 - CASE WHEN odd_hour THEN 0.25 ELSE 0 END) * (1 - CASE WHEN sort = 'rule' AND forwards THEN 0.3 ELSE 0 END)
      * (1 - CASE WHEN sort = 'rule' AND hides AND words THEN CASE WHEN strange_line THEN 0.4 ELSE 0.15 END ELSE 0 END)
      * (1 - CASE WHEN to_web THEN 0.6 ELSE 0 END))
    * CASE WHEN work_days >= $routine AND NOT strange_line AND NOT to_web THEN 0.5 ELSE 1 END AS score
  FROM judged
),
-- Changes of one account within a day are one finding.
grouped AS (
  SELECT actor, day, max(score) AS score, min(time) AS first, max(time) AS last, count(*) AS changes, events_of(time, event) AS events,
    min_by(stream, (time, event)) AS stream, count(DISTINCT address) AS addresses, min(address) AS address,
    string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations, string_agg(DISTINCT mailbox, ', ' ORDER BY mailbox) AS boxes,
    string_agg(DISTINCT grantee, ', ' ORDER BY grantee) AS grantees, bool_or(strange_line) AS strange_line, bool_or(odd_hour) AS odd_hour,
    bool_or(open_to_all) AS open_to_all, bool_and(sort = 'all boxes') AS every, bool_or(to_web) AS to_web, bool_or(forwards) AS forwards, max(work_days) AS work_days,
    list(DISTINCT 'mailbox:' || mailbox ORDER BY 'mailbox:' || mailbox) FILTER (sort <> 'all boxes')[:40] AS mailboxes,
    list(DISTINCT 'account:' || grantee ORDER BY 'account:' || grantee) FILTER (NOT open_to_all)[:20] AS who,
    list(DISTINCT 'address:' || address ORDER BY 'address:' || address)[:20] AS places,
    list(DISTINCT 'session:' || session ORDER BY 'session:' || session)[:20] AS sessions
  FROM scored WHERE score >= $min_score GROUP BY actor, day
)
SELECT least(score + 0.03 * least(changes - 1, 3), 0.98) AS score, CASE WHEN actor NOT LIKE '% %' THEN actor END AS account, CASE WHEN addresses = 1 THEN address END AS address,
  first, last, changes AS count, events, stream,
  format('{} ran {} on {}{}{}{}{}{}; such changes are {}.', actor, operations, CASE WHEN every THEN 'every mailbox' ELSE left(coalesce(boxes, 'a mailbox'), 120) END,
    CASE WHEN grantees IS NULL THEN '' ELSE format(' for {}', left(grantees, 80)) END,
    CASE WHEN to_web THEN ', into a folder of the web server or of programs' WHEN forwards THEN ', forwarding mail' ELSE '' END,
    CASE WHEN open_to_all THEN ': open to everybody' ELSE '' END,
    CASE WHEN strange_line THEN ', from an address that is not its own' ELSE '' END, CASE WHEN odd_hour THEN ', at an unusual hour' ELSE '' END,
    CASE WHEN work_days >= $routine THEN format('its work on {} days', work_days) ELSE 'not its work' END) AS why,
  who AS entities, list_concat(coalesce(mailboxes, []), places, sessions, CASE WHEN actor LIKE '% %' THEN ['person:' || actor] ELSE [] END) AS acted,
  {operations: operations, mailboxes: boxes, grantees: grantees, days_with_such_changes: work_days} AS facts
FROM grouped ORDER BY score DESC, first, actor
