/*--- yaml
id: mailbox_access
title: Items of a mailbox were read
columns:
  mailbox: VARCHAR      # whose, whole address, lower case
  account: VARCHAR      # who logged on, bare
  address: VARCHAR
  client: VARCHAR       # what the client says of itself
  app: VARCHAR          # application id
  session: VARCHAR
  token: VARCHAR
  kind: VARCHAR         # bind: single items · sync: a whole folder was taken · graph, ews: requests
  throttled: BOOLEAN    # the record says that items are missing from it
  items: BIGINT         # at least so many
  folder: VARCHAR
  logon: VARCHAR        # owner, admin, delegate
networks: [address]
---*/

-- section m365-audit: Operation, UserId, MailboxOwnerUPN, ClientIP, ClientInfoString, UserAgent, ClientAppId, AppId, SessionId, UniqueTokenId, MailAccessType, IsThrottled, OperationCount, Folders.Path, Item.ParentFolder.Path, Folders.FolderItems.InternetMessageId, LogonType
-- A Bind record lists its items; a Sync record names a folder, all of which must be taken as read.
SELECT _time AS time, lower(coalesce(MailboxOwnerUPN, UserId)) AS mailbox, bare_account(UserId) AS account,
  bare_address(ClientIP) AS address, coalesce(nullif(ClientInfoString, ''), UserAgent) AS client,
  coalesce(nullif(ClientAppId, ''), AppId) AS app, nullif(SessionId, '') AS session, UniqueTokenId AS token,
  CASE WHEN lower(MailAccessType) = 'sync' THEN 'sync' ELSE 'bind' END AS kind,
  coalesce(lower(IsThrottled) = 'true', false) AS throttled,
  CASE WHEN lower(MailAccessType) = 'sync' THEN 0
    ELSE greatest(coalesce(TRY_CAST(OperationCount AS BIGINT), 1),
      coalesce(TRY(json_array_length("Folders.FolderItems.InternetMessageId")), 1)) END AS items,
  coalesce(unjson_first("Folders.Path"), "Item.ParentFolder.Path") AS folder,
  CASE lower(LogonType) WHEN '0' THEN 'owner' WHEN '1' THEN 'admin' WHEN '2' THEN 'delegate' ELSE lower(LogonType) END AS logon,
  _evidence, _offset, _flags
FROM source WHERE Operation IN ('MailItemsAccessed', 'MessageBind', 'FolderBind')

-- section azure-microsoftgraphactivitylogs: RequestUri, IPAddress, CallerIpAddress, UserAgent, AppId, SessionId, UserId, ServicePrincipalId, SignInActivityId
-- Requests for messages over Graph; the mailbox is the one in the address that was asked for.
SELECT _time AS time, lower(regexp_extract(RequestUri, '/users/([^/?]+)/', 1)) AS mailbox,
  bare_account(coalesce(nullif(UserId, ''), ServicePrincipalId)) AS account, bare_address(coalesce(IPAddress, CallerIpAddress)) AS address,
  UserAgent AS client, AppId AS app, nullif(SessionId, '') AS session, SignInActivityId AS token, 'graph' AS kind, false AS throttled,
  1 AS items, _evidence, _offset, _flags
FROM source WHERE regexp_matches(RequestUri, '/(messages|mailFolders)')

-- section exchange-httpproxy: AuthenticatedUser, AnchorMailbox, ClientIpAddress, UserAgent, HttpStatus, Protocol
-- EWS on the own server: one row for each caller, mailbox, address, client and half hour, as many items as requests.
SELECT min(_time) AS time, lower(regexp_extract(AnchorMailbox, '([^~<>:/ ]+@[^~<>:/ ]+)', 1)) AS mailbox,
  bare_account(AuthenticatedUser) AS account, bare_address(ClientIpAddress) AS address, UserAgent AS client, 'ews' AS kind,
  false AS throttled, count(*) AS items, CASE WHEN bare_account(AuthenticatedUser) = bare_account(mailbox) THEN 'owner' ELSE 'delegate' END AS logon,
  min_by(_evidence, (_time, _evidence, _offset)) AS _evidence, min_by(_offset, (_time, _evidence, _offset)) AS _offset,
  bit_or(_flags) AS _flags
FROM source
WHERE lower(Protocol) = 'ews' AND HttpStatus = '200' AND AuthenticatedUser IS NOT NULL AND AuthenticatedUser NOT LIKE '%$' AND AnchorMailbox LIKE '%@%'
GROUP BY mailbox, account, address, client, time_bucket(INTERVAL 30 MINUTES, _time)
