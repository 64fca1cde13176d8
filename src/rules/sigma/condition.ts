/**
 * Conditions (Sigma rules specification 2.1.0, "Condition"): `or` binds weakest, then `and`, `not`, `1 of …`, brackets.
 * In: the text and the search identifiers by name. Out: one expression. Identifiers that begin with `_` are left out of
 * `them` and of patterns that do not begin with `_` themselves.
 */
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';
import type { Expr } from '../ir.ts';

export type Items = ReadonlyMap<string, Expr>;

/** A condition before its names are looked up; filters ask it whether it is a negation. */
export type Condition =
  | { readonly $: 'or' | 'and'; readonly of: readonly Condition[] }
  | { readonly $: 'not'; readonly of: Condition }
  | { readonly $: 'item'; readonly name: string }
  | { readonly $: 'select'; readonly least: number | 'all'; readonly pattern: string };

export function parseCondition(text: string): Condition {
  if (text.length > LIMITS.conditionChars)
    throw new RuleError('LIMIT_EXPANSION', `a condition longer than ${LIMITS.conditionChars} characters`);
  // `1|all of x*` is the specification's shorthand for either quantifier, never written in a rule: a pipe is an aggregation.
  if (text.includes('|'))
    throw new RuleError(
      'AGGREGATION',
      'aggregations behind a pipe (`| count() by …`, `| near …`) were removed from Sigma; write a correlation rule',
    );
  return new Parser(text).whole();
}

const QUANTIFIER = /^(all|any|\d{1,3})$/i;

class Parser {
  readonly tokens: readonly string[];
  at = 0;
  depth = 0;
  constructor(text: string) {
    this.tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  }

  whole(): Condition {
    if (this.tokens.length === 0) throw new RuleError('CONDITION', 'the condition is empty');
    const out = this.or();
    if (this.at < this.tokens.length) throw this.unexpected();
    return out;
  }

  or(): Condition {
    return this.chain('or', () => this.chain('and', () => this.not()));
  }

  chain(word: 'or' | 'and', next: () => Condition): Condition {
    const of = [next()];
    while (this.peek() === word) {
      this.at++;
      of.push(next());
    }
    return of.length === 1 ? of[0]! : { $: word, of };
  }

  not(): Condition {
    if (this.peek() !== 'not') return this.atom();
    this.at++;
    return this.nested(() => ({ $: 'not', of: this.not() }));
  }

  atom(): Condition {
    const token = this.tokens[this.at];
    if (token === '(') {
      this.at++;
      const inner = this.nested(() => this.or());
      if (this.tokens[this.at++] !== ')') throw new RuleError('CONDITION', 'a bracket is not closed');
      return inner;
    }
    if (token === undefined || token === ')' || /^(and|or|of)$/i.test(token)) throw this.unexpected();
    if (QUANTIFIER.test(token) && this.tokens[this.at + 1]?.toLowerCase() === 'of') return this.select(token);
    this.at++;
    if (!/^[\w.-]+$/.test(token)) throw new RuleError('CONDITION', `${quote(token)} is no name of a search identifier`);
    return { $: 'item', name: token };
  }

  select(quantifier: string): Condition {
    const pattern = this.tokens[this.at + 2];
    if (pattern === undefined || !/^[\w.*-]+$/.test(pattern))
      throw new RuleError('CONDITION', `${quote(quantifier)} of what?`);
    this.at += 3;
    const word = quantifier.toLowerCase();
    const least = word === 'all' ? 'all' : word === 'any' ? 1 : Number(word);
    if (least === 0) throw new RuleError('CONDITION', '`0 of` says nothing');
    return { $: 'select', least, pattern };
  }

  nested(inner: () => Condition): Condition {
    if (++this.depth > LIMITS.conditionDepth)
      throw new RuleError('LIMIT_EXPANSION', `a condition nested deeper than ${LIMITS.conditionDepth}`);
    const out = inner();
    this.depth--;
    return out;
  }

  peek(): string {
    return this.tokens[this.at]?.toLowerCase() ?? '';
  }

  unexpected() {
    const token = this.tokens[this.at];
    return new RuleError(
      'CONDITION',
      token === undefined ? 'the condition ends too early' : `unexpected ${quote(token)}`,
    );
  }
}

/** The condition with its names replaced by what they stand for. */
export function resolveCondition(condition: Condition, items: Items): Expr {
  switch (condition.$) {
    case 'and':
    case 'or':
      return { $: condition.$, of: condition.of.map((c) => resolveCondition(c, items)) };
    case 'not':
      return { $: 'not', of: resolveCondition(condition.of, items) };
    case 'item': {
      const expr = items.get(condition.name);
      if (!expr) throw new RuleError('CONDITION', `no search identifier ${quote(condition.name)} in this rule`);
      return expr;
    }
    case 'select': {
      const chosen = [...items].filter(([name]) => selects(condition.pattern, name)).map(([, expr]) => expr);
      const least = condition.least === 'all' ? chosen.length : condition.least;
      if (chosen.length === 0 || least > chosen.length)
        throw new RuleError('CONDITION', `\`of ${condition.pattern}\` finds ${chosen.length} search identifiers`);
      return atLeast(least, chosen);
    }
  }
}

function selects(pattern: string, name: string): boolean {
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  if (pattern === 'them') return true;
  const source = pattern
    .split('*')
    .map((p) => p.replace(/[.\\-]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^${source}$`).test(name);
}

function atLeast(least: number, of: readonly Expr[]): Expr {
  if (of.length === 1) return of[0]!;
  if (least === 1) return { $: 'or', of };
  if (least === of.length) return { $: 'and', of };
  const sets = combinations(least, of);
  return { $: 'or', of: sets.map((set) => ({ $: 'and', of: set })) };
}

function combinations<T>(k: number, of: readonly T[]): readonly (readonly T[])[] {
  const out: T[][] = [];
  const pick = (from: number, chosen: readonly T[]) => {
    if (chosen.length === k) {
      out.push([...chosen]);
      if (out.length > LIMITS.alternatives) throw new RuleError('LIMIT_EXPANSION', '`N of` has too many combinations');
      return;
    }
    for (let i = from; i <= of.length - (k - chosen.length); i++) pick(i + 1, [...chosen, of[i]!]);
  };
  pick(0, []);
  return out;
}
