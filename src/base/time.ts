/**
 * Time as the readers produce it: UTC milliseconds since 1970 plus the nanoseconds below the millisecond, so that
 * 100 ns ticks (Windows) and nanoseconds (Zeek, syslog) survive. `ms` is NaN for an undated record: it stays undated.
 */
export interface Instant {
  readonly ms: number;
  /** 0..999_999 */
  readonly ns: number;
}

export const UNDATED: Instant = { ms: Number.NaN, ns: 0 };

const FILETIME_EPOCH_MS = 11_644_473_600_000; // 1601-01-01 to 1970-01-01

/** FILETIME as its two 32-bit halves (100 ns ticks since 1601, UTC). Zero is "no time". */
export function fromFiletime(low: number, high: number): Instant {
  if (low === 0 && high === 0) return UNDATED;
  // ticks = high * 2^32 + low with 2^32 = 429_496 * 10^4 + 7_296, so that every step is an exact integer below 2^53.
  const rest = high * 7_296 + low;
  const restMs = Math.floor(rest / 10_000);
  return { ms: high * 429_496 + restMs - FILETIME_EPOCH_MS, ns: (rest - restMs * 10_000) * 100 };
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?$/;

export interface ParsedTime extends Instant {
  /** true when the text named its zone; false: the caller's default zone was assumed */
  readonly zoned: boolean;
}

/**
 * ISO 8601 / RFC 3339 text, with `T` or a space, up to nine digits of a second. A text without a zone is read in
 * `defaultOffsetMinutes` (minutes east of UTC) and says so by `zoned: false`. null: not such a text, or no such date.
 */
export function parseIso(text: string, defaultOffsetMinutes = 0): ParsedTime | null {
  const m = ISO.exec(text.trim());
  if (!m) return null;
  const [, y, mo, d, h = '0', mi = '0', s = '0', frac = '', zone] = m;
  const month = Number(mo);
  const day = Number(d);
  const sec = Number(s);
  if (month < 1 || month > 12 || day < 1 || day > 31 || Number(h) > 24 || Number(mi) > 59 || sec > 60) return null;
  const nanos = Number(frac.padEnd(9, '0'));
  const base = Date.UTC(Number(y), month - 1, day, Number(h), Number(mi), sec);
  if (new Date(Date.UTC(Number(y), month - 1, day)).getUTCDate() !== day) return null;
  const offset = zone === undefined ? defaultOffsetMinutes : zoneMinutes(zone);
  const milli = Math.floor(nanos / 1e6);
  return { ms: base + milli - offset * 60_000, ns: nanos - milli * 1e6, zoned: zone !== undefined };
}

/** Minutes east of UTC of `Z`, `UTC`, `+0200`, `-05:30`. */
export function zoneMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return zone[0] === '-' ? -minutes : minutes;
}

/** RFC 3339 in UTC with as many digits as the instant carries (3, 6, 7 or 9); '' when undated. */
export function formatInstant(t: Instant): string {
  if (Number.isNaN(t.ms)) return '';
  const iso = new Date(t.ms).toISOString();
  if (t.ns === 0) return iso;
  const nine = String(t.ns).padStart(6, '0');
  const digits = t.ns % 1000 === 0 ? nine.slice(0, 3) : t.ns % 100 === 0 ? nine.slice(0, 4) : nine;
  return `${iso.slice(0, -1)}${digits}Z`;
}

/** Order of instants; undated last. */
export function compareInstants(a: Instant, b: Instant): number {
  const an = Number.isNaN(a.ms);
  const bn = Number.isNaN(b.ms);
  if (an || bn) return an === bn ? 0 : an ? 1 : -1;
  return a.ms - b.ms || a.ns - b.ns;
}

/**
 * Order of texts made by formatInstant, which differ in their number of digits: without the final `Z` a shorter text
 * is a prefix of a later one, so plain text order holds. '' (undated) comes last.
 */
export function compareTimes(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const x = a.slice(0, -1);
  const y = b.slice(0, -1);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A text made by formatInstant, shortened for prose: `2024-03-01 08:00:00 UTC`; 'undated' for ''. */
export function toSecond(time: string): string {
  return time === '' ? 'undated' : `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}
