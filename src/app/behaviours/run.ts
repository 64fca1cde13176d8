import { compareTimes } from '../../base/index.ts';
import { asksFor, type Behaviour, behaviourFinding, type Views, viewStreams } from '../../hunt/behaviours/index.ts';
import type { Finding } from '../../model/index.ts';
import type { BehaviourLake, CutValues, OpenBehaviourLake } from '../effects/index.ts';
import { type BehaviourFacts, fillFacts, makeViews, OnDemand, streamsFor } from './engine.ts';
import { type BehaviourSet, reasonOf } from './set.ts';

/** What became of a behaviour in one investigation. */
export interface BehaviourFate {
  readonly id: string;
  readonly title: string;
  readonly fate: 'found' | 'quiet' | 'blind' | 'failed' | 'refused';
  readonly findings: number;
  /** findings beyond what one behaviour may report, or rows that are no finding */
  readonly left: number;
  /** coded reason when it failed or was refused */
  readonly reason?: string;
  /** what it could not see because a source is missing */
  readonly blind: readonly string[];
}

export interface BehaviourOutcome {
  /** in time order (undated last), then by behaviour and id */
  readonly findings: readonly Finding[];
  /** in order of id */
  readonly fates: readonly BehaviourFate[];
  /** behaviours that would have asked the network table, were there one */
  readonly withoutNetworks: number;
  /** values that behaviours saw only in part */
  readonly cut: readonly CutValues[];
}

const MAX_FINDINGS = 10_000;
const MAX_SECONDS = 1_800;

export interface RunEffects {
  readonly open: OpenBehaviourLake;
  readonly facts: BehaviourFacts;
  progress(done: number, all: number): void;
  readonly signal: AbortSignal;
  /** measured time of each, for who wants to know; nothing of it enters any result */
  readonly timed?: (id: string, milliseconds: number) => void;
  /** seconds one behaviour may take */
  readonly seconds?: number;
}

/** Runs every behaviour that has a source. One that fails is named, and the rest goes on. */
export async function runBehaviours(set: BehaviourSet, fx: RunEffects): Promise<BehaviourOutcome> {
  const sqls = set.behaviours.map((b) => b.behaviour.sql);
  const lake = set.behaviours.length === 0 ? null : await fx.open(streamsFor(sqls, set.views));
  const fates: BehaviourFate[] = set.refusals.map((r) => ({
    id: r.file,
    title: r.file,
    fate: 'refused',
    findings: 0,
    left: 0,
    reason: `${r.code}: ${r.reason}`,
    blind: [],
  }));
  const findings: Finding[] = [];
  try {
    const onDemand = lake === null ? null : await prepare(lake, set, fx);
    for (const [done, { behaviour, values }] of set.behaviours.entries()) {
      fx.signal.throwIfAborted();
      fx.progress(done, set.behaviours.length);
      const began = performance.now();
      const sight = sightOf(behaviour, set.views, lake);
      const about = { id: behaviour.id, title: behaviour.title, blind: sight.blind };
      if (lake === null || onDemand === null || sight.stream === null) {
        fates.push({ ...about, fate: 'blind', findings: 0, left: 0 });
        continue;
      }
      try {
        await onDemand.ready(behaviour.sql);
        const { found, left } = await one(lake, behaviour, values, sight.stream, fx.seconds ?? MAX_SECONDS);
        findings.push(...found);
        fates.push({ ...about, fate: found.length > 0 ? 'found' : 'quiet', findings: found.length, left });
      } catch (error) {
        fx.signal.throwIfAborted();
        const { code, reason } = reasonOf(error);
        fates.push({ ...about, fate: 'failed', findings: 0, left: 0, reason: `${code}: ${reason}` });
      }
      fx.timed?.(behaviour.id, performance.now() - began);
    }
  } finally {
    await lake?.close();
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  findings.sort((a, b) => compareTimes(a.time, b.time) || order(a.rule.id, b.rule.id) || order(a.id, b.id));
  const asking = set.behaviours.filter((b) => asksFor(b.behaviour.sql, 'address_networks', set.views));
  return {
    findings,
    fates,
    withoutNetworks: set.networks === null && lake !== null ? asking.length : 0,
    cut: lake?.cut ?? [],
  };
}

async function prepare(lake: BehaviourLake, set: BehaviourSet, fx: RunEffects): Promise<OnDemand> {
  const sqls = set.behaviours.map((b) => b.behaviour.sql);
  fx.progress(0, sqls.length);
  const failed = await makeViews(lake, sqls, set.views);
  await fillFacts(lake, fx.facts, (table) => sqls.some((sql) => asksFor(sql, table, set.views)), set.networks);
  await lake.closeIn();
  return new OnDemand(lake, set.networks, set.views, failed);
}

/** What it can see: a first stream of its sources, or null; and what it cannot, as its file says. */
function sightOf(
  behaviour: Behaviour,
  views: Views,
  lake: BehaviourLake | null,
): { stream: string | null; blind: string[] } {
  const has = (id: string): string[] => {
    const view = views.get(id);
    if (lake === null) return [];
    return view === undefined ? (FACTS.has(id) ? ['*'] : []) : viewStreams(view, views, lake.streams);
  };
  const seen = behaviour.sources.flatMap(has);
  const lacking = [...new Set([...behaviour.sources, ...behaviour.needs])].filter((id) => has(id).length === 0);
  const able = seen.length > 0 && !behaviour.needs.some((id) => lacking.includes(id));
  return {
    stream: able ? seen[0]!.replace('*', '') : null,
    blind: lacking.flatMap((id) => behaviour.blind[id] ?? []),
  };
}

/** Tables that are always there and count as a source: what the case knows of its own evidence. */
const FACTS: ReadonlySet<string> = new Set(['coverage', 'gaps']);

async function one(
  lake: BehaviourLake,
  behaviour: Behaviour,
  values: Parameters<BehaviourLake['ask']>[1],
  stream: string,
  seconds: number,
): Promise<{ found: Finding[]; left: number }> {
  const found = new Map<string, Finding>();
  let rows = 0;
  for await (const row of lake.ask(behaviour.sql, values, seconds)) {
    rows++;
    if (found.size >= MAX_FINDINGS) continue;
    const finding = behaviourFinding(behaviour, row);
    found.set(finding.id, finding.stream === '' ? { ...finding, stream } : finding);
  }
  return { found: [...found.values()], left: rows - found.size };
}
