import type { ParsedTime } from '../../base/index.ts';
import { parseIso } from '../../base/index.ts';

/**
 * Times as exports write them beside ISO 8601: `/Date(1714558272123)/` (PowerShell 5), `5/1/2024 10:11:12 AM` (United
 * States), `01.05.2024 10:11:12` (dots: day first), slashes with a part above 12. `01/05/2024` alone could be two days:
 * null, unless `order` says which. Without a zone in the text: `defaultOffsetMinutes`, and `zoned` is false.
 */
export function parseTime(text: string, defaultOffsetMinutes = 0, order?: 'mdy' | 'dmy'): ParsedTime | null {
  const iso = parseIso(text, defaultOffsetMinutes);
  if (iso !== null) return iso;
  const date = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text);
  if (date) return fromMs(Number(date[1]));
  const m = PARTS.exec(text.trim());
  if (!m) return null;
  const [, a = '', mark, b = '', year = '', clock = '', half = ''] = m;
  const first = Number(a);
  const second = Number(b);
  const how = order ?? (mark === '.' ? 'dmy' : half !== '' ? 'mdy' : first > 12 ? 'dmy' : second > 12 ? 'mdy' : null);
  if (how === null) return null;
  const [day, month] = how === 'dmy' ? [a, b] : [b, a];
  const [h = '0', rest = ''] = splitOnce(clock === '' ? '0:00' : clock, ':');
  let hour = Number(h);
  if (half !== '') {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  return parseIso(`${year}-${pad(month)}-${pad(day)}T${pad(String(hour))}:${rest}`, defaultOffsetMinutes);
}

const PARTS =
  /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?\s+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*([AaPp]\.?[Mm]\.?)?)?$/;

const pad = (text: string) => text.padStart(2, '0');

function splitOnce(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return [text.slice(0, i), text.slice(i + 1)];
}

/** Epoch numbers: seconds, milliseconds, microseconds or nanoseconds by their size; null outside 1980 to 2200. */
export function parseEpochNumber(value: number): ParsedTime | null {
  const size = Math.abs(value);
  const scale = size < 1e11 ? 1e3 : size < 1e14 ? 1 : size < 1e17 ? 1e-3 : 1e-6;
  const ms = value * scale;
  if (!(ms > 315_532_800_000 && ms < 7_258_118_400_000)) return null;
  const whole = Math.floor(ms);
  // a double has no more than microseconds left at this size
  return { ms: whole, ns: scale === 1 ? 0 : (Math.round((ms - whole) * 1000) * 1000) % 1_000_000, zoned: true };
}

function fromMs(ms: number): ParsedTime | null {
  return Math.abs(ms) <= 8.64e15 ? { ms, ns: 0, zoned: true } : null;
}
