/**
 * Zeek's JSON logs do not name themselves: which log a record belongs to is told by `_path` (Corelight, json-streaming),
 * `@stream` (the old Brolin/dynamite combiners), or, failing both, by its fields. Unset fields are absent in JSON, so only
 * fields the log scripts always write are asked for. First fit counts; narrower rows stand first.
 * Source of the field lists: https://docs.zeek.org/en/master/script-reference/log-files.html
 */
const BY_FIELDS: readonly (readonly [path: string, ...always: string[]])[] = [
  ['conn', 'conn_state', 'uid'],
  ['http', 'uid', 'trans_depth', 'request_body_len'],
  ['ssl', 'uid', 'established', 'resumed'],
  ['ssl', 'uid', 'established', 'version'],
  ['dns', 'uid', 'trans_id', 'rejected'],
  ['dns', 'uid', 'qtype', 'query'],
  ['ssh', 'uid', 'auth_attempts'],
  ['ssh', 'uid', 'cipher_alg'],
  ['ssh', 'uid', 'client', 'server', 'version'],
  ['smtp', 'uid', 'trans_depth', 'tls'],
  ['dce_rpc', 'uid', 'operation', 'endpoint'],
  ['dce_rpc', 'uid', 'named_pipe'],
  ['smb_mapping', 'uid', 'share_type'],
  ['smb_files', 'uid', 'action', 'name'],
  ['smb_files', 'uid', 'action', 'path'],
  ['kerberos', 'uid', 'request_type'],
  ['kerberos', 'uid', 'till', 'cipher'],
  ['ntlm', 'uid', 'domainname'],
  ['ntlm', 'uid', 'hostname', 'server_nb_computer_name'],
  ['ntlm', 'uid', 'server_dns_computer_name'],
  ['ntlm', 'uid', 'username', 'success'],
  ['rdp', 'uid', 'security_protocol'],
  ['rdp', 'uid', 'cookie', 'result'],
  ['rdp', 'uid', 'cert_count'],
  ['ldap_search', 'uid', 'message_id', 'base_object'],
  ['ldap_search', 'uid', 'message_id', 'scope'],
  ['ldap', 'uid', 'message_id', 'opcode'],
  ['quic', 'uid', 'client_initial_dcid'],
  ['postgresql', 'uid', 'frontend'],
  ['redis', 'uid', 'cmd.name'],
  ['websocket', 'uid', 'subprotocol'],
  ['ftp', 'uid', 'command', 'data_channel.passive'],
  ['ftp', 'uid', 'command', 'user'],
  ['dhcp', 'uids', 'msg_types'],
  ['dhcp', 'uids', 'client_addr'],
  ['radius', 'uid', 'username', 'result'],
  ['socks', 'uid', 'request_p', 'status'],
  ['snmp', 'uid', 'get_requests'],
  ['sip', 'uid', 'call_id'],
  ['irc', 'uid', 'command', 'value'],
  ['mysql', 'uid', 'cmd', 'arg'],
  ['modbus', 'uid', 'func'],
  ['dnp3', 'uid', 'fc_request'],
  ['mqtt_connect', 'uid', 'proto_name', 'client_id'],
  ['mqtt_publish', 'uid', 'topic', 'payload_len'],
  ['mqtt_subscribe', 'uid', 'action', 'topics'],
  ['ntp', 'uid', 'stratum', 'ref_id'],
  ['rfb', 'uid', 'client_major_version'],
  ['syslog', 'uid', 'facility', 'severity', 'message'],
  ['tunnel', 'tunnel_type', 'action'],
  ['dpd', 'uid', 'analyzer', 'failure_reason'],
  ['analyzer', 'analyzer_kind', 'analyzer_name'],
  ['analyzer', 'cause', 'analyzer_kind'],
  ['x509', 'certificate.serial', 'certificate.subject'],
  ['ocsp', 'serialNumber', 'certStatus'],
  ['pe', 'id', 'machine', 'compile_ts'],
  ['pe', 'id', 'is_exe', 'uses_aslr'],
  ['files', 'fuid', 'source', 'seen_bytes'],
  ['notice', 'note', 'actions'],
  ['notice', 'note', 'msg'],
  ['intel', 'seen.indicator', 'sources'],
  ['intel', 'seen.indicator'],
  ['signatures', 'sig_id', 'event_msg'],
  ['software', 'software_type', 'host'],
  ['known_services', 'host', 'port_num'],
  ['known_certs', 'host', 'issuer_subject'],
  ['known_devices', 'mac', 'dhcp_host_name'],
  ['traceroute', 'src', 'dst', 'proto'],
  ['capture_loss', 'ts_delta', 'percent_lost'],
  ['stats', 'pkts_proc', 'mem'],
  ['packet_filter', 'node', 'filter', 'init'],
  ['reporter', 'level', 'message', 'location'],
  ['weird', 'name', 'notice', 'peer'],
  ['weird', 'name', 'notice'],
  ['telemetry', 'name', 'metric_type', 'value'],
  ['cluster', 'node', 'message'],
  ['kerberos', 'id.orig_h', 'id.resp_p', 'client', 'service'],
];

/** The log a record with these (canonical) field names belongs to; null: not to be told. */
export function inferPath(has: (field: string) => boolean): string | null {
  for (const [path, ...always] of BY_FIELDS) if (always.every(has)) return path;
  return null;
}

/**
 * Names that writers have flattened with `_` for stores that forbid dots, and what Zeek calls them. Rules and questions
 * are written in Zeek's own names.
 */
const DOTTED: readonly (readonly [prefix: string, names: readonly string[]])[] = [
  ['id', ['orig_h', 'orig_p', 'resp_h', 'resp_p', 'vlan', 'vlan_inner']],
  [
    'certificate',
    [
      'version',
      'serial',
      'subject',
      'issuer',
      'not_valid_before',
      'not_valid_after',
      'key_alg',
      'sig_alg',
      'key_type',
      'key_length',
      'exponent',
      'curve',
    ],
  ],
  ['san', ['dns', 'uri', 'email', 'ip']],
  ['basic_constraints', ['ca', 'path_len']],
  ['times', ['modified', 'accessed', 'created', 'changed']],
  ['seen', ['indicator', 'indicator_type', 'where', 'node', 'host']],
  ['data_channel', ['passive', 'orig_h', 'resp_h', 'resp_p']],
];

const CANONICAL: ReadonlyMap<string, string> = new Map(
  DOTTED.flatMap(([prefix, names]) => names.map((n) => [`${prefix}_${n}`, `${prefix}.${n}`] as const)),
);

export function canonicalName(name: string): string {
  return CANONICAL.get(name) ?? name;
}
