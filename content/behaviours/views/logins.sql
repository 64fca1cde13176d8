/*--- yaml
id: logins
title: Somebody logged on, or tried to, from an address
# One row a log-on of an account from an address, whatever kept it. Web logs have no log-on of their own: their
# authenticated requests are folded to one row for each account, address, client and half hour, the first standing for all.
columns:
  account: VARCHAR      # bare and lower case: j.selmer
  address: VARCHAR
  outcome: VARCHAR      # success · failure: wrong password, locked · stopped: password right, second factor or policy not passed
  service: VARCHAR      # vpn, webmail, cloud, windows, ssh, mail
  client: VARCHAR       # user agent or VPN client, with version
  device: VARCHAR       # id of an enrolled or named device
  session: VARCHAR
  host: VARCHAR         # the server or gateway
  app: VARCHAR
  interactive: BOOLEAN
  requests: BIGINT
networks: [address]
---*/

-- section firewall-asa: activity, outcome, user, src_ip, client, device_id, hostname
-- A session begins with 113039 (AnyConnect) or 716001 (web VPN); client and device stand in messages beside it (722055, 734003).
WITH said AS (
  SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, activity, outcome,
    min(client) OVER around AS client, min(device_id) OVER around AS device,
    bare_host(hostname) AS host, _evidence, _offset, _flags
  FROM source
  WHERE "user" IS NOT NULL AND src_ip IS NOT NULL AND (activity IN ('vpn-start', 'logon') OR client IS NOT NULL OR device_id IS NOT NULL)
  WINDOW around AS (
    PARTITION BY "user", src_ip ORDER BY _time RANGE BETWEEN INTERVAL 5 SECONDS PRECEDING AND INTERVAL 2 MINUTES FOLLOWING)
)
SELECT time, account, address, coalesce(outcome, 'success') AS outcome, 'vpn' AS service, client, device, host, _evidence, _offset, _flags
FROM said WHERE activity = 'vpn-start' OR (activity = 'logon' AND outcome = 'failure')

-- section firewall-fortigate: activity, outcome, user, src_ip, devname, tunnelid
SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, coalesce(outcome, 'success') AS outcome,
  'vpn' AS service, tunnelid AS session, bare_host(devname) AS host, _evidence, _offset, _flags
FROM source WHERE activity = 'vpn-start' OR (activity = 'logon' AND outcome = 'failure')

-- section vpn-openvpn: activity, outcome, user, src_ip, hostname
SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, coalesce(outcome, 'success') AS outcome,
  'vpn' AS service, bare_host(hostname) AS host, _evidence, _offset, _flags
FROM source WHERE activity = 'vpn-start' OR (activity = 'logon' AND outcome = 'failure')

-- section azure-signinlogs: UserPrincipalName, ServicePrincipalName, IPAddress, ResultType, UserAgent, DeviceDetail.deviceId, SessionId, AppDisplayName, IsInteractive, SignInType
-- 50126 wrong password, 50034 no such account, 50053 locked, 50055 and 50056 expired or no password, 50057 disabled.
-- 50072 to 50079, 50158, 500121, 53000 to 53003: the password was right; the second factor or a policy was not met.
SELECT _time AS time, bare_account(coalesce(UserPrincipalName, ServicePrincipalName)) AS account, bare_address(IPAddress) AS address,
  CASE WHEN ResultType = '0' THEN 'success'
    WHEN ResultType IN ('50126', '50034', '50053', '50055', '50056', '50057', '50064') THEN 'failure'
    WHEN ResultType IN ('50072', '50074', '50076', '50079', '50158', '500121', '53000', '53001', '53002', '53003') THEN 'stopped'
  END AS outcome,
  'cloud' AS service, nullif(UserAgent, '') AS client, nullif("DeviceDetail.deviceId", '') AS device, nullif(SessionId, '') AS session,
  AppDisplayName AS app, coalesce(lower(IsInteractive) = 'true', SignInType = 'interactive') AS interactive, _evidence, _offset, _flags
FROM source WHERE IPAddress <> ''

-- section m365-audit: Operation, UserId, ClientIP, UserAgent, SessionId, AppId, ErrorNumber
SELECT _time AS time, bare_account(UserId) AS account, bare_address(ClientIP) AS address,
  CASE WHEN Operation = 'UserLoggedIn' THEN 'success'
    WHEN ErrorNumber IN ('50074', '50076', '50079', '500121', '53003') THEN 'stopped' ELSE 'failure' END AS outcome,
  'cloud' AS service, UserAgent AS client, SessionId AS session, AppId AS app, _evidence, _offset, _flags
FROM source WHERE Operation IN ('UserLoggedIn', 'UserLoginFailed')

-- section web-iis: cs-username, c-ip, cs(User-Agent), sc-status, s-computername, s-ip, cs-uri-stem
SELECT min(_time) AS time, bare_account("cs-username") AS account, bare_address("c-ip") AS address,
  CASE WHEN "sc-status" = '401' THEN 'failure' ELSE 'success' END AS outcome, 'webmail' AS service,
  replace("cs(User-Agent)", '+', ' ') AS client, min(bare_host(coalesce("s-computername", "s-ip"))) AS host,
  min(regexp_extract(lower("cs-uri-stem"), '^/([a-z0-9-]+)', 1)) AS app, count(*) AS requests,
  min_by(_evidence, (_time, _evidence, _offset)) AS _evidence, min_by(_offset, (_time, _evidence, _offset)) AS _offset,
  bit_or(_flags) AS _flags
FROM source
WHERE "cs-username" IS NOT NULL AND "sc-status" NOT IN ('403', '404', '500') AND "cs-username" NOT LIKE '%$'
  AND "cs-username" NOT ILIKE '%healthmailbox%'
GROUP BY account, address, outcome, client, time_bucket(INTERVAL 30 MINUTES, _time)

-- section exchange-httpproxy: AuthenticatedUser, ClientIpAddress, UserAgent, HttpStatus, ServerHostName, Protocol
SELECT min(_time) AS time, bare_account(AuthenticatedUser) AS account, bare_address(ClientIpAddress) AS address,
  CASE WHEN HttpStatus = '401' THEN 'failure' ELSE 'success' END AS outcome, 'webmail' AS service, UserAgent AS client,
  min(bare_host(ServerHostName)) AS host, min(lower(Protocol)) AS app, count(*) AS requests,
  min_by(_evidence, (_time, _evidence, _offset)) AS _evidence, min_by(_offset, (_time, _evidence, _offset)) AS _offset,
  bit_or(_flags) AS _flags
FROM source
WHERE AuthenticatedUser IS NOT NULL AND HttpStatus NOT IN ('403', '404', '500') AND AuthenticatedUser NOT LIKE '%$'
  AND AuthenticatedUser NOT ILIKE '%healthmailbox%'
GROUP BY account, address, outcome, client, time_bucket(INTERVAL 30 MINUTES, _time)

-- section windows-security: TargetUserName, IpAddress, LogonType, Status, SubjectUserName, CallingStationID
-- From outside only (log-ons between own hosts are the view `logons`), and failures from anywhere: 4771 with 0x18 is a wrong
-- password at Kerberos; 6272 and 6273 are what the network policy server said to a gateway about a caller.
SELECT _time AS time, bare_account(CASE WHEN _event_id IN (6272, 6273) THEN SubjectUserName ELSE TargetUserName END) AS account,
  bare_address(CASE WHEN _event_id IN (6272, 6273) THEN CallingStationID ELSE IpAddress END) AS address,
  CASE WHEN _event_id IN (4624, 6272) THEN 'success' ELSE 'failure' END AS outcome,
  CASE WHEN _event_id IN (6272, 6273) THEN 'vpn' ELSE 'windows' END AS service, bare_host(_host) AS host, _evidence, _offset, _flags
FROM source
WHERE (_event_id = 4624 AND LogonType IN ('3', '8', '10') AND TargetUserName NOT LIKE '%$' AND is_external(bare_address(IpAddress)))
  OR (_event_id = 4625 AND LogonType IN ('3', '8', '10') AND TargetUserName NOT LIKE '%$')
  OR (_event_id = 4771 AND Status = '0x18' AND TargetUserName NOT LIKE '%$')
  OR (_event_id IN (6272, 6273) AND regexp_matches(CallingStationID, '^[0-9a-fA-F:.]{3,45}$'))

-- section linux-sshd: activity, outcome, user, src_ip, hostname, method, key
SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, outcome, 'ssh' AS service, key AS client,
  bare_host(hostname) AS host, method AS app, _evidence, _offset, _flags
FROM source WHERE activity = 'logon' AND outcome IS NOT NULL AND src_ip IS NOT NULL

-- section mailbox-dovecot: activity, outcome, user, src_ip, hostname, protocol, session
SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, outcome, 'mail' AS service, session,
  bare_host(hostname) AS host, protocol AS app, _evidence, _offset, _flags
FROM source WHERE activity = 'logon' AND "user" IS NOT NULL AND src_ip IS NOT NULL

-- section mail-postfix: activity, outcome, user, src_ip, hostname
SELECT _time AS time, bare_account("user") AS account, bare_address(src_ip) AS address, outcome, 'mail' AS service,
  bare_host(hostname) AS host, _evidence, _offset, _flags
FROM source WHERE activity = 'logon' AND "user" IS NOT NULL
