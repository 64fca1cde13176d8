/**
 * Makes an expression smaller without changing its three-valued meaning (property test: test/rules/optimise.test.ts):
 * - constants are folded, nested and/or flattened, single children unwrapped, double negation removed;
 * - equal siblings are kept once (x or x = x holds in Kleene logic; x or not x = true does NOT and is not used);
 * - siblings over one field stand together, so that an executor can ask a field's tests at once;
 * - in an `or`, a test that another test on the same field implies is dropped (`contains 'abc'` beside `contains 'b'`):
 *   both are UNKNOWN together and the weaker one is TRUE whenever the stronger is.
 */
import { testKey } from './expr.ts';
import type { Expr, Test } from './ir.ts';

/** Above this many siblings over one field the quadratic search for implied tests is not worth its time. */
const IMPLIED_LIMIT = 64;

export function optimise(expr: Expr): Expr {
  return new Optimiser().visit(expr);
}

class Optimiser {
  readonly seen = new Map<Expr, Expr>();
  /** structural identity: equal expressions get one number */
  readonly ids = new Map<string, number>();

  visit(e: Expr): Expr {
    let out = this.seen.get(e);
    if (out === undefined) {
      out = this.fresh(e);
      this.seen.set(e, out);
    }
    return out;
  }

  fresh(e: Expr): Expr {
    switch (e.$) {
      case 'const':
      case 'test':
      case 'keyword':
        return e;
      case 'not': {
        const of = this.visit(e.of);
        if (of.$ === 'const') return { $: 'const', value: !of.value };
        return of.$ === 'not' ? of.of : { $: 'not', of };
      }
      case 'and':
      case 'or':
        return this.chain(e.$, e.of);
    }
  }

  chain($: 'and' | 'or', parts: readonly Expr[]): Expr {
    const neutral = $ === 'and';
    const flat = parts.map((p) => this.visit(p)).flatMap((p) => (p.$ === $ ? p.of : [p]));
    if (flat.some((p) => p.$ === 'const' && p.value !== neutral)) return { $: 'const', value: !neutral };
    const distinct = new Map<number, Expr>();
    for (const p of flat) {
      if (p.$ === 'const') continue;
      const id = this.id(p);
      if (!distinct.has(id)) distinct.set(id, p);
    }
    let of = byField([...distinct.values()]);
    if ($ === 'or') of = withoutImplied(of);
    if (of.length === 0) return { $: 'const', value: neutral };
    return of.length === 1 ? of[0]! : { $, of };
  }

  /** Equal in meaning by form; where a test comes from does not count. */
  id(e: Expr): number {
    let key: string;
    switch (e.$) {
      case 'const':
        key = `c${e.value}`;
        break;
      case 'test':
        key = `t${JSON.stringify(e.field)}${testKey(e.test)}`;
        break;
      case 'keyword':
        key = `k${testKey(e.test)}`;
        break;
      case 'not':
        key = `n${this.id(e.of)}`;
        break;
      case 'and':
      case 'or':
        key = `${e.$}${e.of.map((x) => this.id(x)).join()}`;
    }
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
    }
    return id;
  }
}

/** Tests over one field next to each other, groups in order of first mention; everything else where it stood. */
function byField(of: readonly Expr[]): readonly Expr[] {
  const groups = new Map<string, Expr[]>();
  of.forEach((e, i) => {
    const name = e.$ === 'test' ? `f${e.field}` : e.$ === 'keyword' ? 'k' : `x${i}`;
    const group = groups.get(name);
    if (group) group.push(e);
    else groups.set(name, [e]);
  });
  return [...groups.values()].flat();
}

function withoutImplied(of: readonly Expr[]): readonly Expr[] {
  if (of.length < 2 || of.length > IMPLIED_LIMIT) return of;
  // Tests that imply each other (`Stop` and `stop`) say the same: the first of them stays.
  return of.filter(
    (strong, i) =>
      !of.some(
        (weak, j) => i !== j && sameField(strong, weak) && implies(strong, weak) && (j < i || !implies(weak, strong)),
      ),
  );
}

function sameField(a: Expr, b: Expr): boolean {
  return a.$ === 'test' && b.$ === 'test' && a.field === b.field;
}

/** Whenever `strong` is TRUE, `weak` is; only literal text tests are compared. */
function implies(strong: Expr, weak: Expr): boolean {
  if (strong.$ !== 'test' || weak.$ !== 'test') return false;
  const s = strong.test;
  const w = weak.test;
  // Lower case depends on what stands around a letter (final sigma): across cased and uncased nothing is implied.
  if (!('text' in s) || !('text' in w) || w.cased !== s.cased) return false;
  const fold = (text: string) => (w.cased ? text : text.toLowerCase());
  return covers(w, fold(s.text), s.$);
}

/** Does `weak` hold for every value that a test of kind `kind` with `text` holds for? `text` is folded as `weak` compares. */
function covers(weak: Extract<Test, { text: string }>, text: string, kind: Test['$']): boolean {
  const own = weak.cased ? weak.text : weak.text.toLowerCase();
  switch (weak.$) {
    case 'equals':
      return kind === 'equals' && text === own;
    case 'startsWith':
      return (kind === 'equals' || kind === 'startsWith') && text.startsWith(own);
    case 'endsWith':
      return (kind === 'equals' || kind === 'endsWith') && text.endsWith(own);
    case 'contains':
      return text.includes(own);
  }
}
