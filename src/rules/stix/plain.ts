/**
 * What of a pattern can be looked up by value alone, so that a hundred thousand of them cost one join: patterns that
 * only ask whether a known property has one of some values, and for all others the values without which they cannot match.
 */
import type { ComparisonExpression, ObjectPath, ObservationExpression, Pattern } from './ast.ts';
import { bracketsOf } from './bind.ts';

/** A property that has to have this value (`network`: lie in this network). */
export interface PlainValue {
  readonly path: ObjectPath;
  readonly value: string;
  readonly network: boolean;
}

/** The values any one of which is all the pattern asks for; null: it asks for more. */
export function plainValues(pattern: Pattern): PlainValue[] | null {
  const e = pattern.expression;
  return anyOf(e);
}

function anyOf(e: ObservationExpression): PlainValue[] | null {
  switch (e.kind) {
    case 'observation':
      return alternatives(e.where);
    case 'any': {
      const left = anyOf(e.left);
      const right = left && anyOf(e.right);
      return left && right && [...left, ...right];
    }
    default:
      return null;
  }
}

function alternatives(e: ComparisonExpression): PlainValue[] | null {
  switch (e.kind) {
    case 'or': {
      const parts = e.parts.map(alternatives);
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    case 'compare':
      return e.op === '=' && !e.not && e.value.type === 'string'
        ? [{ path: e.path, value: e.value.value, network: false }]
        : null;
    case 'in':
      return !e.not && e.values.length > 0 && e.values.every((v) => v.type === 'string')
        ? e.values.map((v) => ({ path: e.path, value: String(v.value), network: false }))
        : null;
    case 'text':
      return e.op === 'ISSUBSET' && !e.not ? [{ path: e.path, value: e.value, network: true }] : null;
    default:
      return null;
  }
}

/**
 * For each bracket of the pattern the values of which it needs at least one; null for a bracket that could match
 * without any of them. `usable` says of which paths the values are known beforehand.
 */
export function neededValues(pattern: Pattern, usable: (value: PlainValue) => boolean): (PlainValue[] | null)[] {
  return [...bracketsOf(pattern.expression)].map((bracket) => needed(bracket.where, usable));
}

function needed(e: ComparisonExpression, usable: (value: PlainValue) => boolean): PlainValue[] | null {
  if (e.kind === 'and') {
    // Any one part that must hold will do; the fewest values make the smallest question.
    const parts = e.parts.map((part) => needed(part, usable)).filter((part) => part !== null);
    return parts.sort((a, b) => a.length - b.length)[0] ?? null;
  }
  if (e.kind === 'or') {
    const parts = e.parts.map((part) => needed(part, usable));
    return parts.every((part) => part !== null) ? parts.flat() : null;
  }
  const values = alternatives(e);
  return values?.every(usable) ? values : null;
}
