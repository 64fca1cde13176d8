/** Small functions over expressions of the middle form; all keep the three-valued meaning. */
import type { Expr, Test } from './ir.ts';

export type Leaf = Extract<Expr, { $: 'test' | 'keyword' }>;

/** The expression with every leaf replaced. Shared parts (one search identifier used twice) are replaced once. */
export function mapLeaves(expr: Expr, change: (leaf: Leaf) => Expr): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (e: Expr): Expr => {
    let out = seen.get(e);
    if (out === undefined) {
      out = mapped(e, visit, change);
      seen.set(e, out);
    }
    return out;
  };
  return visit(expr);
}

function mapped(e: Expr, visit: (e: Expr) => Expr, change: (leaf: Leaf) => Expr): Expr {
  switch (e.$) {
    case 'and':
    case 'or':
      return { $: e.$, of: e.of.map(visit) };
    case 'not':
      return { $: 'not', of: visit(e.of) };
    case 'const':
      return e;
    case 'test':
    case 'keyword':
      return change(e);
  }
}

/** May the expression be TRUE for some event, when tests on `unknown` fields are UNKNOWN and every other test is free? */
export function canBeTrue(expr: Expr, unknown: ReadonlySet<string>): boolean {
  return (possible(expr, unknown) & TRUE) !== 0;
}

const TRUE = 1;
const FALSE = 2;
const UNKNOWN = 4;

/** The truth values an expression can take, as a set; an over-estimate, since leaves are taken as independent. */
function possible(e: Expr, unknown: ReadonlySet<string>): number {
  switch (e.$) {
    case 'const':
      return e.value ? TRUE : FALSE;
    case 'keyword':
      return TRUE | FALSE;
    case 'test':
      return unknown.has(e.field) || (e.test.$ === 'field' && unknown.has(e.test.other)) ? UNKNOWN : TRUE | FALSE;
    case 'not': {
      const v = possible(e.of, unknown);
      return (v & UNKNOWN) | (v & TRUE ? FALSE : 0) | (v & FALSE ? TRUE : 0);
    }
    case 'and':
      return e.of.reduce((acc, x) => join(acc, possible(x, unknown), FALSE, TRUE), TRUE as number);
    case 'or':
      return e.of.reduce((acc, x) => join(acc, possible(x, unknown), TRUE, FALSE), FALSE as number);
  }
}

/** `strong` decides alone (FALSE for and, TRUE for or), `weak` needs both, UNKNOWN is what remains. */
function join(a: number, b: number, strong: number, weak: number): number {
  let out = (a | b) & strong;
  if (a & b & weak) out |= weak;
  if ((a & UNKNOWN && b & (UNKNOWN | weak)) || (b & UNKNOWN && a & (UNKNOWN | weak))) out |= UNKNOWN;
  return out;
}

/** A text that is the same for tests that ask the same. */
export function testKey(test: Test): string {
  return JSON.stringify(test);
}
