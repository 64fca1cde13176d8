import { apartSets, Groups } from './groups.ts';
import type { Nodes } from './nodes.ts';
import { edgesOf, type Tied, together } from './ties.ts';
import type { Assertion, Sighting } from './types.ts';

/** Two sightings become part of one intrusion when what they share says so with at least this weight. */
const DIRECT = 0.5;
/** Two groups, when all they share together says so. */
const TOGETHER = 0.55;
const MAX_ROUNDS = 40;

export interface Clusters {
  /** for each sighting the number of its group, as they are now */
  readonly group: () => Int32Array;
  /** the ties that joined groups: a tree over each */
  readonly links: readonly Tied[];
  /** two groups made one; false: they are already, or a person keeps them apart */
  readonly join: (a: number, b: number) => boolean;
}

/**
 * Strong sightings into groups. Edges run along each entity from one sighting to the next in time, so their number is
 * that of memberships, not of pairs. First single pairs, heaviest first; then groups by all they share, until nothing
 * more is tied. Every step takes the heaviest tie, equal ones by their place in time, so the order of findings does not
 * matter.
 */
export function cluster(
  sightings: readonly Sighting[],
  nodes: Nodes,
  assertions: readonly Assertion[],
  takesPart: (i: number) => boolean,
): Clusters {
  const groups = new Groups(sightings, apartSets(assertions, nodes));
  const links: Tied[] = [];
  const edges = edgesOf(sightings, nodes, takesPart);
  const take = (tied: Tied): boolean => {
    if (!groups.join(tied.a, tied.b)) return false;
    links.push(tied);
    return true;
  };
  for (const tied of together(edges, (i) => i)) if (tied.weight >= DIRECT) take(tied);
  bindNamed(sightings, groups, links);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let joined = false;
    // Ties are weighed anew after each round: what a group shares changes with the group.
    for (const tied of together(edges, (i) => groups.of(i))) {
      if (tied.weight >= TOGETHER && take(tied)) joined = true;
    }
    if (!joined) break;
  }
  return { group: () => groups.all(), links, join: (a, b) => groups.join(a, b) };
}

/** Sightings of one named intrusion are one, whatever ties them: a person said so. */
function bindNamed(sightings: readonly Sighting[], groups: Groups, links: Tied[]): void {
  const first = new Map<string, number>();
  for (const [i, { colour }] of sightings.entries()) {
    if (colour === null) continue;
    const start = first.get(colour);
    if (start === undefined) first.set(colour, i);
    else if (groups.join(start, i)) links.push({ a: start, b: i, weight: 1, by: [] });
  }
}
