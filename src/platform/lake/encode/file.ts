/**
 * A Parquet file of the lake: row groups laid end to end, then the footer. A row group is either encoded here from
 * columns or taken over, bytes and statistics, from another file of ours; so sealing a day costs a copy.
 */
import { type Chunk, type ChunkMeta, ENCODING, encodeChunk, typeOfColumn } from './chunk.ts';
import type { ColumnData } from './columns.ts';
import { FIXED, FIXED_NAMES, type FixedName, type Kind } from './names.ts';
import { T, ThriftWriter } from './thrift.ts';

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

export class FileWriter {
  readonly #schema: readonly SchemaColumn[];
  readonly #groups: { rows: number; start: number; end: number; chunks: ChunkMeta[] }[] = [];
  #offset = 0;

  constructor(schema: readonly SchemaColumn[]) {
    this.#schema = schema;
  }

  /** Encodes one row group and returns its bytes; columns absent from `data` are null throughout. */
  group(rows: number, data: ReadonlyMap<string, ColumnData>): Uint8Array[] {
    return this.place(rows, (column) => encodeChunk(typeOfColumn(column.kind), data.get(column.key), rows));
  }

  /** Lays a row group down from chunks got one by one, in the order of the schema; undefined: nulls. */
  place(rows: number, chunkOf: (column: SchemaColumn) => Chunk | undefined): Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#offset === 0) {
      out.push(MAGIC);
      this.#offset = MAGIC.length;
    }
    const start = this.#offset;
    const chunks = this.#schema.map((column) => {
      const chunk = chunkOf(column) ?? encodeChunk(typeOfColumn(column.kind), undefined, rows);
      out.push(...chunk.pages);
      this.#offset += chunk.meta.bytes;
      return chunk.meta;
    });
    this.#groups.push({ rows, start, end: this.#offset, chunks });
    return out;
  }

  /** Bytes of all row groups before compression: what reading them takes in memory. */
  get plainBytes(): number {
    return this.#groups.reduce((sum, { chunks }) => sum + plainBytes(chunks), 0);
  }

  footer(manifest: string): Uint8Array[] {
    const schema = this.#schema;
    const w = new ThriftWriter(64 + schema.length * (60 + 90 * this.#groups.length) + manifest.length);
    w.item().i32(1, 1);
    w.list(2, T.struct, schema.length + 1)
      .item()
      .binary(4, 'event')
      .i32(5, schema.length)
      .end();
    for (const column of schema) writeElement(w, column);
    w.i64(
      3,
      this.#groups.reduce((sum, group) => sum + group.rows, 0),
    );
    w.list(4, T.struct, this.#groups.length);
    for (const group of this.#groups) {
      w.item().list(1, T.struct, schema.length);
      let at = group.start;
      group.chunks.forEach((chunk, i) => {
        writeChunk(w, schema[i]!.name, chunk, at);
        at += chunk.bytes;
      });
      w.i64(2, plainBytes(group.chunks))
        .i64(3, group.rows)
        .i64(5, group.start)
        .i64(6, group.end - group.start)
        .end();
    }
    w.list(5, T.struct, 1).item().binary(1, MANIFEST_KEY).binary(2, manifest).end();
    w.binary(6, 'czernin lake 1');
    // ColumnOrder: bounds are ordered as the types say
    w.list(7, T.struct, schema.length);
    for (let i = 0; i < schema.length; i++) w.item().begin(1).end().end();
    const bytes = w.end().take();
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, bytes.length, true);
    tail.set(MAGIC, 4);
    return [bytes, tail];
  }
}

const plainBytes = (chunks: readonly ChunkMeta[]): number => chunks.reduce((sum, chunk) => sum + chunk.uncompressed, 0);

/** ColumnChunk with its ColumnMetaData; `at`: the chunk's offset in the file. */
function writeChunk(w: ThriftWriter, name: string, chunk: ChunkMeta, at: number): void {
  w.item().i64(2, 0).begin(3).i32(1, chunk.type);
  w.list(2, T.i32, chunk.dictionary ? 3 : 2)
    .number(ENCODING.plain)
    .number(ENCODING.rle);
  if (chunk.dictionary) w.number(ENCODING.dictionary);
  w.list(3, T.binary, 1).bytes(name);
  w.i32(4, chunk.codec)
    .i64(5, chunk.rows)
    .i64(6, chunk.uncompressed)
    .i64(7, chunk.bytes)
    .i64(9, at + chunk.dataAt);
  if (chunk.dictionary) w.i64(11, at);
  w.begin(12).i64(3, chunk.nulls);
  if (chunk.max !== undefined) w.binary(5, chunk.max);
  if (chunk.min !== undefined) w.binary(6, chunk.min);
  w.end().end().end();
}

/** SchemaElement: every column optional; texts are UTF-8 strings, times microseconds of UTC without a zone. */
function writeElement(w: ThriftWriter, column: SchemaColumn): void {
  w.item().i32(1, typeOfColumn(column.kind)).i32(3, 1).binary(4, column.name);
  if (column.kind === 'text') w.i32(6, 0).begin(10).begin(1).end().end();
  if (column.kind === 'time') w.begin(10).begin(8).bool(1, false).begin(2).begin(2).end().end().end().end();
  w.end();
}
