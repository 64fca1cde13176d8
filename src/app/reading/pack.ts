import { errorClass } from '../../base/index.ts';
import type { CorrelationRule, EventRule, Expr, Gate, Origin, RuleMeta, Test, Variant } from '../../rules/index.ts';
import { own } from './bounds.ts';

/**
 * Event rules as reader processes need them: what they ask, not what they say. Every process holds all of them, so the
 * file names each distinct test, gate and list once, a condition is a small tree of numbers, and it becomes expressions
 * only while somebody looks at it. Texts that reports and `explain` show are left out.
 *
 * A tree: a number is a leaf; an array begins with its kind and goes on with its parts.
 */
type Tree = number | readonly [0 | 1, ...Tree[]] | readonly [2, Tree] | readonly [3, 0 | 1];
const AND = 0;
const OR = 1;
const NOT = 2;
const CONST = 3;

interface PackText {
  readonly format: typeof FORMAT;
  /** `[field, test]`; field null: a keyword */
  readonly leaves: readonly (readonly [string | null, Test])[];
  readonly gates: readonly Gate[];
  /** lists of fields that a log source cannot carry */
  readonly unknown: readonly (readonly string[])[];
  /** `[id, reports, variants]` */
  readonly rules: readonly (readonly [string, boolean, readonly VariantText[]])[];
  /** rule id → fields that some correlation asks of its events */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
}
/** name, gate, condition, unknown, renamed */
type VariantText = readonly [string, number, Tree, number, Readonly<Record<string, string>>?];

const FORMAT = 'czernin-pack/1';
export const PackFault = errorClass<'BAD_PACK'>('PackFault');

export interface Pack {
  readonly rules: readonly EventRule[];
  /** by place among the rules: the fields that some correlation asks of its events; undefined: none counts the rule */
  readonly inputs: readonly (readonly string[] | undefined)[];
}

/** The pack as text, the same for the same rules; and the names that any rule asks or counts by. */
export function packText(
  events: readonly EventRule[],
  correlations: readonly CorrelationRule[],
): { text: string; fields: string[] } {
  const leaves = new Table<readonly [string | null, Test]>();
  const gates = new Table<Gate>();
  const unknown = new Table<readonly string[]>();
  const treeOf = (expr: Expr): Tree => {
    switch (expr.$) {
      case 'and':
      case 'or':
        return [expr.$ === 'and' ? AND : OR, ...expr.of.map(treeOf)];
      case 'not':
        return [NOT, treeOf(expr.of)];
      case 'const':
        return [CONST, expr.value ? 1 : 0];
      case 'test':
        return leaves.place([expr.field, expr.test]);
      case 'keyword':
        return leaves.place([null, expr.test]);
    }
  };
  const rules = events.map(
    (rule) =>
      [
        rule.meta.id,
        rule.reports,
        rule.variants.map((v): VariantText => {
          const renamed = v.renamed ? ([v.renamed] as const) : ([] as const);
          return [v.name, gates.place(v.gate), treeOf(v.expr), unknown.place(v.unknown), ...renamed];
        }),
      ] as const,
  );
  const pack: PackText = {
    format: FORMAT,
    leaves: leaves.items,
    gates: gates.items,
    unknown: unknown.items,
    rules,
    inputs: correlationFields(events, correlations),
  };
  return { text: JSON.stringify(pack), fields: fieldsOf(pack) };
}

function fieldsOf({ leaves, inputs }: PackText): string[] {
  const fields = new Set(Object.values(inputs).flat());
  for (const [field, test] of leaves) {
    if (field !== null) fields.add(field);
    if (test.$ === 'field') fields.add(test.other);
  }
  return [...fields].sort();
}

/** @throws PackFault BAD_PACK for what `packText` did not write */
export function openPack(text: string): Pack {
  const pack = JSON.parse(text) as PackText;
  if (pack?.format !== FORMAT) throw new PackFault('BAD_PACK', `a pack of rules that is not ${FORMAT}`);
  const leaves = pack.leaves.map(([field, test]): Expr => {
    return field === null ? { $: 'keyword', test, from: NOWHERE } : { $: 'test', field, test, from: NOWHERE };
  });
  const rules = pack.rules.map(([id, reports, variants]): EventRule => {
    return {
      $: 'event',
      meta: { ...NO_META, id },
      names: [],
      reports,
      variants: variants.map((v) => new PackedVariant(v, pack, leaves)),
    };
  });
  return { rules, inputs: rules.map((r) => pack.inputs[r.meta.id]) };
}

/** The rule with its conditions laid out, for one that is looked at again and again. */
export function laidOut(rule: EventRule): EventRule {
  return { ...rule, variants: rule.variants.map((v) => ({ ...v, expr: v.expr })) };
}

class PackedVariant implements Variant {
  readonly name: string;
  readonly gate: Gate;
  readonly unknown: readonly string[];
  declare readonly renamed?: Readonly<Record<string, string>>;
  readonly #tree: Tree;
  readonly #leaves: readonly Expr[];

  constructor([name, gate, tree, unknown, renamed]: VariantText, pack: PackText, leaves: readonly Expr[]) {
    this.name = name;
    this.gate = pack.gates[gate]!;
    this.unknown = pack.unknown[unknown]!;
    if (renamed !== undefined) Object.assign(this, { renamed });
    this.#tree = tree;
    this.#leaves = leaves;
  }

  /** Made anew at every look. */
  get expr(): Expr {
    return this.#expr(this.#tree);
  }

  #expr(tree: Tree): Expr {
    if (typeof tree === 'number') return this.#leaves[tree]!;
    switch (tree[0]) {
      case AND:
      case OR:
        return { $: tree[0] === AND ? 'and' : 'or', of: (tree.slice(1) as Tree[]).map((t) => this.#expr(t)) };
      case NOT:
        return { $: 'not', of: this.#expr(tree[1]) };
      case CONST:
        return { $: 'const', value: tree[1] === 1 };
    }
  }
}

/** Distinct things with their places, in order of first use. */
class Table<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();

  place(item: T): number {
    const key = JSON.stringify(item);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

/** rule id → the fields some correlation asks of its events: group-by, counted fields, and what aliases stand for. */
function correlationFields(
  events: readonly EventRule[],
  correlations: readonly CorrelationRule[],
): Record<string, string[]> {
  const byId = new Map<string, CorrelationRule>(correlations.map((c) => [c.meta.id, c]));
  const eventIds = new Set(events.map((r) => r.meta.id));
  const wanted = new Map<string, Set<string>>();
  const ask = (rule: string, fields: Iterable<string>, seen: ReadonlySet<string>): void => {
    if (eventIds.has(rule)) {
      const set = wanted.get(rule) ?? new Set<string>();
      for (const f of fields) set.add(f);
      wanted.set(rule, set);
      return;
    }
    // A correlation of correlations groups by fields of the events at the bottom.
    const inner = byId.get(rule);
    if (!inner || seen.has(rule)) return;
    for (const next of inner.rules) {
      const list = [...fields].map((f) => own(own(inner.aliases, f), next) ?? f);
      ask(next, [...list, ...fields], new Set([...seen, rule]));
    }
  };
  for (const c of correlations) {
    for (const rule of c.rules) {
      const fields = [...c.groupBy, ...c.fields].map((f) => own(own(c.aliases, f), rule) ?? f);
      ask(rule, fields, new Set([c.meta.id]));
    }
  }
  return Object.fromEntries([...wanted].map(([id, set]) => [id, [...set].sort()]));
}

const NOWHERE: Origin = { item: '', key: '', value: '' };

/** What a process that only matches knows of a rule besides its id. */
const NO_META: Omit<RuleMeta, 'id'> = {
  digest: '',
  level: 'informational',
  title: '',
  references: [],
  attack: [],
  tactics: [],
  tags: [],
  falsePositives: [],
  logsource: {},
  origin: '',
};
