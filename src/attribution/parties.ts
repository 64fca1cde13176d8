import type { Posterior } from './compute.ts';
import type { Table } from './model.ts';
import { UNKNOWN } from './model.ts';

/**
 * One actor or several? Each intrusion of the case is weighed on its own; two of them are the work of one actor with odds
 *
 *   P(one) / P(several) = prior odds × Σ_h P(h|A) P(h|B) / π_h
 *
 * the ratio of how likely both bodies of evidence are under one common "who" to two independent ones. An actor unknown in both
 * tells little: two unknowns need not be one, so the unknown's term is 1 at most.
 */
export interface Pairing {
  readonly a: string;
  readonly b: string;
  readonly oneActor: number;
  /** the ratio of evidence in nats, apart from the prior */
  readonly nats: number;
  readonly sentence: string;
}

/** how often two intrusions in one network are one actor's, before looking: design value */
export const ONE_ACTOR_PRIOR = 0.5;
/** the most such a comparison may weigh: as much as hard evidence */
const MOST = 4.6;

export function pairing(
  a: { name: string; table: Table; post: Posterior },
  b: { name: string; table: Table; post: Posterior },
  unknownShare: number,
  prior = ONE_ACTOR_PRIOR,
): Pairing {
  const ids = [...new Set([...a.table.hypotheses, ...b.table.hypotheses].map((h) => h.id))];
  const actors = ids.length - 1;
  const flat = (1 - unknownShare) / Math.max(1, actors);
  const of = (x: { table: Table; post: Posterior }) => new Map(x.table.hypotheses.map((h, i) => [h.id, x.post.p[i]!]));
  const [pa, pb] = [of(a), of(b)];
  let sum = 0;
  for (const id of ids) {
    const joint = (pa.get(id) ?? 0) * (pb.get(id) ?? 0);
    sum += id === UNKNOWN ? Math.min(joint / unknownShare, joint) : joint / flat;
  }
  const nats = Math.max(-MOST, Math.min(MOST, Math.log(Math.max(sum, 1e-12))));
  const odds = (prior / (1 - prior)) * Math.exp(nats);
  const oneActor = odds / (1 + odds);
  const how =
    oneActor >= 0.8
      ? 'look like the work of one actor'
      : oneActor <= 0.2
        ? 'look like the work of two actors'
        : 'may be the work of one actor or of two';
  return {
    a: a.name,
    b: b.name,
    oneActor,
    nats,
    sentence: `Intrusions "${a.name}" and "${b.name}" ${how} (one actor: ${Math.round(oneActor * 100)} %).`,
  };
}
