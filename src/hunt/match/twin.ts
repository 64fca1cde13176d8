import type { Event, LogSource, Value } from '../../model/index.ts';
import { fieldOf } from '../../model/index.ts';
import type { EventRule, Expr, Gate, Test, Variant } from '../../rules/index.ts';
import { compareTexts, holds, type Scalar, textOf } from './scalar.ts';

/**
 * The slow, obvious twin: rules/ir.ts read aloud. Nothing is prepared, nothing remembered. The fast matcher is held
 * to it by differential tests, and `explain` shows its verdicts to people.
 */
export type Truth = 'true' | 'false' | 'unknown';

/** Does the rule fire on the event? It does when the expression of any variant whose gate passes is TRUE. */
export function evaluate(rule: EventRule, event: Event): boolean {
  return rule.variants.some((v) => gateMatches(v.gate, event.shape.source) && truthOf(v.expr, v, event) === 'true');
}

/** An absent part of a gate does not restrict; a present part is not met by a log source that lacks it. */
export function gateMatches(gate: Gate, source: LogSource): boolean {
  return gateParts(gate, source).every((p) => p.met);
}

interface GatePart {
  readonly part: string;
  readonly wanted: string;
  readonly seen: string;
  readonly met: boolean;
}

export function gateParts(gate: Gate, source: LogSource): GatePart[] {
  const parts: GatePart[] = [];
  const require = (
    part: string,
    wanted: readonly (string | number)[] | undefined,
    seen: string | number | undefined,
  ) => {
    if (wanted === undefined) return;
    const folded = typeof seen === 'string' ? seen.toLowerCase() : seen;
    const met = folded !== undefined && wanted.includes(folded);
    parts.push({ part, wanted: wanted.join(' or '), seen: String(seen ?? ''), met });
  };
  require('product', gate.product === undefined ? undefined : [gate.product], source.product);
  require('service', gate.service === undefined ? undefined : [gate.service], source.service);
  require('category', gate.category === undefined ? undefined : [gate.category], source.category);
  require('channel', gate.channels, source.channel);
  require('provider', gate.providers, source.provider);
  require('event id', gate.eventIds, source.eventId);
  return parts;
}

/** Kleene: `and` is the least, `or` the greatest of false < unknown < true; `not` turns the order round. */
export function truthOf(expr: Expr, variant: Variant, event: Event): Truth {
  switch (expr.$) {
    case 'const':
      return expr.value ? 'true' : 'false';
    case 'not':
      return notTruth(truthOf(expr.of, variant, event));
    case 'and':
      return allOf(expr.of.map((e) => truthOf(e, variant, event)));
    case 'or':
      return anyOf(expr.of.map((e) => truthOf(e, variant, event)));
    case 'test':
      return truthOfTest(expr.field, expr.test, variant, event);
    case 'keyword': {
      const { test } = expr;
      const met = event.shape.fields.some((_, slot) => scalarsOf(event.value(slot)).some((v) => keywordHolds(test, v)));
      return met ? 'true' : 'false';
    }
  }
}

export function notTruth(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : truth === 'true' ? 'false' : 'true';
}

export function allOf(truths: readonly Truth[]): Truth {
  return truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';
}

export function anyOf(truths: readonly Truth[]): Truth {
  return truths.includes('true') ? 'true' : truths.includes('unknown') ? 'unknown' : 'false';
}

function truthOfTest(field: string, test: Test, variant: Variant, event: Event): Truth {
  if (variant.unknown.includes(field)) return 'unknown';
  if (test.$ === 'field' && variant.unknown.includes(test.other)) return 'unknown';
  return testHolds(test, fieldOf(event, field), event) ? 'true' : 'false';
}

/** One test on a field's value, absent (undefined) and array included. */
function testHolds(test: Test, value: Value | undefined, event: Event): boolean {
  if (test.$ === 'exists') return (value !== undefined) === test.wanted;
  if (test.$ === 'isNull' && value === undefined) return true;
  const scalars = scalarsOf(value);
  if (test.$ !== 'field') return scalars.some((v) => holds(test, v));
  return fieldTestHolds(test, value, fieldOf(event, test.other));
}

/** Any value of the one field against any value of the other; null equals nothing. */
export function fieldTestHolds(
  test: Test & { $: 'field' },
  value: Value | undefined,
  other: Value | undefined,
): boolean {
  return scalarsOf(value).some((a) =>
    scalarsOf(other).some((b) => a !== null && b !== null && compareTexts(test.how, textOf(a), textOf(b), test.cased)),
  );
}

/** A keyword asks every value of the event; a test that needs a field's name or absence has no meaning there. */
function keywordHolds(test: Test, value: Scalar): boolean {
  return test.$ !== 'field' && test.$ !== 'exists' && holds(test, value);
}

/** The values of a field, arrays opened however deep they lie; none when the field is absent. */
export function scalarsOf(value: Value | undefined): Scalar[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [value as Scalar];
  return value.flatMap((v) => scalarsOf(v));
}
