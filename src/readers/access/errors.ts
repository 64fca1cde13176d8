import type { Instant } from '../../base/index.ts';
import { quote, UNDATED } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { LineFormat } from '../text/line-reader.ts';
import { headLines, shareOf } from '../text/line-reader.ts';
import { lineText } from '../text/lines.ts';
import type { RowKind, Row as RowType } from '../text/row.ts';
import { Row } from '../text/row.ts';

/**
 * Error logs of Apache httpd (2.2 and 2.4) and nginx: Sigma's services `apache` and `nginx`, whose rules search the
 * message. Times name no zone. Lines without a time of their own (a module's or a script's output) are events without
 * time: what an exploit prints lands there.
 */
export const errorFormat: LineFormat = {
  format: 'web-error',
  title: 'web server error logs (Apache, nginx)',
  sniff: (head) =>
    Math.round(90 * shareOf(headLines(head, 20), (l) => parseApache(l) !== null || parseNginx(l) !== null)),
  open: (_source, options) => {
    const row = new Row();
    let kind = APACHE;
    const learn = (text: string) => {
      const parsed = parseApache(text) ?? parseNginx(text);
      if (parsed !== null) kind = parsed.kind;
      return parsed;
    };
    return {
      pass: (line) => void learn(lineText(line)),
      take(line, faults) {
        const text = lineText(line);
        const parsed = learn(text);
        row.begin(kind);
        if (parsed === null) {
          row.put('message', text);
          faults.add('BAD_TIME', line.offset, `line ${line.number} has no time: ${quote(text, 40)}`);
        } else {
          for (const [name, value] of parsed.fields) if (value !== undefined && value !== '') row.put(name, value);
          row.ms = parsed.time.ms - options.assumedZoneMinutes * 60_000;
          row.ns = parsed.time.ns;
          row.flags |= EventFlag.zoneAssumed;
          if (Number.isNaN(row.ms)) faults.add('BAD_TIME', line.offset, `line ${line.number}: no such date`);
        }
        if (line.cut || text.includes('\ufffd')) row.flags |= EventFlag.partial;
        return row.finish(line.offset, line.number);
      },
    };
  },
};

const kindOf = (service: string): RowKind => ({
  source: { service },
  stream: `web-${service}-error`,
  host: ['server'],
  user: [],
  address: ['c-ip'],
});
const APACHE = kindOf('apache');
const NGINX = kindOf('nginx');

interface Parsed {
  readonly kind: RowKind;
  /** as if it were UTC */
  readonly time: Instant;
  readonly fields: readonly (readonly [name: string, value: Parameters<RowType['put']>[1]])[];
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 9:tid 8] [client 203.0.113.9:5] AH00126: …` */
function parseApache(text: string): Parsed | null {
  const m = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? (\d{4})\] /.exec(
    text.slice(0, 48),
  );
  if (m === null) return null;
  const month = MONTHS.indexOf(m[1] as string) / 3;
  const time = at(Number(m[7]), month, Number(m[2]), [m[3], m[4], m[5]], m[6]);
  let rest = text.slice(m[0].length);
  let level: string | undefined;
  let module: string | undefined;
  let pid: string | undefined;
  let client: string | undefined;
  while (rest.startsWith('[')) {
    const close = rest.indexOf('] ');
    if (close < 0) break;
    const part = rest.slice(1, close);
    if (part.startsWith('pid ')) pid = /^\d+/.exec(part.slice(4))?.[0];
    else if (part.startsWith('client ') || part.startsWith('remote ')) client = withoutPort(part.slice(7));
    else if (level === undefined && /^(?:[a-z0-9_]*:)?[a-z0-9]+$/.test(part)) {
      const colon = part.indexOf(':');
      module = part.slice(0, Math.max(0, colon));
      level = part.slice(colon + 1);
    } else break;
    rest = rest.slice(close + 2);
  }
  client ??= behindReason(rest);
  return {
    kind: APACHE,
    time,
    fields: [
      ['level', level],
      ['module', module],
      ['pid', pid === undefined ? undefined : Number(pid)],
      ['c-ip', client],
      ['message', rest],
    ],
  };
}

/** `(70008)Partial results are valid: [client 203.0.113.9:5] AH…`, `mod_authz_core.c(820): [client …]`: a system's words first. */
function behindReason(rest: string): string | undefined {
  const found = /^(?:\(\d{1,6}\)[^[\]]{1,200}|[\w.-]{1,64}\(\d{1,6}\)): \[(?:client|remote) (\S{1,64})\] /.exec(
    rest.slice(0, 400),
  );
  return found === null ? undefined : withoutPort(found[1]!);
}

/** `203.0.113.9:5000`, `[2001:db8::9]:5000`, `2001:db8::9` */
function withoutPort(peer: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(peer);
  if (bracketed !== null) return bracketed[1]!;
  return peer.includes('.') ? peer.replace(/:\d{1,5}$/, '') : peer;
}

/** `2023/10/11 14:32:52 [error] 9#8: *7 open() "…" failed, client: 203.0.113.9, server: x, request: "GET / HTTP/1.1", host: "h"` */
function parseNginx(text: string): Parsed | null {
  const m = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2}) \[([a-z]{4,6})\] (\d{1,10})#\d{1,10}: /.exec(
    text.slice(0, 80),
  );
  if (m === null) return null;
  const rest = text.slice(m[0].length);
  const value = (name: string, end: string) => {
    const from = rest.indexOf(`, ${name}: `);
    // Paths and headers stand in the line as the client sent them: a name that stands twice may be forged, so neither counts.
    if (from < 0 || rest.indexOf(`, ${name}: `, from + 1) >= 0) return undefined;
    const start = from + name.length + 4;
    const stop = rest.indexOf(end, start + (end === '"' ? 1 : 0));
    return rest.slice(end === '"' ? start + 1 : start, stop < 0 ? undefined : stop);
  };
  const request = value('request', '"');
  return {
    kind: NGINX,
    time: at(Number(m[1]), Number(m[2]) - 1, Number(m[3]), [m[4], m[5], m[6]], undefined),
    fields: [
      ['level', m[7]],
      ['pid', Number(m[8])],
      ['c-ip', value('client', ',')],
      ['server', value('server', ',')],
      ['request', request],
      ['cs-host', value('host', '"')],
      ['cs-referer', value('referrer', '"')],
      ['message', rest],
    ],
  };
}

function at(
  year: number,
  month: number,
  day: number,
  clock: (string | undefined)[],
  fraction: string | undefined,
): Instant {
  const [h = 99, m = 99, s = 99] = clock.map(Number);
  const midnight = Date.UTC(year, month, day);
  if (!Number.isInteger(month) || new Date(midnight).getUTCDate() !== day || h > 23 || m > 59 || s > 60) return UNDATED;
  const nanos = Number((fraction ?? '').padEnd(9, '0'));
  const milli = Math.floor(nanos / 1e6);
  return { ms: midnight + ((h * 60 + m) * 60 + s) * 1000 + milli, ns: nanos - milli * 1e6 };
}
