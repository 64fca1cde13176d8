/*--- yaml
id: web_requests
title: Somebody asked one of our own web servers
columns:
  host: VARCHAR            # the server
  address: VARCHAR         # who asked
  account: VARCHAR
  method: VARCHAR
  path: VARCHAR            # lower case, without the query
  query: VARCHAR
  status: INTEGER
  agent: VARCHAR
  bytes: BIGINT            # answered
  took: DOUBLE             # seconds
networks: [address]
---*/
-- section web-iis, web-w3c: s-computername, s-ip, c-ip, cs-username, cs-method, cs-uri-stem, cs-uri-query, sc-status, cs-user-agent, cs(User-Agent), sc-bytes, time-taken
SELECT bare_host(coalesce(named("s-computername"), "s-ip")) AS host, bare_address("c-ip") AS address, bare_account("cs-username") AS account,
  upper("cs-method") AS method, lower("cs-uri-stem") AS path, "cs-uri-query" AS query, TRY_CAST("sc-status" AS INTEGER) AS status,
  replace(coalesce("cs(User-Agent)", unjson_first("cs-user-agent")), '+', ' ') AS agent, TRY_CAST("sc-bytes" AS BIGINT) AS bytes,
  TRY_CAST("time-taken" AS DOUBLE) / 1000 AS took, _time AS time, _evidence, _offset, _flags
FROM source WHERE "cs-uri-stem" IS NOT NULL

-- section web-access: c-ip, cs-username, cs-method, cs-uri-stem, cs-uri-query, sc-status, cs-user-agent, sc-bytes
SELECT bare_host(_host) AS host, bare_address("c-ip") AS address, bare_account("cs-username") AS account,
  upper("cs-method") AS method, lower("cs-uri-stem") AS path, "cs-uri-query" AS query, TRY_CAST("sc-status" AS INTEGER) AS status,
  unjson_first("cs-user-agent") AS agent, TRY_CAST("sc-bytes" AS BIGINT) AS bytes, _time AS time, _evidence, _offset, _flags
FROM source WHERE "cs-uri-stem" IS NOT NULL
