import { adopt } from './adopt.ts';
import { AGREE, agreements } from './agree.ts';
import { type Clusters, cluster } from './cluster.ts';
import type { Collection } from './collect.ts';
import type { PersonOf } from './persons.ts';
import { STRONG } from './strength.ts';
import { SAME_RECORD, type Tied } from './ties.ts';
import type { PictureInput, Sighting } from './types.ts';
import { type Joined, joinWeak } from './weak.ts';

export interface Settled {
  readonly group: Int32Array;
  readonly links: readonly Tied[];
  readonly groups: ReadonlyMap<number, Sighting[]>;
  /** groups that are intrusions */
  readonly heavy: ReadonlySet<number>;
  readonly joined: ReadonlyMap<number, Joined>;
  /** sightings that stood alone on what an intrusion misuses */
  readonly adopted: ReadonlySet<Sighting>;
}

/** A single event about few: what follows from many, or speaks of many, joins but does not tie. */
function isNarrow(s: Sighting, nodes: Collection['nodes']): boolean {
  return s.source.kind === 'rule' && s.nodes.filter((n) => nodes.at(n).tie.owner === 'house').length <= 6;
}

/** Tied by the same record, log-on or program: one act seen twice. An exit may have been lent to somebody else. */
function isOneAct({ tied }: Joined, nodes: Collection['nodes']): boolean {
  return tied.by.some(
    (e) => e.weight >= 0.7 && (e.node === SAME_RECORD || ['session', 'process'].includes(nodes.at(e.node).type)),
  );
}

/** Times that weak sightings, once tied by something of the intruder's own, may tie further. */
const BRIDGES = 3;
const ROUNDS = 12;

/**
 * Groups of strong sightings, then weak ones to them. A weak one that is the same act as a strong one (his log-on, his
 * program) is as good as a strong one from there on, and may tie two groups: the log-on from one host to another.
 */
export function settleGroups(
  sightings: readonly Sighting[],
  nodes: Collection['nodes'],
  assertions: PictureInput['judgements']['assertions'],
  personOf: PersonOf,
): Settled {
  const part = new Set(sightings.flatMap((s, i) => (s.strength >= STRONG ? [i] : [])));
  for (let bridge = 0; ; bridge++) {
    const { group, links, join } = cluster(sightings, nodes, assertions, (i) => part.has(i));
    const { joined } = stateOf(sightings, nodes, group());
    const promoted = [...joined].filter(
      ([i, j]) => !part.has(i) && isNarrow(sightings[i]!, nodes) && isOneAct(j, nodes),
    );
    for (const [i] of promoted) part.add(i);
    if (promoted.length > 0 && bridge < BRIDGES) continue;
    const whole = agreed(sightings, nodes, { group, links, join }, personOf);
    const found = adopt({ sightings, nodes, ...whole }).filter(({ tied }) => join(tied.a, tied.b));
    const adopted = new Set(found.flatMap((a) => whole.groups.get(a.group)!));
    if (found.length === 0) return { ...whole, adopted };
    // What joined an adopted one comes with it.
    return { ...stateOf(sightings, nodes, group()), links: [...whole.links, ...found.map((a) => a.tied)], adopted };
  }
}

type State = Omit<Settled, 'links' | 'adopted'>;

function stateOf(sightings: readonly Sighting[], nodes: Collection['nodes'], group: Int32Array): State {
  const groups = groupsOf(sightings, group);
  const heavy = new Set([...groups].filter(([, list]) => isIntrusion(list)).map(([g]) => g));
  return { group, groups, heavy, joined: joinWeak(sightings, nodes, group, heavy) };
}

/** Intrusions that are one, joined heaviest first; weighed anew after each round, as what they are sure of has grown. */
function agreed(
  sightings: readonly Sighting[],
  nodes: Collection['nodes'],
  { group, links, join }: Clusters,
  personOf: PersonOf,
): Omit<Settled, 'adopted'> {
  const all = [...links];
  for (let round = 0; ; round++) {
    const state = stateOf(sightings, nodes, group());
    const { heavy } = state;
    const ties = agreements({ sightings, nodes, group: state.group, heavy, links: all, personOf });
    const joined = ties.filter((tied) => tied.weight >= AGREE && join(tied.a, tied.b));
    if (joined.length === 0 || round === ROUNDS) return { ...state, links: all };
    all.push(...joined);
  }
}

/** A group is an intrusion when a person says so, when one of it is strong, or when several kinds of sign agree. */
function isIntrusion(list: readonly Sighting[]): boolean {
  if (list.some((s) => s.colour !== null || s.accepted)) return true;
  const byRule = new Map<string, number>();
  for (const s of list) {
    if (s.strength < STRONG) continue;
    byRule.set(s.source.id, Math.max(byRule.get(s.source.id) ?? 0, s.strength));
  }
  const sum = [...byRule.values()].reduce((a, b) => a + b, 0);
  return sum >= 1 || [...byRule.values()].some((s) => s >= 0.6);
}

function groupsOf(sightings: readonly Sighting[], group: Int32Array): Map<number, Sighting[]> {
  const out = new Map<number, Sighting[]>();
  for (const [i, s] of sightings.entries()) {
    const g = group[i]!;
    out.getOrInsertComputed(g, () => []).push(s);
  }
  return out;
}
