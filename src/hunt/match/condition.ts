import type { Expr, Test, Variant } from '../../rules/index.ts';
import { parseNetwork } from './cidr.ts';
import { MatchError } from './errors.ts';
import { compileRegex } from './regex.ts';

/**
 * A variant's expression in negation normal form over numbered tests: only `and`, `or` and leaves that must hold
 * (`positive`) or must not. Why that is enough: a rule fires only on TRUE, a leaf below its pushed-down `not` is TRUE
 * exactly when its test is false and known, and for `and`/`or` over such leaves Kleene's TRUE is plain true. So an
 * UNKNOWN leaf is simply a false one, in either polarity, and three-valued logic is gone before the first event.
 */
export type Condition =
  | { readonly $: 'and' | 'or'; readonly of: readonly Condition[] }
  | Leaf
  | { readonly $: 'const'; readonly value: boolean };

export interface Leaf {
  readonly $: 'leaf';
  /** number of the Subject */
  readonly subject: number;
  /** number of the Test */
  readonly test: number;
  readonly positive: boolean;
}

/** What a test looks at: one field, every field (keyword), or a field beside another (fieldref). */
export type Subject =
  | { readonly $: 'field'; readonly name: string }
  | { readonly $: 'keyword' }
  | { readonly $: 'pair'; readonly name: string; readonly other: string };

const LIMIT = { depth: 400 } as const;

/** Tests and subjects of all rules, each distinct one once. */
export class Vocabulary {
  readonly tests: Test[] = [];
  readonly subjects: Subject[] = [];
  private readonly testIds = new Map<string, number>();
  private readonly subjectIds = new Map<string, number>();

  /** MatchError EXPR_DEPTH, REGEX_*, CIDR_SYNTAX. */
  condition(variant: Variant): Condition {
    return this.convert(variant.expr, new Set(variant.unknown), true, 0);
  }

  private convert(expr: Expr, unknown: ReadonlySet<string>, positive: boolean, depth: number): Condition {
    if (depth > LIMIT.depth) throw new MatchError('EXPR_DEPTH', `condition nested deeper than ${LIMIT.depth}`);
    switch (expr.$) {
      case 'const':
        return { $: 'const', value: expr.value === positive };
      case 'not':
        return this.convert(expr.of, unknown, !positive, depth + 1);
      case 'and':
      case 'or': {
        const $ = (expr.$ === 'and') === positive ? 'and' : 'or';
        return join(
          $,
          expr.of.map((e) => this.convert(e, unknown, positive, depth + 1)),
        );
      }
      case 'test': {
        const { field, test } = expr;
        const other = test.$ === 'field' ? test.other : undefined;
        if (unknown.has(field) || (other !== undefined && unknown.has(other))) return { $: 'const', value: false };
        const subject = this.subject(
          other === undefined ? { $: 'field', name: field } : { $: 'pair', name: field, other },
        );
        return { $: 'leaf', subject, test: this.test(test), positive };
      }
      case 'keyword':
        // Neither has a meaning without a field: no value satisfies it.
        if (expr.test.$ === 'field' || expr.test.$ === 'exists') return { $: 'const', value: !positive };
        return { $: 'leaf', subject: this.subject({ $: 'keyword' }), test: this.test(expr.test), positive };
    }
  }

  private test(test: Test): number {
    const key = keyOf(test);
    let id = this.testIds.get(key);
    if (id === undefined) {
      // What cannot be executed is refused now, with the rule's name, not at the first event.
      if (test.$ === 'regex') compileRegex(test.source, test.flags);
      if (test.$ === 'cidr') parseNetwork(test.network, test.bits);
      id = this.tests.push(test) - 1;
      this.testIds.set(key, id);
    }
    return id;
  }

  private subject(subject: Subject): number {
    const key =
      subject.$ === 'keyword' ? '*' : subject.$ === 'field' ? `f${subject.name}` : `p${subject.name}\0${subject.other}`;
    let id = this.subjectIds.get(key);
    if (id === undefined) {
      id = this.subjects.push(subject) - 1;
      this.subjectIds.set(key, id);
    }
    return id;
  }
}

/** Equal for tests that say the same. */
function keyOf(test: Test): string {
  switch (test.$) {
    case 'equals':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return `${test.$} ${test.cased ? `C${test.text}` : `i${test.text.toLowerCase()}`}`;
    default:
      return JSON.stringify(test);
  }
}

/** `and`/`or` with constants and nesting of the same kind removed. */
function join($: 'and' | 'or', parts: readonly Condition[]): Condition {
  const of: Condition[] = [];
  for (const part of parts) {
    if (part.$ === 'const') {
      if (part.value !== ($ === 'and')) return part;
    } else if (part.$ === $) of.push(...part.of);
    else of.push(part);
  }
  if (of.length === 0) return { $: 'const', value: $ === 'and' };
  return of.length === 1 ? of[0]! : { $, of };
}

/** The condition left when some tests are known: true, false, or undefined where they are not. */
export function assume(condition: Condition, known: (leaf: Leaf) => boolean | undefined): Condition {
  switch (condition.$) {
    case 'const':
      return condition;
    case 'leaf': {
      const holds = known(condition);
      return holds === undefined ? condition : { $: 'const', value: holds === condition.positive };
    }
    case 'and':
    case 'or':
      return join(
        condition.$,
        condition.of.map((c) => assume(c, known)),
      );
  }
}

export function visitLeaves(condition: Condition, visit: (leaf: Leaf) => void): void {
  if (condition.$ === 'leaf') visit(condition);
  else if (condition.$ !== 'const') for (const part of condition.of) visitLeaves(part, visit);
}

export interface Witnesses {
  readonly cost: number;
  readonly leaves: readonly Leaf[];
}

/**
 * The cheapest set of positive leaves of which at least one must hold for the condition to be true; null: there is no
 * such set, the condition may be true although no test holds (pure negations). A part of an `and` is necessary, so its
 * cheapest part speaks for it; an `or` needs a set from every part.
 */
export function witnesses(condition: Condition, cost: (leaf: Leaf) => number): Witnesses | null {
  switch (condition.$) {
    case 'const':
      return condition.value ? null : { cost: 0, leaves: [] };
    case 'leaf':
      return condition.positive ? { cost: cost(condition), leaves: [condition] } : null;
    case 'and': {
      let best: Witnesses | null = null;
      for (const part of condition.of) {
        const set = witnesses(part, cost);
        if (set !== null && (best === null || set.cost < best.cost)) best = set;
      }
      return best;
    }
    case 'or': {
      let sum = 0;
      const leaves: Leaf[] = [];
      for (const part of condition.of) {
        const set = witnesses(part, cost);
        if (set === null) return null;
        sum += set.cost;
        leaves.push(...set.leaves);
      }
      return { cost: sum, leaves };
    }
  }
}

/** How often a test is expected to hold on a value of its field: a guess that costs time when wrong, never a detection. */
export function expectedRate(test: Test): number {
  const byLength = (n: number) => 2 ** (-Math.min(n, 30) / 2);
  switch (test.$) {
    case 'equals':
      return test.text === '' ? 0.2 : 0.5 * byLength(test.text.length);
    case 'startsWith':
    case 'endsWith':
      return byLength(test.text.length);
    case 'contains':
      return Math.min(1, 2 * byLength(test.text.length));
    case 'glob':
      return byLength(test.parts.reduce((n, p) => n + (p.$ === 'text' ? p.text.length : 0), 0));
    case 'regex':
    case 'number':
      return 0.05;
    case 'cidr':
    case 'field':
    case 'timePart':
      return 0.1;
    case 'compare':
    case 'isNull':
      return 0.3;
    case 'exists':
      return test.wanted ? 0.9 : 0.3;
  }
}
