import type { Nodes } from './nodes.ts';
import { type Edge, gapOf, overlap, SAME_RECORD, type Tied, weightOf } from './ties.ts';
import type { Sighting } from './types.ts';

/** A weak sighting joins an intrusion only over something so close. */
const JOIN = 0.6;
/** A house's host or account ties a weak sighting only this near in time (half-life, days). */
const WEAK_HOUSE_HALF_LIFE = 1 / 12;
const DAY = 86_400_000;

export interface Joined {
  readonly group: number;
  readonly tied: Tied;
}

/**
 * Where weak sightings belong: to the intrusion something of which is close. `heavy`: the groups that are intrusions.
 * What belongs to the house ties here only within hours, and never alone across people.
 */
export function joinWeak(
  sightings: readonly Sighting[],
  nodes: Nodes,
  groups: Int32Array,
  heavy: ReadonlySet<number>,
): Map<number, Joined> {
  const members = new Map<number, number[]>();
  const records = new Map<number, number>();
  for (const [i, s] of sightings.entries()) {
    if (!heavy.has(groups[i]!)) continue;
    for (const e of s.events) records.set(e, i);
    for (const n of s.nodes) {
      members.getOrInsertComputed(n, () => []).push(i);
    }
  }
  const out = new Map<number, Joined>();
  for (const [i, s] of sightings.entries()) {
    if (heavy.has(groups[i]!) || s.colour !== null) continue;
    const byGroup = new Map<number, Map<number, Edge>>();
    const offer = (a: number, node: number, gapMs: number, weight: number): void => {
      const group = groups[a]!;
      const best = byGroup.getOrInsertComputed(group, () => new Map());
      const known = best.get(node);
      if (!known || weight > known.weight) best.set(node, { a, b: i, node, gapMs, weight });
    };
    const shared = new Map<number, number>();
    for (const e of s.events) {
      const a = records.get(e);
      if (a !== undefined) shared.set(a, (shared.get(a) ?? 0) + 1);
    }
    for (const [a, n] of shared) offer(a, SAME_RECORD, 0, overlap(n, sightings[a]!, s));
    for (const n of s.nodes) {
      const list = members.get(n);
      if (!list) continue;
      const as = nodes.at(n).tie.owner === 'actor' ? {} : { halfLife: WEAK_HOUSE_HALF_LIFE };
      for (const a of near(list, sightings, s.firstMs)) {
        const gapMs = gapOf(sightings[a]!, s);
        offer(a, n, gapMs, weightOf(nodes, n, gapMs, as));
      }
    }
    let best: Joined | undefined;
    for (const [group, edges] of byGroup) {
      const by = [...edges.values()].sort((p, q) => q.weight - p.weight || p.node - q.node);
      const weight = 1 - by.reduce((rest, e) => rest * (1 - e.weight), 1);
      if (weight < JOIN || (best && (best.tied.weight > weight || (best.tied.weight === weight && best.group < group))))
        continue;
      best = { group, tied: { a: by[0]!.a, b: i, weight, by: by.filter((e) => e.weight > 0.005).slice(0, 5) } };
    }
    if (best) out.set(i, best);
  }
  return out;
}

/** Spans that lie over so much time that their start says little of what they are near to. */
const LONG = 7 * DAY;
const MAX_LONG = 24;

/** Of a list in order of time those that come nearest to a moment: a few on each side, and the long spans. */
function near(list: readonly number[], sightings: readonly Sighting[], ms: number): number[] {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sightings[list[mid]!]!.firstMs <= ms) low = mid + 1;
    else high = mid;
  }
  const long = list.filter((i) => sightings[i]!.lastMs - sightings[i]!.firstMs > LONG).slice(0, MAX_LONG);
  return [...list.slice(Math.max(0, low - 3), low + 2), ...long];
}
