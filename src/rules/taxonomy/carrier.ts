/**
 * A carrier is a log that can show what a rule's log source asks for, under names of its own. In: an expression in Sigma's
 * names. Out: a Variant in the log's names. Law 8: what the log cannot carry becomes UNKNOWN, never false, so that
 * `not ParentCommandLine contains …` does not fire on a log that has no parent command line.
 */
import { canBeTrue, mapLeaves } from '../expr.ts';
import type { Expr, Gate, Test, Variant } from '../ir.ts';
import { optimise } from '../optimise.ts';

/** Asks a test of one of the log's own fields. */
export type Ask = (field: string, test: Test) => Expr;
/** A test put in the log's terms; null: the log cannot answer it. */
export type View = (test: Test, ask: Ask) => Expr | null;

export interface Carrier {
  readonly name: string;
  readonly gate: Gate;
  /** what an event must also say to be of this kind, asked of the log's own fields */
  readonly only?: (ask: Ask) => Expr;
  /** Sigma's field → the log's field, or how a test on it is put */
  readonly fields?: Readonly<Record<string, string | View>>;
  /** fields that have Sigma's names here already; 'all': whatever a rule asks for is asked as it is */
  readonly carries: 'all' | readonly string[];
}

/** `expr` is optimised already. null: on this carrier the rule can never be true, whatever the event says. */
export function through(carrier: Carrier, expr: Expr): Variant | null {
  if (carrier.carries === 'all' && !carrier.fields && !carrier.only)
    return { name: carrier.name, gate: carrier.gate, expr, unknown: [] };
  const unknown = new Set<string>();
  const renamed: Record<string, string> = {};
  const carried = carrier.carries === 'all' ? null : new Set(carrier.carries);
  const nameOf = (field: string): string | null => {
    const view = carrier.fields && Object.hasOwn(carrier.fields, field) ? carrier.fields[field] : undefined;
    if (typeof view === 'string') {
      renamed[field] = view;
      return view;
    }
    return view === undefined && (carried === null || carried.has(field)) ? field : null;
  };
  const asked = new Set<string>();
  const unknowable = new Set<Expr>();
  const body = mapLeaves(expr, (leaf) => {
    if (leaf.$ === 'keyword') return leaf;
    const { field, test, from } = leaf;
    const ask: Ask = (own, t) => {
      asked.add(own);
      return { $: 'test', field: own, test: t, from };
    };
    const cannot = (): Expr => {
      const fresh: Expr = { ...leaf };
      unknowable.add(fresh);
      unknown.add(field);
      return fresh;
    };
    const view = carrier.fields && Object.hasOwn(carrier.fields, field) ? carrier.fields[field] : undefined;
    if (typeof view === 'function') return view(test, ask) ?? cannot();
    const name = nameOf(field);
    if (name === null) return cannot();
    if (test.$ !== 'field') return ask(name, test);
    const other = nameOf(test.other);
    return other === null ? cannot() : ask(name, { ...test, other });
  });
  const gateExpr = carrier.only?.((field, test) => ({
    $: 'test',
    field,
    test,
    from: { item: `log source ${carrier.name}`, key: field, value: 'text' in test ? test.text : '' },
  }));
  const told = apart(body, unknowable, unknown, asked);
  const whole = optimise(gateExpr ? { $: 'and', of: [gateExpr, told] } : told);
  if (!canBeTrue(whole, unknown)) return null;
  return {
    name: carrier.name,
    gate: carrier.gate,
    expr: whole,
    unknown: [...unknown].sort(),
    ...(Object.keys(renamed).length > 0 ? { renamed } : {}),
  };
}

/**
 * The log may use the name of a field it cannot answer for something it can (4688: `ProcessId` is the parent's). Then the
 * unanswerable tests get a name of their own, so that the others do not become UNKNOWN with them.
 */
function apart(body: Expr, unknowable: ReadonlySet<Expr>, unknown: Set<string>, asked: ReadonlySet<string>): Expr {
  const both = [...unknown].filter((name) => asked.has(name));
  if (both.length === 0) return body;
  const own = (name: string) => `${name} (as Sigma means it)`;
  for (const name of both) {
    unknown.delete(name);
    unknown.add(own(name));
  }
  return mapLeaves(body, (leaf) =>
    leaf.$ === 'test' && unknowable.has(leaf) && both.includes(leaf.field) ? { ...leaf, field: own(leaf.field) } : leaf,
  );
}

/** Channels are compared in lower case (ir.ts, Gate). */
export function channels(...names: readonly string[]): Pick<Gate, 'product' | 'channels'> {
  return { product: 'windows', channels: names.map((n) => n.toLowerCase()) };
}
