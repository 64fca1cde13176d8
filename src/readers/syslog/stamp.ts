/**
 * The times at the head of syslog lines, read by hand: RFC 3164 (`Jan  2 03:04:05`), with fraction, with a year in
 * either place (Cisco), BIND's own (`23-Aug-2013 10:32:56.621`), ISO 8601 with `T` or a space (rsyslog, journald short-iso), weekday before it (short-full), and
 * the zone words whose meaning is the same everywhere.
 */
export interface Stamp {
  /** -1: the text has none */
  readonly year: number;
  /** 0..11 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** of the second */
  readonly nanos: number;
  /** minutes east of UTC; null: not said */
  readonly zone: number | null;
  /** index behind the stamp */
  readonly end: number;
}

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((m, i) => [m, i]),
);
const WEEKDAYS = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const ZONES: ReadonlyMap<string, number> = new Map([
  ['UTC', 0],
  ['GMT', 0],
  ['Z', 0],
  ['CET', 60],
  ['CEST', 120],
  ['EET', 120],
  ['EEST', 180],
]);
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Decimal digits at `at`, between `least` and `most` of them; -1 when they are not there. */
function digits(text: string, at: number, least: number, most: number): number {
  let n = 0;
  let value = 0;
  while (n < most) {
    const d = text.charCodeAt(at + n) - 48;
    if (!(d >= 0 && d <= 9)) break;
    value = value * 10 + d;
    n++;
  }
  return n < least ? -1 : value;
}

const isDigit = (c: number) => c >= 48 && c <= 57;

/** The stamp at the very start of a line, behind `<PRI>` and a version, if any. */
export function leadingStamp(text: string): Stamp | null {
  let at = 0;
  if (text.charCodeAt(0) === 0x3c) {
    const close = text.indexOf('>');
    if (close < 0 || close > 4) return null;
    at = close + 1;
    if (text[at] === '1' && text[at + 1] === ' ') at += 2;
  }
  return stampAt(text, at);
}

export function stampAt(text: string, at: number): Stamp | null {
  const c = text.charCodeAt(at);
  if (isDigit(c)) return text.charCodeAt(at + 2) === 45 ? dayFirstAt(text, at) : isoAt(text, at);
  if (c === 0x2a || c === 0x2e) at++; // IOS: clock not set, or not synchronised
  const word = text.slice(at, at + 3).toLowerCase();
  const month = MONTHS.get(word);
  if (month !== undefined) return monthAt(text, at, month);
  return WEEKDAYS.has(word) && text[at + 3] === ' ' && isDigit(text.charCodeAt(at + 4)) ? isoAt(text, at + 4) : null;
}

/** `Jan  2 03:04:05`, `Jan 2 2022 03:04:05`, `Jan  2 03:04:05.123 2022`. */
function monthAt(text: string, from: number, month: number): Stamp | null {
  let at = from + 3;
  if (text.charCodeAt(at) !== 32) return null;
  at++;
  if (text.charCodeAt(at) === 32) at++;
  const day = digits(text, at, 1, 2);
  if (day < 1 || day > (LONGEST[month] as number)) return null;
  at += isDigit(text.charCodeAt(at + 1)) ? 2 : 1;
  if (text.charCodeAt(at) !== 32) return null;
  at++;
  let year = -1;
  if (text.charCodeAt(at + 4) === 32) {
    year = digits(text, at, 4, 4);
    if (year < 1970) return null;
    at += 5;
  }
  const clock = clockAt(text, at);
  if (clock === null) return null;
  at = clock.end;
  if (year < 0 && text.charCodeAt(at) === 32 && text.charCodeAt(at + 5) === 32) {
    const behind = digits(text, at + 1, 4, 4);
    if (behind >= 1970 && behind < 2200) {
      year = behind;
      at += 5;
    }
  }
  const zone = zoneWord(text, at);
  return { ...clock, year, month, day, zone: zone?.minutes ?? null, end: zone?.end ?? at };
}

/** `23-Aug-2013 10:32:56.621`, as BIND stamps its own files. */
function dayFirstAt(text: string, from: number): Stamp | null {
  const day = digits(text, from, 2, 2);
  const month = MONTHS.get(text.slice(from + 3, from + 6).toLowerCase());
  const year = digits(text, from + 7, 4, 4);
  if (month === undefined || year < 1970 || text.charCodeAt(from + 6) !== 45 || text.charCodeAt(from + 11) !== 32)
    return null;
  const clock = clockAt(text, from + 12);
  if (clock === null || new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return null;
  return { ...clock, year, month, day, zone: null, end: clock.end };
}

function isoAt(text: string, from: number): Stamp | null {
  const year = digits(text, from, 4, 4);
  if (year < 0 || text.charCodeAt(from + 4) !== 45 || text.charCodeAt(from + 7) !== 45) return null;
  const month = digits(text, from + 5, 2, 2) - 1;
  const day = digits(text, from + 8, 2, 2);
  if (month < 0 || month > 11 || day < 1 || day > 31) return null;
  if (new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return null;
  const between = text[from + 10];
  if (between !== 'T' && between !== ' ') return null;
  const clock = clockAt(text, from + 11);
  if (clock === null) return null;
  let at = clock.end;
  let zone: number | null = null;
  const sign = text.charCodeAt(at);
  if (text[at] === 'Z') {
    zone = 0;
    at++;
  } else if (sign === 43 || sign === 45) {
    const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
    const h = digits(text, at + 1, 2, 2);
    const m = digits(text, at + 3 + colon, 2, 2);
    if (h < 0 || h > 14 || m < 0 || m > 59) return null;
    zone = (sign === 45 ? -1 : 1) * (h * 60 + m);
    at += 5 + colon;
  } else {
    const word = zoneWord(text, at);
    if (word !== null) {
      zone = word.minutes;
      at = word.end;
    }
  }
  return { ...clock, year, month, day, zone, end: at };
}

/** `03:04:05` and a fraction behind a dot or comma. */
function clockAt(text: string, at: number) {
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return null;
  const hour = digits(text, at, 2, 2);
  const minute = digits(text, at + 3, 2, 2);
  const second = digits(text, at + 6, 2, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  let end = at + 8;
  let nanos = 0;
  const mark = text.charCodeAt(end);
  if ((mark === 46 || mark === 44) && isDigit(text.charCodeAt(end + 1))) {
    end++;
    for (let unit = 100_000_000; isDigit(text.charCodeAt(end)); end++) {
      nanos += (text.charCodeAt(end) - 48) * unit;
      unit = unit === 1 ? 0 : unit / 10;
    }
  }
  return { hour, minute, second, nanos, end };
}

function zoneWord(text: string, at: number): { minutes: number; end: number } | null {
  if (text.charCodeAt(at) !== 32) return null;
  let end = at + 1;
  while (end - at <= 5 && text.charCodeAt(end) >= 65 && text.charCodeAt(end) <= 90) end++;
  const next = text.charCodeAt(end);
  if (next !== 32 && next !== 58) return null;
  const minutes = ZONES.get(text.slice(at + 1, end));
  return minutes === undefined ? null : { minutes, end };
}
