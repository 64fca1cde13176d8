import { compareTimes } from '../../base/index.ts';
import { findingsOf, hitsOf, notSeenOf, planSweep, type SweepPlan, windowOf } from '../../hunt/sweep/index.ts';
import type { Finding, Indicator, SweepAnswer } from '../../model/index.ts';
import type { ValueIndex } from '../effects/index.ts';
import { sweepPatterns } from './patterns.ts';

export interface SweepRequest {
  readonly indicators: readonly Indicator[];
  /** what the reading of the lists left out and remarked: counted by code */
  readonly faults: Readonly<Record<string, number>>;
  readonly notices: Readonly<Record<string, number>>;
  readonly program: string;
}

export interface SweepEffects {
  readonly index: ValueIndex;
  progress(phase: string, done: number, all: number): void;
}

const MAX_REFUSED = 200;

/**
 * Indicators → where they were met, in their time and out of it, and what could not be seen. The answer is a function of
 * the lake and the indicators.
 */
export async function sweep(
  request: SweepRequest,
  fx: SweepEffects,
): Promise<{ readonly answer: SweepAnswer; readonly findings: Finding[] }> {
  const indicators = unique(request.indicators);
  await fx.index.refresh((done, all) => fx.progress('reading values', done, all));
  const plan = planSweep(indicators);
  fx.progress('sweeping', 0, plan.probes.length);
  const windows = new Map(indicators.map((indicator, at) => [at, windowOf(indicator)] as const));
  const bounded = new Map([...windows].filter(([, w]) => w.from !== null || w.until !== null));
  const sightings = await fx.index.sweep({ probes: plan.probes, windows: bounded });
  const patterned = await sweepPatterns(plan.patterns, indicators, fx.index, (done, all) =>
    fx.progress('patterns', done, all),
  );
  const all = [...sightings, ...patterned.sightings];
  const refused = [...plan.refused, ...patterned.refused];
  const sources = await fx.index.sources();
  const { hits, outOfTime } = hitsOf(indicators, all);
  const byKind: Record<string, number> = {};
  for (const { kind } of indicators) byKind[kind] = (byKind[kind] ?? 0) + 1;
  const dated = sources.filter((s) => s.first !== '');
  const answer: SweepAnswer = {
    format: 'czernin-sweep/1',
    program: request.program,
    looked: {
      events: sources.reduce((n, s) => n + s.events, 0),
      first: dated.map((s) => s.first).sort(compareTimes)[0] ?? '',
      last:
        dated
          .map((s) => s.last)
          .sort(compareTimes)
          .at(-1) ?? '',
      values: await fx.index.size(),
      sources: sources.map((s) => ({ ...s, classes: [...s.classes] })),
    },
    indicators: {
      read: indicators.length,
      looked: indicators.length - refused.length,
      byKind: Object.fromEntries(Object.entries(byKind).sort()),
      faults: { ...request.faults },
      notices: { ...request.notices },
      refused: refused
        .slice(0, MAX_REFUSED)
        .map((r) => ({ indicator: indicators[r.indicator]!.id, code: r.code, reason: r.reason })),
      moreRefused: Math.max(0, refused.length - MAX_REFUSED),
    },
    hits,
    outOfTime,
    notSeen: [...notSeenOf(sources, classesOf(plan)), ...patterned.notSeen],
  };
  return { answer, findings: findingsOf(indicators, all) };
}

/** The same statement once, in a fixed order, so that the answer does not depend on the order of lists. */
function unique(indicators: readonly Indicator[]): Indicator[] {
  const byId = new Map(indicators.map((indicator) => [indicator.id, indicator]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How many indicators were looked for as each class of value. */
function classesOf(plan: SweepPlan): Map<string, number> {
  const sets = new Map<string, Set<number>>();
  for (const { cls, indicator } of plan.probes) {
    const set = sets.get(cls) ?? new Set();
    set.add(indicator);
    sets.set(cls, set);
  }
  return new Map([...sets].map(([cls, set]) => [cls, set.size]));
}
