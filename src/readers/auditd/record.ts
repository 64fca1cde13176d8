import type { Instant } from '../../base/index.ts';
import { UNDATED } from '../../base/index.ts';
import { parseEpoch } from '../text/epoch.ts';
import type { Quote } from '../text/pairs.ts';
import { eachPair } from '../text/pairs.ts';
import type { Row, RowKind } from '../text/row.ts';
import { argumentsText, fromAuditHex, isUntrusted, socketAddress } from './decode.ts';
import { syscallName } from './syscalls.ts';
import { typeName } from './types.ts';

/**
 * One audit record (a line of audit.log, or the same text inside syslog). Sigma's auditd rules look at single records,
 * so one record is one Event; those of one kernel event share `serial`.
 *
 * Decided: encoded values are given decoded and not twice (the record's bytes are at its address); `?` (the audit
 * system's "unknown") is an absent field; what auditd appends behind 0x1D when it enriches (`SYSCALL=execve`,
 * `UID="root"`) are fields of their own, and SYSCALL is filled in from arch and number when it is missing;
 * EXECVE gains `CommandLine`, its arguments joined by spaces; SOCKADDR gains `saddr_fam`, `laddr`, `lport`.
 * All values are text: a0 of a SYSCALL is hex, of an EXECVE anything.
 */
export const AUDIT_KIND: RowKind = {
  source: { product: 'linux', service: 'auditd' },
  stream: 'linux-auditd',
  host: ['node'],
  user: ['acct', 'AUID', 'UID', 'audit_user', 'user', 'auid', 'uid'],
  address: ['addr', 'hostname'],
};

export interface AuditHead {
  readonly node: string;
  readonly type: string;
  readonly serial: string;
  readonly time: Instant;
  /** index of the body */
  readonly body: number;
}

/** `[node=…] type=… msg=audit(seconds.millis:serial):`; null when the text is no audit record. */
export function auditHead(text: string): AuditHead | null {
  let at = 0;
  let node = '';
  if (text.startsWith('audit: ')) at = 7;
  if (text.startsWith('node=', at)) {
    const space = text.indexOf(' ', at);
    if (space < 0 || space > at + 300) return null;
    node = text.slice(at + 5, space);
    at = space + 1;
  }
  if (!text.startsWith('type=', at)) return null;
  const space = text.indexOf(' ', at);
  if (space < 0 || space > at + 64) return null;
  const type = typeName(text.slice(at + 5, space));
  at = space + 1;
  if (text.startsWith('msg=', at)) at += 4;
  if (!text.startsWith('audit(', at)) return null;
  const close = text.indexOf(')', at);
  if (close < 0 || close > at + 64) return null;
  const colon = text.indexOf(':', at);
  if (colon < 0 || colon > close) return null;
  const time = parseEpoch(text.slice(at + 6, colon));
  const body = text.charCodeAt(close + 1) === 58 ? close + 2 : close + 1;
  return { node, type, serial: text.slice(colon + 1, close), time: time ?? UNDATED, body };
}

/** Put the fields of a record into a row that has begun. */
export function putAudit(row: Row, text: string, head: AuditHead): void {
  row.put('type', head.type);
  row.put('serial', head.serial);
  const fields = new Fields(row, head.type);
  const put = (name: string, value: string, quote: Quote) => fields.put(name, value, quote);
  if (head.type.startsWith('AUOMS_')) {
    eachPair(text.slice(head.body, auomsTail(row, text, head.body)), 0, put);
    fields.end();
    return;
  }
  const gs = text.indexOf('\x1d', head.body);
  const end = gs < 0 ? text.length : gs;
  const nested = text.indexOf("msg='", head.body);
  const close = nested < 0 || nested > end ? -1 : text.lastIndexOf("'", end);
  if (close > nested + 4 && nested >= 0) {
    // User-space records: an inner sequence in single quotes, in which single quotes may stand, too.
    eachPair(text.slice(head.body, nested), 0, put);
    eachPair(text.slice(nested + 5, close), 0, put);
    eachPair(text, close + 1, put);
  } else eachPair(text, head.body, put);
  fields.end();
}

/**
 * The OMS audit collector writes the command line or process title last and bare, with spaces and quotes of its own, up
 * to ` redactors=`. Returns where it begins.
 */
function auomsTail(row: Row, text: string, body: number): number {
  const end = text.lastIndexOf(' redactors=');
  const stop = end < body ? text.length : end;
  for (const name of ['cmdline', 'proctitle']) {
    const at = text.indexOf(` ${name}=`, body);
    if (at < 0 || at > stop) continue;
    const raw = text.slice(at + name.length + 2, stop);
    const value = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw;
    row.put(name, value);
    if (name === 'cmdline') row.put('CommandLine', value);
    return at;
  }
  return stop;
}

/** The fields of one record on their way into its row. */
class Fields {
  readonly #row: Row;
  readonly #type: string;
  readonly #args: string[] = [];
  /** an argument cut in pieces by the kernel: `a1[0]`, `a1[1]`, … */
  #piece = '';
  #pieceOf = -1;
  #arch = '';
  #syscall = '';
  #named = false;

  constructor(row: Row, type: string) {
    this.#row = row;
    this.#type = type;
  }

  put(name: string, value: string, quote: Quote): void {
    if (value === '?' || value === '') return;
    const row = this.#row;
    if (name === 'node' && row.got(name) !== undefined) return;
    if (this.#type === 'EXECVE' && name.charCodeAt(0) === 97 && this.#argument(name, value, quote)) return;
    switch (name) {
      case 'arch':
        this.#arch = value;
        break;
      case 'syscall':
        this.#syscall = value;
        break;
      case 'SYSCALL':
        this.#named = true;
        break;
      case 'key': {
        const keys = decoded(value, quote).split('\x01');
        row.put(name, keys.length === 1 ? keys[0] : keys.slice(0, 100));
        return;
      }
      case 'proctitle':
        row.put(name, argumentsText(decoded(value, quote)));
        return;
      case 'saddr':
        this.#socket(value);
        return;
    }
    row.put(name, isUntrusted(name) ? decoded(value, quote) : value);
  }

  end(): void {
    const row = this.#row;
    this.#flush();
    if (this.#args.length > 0) row.put('CommandLine', this.#args.join(' '));
    if (!this.#named && this.#syscall !== '') {
      const name = /^\d+$/.test(this.#syscall) ? syscallName(this.#arch, this.#syscall) : this.#syscall;
      row.put('SYSCALL', name);
    }
  }

  /** `a<n>` and `a<n>[<piece>]`; false for `argc`, `a1_len` and the like. */
  #argument(name: string, value: string, quote: Quote): boolean {
    const open = name.indexOf('[');
    const index = Number(open < 0 ? name.slice(1) : name.slice(1, open));
    if (!Number.isInteger(index) || name.length < 2) return false;
    if (open < 0) {
      this.#flush();
      this.#give(index, decoded(value, quote));
      return true;
    }
    if (this.#pieceOf !== index) this.#flush();
    this.#pieceOf = index;
    this.#piece += value;
    return true;
  }

  #flush(): void {
    if (this.#pieceOf < 0) return;
    this.#give(this.#pieceOf, fromAuditHex(this.#piece) ?? this.#piece);
    this.#pieceOf = -1;
    this.#piece = '';
  }

  #give(index: number, value: string): void {
    this.#args.push(value);
    this.#row.put(`a${index}`, value);
  }

  #socket(hex: string): void {
    const row = this.#row;
    row.put('saddr', hex);
    const socket = socketAddress(hex);
    if (socket === null) return;
    row.put('saddr_fam', socket.family);
    row.put('laddr', socket.address);
    row.put('lport', socket.port);
    row.put('path', socket.path);
  }
}

function decoded(value: string, quote: Quote): string {
  return quote === '' ? (fromAuditHex(value) ?? value) : value;
}
