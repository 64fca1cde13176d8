/*--- yaml
id: host_addresses
title: Which machine had which inside address
# Tickets that machines ask for themselves, and what they told of with their own name: once a week is enough.
columns:
  host: VARCHAR
  address: VARCHAR
selective: true
---*/
-- section windows-security: TargetUserName, WorkstationName, IpAddress
SELECT bare_host(name) AS host, bare_address(IpAddress) AS address, time, _evidence, _offset, 0 AS _flags
FROM (
  SELECT CASE WHEN ends_with(split_part(TargetUserName, '@', 1), '$') THEN split_part(TargetUserName, '@', 1) WHEN _event_id = 4624 THEN WorkstationName END AS name,
    IpAddress, min(_time) AS time, min(_evidence) AS _evidence, min(_offset) AS _offset
  FROM source WHERE _event_id IN (4624, 4768, 4769) AND IpAddress IS NOT NULL GROUP BY name, IpAddress, date_trunc('week', _time)
) WHERE bare_host(name) IS NOT NULL AND bare_address(IpAddress) IS NOT NULL

-- section windows-sysmon: SourceIp, Initiated
SELECT bare_host(_host) AS host, bare_address(SourceIp) AS address, time, _evidence, _offset, 0 AS _flags
FROM (
  SELECT _host, SourceIp, min(_time) AS time, min(_evidence) AS _evidence, min(_offset) AS _offset
  FROM source WHERE _event_id = 3 AND lower(Initiated) = 'true' GROUP BY _host, SourceIp, date_trunc('week', _time)
) WHERE bare_address(SourceIp) IS NOT NULL

-- section exchange-messagetracking: server-hostname, server-ip
SELECT bare_host("server-hostname") AS host, bare_address("server-ip") AS address, time, _evidence, _offset, 0 AS _flags
FROM (
  SELECT "server-hostname", "server-ip", min(_time) AS time, min(_evidence) AS _evidence, min(_offset) AS _offset
  FROM source GROUP BY "server-hostname", "server-ip", date_trunc('week', _time)
) WHERE bare_host("server-hostname") IS NOT NULL AND bare_address("server-ip") IS NOT NULL
