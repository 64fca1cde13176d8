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
