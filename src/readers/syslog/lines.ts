import type { ByteSource, Instant } from '../../base/index.ts';
import { quote, UNDATED } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { ReadOptions } from '../contract.ts';
import { ciscoHead, isFortigate } from '../firewall/index.ts';
import type { FaultLog } from '../text/faults.ts';
import type { LineFormat, LineParser } from '../text/line-reader.ts';
import { headLines } from '../text/line-reader.ts';
import type { Line } from '../text/lines.ts';
import { lineText } from '../text/lines.ts';
import { Row } from '../text/row.ts';
import { eachParameter, parseHeader } from './header.ts';
import { putMessage } from './message.ts';
import type { Stamp } from './stamp.ts';
import { leadingStamp } from './stamp.ts';
import { planYears, YearClock } from './years.ts';

/** Syslog as files have it: one message a line. */
export const lineFormat: LineFormat = {
  format: 'syslog',
  title: 'syslog lines (RFC 3164, RFC 5424, ISO-stamped, journald short)',
  sniff(head) {
    const lines = headLines(head, 20);
    if (lines.length === 0) return 0;
    let sum = 0;
    for (const line of lines) sum += confidence(line);
    return Math.round(sum / lines.length);
  },
  open: (source, options) => new SyslogParser(source, options),
};

function confidence(line: string): number {
  const h = parseHeader(line);
  if (h.facility >= 0 && h.stamp !== null && h.hostname !== '') return 93;
  if (ciscoHead(h.message) !== null && (h.stamp !== null || h.facility >= 0)) return 93;
  if (isFortigate(h.message) && (h.stamp !== null || h.facility >= 0)) return 93;
  if (h.stamp === null) return h.facility >= 0 ? 50 : 0;
  if (h.program === 'named' && h.message.startsWith('client ')) return 88;
  const named = h.hostname !== '' && h.program !== '';
  if (h.stamp.year < 0) return named ? 90 : 60;
  return named && h.pid !== '' ? 85 : named ? 55 : 20;
}

class SyslogParser implements LineParser {
  readonly #source: ByteSource;
  readonly #options: ReadOptions;
  readonly #row = new Row();
  #years: YearClock | null = null;

  constructor(source: ByteSource, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
  }

  pass(line: Line): void {
    const text = line.bytes.toString('latin1', line.start, Math.min(line.end, line.start + 64));
    const stamp = leadingStamp(text);
    if (stamp !== null && stamp.year < 0) this.#year(line.offset, stamp);
  }

  take(line: Line, faults: FaultLog): Event | null {
    const { offset, number } = line;
    const text = lineText(line);
    const lossy = text.includes('\ufffd');
    const h = parseHeader(text);
    if (h.stamp === null && h.facility < 0 && (lossy || hasControl(text))) {
      faults.add('BAD_RECORD', offset, `line ${number} is no text: ${quote(text, 40)}`, line.length);
      return null;
    }
    const row = this.#row;
    const { time, flags } = this.#time(offset, h.stamp);
    const zone = this.#options.assumedZoneMinutes;
    putMessage(row, { ...h, text: h.message, time, timeFlags: flags }, zone);
    if (h.structured !== '') eachParameter(h.structured, (name, value) => row.put(name, value));
    if (lossy || line.cut) row.flags |= EventFlag.partial;
    if (Number.isNaN(row.ms)) {
      faults.add('BAD_TIME', offset, `line ${number} has no time: ${quote(text, 40)}`);
    }
    return row.finish(offset, number);
  }

  #time(offset: number, stamp: Stamp | null): { time: Instant; flags: number } {
    if (stamp === null) return { time: UNDATED, flags: 0 };
    let flags = 0;
    let { year } = stamp;
    if (year < 0) {
      year = this.#year(offset, stamp);
      flags |= EventFlag.yearAssumed;
    }
    let zone = stamp.zone;
    if (zone === null) {
      zone = this.#options.assumedZoneMinutes;
      flags |= EventFlag.zoneAssumed;
    }
    const { month, day, hour, minute, second, nanos } = stamp;
    const midnight = Date.UTC(year, month, day);
    // A day the year does not have (29 February of an inferred year): better undated than a day off.
    if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== day) return { time: UNDATED, flags: 0 };
    const milli = Math.floor(nanos / 1e6);
    const ms = midnight + ((hour * 60 + minute - zone) * 60 + second) * 1000 + milli;
    return { time: { ms, ns: nanos - milli * 1e6 }, flags };
  }

  /** The turns of the year are looked for when the first stamp without one is met: files that have years pay nothing. */
  #year(offset: number, stamp: Stamp): number {
    const { referenceMs, assumedZoneMinutes } = this.#options;
    this.#years ??= new YearClock(planYears(this.#source, referenceMs, assumedZoneMinutes));
    return this.#years.year(offset, stamp);
  }
}

function hasControl(text: string): boolean {
  const end = Math.min(text.length, 1024);
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c < 32 && c !== 9 && c !== 27) return true;
  }
  return false;
}
