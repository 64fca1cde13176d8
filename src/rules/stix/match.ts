/**
 * The slow, obvious matcher: a pattern against STIX observed-data, object by object. It is the twin that the matcher
 * over the lake is tested against, and is itself compared with OASIS' own (bench/crosscheck of the sweep).
 */
import { parseIso } from '../../base/index.ts';
import type { Comparison, ComparisonExpression, Pattern } from './ast.ts';
import { type Bracket, bind, bracketsOf, point, type Sighting } from './bind.ts';
import { type Objects, valuesAt } from './paths.ts';
import { compileTest, type Property, type ValueTest } from './values.ts';

/** One observed-data with the objects it names. */
export interface Observation {
  readonly first: number;
  readonly last: number;
  readonly times: number;
  readonly objects: Objects;
}

/**
 * Indexes of the observations of the first binding, in the order of the pattern's brackets; null: no match.
 * @throws PatternError PATTERN_BUDGET
 */
export function matchPattern(pattern: Pattern, observations: readonly Observation[], budget?: number): number[] | null {
  const tests = new Map<Bracket, (objects: Objects) => boolean>();
  for (const bracket of bracketsOf(pattern.expression)) tests.set(bracket, observationTest(bracket));
  const candidates = (bracket: Bracket): Sighting[] => {
    const test = tests.get(bracket)!;
    return observations.flatMap(({ first, last, times, objects }, index) =>
      test(objects) ? [{ index, first, last, times }] : [],
    );
  };
  return bind(pattern.expression, candidates, budget);
}

/** What stands in one pair of square brackets, as a test of one observation's objects. */
export function observationTest(bracket: Bracket): (objects: Objects) => boolean {
  const roots = compile(bracket.where);
  return (objects) => roots(objects).size > 0;
}

/** Ids of the objects for which an expression holds: both sides of AND must hold for one and the same object. */
type Roots = (objects: Objects) => Set<string>;

function compile(e: ComparisonExpression): Roots {
  if ('parts' in e) {
    const [first, ...rest] = e.parts.map(compile) as [Roots, ...Roots[]];
    if (e.kind === 'and')
      return (objects) =>
        rest.reduce((held, part) => (held.size === 0 ? held : held.intersection(part(objects))), first(objects));
    return (objects) => rest.reduce((held, part) => held.union(part(objects)), first(objects));
  }
  const test = testOf(e);
  return (objects) => {
    const held = new Set<string>();
    for (const [id, object] of objects) {
      if (typeOf(object) === e.path.object && valuesAt(e.path, object, objects).some(test)) held.add(id);
    }
    return held;
  };
}

const testOf = (comparison: Comparison): ValueTest =>
  comparison.kind === 'exists' ? () => true : compileTest(comparison);

function typeOf(object: Property): string | null {
  if (typeof object !== 'object' || object === null || !('type' in object)) return null;
  return typeof object.type === 'string' ? object.type : null;
}

/**
 * Observations of STIX objects as a bundle holds them: 2.1 (`object_refs`) and 2.0 (`objects`). An observed-data that
 * lacks its times or its count is no observation and is passed over.
 */
export function observationsOf(objects: readonly Property[]): Observation[] {
  const known = new Map<string, Property>();
  for (const object of objects) {
    const id = property(object, 'id');
    if (typeof id === 'string') known.set(id, object);
  }
  const out: Observation[] = [];
  for (const object of objects) {
    if (typeOf(object) !== 'observed-data') continue;
    const first = time(property(object, 'first_observed'));
    const last = time(property(object, 'last_observed'));
    const times = property(object, 'number_observed');
    if (first === null || last === null || typeof times !== 'number' || times < 1) continue;
    const refs = property(object, 'object_refs');
    const inside = property(object, 'objects');
    const own = new Map<string, Property>();
    if (Array.isArray(refs)) {
      for (const ref of refs) if (typeof ref === 'string' && known.has(ref)) own.set(ref, known.get(ref)!);
    } else if (typeof inside === 'object' && inside !== null) {
      for (const [id, value] of Object.entries(inside)) own.set(id, value as Property);
    }
    out.push({ first, last, times, objects: own });
  }
  return out;
}

function property(object: Property, name: string): Property | undefined {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  return (object as Readonly<Record<string, Property>>)[name];
}

function time(value: Property | undefined): number | null {
  const parsed = typeof value === 'string' ? parseIso(value) : null;
  return parsed && point(parsed.ms, parsed.ns);
}
