/**
 * Comparison of a property's value with a literal, after STIX 2.1 section 9.6: types that cannot be compared are
 * unequal and unordered; only LIKE and MATCHES normalise (NFC), the rest compares code points.
 */
import { parseIso } from '../../base/index.ts';
import type { Comparison, Literal, OrderOp } from './ast.ts';
import { compileText } from './regex.ts';

/** A JSON value as objects hold it; properties named `…_hex` and `…_bin` are bytes. */
export type Property =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly Property[]
  | { readonly [key: string]: Property };

export type ValueTest = (value: Property) => boolean;

/** The test of one comparison on one value that its path reached. NOT turns it round, and needs a value all the same. */
export function compileTest(comparison: Exclude<Comparison, { kind: 'exists' }>): ValueTest {
  const test = plainTest(comparison);
  return comparison.not ? (value) => !test(value) : test;
}

function plainTest(comparison: Exclude<Comparison, { kind: 'exists' }>): ValueTest {
  switch (comparison.kind) {
    case 'compare':
      return (value) => holds(comparison.op, value, comparison.value);
    case 'in':
      return (value) => comparison.values.some((literal) => holds('=', value, literal));
    case 'text': {
      const test = compileText(comparison.op, comparison.value);
      return (value) => {
        if (typeof value === 'string') return test(value);
        return value instanceof Uint8Array && test(latin1(value));
      };
    }
  }
}

function holds(op: OrderOp, value: Property, literal: Literal): boolean {
  const order = compareWith(value, literal);
  switch (op) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order !== null && order < 0;
    case '<=':
      return order !== null && order <= 0;
    case '>':
      return order !== null && order > 0;
    case '>=':
      return order !== null && order >= 0;
  }
}

/** Negative, 0, positive; null: these two cannot be compared. */
function compareWith(value: Property, literal: Literal): number | null {
  switch (literal.type) {
    case 'string':
      if (typeof value === 'string') return codePoints(value, literal.value);
      return value instanceof Uint8Array ? bytesWithText(value, literal.value) : null;
    case 'integer':
    case 'float':
      return typeof value === 'number' ? value - literal.value : null;
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) - Number(literal.value) : null;
    case 'bytes': {
      const own = Uint8Array.fromHex(literal.value);
      if (value instanceof Uint8Array) return Buffer.compare(value, own);
      const other = typeof value === 'string' ? bytesWithText(own, value) : null;
      return other === null ? null : -other;
    }
    case 'timestamp': {
      const time = typeof value === 'string' && /Z$/.test(value) ? parseIso(value) : null;
      return time === null ? null : time.ms - literal.ms || time.ns - literal.sub;
    }
  }
}

/** A text compares with bytes when every character is one byte. */
function bytesWithText(bytes: Uint8Array, text: string): number | null {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return null;
  return Buffer.compare(bytes, Buffer.from(text, 'latin1'));
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** By code point, which JavaScript's own order of texts is not above U+FFFF. */
function codePoints(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
