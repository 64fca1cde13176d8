/** What LIKE, MATCHES, ISSUBSET and ISSUPERSET ask of a text, compiled once. Linear time whatever the pattern says (law 4). */
import { RE2JS } from 're2js';
import { type Address, parseAddress, prefixOf, quote } from '../../base/index.ts';
import type { TextOp } from './ast.ts';
import { PATTERN_LIMITS, PatternError } from './codes.ts';

export type TextTest = (value: string) => boolean;

/** @throws PatternError PATTERN_REGEX, PATTERN_LITERAL, PATTERN_LIMIT */
export function compileText(op: TextOp, operand: string): TextTest {
  switch (op) {
    case 'LIKE':
      return compileLike(operand);
    case 'MATCHES': {
      const expression = compileMatches(operand);
      return (value) => expression.matcher(value.normalize('NFC')).find();
    }
    case 'ISSUBSET': {
      const network = networkOf(operand);
      return (value) => {
        const range = rangeOf(value);
        return range !== null && contains(network, range);
      };
    }
    case 'ISSUPERSET': {
      const network = networkOf(operand);
      return (value) => {
        const range = rangeOf(value);
        return range !== null && contains(range, network);
      };
    }
  }
}

/** `%` any text, `_` any one character, compared after NFC (section 9.6), the whole value. */
function compileLike(operand: string): TextTest {
  const expression = RE2JS.compile(likeSource(operand), RE2JS.DOTALL);
  return (value) => expression.matcher(value.normalize('NFC')).matches();
}

/** A LIKE operand as a regular expression in RE2 syntax, unanchored at its ends. */
export function likeSource(operand: string): string {
  if (operand.length > PATTERN_LIMITS.regexChars)
    throw new PatternError('PATTERN_LIMIT', `a LIKE longer than ${PATTERN_LIMITS.regexChars} characters`);
  return [...operand.normalize('NFC')].map((c) => (c === '%' ? '.*' : c === '_' ? '.' : RE2JS.quote(c))).join('');
}

function compileMatches(operand: string): RE2JS {
  if (operand.length > PATTERN_LIMITS.regexChars)
    throw new PatternError('PATTERN_LIMIT', `a regular expression longer than ${PATTERN_LIMITS.regexChars} characters`);
  try {
    return RE2JS.compile(operand.normalize('NFC'));
  } catch (cause) {
    throw new PatternError(
      'PATTERN_REGEX',
      `${quote(operand, 120)} cannot be matched in linear time (look-around, back references) or is not in RE2 syntax`,
      undefined,
      cause,
    );
  }
}

/** A network or one address; host bits are passed over, as the standard's own examples have them. */
export interface Range {
  readonly address: Address;
  readonly bits: number;
}

export function rangeOf(text: string): Range | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const width = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, bits: width };
  const bits = text.slice(slash + 1);
  return /^\d{1,3}$/.test(bits) && Number(bits) <= width ? { address, bits: Number(bits) } : null;
}

function networkOf(text: string): Range {
  const range = rangeOf(text);
  if (range === null) throw new PatternError('PATTERN_LITERAL', `${quote(text)} is neither an address nor a network`);
  return range;
}

function contains(outer: Range, inner: Range): boolean {
  return (
    outer.address.family === inner.address.family &&
    outer.bits <= inner.bits &&
    prefixOf(outer.address, outer.bits) === prefixOf(inner.address, outer.bits)
  );
}
