/**
 * One column of one row group as Parquet writes it: a dictionary page when values repeat, one data page (version 1,
 * the one every engine reads), zstd when there is enough to compress. Apache Parquet format 2.10.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import { type ColumnData, IntColumn, LongColumn } from './columns.ts';
import { encodeHybrid, hybridBound } from './hybrid.ts';
import { ThriftWriter } from './thrift.ts';

export const TYPE = { int32: 1, int64: 2, bytes: 6 } as const;
export const ENCODING = { plain: 0, rle: 3, dictionary: 8 } as const;
export const CODEC = { none: 0, zstd: 6 } as const;
export const PAGE = { data: 0, dictionary: 2 } as const;

/** A zstd call costs some 25 µs whatever its size; below this the bytes stay as they are. */
const COMPRESS_FROM = 1_024;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** What the footer says of a column chunk; offsets count from the chunk's first byte. */
export interface ChunkMeta {
  readonly type: number;
  readonly dictionary: boolean;
  readonly codec: number;
  readonly rows: number;
  readonly nulls: number;
  readonly uncompressed: number;
  readonly bytes: number;
  readonly dataAt: number;
  readonly min?: Uint8Array | undefined;
  readonly max?: Uint8Array | undefined;
}

export interface Chunk {
  readonly pages: readonly Uint8Array[];
  readonly meta: ChunkMeta;
}

/** `rows` values of a column; `data` undefined: a column of nulls. */
export function encodeChunk(type: number, data: ColumnData | undefined, rows: number): Chunk {
  const count = data?.count ?? 0;
  const payload = data === undefined || count === 0 ? NOTHING : encodeValues(data, rows, count);
  const body = encodeBody(data, rows, count, payload.values);

  const { dictionary } = payload;
  const codec = body.length + (dictionary?.length ?? 0) < COMPRESS_FROM ? CODEC.none : CODEC.zstd;
  const pages: Uint8Array[] = [];
  let uncompressed = 0;
  let bytes = 0;
  const page = (content: Uint8Array, header: (size: number) => Uint8Array): void => {
    const packed = codec === CODEC.zstd ? zstdCompressSync(content, LEVEL) : content;
    const head = header(packed.length);
    const whole = Buffer.allocUnsafe(head.length + packed.length);
    whole.set(head);
    whole.set(packed, head.length);
    pages.push(whole);
    uncompressed += head.length + content.length;
    bytes += whole.length;
  };
  if (dictionary !== undefined) page(dictionary, (size) => dictionaryHead(dictionary.length, size, payload.entries));
  const dataAt = bytes;
  page(body, (size) => dataHead(body.length, size, rows, dictionary !== undefined));
  const { min, max } = payload;
  const nulls = rows - count;
  return {
    pages,
    meta: { type, dictionary: dictionary !== undefined, codec, rows, nulls, uncompressed, bytes, dataAt, min, max },
  };
}

function dictionaryHead(raw: number, size: number, entries: number): Uint8Array {
  const w = HEAD.reset().item().i32(1, PAGE.dictionary).i32(2, raw).i32(3, size);
  return w.begin(7).i32(1, entries).i32(2, ENCODING.plain).end().end().take();
}

function dataHead(raw: number, size: number, rows: number, dictionary: boolean): Uint8Array {
  const w = HEAD.reset().item().i32(1, PAGE.data).i32(2, raw).i32(3, size);
  w.begin(5)
    .i32(1, rows)
    .i32(2, dictionary ? ENCODING.dictionary : ENCODING.plain);
  return w.i32(3, ENCODING.rle).i32(4, ENCODING.rle).end().end().take();
}

interface Payload {
  readonly values: Uint8Array;
  readonly dictionary?: Uint8Array;
  readonly entries: number;
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
}
const NOTHING: Payload = { values: new Uint8Array(0), entries: 0 };

/** Reused from chunk to chunk: what is built here is compressed or copied before the next chunk begins. */
const HEAD = new ThriftWriter(256);
let scratch = Buffer.allocUnsafe(1 << 16);
let flags = new Uint8Array(1 << 12);

/** The data page: length of the definition levels, the levels (1: a value, 0: null), the values. */
function encodeBody(data: ColumnData | undefined, rows: number, count: number, values: Uint8Array): Buffer {
  const room = 4 + hybridBound(rows, 1) + values.length;
  if (scratch.length < room) scratch = Buffer.allocUnsafe(2 * room);
  if (flags.length < rows) flags = new Uint8Array(2 * rows);
  if (data === undefined || count === 0 || count === rows) flags.fill(count === 0 ? 0 : 1, 0, rows);
  else {
    // Columns grow with their values: rows behind the last of them may lie beyond the array.
    const end = Math.min(rows, data instanceof LongColumn ? data.valid.length : data.ids.length);
    if (data instanceof LongColumn) flags.set(data.valid.subarray(0, end));
    else for (let i = 0; i < end; i++) flags[i] = data.ids[i]! >= 0 ? 1 : 0;
    flags.fill(0, end, rows);
  }
  const end = encodeHybrid(flags, rows, 1, scratch, 4);
  scratch.writeUInt32LE(end - 4, 0);
  scratch.set(values, end);
  return scratch.subarray(0, end + values.length);
}

function encodeValues(data: ColumnData, rows: number, count: number): Payload {
  if (data instanceof LongColumn) return encodeLongs(data, rows, count);
  const ids = present(data.ids, rows, count);
  if (data instanceof IntColumn) {
    const range = bounds(data.dict);
    return {
      ...indexes(ids, count, data.dict.length),
      dictionary: int32s(data.dict),
      entries: data.dict.length,
      min: int32s([range.min]),
      max: int32s([range.max]),
    };
  }
  const entries = data.dict.length;
  // A dictionary must save more than its indexes cost.
  if (data.looksUp && (entries === 1 || entries * 4 <= count * 3)) {
    const { bytes, ascii } = plainTexts(data.dict);
    return { ...indexes(ids, count, entries), dictionary: bytes, entries, ...(ascii && textBounds(data.dict)) };
  }
  if (entries === count) return { values: plainTexts(data.dict).bytes, entries: 0 };
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push(data.dict[ids[i]!]!);
  return { values: plainTexts(texts).bytes, entries: 0 };
}

/** Smallest and largest of a few short ASCII texts (there UTF-16 order is byte order); lets engines skip row groups. */
function textBounds(texts: readonly string[]): { min: Uint8Array; max: Uint8Array } | undefined {
  if (texts.length > 1_024) return undefined;
  let min = texts[0]!;
  let max = min;
  for (const text of texts) {
    if (text.length > 64) return undefined;
    if (text < min) min = text;
    if (text > max) max = text;
  }
  return { min: Buffer.from(min, 'latin1'), max: Buffer.from(max, 'latin1') };
}

/** Indexes without the nulls. */
function present(ids: Int32Array, rows: number, count: number): Int32Array {
  if (count === rows) return ids.subarray(0, rows);
  const out = new Int32Array(count);
  let n = 0;
  for (let i = 0, end = Math.min(rows, ids.length); i < end; i++) if (ids[i]! >= 0) out[n++] = ids[i]!;
  return out;
}

function indexes(ids: Int32Array, count: number, entries: number): { values: Uint8Array } {
  const width = entries <= 1 ? 0 : 32 - Math.clz32(entries - 1);
  const out = new Uint8Array(1 + hybridBound(count, width));
  out[0] = width;
  return { values: out.subarray(0, encodeHybrid(ids, count, width, out, 1)) };
}

function encodeLongs(data: LongColumn, rows: number, count: number): Payload {
  const out = new Int32Array(2 * count);
  let n = 0;
  let min = 0;
  let max = 0;
  const { words, valid } = data;
  const below = (a: number, b: number): boolean =>
    words[2 * a + 1]! !== words[2 * b + 1]!
      ? words[2 * a + 1]! < words[2 * b + 1]!
      : words[2 * a]! >>> 0 < words[2 * b]! >>> 0;
  for (let i = 0; i < rows; i++) {
    if (valid[i] !== 1) continue;
    if (n === 0) min = max = i;
    else if (below(i, min)) min = i;
    else if (below(max, i)) max = i;
    out[2 * n] = words[2 * i]!;
    out[2 * n + 1] = words[2 * i + 1]!;
    n++;
  }
  const word = (row: number): Uint8Array => int32s([words[2 * row]!, words[2 * row + 1]!]);
  return { values: int32s(out), entries: 0, min: word(min), max: word(max) };
}

/** Little endian whatever the machine: every platform Node runs on is. */
function int32s(values: ArrayLike<number>): Uint8Array {
  const words = values instanceof Int32Array ? values : Int32Array.from(values);
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function bounds(values: readonly number[]): { min: number; max: number } {
  let min = values[0]!;
  let max = min;
  for (const v of values) {
    if (v < min) min = v;
    if (v > max) max = v;
  }
  return { min, max };
}

/**
 * PLAIN texts: four bytes of length, then UTF-8. All texts are joined and written in one call; when the result has as
 * many bytes as UTF-16 units everything was ASCII and the lengths are known. Else text by text. Lone surrogates become
 * U+FFFD either way.
 */
function plainTexts(texts: readonly string[]): { bytes: Uint8Array; ascii: boolean } {
  const joined = GAP + texts.join(GAP);
  const out = Buffer.allocUnsafe(Buffer.byteLength(joined, 'utf8'));
  const ascii = out.length === joined.length;
  if (ascii) out.write(joined, 'latin1');
  let at = 0;
  for (const text of texts) {
    const size = ascii ? text.length : out.write(text, at + 4, 'utf8');
    out.writeUInt32LE(size, at);
    at += 4 + size;
  }
  return { bytes: out, ascii };
}
const GAP = '\0\0\0\0';

export function typeOfColumn(kind: 'text' | 'int' | 'long' | 'time'): number {
  return kind === 'text' ? TYPE.bytes : kind === 'int' ? TYPE.int32 : TYPE.int64;
}
