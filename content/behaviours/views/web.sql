/*--- yaml
id: web
title: Somebody inside asked a web server outside
columns:
  host: VARCHAR            # the client: its address, or its name where the log knows it
  source: VARCHAR          # its address
  account: VARCHAR
  domain: VARCHAR
  site: VARCHAR            # the registered name
  address: VARCHAR         # of the server, when the log knows it
  url: VARCHAR
  path: VARCHAR
  method: VARCHAR
  status: INTEGER
  bytes_up: BIGINT
  bytes_down: BIGINT
  agent: VARCHAR
  mime: VARCHAR
  seconds: DOUBLE
  proxied: BOOLEAN         # told by a proxy, of its client
---*/
-- section proxy-squid, proxy-w3c: c-ip, cs-username, r-dns, cs-host, dst_ip, c-uri, cs-uri, cs-uri-path, c-uri-stem, cs-method, sc-status, cs-bytes, sc-bytes, c-useragent, cs(User-Agent), rs-content-type, rs(Content-Type), time-taken
SELECT bare_address("c-ip") AS host, bare_address("c-ip") AS source, bare_account("cs-username") AS account,
  regexp_replace(lower(coalesce("r-dns", "cs-host")), ':\d+$', '') AS domain,
  site_of(regexp_replace(coalesce("r-dns", "cs-host"), ':\d+$', '')) AS site, bare_address(dst_ip) AS address,
  unjson_first(coalesce("c-uri", "cs-uri")) AS url, coalesce("cs-uri-path", "c-uri-stem") AS path, upper("cs-method") AS method,
  TRY_CAST("sc-status" AS INTEGER) AS status, TRY_CAST("cs-bytes" AS BIGINT) AS bytes_up, TRY_CAST("sc-bytes" AS BIGINT) AS bytes_down,
  unjson_first(coalesce("c-useragent", "cs(User-Agent)")) AS agent, coalesce("rs-content-type", "rs(Content-Type)") AS mime,
  TRY_CAST("time-taken" AS DOUBLE) / 1000 AS seconds, true AS proxied, _time AS time, _evidence, _offset, _flags
FROM source WHERE coalesce("r-dns", "cs-host") IS NOT NULL

-- section zeek-http: id.orig_h, id.resp_h, host, uri, method, status_code, request_body_len, response_body_len, user_agent, resp_mime_types
SELECT bare_address("id.orig_h") AS host, bare_address("id.orig_h") AS source, regexp_replace(lower("host"), ':\d+$', '') AS domain,
  site_of(regexp_replace("host", ':\d+$', '')) AS site, bare_address("id.resp_h") AS address, uri AS url,
  split_part(uri, '?', 1) AS path, upper("method") AS method, TRY_CAST(status_code AS INTEGER) AS status,
  TRY_CAST(request_body_len AS BIGINT) AS bytes_up, TRY_CAST(response_body_len AS BIGINT) AS bytes_down, user_agent AS agent,
  unjson_first(resp_mime_types) AS mime, false AS proxied, _time AS time, _evidence, _offset, _flags
FROM source WHERE "host" IS NOT NULL AND is_external(bare_address("id.resp_h"))

-- section zeek-ssl: id.orig_h, id.resp_h, server_name
SELECT bare_address("id.orig_h") AS host, bare_address("id.orig_h") AS source, lower(server_name) AS domain,
  site_of(server_name) AS site, bare_address("id.resp_h") AS address, false AS proxied, _time AS time, _evidence, _offset, _flags
FROM source WHERE server_name IS NOT NULL AND is_external(bare_address("id.resp_h"))
