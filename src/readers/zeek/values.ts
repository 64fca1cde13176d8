import { isUtf8 } from 'node:buffer';
import type { Value } from '../../model/index.ts';

/**
 * Zeek's ASCII values (https://docs.zeek.org/en/master/scripts/base/frameworks/logging/writers/ascii.zeek.html): what a
 * column of a declared type means once it is known not to be the unset mark.
 */
export type ZeekType =
  | { readonly $: 'text' }
  | { readonly $: 'number' }
  | { readonly $: 'bool' }
  | { readonly $: 'many'; readonly of: ZeekType };

/** `set[addr]`, `vector[string]`, `count`, …; an unknown type is text. Nesting does not occur in the ASCII writer. */
export function zeekType(name: string): ZeekType {
  const open = name.indexOf('[');
  if (open > 0 && name.endsWith(']')) {
    const outer = name.slice(0, open);
    if (outer === 'set' || outer === 'vector' || outer === 'table') {
      const inner = zeekType(name.slice(open + 1, -1));
      return { $: 'many', of: inner.$ === 'many' ? { $: 'text' } : inner };
    }
  }
  switch (name) {
    case 'time':
    case 'interval':
    case 'double':
    case 'count':
    case 'int':
    case 'port':
      return { $: 'number' };
    case 'bool':
      return { $: 'bool' };
    default:
      return { $: 'text' };
  }
}

/** What stands for "nothing was there" and "there, but empty", and parts the elements of a set. */
export interface Marks {
  readonly unset: string;
  readonly empty: string;
  readonly setSeparator: string;
}

/** A column's text (still escaped) as a value; undefined when it is unset. */
export function zeekValue(text: string, type: ZeekType, marks: Marks): Value | undefined {
  if (text === marks.unset) return undefined;
  if (type.$ === 'many') {
    if (text === marks.empty || text === '') return [];
    if (marks.setSeparator === '') return [scalar(text, type.of, marks)];
    return text.split(marks.setSeparator).map((t) => (t === marks.unset ? null : scalar(t, type.of, marks)));
  }
  return scalar(text, type, marks);
}

function scalar(text: string, type: ZeekType, marks: Marks): Value {
  switch (type.$) {
    case 'number':
      return zeekNumber(text);
    case 'bool':
      return text === 'T' ? true : text === 'F' ? false : unescapeZeek(text);
    case 'text':
    case 'many':
      return text === marks.empty ? '' : unescapeZeek(text);
  }
}

const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * A number when the double holds every digit written (16 significant ones, integers to 2^53), else the text as it
 * stands: a counter or a time with nanoseconds must not change its last digits.
 */
export function zeekNumber(text: string): Value {
  // Nearly all are short and plain: no pattern, and no doubt about digits.
  if (text.length <= 15 && isPlain(text)) return Number(text);
  if (!NUMBER.test(text)) return unescapeZeek(text);
  const n = Number(text);
  if (!text.includes('.')) return Number.isSafeInteger(n) ? n : text;
  const digits = text.replace(/[-.]|[eE].*$/g, '').replace(/^0+/, '');
  return digits.length <= 16 ? n : text;
}

/** Digits with at most one point among them, and a digit at either end. */
function isPlain(text: string): boolean {
  let point = text.charCodeAt(0) === 46 || text.charCodeAt(text.length - 1) === 46;
  if (point || text === '') return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46 && !point) point = true;
    else if (c < 48 || c > 57) return false;
  }
  return true;
}

/**
 * `\xNN` are bytes, `\\` is a backslash; anything else stands for itself. The bytes are UTF-8 when they are valid as
 * such; if not, their escapes are kept as written, for nothing better is known of them.
 */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\')) return text;
  const source = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(source.length);
  let n = 0;
  for (let i = 0; i < source.length; ) {
    if (source[i] === 0x5c && source[i + 1] === 0x5c) {
      out[n++] = 0x5c;
      i += 2;
      continue;
    }
    if (source[i] === 0x5c && source[i + 1] === 0x78) {
      const hi = hexDigit(source[i + 2]);
      const lo = hexDigit(source[i + 3]);
      if (hi >= 0 && lo >= 0) {
        out[n++] = hi * 16 + lo;
        i += 4;
        continue;
      }
    }
    out[n++] = source[i++] as number;
  }
  const bytes = out.subarray(0, n);
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

function hexDigit(b: number | undefined): number {
  if (b === undefined) return -1;
  if (b >= 48 && b <= 57) return b - 48;
  const lower = b | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
