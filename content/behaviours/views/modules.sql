/*--- yaml
id: modules
title: A library was loaded, or a module added to a server
columns:
  host: VARCHAR
  account: VARCHAR
  process: VARCHAR
  path: VARCHAR
  signed: BOOLEAN
  signature: VARCHAR
  hashes: VARCHAR
  kind: VARCHAR            # image: loaded by a process · module: added to a web server · agent: added to mail transport
---*/
-- section windows-sysmon: Image, ImageLoaded, Signed, Signature, SignatureStatus, Hashes, User
SELECT bare_host(_host) AS host, bare_account("User") AS account, Image AS process, ImageLoaded AS path,
  lower(Signed) = 'true' AND coalesce(lower(SignatureStatus), 'valid') = 'valid' AS signed, named(Signature) AS signature, Hashes AS hashes,
  'image' AS kind, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 7 AND ImageLoaded IS NOT NULL

-- section windows-iis-configuration: Configuration, NewValue, PhysicalPath, EditOperationType
SELECT bare_host(_host) AS host, bare_account(_user) AS account, coalesce(nullif(NewValue, ''), Configuration) AS path, 'module' AS kind,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE contains(lower(Configuration), 'module') AND coalesce(lower(EditOperationType), 'add') NOT IN ('remove', '3')

-- section windows-msexchange-management: Data
SELECT bare_host(_host) AS host, Data AS path, 'agent' AS kind, _time AS time, _evidence, _offset, _flags
FROM source WHERE regexp_matches(Data, '(Install|Enable)-TransportAgent')
