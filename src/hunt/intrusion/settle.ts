import { adopt } from './adopt.ts';
import { cluster } from './cluster.ts';
import type { Collection } from './collect.ts';
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

/**
 * Groups of strong sightings, then weak ones to them. A weak one that is the same act as a strong one (his log-on, his
 * program) is as good as a strong one from there on, and may tie two groups: the log-on from one host to another.
 */
export function settleGroups(
  sightings: readonly Sighting[],
  nodes: Collection['nodes'],
  assertions: PictureInput['judgements']['assertions'],
): Settled {
  const part = new Set(sightings.flatMap((s, i) => (s.strength >= STRONG ? [i] : [])));
  for (let bridge = 0; ; bridge++) {
    const { group, links, join } = cluster(sightings, nodes, assertions, (i) => part.has(i));
    const groups = groupsOf(sightings, group());
    const heavy = new Set([...groups].filter(([, list]) => isIntrusion(list)).map(([g]) => g));
    const joined = joinWeak(sightings, nodes, group(), heavy);
    const promoted = [...joined].filter(
      ([i, j]) => !part.has(i) && isNarrow(sightings[i]!, nodes) && isOneAct(j, nodes),
    );
    for (const [i] of promoted) part.add(i);
    if (promoted.length > 0 && bridge < BRIDGES) continue;
    const found = adopt({ sightings, nodes, groups, heavy, joined }).filter(({ tied }) => join(tied.a, tied.b));
    const adopted = new Set(found.flatMap((a) => groups.get(a.group)!));
    if (found.length === 0) return { group: group(), links, groups, heavy, joined, adopted };
    // What joined an adopted one comes with it.
    const now = group();
    const anew = groupsOf(sightings, now);
    const kept = new Set([...anew].filter(([, list]) => isIntrusion(list)).map(([g]) => g));
    return {
      group: now,
      links: [...links, ...found.map((a) => a.tied)],
      groups: anew,
      heavy: kept,
      joined: joinWeak(sightings, nodes, now, kept),
      adopted,
    };
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
