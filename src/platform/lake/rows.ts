/** Rows of the lake read back by address, without SQL: for `show`, and the twin of every question in the tests. */
import { formatInstant } from '../../base/index.ts';
import { ColumnReader } from './columns.ts';
import { columnKey } from './encode/names.ts';
import { LakeError } from './errors.ts';
import { type PlacedPart, placedParts } from './layout.ts';
import { damaged, type Ints, type LakeFile, type Longs, openLakeFile, type Texts } from './read.ts';
import { lakeFiles } from './store.ts';
import { parseMore } from './wide.ts';

/** An event as the lake keeps it. */
export interface LakeRow {
  readonly stream: string;
  readonly evidence: string;
  readonly offset: number;
  /** decimal text; '' when the lake has none */
  readonly record: string;
  /** RFC 3339 UTC with all digits; '' when undated */
  readonly time: string;
  readonly flags: number;
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
  readonly channel?: string;
  readonly provider?: string;
  readonly eventId?: number;
  /** every field with a value, as text, under the lake's spelling; sorted by name */
  readonly fields: ReadonlyMap<string, string>;
}

/** The row of an event's address; null when the lake has none. */
export async function readRow(dir: string, evidence: string, offset: number): Promise<LakeRow | null> {
  for (const [stream, files] of await lakeFilesOf(dir)) {
    for (const { path } of files) {
      const file = await openLakeFile(path);
      for (const part of partsOf(file)) {
        if (part.entry.name.slice(5, 69) !== evidence || !mayHold(part, offset)) continue;
        const offsets = await new ColumnReader('_offset').read(part);
        for (let row = part.from; row < part.to; row++) {
          if (longAt(offsets, row) === BigInt(offset)) return new RowReader(stream, part).row(row);
        }
      }
    }
  }
  return null;
}

/** Every row of a lake, by stream, day, evidence and offset. One row group is in memory at a time. */
export async function* readRows(dir: string): AsyncGenerator<LakeRow> {
  for (const [stream, files] of await lakeFilesOf(dir)) {
    for (const { path } of files) {
      const file = await openLakeFile(path);
      for (const part of partsOf(file)) {
        const reader = new RowReader(stream, part);
        for (let row = part.from; row < part.to; row++) yield await reader.row(row);
      }
    }
  }
}

async function lakeFilesOf(dir: string): ReturnType<typeof lakeFiles> {
  try {
    return await lakeFiles(dir);
  } catch (cause) {
    if (cause instanceof LakeError) throw cause;
    throw new LakeError('NO_LAKE', 'there is no lake here: investigate some evidence first', dir, cause);
  }
}

function partsOf(file: LakeFile): PlacedPart[] {
  const parts = placedParts(file);
  if (parts === null) throw damaged(file.path, 'its row groups are not those of its manifest');
  return parts;
}

/** By the bounds of the row group's offsets. */
function mayHold(part: PlacedPart, offset: number): boolean {
  const meta = part.file.groups[part.group]!.chunks.get('_offset')!.meta;
  const bound = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigInt64LE(0);
  if (meta.min?.length !== 8 || meta.max?.length !== 8) return true;
  return bound(meta.min) <= BigInt(offset) && BigInt(offset) <= bound(meta.max);
}

/** ECMA-262 time range, which the encoder keeps to. */
const LAST_MS = 8.64e15;

type Column = Texts | Ints | Longs | undefined;

function longAt(column: Column, row: number): bigint | undefined {
  const id = column?.ids[row] ?? -1;
  if (column?.kind !== 'long' || id < 0) return undefined;
  return (BigInt(column.words[2 * id + 1]!) << 32n) | BigInt(column.words[2 * id]! >>> 0);
}

class RowReader {
  readonly #stream: string;
  readonly #part: PlacedPart;
  #columns: Map<string, Column> | undefined;

  constructor(stream: string, part: PlacedPart) {
    this.#stream = stream;
    this.#part = part;
  }

  async row(row: number): Promise<LakeRow> {
    this.#columns ??= await this.#load();
    const columns = this.#columns;
    const text = (key: string): string | undefined => {
      const column = columns.get(key);
      const id = column?.ids[row] ?? -1;
      return column?.kind === 'text' && id >= 0 ? column.values[id] : undefined;
    };
    const int = (key: string): number | undefined => {
      const column = columns.get(key);
      const id = column?.ids[row] ?? -1;
      return column?.kind === 'int' && id >= 0 ? column.values[id] : undefined;
    };
    const fields = new Map<string, string>();
    for (const { key, name } of this.#part.file.schema) {
      const value = columnKey(key) === null ? undefined : text(key);
      if (value !== undefined) fields.set(name, value);
    }
    const more = text('_more');
    const others = more === undefined ? new Map<string, string>() : parseMore(more);
    if (others === null) throw damaged(this.#part.file.path, '_more is not an object of texts');
    const record = longAt(columns.get('_record'), row);
    for (const [name, value] of others) if (name !== '_record' || record !== undefined) fields.set(name, value);
    const source = { product: '_product', service: '_service', category: '_category', channel: '_channel' } as const;
    const named = Object.entries({ ...source, provider: '_provider' }).map(([name, key]) => [name, text(key)] as const);
    const eventId = int('_event_id');
    return {
      stream: this.#stream,
      evidence: text('_evidence') ?? '',
      offset: Number(longAt(columns.get('_offset'), row) ?? -1n),
      record: String(record ?? others.get('_record') ?? ''),
      time: this.#time(longAt(columns.get('_time'), row), int('_ns') ?? 0),
      flags: int('_flags') ?? 0,
      host: text('_host') ?? '',
      user: text('_user') ?? '',
      address: text('_address') ?? '',
      ...Object.fromEntries(named.filter(([, value]) => value !== undefined)),
      ...(eventId !== undefined && { eventId }),
      fields: new Map([...fields].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #time(micros: bigint | undefined, ns: number): string {
    if (micros === undefined) return '';
    const rest = ((micros % 1000n) + 1000n) % 1000n;
    const ms = Number((micros - rest) / 1000n);
    if (Math.abs(ms) > LAST_MS) throw damaged(this.#part.file.path, 'a time beyond what the lake writes');
    return formatInstant({ ms, ns: Number(rest) * 1000 + ns });
  }

  async #load(): Promise<Map<string, Column>> {
    const out = new Map<string, Column>();
    for (const { key } of this.#part.file.schema) out.set(key, await new ColumnReader(key).read(this.#part));
    return out;
  }
}
