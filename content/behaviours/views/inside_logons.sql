/*--- yaml
id: inside_logons
title: An account got in from an address inside
# What `logins` leaves out for its number: log-ons over the network (4624) and tickets a domain controller gave at the
# beginning (4768), one row a half hour for an account and an address. Who mistyped there and then got in is told by it.
columns:
  account: VARCHAR
  source: VARCHAR          # the address
selective: true
---*/
-- section windows-security: TargetUserName, IpAddress, LogonType, Status
SELECT bare_account(TargetUserName) AS account, bare_address(IpAddress) AS source, min(_time) AS time,
  min_by(_evidence, (_time, _evidence, _offset)) AS _evidence, min_by(_offset, (_time, _evidence, _offset)) AS _offset, 0 AS _flags
FROM source
WHERE ((_event_id = 4624 AND LogonType IN ('3', '8', '10')) OR (_event_id = 4768 AND coalesce(Status, '0x0') = '0x0'))
  AND TargetUserName IS NOT NULL AND NOT ends_with(split_part(TargetUserName, '@', 1), '$') AND NOT is_external(bare_address(IpAddress))
GROUP BY 1, 2, time_bucket(INTERVAL 30 MINUTES, _time)
