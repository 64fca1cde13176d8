/*--- yaml
id: mailbox_changes
title: Rights, rules, forwarding, applications or audit of mailboxes were changed
columns:
  operation: VARCHAR    # as the log names it: Add-MailboxPermission, New-InboxRule, Consent to application
  actor: VARCHAR        # who did it, bare; the own server's log may only give a name with blanks
  mailbox: VARCHAR      # of whom, as named; for directory changes the application
  grantee: VARCHAR      # who was given the right, bare; default and anonymous as such
  address: VARCHAR
  client: VARCHAR
  app: VARCHAR
  session: VARCHAR
  parameters: VARCHAR   # all of it, as text
  result: VARCHAR       # success, failure
  service: VARCHAR      # cloud, server, directory
networks: [address]
---*/

-- section m365-audit: Operation, UserId, ObjectId, MailboxOwnerUPN, ClientIP, ClientInfoString, UserAgent, AppId, SessionId, Parameters, Parameters.Identity, Parameters.User, Parameters.Trustee, Parameters.Members, Item.ParentFolder.MemberUpn, ModifiedProperties, ExtendedProperties, ResultStatus, Workload, Target
SELECT _time AS time, rtrim(Operation, '.') AS operation, bare_account(UserId) AS actor,
  -- Microsoft's own applications stand there under numbers that are the same everywhere.
  CASE left(ObjectId, 36) WHEN '00000003-0000-0000-c000-000000000000' THEN 'microsoft graph' WHEN '00000002-0000-0ff1-ce00-000000000000' THEN 'exchange online'
    WHEN '00000002-0000-0000-c000-000000000000' THEN 'azure ad graph'
    ELSE lower(coalesce("Parameters.Identity", MailboxOwnerUPN, nullif(ObjectId, ''), CASE WHEN Operation ILIKE '%inboxrule%' THEN UserId END)) END AS mailbox,
  bare_account(coalesce("Parameters.User", "Parameters.Trustee", "Parameters.Members", "Item.ParentFolder.MemberUpn")) AS grantee,
  bare_address(ClientIP) AS address, coalesce(nullif(ClientInfoString, ''), UserAgent) AS client, AppId AS app,
  nullif(SessionId, '') AS session, concat_ws(' ', Parameters, ModifiedProperties, ExtendedProperties) AS parameters,
  CASE WHEN lower(ResultStatus) IN ('false', 'failed', 'failure') THEN 'failure' ELSE 'success' END AS result,
  CASE WHEN Workload = 'AzureActiveDirectory' THEN 'directory' ELSE 'cloud' END AS service, _evidence, _offset, _flags
FROM source
WHERE regexp_matches(Operation, '^(Add-|Set-|New-|Remove-|Enable-|Disable-)(Mailbox|MailboxFolder|Recipient|InboxRule|TransportRule|MailboxAudit|AdminAudit|UnifiedAudit|CASMailbox|Organization|App|ManagementRole|RoleGroup)')
  OR Operation IN ('UpdateFolderPermissions', 'ModifyFolderPermissions', 'AddFolderPermissions', 'UpdateInboxRules', 'UpdateCalendarDelegation')
  OR (Workload = 'AzureActiveDirectory' AND regexp_matches(Operation, '(?i)consent to application|delegated permission|app role assignment|service principal|application'))

-- section azure-auditlogs: OperationName, InitiatedBy.user.userPrincipalName, InitiatedBy.app.displayName, InitiatedBy.user.ipAddress, TargetResources, TargetResources.displayName, TargetResources.modifiedProperties, Result, Category, AdditionalDetails.User-Agent, additionalDetails.User-Agent
SELECT _time AS time, rtrim(OperationName) AS operation,
  bare_account(coalesce("InitiatedBy.user.userPrincipalName", "InitiatedBy.app.displayName")) AS actor,
  lower(unjson_first("TargetResources.displayName")) AS mailbox, bare_address("InitiatedBy.user.ipAddress") AS address,
  coalesce("AdditionalDetails.User-Agent", "additionalDetails.User-Agent") AS client,
  TargetResources AS parameters, CASE WHEN lower(Result) = 'failure' THEN 'failure' ELSE 'success' END AS result,
  'directory' AS service, _evidence, _offset, _flags
FROM source
WHERE regexp_matches(OperationName, '(?i)consent to application|delegated permission grant|app role assignment|service principal|update application|add application')

-- section windows-msexchange-management: Data
-- One event a cmdlet: the first of its values is the cmdlet, the second its parameters, the third who ran it. 1 worked, 6 failed.
SELECT _time AS time, TRY(Data->>0) AS operation, bare_account(regexp_extract(TRY(Data->>2), '([^/\\]+)$', 1)) AS actor,
  nullif(lower(regexp_extract(TRY(Data->>1), '-(?:Identity|Mailbox)\s+"?([^"\s]+)', 1)), '') AS mailbox,
  bare_account(regexp_extract(TRY(Data->>1), '-(?:User|Trustee)\s+"?([^"\s]+)', 1)) AS grantee,
  TRY(Data->>5) AS client, TRY(Data->>1) AS parameters, CASE WHEN _event_id = 6 THEN 'failure' ELSE 'success' END AS result,
  'server' AS service, _evidence, _offset, _flags
FROM source
WHERE _event_id IN (1, 6) AND regexp_matches(TRY(Data->>0), '^(Add-|Set-|New-|Remove-|Enable-|Disable-)(Mailbox|Recipient|InboxRule|TransportRule|AdminAudit|CASMailbox|ManagementRole|ADPermission)')
