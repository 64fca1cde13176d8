import { formatInstant } from '../../base/index.ts';
import { entityKey, type Finding } from '../../model/index.ts';
import {
  type BehaviourFacts,
  type BehaviourOutcome,
  type BehaviourSet,
  type Ground,
  runBehaviours,
} from '../behaviours/index.ts';
import type { CoverRow, OpenBehaviourLake, WorkStore } from '../effects/index.ts';
import { readCoverage } from './coverage.ts';

export interface BehaviourRun {
  readonly set: BehaviourSet;
  /** null: there is no lake, so that no behaviour can run */
  readonly open: OpenBehaviourLake | null;
  /** what people have decided and behaviours may ask, by name: see docs/behaviours.md */
  readonly settings: ReadonlyMap<string, string>;
  /** null: no lake, nothing to keep */
  readonly ground: Ground | null;
  progress(done: number, all: number): void;
  readonly signal: AbortSignal;
}

/** The behaviours of an investigation over its sealed lake; hosts named as their logs do. */
export async function findBehaviours(work: WorkStore, run: BehaviourRun): Promise<BehaviourOutcome> {
  const { set, open, signal } = run;
  const outcome = await runBehaviours(set, {
    open: open ?? (async () => null),
    facts: factsOf(work, run.settings),
    ...(run.ground ? { ground: run.ground } : {}),
    progress: run.progress,
    signal,
  });
  const names = outcome.findings.length > 0 ? hostNames(work.coverage()) : new Map<string, string>();
  return { ...outcome, findings: outcome.findings.map((f) => named(f, names)) };
}

function named(finding: Finding, names: ReadonlyMap<string, string>): Finding {
  return { ...finding, host: names.get(finding.host) ?? finding.host };
}

/** Bare name → how logs write it: the spelling of most events, so that rules' and behaviours' findings meet in one line. */
function hostNames(rows: Iterable<CoverRow>): Map<string, string> {
  const events = new Map<string, number>();
  for (const { host, events: n } of rows) if (host !== '') events.set(host, (events.get(host) ?? 0) + n);
  const out = new Map<string, string>();
  const ranked = [...events].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [host] of ranked) {
    const bare = entityKey('host', host)?.replace(/^[a-z]+:/, '');
    if (bare !== undefined && !out.has(bare)) out.set(bare, host);
  }
  return out;
}

const DAY = 86_400_000;
const iso = (ms: number | null): string => (ms === null ? '' : formatInstant({ ms, ns: 0 }));

function factsOf(work: WorkStore, settings: ReadonlyMap<string, string>): BehaviourFacts {
  return {
    settings,
    *coverage() {
      for (const { stream, host, day, events, firstMs, lastMs } of work.coverage()) {
        if (day !== null) yield [stream, host, iso(day * DAY), events, iso(firstMs), iso(lastMs)];
      }
    },
    *gaps() {
      const results = work.evidence().flatMap((e) => (e.result ? [e.result] : []));
      const { gaps } = readCoverage(work.coverage(), {
        holes: results.flatMap((r) => r.holes),
        moreHoles: 0,
        ranges: results.flatMap((r) => (r.range ? [r.range] : [])),
      });
      for (const g of gaps) yield [g.kind, g.stream, g.host, g.from, g.to, g.missing, g.sentence];
    },
  };
}
