/**
 * Which observations answer a whole pattern: one is bound to each bracket, never the same one twice, so that AND,
 * FOLLOWEDBY and the qualifiers hold. In: for each bracket the observations that match it. Out: the first binding.
 *
 * A search over combinations may grow beyond all bounds, so it works within a budget and says when that is spent. What
 * keeps it small in practice: what cannot be for want of observations is known by counting, candidates come in time
 * order, and WITHIN and START/STOP narrow the time that everything inside may lie in before anything is combined.
 */
import type { ObservationExpression, ObservationPair, Qualified } from './ast.ts';
import { PatternError } from './codes.ts';

/** Something seen `times` times between `first` and `last` (milliseconds and what is below, as one number). */
export interface Sighting {
  /** what tells observations apart */
  readonly index: number;
  readonly first: number;
  readonly last: number;
  /** how often it was seen: STIX number_observed */
  readonly times: number;
}

export type Bracket = Extract<ObservationExpression, { kind: 'observation' }>;

/** One observation as it was bound: `turn` tells apart the times it was seen. */
interface Bound {
  readonly sighting: Sighting;
  readonly turn: number;
}
type Binding = readonly Bound[];

export const DEFAULT_BUDGET = 2_000_000;

/**
 * The indexes of a binding, in the order of the pattern's brackets; null when there is none.
 * @throws PatternError PATTERN_BUDGET when the budget is spent before that is known
 */
export function bind(
  expression: ObservationExpression,
  candidates: (bracket: Bracket) => readonly Sighting[],
  budget: number = DEFAULT_BUDGET,
): number[] | null {
  const search = new Search(candidates, budget);
  if (search.tooFew(expression)) return null;
  for (const binding of search.bindings(expression, EVER)) return binding.map((bound) => bound.sighting.index);
  return null;
}

/**
 * Of every observation of a binding: seen first no later than `to`, last no earlier than `from`. Windows within windows
 * keep the latest `from` and the earliest `to`, which for a long observation may lie the wrong way round.
 */
interface Window {
  readonly from: number;
  readonly to: number;
}
const EVER: Window = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

class Search {
  readonly #candidates: (bracket: Bracket) => readonly Sighting[];
  readonly #lines = new Map<Bracket, Line>();
  #budget: number;

  constructor(candidates: (bracket: Bracket) => readonly Sighting[], budget: number) {
    this.#candidates = candidates;
    this.#budget = budget;
  }

  #line(bracket: Bracket): Line {
    let line = this.#lines.get(bracket);
    if (line === undefined) {
      line = new Line(this.#candidates(bracket));
      this.#lines.set(bracket, line);
    }
    return line;
  }

  #spend(): void {
    if (--this.#budget < 0)
      throw new PatternError('PATTERN_BUDGET', 'too many combinations of observations: narrow the pattern in time');
  }

  /** Fewer observations than any binding takes: known by counting, before anything is combined. */
  tooFew(e: ObservationExpression): boolean {
    const seen = new Map<number, number>();
    for (const bracket of bracketsOf(e))
      for (const { index, times } of this.#line(bracket).sightings) seen.set(index, times);
    const all = [...seen.values()].reduce((sum, times) => sum + times, 0);
    return all < taken(e) || this.#most(e) < 1;
  }

  /** At most so many bindings that share nothing. */
  #most(e: ObservationExpression): number {
    switch (e.kind) {
      case 'observation':
        return this.#line(e).sightings.reduce((sum, { times }) => sum + times, 0);
      case 'any':
        return this.#most(e.left) + this.#most(e.right);
      case 'all':
      case 'followedby':
        return Math.min(this.#most(e.left), this.#most(e.right));
      case 'qualified': {
        const most = this.#most(e.inner);
        return e.qualifier.kind === 'repeats' ? Math.floor(most / e.qualifier.times) : most;
      }
    }
  }

  *bindings(e: ObservationExpression, window: Window): Generator<Binding> {
    switch (e.kind) {
      case 'observation': {
        const line = this.#line(e);
        for (let i = line.startAt(window.from); i < line.sightings.length; i++) {
          const sighting = line.sightings[i]!;
          if (sighting.first > window.to) return;
          if (sighting.last < window.from) continue;
          for (let turn = 0; turn < sighting.times; turn++) {
            this.#spend();
            yield [{ sighting, turn }];
          }
        }
        return;
      }
      case 'any':
        yield* this.bindings(e.left, window);
        yield* this.bindings(e.right, window);
        return;
      case 'all':
      case 'followedby':
        yield* this.#pairs(e, window);
        return;
      case 'qualified':
        yield* this.#qualified(e, window);
        return;
    }
  }

  *#pairs(e: ObservationPair, window: Window): Generator<Binding> {
    for (const left of this.bindings(e.left, window)) {
      // The most favourable moments: every left one at its earliest, every right one at its latest.
      const from = e.kind === 'followedby' ? Math.max(window.from, ...left.map((b) => b.sighting.first)) : window.from;
      for (const right of this.bindings(e.right, { from, to: window.to })) {
        this.#spend();
        if (disjoint(left, right)) yield [...left, ...right];
      }
    }
  }

  *#qualified(e: Qualified, window: Window): Generator<Binding> {
    const { inner, qualifier } = e;
    switch (qualifier.kind) {
      case 'startstop': {
        const start = point(qualifier.start.ms, qualifier.start.sub);
        const stop = point(qualifier.stop.ms, qualifier.stop.sub);
        if (start >= stop) return;
        for (const binding of this.bindings(inner, narrow(window, start, stop))) {
          // `stop` itself is outside.
          if (binding.every(({ sighting }) => sighting.first < stop)) yield binding;
        }
        return;
      }
      case 'within':
        yield* this.#within(inner, 1000 * qualifier.seconds, window);
        return;
      case 'repeats':
        yield* this.#repeats(inner, qualifier.times, window);
        return;
    }
  }

  /**
   * An interval of the asked length touches every observation of a binding just when the one that begins at the earliest
   * `last` among them does. So every such beginning is tried once and narrows the search.
   */
  *#within(inner: ObservationExpression, length: number, window: Window): Generator<Binding> {
    const ends = new Set<number>();
    for (const bracket of bracketsOf(inner))
      for (const { first, last } of this.#line(bracket).sightings)
        if (last >= window.from && first <= window.to) ends.add(last);
    for (const end of [...ends].sort((a, b) => a - b)) {
      this.#spend();
      for (const binding of this.bindings(inner, narrow(window, end, end + length))) {
        if (Math.min(...binding.map((b) => b.sighting.last)) === end) yield binding;
      }
    }
  }

  /** Sets of `times` bindings that share nothing; in which order they are taken does not matter, so only later ones are tried. */
  *#repeats(inner: ObservationExpression, times: number, window: Window): Generator<Binding> {
    const all = new LazyList(this.bindings(inner, window));
    const chosen: number[] = [];
    const used = new Set<string>();
    for (let i = 0; ; i++) {
      // Not enough of them left: take back the last choice and go on behind it.
      while (all.at(i + times - chosen.length - 1) === undefined) {
        const last = chosen.pop();
        if (last === undefined) return;
        for (const bound of all.at(last)!) used.delete(keyOf(bound));
        i = last + 1;
      }
      this.#spend();
      const next = all.at(i)!;
      if (next.some((bound) => used.has(keyOf(bound)))) continue;
      if (chosen.length + 1 === times) {
        yield [...chosen.flatMap((at) => all.at(at)!), ...next];
        continue;
      }
      chosen.push(i);
      for (const bound of next) used.add(keyOf(bound));
    }
  }
}

/** Values of a generator, asked for one by one and kept. */
class LazyList<T> {
  readonly #known: T[] = [];
  readonly #source: Generator<T>;
  #ended = false;

  constructor(source: Generator<T>) {
    this.#source = source;
  }
  at(i: number): T | undefined {
    while (!this.#ended && this.#known.length <= i) {
      const next = this.#source.next();
      if (next.done === true) this.#ended = true;
      else this.#known.push(next.value);
    }
    return this.#known[i];
  }
}

/** Candidates of one bracket in the order of `first`, and from where on one may still be seen at a given moment. */
class Line {
  readonly sightings: readonly Sighting[];
  /** latest `last` up to and with each */
  readonly #reach: Float64Array;

  constructor(candidates: readonly Sighting[]) {
    this.sightings = [...candidates].sort((a, b) => a.first - b.first || a.last - b.last || a.index - b.index);
    this.#reach = new Float64Array(this.sightings.length);
    let reach = Number.NEGATIVE_INFINITY;
    for (const [i, { last }] of this.sightings.entries()) this.#reach[i] = reach = Math.max(reach, last);
  }

  /** Index of the first whose predecessors have all ended before `moment`. */
  startAt(moment: number): number {
    let [low, high] = [0, this.sightings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#reach[middle]! < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const keyOf = ({ sighting, turn }: Bound): string => `${sighting.index}/${turn}`;

function disjoint(a: Binding, b: Binding): boolean {
  return a.every((x) => b.every((y) => x.sighting.index !== y.sighting.index || x.turn !== y.turn));
}

const narrow = (window: Window, from: number, to: number): Window => ({
  from: Math.max(window.from, from),
  to: Math.min(window.to, to),
});

/** Milliseconds with what is below them. */
export const point = (ms: number, ns: number): number => ms + ns / 1e6;

/** The observations a binding takes at least. */
function taken(e: ObservationExpression): number {
  switch (e.kind) {
    case 'observation':
      return 1;
    case 'any':
      return Math.min(taken(e.left), taken(e.right));
    case 'all':
    case 'followedby':
      return taken(e.left) + taken(e.right);
    case 'qualified':
      return taken(e.inner) * (e.qualifier.kind === 'repeats' ? e.qualifier.times : 1);
  }
}

/** The square brackets of a pattern, left to right. */
export function* bracketsOf(e: ObservationExpression): Generator<Bracket> {
  switch (e.kind) {
    case 'observation':
      yield e;
      return;
    case 'qualified':
      yield* bracketsOf(e.inner);
      return;
    default:
      yield* bracketsOf(e.left);
      yield* bracketsOf(e.right);
  }
}
