import type { Instant } from '../../base/index.ts';
import { parseIso, quote, UNDATED } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { ReadOptions } from '../contract.ts';
import type { FaultLog } from '../text/faults.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import type { LineFormat, LineParser } from '../text/line-reader.ts';
import { headLines } from '../text/line-reader.ts';
import type { Line } from '../text/lines.ts';
import { lineText } from '../text/lines.ts';
import { Row } from '../text/row.ts';
import { facilityName, severityName } from './header.ts';
import type { Message } from './message.ts';
import { putMessage } from './message.ts';

/**
 * Syslog messages as rows of a table, one JSON object a line: the Syslog table of Azure Log Analytics, and
 * `journalctl -o json`. The body is read as in a syslog line; the row's other columns follow under their own names.
 */
export const jsonFormat: LineFormat = {
  format: 'syslog-json',
  title: 'syslog as JSON lines (Log Analytics Syslog table, journald)',
  sniff(head) {
    let best = 0;
    for (const line of headLines(head, 4)) {
      const value = line.startsWith('{') ? parseJson(line) : undefined;
      if (!isObject(value)) continue;
      if ('SyslogMessage' in value) best = Math.max(best, 95);
      if ('MESSAGE' in value && '__REALTIME_TIMESTAMP' in value) best = Math.max(best, 95);
    }
    return best;
  },
  open: (_source, options) => new JsonParser(options),
};

/** Columns that are taken up in a message's own fields, or repeat it. */
const TAKEN = new Set([
  'SyslogMessage',
  'EventData',
  'EventTime',
  'ProcessName',
  'ProcessID',
  'HostName',
  'Facility',
  'SeverityLevel',
  'MESSAGE',
  '__REALTIME_TIMESTAMP',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  'SYSLOG_FACILITY',
  'PRIORITY',
  '_HOSTNAME',
]);

class JsonParser implements LineParser {
  readonly #row = new Row();
  readonly #zone: number;

  constructor(options: ReadOptions) {
    this.#zone = options.assumedZoneMinutes;
  }

  take(line: Line, faults: FaultLog) {
    const { offset, number, length } = line;
    const text = lineText(line);
    const value = parseJson(text);
    const message = isObject(value) ? (analytics(value, this.#zone) ?? journal(value)) : null;
    if (message === null || !isObject(value)) {
      const code = line.unterminated && text.startsWith('{') ? 'TRUNCATED' : 'BAD_RECORD';
      faults.add(code, offset, `line ${number} is no syslog row: ${quote(text, 40)}`, length);
      return null;
    }
    const row = this.#row;
    putMessage(row, message, this.#zone);
    for (const key in value) {
      if (TAKEN.has(key) || row.got(key) !== undefined) continue;
      const v = value[key] as Json;
      row.put(key, typeof v === 'object' && v !== null ? JSON.stringify(v) : v);
    }
    if (text.includes('\ufffd') || line.cut) row.flags |= EventFlag.partial;
    if (Number.isNaN(row.ms)) faults.add('BAD_TIME', offset, `line ${number} has no readable time`);
    return row.finish(offset, number);
  }
}

const word = (value: Json | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const FACILITY_NUMBER = new Map(Array.from({ length: 24 }, (_, i) => [facilityName(i) as string, i] as const));
const SEVERITY_NUMBER = new Map(Array.from({ length: 8 }, (_, i) => [severityName(i) as string, i] as const));

function analytics(value: JsonObject, zone: number): Message | null {
  if (typeof value.SyslogMessage !== 'string') return null;
  const at = parseIso(word(value.EventTime), zone) ?? parseIso(word(value.TimeGenerated), zone);
  return {
    hostname: word(value.HostName) || word(value.Computer),
    program: word(value.ProcessName),
    pid: word(value.ProcessID),
    facility: FACILITY_NUMBER.get(word(value.Facility).toLowerCase()) ?? -1,
    severity: SEVERITY_NUMBER.get(word(value.SeverityLevel).toLowerCase()) ?? -1,
    messageId: '',
    text: value.SyslogMessage,
    time: at ?? UNDATED,
    timeFlags: at !== null && !at.zoned ? EventFlag.zoneAssumed : 0,
  };
}

function journal(value: JsonObject): Message | null {
  const raw = value.MESSAGE;
  // journald gives text that is not UTF-8 as an array of its bytes.
  const bytes = Array.isArray(raw) ? raw.filter((b) => typeof b === 'number') : null;
  const text = bytes === null ? word(raw) : Buffer.from(bytes).toString('utf8');
  if (raw === undefined || !('__REALTIME_TIMESTAMP' in value)) return null;
  return {
    hostname: word(value._HOSTNAME),
    program: word(value.SYSLOG_IDENTIFIER) || word(value._COMM),
    pid: word(value.SYSLOG_PID) || word(value._PID),
    facility: small(value.SYSLOG_FACILITY),
    severity: small(value.PRIORITY),
    messageId: '',
    text,
    time: micros(word(value.__REALTIME_TIMESTAMP)),
    timeFlags: 0,
  };
}

function small(value: Json | undefined): number {
  const n = Number(word(value) || '-1');
  return Number.isInteger(n) && n >= 0 && n < 24 ? n : -1;
}

/** Microseconds since 1970 as decimal text. */
function micros(text: string): Instant {
  if (!/^\d{1,18}$/.test(text)) return UNDATED;
  const ms = Number(text.slice(0, -3) || '0');
  return { ms, ns: Number(text.slice(-3)) * 1000 };
}
