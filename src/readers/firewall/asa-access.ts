/** Bodies of ASA messages that tell of people: remote access, log-ons, commands. */
import type { Row } from '../text/row.ts';
import { endpoint, port, seconds, upTo } from './asa-fields.ts';

/** `Group <g> User <u> IP <a> …` of remote access; 722051 adds the address given to the client */
export function angled(row: Row, text: string): void {
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
export function bareGroup(row: Row, text: string): void {
  const [, group, user, at, ip, rest] = /^Group (\S+) (?:User (\S+) )?(IP) (\S+) ?(.*)$/.exec(text) ?? [];
  if (at === undefined) return;
  row.put('group', group);
  row.put('user', user);
  row.put('src_ip', ip);
  const ended = rest === undefined ? -1 : rest.indexOf('session terminated: ');
  if (ended >= 0) row.put('reason', rest?.slice(ended + 20).replace(/\.$/, ''));
}

/** `Group = g, Username = u, IP = a, Session disconnected. Session Type: t, Duration: 1h:02m:03s, Bytes xmt: 1, …` */
export function session(row: Row, text: string): void {
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
export function aaa(row: Row, text: string): void {
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
export function locked(row: Row, text: string): void {
  row.put('user', /^User '?([^\s']+)'? locked out /.exec(text)?.[1]);
}

/**
 * Dynamic access policy: `DAP: User u, Addr a: Session Attribute name="value"` (also `name = value`, `name/value`), one a
 * message. The client's own id becomes device_id.
 */
export function accessPolicy(row: Row, text: string): void {
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
export function command(row: Row, text: string): void {
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
export function login(row: Row, text: string): void {
  const words = text.split(' ', 20);
  const from = words.indexOf('from');
  const to = words.indexOf('to');
  if (from > 0) endpoint(row, 'src', words[from + 1] ?? '');
  if (to > 0) endpoint(row, 'dst', words[to + 1] ?? '');
  row.put('user', text.split('"', 3)[1]);
}

/** `User authentication succeeded: IP address: a, Uname: u` */
export function authentication(row: Row, text: string): void {
  const ip = text.indexOf('IP address: ');
  const name = text.indexOf('Uname: ');
  if (ip > 0) row.put('src_ip', upTo(text, ',', ip + 12));
  if (name > 0) row.put('user', text.slice(name + 7));
}
