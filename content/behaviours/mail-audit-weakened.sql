/*--- yaml
id: mail-audit-weakened
title: Mail audit shortened, switched off or bypassed
meaning: >-
  What mailboxes record about their readers was cut short, switched off, or an account was exempted from it. From then on
  silence about reading is no sign that nobody read.
level: high
attack: [T1562.008, T1562.002]
tactics: [defense-evasion]
phase: defense-evasion
sources: [mailbox_changes]
parameters:
  many: { default: 15, meaning: so many mailboxes changed alike in one day look like a policy }
innocent:
  - A policy of the house, applied to all mailboxes in one go and written down.
  - An exemption for a backup or archive account, made when it was introduced.
blind:
  mailbox_changes: Changes of mailboxes were not handed in, neither of the cloud nor of the own server.
references:
  - https://attack.mitre.org/techniques/T1562/008/
---*/
WITH
changes AS (
  SELECT *, lower(coalesce(parameters, '')) AS said, CAST(time AS DATE) AS day,
    CASE
      WHEN operation ILIKE 'Set-MailboxAuditBypassAssociation' AND regexp_matches(lower(coalesce(parameters, '')), 'auditbypassenabled["\s:,a-z]*true') THEN 'an account was exempted'
      WHEN operation IN ('Set-Mailbox', 'Set-CASMailbox') AND regexp_matches(lower(coalesce(parameters, '')), 'auditlogagelimit') THEN 'the time it is kept was cut'
      WHEN operation IN ('Set-Mailbox', 'Set-CASMailbox') AND regexp_matches(lower(coalesce(parameters, '')), 'auditenabled["\s:,a-z$]*false') THEN 'audit was switched off'
      WHEN operation IN ('Set-Mailbox') AND regexp_matches(lower(coalesce(parameters, '')), 'audit(owner|delegate|admin)[^a-z]') THEN 'the audited acts were changed'
      WHEN operation IN ('Set-AdminAuditLogConfig') AND regexp_matches(lower(coalesce(parameters, '')), 'false') THEN 'the audit of the house was switched off'
      WHEN operation IN ('Set-OrganizationConfig') AND regexp_matches(lower(coalesce(parameters, '')), 'auditdisabled["\s:,a-z$]*true') THEN 'the audit of the house was switched off'
    END AS what,
    TRY_CAST(regexp_extract(lower(coalesce(parameters, '')), 'auditlogagelimit["\s:,a-z]*?(\d+)', 1) AS BIGINT) AS kept_days
  FROM mailbox_changes WHERE result = 'success' AND time IS NOT NULL
),
own_lines AS (SELECT DISTINCT account, line FROM visits WHERE own_line),
own_hours AS (
  SELECT account, hour(time) AS hour, count(*) AS visits, sum(count(*)) OVER (PARTITION BY account) AS all_visits
  FROM visits WHERE own_line AND outcome = 'success' GROUP BY account, hour
),
known_hours AS (SELECT account, max(all_visits) AS all_visits FROM own_hours GROUP BY account HAVING max(all_visits) >= 20),
house_lines AS (SELECT DISTINCT line FROM visits WHERE common),
judged AS (
  SELECT c.*, c.address IS NOT NULL AND n.address IS NOT NULL AND l.account IS NULL AND h.line IS NULL AS strange_line,
    CASE WHEN a.account IS NULL THEN hour(c.time) NOT BETWEEN 5 AND 19 OR isodow(c.time) > 5
      ELSE coalesce(w2.visits, 0) < 0.01 * a.all_visits END AS odd_hour
  FROM changes c LEFT JOIN own_lines l ON l.account = c.actor AND l.line = CASE WHEN contains(c.address, ':') THEN line_prefix(c.address) ELSE c.address END
  LEFT JOIN known_hours a ON a.account = c.actor LEFT JOIN own_hours w2 ON w2.account = c.actor AND w2.hour = hour(c.time)
  LEFT JOIN house_lines h ON h.line = CASE WHEN contains(c.address, ':') THEN line_prefix(c.address) ELSE c.address END
  LEFT JOIN address_networks n ON n.address = c.address
  -- the product's own length is 90 days: a longer one is no weakening
  WHERE what IS NOT NULL AND NOT (what = 'the time it is kept was cut' AND coalesce(kept_days, 0) >= 90)
),
grouped AS (
  SELECT actor, day, min(time) AS first, max(time) AS last, count(*) AS changes, count(DISTINCT mailbox) AS mailboxes, events_of(time, event) AS events,
    min_by(stream, (time, event)) AS stream, string_agg(DISTINCT what, ', ' ORDER BY what) AS what, string_agg(DISTINCT mailbox, ', ' ORDER BY mailbox) AS boxes,
    bool_or(strange_line) AS strange_line, bool_or(odd_hour) AS odd_hour, count(DISTINCT address) AS addresses, min(address) AS address, min(kept_days) AS kept_days,
    list_concat(list(DISTINCT 'mailbox:' || mailbox ORDER BY 'mailbox:' || mailbox)[:60], list(DISTINCT 'account:' || mailbox ORDER BY 'account:' || mailbox)[:60]) AS entities
  FROM judged GROUP BY actor, day
)
SELECT least(0.97, (1 - 0.38 * CASE WHEN strange_line THEN 0.4 ELSE 1 END * CASE WHEN odd_hour THEN 0.7 ELSE 1 END)
    * CASE WHEN mailboxes >= $many AND NOT strange_line THEN 0.6 ELSE 1 END) AS score,
  CASE WHEN actor NOT LIKE '% %' THEN actor END AS account, CASE WHEN addresses = 1 THEN address END AS address, first, last, changes AS count, events, stream,
  format('{} changed the audit of {}: {}{}{}{}.', actor, CASE WHEN mailboxes = 1 THEN boxes WHEN mailboxes = 0 THEN 'the house' ELSE mailboxes || ' mailboxes' END, what,
    CASE WHEN kept_days IS NOT NULL THEN format(' (to {} days)', kept_days) ELSE '' END,
    CASE WHEN strange_line THEN ', from an address that is not its own' ELSE '' END, CASE WHEN odd_hour THEN ', at an unusual hour' ELSE '' END) AS why,
  list_concat(entities, CASE WHEN address IS NULL THEN [] ELSE ['address:' || address] END) AS entities,
  ['from here on, no record of reading is no sign that nobody read'] AS caveats,
  {mailboxes: boxes, what: what} AS facts
FROM grouped ORDER BY score DESC, first, actor
