/**
 * Reads files that lake/encode wrote, by column chunk, as dictionaries and indexes. Only our own files: anything else,
 * and any file that was damaged, is LakeError DAMAGED, never a guess.
 */
import { open, stat } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type ChunkMeta, CODEC, ENCODING, PAGE, TYPE } from './encode/chunk.ts';
import { fileSchema, MAGIC, MANIFEST_KEY, type SchemaColumn } from './encode/file.ts';
import { decodeHybrid } from './encode/hybrid.ts';
import { type Manifest, parseManifest } from './encode/manifest.ts';
import { columnKey, FIXED } from './encode/names.ts';
import { get, readStruct, type Struct } from './encode/thrift.ts';
import { LakeError } from './errors.ts';

export interface PlacedChunk {
  /** offset of the first byte in the file */
  readonly at: number;
  readonly meta: ChunkMeta;
}

export interface RowGroup {
  readonly rows: number;
  /** by SchemaColumn.key */
  readonly chunks: ReadonlyMap<string, PlacedChunk>;
}

export interface LakeFile {
  readonly path: string;
  readonly size: number;
  readonly schema: readonly SchemaColumn[];
  readonly groups: readonly RowGroup[];
  readonly manifest: Manifest;
  /** The file is opened for each call, so that a folder of a thousand parts needs no thousand handles. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Files up to this size are read once and kept while they are in use. */
const WHOLE = 128 * 1024;
/** Read with the closing mark, in the hope that the footer is in it. */
const TAIL = 64 * 1024;
/** More rows in a group than the encoder or the packer ever lay in one. */
const GROUP_ROWS = 1 << 20;
/** A page larger than this is not ours. */
const PAGE_BYTES = 1 << 30;

export async function openLakeFile(path: string): Promise<LakeFile> {
  try {
    const { size } = await stat(path);
    const keep = Math.min(size, size <= WHOLE ? WHOLE : TAIL);
    const kept = await readAt(path, size - keep, keep);
    const read = async (at: number, length: number): Promise<Uint8Array> => {
      if (at < 0 || length < 0 || at + length > size) throw new RangeError('a chunk lies outside the file');
      const inKept = at - (size - keep);
      return inKept >= 0 ? kept.subarray(inKept, inKept + length) : readAt(path, at, length);
    };
    if (size < 12) throw new RangeError('it is too short');
    const tail = Buffer.from(await read(size - 8, 8));
    if (Buffer.compare(tail.subarray(4), MAGIC) !== 0) throw new RangeError('the closing mark is missing');
    const length = tail.readUInt32LE(0);
    const { node } = readStruct(await read(size - 8 - length, length), 0);
    return { path, size, ...parseFooter(node), read };
  } catch (cause) {
    throw damaged(path, cause);
  }
}

async function readAt(path: string, at: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const out = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(out, 0, length, at);
    if (bytesRead !== length) throw new RangeError('the file is shorter than it says');
    return out;
  } finally {
    await handle.close();
  }
}

export function damaged(path: string, cause: unknown): Error {
  if (cause instanceof LakeError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LakeError('DAMAGED', `${path} is not a whole file of the lake (${why}): rebuild the lake`, path, cause);
}

function parseFooter(footer: Struct): Pick<LakeFile, 'schema' | 'groups' | 'manifest'> {
  const names = get
    .structs(footer, 2)
    .slice(1)
    .map((element) => get.text(element, 4));
  const fields = new Map<string, string>();
  for (const name of names) {
    if (Object.hasOwn(FIXED, name)) continue;
    const key = columnKey(name);
    if (key === null || fields.has(key)) throw new RangeError('a column is not named as the lake names columns');
    fields.set(key, name);
  }
  const schema = fileSchema(fields);
  if (schema.length !== names.length || schema.some((c, i) => c.name !== names[i])) {
    throw new RangeError('the columns are not those of a lake file');
  }
  const groups = get.structs(footer, 4).map((group): RowGroup => {
    const rows = get.int(group, 3);
    if (rows > GROUP_ROWS) throw new RangeError('a row group is larger than ours are');
    const chunks = get.structs(group, 1).map((chunk) => parseChunk(get.struct(chunk, 3), rows));
    if (chunks.length !== schema.length) throw new RangeError('a row group lacks columns');
    return { rows, chunks: new Map(schema.map((column, i) => [column.key, chunks[i]!])) };
  });
  const entry = get.structs(footer, 5).find((kv) => get.text(kv, 1) === MANIFEST_KEY);
  const manifest = entry && parseManifest(get.text(entry, 2));
  if (!manifest) throw new RangeError('no manifest of the lake');
  return { schema, groups, manifest };
}

function parseChunk(meta: Struct, rows: number): PlacedChunk {
  const dataAt = get.int(meta, 9);
  const dictionary = meta.has(11);
  const at = dictionary ? get.int(meta, 11) : dataAt;
  const statistics = get.struct(meta, 12);
  const bound = (id: number): Uint8Array | undefined => {
    const bytes = statistics.get(id);
    return bytes instanceof Uint8Array ? bytes : undefined;
  };
  return {
    at,
    meta: {
      type: get.int(meta, 1),
      dictionary,
      codec: get.int(meta, 4),
      rows,
      nulls: get.int(statistics, 3),
      uncompressed: get.int(meta, 6),
      bytes: get.int(meta, 7),
      dataAt: dataAt - at,
      max: bound(5),
      min: bound(6),
    },
  };
}

/** A column of a row group: `ids[row]` is an index into `values`, -1 for null. */
export interface Texts {
  readonly kind: 'text';
  readonly values: readonly string[];
  readonly ids: Int32Array;
}
export interface Ints {
  readonly kind: 'int';
  readonly values: readonly number[];
  readonly ids: Int32Array;
}
/** Low and high word of each value; `ids[row]` is an index into the pairs, -1 for null. */
export interface Longs {
  readonly kind: 'long';
  readonly words: Int32Array;
  readonly ids: Int32Array;
}

export async function readColumn(file: LakeFile, chunk: PlacedChunk): Promise<Texts | Ints | Longs> {
  try {
    return decode(await file.read(chunk.at, chunk.meta.bytes), chunk.meta);
  } catch (cause) {
    throw damaged(file.path, cause);
  }
}

function decode(bytes: Uint8Array, meta: ChunkMeta): Texts | Ints | Longs {
  const dictionary = meta.dictionary ? readPage(bytes, 0, PAGE.dictionary, meta) : undefined;
  const page = readPage(bytes, meta.dataAt, PAGE.data, meta);
  const { content } = page;
  const levelBytes = content.readUInt32LE(0);
  const levels = decodeHybrid(content.subarray(4, 4 + levelBytes), meta.rows, 1);
  let count = 0;
  const ids = levels;
  for (let i = 0; i < levels.length; i++) ids[i] = levels[i] === 1 ? count++ : -1;
  if (count !== meta.rows - meta.nulls) throw new RangeError('the nulls are not as many as the footer says');
  const values = content.subarray(4 + levelBytes);
  if (dictionary !== undefined) {
    if (page.encoding !== ENCODING.dictionary) throw new RangeError('a page is encoded in another way than ours');
    const indexes = decodeHybrid(values.subarray(1), count, values[0] ?? 0);
    for (let i = 0; i < ids.length; i++) {
      if (ids[i]! < 0) continue;
      const id = indexes[ids[i]!]!;
      if (id >= dictionary.entries) throw new RangeError('an index points outside its dictionary');
      ids[i] = id;
    }
    if (meta.type === TYPE.bytes)
      return { kind: 'text', values: readTexts(dictionary.content, dictionary.entries), ids };
    return { kind: 'int', values: Array.from(readWords(dictionary.content, dictionary.entries)), ids };
  }
  if (meta.type === TYPE.bytes) return { kind: 'text', values: readTexts(values, count), ids };
  if (meta.type === TYPE.int64) return { kind: 'long', words: readWords(values, 2 * count), ids };
  return { kind: 'int', values: Array.from(readWords(values, count)), ids };
}

function readPage(
  bytes: Uint8Array,
  at: number,
  type: number,
  meta: ChunkMeta,
): { content: Buffer; entries: number; encoding: number } {
  const { node, end } = readStruct(bytes, at);
  const size = get.int(node, 3);
  const raw = get.int(node, 2);
  if (get.int(node, 1) !== type || end + size > bytes.length || raw > PAGE_BYTES) {
    throw new RangeError('a page is not where the footer says');
  }
  const packed = bytes.subarray(end, end + size);
  const content =
    meta.codec === CODEC.zstd
      ? zstdDecompressSync(packed, { maxOutputLength: Math.max(raw, 1) })
      : Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  if (content.length !== raw) throw new RangeError('a page has another length than it says');
  const head = get.struct(node, type === PAGE.dictionary ? 7 : 5);
  return { content, entries: get.int(head, 1), encoding: get.int(head, 2) };
}

function readTexts(bytes: Buffer, count: number): string[] {
  const out: string[] = [];
  for (let at = 0; out.length < count; ) {
    if (at + 4 > bytes.length) throw new RangeError('texts run past their page');
    const size = bytes.readUInt32LE(at);
    if (at + 4 + size > bytes.length) throw new RangeError('a text runs past its page');
    out.push(bytes.toString('utf8', at + 4, at + 4 + size));
    at += 4 + size;
  }
  return out;
}

function readWords(bytes: Buffer, count: number): Int32Array {
  if (bytes.length < 4 * count) throw new RangeError('integers run past their page');
  const out = new Int32Array(count);
  new Uint8Array(out.buffer).set(bytes.subarray(0, 4 * count));
  return out;
}
