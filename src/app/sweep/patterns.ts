/**
 * Patterns that ask for more than values, over the lake. Each bracket is tried on the distinct texts of the fields it
 * asks about, by the same matcher as over observed-data; what stands between the brackets is then searched over the
 * events that hold those texts. A pattern that needs a value nobody ever logged is settled by the index alone.
 */
import { CodedError, parseIso } from '../../base/index.ts';
import { type PatternProbe, probesOfPlain, readingOf, type Sighting, windowOf } from '../../hunt/sweep/index.ts';
import type { Indicator } from '../../model/index.ts';
import {
  type Bracket,
  bind,
  bracketsOf,
  neededValues,
  type Sighting as Observed,
  observationTest,
  type PlainValue,
  point,
} from '../../rules/stix/index.ts';
import type { EventRow, ValueIndex } from '../effects/index.ts';

interface PatternSweep {
  readonly sightings: readonly Sighting[];
  readonly refused: readonly { readonly indicator: number; readonly code: string; readonly reason: string }[];
  readonly notSeen: readonly string[];
}

/** Events looked at for one bracket, and distinct texts that may match it; beyond them the earliest count and it is said. */
const MAX_EVENTS = 20_000;
const MAX_TUPLES = 50_000;
const MAX_ADDRESSES = 100;

interface Met {
  readonly row: EventRow;
  readonly stream: string;
  readonly shown: readonly { readonly field: string; readonly value: string }[];
}

export async function sweepPatterns(
  patterns: readonly PatternProbe[],
  indicators: readonly Indicator[],
  index: ValueIndex,
  progress: (done: number, all: number) => void,
): Promise<PatternSweep> {
  const sightings: Sighting[] = [];
  const refused: { indicator: number; code: string; reason: string }[] = [];
  const notSeen = new Set<string>();
  const columns = patterns.length === 0 ? new Map<string, readonly string[]>() : await index.columns();
  const possible = await possibleBrackets(patterns, index);
  for (const [done, { indicator, pattern }] of patterns.entries()) {
    progress(done, patterns.length);
    try {
      const met = new Map<Bracket, Met[]>();
      let readable = 0;
      for (const bracket of bracketsOf(pattern.expression)) {
        const found = await meet(bracket, columns, index, possible.has(bracket));
        readable += found.streams;
        if (found.cut)
          notSeen.add(`A part of a pattern matches more than ${MAX_EVENTS} events: only the earliest were combined.`);
        met.set(bracket, found.met);
      }
      if (readable === 0) {
        refused.push({
          indicator,
          code: 'NOT_IN_LOGS',
          reason: 'no source here holds the properties that the pattern asks about',
        });
        continue;
      }
      sightings.push(...sightingsOf(indicator, indicators[indicator]!, pattern.expression, met));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      refused.push({ indicator, code: error.code, reason: error.message });
    }
  }
  return { sightings, refused, notSeen: [...notSeen] };
}

/** Brackets of which some value that they cannot do without was ever logged, or which need none. */
async function possibleBrackets(patterns: readonly PatternProbe[], index: ValueIndex): Promise<Set<Bracket>> {
  const exact = (value: PlainValue) => probesOfPlain(value)?.every((p) => p.low === p.high) === true;
  const asked = new Map<Bracket, string[]>();
  const keys = new Map<string, { cls: NonNullable<ReturnType<typeof probesOfPlain>>[number]['cls']; key: string }>();
  const possible = new Set<Bracket>();
  for (const { pattern } of patterns) {
    const brackets = [...bracketsOf(pattern.expression)];
    for (const [i, values] of neededValues(pattern, exact).entries()) {
      const bracket = brackets[i]!;
      if (values === null) possible.add(bracket);
      else
        asked.set(
          bracket,
          values.flatMap((value) =>
            (probesOfPlain(value) ?? []).map(({ cls, low }) => {
              keys.set(`${cls} ${low}`, { cls, key: low });
              return `${cls} ${low}`;
            }),
          ),
        );
    }
  }
  const known = keys.size === 0 ? new Set<string>() : await index.known([...keys.values()]);
  for (const [bracket, wanted] of asked) if (wanted.some((key) => known.has(key))) possible.add(bracket);
  return possible;
}

async function meet(
  bracket: Bracket,
  columns: ReadonlyMap<string, readonly string[]>,
  index: ValueIndex,
  possible: boolean,
): Promise<{ met: Met[]; streams: number; cut: boolean }> {
  const test = observationTest(bracket);
  const met: Met[] = [];
  let streams = 0;
  let cut = false;
  for (const [stream, names] of columns) {
    const reading = readingOf(bracket, stream, names);
    if (reading === null) continue;
    streams++;
    if (!possible) continue;
    const matching: (string | null)[][] = [];
    for await (const tuple of index.tuples(stream, reading.columns)) {
      if (!test(reading.objects(tuple))) continue;
      if (matching.length >= MAX_TUPLES) {
        cut = true;
        break;
      }
      matching.push(tuple);
    }
    if (matching.length === 0) continue;
    const rows = await index.eventsOf(stream, reading.columns, matching, MAX_EVENTS);
    if (rows.length === MAX_EVENTS) cut = true;
    const shown = reading.columns
      .map((field, i) => ({ field, value: matching[0]![i] ?? '' }))
      .filter((s) => s.value !== '');
    for (const row of rows) met.push({ row, stream, shown });
  }
  return { met, streams, cut };
}

/** A pattern of one observation is met by each of its events; one of several by the first set of events that fits. */
function sightingsOf(
  indicator: number,
  facts: Indicator,
  expression: PatternProbe['pattern']['expression'],
  met: ReadonlyMap<Bracket, readonly Met[]>,
): Sighting[] {
  if (expression.kind === 'observation') return grouped(indicator, facts, met.get(expression) ?? []);
  const numbers = new Map<string, number>();
  const events: Met[] = [];
  const candidates = new Map<Bracket, Observed[]>();
  for (const [bracket, list] of met) {
    const observed = list.flatMap((one): Observed[] => {
      const time = parseIso(one.row.time);
      if (time === null) return []; // an undated event has no place in time
      let number = numbers.get(one.row.event);
      if (number === undefined) {
        number = events.push(one) - 1;
        numbers.set(one.row.event, number);
      }
      const at = point(time.ms, time.ns);
      return [{ index: number, first: at, last: at, times: 1 }];
    });
    candidates.set(bracket, observed);
  }
  const binding = bind(expression, (bracket) => candidates.get(bracket) ?? []);
  return binding === null
    ? []
    : grouped(
        indicator,
        facts,
        [...new Set(binding)].map((at) => events[at]!),
        true,
      );
}

/** `whole`: the events belong together, whatever hosts and accounts they name. */
function grouped(indicator: number, facts: Indicator, met: readonly Met[], whole = false): Sighting[] {
  const { from, until } = windowOf(facts);
  const sides = (time: string): Sighting['when'] => {
    if (time === '') return from === null && until === null ? 'in' : 'undated';
    if (from !== null && Date.parse(time) < Date.parse(from)) return 'before';
    return until !== null && Date.parse(time) >= Date.parse(until) ? 'after' : 'in';
  };
  const sorted = [...met].sort((a, b) =>
    a.row.time === b.row.time
      ? a.row.event < b.row.event
        ? -1
        : 1
      : a.row.time === ''
        ? 1
        : b.row.time === ''
          ? -1
          : a.row.time < b.row.time
            ? -1
            : 1,
  );
  const groups = new Map<string, Met[]>();
  for (const one of sorted) {
    const key = whole ? '' : JSON.stringify([one.stream, one.row.host, one.row.user, sides(one.row.time)]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map((group) => {
    const [{ row, stream, shown }] = group as [Met, ...Met[]];
    const dated = group.filter((g) => g.row.time !== '');
    return {
      indicator,
      stream,
      host: row.host,
      user: row.user,
      when: sides(row.time),
      events: group.length,
      first: dated[0]?.row.time ?? '',
      last: dated.at(-1)?.row.time ?? '',
      fields: [...new Set(group.flatMap((g) => g.shown.map((s) => s.field)))].sort(),
      shown,
      address: row.address,
      flags: group.reduce((bits, g) => bits | g.row.flags, 0),
      addresses: group.slice(0, MAX_ADDRESSES).map((g) => g.row.event),
    };
  });
}
