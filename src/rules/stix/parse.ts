/**
 * Text → pattern, by descent over the grammar of STIX 2.1 (section 9 and its STIXPattern grammar). AND binds tighter
 * than OR, OR tighter than FOLLOWEDBY; qualifiers bind to the expression before them, several one after the other.
 */
import { parseIso, quote } from '../../base/index.ts';
import type {
  Comparison,
  ComparisonExpression,
  Literal,
  ObjectPath,
  ObservationExpression,
  OrderOp,
  Pattern,
  Qualifier,
  Step,
  TextOp,
} from './ast.ts';
import { PATTERN_LIMITS, type PatternCode, PatternError } from './codes.ts';
import { compileText } from './regex.ts';
import { place, type Token, type TokenKind, tokens, withoutEscapes } from './tokens.ts';

export interface ParseOptions {
  /** takes what has a meaning although OASIS' validator refuses it: a qualifier twice on one observation, a hash of odd length */
  readonly lenient?: boolean;
}

/** @throws PatternError with the line and column */
export function parsePattern(text: string, options: ParseOptions = {}): Pattern {
  return new Parser(text, options.lenient === true).pattern();
}

const ORDER: Readonly<Record<string, OrderOp>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const TEXT_OPS = new Set<string>(['LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET'] satisfies TextOp[]);

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #comparisons = 0;
  #level: 1 | 2 | 3 = 1;
  readonly #lenient: boolean;

  constructor(text: string, lenient: boolean) {
    this.#lenient = lenient;
    this.#text = text;
    this.#tokens = tokens(text);
  }

  pattern(): Pattern {
    const expression = this.#observations();
    if (this.#peek().kind !== 'end') throw this.#unexpected('AND, OR, FOLLOWEDBY, a qualifier or the end');
    return { expression, level: this.#level };
  }

  // --- between observations

  #observations(): ObservationExpression {
    return this.#chain('FOLLOWEDBY', 'followedby', () =>
      this.#chain('OR', 'any', () => this.#chain('AND', 'all', () => this.#qualified())),
    );
  }

  #chain(
    keyword: string,
    kind: 'all' | 'any' | 'followedby',
    operand: () => ObservationExpression,
  ): ObservationExpression {
    let left = operand();
    while (this.#accept('keyword', keyword)) {
      this.#reach(kind === 'followedby' ? 3 : 2);
      left = { kind, left, right: operand() };
    }
    return left;
  }

  #qualified(): ObservationExpression {
    let inner = this.#observation();
    // On a plain observation each kind of qualifier may stand once; around brackets the same may be said again.
    const seen = inner.kind === 'observation' && !this.#lenient && !this.#closedByBracket() ? new Set<string>() : null;
    for (;;) {
      const at = this.#peek();
      const qualifier = this.#qualifier();
      if (qualifier === null) return inner;
      this.#reach(3);
      if (seen?.has(qualifier.kind))
        throw this.#error('PATTERN_QUALIFIER', `${at.text} stands twice on one observation`, at);
      seen?.add(qualifier.kind);
      inner = { kind: 'qualified', inner, qualifier };
    }
  }

  /** The token before is a round bracket: `([…])` is an expression in brackets, not a plain observation. */
  #closedByBracket(): boolean {
    return this.#tokens[this.#next - 1]?.text === ')';
  }

  #observation(): ObservationExpression {
    if (this.#accept('symbol', '(')) {
      return this.#inside(() => {
        const inner = this.#observations();
        this.#expect('symbol', ')');
        return inner;
      });
    }
    if (!this.#accept('symbol', '[')) throw this.#unexpected('an observation in square brackets');
    const where = this.#comparisonOr();
    this.#expect('symbol', ']');
    return { kind: 'observation', where };
  }

  #qualifier(): Qualifier | null {
    if (this.#accept('keyword', 'WITHIN')) {
      const token = this.#accept('integer') ?? this.#expect('float');
      const seconds = Number(token.text);
      this.#expect('keyword', 'SECONDS');
      if (token.text.startsWith('-')) throw this.#error('PATTERN_SYNTAX', 'WITHIN takes a positive number', token);
      if (!(seconds > 0)) throw this.#error('PATTERN_QUALIFIER', 'WITHIN 0 SECONDS can never hold', token);
      return { kind: 'within', seconds };
    }
    if (this.#accept('keyword', 'REPEATS')) {
      const token = this.#expect('integer');
      const times = Number(token.text);
      this.#expect('keyword', 'TIMES');
      if (token.text.startsWith('-')) throw this.#error('PATTERN_SYNTAX', 'REPEATS takes a positive number', token);
      if (times < 1) throw this.#error('PATTERN_QUALIFIER', 'REPEATS 0 TIMES says nothing', token);
      if (times > PATTERN_LIMITS.repeats)
        throw this.#error('PATTERN_LIMIT', `REPEATS more than ${PATTERN_LIMITS.repeats} times`, token);
      return { kind: 'repeats', times };
    }
    if (this.#accept('keyword', 'START')) {
      const start = this.#timestamp(this.#expect('timestamp'));
      this.#expect('keyword', 'STOP');
      return { kind: 'startstop', start, stop: this.#timestamp(this.#expect('timestamp')) };
    }
    return null;
  }

  // --- inside one observation

  #comparisonOr(): ComparisonExpression {
    return this.#series('OR', 'or', () => this.#series('AND', 'and', () => this.#comparison()));
  }

  #series(keyword: string, kind: 'and' | 'or', operand: () => ComparisonExpression): ComparisonExpression {
    const first = operand();
    if (!this.#at('keyword', keyword)) return first;
    const parts = [first];
    while (this.#accept('keyword', keyword)) parts.push(operand());
    return { kind, parts };
  }

  #comparison(): ComparisonExpression {
    if (this.#accept('symbol', '(')) {
      return this.#inside(() => {
        const inner = this.#comparisonOr();
        this.#expect('symbol', ')');
        return inner;
      });
    }
    if (++this.#comparisons > PATTERN_LIMITS.comparisons)
      throw new PatternError('PATTERN_LIMIT', `more than ${PATTERN_LIMITS.comparisons} comparisons`);
    if (this.#accept('keyword', 'EXISTS')) return { kind: 'exists', path: this.#path() };
    const path = this.#path();
    const not = this.#accept('keyword', 'NOT') !== null;
    return this.#test(path, not);
  }

  #test(path: ObjectPath, not: boolean): Comparison {
    const token = this.#take();
    if (token.kind === 'symbol' && Object.hasOwn(ORDER, token.text)) {
      const op = ORDER[token.text]!;
      const at = this.#peek();
      const value = this.#literal();
      if (value.type === 'boolean' && op !== '=' && op !== '!=')
        throw this.#error('PATTERN_SYNTAX', `${token.text} orders, and truth values have no order`, at);
      if (op === '=' && !not && !this.#lenient) this.#checkHash(path, value, at);
      return { kind: 'compare', path, not, op, value };
    }
    if (token.kind === 'keyword' && token.text === 'IN') return { kind: 'in', path, not, values: this.#set() };
    if (token.kind === 'keyword' && TEXT_OPS.has(token.text)) {
      const op = token.text as TextOp;
      const at = this.#expect('string');
      const value = withoutEscapes(at.text);
      try {
        compileText(op, value);
      } catch (cause) {
        if (!(cause instanceof PatternError)) throw cause;
        throw this.#error(cause.code, cause.message, at);
      }
      return { kind: 'text', path, not, op, value };
    }
    throw this.#unexpected('=, !=, <, <=, >, >=, IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET', token);
  }

  #path(): ObjectPath {
    const object = this.#expect('name').text;
    this.#expect('symbol', ':');
    const steps: Step[] = [{ key: this.#key() }];
    for (;;) {
      if (this.#accept('symbol', '.')) steps.push({ key: this.#key() });
      else if (this.#accept('symbol', '[')) {
        if (this.#accept('symbol', '*')) steps.push({ every: true });
        else steps.push({ index: Number(this.#expect('integer').text) });
        this.#expect('symbol', ']');
      } else return { object, steps };
    }
  }

  #key(): string {
    const quoted = this.#accept('string');
    if (quoted) return withoutEscapes(quoted.text);
    const token = this.#expect('name');
    if (token.text.includes('-'))
      throw this.#error('PATTERN_SYNTAX', `${quote(token.text)} has a hyphen: such a property stands in quotes`, token);
    return token.text;
  }

  #set(): Literal[] {
    this.#expect('symbol', '(');
    const values: Literal[] = [];
    if (this.#accept('symbol', ')')) return values;
    do {
      const at = this.#peek();
      values.push(this.#literal());
      if (values.length > PATTERN_LIMITS.setValues)
        throw this.#error('PATTERN_LIMIT', `a set of more than ${PATTERN_LIMITS.setValues} values`, at);
      if (sort(values[0]!) !== sort(values.at(-1)!))
        throw this.#error('PATTERN_LITERAL', 'a set holds values of one type', at);
    } while (this.#accept('symbol', ','));
    this.#expect('symbol', ')');
    return values;
  }

  // --- literals

  #literal(): Literal {
    const token = this.#take();
    switch (token.kind) {
      case 'string':
        return { type: 'string', value: withoutEscapes(token.text) };
      case 'integer':
      case 'float':
        return this.#number(token);
      case 'hex': {
        if (!/^(?:[0-9a-fA-F]{2})*$/.test(token.text))
          throw this.#error('PATTERN_LITERAL', "h'…' takes pairs of hex digits", token);
        return { type: 'bytes', value: token.text.toLowerCase() };
      }
      case 'binary': {
        if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/.test(token.text))
          throw this.#error('PATTERN_LITERAL', "b'…' takes base64", token);
        return { type: 'bytes', value: Uint8Array.fromBase64(token.text).toHex() };
      }
      case 'timestamp':
        return this.#timestamp(token);
      case 'keyword':
        if (token.text === 'true' || token.text === 'false') return { type: 'boolean', value: token.text === 'true' };
    }
    throw this.#unexpected('a value: a text in quotes, a number, true, false', token);
  }

  #number(token: Token): Literal {
    const value = Number(token.text);
    if (!Number.isFinite(value)) throw this.#error('PATTERN_LITERAL', 'a number beyond what can be compared', token);
    return { type: token.kind === 'integer' ? 'integer' : 'float', value };
  }

  #timestamp(token: Token): Extract<Literal, { type: 'timestamp' }> {
    const m = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?Z$/.exec(token.text);
    const [, , month = 0, day = 0, hour = 24, minute = 60, second = 61] = (m ?? []).map(Number);
    if (!m || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
      throw this.#error('PATTERN_LITERAL', "t'…' takes a time in UTC such as 2024-03-01T08:00:00Z", token);
    // The grammar knows no calendar; a day that does not exist (30 February) is the one that follows it by counting on.
    const time = parseIso(token.text) ?? { ms: Date.UTC(Number(m[1]), month - 1, day, hour, minute, second), ns: 0 };
    return { type: 'timestamp', value: token.text, ms: time.ms, sub: time.ns };
  }

  /** What the OASIS validator refuses as well: a hash under a well-known name that cannot be one. */
  #checkHash(path: ObjectPath, value: Literal, at: Token): void {
    const [container, name] = path.steps.slice(-2);
    if (value.type !== 'string' || !container || !name || !('key' in container) || !('key' in name)) return;
    if (container.key !== 'hashes') return;
    const digits = HASH_DIGITS[name.key.toUpperCase().replaceAll('-', '').replaceAll('_', '')];
    if (digits !== undefined && !(value.value.length === digits && /^[0-9a-fA-F]*$/.test(value.value)))
      throw this.#error('PATTERN_LITERAL', `${quote(value.value)} is not a ${name.key} hash`, at);
  }

  // --- tokens

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }
  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }
  #at(kind: TokenKind, text?: string): boolean {
    const token = this.#peek();
    return token.kind === kind && (text === undefined || token.text === text);
  }
  #accept(kind: TokenKind, text?: string): Token | null {
    return this.#at(kind, text) ? this.#take() : null;
  }
  #expect(kind: TokenKind, text?: string): Token {
    const token = this.#accept(kind, text);
    if (!token) throw this.#unexpected(text ?? WORDS[kind]);
    return token;
  }

  #inside<T>(read: () => T): T {
    if (++this.#depth > PATTERN_LIMITS.depth)
      throw new PatternError('PATTERN_LIMIT', `brackets nested deeper than ${PATTERN_LIMITS.depth}`);
    const value = read();
    this.#depth--;
    return value;
  }

  #reach(level: 2 | 3): void {
    if (level > this.#level) this.#level = level;
  }

  #unexpected(wanted: string, token: Token = this.#peek()): PatternError {
    return this.#error('PATTERN_SYNTAX', `${quote(token.text, 40)} where ${wanted} should stand`, token);
  }
  #error(code: PatternCode, message: string, token: Token): PatternError {
    return new PatternError(code, message, place(this.#text, token.at));
  }
}

const WORDS: Readonly<Record<TokenKind, string>> = {
  name: 'a name',
  keyword: 'a keyword',
  string: 'a text in quotes',
  integer: 'a whole number',
  float: 'a number',
  hex: "h'…'",
  binary: "b'…'",
  timestamp: "a time t'…'",
  symbol: 'a sign',
  end: 'the end',
};

const HASH_DIGITS: Readonly<Record<string, number>> = {
  MD5: 32,
  RIPEMD160: 40,
  SHA1: 40,
  SHA224: 56,
  SHA256: 64,
  SHA384: 96,
  SHA512: 128,
  SHA3224: 56,
  SHA3256: 64,
  SHA3384: 96,
  SHA3512: 128,
  WHIRLPOOL: 128,
};

/** Numbers of both kinds compare with each other; everything else only with its own type. */
const sort = (literal: Literal): string => (literal.type === 'float' ? 'integer' : literal.type);
