import { compareTimes } from '../../base/index.ts';
import { asksFor, type Behaviour, behaviourFinding, type Views, viewStreams } from '../../hunt/behaviours/index.ts';
import type { Finding } from '../../model/index.ts';
import type { BehaviourLake, CutValues, OpenBehaviourLake } from '../effects/index.ts';
import { type BehaviourFacts, fillFacts, makeViews, OnDemand, streamsFor } from './engine.ts';
import { type Ground, type Ran, recallResult, resultKeys, streamsOf, textOf } from './kept.ts';
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
  /** behaviours whose kept result was taken: nothing they depend on has changed */
  readonly unchanged: number;
}

const MAX_FINDINGS = 10_000;
const MAX_SECONDS = 1_800;

export interface RunEffects {
  readonly open: OpenBehaviourLake;
  readonly facts: BehaviourFacts;
  /** where results are kept from run to run, and what they hang on; without it every behaviour runs */
  readonly ground?: Ground;
  progress(done: number, all: number): void;
  readonly signal: AbortSignal;
  /** measured time of each, for who wants to know; nothing of it enters any result */
  readonly timed?: (id: string, milliseconds: number) => void;
  /** seconds one behaviour may take */
  readonly seconds?: number;
}

/** Runs every behaviour that has a source and whose result is not kept. One that fails is named, and the rest goes on. */
export async function runBehaviours(set: BehaviourSet, fx: RunEffects): Promise<BehaviourOutcome> {
  const { ground } = fx;
  const keys = ground ? resultKeys(set, fx.facts, ground) : new Map<string, string>();
  const results = new Map<string, Ran | Failed>();
  for (const { behaviour } of set.behaviours) {
    const kept = ground ? recallResult(ground.shelf, keys.get(behaviour.id)) : null;
    if (kept !== null) results.set(behaviour.id, kept);
  }
  const unchanged = results.size;
  const due = { ...set, behaviours: set.behaviours.filter(({ behaviour }) => !results.has(behaviour.id)) };
  const hasLake =
    (await runDue(due, fx, (behaviour, result) => {
      results.set(behaviour.id, result);
      const key = keys.get(behaviour.id);
      // Without a lake there is nothing that a result could hang on.
      if (ground && ground.content.size > 0 && key !== undefined && result.fate !== 'failed')
        ground.shelf.keep(key, JSON.stringify(result));
    })) || unchanged > 0;
  ground?.shelf.retain(new Set(keys.values()));
  return { ...outcomeOf(set, results, hasLake), unchanged };
}

type Failed = { readonly fate: 'failed'; readonly reason: string; readonly blind: readonly string[] };

/** @returns whether there is a lake at all; without one every behaviour is blind, and nothing is told of it for long */
async function runDue(
  set: BehaviourSet,
  fx: RunEffects,
  told: (behaviour: Behaviour, result: Ran | Failed) => void,
): Promise<boolean> {
  if (set.behaviours.length === 0) return false;
  const lake = await fx.open(
    streamsFor(
      set.behaviours.map((b) => textOf(b.behaviour)),
      set.views,
    ),
  );
  try {
    const onDemand = lake === null ? null : await prepare(lake, set, fx);
    for (const [done, { behaviour, values }] of set.behaviours.entries()) {
      fx.signal.throwIfAborted();
      fx.progress(done, set.behaviours.length);
      const began = performance.now();
      const { blind, stream } = sightOf(behaviour, set.views, lake);
      const reads = streamsOf(behaviour, set.views);
      const cut = (lake?.cut ?? []).filter((values) => reads(values.stream));
      if (lake === null || onDemand === null || stream === null) {
        told(behaviour, { fate: 'blind', left: 0, blind, cut, findings: [] });
        continue;
      }
      try {
        await onDemand.ready(behaviour.sql);
        const { found, left } = await one(lake, behaviour, values, stream, fx.seconds ?? MAX_SECONDS);
        told(behaviour, { fate: found.length > 0 ? 'found' : 'quiet', left, blind, cut, findings: found });
      } catch (error) {
        fx.signal.throwIfAborted();
        const { code, reason } = reasonOf(error);
        told(behaviour, { fate: 'failed', reason: `${code}: ${reason}`, blind });
      }
      fx.timed?.(behaviour.id, performance.now() - began);
    }
  } finally {
    await lake?.close();
  }
  return lake !== null;
}

function outcomeOf(
  set: BehaviourSet,
  results: ReadonlyMap<string, Ran | Failed>,
  hasLake: boolean,
): Omit<BehaviourOutcome, 'unchanged'> {
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
  const cut = new Map<string, CutValues>();
  for (const { behaviour } of set.behaviours) {
    const result = results.get(behaviour.id)!;
    const { fate, blind } = result;
    const about = { id: behaviour.id, title: behaviour.title, blind };
    if (result.fate === 'failed') {
      fates.push({ ...about, fate: 'failed', findings: 0, left: 0, reason: result.reason });
      continue;
    }
    fates.push({ ...about, fate, findings: result.findings.length, left: result.left });
    for (const finding of result.findings) findings.push(finding);
    for (const values of result.cut) cut.set(`${values.stream} ${values.column}`, values);
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  findings.sort((a, b) => compareTimes(a.time, b.time) || order(a.rule.id, b.rule.id) || order(a.id, b.id));
  const asking = set.behaviours.filter((b) => asksFor(b.behaviour.sql, 'address_networks', set.views));
  return {
    findings,
    fates,
    withoutNetworks: set.networks === null && hasLake ? asking.length : 0,
    cut: [...cut].sort(([a], [b]) => order(a, b)).map(([, values]) => values),
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
