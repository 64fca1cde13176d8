import { formatInstant, plural, toSecond } from '../../base/index.ts';
import type { CorrelationTally } from '../../hunt/index.ts';
import type { Answer, Finding, RuleFate } from '../../model/index.ts';
import { Answer as AnswerSchema } from '../../model/index.ts';
import type { Notice, Refusal } from '../../rules/index.ts';
import type { BehaviourOutcome } from '../behaviours/index.ts';
import type { CoverRow, EvidenceRow } from '../effects/index.ts';
import { readCoverage } from './coverage.ts';
import { horizonOf, notSeen, type RefusedEvidence } from './notseen.ts';
import { type Tally, toSign } from './tally.ts';

export interface AnswerInput {
  readonly program: string;
  readonly analysis: string;
  readonly tally: Tally;
  readonly cover: Iterable<CoverRow>;
  readonly evidence: readonly EvidenceRow[];
  readonly refused: readonly RefusedEvidence[];
  readonly fates: readonly RuleFate[];
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Notice[];
  readonly uncorrelated: CorrelationTally;
  readonly behaved: BehaviourOutcome;
}

const MAX_TOUCHED = 200;

/** Everything the reports show, as one value; pure, so that the same case gives the same answer. */
export function makeAnswer(input: AnswerInput): Answer {
  const { tally, evidence } = input;
  const results = evidence.flatMap((e) => (e.result ? [e.result] : []));
  const coverage = readCoverage(input.cover, {
    holes: results.flatMap((r) => r.holes),
    moreHoles: results.reduce((n, r) => n + r.moreHoles, 0),
    ranges: results.flatMap((r) => (r.range ? [r.range] : [])),
  });
  const { first, weaker, last } = tally.signs();
  const horizon = first ? horizonOf(first, coverage) : null;
  const hosts = tally.hosts(MAX_TOUCHED);
  const users = tally.users(MAX_TOUCHED);
  const addresses = tally.addresses(MAX_TOUCHED);
  const rules = tally.rules();
  const events = results.reduce((n, r) => n + r.events, 0);
  const fate = (f: RuleFate['fate']) => input.fates.filter((r) => r.fate === f).length;
  const hostCount = hosts.list.length + hosts.more;
  return AnswerSchema.parse({
    format: 'czernin-summary/1',
    program: input.program,
    analysis: input.analysis,
    found: first !== null || tally.total > 0,
    verdict: verdict(first, last, tally, hostCount, events),
    firstSign: first && toSign(first),
    horizon,
    earliestWeaker: weaker && toSign(weaker),
    lastSign: last && toSign(last),
    counts: {
      evidence: evidence.length,
      bytes: evidence.reduce((n, e) => n + e.size, 0),
      events,
      findings: tally.total,
      byLevel: tally.byLevel,
      rulesFired: rules.length,
    },
    hosts: hosts.list,
    accounts: users.list,
    addresses: addresses.list,
    moreHosts: hosts.more,
    moreAccounts: users.more,
    moreAddresses: addresses.more,
    rules,
    sources: coverage.sources,
    gaps: coverage.gaps,
    moreGaps: coverage.moreGaps,
    notSeen: notSeen({ ...input, first, horizon, coverage }),
    ruleCoverage: {
      total: input.fates.length,
      fired: fate('fired'),
      ran: fate('ran'),
      noSuchLog: fate('no such log'),
      fieldMissing: fate('field never present'),
      unsupported: fate('unsupported'),
    },
    evidence: evidence.map(evidenceLine),
  } satisfies Answer);
}

function verdict(first: Finding | null, last: Finding | null, tally: Tally, hosts: number, events: number): string {
  if (tally.total === 0) {
    return events === 0
      ? 'No event could be read: nothing can be said.'
      : `No rule fired on ${plural(events, 'event')}. That is no proof that nobody was there: see what could not be seen.`;
  }
  if (!first) return `${plural(tally.total, 'finding')}, none of them dated.`;
  const strong = (tally.byLevel.critical ?? 0) + (tally.byLevel.high ?? 0);
  const span = last && last.time !== first.time ? ` to ${toSecond(last.time)}` : '';
  return strong > 0
    ? `Signs of an intruder: ${plural(strong, 'finding')} of level high or above, from ${toSecond(first.time)}${span}; ${plural(hosts, 'host')} with findings.`
    : `Only weaker signs: ${plural(tally.total, 'finding')} below level high, from ${toSecond(first.time)}${span}; ${plural(hosts, 'host')} with findings.`;
}

function evidenceLine(e: EvidenceRow): Answer['evidence'][number] {
  const r = e.result;
  const origin = e.origins[0];
  const time = (ms: number | null | undefined) => (ms === null || ms === undefined ? '' : formatInstant({ ms, ns: 0 }));
  return {
    digest: e.digest,
    names: e.origins.map((o) => o.path),
    size: e.size,
    ...(origin?.container ? { container: origin.container.digest } : {}),
    status: r?.status ?? 'waiting',
    format: r?.format ?? '',
    events: r?.events ?? 0,
    first: time(r?.firstMs),
    last: time(r?.lastMs),
    faults: { ...(r?.faults ?? {}) },
    faultSamples: (r?.faultSamples ?? []).map((f) => ({ ...f })),
    ...(r?.reason === undefined ? {} : { reason: r.reason }),
    ...(origin ? { received: { at: origin.received.at, by: origin.received.by, from: origin.path } } : {}),
  };
}
