import type { Instant } from '../../base/index.ts';
import { UNDATED } from '../../base/index.ts';
import type { Row } from '../text/row.ts';
import { splitTarget } from '../text/url.ts';

/**
 * A line of the Common or Combined log (Apache mod_log_config; nginx `combined`), with or without the virtual host in
 * front and anything behind. Scanned by hand: every part is written by a client who may be hostile, and a quote in one
 * is escaped by the server (`\"` Apache, `\x22` nginx). Where a server does not, a quote ends the request only when a
 * status stands behind it: requests with quotes in them are those one looks for.
 */
export interface AccessLine {
  readonly vhost: string;
  readonly client: string;
  readonly user: string;
  readonly time: Instant;
  readonly zoned: boolean;
  readonly request: string;
  readonly status: string;
  readonly bytes: string;
  /** undefined: Common format */
  readonly referer: string | undefined;
  readonly agent: string | undefined;
  /** what stands behind, quoted or bare */
  readonly extra: readonly string[];
}

const EXTRA = 32;

/** null: not such a line. `assumedZone` for a time that names no zone. */
export function parseAccess(text: string, assumedZone: number): AccessLine | null {
  const open = timeAt(text);
  if (open < 0) return null;
  const close = text.indexOf(']', open);
  const stamp = parseTime(text, open + 1, assumedZone);
  if (close < 0 || stamp === null || text.charCodeAt(close + 2) !== 0x22) return null;
  const words = text.slice(0, open - 1).split(' ');
  // `client ident user`, or the virtual host before them; a user name may hold spaces.
  const vhost = words.length >= 4 && isHost(words[0] as string) && isAddress(words[1] as string);
  const first = vhost ? 1 : 0;
  const client = words[first];
  const user = words.slice(first + 2).join(' ');
  if (client === undefined || client === '' || words.length < first + 3) return null;
  const request = quoted(text, close + 2, isStatus);
  if (request === null) return null;
  let at = request.end;
  const word = () => {
    if (text.charCodeAt(at) !== 32) return '';
    let end = text.indexOf(' ', at + 1);
    if (end < 0) end = text.length;
    const w = text.slice(at + 1, end);
    at = end;
    return w;
  };
  const status = word();
  const bytes = word();
  if (!/^(?:\d{3}|-)$/.test(status)) return null;
  const rest: string[] = [];
  while (at < text.length && rest.length < EXTRA) {
    const q = text.charCodeAt(at + 1) === 0x22 ? quoted(text, at + 1) : null;
    if (q === null) rest.push(word());
    else {
      rest.push(q.value);
      at = q.end;
    }
    if (text.charCodeAt(at) !== 32) break;
  }
  const combined = rest.length >= 2;
  return {
    vhost: vhost ? (words[0] as string) : '',
    client,
    user: user === '-' ? '' : user,
    time: stamp.time,
    zoned: stamp.zoned,
    request: request.value,
    status,
    bytes,
    referer: combined ? rest[0] : undefined,
    agent: combined ? rest[1] : undefined,
    extra: combined ? rest.slice(2) : rest,
  };
}

/** Fields under the names of Sigma's webserver rules. */
export function putAccess(row: Row, line: AccessLine): void {
  row.put('c-ip', line.client);
  if (line.vhost !== '') {
    const colon = line.vhost.lastIndexOf(':');
    const port = line.vhost.slice(colon + 1);
    const named = colon > 0 && /^\d{1,5}$/.test(port);
    row.put('cs-host', named ? line.vhost.slice(0, colon) : line.vhost);
    if (named) row.put('s-port', Number(port));
  }
  if (line.user !== '') row.put('cs-username', line.user);
  const { request } = line;
  if (request !== '' && request !== '-') {
    const space = request.indexOf(' ');
    const last = request.lastIndexOf(' ');
    const versioned = last > space && request.startsWith('HTTP/', last + 1);
    const method = space > 0 && space <= 32 ? request.slice(0, space) : '';
    const wellFormed = /^[A-Za-z_-]{1,32}$/.test(method);
    // Not HTTP at all (TLS to the plain port, a scanner's bytes): the whole of it is the URI.
    const uri = wellFormed ? request.slice(space + 1, versioned ? last : undefined) : request;
    if (wellFormed) row.put('cs-method', method);
    const { stem, query } = splitTarget(uri);
    row.put('cs-uri', uri);
    row.put('cs-uri-stem', stem);
    row.put('cs-uri-query', query);
    if (wellFormed && versioned) row.put('cs-version', request.slice(last + 1));
  }
  if (line.status !== '-') row.put('sc-status', Number(line.status));
  if (/^\d{1,15}$/.test(line.bytes)) row.put('sc-bytes', Number(line.bytes));
  if (line.referer !== undefined && line.referer !== '-') row.put('cs-referer', line.referer);
  if (line.agent !== undefined && line.agent !== '-') row.put('cs-user-agent', line.agent);
  if (line.extra.length > 0) row.put('extra', line.extra.length === 1 ? line.extra[0] : line.extra);
}

/** Index of the `[` that opens the time: the first ` [` with `dd/Mon/` behind it. */
function timeAt(text: string): number {
  let at = text.indexOf(' [');
  // Client, identity and user are short; what is further away is no access line.
  while (at >= 0 && at < 4096) {
    if (text.charCodeAt(at + 4) === 0x2f && text.charCodeAt(at + 8) === 0x2f) return at + 1;
    at = text.indexOf(' [', at + 2);
  }
  return -1;
}

function isHost(word: string): boolean {
  return /^[A-Za-z0-9_.:[\]-]+$/.test(word) && !isAddress(word);
}

function isAddress(word: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*)$/.test(word);
}

/** Whether a status stands at `at`: ` 200 `, ` - `. */
function isStatus(text: string, at: number): boolean {
  return /^ (?:\d{3}|-)(?: |$)/.test(text.slice(at, at + 5));
}

/** The quoted text at `at`, its `\"` and `\\` undone; other escapes stay as the server wrote them. */
function quoted(
  text: string,
  at: number,
  endsHere: (text: string, end: number) => boolean = () => true,
): { value: string; end: number } | null {
  let escaped = false;
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) {
      escaped = true;
      i++;
    } else if (c === 0x22 && endsHere(text, i + 1)) {
      const raw = text.slice(at + 1, i);
      return { value: escaped ? raw.replace(/\\(["\\])/g, '$1') : raw, end: i + 1 };
    }
  }
  return null;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `10/Oct/2000:13:55:36 -0700` */
function parseTime(text: string, at: number, assumedZone: number): { time: Instant; zoned: boolean } | null {
  const m =
    /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([+-])(\d{2})(\d{2}))?\]/.exec(
      text.slice(at, at + 48),
    );
  if (m === null) return null;
  const month = MONTHS.indexOf(m[2] as string) / 3;
  const [day, year, hour, minute, second] = [m[1], m[3], m[4], m[5], m[6]].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (!Number.isInteger(month) || month < 0 || hour > 23 || minute > 59 || second > 60) return null;
  const midnight = Date.UTC(year, month, day);
  if (new Date(midnight).getUTCDate() !== day) return { time: UNDATED, zoned: true };
  const zoned = m[8] !== undefined;
  const zone = zoned ? (m[8] === '-' ? -1 : 1) * (Number(m[9]) * 60 + Number(m[10])) : assumedZone;
  const nanos = Number((m[7] ?? '').padEnd(9, '0'));
  const milli = Math.floor(nanos / 1e6);
  const ms = midnight + ((hour * 60 + minute - zone) * 60 + second) * 1000 + milli;
  return { time: { ms, ns: nanos - milli * 1e6 }, zoned };
}
