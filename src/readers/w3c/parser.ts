import type { Instant } from '../../base/index.ts';
import { parseIso, quote, UNDATED } from '../../base/index.ts';
import type { Event, Shape, Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { Columns } from '../text/columns.ts';
import type { FaultLog } from '../text/faults.ts';
import type { LineParser } from '../text/line-reader.ts';
import type { Line } from '../text/lines.ts';
import { lineText } from '../text/lines.ts';
import type { Schema } from './schema.ts';
import { fieldNames, makeSchema } from './schema.ts';

/** Distinct headers of one file that are remembered. */
const SCHEMAS = 500;
const HASH = 0x23;
const BLANK = 0x20;

class W3cEvent implements Event {
  shape!: Shape;
  offset = 0;
  record = 0;
  ms = Number.NaN;
  ns = 0;
  flags = 0;
  schema!: Schema;
  readonly columns = new Columns();

  value(slot: number): Value | undefined {
    const { schema } = this;
    if (slot >= schema.width) return schema.derived[slot - schema.width]?.make(this.#get);
    const text = this.#text(slot);
    if (text !== undefined && schema.numeric[slot] === true && text.length <= 15 && isDigits(text)) return Number(text);
    return text;
  }

  /** undefined: the column is not there, empty, or the unset mark */
  #text(slot: number): string | undefined {
    const text = this.columns.text(slot);
    return text === '' || text === this.schema.kind.unset ? undefined : text;
  }

  readonly #get = (name: string): string | undefined => {
    const slot = this.schema.slots.get(name);
    return slot === undefined ? undefined : this.#text(slot);
  };
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  return true;
}

export class W3cParser implements LineParser {
  readonly #event = new W3cEvent();
  readonly #zone: number;
  readonly #schemas = new Map<string, Schema>();
  #schema: Schema | null = null;
  #software = '';
  #logType = '';
  #local = false;
  /** of `#Date:`, for logs whose lines carry the time only */
  #day = '';
  #lastDate = '';
  #midnight = Number.NaN;

  constructor(assumedZoneMinutes: number) {
    this.#zone = assumedZoneMinutes;
  }

  pass(line: Line): void {
    if (line.bytes[line.start] === HASH || this.#schema === null) this.#head(lineText(line));
  }

  take(line: Line, faults: FaultLog): Event | null {
    const { offset, number, length } = line;
    if (line.bytes[line.start] === HASH || this.#schema === null) {
      const news = this.#head(lineText(line));
      if (news === 'bad') faults.add('BAD_STRUCTURE', offset, `line ${number}: a #Fields line without names`);
      if (news === 'body') faults.add('NO_HEADER', offset, `line ${number}: a record before any #Fields line`, length);
      return null;
    }
    const schema = this.#schema;
    const event = this.#event;
    const { columns } = event;
    this.#cut(line, schema);
    event.schema = schema;
    event.flags = columns.damaged ? EventFlag.partial : 0;
    if (schema.width > 1 && columns.text(0) === schema.shape.fields[0]) return null; // Exchange repeats the names as a row
    const time = this.#when(schema, columns);
    if (columns.total !== schema.width && !(columns.trailing && columns.total === schema.width + 1)) {
      const lost = columns.total < 2 || Number.isNaN(time.ms);
      const message = `line ${number} has ${columns.total} columns, its header names ${schema.width}`;
      const code = line.unterminated && columns.total < schema.width ? 'TRUNCATED' : 'BAD_RECORD';
      faults.add(code, offset, message, lost ? length : undefined);
      if (lost) return null;
      event.flags |= EventFlag.partial;
    }
    if (Number.isNaN(time.ms) && (schema.time >= 0 || schema.moment >= 0)) {
      faults.add('BAD_TIME', offset, `line ${number}: no time in ${quote(lineText(line), 40)}`);
    }
    event.shape = schema.shape;
    event.offset = offset;
    event.record = number;
    event.ms = time.ms;
    event.ns = time.ns;
    return event;
  }

  /** `body`: no header line at all. */
  #head(text: string): 'ok' | 'bad' | 'body' {
    if (!text.startsWith('#')) {
      // Exchange writes the names once more, bare, before its own header.
      const parsed = /^(?:DateTime|date-time|Timestamp),/.test(text) ? fieldNames(text) : null;
      if (parsed === null) return 'body';
      this.#use(parsed.names, parsed.separator);
      return 'ok';
    }
    const colon = text.indexOf(':');
    if (colon < 0) return 'ok';
    const value = text.slice(colon + 1).trim();
    switch (text.slice(1, colon).toLowerCase()) {
      case 'software':
        this.#software = value.slice(0, 200);
        break;
      case 'log-type':
        this.#logType = value.slice(0, 100);
        break;
      case 'time format':
        this.#local = value.toLowerCase() === 'local';
        break;
      case 'date':
        this.#day = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? '';
        break;
      case 'fields': {
        const parsed = fieldNames(value);
        if (parsed === null) return 'bad';
        this.#use(parsed.names, parsed.separator);
      }
    }
    return 'ok';
  }

  #use(fields: readonly string[], separator: number): void {
    const key = [this.#software, this.#logType, this.#local, separator, ...fields].join('\0');
    let schema = this.#schemas.get(key);
    if (schema === undefined) {
      schema = makeSchema({ software: this.#software, logType: this.#logType, fields }, separator, this.#local);
      if (this.#schemas.size < SCHEMAS) this.#schemas.set(key, schema);
    }
    this.#schema = schema;
  }

  /** IIS writes `-` for what is empty, so where too many columns stand a blank was written twice (seen before user names). */
  #cut(line: Line, { separator, kind, width }: Schema): void {
    const { columns } = this.#event;
    columns.cut(line, separator, kind.quotes, width);
    if (separator !== BLANK || columns.total <= width) return;
    columns.cut(line, separator, kind.quotes, width, true);
    if (columns.total !== width) columns.cut(line, separator, kind.quotes, width);
  }

  #when(schema: Schema, columns: Columns): Instant {
    if (schema.time >= 0) {
      const day = schema.date >= 0 ? columns.text(schema.date) : this.#day;
      if (day !== this.#lastDate) {
        this.#lastDate = day;
        this.#midnight = /^\d{4}-\d{2}-\d{2}$/.test(day) ? (parseIso(day)?.ms ?? Number.NaN) : Number.NaN;
      }
      return this.#zoned(schema, clock(columns.text(schema.time), this.#midnight));
    }
    if (schema.moment < 0) return UNDATED;
    const parsed = parseIso(columns.text(schema.moment), schema.local ? this.#zone : 0);
    if (parsed !== null && !parsed.zoned && schema.local) this.#event.flags |= EventFlag.zoneAssumed;
    return parsed ?? UNDATED;
  }

  /** W3C times are UTC by the format's definition, unless the log says Local. */
  #zoned(schema: Schema, time: Instant): Instant {
    if (!schema.local || Number.isNaN(time.ms)) return time;
    this.#event.flags |= EventFlag.zoneAssumed;
    return { ms: time.ms - this.#zone * 60_000, ns: time.ns };
  }
}

/** `hh:mm:ss` with an optional fraction, behind a midnight. */
function clock(text: string, midnight: number): Instant {
  const m = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/.exec(text);
  if (m === null || Number.isNaN(midnight)) return UNDATED;
  const [h, min, s] = [Number(m[1]), Number(m[2]), Number(m[3])];
  if (h > 23 || min > 59 || s > 60) return UNDATED;
  const nanos = Number((m[4] ?? '').padEnd(9, '0'));
  const milli = Math.floor(nanos / 1e6);
  return { ms: midnight + ((h * 60 + min) * 60 + s) * 1000 + milli, ns: nanos - milli * 1e6 };
}
