import type { RuleFate } from '../../model/index.ts';
import type { EventKind, ReaderPool } from '../effects/index.ts';
import { type CorrelationFace, JobFrame, type Looked, lookedFrame, type RuleFace } from '../reading/index.ts';
import { ask } from './asking.ts';
import { type RuleSet, RuleSetError } from './rules.ts';

/** Kinds of event told in one job. */
const BATCH_CHARS = 4 * 1024 * 1024;

/**
 * What event rules could do on these kinds of event, by rule id. Conditions are known only to reader processes, so one
 * of them is asked. Follows from the evidence of the whole case, so it is true for what was read in earlier runs too.
 */
export async function lookAtRules(
  pool: ReaderPool,
  rules: RuleSet,
  kinds: Iterable<EventKind>,
  signal: AbortSignal,
): Promise<Map<string, Looked>> {
  const out = new Map<string, Looked>();
  for (const batch of batches(mergeKinds(kinds, new Set(rules.fields)))) {
    const take = (payload: Buffer): void => {
      for (const l of lookedFrame(payload)) out.set(l.rule, both(out.get(l.rule), l));
    };
    const job = { job: 'look', pack: rules.pack, kinds: batch } as const;
    const end = await ask(pool, job, { [JobFrame.looked]: take }, { signal });
    signal.throwIfAborted();
    if (!end.ok) throw new RuleSetError('RULES_FAILED', `the rules could not be looked at: ${end.code}: ${end.detail}`);
  }
  return out;
}

/** The same rule on further kinds. */
function both(a: Looked | undefined, b: Looked): Looked {
  if (a === undefined) return b;
  const canFire = a.canFire || b.canFire;
  const missing = canFire ? [] : [...new Set([...a.missing, ...b.missing])].sort();
  return { ...b, events: a.events + b.events, canFire, missing };
}

/**
 * What became of every rule: fired, ran without finding, found no log of its kind, lacked a field it needs, or was
 * refused.
 */
export function ruleFates(
  { events, correlations, refusals }: RuleSet,
  lookedAt: ReadonlyMap<string, Looked>,
  findingsOf: (rule: string) => number,
): RuleFate[] {
  const looked = new Map(lookedAt);
  const ids = [...events.map((r) => r.meta.id), ...correlations.map((r) => r.meta.id)];
  const nothing = (rule: string): Looked => ({ rule, events: 0, canFire: false, missing: [] });
  for (const { meta } of events) if (!looked.has(meta.id)) looked.set(meta.id, nothing(meta.id));
  // A correlation may count correlations; resolve in as many rounds as the longest chain.
  const open = [...correlations];
  while (open.length > 0) {
    const ready = open.findIndex((r) => r.rules.every((id) => looked.has(id)));
    const [rule] = open.splice(Math.max(0, ready), 1) as [CorrelationFace];
    const parts = rule.rules.map((id) => looked.get(id) ?? nothing(id));
    looked.set(rule.meta.id, {
      rule: rule.meta.id,
      events: parts.reduce((n, p) => n + p.events, 0),
      canFire: rule.kind.startsWith('temporal') ? parts.every((p) => p.canFire) : parts.some((p) => p.canFire),
      missing: [...new Set(parts.flatMap((p) => p.missing))],
    });
  }
  const faces = new Map([
    ...events.map((r) => [r.meta.id, line(r.meta, sourceOf(r.meta))] as const),
    ...correlations.map((r) => [r.meta.id, line(r.meta, 'correlation')] as const),
  ]);
  const fates = ids.map((id): RuleFate => {
    const l = looked.get(id)!;
    const face = faces.get(id)!;
    if (l.refusal) return { ...face, ...UNSUPPORTED, reason: `${l.refusal.code}: ${l.refusal.reason}` };
    const findings = findingsOf(id);
    const fate = findings > 0 ? 'fired' : l.events === 0 ? 'no such log' : l.canFire ? 'ran' : 'field never present';
    return { ...face, fate, events: l.events, findings, missing: fate === 'field never present' ? [...l.missing] : [] };
  });
  return [
    ...fates,
    ...refusals.map(
      (r): RuleFate => ({
        id: r.id,
        title: r.title,
        level: '',
        logsource: '',
        origin: r.origin,
        ...UNSUPPORTED,
        reason: `${r.code}: ${r.reason}`,
      }),
    ),
  ];
}

const UNSUPPORTED = { fate: 'unsupported', events: 0, findings: 0, missing: [] as string[] } as const;

type Line = Pick<RuleFate, 'id' | 'title' | 'level' | 'logsource' | 'origin'>;

function line({ id, title, level, origin }: RuleFace, logsource: string): Line {
  return { id, title, level, logsource, origin };
}

function sourceOf({ logsource: { product, service, category } }: RuleFace): string {
  return [product, category, service].filter(Boolean).join('/');
}

/** Kinds of several pieces of evidence, one per distinct source, with the fields that rules ask. */
function mergeKinds(kinds: Iterable<EventKind>, asked: ReadonlySet<string>): EventKind[] {
  const merged = new Map<string, { source: EventKind['source']; events: number; fields: Set<string> }>();
  for (const k of kinds) {
    const key = JSON.stringify(Object.entries(k.source).sort());
    let known = merged.get(key);
    if (known === undefined) {
      known = { source: k.source, events: 0, fields: new Set() };
      merged.set(key, known);
    }
    known.events += k.events;
    for (const f of k.fields) if (asked.has(f)) known.fields.add(f);
  }
  return [...merged.values()].map((k) => ({ ...k, fields: [...k.fields] }));
}

/** One batch at least: rules that cannot be executed are told with it. */
function* batches(kinds: readonly EventKind[]): Generator<EventKind[]> {
  let batch: EventKind[] = [];
  let size = 0;
  for (const kind of kinds) {
    batch.push(kind);
    size += JSON.stringify(kind).length;
    if (size < BATCH_CHARS) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0 || kinds.length === 0) yield batch;
}
