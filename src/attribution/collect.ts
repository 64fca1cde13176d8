import type { EvidenceClass } from '../model/index.ts';
import type { Posterior } from './compute.ts';
import type { Table } from './model.ts';
import { entropy } from './posterior.ts';
import { CAPS, discounted } from './quality.ts';

/**
 * What to look for next: expected fall of entropy (mutual information with "who", in nats). For things in the knowledge from
 * how often each actor's reports show them; for evidence only people can bring, from a typical item of its class.
 */
export interface Collection {
  readonly what: string;
  readonly cls: EvidenceClass;
  /** technique or software id; absent for a class as a whole */
  readonly object?: string;
  /** expected fall of entropy in nats */
  readonly expected: number;
  readonly why: string;
}

const MOST = 5;
/** pseudo-reports of the general rate mixed into each actor's own */
const MIXED = 2;
/** An item as classes typically bring it: the ratio it would carry for the true one of the leading three, and its source. */
const TYPICAL: readonly { cls: EvidenceClass; lr: number; r: number; what: string; cap: number }[] = [
  {
    cls: 'infrastructure',
    lr: 25,
    r: 0.7,
    cap: CAPS.hard,
    what: 'who rents and runs the control servers and exits (providers, partners, net flows)',
  },
  {
    cls: 'code',
    lr: 20,
    r: 0.75,
    cap: CAPS.moderate,
    what: 'comparison of recovered code with known families by people who hold samples',
  },
  { cls: 'sigint', lr: 60, r: 0.75, cap: CAPS.veryhard, what: "what a service sees on the operators' side" },
  { cls: 'human', lr: 20, r: 0.6, cap: CAPS.hard, what: 'what a source close to the operators says' },
  {
    cls: 'telemetry',
    lr: 10,
    r: 0.75,
    cap: CAPS.hard,
    what: 'sightings of the same exits or clients at other victims',
  },
  { cls: 'timing', lr: 3, r: 0.7, cap: CAPS.easy, what: 'working hours and holidays of the operators over months' },
];

export function nextCollection(table: Table, post: Posterior): Collection[] {
  const have = new Set(table.rows.map((r) => r.item.cls));
  const people = TYPICAL.filter((t) => !have.has(t.cls)).map(
    (t): Collection => ({
      what: t.what,
      cls: t.cls,
      expected: informationOfItem(post.p, Math.min(discounted(t.lr, t.r), t.cap)),
      why: `a typical item (ratio ${t.lr}, source quality ${t.r})`,
    }),
  );
  return [...things(table, post), ...people]
    .sort((a, b) => b.expected - a.expected || (a.what < b.what ? -1 : 1))
    .slice(0, 2 * MOST);
}

function things(table: Table, post: Posterior): Collection[] {
  const { view } = table;
  const k = view.knowledge;
  const N = k.things.length;
  const seen = new Set(table.rows.map((r) => r.thing));
  const allReports = view.reports.reduce((a, x) => a + x, 0) || 1;
  const found: Collection[] = [];
  const lead = table.hypotheses.map((h, i) => ({ ...h, p: post.p[i]! })).filter((h) => h.p > 0.005);
  const total = lead.reduce((a, h) => a + h.p, 0);
  const prior = lead.map((h) => h.p / total);
  const h0 = entropy(prior);
  for (let x = 0; x < N; x++) {
    if (seen.has(x) || view.users[x] === 0) continue;
    let mentions = 0;
    for (const h of lead) if (h.actor >= 0) mentions += view.reportsOf[h.actor * N + x]!;
    if (mentions === 0) continue;
    const general = Math.min(0.5, (view.users[x]! + 0.1) / allReports);
    const rate = lead.map((h) =>
      h.actor < 0
        ? general
        : Math.min(0.95, (view.reportsOf[h.actor * N + x]! + MIXED * general) / (view.reports[h.actor]! + MIXED)),
    );
    const gain = information(prior, rate, h0);
    const t = k.things[x]!;
    found.push({
      what: `${t.name} (${t.id})`,
      cls: t.kind,
      object: t.id,
      expected: gain,
      why: lead
        .map((h, i) => [h.name, rate[i]!] as const)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 2)
        .map(([n, r]) => `${n}: in ${Math.round(r * 100)} % of reports`)
        .join('; '),
    });
  }
  return found.sort((a, b) => b.expected - a.expected || (a.what < b.what ? -1 : 1)).slice(0, MOST);
}

/** Mutual information of a yes/no observation with the hypotheses. */
function information(prior: readonly number[], rate: readonly number[], before: number): number {
  let left = 0;
  for (const yes of [true, false]) {
    const joint = prior.map((p, i) => p * (yes ? rate[i]! : 1 - rate[i]!));
    const z = joint.reduce((a, x) => a + x, 0);
    if (z > 0) left += z * entropy(joint.map((x) => x / z));
  }
  return Math.max(0, before - left);
}

/** An item that will speak for one hypothesis with `nats`: for the true one as its ratio says, else for any. */
function informationOfItem(p: Float64Array, nats: number): number {
  const order = [...p].sort((a, b) => b - a).slice(0, 6);
  const total = order.reduce((a, x) => a + x, 0);
  const prior = order.map((x) => x / total);
  const n = prior.length;
  const odds = Math.exp(nats);
  const before = entropy(prior);
  let left = 0;
  for (let said = 0; said < n; said++) {
    const joint = prior.map((x, i) => (x * (i === said ? odds : 1)) / (odds + n - 1));
    const z = joint.reduce((a, x) => a + x, 0);
    left += z * entropy(joint.map((x) => x / z));
  }
  return Math.max(0, before - left);
}
