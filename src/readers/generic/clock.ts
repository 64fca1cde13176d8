import type { ParsedTime } from '../../base/index.ts';
import { parseIso, zoneMinutes } from '../../base/index.ts';
import { parseEpochNumber, parseTime } from '../text/times.ts';

/** Reads a time text as a mapping says. null: not such a text. */
export type Clock = (text: string) => ParsedTime | null;

/**
 * A Clock of a format and a zone (mapping.ts); null when either makes no sense. Patterns know `yyyy MM dd HH hh mm ss`,
 * `M d H h` (one or two digits), `S…` (fraction), `MMM` (English month), `a` (AM/PM), `Z` (zone); other signs stand for
 * themselves. A local time that a change of clocks makes twice is the first of the two; one that it skips is read with
 * the offset before the change.
 */
export function clockOf(format: string, zone: string | undefined, assumedMinutes: number): Clock | null {
  const toUtc = zone === undefined ? null : zoneOf(zone);
  if (zone !== undefined && toUtc === null) return null;
  const settle = (time: ParsedTime | null): ParsedTime | null => {
    if (time === null || time.zoned) return time;
    return toUtc === null
      ? { ...time, ms: time.ms - assumedMinutes * 60_000 }
      : { ...time, ms: toUtc(time.ms), zoned: true };
  };
  if (format === 'iso') return (text) => settle(parseTime(text));
  if (format === 'epoch')
    return (text) => (/^-?\d{1,19}(?:\.\d+)?$/.test(text.trim()) ? parseEpochNumber(Number(text)) : null);
  const pattern = patternOf(format);
  return pattern === null ? null : (text) => settle(pattern(text.trim()));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(?<y>\\d{4})',
  yy: '(?<y2>\\d{2})',
  MMM: `(?<mon>${MONTHS.join('|')})[a-z]*`,
  MM: '(?<mo>\\d{2})',
  M: '(?<mo>\\d{1,2})',
  dd: '(?<d>\\d{2})',
  d: '(?<d>\\d{1,2})',
  HH: '(?<h>\\d{2})',
  H: '(?<h>\\d{1,2})',
  hh: '(?<h>\\d{2})',
  h: '(?<h>\\d{1,2})',
  mm: '(?<mi>\\d{2})',
  ss: '(?<s>\\d{2})',
  a: '(?<half>[AaPp])\\.?[Mm]\\.?',
  Z: '(?<zone>Z|UTC|[+-]\\d{2}:?\\d{2})',
};

function patternOf(format: string): Clock | null {
  let source = '';
  for (const piece of format.match(/yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|S+|a|Z|[\s\S]/g) ?? []) {
    if (/^S+$/.test(piece)) source += `(?<f>\\d{1,${Math.min(9, piece.length)}})`;
    else source += TOKENS[piece] ?? piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s/, '\\s+');
  }
  if (!/<y2?>/.test(source) || !/<mon?>/.test(source) || !source.includes('<d>')) return null;
  let regex: RegExp;
  try {
    regex = new RegExp(`^${source}$`, 'i');
  } catch {
    return null; // the same token twice
  }
  return (text) => {
    const g = regex.exec(text)?.groups;
    if (g === undefined) return null;
    const month = g.mon === undefined ? (g.mo ?? '') : String(MONTHS.indexOf(g.mon.toLowerCase()) + 1);
    let hour = Number(g.h ?? 0);
    if (g.half !== undefined) hour = (hour % 12) + (/p/i.test(g.half) ? 12 : 0);
    const year = g.y ?? `20${g.y2}`;
    const two = (v: string | number | undefined) => String(v ?? 0).padStart(2, '0');
    const fraction = g.f === undefined ? '' : `.${g.f}`;
    return parseIso(
      `${year}-${two(month)}-${two(g.d)}T${two(hour)}:${two(g.mi)}:${two(g.s)}${fraction}${g.zone ?? ''}`,
    );
  };
}

/** From local wall-clock milliseconds (as if UTC) to UTC; null: no such zone. */
function zoneOf(zone: string): ((localMs: number) => number) | null {
  if (/^(?:Z|UTC|[+-]\d{2}:?\d{2})$/i.test(zone)) {
    const shift = zoneMinutes(zone) * 60_000;
    return (local) => local - shift;
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
  const known = new Map<number, number>();
  const offsetAt = (utc: number): number => {
    const block = Math.floor(utc / 900_000);
    let offset = known.get(block);
    if (offset === undefined) {
      const name = format.formatToParts(block * 900_000).find((p) => p.type === 'timeZoneName')?.value ?? 'GMT';
      offset = name === 'GMT' ? 0 : zoneMinutes(name.slice(3)) * 60_000;
      if (known.size > 100_000) known.clear();
      known.set(block, offset);
    }
    return offset;
  };
  return (local) => {
    if (!(Math.abs(local) < 8.64e15 - 1e9)) return Number.NaN;
    const day = 86_400_000;
    // Only the offsets a day before and after can be in force; the earlier one counts first.
    for (const offset of [offsetAt(local - day), offsetAt(local + day)])
      if (offsetAt(local - offset) === offset) return local - offset;
    return local - offsetAt(local - day);
  };
}
