import { formatInstant, fromFiletime } from '../../base/index.ts';
import type { Value } from '../../model/index.ts';
import { SIZE_OF, Type } from './format.ts';
import type { Strings } from './strings.ts';

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
const { fromCharCode } = String;

/**
 * `{54849625-5478-4994-a5ba-3e3b0328c30d}`: as Windows prints it in event XML. One call with all characters is thrice as
 * fast as anything that goes through a buffer or joins pieces.
 */
function guid(bytes: Buffer, o: number): string {
  const a = bytes[o]!;
  const b = bytes[o + 1]!;
  const c = bytes[o + 2]!;
  const d = bytes[o + 3]!;
  const e = bytes[o + 4]!;
  const f = bytes[o + 5]!;
  const g = bytes[o + 6]!;
  const h = bytes[o + 7]!;
  const i = bytes[o + 8]!;
  const j = bytes[o + 9]!;
  const k = bytes[o + 10]!;
  const l = bytes[o + 11]!;
  const m = bytes[o + 12]!;
  const n = bytes[o + 13]!;
  const p = bytes[o + 14]!;
  const q = bytes[o + 15]!;
  // biome-ignore format: two characters a byte
  return fromCharCode(
    0x7b, HIGH[d]!, LOW[d]!, HIGH[c]!, LOW[c]!, HIGH[b]!, LOW[b]!, HIGH[a]!, LOW[a]!,
    0x2d, HIGH[f]!, LOW[f]!, HIGH[e]!, LOW[e]!,
    0x2d, HIGH[h]!, LOW[h]!, HIGH[g]!, LOW[g]!,
    0x2d, HIGH[i]!, LOW[i]!, HIGH[j]!, LOW[j]!,
    0x2d, HIGH[k]!, LOW[k]!, HIGH[l]!, LOW[l]!, HIGH[m]!, LOW[m]!, HIGH[n]!, LOW[n]!, HIGH[p]!, LOW[p]!, HIGH[q]!, LOW[q]!,
    0x7d,
  );
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

/** Characters of `YYYY-MM-DD`, which stand from the last call, as records come in order of time. */
const date = new Uint8Array(10);
let dateDay = Number.NaN;
let lastLow = 0;
let lastHigh = 0;
let lastText = '1601-01-01T00:00:00.000Z';

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
  if (day !== dateDay) {
    const text = new Date(day * 86_400_000).toISOString();
    for (let i = 0; i < 10; i++) date[i] = text.charCodeAt(i);
    dateDay = day;
  }
  lastLow = low;
  lastHigh = high;
  lastText = timeText(ms - day * 86_400_000, rest - restMs * 10_000);
  return lastText;
}

/** `date` and the time of day: milliseconds and the ticks of 100 ns below them. */
function timeText(ofDay: number, ticks: number): string {
  const second = (ofDay / 1000) | 0;
  const minute = (second / 60) | 0;
  const hour = (minute / 60) | 0;
  const milli = ofDay - second * 1000;
  const d = date;
  const h = tens(hour);
  const m = tens(minute - hour * 60);
  const s = tens(second - minute * 60);
  const i = (milli / 100) | 0;
  const j = tens(milli - i * 100);
  const k = tens((ticks / 100) | 0);
  const l = tens(ticks % 100);
  // biome-ignore format: the three lengths beneath one another
  if (ticks === 0)
    return fromCharCode(d[0]!, d[1]!, d[2]!, d[3]!, d[4]!, d[5]!, d[6]!, d[7]!, d[8]!, d[9]!, 0x54, h >> 8, h & 255, 0x3a,
      m >> 8, m & 255, 0x3a, s >> 8, s & 255, 0x2e, 48 + i, j >> 8, j & 255, 0x5a);
  // biome-ignore format: as above
  if (ticks % 10 === 0)
    return fromCharCode(d[0]!, d[1]!, d[2]!, d[3]!, d[4]!, d[5]!, d[6]!, d[7]!, d[8]!, d[9]!, 0x54, h >> 8, h & 255, 0x3a,
      m >> 8, m & 255, 0x3a, s >> 8, s & 255, 0x2e, 48 + i, j >> 8, j & 255, k >> 8, k & 255, l >> 8, 0x5a);
  // biome-ignore format: as above
  return fromCharCode(d[0]!, d[1]!, d[2]!, d[3]!, d[4]!, d[5]!, d[6]!, d[7]!, d[8]!, d[9]!, 0x54, h >> 8, h & 255, 0x3a,
    m >> 8, m & 255, 0x3a, s >> 8, s & 255, 0x2e, 48 + i, j >> 8, j & 255, k >> 8, k & 255, l >> 8, l & 255, 0x5a);
}

/** Both digits of 0 to 99, as characters in one number. */
function tens(n: number): number {
  const ten = (n / 10) | 0;
  return ((48 + ten) << 8) | (48 + n - 10 * ten);
}

/** 9999-12-31: behind it years have more digits. */
const LAST_DAY = 2_932_896;

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
