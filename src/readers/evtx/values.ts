import { formatInstant, fromFiletime } from '../../base/index.ts';
import type { Value } from '../../model/index.ts';
import { SIZE_OF, Type } from './format.ts';
import type { Strings } from './strings.ts';
import { latin1 } from './strings.ts';

/**
 * Substitution values: (type, bytes) → Value. A value whose length does not fit its type, or of an unknown
 * type, is given as `hex:` and its bytes: they are shown, nothing is made up.
 */
export function decodeValue(strings: Strings, type: number, offset: number, size: number): Value {
  if (type === Type.STRING) return strings.text(offset, size);
  if (type >= Type.ARRAY) return decodeArray(strings, type & 0x7f, offset, size);
  const fixed = SIZE_OF[type & 0x7f]!;
  if (fixed !== 0 && fixed !== size)
    return type === Type.BOOL ? oddBool(strings, offset, size) : misfit(strings.bytes, offset, size);
  const view = strings.view;
  switch (type) {
    case Type.NULL:
      return null;
    case Type.ANSI:
      return strings.get(Type.ANSI, offset, size, ansi);
    case Type.INT8:
      return view.getInt8(offset);
    case Type.UINT8:
      return view.getUint8(offset);
    case Type.INT16:
      return view.getInt16(offset, true);
    case Type.UINT16:
      return view.getUint16(offset, true);
    case Type.INT32:
      return view.getInt32(offset, true);
    case Type.UINT32:
      return view.getUint32(offset, true);
    case Type.INT64:
      return safe(view.getInt32(offset + 4, true), view.getUint32(offset, true));
    case Type.UINT64:
      return safe(view.getUint32(offset + 4, true), view.getUint32(offset, true));
    case Type.REAL32:
      return real(shortest(view.getFloat32(offset, true)));
    case Type.REAL64:
      return real(view.getFloat64(offset, true));
    case Type.BOOL:
      return view.getInt32(offset, true) !== 0;
    case Type.GUID:
      return strings.get(Type.GUID, offset, size, guid);
    case Type.SIZE:
    case Type.HANDLE:
      return size === 4 || size === 8
        ? strings.get(Type.HEX64, offset, size, hexNumber)
        : misfit(strings.bytes, offset, size);
    case Type.HEX32:
    case Type.HEX64:
      return strings.get(type, offset, size, hexNumber);
    case Type.FILETIME:
      return filetimeText(view.getUint32(offset, true), view.getUint32(offset + 4, true));
    case Type.SYSTEMTIME:
      return systemTime(view, offset);
    case Type.SID:
      return strings.get(Type.SID, offset, size, sid);
    case Type.XML:
      return strings.text(offset, size);
    case Type.BINARY:
      return hex(strings.bytes, offset, size);
    default:
      return misfit(strings.bytes, offset, size);
  }
}

/** Arrays: texts end with NUL each, SIDs say their own length, the rest is cut by the size of one. */
function decodeArray(strings: Strings, type: number, offset: number, size: number): Value {
  const end = offset + size;
  const out: Value[] = [];
  const fixed = type === Type.SIZE ? 8 : SIZE_OF[type]!;
  if (type === Type.STRING || type === Type.ANSI) {
    const width = type === Type.STRING ? 2 : 1;
    let start = offset;
    for (let p = offset; p + width <= end; p += width) {
      if (strings.bytes[p] !== 0 || strings.bytes[p + width - 1] !== 0) continue;
      out.push(decodeValue(strings, type, start, p - start));
      start = p + width;
    }
    if (end - start >= width) out.push(decodeValue(strings, type, start, end - start));
  } else if (type === Type.SID) {
    for (let p = offset; p + 8 <= end; ) {
      const length = Math.min(8 + 4 * strings.bytes[p + 1]!, end - p);
      out.push(decodeValue(strings, type, p, length));
      p += length;
    }
  } else if (fixed !== 0 && size % fixed === 0) {
    for (let p = offset; p < end; p += fixed) out.push(decodeValue(strings, type, p, fixed));
  } else if (size > 0) {
    return type === Type.BINARY ? hex(strings.bytes, offset, size) : misfit(strings.bytes, offset, size);
  }
  return out;
}

/** Provider bugs write booleans of one or two bytes: any bit set is true. */
function oddBool(strings: Strings, offset: number, size: number): Value {
  if (size === 0) return null;
  for (let p = offset; p < offset + size; p++) if (strings.bytes[p] !== 0) return true;
  return false;
}

/** high · 2^32 + low as a number when exact, else as a decimal string. */
export function safe(high: number, low: number): number | string {
  const n = high * 4_294_967_296 + low;
  return Number.isSafeInteger(n) ? n : ((BigInt(high) << 32n) + BigInt(low)).toString();
}

/** A 32-bit real with no more digits than it has. */
function shortest(x: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return x;
}

/** JSON and SQL know no NaN; as text it stays what it was. */
function real(x: number): number | string {
  return Number.isFinite(x) ? x : String(x);
}

const windows1252 = new TextDecoder('windows-1252');

/** The code page of an ANSI string is that of the machine that wrote it and stands nowhere: read as Windows-1252. */
function ansi(bytes: Buffer, offset: number, size: number): string {
  let end = offset + size;
  while (end > offset && bytes[end - 1] === 0) end--;
  return windows1252.decode(bytes.subarray(offset, end));
}

function misfit(bytes: Buffer, offset: number, size: number): string {
  return `hex:${hex(bytes, offset, size)}`;
}

function hex(bytes: Buffer, offset: number, size: number): string {
  return bytes.toString('hex', offset, offset + size).toUpperCase();
}

/** Codes of the hex digits, high and low nibble, of every byte. */
const HIGH = Uint8Array.from({ length: 256 }, (_, i) => '0123456789abcdef'.charCodeAt(i >> 4));
const LOW = Uint8Array.from({ length: 256 }, (_, i) => '0123456789abcdef'.charCodeAt(i & 15));
/** Order in which the bytes of a GUID are printed; -1: a hyphen. */
const GUID_ORDER = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];
const guidText = Buffer.from('{00000000-0000-0000-0000-000000000000}', 'latin1');

/** `{54849625-5478-4994-a5ba-3e3b0328c30d}`: as Windows prints it in event XML. */
function guid(bytes: Buffer, o: number): string {
  let p = 1;
  for (let i = 0; i < GUID_ORDER.length; i++) {
    const from = GUID_ORDER[i]!;
    if (from < 0) p++;
    else {
      const byte = bytes[o + from]!;
      guidText[p++] = HIGH[byte]!;
      guidText[p++] = LOW[byte]!;
    }
  }
  return latin1(guidText, 0, 38);
}

function hexNumber(bytes: Buffer, offset: number, size: number): string {
  const low = bytes.readUInt32LE(offset);
  const high = size === 8 ? bytes.readUInt32LE(offset + 4) : 0;
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}

/** [MS-DTYP] 2.4.2.1: an identifier authority beyond 32 bits is printed in hex. */
function sid(bytes: Buffer, offset: number, size: number): string {
  if (size < 8 || size !== 8 + 4 * bytes[offset + 1]!) return misfit(bytes, offset, size);
  const high = bytes.readUInt16BE(offset + 2);
  const low = bytes.readUInt32BE(offset + 4);
  let out = `S-${bytes[offset]}-${high === 0 ? low : `0x${high.toString(16).padStart(4, '0')}${low.toString(16).padStart(8, '0')}`}`;
  for (let p = offset + 8; p < offset + size; p += 4) out += `-${bytes.readUInt32LE(p)}`;
  return out;
}

/** `YYYY-MM-DDTHH:MM:SS.fffffffZ` in bytes; the date stands from the last call, as records come in order of time. */
const iso = Buffer.from('1601-01-01T00:00:00.0000000Z', 'latin1');
let isoDay = Number.NaN;
let lastLow = 0;
let lastHigh = 0;
let lastText = '1601-01-01T00:00:00.000Z';
const Z = 0x5a;

/**
 * FILETIME as RFC 3339 text with the digits it carries: what base's formatInstant prints, faster (the tests compare).
 * Zero, "no time" elsewhere, is shown as it stands.
 */
export function filetimeText(low: number, high: number): string {
  if (low === lastLow && high === lastHigh) return lastText;
  if (low === 0 && high === 0) return '1601-01-01T00:00:00.000Z';
  const rest = high * 7_296 + low;
  const restMs = Math.floor(rest / 10_000);
  const ms = high * 429_496 + restMs - 11_644_473_600_000;
  const day = Math.floor(ms / 86_400_000);
  if (day > LAST_DAY) return formatInstant(fromFiletime(low, high));
  if (day !== isoDay) {
    iso.write(new Date(day * 86_400_000).toISOString(), 0, 10, 'latin1');
    isoDay = day;
  }
  const ofDay = ms - day * 86_400_000;
  const second = Math.floor(ofDay / 1000);
  const minute = Math.floor(second / 60);
  const hour = Math.floor(minute / 60);
  const milli = ofDay - second * 1000;
  const ticks = rest - restMs * 10_000;
  digits(11, hour, 2);
  digits(14, minute - hour * 60, 2);
  digits(17, second - minute * 60, 2);
  digits(20, milli, 3);
  digits(23, ticks, 4);
  const end = ticks === 0 ? 23 : ticks % 10 === 0 ? 26 : 27;
  iso[end] = Z;
  lastLow = low;
  lastHigh = high;
  lastText = latin1(iso, 0, end + 1);
  return lastText;
}

/** 9999-12-31: behind it years have more digits. */
const LAST_DAY = 2_932_896;

function digits(at: number, n: number, width: number): void {
  for (let i = at + width - 1; i >= at; i--) {
    const tenth = (n / 10) | 0;
    iso[i] = 0x30 + n - 10 * tenth;
    n = tenth;
  }
}

/** The slow twin of filetimeText. */
export function filetimeTextTwin(low: number, high: number): string {
  return formatInstant(fromFiletime(low, high)) || '1601-01-01T00:00:00.000Z';
}

/** SYSTEMTIME carries no zone; Windows writes UTC. Fields out of range are shown as hex rather than rolled over. */
function systemTime(view: DataView, offset: number): string {
  const at = (i: number) => view.getUint16(offset + 2 * i, true);
  const ms = Date.UTC(at(0), at(1) - 1, at(3), at(4), at(5), at(6), at(7));
  const date = new Date(ms);
  if (Number.isNaN(ms) || date.getUTCDate() !== at(3) || date.getUTCMonth() !== at(1) - 1) {
    return misfit(Buffer.from(view.buffer, view.byteOffset + offset, 16), 0, 16);
  }
  return date.toISOString();
}
