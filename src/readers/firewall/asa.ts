import type { Row, RowKind } from '../text/row.ts';
import type { CiscoHead } from './cisco.ts';

/**
 * Cisco ASA and FTD messages (`%ASA-6-302013: …`), Cisco's "ASA Series Syslog Messages". Fields: message_id, severity,
 * action (accept, deny, teardown), protocol, src_ip, src_port, dst_ip, dst_port and interfaces; for remote access user,
 * group, src_ip (the client's public address), assigned_ip, device_id, session_type, duration_seconds, bytes_sent (to the client),
 * bytes_received, reason; activity and outcome as in all our VPN and logon events.
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

/** `outside:192.0.2.1/443` → interface, address, port under the given side. */
function endpoint(row: Row, side: 'src' | 'dst', said: string): void {
  const bracket = said.indexOf('('); // `10.0.0.1/53(name)`, `10.0.0.1(type 8,`
  const text = bracket < 0 ? said : said.slice(0, bracket);
  const colon = text.indexOf(':');
  const slash = text.lastIndexOf('/');
  // IPv6 addresses hold colons: the interface ends at the first one only when no digit group stands before it.
  const named = colon > 0 && /^[A-Za-z]/.test(text) && !/^[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]/.test(text);
  if (named) row.put(`${side}_interface`, text.slice(0, colon));
  row.put(`${side}_ip`, text.slice(named ? colon + 1 : 0, slash < 0 ? undefined : slash));
  if (slash >= 0) port(row, `${side}_port`, text.slice(slash + 1));
}

/** From `start` to the next `mark`, or to the end. */
function upTo(text: string, mark: string, start: number): string {
  const end = text.indexOf(mark, start);
  return text.slice(start, end < 0 ? undefined : end);
}

function port(row: Row, name: string, text: string): void {
  const n = Number(text);
  row.put(name, text !== '' && Number.isInteger(n) ? n : text);
}

/** `Built inbound TCP connection 11 for outside:a/p (…) to inside:b/p (…)`: the first one answers when outbound. */
function built(row: Row, text: string): void {
  const words = text.split(' ', 30);
  const [, direction = '', protocol = '', , id] = words;
  const on = words.indexOf('for');
  const to = words.indexOf('to', on);
  if (on < 0 || to < 0) return;
  row.put('action', 'accept');
  row.put('direction', direction);
  row.put('protocol', protocol.toLowerCase());
  row.put('connection_id', id);
  const outbound = direction === 'outbound';
  endpoint(row, outbound ? 'dst' : 'src', words[on + 1] ?? '');
  endpoint(row, outbound ? 'src' : 'dst', words[to + 1] ?? '');
  const last = words.at(-1) ?? '';
  if (/^\([^/]+\)$/.test(last)) row.put('user', last.slice(1, -1));
}

/** `Teardown TCP connection 11 for outside:a/p to inside:b/p duration 0:00:30 bytes 1234 TCP FINs`: order as written. */
function teardown(row: Row, text: string): void {
  const words = text.split(' ', 40);
  const on = words.indexOf('for');
  const to = words.indexOf('to', on);
  const duration = words.indexOf('duration');
  const bytes = words.indexOf('bytes');
  if (on < 0 || to < 0) return;
  row.put('action', 'teardown');
  row.put('protocol', (words[1] ?? '').toLowerCase());
  row.put('connection_id', words[3]);
  endpoint(row, 'src', words[on + 1] ?? '');
  endpoint(row, 'dst', words[to + 1] ?? '');
  if (duration > 0) row.put('duration_seconds', seconds(words[duration + 1] ?? ''));
  if (bytes > 0) {
    port(row, 'bytes', words[bytes + 1] ?? '');
    const reason = words.slice(bytes + 2).join(' ');
    if (reason !== '') row.put('reason', reason);
  }
}

/** `Deny tcp src outside:a/p dst inside:b/p by access-group "x" [0x0, 0x0]` · `Deny inbound icmp src …` */
function denied(row: Row, text: string): void {
  const words = text.split(' ', 40);
  const src = words.indexOf('src');
  const dst = words.indexOf('dst');
  row.put('action', 'deny');
  row.put('protocol', (words[/^(?:in|out)bound$/.test(words[1] ?? '') ? 2 : 1] ?? '').toLowerCase());
  if (src > 0) endpoint(row, 'src', words[src + 1] ?? '');
  if (dst > 0) endpoint(row, 'dst', words[dst + 1] ?? '');
  const group = words.indexOf('access-group');
  if (group > 0) row.put('access_group', (words[group + 1] ?? '').replaceAll('"', ''));
}

/** `access-list x permitted tcp inside/a(p) -> outside/b(p) hit-cnt 1 …` */
function accessList(row: Row, text: string): void {
  const [, name, verdict = '', protocol = '', from = '', , to = ''] = text.split(' ', 12);
  row.put('action', verdict.startsWith('permit') || verdict === 'est-allowed' ? 'accept' : 'deny');
  row.put('access_group', name);
  row.put('protocol', protocol.toLowerCase());
  for (const [side, at] of [
    ['src', from],
    ['dst', to],
  ] as const) {
    const slash = at.indexOf('/');
    const open = at.indexOf('(');
    if (slash < 0 || open < slash) continue;
    row.put(`${side}_interface`, at.slice(0, slash));
    row.put(`${side}_ip`, at.slice(slash + 1, open));
    const close = at.indexOf(')', open);
    port(row, `${side}_port`, at.slice(open + 1, close < 0 ? undefined : close));
  }
}

/** `Deny TCP (no connection) from a/p to b/p flags RST on interface x` and relatives */
function deniedFrom(row: Row, text: string): void {
  const words = text.split(' ', 40);
  const from = words.indexOf('from');
  const to = words.indexOf('to', from);
  if (from < 0 || to < 0) return;
  row.put('action', 'deny');
  const protocol = words.find((w) => /^(?:tcp|udp|icmp)$/i.test(w));
  if (protocol !== undefined) row.put('protocol', protocol.toLowerCase());
  endpoint(row, 'src', words[from + 1] ?? '');
  endpoint(row, 'dst', words[to + 1] ?? '');
  const on = words.indexOf('interface');
  if (on > 0) row.put('src_interface', words[on + 1]);
}

/** `Group <g> User <u> IP <a> …` of remote access; 722051 adds the address given to the client */
function angled(row: Row, text: string): void {
  const value = (name: string) => {
    const at = text.indexOf(`${name} <`);
    const close = at < 0 ? -1 : text.indexOf('>', at);
    return close < 0 ? undefined : text.slice(at + name.length + 2, close);
  };
  row.put('group', value('Group'));
  row.put('user', value('User'));
  row.put('src_ip', value(' IP'));
  row.put('assigned_ip', value('IPv4 Address'));
  const v6 = value('IPv6 address');
  if (v6 !== undefined && v6 !== '::') row.put('assigned_ip6', v6);
  const client = text.indexOf('Client Type: ');
  if (client > 0) row.put('client', text.slice(client + 13));
  const type = text.indexOf('Session Type: ');
  if (type > 0) row.put('session_type', text.slice(type + 14).replace(/\.$/, ''));
  const ended = text.indexOf('session terminated: ');
  if (ended > 0) row.put('reason', text.slice(ended + 20).replace(/\.$/, ''));
}

/** The same where a relay has lost the brackets: `Group g User u IP a …`. */
function bareGroup(row: Row, text: string): void {
  const [, group, user, at, ip, rest] = /^Group (\S+) (?:User (\S+) )?(IP) (\S+) ?(.*)$/.exec(text) ?? [];
  if (at === undefined) return;
  row.put('group', group);
  row.put('user', user);
  row.put('src_ip', ip);
  const ended = rest === undefined ? -1 : rest.indexOf('session terminated: ');
  if (ended >= 0) row.put('reason', rest?.slice(ended + 20).replace(/\.$/, ''));
}

/** `Built inbound ICMP connection for faddr a/0 gaddr b/0 laddr c/0 …`: the foreign side asks when inbound. */
function icmp(row: Row, text: string): void {
  const words = text.split(' ', 20);
  if (!words.includes('faddr')) {
    row.put('action', words[0] === 'Teardown' ? 'teardown' : 'accept');
    between(row, text);
    return;
  }
  const foreign = words[words.indexOf('faddr') + 1] ?? '';
  const local = words[words.indexOf('laddr') + 1] ?? '';
  const outbound = words[1] === 'outbound';
  row.put('action', words[0] === 'Teardown' ? 'teardown' : 'accept');
  if (words[0] === 'Built') row.put('direction', words[1]);
  row.put('protocol', 'icmp');
  for (const [side, at] of [
    ['src', outbound ? local : foreign],
    ['dst', outbound ? foreign : local],
  ] as const) {
    const slash = at.indexOf('/');
    row.put(`${side}_ip`, slash < 0 ? at : at.slice(0, slash));
  }
}

/** `a Accessed [JAVA ]URL [user@]b:url` */
function accessed(row: Row, text: string): void {
  const mark = text.indexOf(' URL ');
  const space = text.indexOf(' ');
  if (mark < 0) return;
  const rest = text.slice(mark + 5);
  const colon = rest.indexOf(':');
  const at = rest.lastIndexOf('@', colon);
  row.put('src_ip', text.slice(0, space));
  if (at > 0) row.put('user', rest.slice(0, at));
  row.put('dst_ip', rest.slice(at + 1, colon < 0 ? undefined : colon));
  if (colon > 0) row.put('url', rest.slice(colon + 1));
}

/** `Group = g, Username = u, IP = a, Session disconnected. Session Type: t, Duration: 1h:02m:03s, Bytes xmt: 1, …` */
function session(row: Row, text: string): void {
  const value = (name: string, mark = ', ') => {
    const at = text.indexOf(name);
    if (at < 0) return undefined;
    return upTo(text, mark, at + name.length);
  };
  row.put('group', value('Group = '));
  row.put('user', value('Username = '));
  row.put('src_ip', value(', IP = '));
  row.put('session_type', value('Session Type: '));
  const duration = value('Duration: ');
  if (duration !== undefined) row.put('duration_seconds', seconds(duration));
  const sent = value('Bytes xmt: ');
  const received = value('Bytes rcv: ');
  if (sent !== undefined) port(row, 'bytes_sent', sent);
  if (received !== undefined) port(row, 'bytes_received', received);
  row.put('reason', value('Reason: ', '\n'));
}

/**
 * `AAA user authentication Rejected : reason = x : server = y : user = z : user IP = a`, and as Cisco's list has it
 * `… Rejected: reason = x: server = y, User = z: user IP = a`.
 */
function aaa(row: Row, text: string): void {
  const said = [...text.matchAll(AAA_NAME)].slice(0, 12);
  for (const [i, match] of said.entries()) {
    const value = text.slice(match.index + match[0].length, said[i + 1]?.index).trim();
    if (value !== '') row.put(AAA_FIELDS[match[1]!.toLowerCase()]!, value);
  }
}
const AAA_NAME = /[:,] (reason|server|user IP|user) = /gi;
const AAA_FIELDS: Readonly<Record<string, string>> = {
  user: 'user',
  'user ip': 'src_ip',
  server: 'server',
  reason: 'reason',
};

/** `User 'u' locked out on exceeding '3' successive failed authentication attempts` */
function locked(row: Row, text: string): void {
  row.put('user', /^User '?([^\s']+)'? locked out /.exec(text)?.[1]);
}

/** `Built dynamic TCP translation from inside:a/p to outside:b/q`: b is what a looks like from outside, no destination. */
function translated(row: Row, text: string): void {
  const [, protocol, from, to] = /^\S+ \S+ (?:(\S+) )?translation from (\S+) (?:\(\S+\) )?to (\S+)/.exec(text) ?? [];
  if (from === undefined || to === undefined) return;
  if (protocol !== undefined) row.put('protocol', protocol.toLowerCase());
  endpoint(row, 'src', from);
  const at = /^(?:[^:/]*:)?([\d.]+|[0-9A-Fa-f:]+)(?:\/(\d+))?$/.exec(to);
  row.put('translated_ip', at?.[1]);
  if (at?.[2] !== undefined) port(row, 'translated_port', at[2]);
}

/** Any other message that names two sides: `… TCP packet from outside:a/p to inside:b/q …`, `… from a/p (c/p) to b/q (b/q), …`. */
function between(row: Row, text: string): void {
  const [, from, to] = /\b(?:from|src) (\S+) (?:\(\S+\) )?(?:to|dst) (\S+)/.exec(text) ?? [];
  if (from === undefined || to === undefined || !ADDRESS.test(from) || !ADDRESS.test(to)) return;
  if (/\b(?:drop(?:ped)?|den(?:y|ied)|discard(?:ed)?)\b/i.test(text)) row.put('action', 'deny');
  const protocol = /\b(TCP|UDP|ICMP|GRE|ESP)\b/i.exec(text)?.[1];
  if (protocol !== undefined) row.put('protocol', protocol.toLowerCase());
  endpoint(row, 'src', from);
  endpoint(row, 'dst', to.replace(/[,;.]$/, ''));
}
/** `outside:192.0.2.1/443`, `2001:db8::1`: not a word. */
const ADDRESS = /(?:^|:)(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f.]*)(?:\/|[,;.]?$)/;

/**
 * Dynamic access policy: `DAP: User u, Addr a: Session Attribute name="value"` (also `name = value`, `name/value`), one a
 * message. The client's own id becomes device_id.
 */
function accessPolicy(row: Row, text: string): void {
  const address = text.indexOf(', Addr ');
  const colon = text.indexOf(': ', address);
  if (address < 0 || colon < 0) return;
  row.put('user', text.slice('DAP: User '.length, address));
  row.put('src_ip', text.slice(address + 7, colon));
  const said = text.indexOf('Session Attribute ', colon);
  const [, name, value] = said < 0 ? [] : (/^([\w.[\]-]{1,128})(?: = |=|\/)(.*)$/s.exec(text.slice(said + 18)) ?? []);
  if (name === undefined || value === undefined) return;
  const bare = value.trim().replace(/^"(.*)"$/s, '$1');
  row.put('attribute', name);
  row.put('value', bare);
  if (name.endsWith('.deviceuniqueid')) row.put('device_id', bare);
}

/** `User 'u' executed the 'c' command.` · `User 'u', running 'CLI' from IP a, executed 'c'` */
function command(row: Row, text: string): void {
  const quoted = text.split("'", 8);
  row.put('user', quoted[1]);
  const from = text.indexOf(' from IP ');
  if (from > 0) {
    row.put('src_ip', upTo(text, ',', from + 9));
    row.put('command', quoted[5]);
    return;
  }
  if (quoted[1] === undefined) row.put('user', /^User (\S+) executed /.exec(text)?.[1]);
  const cmd = text.indexOf(' executed cmd:');
  row.put('command', cmd > 0 ? text.slice(cmd + 14).trim() : quoted[3]);
}

/** `Login denied from a/p to outside:b/ssh for user "u"` */
function login(row: Row, text: string): void {
  const words = text.split(' ', 20);
  const from = words.indexOf('from');
  const to = words.indexOf('to');
  if (from > 0) endpoint(row, 'src', words[from + 1] ?? '');
  if (to > 0) endpoint(row, 'dst', words[to + 1] ?? '');
  row.put('user', text.split('"', 3)[1]);
}

/** `User authentication succeeded: IP address: a, Uname: u` */
function authentication(row: Row, text: string): void {
  const ip = text.indexOf('IP address: ');
  const name = text.indexOf('Uname: ');
  if (ip > 0) row.put('src_ip', upTo(text, ',', ip + 12));
  if (name > 0) row.put('user', text.slice(name + 7));
}

/** `0:00:30`, `1h:02m:03s`, `2d 1h:02m:03s` in seconds; undefined for anything else. */
function seconds(text: string): number | undefined {
  const m = /^(?:(\d{1,5})d ?)?(\d{1,6})h?:(\d{1,2})m?:(\d{1,2})s?$/.exec(text.trim());
  if (m === null) return undefined;
  return Number(m[1] ?? 0) * 86_400 + Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4]);
}
