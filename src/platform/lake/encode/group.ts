/** The rows of one stream and day of one evidence file while they are gathered, and their way into a part. */
import type { Event, LogSource } from '../../../model/index.ts';
import { type ColumnData, IntColumn, LongColumn, TextColumn } from './columns.ts';
import { FileWriter, fileSchema } from './file.ts';
import { manifestText } from './manifest.ts';
import { compareKeys, type FixedName } from './names.ts';

/** Times beyond this have no date in JavaScript (ECMA-262 time range). */
const LAST_MS = 8.64e15;
/** Rows a group has room for at first; most groups of a long case are small. */
const FIRST_ROWS = 16;
/** Columns gathered at once, in multiples of those a file keeps; which of them are the commonest is known at the end. */
const LIVE = 4;
/** Estimated bytes of the fixed columns of one row. */
const ROW_BYTES = 60;

export class Group<Plan, Bound> {
  readonly stream: string;
  readonly day: string;
  readonly place: string;
  /** a Shape's columns in here, kept by the encoder */
  readonly bounds = new Map<Plan, Bound>();
  rows = 0;
  /** bytes held, estimated */
  weight = 6_000;

  readonly #evidence: string;
  readonly #offset = new LongColumn(FIRST_ROWS);
  readonly #record = new LongColumn(FIRST_ROWS);
  readonly #time = new LongColumn(FIRST_ROWS);
  readonly #ns = new IntColumn(FIRST_ROWS);
  readonly #flags = new IntColumn(FIRST_ROWS);
  readonly #host = new TextColumn(FIRST_ROWS);
  readonly #user = new TextColumn(FIRST_ROWS);
  readonly #address = new TextColumn(FIRST_ROWS);
  readonly #sources: LogSource[] = [];
  #sourceOf = new Int32Array(FIRST_ROWS);
  readonly #fields = new Map<string, { name: string; column: TextColumn }>();
  readonly #more = new Map<number, Map<string, string>>();
  /** a field that could have been a column is in `_more` */
  #overflow = false;

  constructor(evidence: string, stream: string, day: string) {
    this.#evidence = evidence;
    this.stream = stream;
    this.day = day;
    this.place = `${stream}/${day}`;
  }

  source(source: LogSource): number {
    const known = this.#sources.indexOf(source);
    return known >= 0 ? known : this.#sources.push(source) - 1;
  }

  /** The column of a field; undefined when the group already has LIVE times as many as a file may keep. */
  field(key: string, name: string, columns: number): TextColumn | undefined {
    const known = this.#fields.get(key);
    if (known !== undefined) {
      if (name < known.name) known.name = name;
      return known.column;
    }
    if (this.#fields.size >= LIVE * columns) {
      this.#overflow = true;
      return undefined;
    }
    const column = new TextColumn(0);
    this.weight += column.weight;
    this.#fields.set(key, { name, column });
    return column;
  }

  begin(event: Event, source: number): number {
    const row = this.rows++;
    this.weight += ROW_BYTES;
    this.#offset.setNumber(row, event.offset);
    const { record, ms, ns } = event;
    if (typeof record === 'number' && Number.isSafeInteger(record)) this.#record.setNumber(row, record);
    else this.#setRecord(row, String(record));
    if (ms <= LAST_MS && ms >= -LAST_MS) {
      const micro = Math.floor(ns / 1000);
      const whole = ms * 1000 + micro;
      if (Number.isSafeInteger(whole)) this.#time.setNumber(row, whole);
      else this.#time.setBig(row, BigInt(Math.floor(ms)) * 1000n + BigInt(micro));
      this.#ns.set(row, ns - micro * 1000);
    }
    this.#flags.set(row, event.flags | 0);
    if (row >= this.#sourceOf.length) {
      const bigger = new Int32Array(row * 2);
      bigger.set(this.#sourceOf);
      this.#sourceOf = bigger;
    }
    this.#sourceOf[row] = source;
    return row;
  }

  #setRecord(row: number, record: string): void {
    if (/^-?\d{1,20}$/.test(record)) {
      const big = BigInt(record);
      if (BigInt.asIntN(64, big) === big && String(big) === record) {
        this.#record.setBig(row, big);
        return;
      }
    }
    this.putMore(row, '_record', record);
  }

  people(
    row: number,
    host: string | number | undefined,
    user: string | number | undefined,
    address: string | number | undefined,
  ): void {
    if (host !== undefined) this.#host.set(row, host);
    if (user !== undefined) this.#user.set(row, user);
    if (address !== undefined) this.#address.set(row, address);
  }

  putMore(row: number, field: string, text: string): void {
    let more = this.#more.get(row);
    if (more === undefined) {
      more = new Map();
      this.#more.set(row, more);
    }
    while (more.has(field)) field += '\ufffd'; // only a field that is itself called `_record`
    more.set(field, text);
    this.weight += 120 + 2 * (field.length + text.length);
  }

  /** The part's bytes. The group is spent afterwards. */
  encode(name: string, columns: number): { bytes: Uint8Array; moreRows: number } {
    const fields = [...this.#fields].filter(([, f]) => f.column.count > 0);
    if (fields.length > columns) this.#demote(fields, columns);
    const data = this.#fixed();
    for (const [key, field] of fields) data.set(key, field.column);
    const moreRows = this.#more.size;
    if (moreRows > 0) data.set('_more', moreColumn(this.#more, this.rows));

    const file = new FileWriter(fileSchema(new Map(fields.map(([key, f]) => [key, f.name]))));
    const pieces = file.group(this.rows, data);
    const manifest = manifestText({
      overflow: this.#overflow,
      parts: [{ name, rows: this.rows, plainBytes: file.plainBytes, digest: '', spellings: [] }],
    });
    pieces.push(...file.footer(manifest));
    for (const { column } of this.#fields.values()) column.release();
    return { bytes: Buffer.concat(pieces), moreRows };
  }

  /** The rarest fields leave their columns for `_more`; `fields` keeps the rest. */
  #demote(fields: [string, { name: string; column: TextColumn }][], columns: number): void {
    fields.sort(([ka, a], [kb, b]) => b.column.count - a.column.count || (ka < kb ? -1 : 1));
    for (const [, { name, column }] of fields.splice(columns)) {
      for (let row = 0; row < this.rows; row++)
        if (column.has(row)) this.putMore(row, name, column.dict[column.ids[row]!]!);
    }
    this.#overflow = true;
  }

  #fixed(): Map<string, ColumnData> {
    const evidence = new TextColumn(this.rows);
    for (let row = 0; row < this.rows; row++) evidence.set(row, this.#evidence);
    const text = (pick: (s: LogSource) => string | undefined): TextColumn => {
      const column = new TextColumn(this.rows);
      const texts = this.#sources.map(pick);
      for (let row = 0; row < this.rows; row++) {
        const value = texts[this.#sourceOf[row]!];
        if (value !== undefined) column.set(row, value);
      }
      return column;
    };
    const eventId = new IntColumn(this.rows);
    const ids = this.#sources.map((s) => s.eventId);
    for (let row = 0; row < this.rows; row++) {
      const id = ids[this.#sourceOf[row]!];
      if (id !== undefined && (id | 0) === id) eventId.set(row, id);
    }
    const fixed: Record<Exclude<FixedName, '_more'>, ColumnData> = {
      _evidence: evidence,
      _offset: this.#offset,
      _record: this.#record,
      _time: this.#time,
      _ns: this.#ns,
      _flags: this.#flags,
      _product: text((s) => s.product),
      _service: text((s) => s.service),
      _category: text((s) => s.category),
      _channel: text((s) => s.channel),
      _provider: text((s) => s.provider),
      _event_id: eventId,
      _host: this.#host,
      _user: this.#user,
      _address: this.#address,
    };
    return new Map(Object.entries(fixed));
  }
}

/** Rows' further fields as JSON objects with sorted keys. */
export function moreColumn(more: ReadonlyMap<number, ReadonlyMap<string, string>>, rows: number): TextColumn {
  const column = new TextColumn(rows);
  for (const row of [...more.keys()].sort((a, b) => a - b)) column.set(row, moreText(more.get(row)!));
  return column;
}

/**
 * Not JSON.stringify of an object: keys that look like integers would move and `__proto__` must stay a key. Lone
 * surrogates become U+FFFD, as in any column; two keys that become equal by it are kept apart by one more U+FFFD.
 */
function moreText(fields: ReadonlyMap<string, string>): string {
  const out = new Map<string, string>();
  for (const [field, text] of [...fields].sort(([a], [b]) => compareKeys(a, b))) {
    let key = field.toWellFormed();
    while (out.has(key)) key += '\ufffd';
    out.set(key, text.toWellFormed());
  }
  const entries = [...out].sort(([a], [b]) => compareKeys(a, b));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`;
}
