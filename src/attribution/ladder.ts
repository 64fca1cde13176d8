import type { SponsorClaim, Step } from '../model/index.ts';
import { type Posterior, ranked } from './compute.ts';
import type { Table } from './model.ts';
import { discounted, isHard, quality } from './quality.ts';

/**
 * activity → cluster → group → organisation → state: each step with its own evidence and its own bar, so that certainty about
 * an intrusion never leaks into certainty about a government. A step is at most as likely as the one below it; where a step
 * is not carried, those above are not carried either, whatever their numbers.
 */
export interface LadderStep {
  readonly step: Step;
  readonly answer: string;
  readonly p: number;
  /** what this step asks for */
  readonly bar: string;
  readonly carried: boolean;
  readonly missing: readonly string[];
  /** items and claims that bear this very step */
  readonly evidence: readonly string[];
}

/** Bars: probability, and dependence groups of different origin that bear the step itself. Design values. */
const BARS: Readonly<Record<Step, { p: number; origins: number; text: string }>> = {
  activity: { p: 0.8, origins: 1, text: 'the findings are one intrusion: at least 80 %' },
  cluster: {
    p: 0.55,
    origins: 1,
    text: 'it is activity known from elsewhere: at least 55 %, and more than techniques',
  },
  group: { p: 0.8, origins: 2, text: 'one named group: at least 80 %, two origins, more than techniques' },
  organisation: {
    p: 0.8,
    origins: 2,
    text: 'an organisation behind the group: at least 80 %, two origins that say so, apart from the logs',
  },
  state: {
    p: 0.8,
    origins: 2,
    text: 'a state responsible: at least 80 %, two origins that say so, one hard to forge or official, apart from the logs',
  },
};
/** What one affirming source is worth for a link: ratio against "no such link". Design value. */
const LINK_RATIO = 9;
/** below this nobody is named: a name beside one per cent would be remembered, the per cent not */
const LEAST_NAMED = 0.05;

export function ladder(
  table: Table,
  post: Posterior,
  oneActor: number,
  sponsors: readonly SponsorClaim[],
): LadderStep[] {
  const top = ranked(table, post.p).find((h) => table.hypotheses[h]!.kind === 'actor') ?? table.unknown;
  const leader = table.hypotheses[top]!;
  const machine = table.rows.filter((r) => r.by === 'machine' && r.cls === 'software' && table.usersOf(r.thing) > 0);
  const person = table.rows.filter((r) => r.by === 'person');
  const beyond = [...machine, ...person];
  const forLeader = beyond.filter((r) => r.nats[top]! > 0);
  const origins = (rows: readonly { item: { source: { origin: string } } }[]) =>
    new Set(rows.map((r) => r.item.source.origin)).size;
  const items = (rows: readonly { item: { id: string } }[]) => rows.map((r) => r.item.id);
  const known = 1 - post.p[table.unknown]!;
  const steps: LadderStep[] = [
    step(
      'activity',
      'one intrusion',
      oneActor,
      items(table.rows),
      origins(table.rows),
      table.rows.length === 0 ? ['no evidence'] : [],
    ),
    step(
      'cluster',
      'activity known before',
      known,
      items(beyond),
      origins(beyond),
      beyond.length === 0 ? ['techniques alone carry no step above the activity'] : [],
    ),
    step(
      'group',
      leader.name,
      post.p[top]!,
      items(forLeader),
      origins(forLeader),
      beyond.length === 0 ? ['techniques alone name nobody'] : [],
    ),
    ...(['organisation', 'state'] as const).map((s) => sponsorStep(s, table, post, top, sponsors)),
  ];
  return cumulative(steps);
}

function step(
  name: Step,
  answer: string,
  p: number,
  evidence: string[],
  origins: number,
  missing: readonly string[],
): LadderStep {
  const bar = BARS[name];
  const lacks = [
    ...missing,
    ...(p < bar.p ? [`probability ${Math.round(p * 100)} % below ${Math.round(bar.p * 100)} %`] : []),
    ...(origins < bar.origins ? [`${origins} of ${bar.origins} origins`] : []),
  ];
  return { step: name, answer, p, bar: bar.text, carried: lacks.length === 0, missing: lacks, evidence };
}

/** Every group's link to the name counts with the group's own probability: several groups may serve one state. */
function sponsorStep(
  name: 'organisation' | 'state',
  table: Table,
  post: Posterior,
  top: number,
  sponsors: readonly SponsorClaim[],
): LadderStep {
  const own = sponsors.filter((c) => c.step === name);
  const names = Map.groupBy(own, (c) => c.name);
  let best = { answer: 'nobody is named', p: 0, claims: [] as SponsorClaim[] };
  for (const [answer, claims] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let p = 0;
    for (const [actor, of] of Map.groupBy(claims, (c) => c.actor)) {
      const h = table.hypotheses.findIndex((x) => x.id === actor);
      if (h >= 0) p += post.p[h]! * link(of);
    }
    if (p > best.p && p >= LEAST_NAMED) best = { answer, p, claims };
  }
  const affirming = best.claims.filter((c) => c.affirms);
  const origins = new Set(affirming.map((c) => c.source.origin)).size;
  const missing = [
    ...(best.claims.length === 0 ? [`no source says which ${name} stands behind ${table.hypotheses[top]!.name}`] : []),
    ...(name === 'state' &&
    best.claims.length > 0 &&
    !affirming.some((c) => quality(c.source) >= 0.8) &&
    !table.rows.some((r) => r.by === 'person' && isHard(r.item.forgeability) && r.nats[top]! > 0)
      ? ['no usually reliable source and nothing hard to forge among what bears this step']
      : []),
  ];
  return step(
    name,
    best.answer,
    best.p,
    affirming.map((c) => c.id),
    origins,
    missing,
  );
}

/** Probability of a link from even odds: the best source of each origin once, denials count against it. */
function link(claims: readonly SponsorClaim[]): number {
  let nats = 0;
  for (const [, of] of Map.groupBy(claims, (c) => c.source.origin)) {
    const r = Math.max(...of.map((c) => quality(c.source)));
    nats += discounted(of.some((c) => c.affirms) ? LINK_RATIO : 1 / LINK_RATIO, r);
  }
  return Math.min(0.97, 1 / (1 + Math.exp(-nats)));
}

function cumulative(steps: readonly LadderStep[]): LadderStep[] {
  let p = 1;
  let carried = true;
  return steps.map((s) => {
    p = Math.min(p, s.p);
    const missing = carried ? s.missing : [...s.missing, 'the step below is not carried'];
    carried &&= s.carried;
    return { ...s, p, missing, carried };
  });
}
