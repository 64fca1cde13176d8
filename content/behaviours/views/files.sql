/*--- yaml
id: files
title: A file was made, read or deleted
columns:
  host: VARCHAR
  account: VARCHAR
  address: VARCHAR         # from where, when over the network
  process: VARCHAR
  path: VARCHAR
  operation: VARCHAR       # create, read, share, delete
---*/
-- section windows-sysmon: Image, TargetFilename, User
SELECT bare_host(_host) AS host, bare_account("User") AS account, Image AS process, TargetFilename AS path,
  CASE _event_id WHEN 11 THEN 'create' ELSE 'delete' END AS operation, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id IN (11, 23, 26) AND TargetFilename IS NOT NULL

-- section windows-security: SubjectUserName, ProcessName, ObjectName, ObjectType, IpAddress, ShareName, RelativeTargetName
SELECT bare_host(_host) AS host, bare_account(SubjectUserName) AS account, bare_address(IpAddress) AS address, ProcessName AS process,
  CASE WHEN _event_id = 5145 THEN concat_ws('\', ShareName, RelativeTargetName) ELSE ObjectName END AS path,
  CASE WHEN _event_id = 5145 THEN 'share' ELSE 'read' END AS operation, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 5145 OR (_event_id = 4663 AND ObjectType = 'File')
