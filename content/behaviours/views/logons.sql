/*--- yaml
id: logons
title: An account logged on at a machine of our own, from another
# Log-ons over the network and remote desktops (types 3, 8, 9, 10), credentials passed for somebody else (4648), SSH.
columns:
  host: VARCHAR            # where
  account: VARCHAR
  source: VARCHAR          # from where: address, else the work station's name
  address: VARCHAR
  type: INTEGER
  outcome: VARCHAR
  explicit: BOOLEAN        # credentials of another account were passed
  by_account: VARCHAR      # who passed them
  target: VARCHAR          # to which machine they were passed
  process: VARCHAR
---*/
-- section windows-security: TargetUserName, TargetServerName, SubjectUserName, IpAddress, WorkstationName, LogonType, ProcessName
SELECT CASE WHEN _event_id = 4648 THEN coalesce(bare_host(nullif(lower(TargetServerName), 'localhost')), bare_host(_host)) ELSE bare_host(_host) END AS host,
  bare_account(TargetUserName) AS account,
  CASE WHEN _event_id = 4648 THEN bare_host(_host) ELSE coalesce(bare_address(IpAddress), bare_host(WorkstationName)) END AS source,
  bare_address(IpAddress) AS address, TRY_CAST(LogonType AS INTEGER) AS type,
  CASE WHEN _event_id = 4625 THEN 'failure' ELSE 'success' END AS outcome, _event_id = 4648 AS explicit,
  CASE WHEN _event_id = 4648 THEN bare_account(SubjectUserName) END AS by_account,
  CASE WHEN _event_id = 4648 THEN bare_host(TargetServerName) END AS target, ProcessName AS process,
  _time AS time, _evidence, _offset, _flags
FROM source
WHERE ((_event_id IN (4624, 4625) AND LogonType IN ('3', '8', '9', '10')) OR _event_id = 4648)
  AND TargetUserName IS NOT NULL AND NOT ends_with(TargetUserName, '$')
  AND lower(TargetUserName) NOT IN ('anonymous logon', 'system', 'local service', 'network service', '-')
  AND NOT regexp_matches(TargetUserName, '^(DWM|UMFD)-\d')

-- section linux-sshd: activity, outcome, user, src_ip, hostname
SELECT bare_host(hostname) AS host, bare_account("user") AS account, bare_address(src_ip) AS source, bare_address(src_ip) AS address,
  10 AS type, outcome, false AS explicit, _time AS time, _evidence, _offset, _flags
FROM source WHERE activity = 'logon' AND outcome IS NOT NULL
