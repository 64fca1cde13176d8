/** Bodies of ASA messages that tell of traffic: who spoke to whom, and whether it was let through. */
import { parseAddress } from '../../base/index.ts';
import type { Row } from '../text/row.ts';
import { endpoint, partsOf, port, seconds } from './asa-fields.ts';

/** `Built inbound TCP connection 11 for outside:a/p (…) to inside:b/p (…)`: the first one answers when outbound. */
export function built(row: Row, text: string): void {
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
export function teardown(row: Row, text: string): void {
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
export function denied(row: Row, text: string): void {
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
export function accessList(row: Row, text: string): void {
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
export function deniedFrom(row: Row, text: string): void {
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

/** `Built inbound ICMP connection for faddr a/0 gaddr b/0 laddr c/0 …`: the foreign side asks when inbound. */
export function icmp(row: Row, text: string): void {
  const words = text.split(' ', 20);
  row.put('action', words[0] === 'Teardown' ? 'teardown' : 'accept');
  if (!words.includes('faddr')) {
    between(row, text);
    return;
  }
  const foreign = words[words.indexOf('faddr') + 1] ?? '';
  const local = words[words.indexOf('laddr') + 1] ?? '';
  const outbound = words[1] === 'outbound';
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
export function accessed(row: Row, text: string): void {
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

/** `Built dynamic TCP translation from inside:a/p to outside:b/q`: b is what a looks like from outside, no destination. */
export function translated(row: Row, text: string): void {
  const [, protocol, from, to] = /^\S+ \S+ (?:(\S+) )?translation from (\S+) (?:\(\S+\) )?to (\S+)/.exec(text) ?? [];
  if (from === undefined || to === undefined) return;
  if (protocol !== undefined) row.put('protocol', protocol.toLowerCase());
  endpoint(row, 'src', from);
  const seen = partsOf(to);
  row.put('translated_ip', seen.ip);
  if (seen.port !== undefined) port(row, 'translated_port', seen.port);
}

/** Any other message that names two sides: `… TCP packet from outside:a/p to inside:b/q …`, `… from a/p (c/p) to b/q (b/q), …`. */
export function between(row: Row, text: string): void {
  const [, from, to] = /\b(?:from|src) (\S+) (?:\(\S+\) )?(?:to|dst) (\S+)/.exec(text) ?? [];
  const end = to?.replace(/[,;.]$/, '');
  if (from === undefined || end === undefined || !isAddress(from) || !isAddress(end)) return;
  if (/\b(?:drop(?:ped)?|den(?:y|ied)|discard(?:ed)?)\b/i.test(text)) row.put('action', 'deny');
  const protocol = /\b(TCP|UDP|ICMP|GRE|ESP)\b/i.exec(text)?.[1];
  if (protocol !== undefined) row.put('protocol', protocol.toLowerCase());
  endpoint(row, 'src', from);
  endpoint(row, 'dst', end);
}

/** `outside:192.0.2.1/443`, `2001:db8::1`: not a word of a sentence. */
const isAddress = (said: string): boolean => parseAddress(partsOf(said).ip) !== null;
