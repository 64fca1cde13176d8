import { crc32 } from 'node:zlib';
import { CHUNK, CHUNK_HEADER, RECORD_HEADER, RECORD_MAGIC, RECORD_MIN } from './format.ts';

/** The frame around the events: file header, chunk headers, records. Bytes in, judgements out; nothing of BinXml here. */

const FILE_MAGIC = Buffer.from('ElfFile\0', 'latin1');
const CHUNK_MAGIC = Buffer.from('ElfChnk\0', 'latin1');
/** Chunk flag: the writer computes no checksums. */
const NO_CRC = 4;

export function isFileHeader(head: Uint8Array): boolean {
  return head.length >= 8 && FILE_MAGIC.equals(head.subarray(0, 8));
}

export function isChunkHeader(bytes: Buffer, base: number): boolean {
  return CHUNK_MAGIC.compare(bytes, base, base + 8) === 0;
}

export interface FileHeader {
  readonly checksumFits: boolean;
  /** the log was not closed: counts in the header lag behind the chunks */
  readonly dirty: boolean;
  /** modulo 65,536 */
  readonly chunks: number;
}

/** In: at least 128 bytes from the start of the file. */
export function fileHeader(bytes: Buffer): FileHeader {
  return {
    checksumFits: crc32(bytes.subarray(0, 120)) === bytes.readUInt32LE(124),
    dirty: (bytes.readUInt32LE(120) & 1) !== 0,
    chunks: bytes.readUInt16LE(42),
  };
}

export interface ChunkHeader {
  readonly headerFits: boolean;
  readonly recordsFit: boolean;
  /** end of the records in the chunk; null: the header's word cannot be true */
  readonly recordsEnd: number | null;
}

/** In: a chunk with its magic at `base`, `length` bytes of it present (fewer than CHUNK: the file is cut there). */
export function chunkHeader(bytes: Buffer, base: number, length: number): ChunkHeader {
  const free = bytes.readUInt32LE(base + 48);
  const sane = free >= CHUNK_HEADER && free <= CHUNK;
  const checked = (bytes.readUInt32LE(base + 120) & NO_CRC) === 0;
  const header = crc32(bytes.subarray(base + 128, base + CHUNK_HEADER), crc32(bytes.subarray(base, base + 120)));
  const whole = sane && free <= length;
  const records = whole ? crc32(bytes.subarray(base + CHUNK_HEADER, base + free)) : 0;
  return {
    headerFits: !checked || header === bytes.readUInt32LE(base + 124),
    recordsFit: !checked || (whole && records === bytes.readUInt32LE(base + 52)),
    recordsEnd: sane ? Math.min(free, length) : null,
  };
}

/**
 * Size of the record at `at`, when one stands there that fits before `end`; 0 when not. Attacker-controlled: the size
 * is only believed within the chunk.
 */
export function recordSize(view: DataView, at: number, end: number): number {
  if (at + RECORD_MIN > end || view.getInt32(at, true) !== RECORD_MAGIC) return 0;
  const size = view.getUint32(at + 4, true);
  return size >= RECORD_MIN && size <= end - at ? size : 0;
}

/** Does the copy of the size at the record's end agree? */
export function sizeCopyFits(view: DataView, at: number, size: number): boolean {
  return view.getUint32(at + size - 4, true) === size;
}

/**
 * The next place at or behind `from` that looks like a whole record: signature, size and copy agree and BinXml begins
 * as it must. Returns `end` when there is none.
 */
export function nextRecord(bytes: Buffer, view: DataView, from: number, end: number): number {
  for (
    let at = bytes.indexOf('\x2a\x2a\0\0', from, 'latin1');
    at >= 0 && at < end;
    at = bytes.indexOf('\x2a\x2a\0\0', at + 1, 'latin1')
  ) {
    const size = recordSize(view, at, end);
    if (size > 0 && sizeCopyFits(view, at, size) && bytes[at + RECORD_HEADER] === 0x0f) return at;
  }
  return end;
}

const ZEROS = Buffer.alloc(CHUNK);

export function isZero(bytes: Buffer, start: number, end: number): boolean {
  return ZEROS.compare(bytes, start, end, 0, end - start) === 0;
}
