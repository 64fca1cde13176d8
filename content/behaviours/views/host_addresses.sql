/*--- yaml
id: host_addresses
title: Which machine had which inside address
# Tickets that machines ask for themselves, and connections they told of with their own name.
columns:
  host: VARCHAR
  address: VARCHAR
selective: true
---*/
-- section windows-security: TargetUserName, IpAddress
SELECT bare_host(split_part(TargetUserName, '@', 1)) AS host, bare_address(IpAddress) AS address, min(_time) AS time,
  min(_evidence) AS _evidence, min(_offset) AS _offset, 0 AS _flags
FROM source
WHERE _event_id IN (4624, 4768, 4769) AND ends_with(split_part(TargetUserName, '@', 1), '$') AND bare_address(IpAddress) IS NOT NULL
GROUP BY TargetUserName, IpAddress, date_trunc('week', _time)

-- section windows-sysmon: SourceIp, Initiated
SELECT bare_host(_host) AS host, bare_address(SourceIp) AS address, min(_time) AS time,
  min(_evidence) AS _evidence, min(_offset) AS _offset, 0 AS _flags
FROM source WHERE _event_id = 3 AND lower(Initiated) = 'true' AND bare_address(SourceIp) IS NOT NULL
GROUP BY _host, SourceIp, date_trunc('week', _time)

-- section windows-security: WorkstationName, IpAddress
SELECT bare_host(WorkstationName) AS host, bare_address(IpAddress) AS address, min(_time) AS time,
  min(_evidence) AS _evidence, min(_offset) AS _offset, 0 AS _flags
FROM source WHERE _event_id = 4624 AND bare_host(WorkstationName) IS NOT NULL AND bare_address(IpAddress) IS NOT NULL
GROUP BY WorkstationName, IpAddress, date_trunc('week', _time)

-- section exchange-messagetracking: server-hostname, server-ip, original-server-ip
SELECT bare_host("server-hostname") AS host, bare_address("server-ip") AS address, min(_time) AS time,
  min(_evidence) AS _evidence, min(_offset) AS _offset, 0 AS _flags
FROM source WHERE "server-hostname" IS NOT NULL AND bare_address("server-ip") IS NOT NULL
GROUP BY "server-hostname", "server-ip", date_trunc('week', _time)
