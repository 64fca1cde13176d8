import { crc32 } from 'node:zlib';
import { type ByteSource, slice } from '../../../base/index.ts';

/** Reading the central directory of a zip (PKWARE APPNOTE 6.3, sections 4.3 to 4.5), entry by entry. */

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;

export interface Directory {
  /** where its first entry lies */
  readonly start: number;
  /** first byte behind its last entry */
  readonly end: number;
  /** number of entries it claims */
  readonly count: number;
  /** what all offsets are to be raised by: bytes put before the archive */
  readonly base: number;
  /** bytes behind the end record and its comment: they belong to nothing */
  readonly trailing: number;
}

export interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** of the local header in the source */
  readonly local: number;
  readonly modifiedMs: number | null;
  /** file type bits of a Unix mode; 0 when the archive was made elsewhere */
  readonly unixType: number;
}

/** 'none': no end record at all (cut off). 'bad': one that contradicts the file. 'split': parts of it are elsewhere. */
export function findDirectory(source: ByteSource): Directory | 'none' | 'bad' | 'split' {
  const from = Math.max(0, source.size - END_BYTES - MAX_COMMENT);
  const tail = Buffer.from(slice(source, from, source.size - from));
  let verdict: 'none' | 'bad' | 'split' = 'none';
  // The last one whose comment ends with the file is the real one; a comment may hold imitations. Downloads and mail
  // gateways append bytes: failing an exact one, the last that leads to a directory is taken.
  for (const exact of [true, false]) {
    for (let at = tail.length - END_BYTES; at >= 0; at--) {
      if (tail.readUInt32LE(at) !== END) continue;
      const trailing = tail.length - (at + END_BYTES + tail.readUInt16LE(at + 20));
      if (exact ? trailing !== 0 : trailing <= 0) continue;
      const found = readEnd(source, tail, at, from + at);
      if (typeof found !== 'string') return { ...found, trailing };
      if (exact || verdict === 'none') verdict = found;
    }
  }
  return verdict;
}

function readEnd(
  source: ByteSource,
  tail: Buffer,
  at: number,
  position: number,
): Omit<Directory, 'trailing'> | 'bad' | 'split' {
  let disk = tail.readUInt16LE(at + 4);
  let count = tail.readUInt16LE(at + 10);
  let size = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  let end = position;
  if (count === 0xffff || size === 0xffff_ffff || offset === 0xffff_ffff || disk === 0xffff) {
    const locator = Buffer.from(slice(source, Math.max(0, position - 20), 20));
    if (locator.length === 20 && locator.readUInt32LE(0) === LOCATOR64) {
      const big = findEnd64(source, position - 20, Number(locator.readBigUInt64LE(8)));
      if (big === null) return 'bad';
      disk = big.record.readUInt32LE(16);
      count = Number(big.record.readBigUInt64LE(32));
      size = Number(big.record.readBigUInt64LE(40));
      offset = Number(big.record.readBigUInt64LE(48));
      end = big.at;
    }
  }
  if (disk !== 0) return 'split';
  const start = end - size;
  if (![start, offset, count].every(Number.isSafeInteger) || start < 0) return 'bad';
  // The directory ends where the end record begins; the claimed offset tells what was put before the archive.
  const isEntry = (place: number) => place >= 0 && u32(source, place) === ENTRY;
  if (count > 0 && !isEntry(start)) {
    return isEntry(offset) && offset + size <= end ? { start: offset, end: offset + size, count, base: 0 } : 'bad';
  }
  const base = start - offset;
  return base < 0 ? 'bad' : { start, end, count, base };
}

/** The zip64 end record is where the locator says, or, with bytes put before the archive, right before the locator. */
function findEnd64(source: ByteSource, locator: number, claimed: number): { record: Buffer; at: number } | null {
  for (const at of [claimed, locator - 56]) {
    if (!Number.isSafeInteger(at) || at < 0 || at + 56 > locator) continue;
    const record = Buffer.from(slice(source, at, 56));
    if (record.readUInt32LE(0) === END64) return { record, at };
  }
  return null;
}

/**
 * The entries in the directory's order. Ends early, with `false`, at the first that is none. One entry at a time is in
 * memory.
 */
export function* entries(source: ByteSource, directory: Directory): Generator<Entry, boolean, void> {
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    const fixed = Buffer.from(slice(source, at, 46));
    if (fixed.length < 46 || fixed.readUInt32LE(0) !== ENTRY) return false;
    const nameLength = fixed.readUInt16LE(28);
    const extraLength = fixed.readUInt16LE(30);
    const next = at + 46 + nameLength + extraLength + fixed.readUInt16LE(32);
    if (next > directory.end) return false;
    const rest = Buffer.from(slice(source, at + 46, nameLength + extraLength));
    yield readEntry(fixed, rest.subarray(0, nameLength), rest.subarray(nameLength), directory.base);
    at = next;
  }
  // An old archive counts in 16 bits: entries behind the claimed number are no entries of this count.
  return at === directory.end;
}

function readEntry(fixed: Buffer, rawName: Buffer, extra: Buffer, base: number): Entry {
  let size = fixed.readUInt32LE(24);
  let packed = fixed.readUInt32LE(20);
  let local = fixed.readUInt32LE(42);
  const flags = fixed.readUInt16LE(8);
  let name: string | null = null;
  let modifiedMs: number | null = dosTime(fixed.readUInt16LE(14), fixed.readUInt16LE(12));
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    at += 4 + extra.readUInt16LE(at + 2);
    if (id === 0x0001) {
      // zip64: eight bytes for each value whose own place is full, in this order
      let i = 0;
      const big = (value: number) => {
        if (value !== 0xffff_ffff || i + 8 > field.length) return value;
        i += 8;
        return Number(field.readBigUInt64LE(i - 8));
      };
      size = big(size);
      packed = big(packed);
      local = big(local);
    } else if (id === 0x5455 && field.length >= 5 && (field[0]! & 1) !== 0) {
      modifiedMs = field.readInt32LE(1) * 1000;
    } else if (id === 0x000a && field.length >= 16 && field.readUInt16LE(4) === 1) {
      modifiedMs = Number(field.readBigUInt64LE(8) / 10_000n) - 11_644_473_600_000;
    } else if (id === 0x7075 && field.length > 5 && field[0] === 1 && field.readUInt32LE(1) === crc32(rawName)) {
      name = field.toString('utf8', 5);
    }
  }
  const unix = fixed[5] === 3 || fixed[5] === 19; // made on Unix or macOS
  return {
    name: name ?? decodeName(rawName, (flags & 0x800) !== 0),
    flags,
    method: fixed.readUInt16LE(10),
    crc: fixed.readUInt32LE(16),
    packed,
    size,
    local: local + base,
    modifiedMs,
    unixType: unix ? (fixed.readUInt32LE(38) >>> 28) & 0xf : 0,
  };
}

export interface Local {
  /** where the member's bytes begin */
  readonly data: number;
  readonly method: number;
  readonly flags: number;
}

/** null: no local header there, or it is cut. */
export function readLocal(source: ByteSource, at: number): Local | null {
  const fixed = Buffer.from(slice(source, at, 30));
  if (fixed.length < 30 || fixed.readUInt32LE(0) !== LOCAL) return null;
  return {
    data: at + 30 + fixed.readUInt16LE(26) + fixed.readUInt16LE(28),
    method: fixed.readUInt16LE(8),
    flags: fixed.readUInt16LE(6),
  };
}

function u32(source: ByteSource, at: number): number {
  const bytes = slice(source, at, 4);
  return bytes.length < 4 ? 0 : Buffer.from(bytes).readUInt32LE(0);
}

/** DOS date and time, two seconds fine. They name no zone; read as UTC. null: no such day. */
function dosTime(date: number, time: number): number | null {
  const month = (date >> 5) & 15;
  const day = date & 31;
  if (month < 1 || month > 12 || day < 1) return null;
  return Date.UTC(1980 + (date >> 9), month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 when it says so, or is; else code page 437, the format's own. */
function decodeName(raw: Buffer, utf8: boolean): string {
  if (utf8) return raw.toString('utf8');
  try {
    return strict.decode(raw);
  } catch {
    return Array.from(raw, (b) => (b < 128 ? String.fromCharCode(b) : CP437[b - 128])).join('');
  }
}
