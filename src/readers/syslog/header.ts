import type { Stamp } from './stamp.ts';
import { stampAt } from './stamp.ts';

/** The parts of a syslog line before its message; '' when a part is not there. */
export interface Header {
  /** -1: no `<PRI>` */
  facility: number;
  severity: number;
  stamp: Stamp | null;
  hostname: string;
  program: string;
  pid: string;
  messageId: string;
  /** RFC 5424 structured data, raw; '' for none */
  structured: string;
  message: string;
}

/** Names of the facility numbers, RFC 5424 table 1, in the short forms of syslog.h. */
const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
const SEVERITIES = 'emerg alert crit err warning notice info debug'.split(' ');

export function facilityName(n: number): string | undefined {
  return FACILITIES[n];
}

export function severityName(n: number): string | undefined {
  return SEVERITIES[n];
}

const SPACE = 32;
/** longest host name and program tag looked for */
const NAME = 256;

/**
 * Any line is a syslog line: what is not understood stays in the message. RFC 5424 when a version stands behind the
 * `<PRI>`, else RFC 3164 and its many relatives.
 */
export function parseHeader(text: string): Header {
  const out: Header = {
    facility: -1,
    severity: -1,
    stamp: null,
    hostname: '',
    program: '',
    pid: '',
    messageId: '',
    structured: '',
    message: '',
  };
  let at = 0;
  if (text.charCodeAt(0) === 0x3c) {
    const close = text.indexOf('>', 1);
    const pri = close > 1 && close <= 4 ? Number(text.slice(1, close)) : Number.NaN;
    if (Number.isInteger(pri) && pri >= 0 && pri <= 191) {
      out.facility = pri >> 3;
      out.severity = pri & 7;
      at = close + 1;
      if (text.charCodeAt(at) === 0x31 && text.charCodeAt(at + 1) === SPACE) return rfc5424(text, at + 2, out);
    }
  }
  at = skipSequence(text, at);
  const stamp = stampAt(text, at);
  const behind = stamp === null ? Number.NaN : text.charCodeAt(stamp.end);
  if (stamp === null || !(behind === SPACE || behind === 58 || Number.isNaN(behind))) {
    out.message = text.slice(at);
    return out;
  }
  out.stamp = stamp;
  at = stamp.end;
  if (text.charCodeAt(at) === 58) at++;
  while (text.charCodeAt(at) === SPACE) at++;
  if (stamp.year >= 0 && bind(text, at, out)) return out;
  at = host(text, at, out);
  tag(text, at, out);
  return out;
}

const BIND =
  /^(?:[a-z-]{2,24}: )?(?:(?:info|notice|warning|error|critical|debug \d{1,2}): )?(?=client (?:@0x[0-9a-f]{1,16} )?[0-9A-Fa-f.:]{3,45}#\d)/;

/** A line of BIND's own file about a client, with or without its category and severity: it names neither host nor program. */
function bind(text: string, at: number, out: Header): boolean {
  const found = BIND.exec(text.slice(at, at + 128));
  if (found === null) return false;
  out.program = 'named';
  out.message = text.slice(at + found[0].length);
  return true;
}

/** IOS counts its messages: `000123: ` before the time. */
function skipSequence(text: string, at: number): number {
  let i = at;
  while (i - at < 10 && text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57) i++;
  return i > at && text.charCodeAt(i) === 58 && text.charCodeAt(i + 1) === SPACE ? i + 2 : at;
}

const LEVELS = new Set('TRACE DEBUG INFO NOTICE WARN WARNING ERROR ERR CRITICAL FATAL SEVERE'.split(' '));

/** Letters, digits, `.`, `-`, `_`, `:` (IPv6), `/`, and whatever is not ASCII. */
function isHostChar(c: number): boolean {
  if (c >= 45 && c <= 58) return true;
  const lower = c | 32;
  return (lower >= 97 && lower <= 122) || c === 95 || c > 127;
}

/** A word followed by a space is the host, unless it looks like the tag or the message already. */
function host(text: string, at: number, out: Header): number {
  const space = text.indexOf(' ', at);
  if (space < 0 || space - at > NAME || space === at) return at;
  if (text.indexOf(':', at) === space - 1) return at; // `kernel:`
  // Names and addresses only: `%ASA-…`, `sshd[1]:`, `(root)`, XML, JSON and name=value are no hosts.
  for (let i = at; i < space; i++) if (!isHostChar(text.charCodeAt(i))) return at;
  const word = text.slice(at, space);
  if (word === '-' || LEVELS.has(word.toUpperCase())) return at; // an application's own log
  out.hostname = word;
  return space + 1;
}

/** `program[pid]: message`, `program: message`, `program[pid] message`; a path keeps its last part as program's name. */
function tag(text: string, at: number, out: Header): void {
  if (text.charCodeAt(at) === 58 && text.charCodeAt(at + 1) === SPACE) at += 2; // ASA: `fw01 : %ASA-…`
  let i = at;
  const limit = Math.min(text.length, at + NAME);
  for (; i < limit; i++) {
    const c = text.charCodeAt(i);
    if (c === 58 || c === 91 || c === SPACE || c === 0x3d || c === 0x22 || c === 0x25 || c === 0x3c || c === 0x7b)
      break;
  }
  const c = text.charCodeAt(i);
  if (i === at || i >= limit) {
    out.message = text.slice(at);
    return;
  }
  if (c === 91) {
    const close = text.indexOf(']', i);
    if (close > 0 && close - i <= 32) {
      out.program = text.slice(at, i);
      out.pid = text.slice(i + 1, close);
      i = close + 1;
      if (text.charCodeAt(i) === 58) i++;
      out.message = text.slice(text.charCodeAt(i) === SPACE ? i + 1 : i);
      return;
    }
  }
  if (c === 58 && (i + 1 >= text.length || text.charCodeAt(i + 1) === SPACE)) {
    out.program = text.slice(at, i);
    out.message = text.slice(i + 2);
    return;
  }
  out.message = text.slice(at);
}

/** RFC 5424 6: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG], `-` for a missing one. */
function rfc5424(text: string, at: number, out: Header): Header {
  const stamp = stampAt(text, at);
  const word = () => {
    if (at >= text.length) return '';
    let end = text.indexOf(' ', at);
    if (end < 0) end = text.length;
    const w = text.slice(at, end);
    at = end + 1;
    return w === '-' ? '' : w;
  };
  word();
  out.stamp = stamp;
  out.hostname = word();
  out.program = word();
  out.pid = word();
  out.messageId = word();
  if (text.charCodeAt(at) === 0x2d) at += 2;
  else if (text.charCodeAt(at) === 91) {
    const end = structuredEnd(text, at);
    out.structured = text.slice(at, end);
    at = end + 1;
  }
  if (text.charCodeAt(at) === 0xfeff) at++;
  out.message = text.slice(at);
  return out;
}

/** Behind the last `]` of structured data: elements stand without a space between them; quotes may hold `]`. */
function structuredEnd(text: string, at: number): number {
  let quoted = false;
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === 0x22) quoted = !quoted;
    else if (c === 0x5d && !quoted && text.charCodeAt(i + 1) !== 0x5b) return i + 1;
  }
  return text.length;
}

/** Each parameter of structured data as `<element id>.<name>`. */
export function eachParameter(structured: string, each: (name: string, value: string) => void): void {
  let id = '';
  let i = 0;
  while (i < structured.length) {
    const c = structured.charCodeAt(i);
    if (c === 91) {
      const end = wordEnd(structured, i + 1);
      id = structured.slice(i + 1, end);
      i = end;
      continue;
    }
    if (c === SPACE || c === 0x5d) {
      i++;
      continue;
    }
    const eq = structured.indexOf('="', i);
    if (eq < 0) return;
    let end = eq + 2;
    let escaped = false;
    while (end < structured.length && structured.charCodeAt(end) !== 0x22) {
      if (structured.charCodeAt(end) === 0x5c) {
        escaped = true;
        end++;
      }
      end++;
    }
    const value = structured.slice(eq + 2, end);
    each(`${id}.${structured.slice(i, eq)}`, escaped ? value.replace(/\\(["\\\]])/g, '$1') : value);
    i = end + 1;
  }
}

function wordEnd(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) !== SPACE && text.charCodeAt(at) !== 0x5d) at++;
  return at;
}
