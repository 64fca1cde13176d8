import { gateMatches } from '../../hunt/index.ts';
import type { RuleFate } from '../../model/index.ts';
import type { CorrelationRule, EventRule, Expr, Refusal, Rule, Variant } from '../../rules/index.ts';
import type { EventKind } from '../effects/index.ts';

interface Looked {
  readonly events: number;
  readonly canFire: boolean;
  readonly missing: readonly string[];
}

/**
 * What became of every rule: fired, ran without finding, found no log of its kind, lacked a field it needs, or was
 * refused. Follows from the kinds of event in the evidence, so that it is true for evidence read in earlier runs too.
 */
export function ruleFates(
  rules: readonly Rule[],
  refusals: readonly Refusal[],
  kinds: Iterable<EventKind>,
  findingsOf: (rule: string) => number,
): RuleFate[] {
  const merged = mergeKinds(kinds);
  const looked = new Map<string, Looked>();
  for (const rule of rules) if (rule.$ === 'event') looked.set(rule.meta.id, lookAt(rule, merged));
  // A correlation may count correlations; resolve in as many rounds as the longest chain.
  const open = rules.filter((r): r is CorrelationRule => r.$ === 'correlation');
  while (open.length > 0) {
    const ready = open.findIndex((r) => r.rules.every((id) => looked.has(id)));
    const [rule] = open.splice(Math.max(0, ready), 1) as [CorrelationRule];
    const parts = rule.rules.map((id) => looked.get(id) ?? { events: 0, canFire: false, missing: [] });
    looked.set(rule.meta.id, {
      events: parts.reduce((n, p) => n + p.events, 0),
      canFire: rule.kind.startsWith('temporal') ? parts.every((p) => p.canFire) : parts.some((p) => p.canFire),
      missing: [...new Set(parts.flatMap((p) => p.missing))],
    });
  }
  const fates = rules.map((rule): RuleFate => {
    const l = looked.get(rule.meta.id) as Looked;
    const findings = findingsOf(rule.meta.id);
    const fate = findings > 0 ? 'fired' : l.events === 0 ? 'no such log' : l.canFire ? 'ran' : 'field never present';
    return {
      ...line(rule),
      fate,
      events: l.events,
      findings,
      missing: fate === 'field never present' ? [...l.missing] : [],
    };
  });
  return [
    ...fates,
    ...refusals.map(
      (r): RuleFate => ({
        id: r.id,
        title: r.title,
        level: '',
        logsource: '',
        fate: 'unsupported',
        events: 0,
        findings: 0,
        missing: [],
        reason: `${r.code}: ${r.reason}`,
        origin: r.origin,
      }),
    ),
  ];
}

function line(rule: Rule): Pick<RuleFate, 'id' | 'title' | 'level' | 'logsource' | 'origin'> {
  const { product, service, category } = rule.meta.logsource;
  const source = rule.$ === 'correlation' ? 'correlation' : [product, category, service].filter(Boolean).join('/');
  return {
    id: rule.meta.id,
    title: rule.meta.title,
    level: rule.meta.level,
    logsource: source,
    origin: rule.meta.origin,
  };
}

/** Kinds of several pieces of evidence, one per distinct source. */
function mergeKinds(
  kinds: Iterable<EventKind>,
): { source: EventKind['source']; events: number; fields: Set<string> }[] {
  const merged = new Map<string, { source: EventKind['source']; events: number; fields: Set<string> }>();
  for (const k of kinds) {
    const key = JSON.stringify(Object.entries(k.source).sort());
    const known = merged.get(key);
    if (known) {
      known.events += k.events;
      for (const f of k.fields) known.fields.add(f);
    } else merged.set(key, { source: k.source, events: k.events, fields: new Set(k.fields) });
  }
  return [...merged.values()];
}

function lookAt(rule: EventRule, kinds: ReturnType<typeof mergeKinds>): Looked {
  let events = 0;
  let canFire = false;
  const missing = new Set<string>();
  for (const kind of kinds) {
    let passed = false;
    for (const variant of rule.variants) {
      if (!gateMatches(variant.gate, kind.source)) continue;
      passed = true;
      if (possible(variant.expr, variant, kind.fields).true) canFire = true;
      else collectMissing(variant.expr, variant, kind.fields, missing);
    }
    if (passed) events += kind.events;
  }
  return { events, canFire, missing: canFire ? [] : [...missing].sort() };
}

/** Which verdicts an expression can have on events that carry only `fields` (absent field: false, see rules/ir.ts). */
function possible(expr: Expr, variant: Variant, fields: ReadonlySet<string>): { true: boolean; false: boolean } {
  switch (expr.$) {
    case 'const':
      return { true: expr.value, false: !expr.value };
    case 'keyword':
      return { true: true, false: true };
    case 'test': {
      if (variant.unknown.includes(expr.field)) return { true: false, false: false };
      if (fields.has(expr.field)) return { true: true, false: true };
      const holds = expr.test.$ === 'isNull' || (expr.test.$ === 'exists' && !expr.test.wanted);
      return { true: holds, false: !holds };
    }
    case 'not': {
      const of = possible(expr.of, variant, fields);
      return { true: of.false, false: of.true };
    }
    case 'and': {
      const of = expr.of.map((e) => possible(e, variant, fields));
      return { true: of.every((p) => p.true), false: of.some((p) => p.false) };
    }
    case 'or': {
      const of = expr.of.map((e) => possible(e, variant, fields));
      return { true: of.some((p) => p.true), false: of.every((p) => p.false) };
    }
  }
}

function collectMissing(expr: Expr, variant: Variant, fields: ReadonlySet<string>, out: Set<string>): void {
  if (expr.$ === 'test') {
    if (variant.unknown.includes(expr.field) || !fields.has(expr.field)) out.add(expr.field);
  } else if (expr.$ === 'not') collectMissing(expr.of, variant, fields, out);
  else if (expr.$ === 'and' || expr.$ === 'or') for (const e of expr.of) collectMissing(e, variant, fields, out);
}
