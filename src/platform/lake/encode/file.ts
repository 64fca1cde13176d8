/**
 * A Parquet file of the lake: row groups laid end to end, then the footer. A row group is either encoded here from
 * columns or taken over, bytes and statistics, from another file of ours; so sealing a day costs a copy.
 */
import { type Chunk, encodeChunk, typeOfColumn } from './chunk.ts';
import type { ColumnData } from './columns.ts';
import { FIXED, FIXED_NAMES, type FixedName, type Kind } from './names.ts';
import { bin, bool, i32, i64, list, type Node, type Struct, struct, T, ThriftWriter } from './thrift.ts';

export const MAGIC = new Uint8Array([0x50, 0x41, 0x52, 0x31]); // PAR1
/** Key in the footer's metadata under which the store keeps what a file is made of. */
export const MANIFEST_KEY = 'czernin.lake';

export interface SchemaColumn {
  /** fixed name, or columnKey of a field: what identifies the column */
  readonly key: string;
  /** as written in the file: for a field its smallest spelling */
  readonly name: string;
  readonly kind: Kind;
}

/** Columns in the order of every file: fixed, fields by key, `_more`. `fields`: key → spelling. */
export function fileSchema(fields: ReadonlyMap<string, string>): SchemaColumn[] {
  const fixed = (key: FixedName): SchemaColumn => ({ key, name: key, kind: FIXED[key] });
  const keys = [...fields.keys()].sort();
  return [
    ...FIXED_NAMES.filter((key) => key !== '_more').map(fixed),
    ...keys.map((key) => ({ key, name: fields.get(key)!, kind: 'text' as const })),
    fixed('_more'),
  ];
}

/** A column chunk ready to be placed: its pages and what the footer says of it (offsets from the chunk's first byte). */
export type PlacedChunk = Pick<Chunk, 'pages' | 'bytes' | 'meta'>;

export class FileWriter {
  readonly #schema: readonly SchemaColumn[];
  readonly #groups: Struct[] = [];
  #offset = 0;
  #rows = 0;

  constructor(schema: readonly SchemaColumn[]) {
    this.#schema = schema;
  }

  /** Encodes one row group and returns its bytes; columns absent from `data` are null throughout. */
  group(rows: number, data: ReadonlyMap<string, ColumnData>): Uint8Array[] {
    return this.place(rows, (column) => encodeChunk(typeOfColumn(column.kind), data.get(column.key), rows));
  }

  /** Lays a row group down from chunks got one by one, in the order of the schema. */
  place(rows: number, chunkOf: (column: SchemaColumn) => PlacedChunk | undefined): Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#offset === 0) {
      out.push(MAGIC);
      this.#offset = MAGIC.length;
    }
    const columns: Struct[] = [];
    const start = this.#offset;
    let uncompressed = 0n;
    for (const column of this.#schema) {
      const chunk = chunkOf(column) ?? encodeChunk(typeOfColumn(column.kind), undefined, rows);
      for (const page of chunk.pages) out.push(page);
      const meta = new Map(chunk.meta.v);
      meta.set(3, list(T.binary, [bin(column.name)]));
      for (const field of [9, 11]) shift(meta, field, this.#offset);
      const size = meta.get(6);
      if (size?.t === 'i64') uncompressed += size.v;
      const ordered: Struct = { t: 'struct', v: new Map([...meta].sort(([a], [b]) => a - b)) };
      columns.push(struct({ 2: i64(0), 3: ordered }));
      this.#offset += chunk.bytes;
    }
    this.#rows += rows;
    this.#groups.push(
      struct({
        1: list(T.struct, columns),
        2: i64(uncompressed),
        3: i64(rows),
        5: i64(start),
        6: i64(this.#offset - start),
      }),
    );
    return out;
  }

  footer(manifest: string): Uint8Array[] {
    const meta = struct({
      1: i32(1),
      2: list(T.struct, [struct({ 4: bin('event'), 5: i32(this.#schema.length) }), ...this.#schema.map(element)]),
      3: i64(this.#rows),
      4: list(T.struct, this.#groups),
      5: list(T.struct, [struct({ 1: bin(MANIFEST_KEY), 2: bin(manifest) })]),
      6: bin('czernin lake 1'),
      // bounds are ordered as the types say
      7: list(
        T.struct,
        this.#schema.map(() => struct({ 1: struct({}) })),
      ),
    });
    const bytes = new ThriftWriter().struct(meta).take();
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, bytes.length, true);
    tail.set(MAGIC, 4);
    return [bytes, tail];
  }
}

function shift(meta: Map<number, Node>, field: number, by: number): void {
  const at = meta.get(field);
  if (at?.t === 'i64') meta.set(field, i64(at.v + BigInt(by)));
}

/** SchemaElement: every column optional; texts are UTF-8 strings, times microseconds of UTC without a zone. */
function element(column: SchemaColumn): Struct {
  const text = column.kind === 'text';
  const time = struct({ 8: struct({ 1: bool(false), 2: struct({ 2: struct({}) }) }) });
  return struct({
    1: i32(typeOfColumn(column.kind)),
    3: i32(1),
    4: bin(column.name),
    6: text ? i32(0) : undefined,
    10: text ? struct({ 1: struct({}) }) : column.kind === 'time' ? time : undefined,
  });
}
