/*--- yaml
id: dns
title: Questions asked of name servers
columns:
  host: VARCHAR
  address: VARCHAR
  process: VARCHAR
  query: VARCHAR
  site: VARCHAR
  qtype: VARCHAR
  rcode: VARCHAR
  answers: VARCHAR
networks: []
---*/
-- section zeek-dns: id.orig_h, query, qtype_name, rcode_name, answers
SELECT bare_address("id.orig_h") AS host, bare_address("id.orig_h") AS address, rtrim(lower(query), '.') AS query,
  site_of(query) AS site, upper(qtype_name) AS qtype, upper(rcode_name) AS rcode, answers,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE query IS NOT NULL AND query NOT IN ('', '-')

-- section windows-sysmon: QueryName, QueryResults, QueryStatus, Image
SELECT bare_host(_host) AS host, rtrim(lower(QueryName), '.') AS query, site_of(QueryName) AS site, Image AS process,
  CASE WHEN QueryStatus = '0' THEN 'NOERROR' ELSE QueryStatus END AS rcode, QueryResults AS answers,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 22 AND QueryName IS NOT NULL

-- section dns-dnsmasq, dns-named, dns-unbound: query, QueryName, qtype, record_type, src_ip
SELECT bare_address(src_ip) AS host, bare_address(src_ip) AS address, rtrim(lower(coalesce(query, QueryName)), '.') AS query,
  site_of(coalesce(query, QueryName)) AS site, upper(coalesce(qtype, record_type)) AS qtype,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE coalesce(query, QueryName) IS NOT NULL
