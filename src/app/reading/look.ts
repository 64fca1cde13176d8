import { gateMatches } from '../../hunt/index.ts';
import type { EventRule, Expr, Variant } from '../../rules/index.ts';
import type { EventKind } from '../effects/index.ts';
import type { Looked } from './job.ts';

/**
 * What a rule could do on the kinds of event the evidence holds: how many events passed a gate of it, whether it could
 * fire on any of them, and if not, which fields were missing.
 */
export function lookAt(rule: EventRule, kinds: readonly EventKind[]): Looked {
  const sets = fieldSets(kinds);
  let canFire = false;
  const missing = new Set<string>();
  const passed = new Set<EventKind>();
  for (const variant of rule.variants) {
    let expr: Expr | undefined;
    for (const kind of kinds) {
      if (!gateMatches(variant.gate, kind.source)) continue;
      passed.add(kind);
      expr ??= variant.expr;
      const fields = sets.get(kind)!;
      if (possible(expr, variant, fields).true) canFire = true;
      else collectMissing(expr, variant, fields, missing);
    }
  }
  let events = 0;
  for (const kind of passed) events += kind.events;
  return { rule: rule.meta.id, events, canFire, missing: canFire ? [] : [...missing].sort() };
}

const known = new WeakMap<readonly EventKind[], Map<EventKind, ReadonlySet<string>>>();

/** The fields of each kind as a set, made once for a list. */
function fieldSets(kinds: readonly EventKind[]): Map<EventKind, ReadonlySet<string>> {
  let sets = known.get(kinds);
  if (sets === undefined) {
    sets = new Map(kinds.map((k) => [k, new Set(k.fields)]));
    known.set(kinds, sets);
  }
  return sets;
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
