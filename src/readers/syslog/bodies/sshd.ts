import { parseAddress } from '../../../base/index.ts';
import { eachPair } from '../../text/pairs.ts';
import type { Row } from '../../text/row.ts';
import { putEndpoint, putPeer } from './peer.ts';

/**
 * OpenSSH server messages. A user name is the adversary's text and may itself contain ` from 10.0.0.1 port 22`: the
 * address sshd appends is always the last one, so messages are read from their end.
 */
export function sshd(row: Row, message: string): void {
  const text = message.startsWith('error: ') || message.startsWith('fatal: ') ? message.slice(7) : message;
  for (const [prefix, outcome] of ATTEMPTS) {
    if (!text.startsWith(prefix)) continue;
    attempt(row, text, prefix.length, outcome);
    return;
  }
  for (const [prefix, activity, outcome] of NAMED) {
    if (!text.startsWith(prefix)) continue;
    row.put('activity', activity);
    if (outcome !== '') row.put('outcome', outcome);
    const from = putPeer(row, text);
    if (from > prefix.length) putUser(row, text.slice(prefix.length, from));
    return;
  }
  for (const [prefix, activity, outcome] of CLOSED) {
    if (!text.startsWith(prefix)) continue;
    row.put('activity', activity);
    if (outcome !== '') row.put('outcome', outcome);
    closed(row, text.slice(prefix.length));
    return;
  }
  if (text.startsWith('User ')) {
    const end = text.indexOf(' not allowed because');
    if (end > 0) {
      const from = text.lastIndexOf(' from ', end);
      row.put('activity', 'logon');
      row.put('outcome', 'failure');
      row.put('user', text.slice(5, from > 5 ? from : end));
      if (from > 5) row.put('src_ip', text.slice(from + 6, end));
      row.put('reason', text.slice(end + 13));
    }
    return;
  }
  if (text.startsWith('subsystem request for ')) {
    row.put('activity', 'subsystem');
    const by = text.indexOf(' by user ');
    row.put('subsystem', text.slice(22, by < 0 ? undefined : by));
    if (by > 0) row.put('user', text.slice(by + 9));
    return;
  }
  if (text.startsWith('PAM: ')) {
    refusedByPam(row, text);
    return;
  }
  if (text.startsWith('ROOT LOGIN REFUSED FROM ')) {
    row.put('activity', 'logon');
    row.put('outcome', 'failure');
    row.put('user', 'root');
    putEndpoint(row, text, 24);
    return;
  }
  if (text.startsWith('refused connect from ')) {
    row.put('activity', 'connect');
    row.put('outcome', 'failure');
    const open = text.lastIndexOf('(');
    row.put('src_ip', text.slice(open + 1, text.indexOf(')', open)));
    return;
  }
  if (text.startsWith('Timeout before authentication for ')) {
    row.put('activity', 'disconnect');
    putEndpoint(row, text, text.startsWith('connection from ', 34) ? 50 : 34);
    return;
  }
  if (text.startsWith('PAM ') && text.includes(' more authentication failure')) {
    row.put('activity', 'logon');
    row.put('outcome', 'failure');
    row.put('failures', Number.parseInt(text.slice(4), 10) || undefined);
    eachPair(text, 4, (name, value) => {
      if (name === 'rhost' && value !== '') row.put('src_ip', value);
      if (name === 'user' && value !== '') row.put('user', value);
    });
    return;
  }
  if (PROBES.some((start) => text.startsWith(start))) {
    row.put('activity', 'probe');
    putPeer(row, text);
  }
}

const PROBES = [
  'Did not receive identification string',
  'Bad protocol version',
  'banner exchange: Connection from ',
  'ssh_dispatch_run_fatal: Connection from ',
];

/** `PAM: <reason> for [illegal user ]<user> from <host>[ via <address of ours>]` */
function refusedByPam(row: Row, text: string): void {
  const on = text.indexOf(' for ');
  const from = text.lastIndexOf(' from ');
  if (on < 0 || from < on + 5) return;
  row.put('activity', 'logon');
  row.put('outcome', 'failure');
  row.put('reason', text.slice(5, on));
  row.put('src_ip', text.slice(from + 6).split(' ', 1)[0]);
  const name = text.slice(on + 5, from);
  putUser(row, name.startsWith('illegal user ') ? `invalid user ${name.slice(13)}` : name);
}

/** prefix, outcome of messages `<prefix><method> for <user> from <ip> port <n>` */
const ATTEMPTS = [
  ['Accepted ', 'success'],
  ['Failed ', 'failure'],
  ['Postponed ', ''],
] as const;

/** prefix, activity, outcome of messages `<prefix><user> from <ip> port <n>` */
const NAMED = [
  ['Invalid user ', 'logon', 'failure'],
  ['Illegal user ', 'logon', 'failure'],
  ['maximum authentication attempts exceeded for ', 'logon', 'failure'],
  ['Received disconnect', 'disconnect', ''],
  ['Connection from ', 'connect', ''],
  ['Starting session: ', 'session-open', ''],
  ['Close session: ', 'session-close', ''],
  ['reverse mapping checking getaddrinfo for ', 'probe', ''],
] as const;

/** prefix, activity, outcome of messages `<prefix>[authenticating user |invalid user |user ]<user> <ip> port <n>` */
const CLOSED = [
  ['Disconnected from ', 'disconnect', ''],
  ['Connection closed by ', 'disconnect', ''],
  ['Connection reset by ', 'disconnect', ''],
  ['Disconnecting ', 'disconnect', ''],
  ['Unable to negotiate with ', 'probe', 'failure'],
] as const;

/** `<method> for [invalid user ]<user> from <ip> port <n> ssh2[: <key>]` */
function attempt(row: Row, text: string, start: number, outcome: string): void {
  const on = text.indexOf(' for ', start);
  if (on < 0) return;
  row.put('activity', 'logon');
  if (outcome !== '') row.put('outcome', outcome);
  row.put('method', text.slice(start, on));
  const from = putPeer(row, text);
  if (from > on + 5) putUser(row, text.slice(on + 5, from));
  const key = outcome === 'success' ? text.lastIndexOf(' ssh2: ') : -1;
  if (key > from && from > 0) row.put('key', text.slice(key + 7));
}

function closed(row: Row, rest: string): void {
  const port = rest.lastIndexOf(' port ');
  if (port < 0) {
    // Older versions wrote the address alone.
    const [word = ''] = rest.split(' ', 1);
    if (parseAddress(word) !== null) row.put('src_ip', word);
    return;
  }
  const space = rest.lastIndexOf(' ', port - 1);
  row.put('src_ip', rest.slice(space + 1, port));
  const number = Number.parseInt(rest.slice(port + 6), 10);
  if (number >= 0 && number <= 65535) row.put('src_port', number);
  if (space <= 0) return;
  const name = rest.slice(0, space);
  for (const prefix of ['authenticating user ', 'invalid user ', 'user ']) {
    if (name.startsWith(prefix)) {
      row.put('user', name.slice(prefix.length));
      if (prefix === 'invalid user ') row.put('invalid_user', true);
      return;
    }
  }
}

function putUser(row: Row, name: string): void {
  const invalid = name.startsWith('invalid user ');
  row.put('user', invalid ? name.slice(13) : name);
  if (invalid) row.put('invalid_user', true);
}
