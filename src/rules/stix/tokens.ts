/** A pattern's text → tokens. Keywords are upper case; comments and white space separate and mean nothing. */
import { quote } from '../../base/index.ts';
import { PATTERN_LIMITS, PatternError } from './codes.ts';

export type TokenKind =
  | 'name' // also with hyphens
  | 'keyword'
  | 'string'
  | 'integer'
  | 'float'
  | 'hex'
  | 'binary'
  | 'timestamp'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** as written; of a quoted one what stands between the quotes, with its escapes */
  readonly text: string;
  readonly at: number;
}

const KEYWORDS = new Set([
  ...['AND', 'OR', 'NOT', 'FOLLOWEDBY', 'LIKE', 'MATCHES', 'ISSUPERSET', 'ISSUBSET', 'EXISTS', 'IN'],
  ...['START', 'STOP', 'SECONDS', 'WITHIN', 'REPEATS', 'TIMES', 'true', 'false'],
]);

const SPACE = /(?:[\s\u0085\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|\/\*[\s\S]*?\*\/|\/\/[^\n\r]*)+/y;
const QUOTED = /([hbt]?)'((?:[^'\\]|\\['\\])*)'/y;
const NUMBER = /[+-]?(?:\d*\.\d+|0|[1-9]\d*)/y;
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const SYMBOL = /==|!=|<>|<=|>=|[=<>()[\].,:*]/y;

const PREFIXED = { h: 'hex', b: 'binary', t: 'timestamp' } as const;

/** @throws PatternError PATTERN_SYNTAX, PATTERN_LIMIT */
export function tokens(text: string): Token[] {
  if (text.length > PATTERN_LIMITS.chars)
    throw new PatternError('PATTERN_LIMIT', `a pattern longer than ${PATTERN_LIMITS.chars} characters`);
  const out: Token[] = [];
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    return expression.exec(text);
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const quoted = take(QUOTED);
    if (quoted) {
      const prefix = quoted[1] as '' | 'h' | 'b' | 't';
      out.push({ kind: prefix === '' ? 'string' : PREFIXED[prefix], text: quoted[2]!, at });
      at += quoted[0].length;
      continue;
    }
    const number = take(NUMBER);
    if (number) {
      out.push({ kind: number[0].includes('.') ? 'float' : 'integer', text: number[0], at });
      at += number[0].length;
      continue;
    }
    const name = take(NAME);
    if (name) {
      out.push({ kind: KEYWORDS.has(name[0]) ? 'keyword' : 'name', text: name[0], at });
      at += name[0].length;
      continue;
    }
    const symbol = take(SYMBOL);
    if (!symbol)
      throw new PatternError(
        'PATTERN_SYNTAX',
        `${quote(text.slice(at, at + 20))} is no part of a pattern`,
        place(text, at),
      );
    out.push({ kind: 'symbol', text: symbol[0], at });
    at += symbol[0].length;
  }
  out.push({ kind: 'end', text: 'the end', at: text.length });
  return out;
}

/** `line:column`, both from 1. */
export function place(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}

/** The value of a quoted token: `\'` and `\\` are the only escapes. */
export const withoutEscapes = (text: string): string => text.replace(/\\(['\\])/g, '$1');
