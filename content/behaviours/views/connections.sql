/*--- yaml
id: connections
title: One machine connected to another
columns:
  host: VARCHAR            # who began: its name, or its address where the log knows no name
  source: VARCHAR          # its address
  destination: VARCHAR
  domain: VARCHAR          # name of the destination, when the log knows it
  port: INTEGER
  proto: VARCHAR
  service: VARCHAR
  process: VARCHAR
  account: VARCHAR
  bytes_up: BIGINT
  bytes_down: BIGINT
  seconds: DOUBLE
  state: VARCHAR
networks: [destination]
---*/
-- section zeek-conn: id.orig_h, id.resp_h, id.resp_p, proto, service, orig_bytes, resp_bytes, duration, conn_state
SELECT bare_address("id.orig_h") AS host, bare_address("id.orig_h") AS source, bare_address("id.resp_h") AS destination,
  TRY_CAST("id.resp_p" AS INTEGER) AS port, proto, service, TRY_CAST(orig_bytes AS BIGINT) AS bytes_up,
  TRY_CAST(resp_bytes AS BIGINT) AS bytes_down, TRY_CAST(duration AS DOUBLE) AS seconds, conn_state AS state,
  _time AS time, _evidence, _offset, _flags
FROM source

-- section windows-sysmon: SourceIp, DestinationIp, DestinationHostname, DestinationPort, Protocol, Image, User, Initiated
SELECT bare_host(_host) AS host, bare_address(SourceIp) AS source, bare_address(DestinationIp) AS destination,
  nullif(lower(DestinationHostname), '-') AS domain, TRY_CAST(DestinationPort AS INTEGER) AS port, Protocol AS proto,
  Image AS process, bare_account("User") AS account, _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 3 AND coalesce(lower(Initiated), 'true') = 'true'

-- section firewall-asa, firewall-fortigate, firewall-netfilter, firewall-windows: src_ip, dst_ip, dst_port, protocol, action, bytes, sentbyte, rcvdbyte, duration_seconds
SELECT bare_address(src_ip) AS host, bare_address(src_ip) AS source, bare_address(dst_ip) AS destination,
  TRY_CAST(dst_port AS INTEGER) AS port, lower(protocol) AS proto, TRY_CAST(coalesce(sentbyte, bytes) AS BIGINT) AS bytes_up,
  TRY_CAST(rcvdbyte AS BIGINT) AS bytes_down, TRY_CAST(duration_seconds AS DOUBLE) AS seconds, lower(action) AS state,
  _time AS time, _evidence, _offset, _flags
-- A message of an ASA that says nothing was let through or ended tells of no connection.
FROM source WHERE src_ip IS NOT NULL AND dst_ip IS NOT NULL AND coalesce(lower(action), '') NOT IN ('deny', 'drop', 'block', 'accept-start')
  AND NOT (stream = 'firewall-asa' AND action IS NULL)
