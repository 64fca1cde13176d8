import { compareTimes, count, formatInstant } from '../../base/index.ts';
import { type CorrelationHit, type CorrelationTally, correlate, entitiesOfGroup } from '../../hunt/index.ts';
import { eventAddress, type Finding } from '../../model/index.ts';
import type { CorrelationInput, CorrelationRule } from '../../rules/index.ts';
import type { StoredInput, WorkStore } from '../effects/index.ts';
import type { RuleFace } from '../reading/index.ts';
import { findingId, ruleOf } from './findings.ts';
import type { RuleSet } from './rules.ts';

/** Events between two tellings. */
const TELL_EVERY = 100_000;

/**
 * Correlations over all evidence of the case: what rules found in one file may count together with another's.
 * @param tell now and then, how far it is
 */
export function correlationFindings(
  work: WorkStore,
  rules: RuleSet,
  tally: CorrelationTally,
  tell: (phase: string) => void,
): Finding[] {
  if (rules.correlations.length === 0) return [];
  const metas = new Map(rules.correlations.map((r) => [r.meta.id, r.meta]));
  const reports = new Set(rules.correlations.filter((r) => r.reports).map((r) => r.meta.id));
  const out: Finding[] = [];
  const whole = rules.correlations.map(
    (r): CorrelationRule => ({ ...r, meta: { ...r.meta, references: [], tags: [] } }),
  );
  const all = count(work.counts().inputs);
  const inputs = inputsOf(work.inputs(), (done) => tell(`correlating, ${count(done)} of ${all} events`));
  for (const hit of correlate(whole, inputs, tally)) {
    const meta = metas.get(hit.rule);
    if (meta && reports.has(hit.rule)) out.push(toFinding(hit, meta));
  }
  return out.sort((a, b) => compareTimes(a.time, b.time) || compare(a.rule.id, b.rule.id) || compare(a.id, b.id));
}

function* inputsOf(rows: Iterable<StoredInput>, passed: (done: number) => void): Generator<CorrelationInput> {
  let done = 0;
  for (const row of rows) {
    if (done++ % TELL_EVERY === 0) passed(done - 1);
    if (row.ms === null) continue;
    yield {
      rule: row.rule,
      ms: row.ms,
      ns: row.ns,
      address: eventAddress(row.digest, row.offset),
      fields: JSON.parse(row.fields) as CorrelationInput['fields'],
      host: row.host,
      user: row.user,
      source: row.source,
      stream: row.stream,
    };
  }
}

function toFinding(hit: CorrelationHit, rule: RuleFace): Finding {
  const { all, acted } = entitiesOfGroup(hit);
  return {
    id: findingId(rule.digest, [`${hit.first.ms}.${hit.first.ns}`, ...hit.events]),
    kind: 'correlation',
    rule: ruleOf(rule),
    time: formatInstant(hit.first),
    timeEnd: formatInstant(hit.last),
    stream: hit.stream,
    host: hit.host,
    user: hit.user,
    address: hit.source,
    events: [...hit.events],
    count: hit.count,
    entities: [...all],
    acted: [...acted],
    matched: Object.entries(hit.group).map(([field, value]) => ({ field, value })),
    why: hit.why,
    innocent: [...rule.falsePositives],
    caveats: hit.lowerBound ? ['a limit was met: at least so many'] : [],
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
