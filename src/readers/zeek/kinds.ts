import type { RowKind } from '../text/row.ts';
import { streamName } from '../text/row.ts';

/**
 * Which fields of a Zeek log tell host, user and source address (https://docs.zeek.org/en/master/logs/).
 *
 * `host` is the machine an event is about: the responder of a connection, as a logon on a server is about the server.
 * `address` is where it came from: the originator. The sensor itself (`_system_name`, `@system`) is neither.
 * In http.log `host` is what the client asked for, not a machine that was seen; so `host` counts only in the logs
 * listed here.
 */
const ADDRESS = ['id.orig_h', 'src', 'client_addr', 'orig_h'];
const HOST = ['id.resp_h', 'dst', 'resp_h'];
const USER = ['username', 'user'];

const SPECIAL: Readonly<Record<string, Partial<Pick<RowKind, 'host' | 'user' | 'address'>>>> = {
  software: { host: ['host'], address: ['host'] },
  known_hosts: { host: ['host'], address: ['host'] },
  known_services: { host: ['host'], address: ['host'] },
  known_certs: { host: ['host'], address: ['host'] },
  known_devices: { host: ['dhcp_host_name', 'mac'] },
  dhcp: {
    host: ['host_name', 'client_fqdn', 'assigned_addr', 'mac'],
    address: ['client_addr', 'assigned_addr', 'requested_addr'],
  },
  kerberos: { user: ['client'] },
  rdp: { user: ['cookie'] },
  ntlm: { host: ['id.resp_h', 'hostname'] },
  syslog: { host: ['id.orig_h'] },
};

export function zeekKind(path: string): RowKind {
  const special = Object.hasOwn(SPECIAL, path) ? SPECIAL[path] : undefined;
  return {
    source: { product: 'zeek', service: path },
    stream: streamName('zeek', path),
    host: special?.host ?? HOST,
    user: special?.user ?? USER,
    address: special?.address ?? ADDRESS,
  };
}
