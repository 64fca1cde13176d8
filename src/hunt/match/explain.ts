import { oneLine } from '../../base/index.ts';
import type { Event, Value } from '../../model/index.ts';
import { fieldOf } from '../../model/index.ts';
import type { EventRule, Expr, Origin, Test, Variant } from '../../rules/index.ts';
import { allOf, anyOf, gateMatches, gateParts, notTruth, type Truth, truthOf } from './twin.ts';

/**
 * Why a rule did or did not fire on one event, as a tree with the shape of the rule: per variant the gate, then every
 * test with the field, the value seen, the value wanted and the verdict. Slow on purpose: it reads the twin.
 */
export interface Explanation {
  readonly rule: string;
  readonly fires: boolean;
  readonly variants: readonly VariantExplanation[];
}

export interface VariantExplanation {
  readonly name: string;
  readonly gate: readonly {
    readonly part: string;
    readonly wanted: string;
    readonly seen: string;
    readonly met: boolean;
  }[];
  /** null: the gate did not pass, the condition was not looked at */
  readonly tree: Node | null;
}

export type Node =
  | { readonly $: 'and' | 'or' | 'not'; readonly truth: Truth; readonly of: readonly Node[] }
  | { readonly $: 'const'; readonly truth: Truth }
  | {
      readonly $: 'test';
      readonly truth: Truth;
      /** '' for a keyword, which asks every field */
      readonly field: string;
      readonly seen: Value | undefined;
      readonly wanted: string;
      readonly test: Test;
      readonly from: Origin;
    };

export function explain(rule: EventRule, event: Event): Explanation {
  const variants = rule.variants.map((v) => {
    const gate = gateParts(v.gate, event.shape.source);
    return { name: v.name, gate, tree: gate.every((p) => p.met) ? nodeOf(v.expr, v, event) : null };
  });
  return { rule: rule.meta.id, fires: variants.some((v) => v.tree?.truth === 'true'), variants };
}

function nodeOf(expr: Expr, variant: Variant, event: Event): Node {
  switch (expr.$) {
    case 'const':
      return { $: 'const', truth: expr.value ? 'true' : 'false' };
    case 'not': {
      const of = nodeOf(expr.of, variant, event);
      return { $: 'not', truth: notTruth(of.truth), of: [of] };
    }
    case 'and':
    case 'or': {
      const of = expr.of.map((e) => nodeOf(e, variant, event));
      const truths = of.map((n) => n.truth);
      return { $: expr.$, truth: expr.$ === 'and' ? allOf(truths) : anyOf(truths), of };
    }
    case 'test':
    case 'keyword': {
      const field = expr.$ === 'test' ? expr.field : '';
      const truth = truthOf(expr, variant, event);
      const seen = expr.$ === 'test' ? fieldOf(event, field) : undefined;
      return { $: 'test', truth, field, seen, wanted: phrase(expr.test), test: expr.test, from: expr.from };
    }
  }
}

/** What a Finding says of a rule that fired. */
export interface Reason {
  /** fields that made the rule true with the event's values, in the order of the rule, each once */
  readonly matched: readonly { readonly field: string; readonly value: Value }[];
  /** one sentence in plain English */
  readonly why: string;
}

const SHOWN = { tests: 4, chars: 60, matched: 32 } as const;

/** null: the rule does not fire on the event. */
export function matchedFields(rule: EventRule, event: Event): Reason | null {
  for (const variant of rule.variants) {
    if (!gateMatches(variant.gate, event.shape.source) || truthOf(variant.expr, variant, event) !== 'true') continue;
    const proof: Proof = { tests: [], denied: 0 };
    collect(variant.expr, variant, event, true, proof);
    return { matched: matchedOf(proof, event), why: sentence(proof) };
  }
  return null;
}

interface Proof {
  readonly tests: (Expr & { $: 'test' | 'keyword' })[];
  /** negated parts that had to be false, and were */
  denied: number;
}

/** The tests that carry a verdict: all parts of an `and`, the first true part of an `or`. `wanted`: false below a `not`. */
function collect(expr: Expr, variant: Variant, event: Event, wanted: boolean, proof: Proof): void {
  switch (expr.$) {
    case 'const':
      return;
    case 'not':
      if (wanted) proof.denied++;
      collect(expr.of, variant, event, !wanted, proof);
      return;
    case 'and':
    case 'or': {
      // For a part that must be false the duties of `and` and `or` change places.
      const every = (expr.$ === 'and') === wanted;
      const carrying = expr.of.filter((e) => truthOf(e, variant, event) === (wanted ? 'true' : 'false'));
      for (const e of every ? expr.of : carrying.slice(0, 1)) collect(e, variant, event, wanted, proof);
      return;
    }
    case 'test':
    case 'keyword':
      if (wanted) proof.tests.push(expr);
  }
}

function matchedOf(proof: Proof, event: Event): { field: string; value: Value }[] {
  const out = new Map<string, Value>();
  for (const { field, value } of proof.tests.flatMap((t) => seenBy(t, event))) {
    if (out.size < SHOWN.matched && !out.has(field)) out.set(field, value);
  }
  return [...out].map(([field, value]) => ({ field, value }));
}

function seenBy(expr: Expr & { $: 'test' | 'keyword' }, event: Event): { field: string; value: Value }[] {
  const fields = expr.$ === 'test' ? [expr.field] : [...event.shape.fields];
  if (expr.$ === 'test' && expr.test.$ === 'field') fields.push(expr.test.other);
  return fields.flatMap((field) => {
    const value = fieldOf(event, field);
    if (value === undefined) return [];
    if (expr.$ === 'keyword' && !keywordSees(expr, field, event)) return [];
    return [{ field, value }];
  });
}

/** Which field a keyword was found in: the keyword asked of that field alone. */
function keywordSees(expr: Expr & { $: 'keyword' }, field: string, event: Event): boolean {
  const alone: Expr = { $: 'test', field, test: expr.test, from: expr.from };
  return truthOf(alone, { name: '', gate: {}, expr: alone, unknown: [] }, event) === 'true';
}

function sentence(proof: Proof): string {
  const parts = proof.tests.slice(0, SHOWN.tests).map((t) => {
    const subject = t.$ === 'test' ? oneLine(t.field, SHOWN.chars) : 'some field';
    return `${subject} ${phrase(t.test)}`;
  });
  const more = proof.tests.length - parts.length;
  if (more > 0) parts.push(`${more} more`);
  const last = parts.pop();
  const told =
    last === undefined ? 'the log source alone fits' : parts.length ? `${parts.join(', ')} and ${last}` : last;
  return proof.denied > 0 ? `${told}; no filter applied` : told;
}

/** A test in words: `ends with '\rundll32.exe'`. */
function phrase(test: Test): string {
  switch (test.$) {
    case 'equals':
      return test.text === '' ? 'is empty' : `is ${shown(test.text)}`;
    case 'startsWith':
      return `starts with ${shown(test.text)}`;
    case 'endsWith':
      return `ends with ${shown(test.text)}`;
    case 'contains':
      return `contains ${shown(test.text)}`;
    case 'glob': {
      const glob = test.parts.map((p) => (p.$ === 'text' ? p.text : p.$ === 'any' ? '*' : '?')).join('');
      return `is like ${shown(glob)}`;
    }
    case 'regex':
      return `matches /${oneLine(test.source, SHOWN.chars)}/${test.flags}`;
    case 'cidr':
      return `lies in ${test.network}/${test.bits}`;
    case 'number':
      return `is ${test.number}`;
    case 'compare':
      return `is ${{ lt: 'below', lte: 'at most', gt: 'above', gte: 'at least' }[test.op]} ${test.number}`;
    case 'timePart':
      return `has ${test.part} ${test.number}`;
    case 'isNull':
      return 'is absent or null';
    case 'exists':
      return test.wanted ? 'is present' : 'is absent';
    case 'field':
      return `${{ equals: 'equals', startsWith: 'starts with', endsWith: 'ends with', contains: 'contains' }[test.how]} the field ${oneLine(test.other, SHOWN.chars)}`;
  }
}

function shown(text: string): string {
  return `'${oneLine(text, SHOWN.chars)}'`;
}
