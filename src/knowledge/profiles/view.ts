import { type ActorKnowledge, CLUSTERS } from './types.ts';

/**
 * What is known when some reports are not: the whole of it for a case of today, less for a question put back in time or a
 * report held out. Dense, row by row an actor, because weighing walks every actor for every observed thing.
 */
export interface ProfileView {
  readonly knowledge: ActorKnowledge;
  /** actors × things: reports that say it (uncited facts count one), 0 = not known */
  readonly reportsOf: Uint16Array;
  /** actors × things: for techniques, sum over the actor's software that performs it of 1 / users of that software */
  readonly viaSoftware: Float32Array;
  /** per thing: actors that use it */
  readonly users: Uint16Array;
  /** clusters × things */
  readonly clusterUsers: Uint16Array;
  /** per cluster: actors with any profile */
  readonly clusterSize: Uint16Array;
  /** per actor: things in the profile, reports that support it, mentions (sum of reportsOf) */
  readonly size: Uint16Array;
  readonly reports: Uint16Array;
  readonly mentions: Uint32Array;
  /** per actor: first and last day of a supporting report; NaN without any dated one */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** per actor: how many supporting reports name this victim in their title */
  readonly victims: readonly ReadonlyMap<string, number>[];
}

/** @param keeps whether a report counts; a fact none of whose reports counts is unknown, an uncited fact always stands */
export function viewOf(
  knowledge: ActorKnowledge,
  keeps: (report: number) => boolean = () => true,
  uncited = true,
): ProfileView {
  const { actors, things, reports } = knowledge;
  const [G, N] = [actors.length, things.length];
  const kept = Uint8Array.from(reports, (_, i) => (keeps(i) ? 1 : 0));
  const count = (cited: readonly number[]) => {
    if (cited.length === 0) return uncited ? 1 : 0;
    let n = 0;
    for (const r of cited) n += kept[r]!;
    return n;
  };
  const view = {
    knowledge,
    reportsOf: new Uint16Array(G * N),
    viaSoftware: new Float32Array(G * N),
    users: new Uint16Array(N),
    clusterUsers: new Uint16Array(CLUSTERS.length * N),
    clusterSize: new Uint16Array(CLUSTERS.length),
    size: new Uint16Array(G),
    reports: new Uint16Array(G),
    mentions: new Uint32Array(G),
    first: new Float64Array(G).fill(Number.NaN),
    last: new Float64Array(G).fill(Number.NaN),
    victims: actors.map(() => new Map<string, number>()),
  };
  for (let g = 0; g < G; g++) {
    const seen = new Set<number>();
    const cluster = CLUSTERS.indexOf(actors[g]!.cluster);
    for (const { thing, reports: cited } of actors[g]!.uses) {
      const n = count(cited);
      if (n === 0) continue;
      view.reportsOf[g * N + thing] = n;
      view.users[thing]!++;
      view.clusterUsers[cluster * N + thing]!++;
      view.size[g]!++;
      view.mentions[g]! += n;
      for (const r of cited) if (kept[r] === 1) seen.add(r);
    }
    if (view.size[g]! > 0) view.clusterSize[cluster]!++;
    view.reports[g] = seen.size;
    for (const r of seen) dateAndVictims(view, g, r);
  }
  addSoftware(view, count);
  return view;
}

function dateAndVictims(
  view: { first: Float64Array; last: Float64Array; victims: Map<string, number>[]; knowledge: ActorKnowledge },
  g: number,
  r: number,
) {
  const { date, victims } = view.knowledge.reports[r]!;
  if (date !== undefined) {
    if (!(view.first[g]! <= date.from)) view.first[g] = date.from;
    if (!(view.last[g]! >= date.to)) view.last[g] = date.to;
  }
  for (const v of victims) view.victims[g]!.set(v, (view.victims[g]!.get(v) ?? 0) + 1);
}

function addSoftware(
  view: { knowledge: ActorKnowledge; reportsOf: Uint16Array; viaSoftware: Float32Array; users: Uint16Array },
  count: (cited: readonly number[]) => number,
) {
  const { actors, things, performs } = view.knowledge;
  const N = things.length;
  for (let s = 0; s < N; s++) {
    const users = view.users[s]!;
    if (things[s]!.kind === 'technique' || users === 0) continue;
    const able = performs[s]!.filter((f) => count(f.reports) > 0).map((f) => f.thing);
    for (let g = 0; g < actors.length; g++) {
      if (view.reportsOf[g * N + s] === 0) continue;
      for (const t of able) view.viaSoftware[g * N + t]! += 1 / users;
    }
  }
}
