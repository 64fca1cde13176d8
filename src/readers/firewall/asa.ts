import type { Row, RowKind } from '../text/row.ts';
import { aaa, accessPolicy, angled, authentication, bareGroup, command, locked, login, session } from './asa-access.ts';
import { accessed, accessList, between, built, denied, deniedFrom, icmp, teardown, translated } from './asa-traffic.ts';
import type { CiscoHead } from './cisco.ts';

/**
 * Cisco ASA and FTD messages (`%ASA-6-302013: …`), Cisco's "ASA Series Syslog Messages". Fields: message_id, severity,
 * action (accept, deny, teardown), protocol, src_ip, src_port, dst_ip, dst_port and interfaces, translated_ip and
 * translated_port; for remote access user, group, src_ip (the client's public address), assigned_ip, device_id,
 * session_type, duration_seconds, bytes_sent (to the client), bytes_received, reason; activity and outcome as in all our VPN and logon events.
 */
export const ASA_KIND: RowKind = {
  source: { product: 'cisco', service: 'asa', category: 'firewall' },
  stream: 'firewall-asa',
  host: ['hostname'],
  user: ['user'],
  address: ['src_ip'],
};

/** activity and outcome by message id, where the id alone tells */
const MEANING: Readonly<Record<string, readonly [activity: string, outcome?: string]>> = {
  113004: ['logon', 'success'],
  113005: ['logon', 'failure'],
  113006: ['account-lock'],
  113008: ['logon', 'success'],
  113012: ['logon', 'success'],
  113015: ['logon', 'failure'],
  113019: ['vpn-end'],
  113021: ['logon', 'failure'],
  113039: ['vpn-start'],
  111008: ['command'],
  111009: ['command'],
  111010: ['command'],
  605004: ['logon', 'failure'],
  605005: ['logon', 'success'],
  611101: ['logon', 'success'],
  611102: ['logon', 'failure'],
  716001: ['vpn-start'],
  716002: ['vpn-end'],
  716038: ['logon', 'success'],
  716039: ['logon', 'failure'],
  722022: ['vpn-tunnel-up'],
  722023: ['vpn-tunnel-down'],
  722051: ['vpn-address'],
};

export function putAsa(row: Row, message: string, head: CiscoHead): void {
  const id = head.mnemonic;
  const text = message.slice(head.body);
  row.put('message_id', id);
  const [activity, outcome] = Object.hasOwn(MEANING, id) ? (MEANING[id] as readonly [string, string?]) : [];
  row.put('activity', activity);
  row.put('outcome', outcome);
  const body = Object.hasOwn(BODIES, id) ? BODIES[id] : FAMILIES.find(([prefix]) => text.startsWith(prefix))?.[1];
  (body ?? between)(row, text);
}

type Body = (row: Row, text: string) => void;

const BODIES: Readonly<Record<string, Body>> = {
  302013: built,
  302015: built,
  302014: teardown,
  302016: teardown,
  302020: icmp,
  302021: icmp,
  304001: accessed,
  106023: denied,
  106100: accessList,
  106001: deniedFrom,
  106006: deniedFrom,
  106007: deniedFrom,
  106010: denied,
  106014: denied,
  106015: deniedFrom,
  106021: deniedFrom,
  710003: deniedFrom,
  111008: command,
  111009: command,
  111010: command,
  605004: login,
  605005: login,
  611101: authentication,
  611102: authentication,
  611103: authentication,
  113006: locked,
  305009: translated,
  305010: translated,
  305011: translated,
  305012: translated,
};

/** Bodies that many messages share. */
const FAMILIES: readonly (readonly [prefix: string, body: Body])[] = [
  ['Group <', angled],
  ['Group = ', session],
  ['Group ', bareGroup],
  ['AAA ', aaa],
  ['DAP: User ', accessPolicy],
];
