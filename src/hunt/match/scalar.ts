import { parseAddress, parseIso } from '../../base/index.ts';
import type { GlobPart, Test } from '../../rules/index.ts';
import { addressIn, parseNetwork } from './cidr.ts';
import { compileRegex } from './regex.ts';

/**
 * What one Test says of one value: the plainest reading of rules/ir.ts. The fast matcher may find out sooner,
 * never otherwise. Arrays, absent fields and comparisons between fields are the caller's business (twin.ts).
 */
export type Scalar = string | number | boolean | null;

/** A Test that looks at a single value. */
export type ValueTest = Exclude<Test, { $: 'field' }>;

export function holds(test: ValueTest, value: Scalar): boolean {
  if (test.$ === 'isNull') return value === null;
  if (test.$ === 'exists') return test.wanted;
  if (value === null) return false;
  switch (test.$) {
    case 'equals':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return compareTexts(test.$, textOf(value), test.text, test.cased);
    case 'glob':
      return globHolds(test.parts, textOf(value), test.cased);
    case 'regex':
      return compileRegex(test.source, test.flags).test(textOf(value));
    case 'cidr': {
      const address = parseAddress(textOf(value));
      return address !== null && addressIn(address, parseNetwork(test.network, test.bits));
    }
    case 'number':
      return numberOf(value) === test.number;
    case 'compare':
      return compareNumbers(test.op, numberOf(value), test.number);
    case 'timePart':
      return timePartOf(test.part, value) === test.number;
  }
}

export type TextHow = 'equals' | 'startsWith' | 'endsWith' | 'contains';

/** Both sides folded by toLowerCase unless `cased`. */
export function compareTexts(how: TextHow, text: string, wanted: string, cased: boolean): boolean {
  const a = cased ? text : text.toLowerCase();
  const b = cased ? wanted : wanted.toLowerCase();
  switch (how) {
    case 'equals':
      return a === b;
    case 'startsWith':
      return a.startsWith(b);
    case 'endsWith':
      return a.endsWith(b);
    case 'contains':
      return a.includes(b);
  }
}

/** A value as text tests see it. */
export function textOf(value: string | number | boolean): string {
  return typeof value === 'string' ? value : String(value);
}

const NUMERAL = /^(?:[+-]?\d+(?:\.\d+)?|0x[0-9a-f]+)$/i;

/** A value as number tests see it: a number, or a text that is a decimal or a 0x… integer; else undefined. */
export function numberOf(value: string | number | boolean): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 64 || !NUMERAL.test(value)) return undefined;
  return Number(value);
}

export function compareNumbers(op: 'lt' | 'lte' | 'gt' | 'gte', seen: number | undefined, bound: number): boolean {
  if (seen === undefined) return false;
  switch (op) {
    case 'lt':
      return seen < bound;
    case 'lte':
      return seen <= bound;
    case 'gt':
      return seen > bound;
    case 'gte':
      return seen >= bound;
  }
}

/** Whole text against a glob, as the set of positions reachable after each part. */
function globHolds(parts: readonly GlobPart[], value: string, cased: boolean): boolean {
  const text = cased ? value : value.toLowerCase();
  let reachable = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    if (part.$ === 'any') {
      let first = text.length;
      for (const p of reachable) first = Math.min(first, p);
      for (let p = first; p <= text.length; p++) next.add(p);
    } else {
      const piece = part.$ === 'one' ? null : cased ? part.text : part.text.toLowerCase();
      for (const p of reachable) {
        if (piece === null ? p < text.length : text.startsWith(piece, p)) next.add(p + (piece?.length ?? 1));
      }
    }
    if (next.size === 0) return false;
    reachable = next;
  }
  return reachable.has(text.length);
}

type Part = Extract<Test, { $: 'timePart' }>['part'];

/**
 * A part of a value read as a time, in UTC; undefined when it is no time. ISO 8601 text (a time without a zone is read
 * as UTC), or an epoch whose unit is told by its size: below 10^11 seconds, below 10^14 milliseconds, below 10^17
 * microseconds, else nanoseconds. `week` is the ISO 8601 week.
 */
export function timePartOf(part: Part, value: string | number | boolean): number | undefined {
  const ms = typeof value === 'string' ? (parseIso(value)?.ms ?? epochMs(numberOf(value))) : epochMs(numberOf(value));
  if (ms === undefined) return undefined;
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return undefined;
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'week':
      return isoWeek(date);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

function epochMs(epoch: number | undefined): number | undefined {
  if (epoch === undefined || epoch < 0) return undefined;
  if (epoch < 1e11) return epoch * 1e3;
  if (epoch < 1e14) return epoch;
  return epoch < 1e17 ? epoch / 1e3 : epoch / 1e6;
}

/** The week that holds this day's Thursday, counted from the week of the year's first Thursday. */
function isoWeek(date: Date): number {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday.getTime() - yearStart) / (7 * 86_400_000));
}
