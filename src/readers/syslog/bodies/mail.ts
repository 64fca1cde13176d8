import { eachPair } from '../../text/pairs.ts';
import type { Row } from '../../text/row.ts';
import { splitPeer } from './peer.ts';

/**
 * Postfix. `<queue id>: name=value, …`; addresses lose their angle brackets; `client` and `relay` are also given as
 * `src_ip` and `relay_ip`. `status=sent (250 ok)` gives status and `response`.
 */
export function postfix(row: Row, message: string): void {
  const colon = message.indexOf(': ');
  if (message.startsWith('connect from ') || message.startsWith('disconnect from ')) {
    const from = message.indexOf('from ') + 5;
    const space = message.indexOf(' ', from);
    row.put('activity', from === 13 ? 'connect' : 'disconnect');
    client(row, message.slice(from, space < 0 ? undefined : space));
    return;
  }
  if (message.startsWith('warning: ')) warning(row, message.slice(9));
  else if (!noticed(row, message) && colon > 0) queued(row, message, colon);
}

/** How messages about a peer begin that belong to no mail: smtpd(8), postscreen(8). What the peer sent stands behind it. */
const NOTICES = [
  ['lost connection after ', 'disconnect'],
  ['NOQUEUE: lost connection after ', 'disconnect'],
  ['timeout after ', 'disconnect'],
  ['too many errors after ', 'disconnect'],
  ['HANGUP after ', 'disconnect'],
  ['COMMAND ', 'disconnect'],
  ['DISCONNECT ', 'disconnect'],
  ['CONNECT from ', 'connect'],
  ['PASS ', 'connect'],
  ['improper command pipelining after ', 'probe'],
  ['SSL_accept error from ', 'probe'],
  ['PREGREET ', 'probe'],
  ['BARE NEWLINE from ', 'probe'],
  ['NON-SMTP COMMAND from ', 'probe'],
] as const;

/** `<notice> … from host[ip]…`, `PASS NEW [ip]:port` */
function noticed(row: Row, message: string): boolean {
  const notice = NOTICES.find(([prefix]) => message.startsWith(prefix));
  if (notice === undefined) return false;
  const from = message.indexOf(' from ');
  const at = from < 0 ? message.indexOf(' [') + 1 : from + 6;
  if (at <= 0) return false;
  row.put('activity', notice[1]);
  const space = message.indexOf(' ', at);
  client(row, message.slice(at, space < 0 ? undefined : space));
  return true;
}

function queued(row: Row, message: string, colon: number): void {
  const id = message.slice(0, colon);
  if (!isQueueId(id)) return;
  row.put('queue_id', id);
  const body = message.slice(colon + 2);
  if (body.startsWith('reject: ') || body.startsWith('milter-reject: ')) {
    reject(row, body);
    return;
  }
  if (checked(row, body)) return;
  // The free text in brackets behind status is no list of pairs.
  const status = body.indexOf(' status=');
  eachPair(status < 0 ? body : body.slice(0, status), 0, (name, value) => pair(row, name, value), { commas: true });
  loggedOn(row);
  if (status < 0) return;
  const space = body.indexOf(' ', status + 1);
  row.put('status', body.slice(status + 8, space < 0 ? undefined : space));
  if (space > 0) row.put('response', body.slice(space + 1).replace(/^\(|\)$/g, ''));
}

/** A mail handed in by somebody who gave a password: `client=…, sasl_method=PLAIN, sasl_username=bob`. */
function loggedOn(row: Row): void {
  const user = row.got('sasl_username');
  if (user === undefined) return;
  row.put('activity', 'logon');
  row.put('outcome', 'success');
  row.put('user', user);
}

function pair(row: Row, name: string, value: string): void {
  switch (name) {
    case 'client':
      client(row, value);
      return;
    case 'relay': {
      row.put('relay', value);
      const { ip } = splitPeer(value);
      if (ip !== '') row.put('relay_ip', ip);
      return;
    }
    case 'message-id':
      row.put('message_id', unbracket(value));
      return;
    case 'size':
    case 'nrcpt': {
      const n = Number(value);
      row.put(name, Number.isSafeInteger(n) ? n : value);
      return;
    }
    default:
      row.put(name, unbracket(value));
  }
}

function client(row: Row, value: string): void {
  const { host, ip } = splitPeer(value);
  row.put('client', host);
  if (ip !== '') row.put('src_ip', ip);
}

const CHECKS = [
  ['warning: header ', 'mail-header'],
  ['info: header ', 'mail-header'],
  ['warning: body ', 'mail-body'],
  ['info: body ', 'mail-body'],
] as const;

/**
 * What header_checks and body_checks note (access(5), WARN and INFO): `warning: header Subject: text from host[ip];
 * from=<a> to=<b> proto=ESMTP helo=<c>`. Gives header_name and header_value, or body; the text is the sender's.
 */
function checked(row: Row, body: string): boolean {
  const check = CHECKS.find(([prefix]) => body.startsWith(prefix));
  if (check === undefined) return false;
  const pairs = body.lastIndexOf('; from=');
  const from = body.lastIndexOf(' from ', pairs < 0 ? undefined : pairs);
  const [prefix, activity] = check;
  if (from < prefix.length) return false;
  const text = body.slice(prefix.length, from);
  row.put('activity', activity);
  const colon = text.indexOf(':');
  if (activity === 'mail-header' && colon > 0) {
    row.put('header_name', text.slice(0, colon));
    row.put('header_value', text.slice(colon + 1).trim());
  } else row.put('body', text);
  client(row, body.slice(from + 6, pairs < 0 ? undefined : pairs));
  if (pairs > 0) eachPair(body, pairs + 2, (name, value) => row.put(name, unbracket(value)));
  return true;
}

/** `reject: RCPT from host[ip][:port]: 554 5.7.1 …; from=<a> to=<b> proto=ESMTP helo=<c>` */
function reject(row: Row, body: string): void {
  row.put('activity', 'mail-reject');
  const from = body.indexOf(' from ');
  const close = body.indexOf(']', from);
  const colon = body.indexOf(': ', close);
  if (from > 0 && close > 0) client(row, body.slice(from + 6, close + 1));
  const pairs = body.lastIndexOf('; from=');
  if (close > 0 && colon > 0) row.put('response', body.slice(colon + 2, pairs > 0 ? pairs : undefined));
  if (pairs > 0) eachPair(body, pairs + 2, (name, value) => row.put(name, unbracket(value)));
}

/** `hostname x does not resolve to address ip`, `Connection rate limit exceeded: 31 from host[ip] for service smtpd` */
function aboutPeer(row: Row, text: string): void {
  const unresolved = text.startsWith('hostname ') ? text.indexOf(' does not resolve to address ') : -1;
  const limit = text.indexOf(' limit exceeded: ');
  const from = text.indexOf(' from ', limit);
  if (unresolved > 0) {
    row.put('client', text.slice(9, unresolved));
    row.put('src_ip', text.slice(unresolved + 29).split(/[: ]( |$)/, 1)[0]);
  } else if (limit > 0 && from > 0) {
    row.put('activity', 'limit');
    client(row, text.slice(from + 6).split(' ', 1)[0]!);
  }
}

/** `host[ip][:port]: SASL LOGIN authentication failed: …` */
function warning(row: Row, text: string): void {
  const close = text.indexOf(']');
  const [behind] = /^(?::\d{1,5})?: SASL /.exec(text.slice(close + 1, close + 20)) ?? [];
  if (close < 0 || behind === undefined) {
    aboutPeer(row, text);
    return;
  }
  const sasl = close + behind.length - 6;
  client(row, text.slice(0, close + 1));
  row.put('activity', 'logon');
  row.put('outcome', 'failure');
  const method = text.slice(sasl + 7, text.indexOf(' ', sasl + 7));
  row.put('method', method);
  const user = text.lastIndexOf('sasl_username=');
  if (user > 0) row.put('user', text.slice(user + 14));
}

function isQueueId(id: string): boolean {
  if (id === 'NOQUEUE') return true;
  return id.length >= 6 && id.length <= 20 && /^[0-9A-Za-z]+$/.test(id);
}

function unbracket(value: string): string {
  return value.startsWith('<') && value.endsWith('>') ? value.slice(1, -1) : value;
}
