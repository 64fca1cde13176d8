/*--- yaml
id: tickets
title: An account asked a domain controller for a ticket to a machine
# Service tickets (4769) for machines, not of machines; one row a day for an account, an address and a machine, the first
# standing for all. They tell where somebody was about to go, also where the machine itself kept no log.
columns:
  account: VARCHAR
  host: VARCHAR            # the machine the ticket is for
  source: VARCHAR          # address that asked
  requests: BIGINT
selective: true
---*/
-- section windows-security: TargetUserName, ServiceName, IpAddress, Status
SELECT bare_account(TargetUserName) AS account, bare_host(ServiceName) AS host, bare_address(IpAddress) AS source, count(*) AS requests,
  min(_time) AS time, min_by(_evidence, (_time, _evidence, _offset)) AS _evidence, min_by(_offset, (_time, _evidence, _offset)) AS _offset, 0 AS _flags
FROM source
WHERE _event_id = 4769 AND ends_with(ServiceName, '$') AND coalesce(Status, '0x0') = '0x0' AND TargetUserName IS NOT NULL
  AND NOT ends_with(split_part(TargetUserName, '@', 1), '$')
GROUP BY 1, 2, 3, CAST(_time AS DATE)
