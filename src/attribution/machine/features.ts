import { CLUSTERS, type ProfileView } from '../../knowledge/profiles/index.ts';

/**
 * What can be said of an observed thing and an actor, as numbers a fitted weight multiplies. Every feature is a sum over
 * observed things, so a score falls apart into the things that made it: that is what keeps the machine explainable.
 *
 * G actors; dfo = other actors that have the thing; idf = ln((G+1)/(dfo+.5)) - 2.5; size = ln(1+things in profile) - 3.5.
 * Absence of a thing from an incident never counts: reports are incomplete. Absence from a profile does.
 */
export const FEATURES = [
  't match',
  't match * idf',
  't match * idf^2',
  't match * size',
  't match * reports',
  't match * reports * idf',
  't match * rate',
  't exclusive to actor',
  't saturating count',
  't via software',
  't via software * idf',
  't via software rarity',
  't family',
  't family * idf',
  't none',
  't none * idf',
  't none * size',
  't none * reports',
  't smoothed 150',
  't smoothed 600',
  't cluster llr',
  's match',
  's match * idf',
  's match * size',
  's match * reports',
  's exclusive to actor',
  's is public tool',
  's saturating count',
  's none',
  's none * idf',
  's none * size',
  's none is public tool',
  's smoothed 50',
  's cluster llr',
  'v match',
  'v match * idf',
  'v none',
  'v listed',
  'v not listed',
  'prior log1p activity gap',
  'prior undated',
  'prior log1p before first',
  'prior size',
  'prior log reports',
  'U const',
  'U log n tech',
  'U log1p n soft',
  'U novel soft',
] as const;
export type Feature = (typeof FEATURES)[number];
const at = Object.fromEntries(FEATURES.map((f, i) => [f, i])) as Record<Feature, number>;

/** Observed things as positions in the knowledge; victims as keys; the day it happened, NaN when unknown. */
export interface Observed {
  readonly techniques: readonly number[];
  readonly software: readonly number[];
  readonly victims: readonly string[];
  readonly day: number;
}

/** What the features need of a view beyond its tables, computed once a view. */
export interface Background {
  readonly view: ProfileView;
  /** this actor is taken as unknown, in every count; -1: none */
  readonly erased: number;
  readonly mentionsOf: Uint32Array;
  readonly mentions: number;
  readonly meanMentions: number;
  readonly clusterOf: Uint8Array;
  /** per thing: its parent, children and siblings */
  readonly kin: readonly (readonly number[])[];
  readonly victimActors: ReadonlyMap<string, number>;
}

const kinOf = new WeakMap<object, readonly (readonly number[])[]>();

export function backgroundOf(view: ProfileView, erased = -1): Background {
  const { actors, things } = view.knowledge;
  const [G, N] = [actors.length, things.length];
  const mentionsOf = new Uint32Array(N);
  const victimActors = new Map<string, number>();
  let mentions = 0;
  let known = 0;
  for (let g = 0; g < G; g++) {
    for (const v of view.victims[g]!.keys()) victimActors.set(v, (victimActors.get(v) ?? 0) + 1);
    if (g === erased || view.size[g] === 0) continue;
    known++;
    mentions += view.mentions[g]!;
    for (let x = 0; x < N; x++) mentionsOf[x]! += view.reportsOf[g * N + x]!;
  }
  let kin = kinOf.get(things);
  if (kin === undefined) {
    const children = things.map((): number[] => []);
    for (let i = 0; i < N; i++) if (things[i]!.parent !== undefined) children[things[i]!.parent!]!.push(i);
    kin = things.map((t, i) => [
      ...children[i]!,
      ...(t.parent === undefined ? [] : [t.parent, ...children[t.parent]!.filter((x) => x !== i)]),
    ]);
    kinOf.set(things, kin);
  }
  return {
    view,
    erased,
    mentionsOf,
    mentions,
    meanMentions: mentions / Math.max(1, known) || 1,
    clusterOf: Uint8Array.from(actors, (a) => CLUSTERS.indexOf(a.cluster)),
    kin,
    victimActors,
  };
}

/** Whether the actor can be weighed at all: it has a profile. */
export const isCandidate = (b: Background, g: number) => g !== b.erased && b.view.size[g]! > 0;

const sizeOf = (b: Background, g: number) => Math.log(1 + b.view.size[g]!) - 3.5;
/** pseudo-mentions that an actor without any profile would have, by thing: keeps smoothed rates finite */
const PSEUDO = 0.3;

/** Adds `scale` × the features of thing `x` for actor `g` to `row[base…]`. */
export function addThing(
  b: Background,
  software: boolean,
  x: number,
  g: number,
  row: Float32Array | Float64Array,
  base: number,
  scale: number,
): void {
  const { view } = b;
  const { actors, things } = view.knowledge;
  const [G, N] = [actors.length, things.length];
  const c = view.reportsOf[g * N + x]!;
  const erasedHas = b.erased >= 0 && view.reportsOf[b.erased * N + x]! > 0 ? 1 : 0;
  const users = view.users[x]! - erasedHas;
  const others = users - (c > 0 ? 1 : 0);
  const idf = Math.log((G + 1) / (others + 0.5)) - 2.5;
  const size = sizeOf(b, g);
  const cluster = b.clusterOf[g]!;
  const same = b.erased >= 0 && b.clusterOf[b.erased] === cluster ? 1 : 0;
  const peers = view.clusterSize[cluster]! - 1 - same;
  const peersWith = view.clusterUsers[cluster * N + x]! - (c > 0 ? 1 : 0) - same * erasedHas;
  const q = (users + 0.5) / (G + 1);
  const llr = Math.log((peersWith + 2 * q) / (peers + 2) / q);
  const general = (b.mentionsOf[x]! - c + PSEUDO) / (b.mentions - view.mentions[g]! + PSEUDO * 700);
  const own = view.mentions[g]!;
  const smoothed = (mu: number) => Math.log((c + mu * general) / (own + mu) / general);
  const saturating = c === 0 ? 0 : ((idf + 2.5) * c * 2.2) / (c + 1.2 * (0.25 + (0.75 * own) / b.meanMentions));
  const put = (f: Feature, value: number) => {
    row[base + at[f]]! += scale * value;
  };
  if (software) {
    const tool = things[x]!.kind === 'tool' ? 1 : 0;
    if (c > 0) {
      put('s match', 1);
      put('s match * idf', idf);
      put('s match * size', size);
      put('s match * reports', Math.log(c));
      put('s exclusive to actor', others === 0 ? 1 : 0);
      put('s is public tool', tool);
      put('s saturating count', saturating);
    } else {
      put('s none', 1);
      put('s none * idf', idf);
      put('s none * size', size);
      put('s none is public tool', tool);
    }
    put('s smoothed 50', smoothed(50));
    put('s cluster llr', llr);
    return;
  }
  const via = view.viaSoftware[g * N + x]!;
  if (c > 0) {
    put('t match', 1);
    put('t match * idf', idf);
    put('t match * idf^2', idf * idf);
    put('t match * size', size);
    put('t match * reports', Math.log(c));
    put('t match * reports * idf', Math.log(c) * idf);
    put('t match * rate', Math.log((c + 0.5) / (view.reports[g]! + 1)));
    put('t exclusive to actor', others === 0 ? 1 : 0);
    put('t saturating count', saturating);
  } else if (via > 0) {
    put('t via software', 1);
    put('t via software * idf', idf);
    put('t via software rarity', Math.log(1 + via));
  } else if (b.kin[x]!.some((y) => view.reportsOf[g * N + y]! > 0)) {
    put('t family', 1);
    put('t family * idf', idf);
  } else {
    put('t none', 1);
    put('t none * idf', idf);
    put('t none * size', size);
    put('t none * reports', Math.log(1 + view.reports[g]!) - 1.5);
  }
  put('t smoothed 150', smoothed(150));
  put('t smoothed 600', smoothed(600));
  put('t cluster llr', llr);
}

/** The same for a victim key: named in titles of the actor's reports, or listed for it by a galaxy. */
export function addVictim(
  b: Background,
  key: string,
  g: number,
  row: Float32Array | Float64Array,
  base: number,
  scale: number,
): void {
  const G = b.view.knowledge.actors.length;
  if (b.view.victims[g]!.has(key)) {
    row[base + at['v match']]! += scale;
    row[base + at['v match * idf']]! += scale * (Math.log((G + 1) / ((b.victimActors.get(key) ?? 0) + 0.5)) - 2.5);
  } else row[base + at['v none']]! += scale;
  const listed = b.view.knowledge.actors[g]!.victims;
  if (listed.length > 0) row[base + at[listed.includes(key) ? 'v listed' : 'v not listed']]! += scale;
}

/** What holds before anything is observed: is the actor active at that time, how well is it documented. */
export function addPrior(b: Background, g: number, day: number, row: Float32Array | Float64Array, base: number): void {
  const [first, last] = [b.view.first[g]!, b.view.last[g]!];
  if (Number.isNaN(day) || Number.isNaN(last)) row[base + at['prior undated']]! += 1;
  else {
    row[base + at['prior log1p activity gap']]! += Math.log(1 + Math.max(0, day - last, first - day) / 365.25);
    row[base + at['prior log1p before first']]! += Math.log(1 + Math.max(0, first - day) / 365.25);
  }
  row[base + at['prior size']]! += sizeOf(b, g);
  row[base + at['prior log reports']]! += Math.log(1 + b.view.reports[g]!) - 1.5;
}

/** The unknown actor: the same whatever is observed but for how much, and whether software is new to everybody. */
export function addUnknown(b: Background, observed: Observed, row: Float32Array | Float64Array, base: number): void {
  const N = b.view.knowledge.things.length;
  const users = (x: number) => b.view.users[x]! - (b.erased >= 0 && b.view.reportsOf[b.erased * N + x]! > 0 ? 1 : 0);
  row[base + at['U const']]! += 1;
  row[base + at['U log n tech']]! += Math.log(1 + observed.techniques.length);
  row[base + at['U log1p n soft']]! += Math.log(1 + observed.software.length);
  row[base + at['U novel soft']]! += observed.software.some((x) => users(x) === 0) ? 1 : 0;
}

/** Things of one class depend on each other: n of them weigh as the root of n. */
export const temper = (n: number) => (n === 0 ? 0 : n ** -0.5);
