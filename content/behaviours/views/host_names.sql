/*--- yaml
id: host_names
title: The name behind an inside address
# One name an address: that of at least three quarters of the weeks in which one was told; addresses that change hands
# have none.
reads: [host_addresses]
columns:
  address: VARCHAR
  host: VARCHAR
---*/
WITH told AS (SELECT address, host, count(*) AS weeks FROM host_addresses WHERE NOT is_external(address) GROUP BY address, host),
best AS (SELECT address, arg_max(host, (weeks, host)) AS host, max(weeks) AS most, sum(weeks) AS whole FROM told GROUP BY address)
SELECT address, host, CAST(NULL AS TIMESTAMP) AS time, '' AS stream, '' AS event, 0 AS flags FROM best WHERE most >= 0.75 * whole
