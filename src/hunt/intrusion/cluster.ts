import type { Nodes } from './nodes.ts';
import { onlyTried, STRONG } from './strength.ts';
import type { Assertion, Sighting } from './types.ts';

/** Two sightings become part of one intrusion when what they share says so with at least this weight. */
const DIRECT = 0.5;
/** Two groups, when all they share together says so. */
const TOGETHER = 0.55;
/** A weak sighting joins an intrusion only over something so close. */
const JOIN = 0.6;
/** A house's host or account ties a weak sighting only this near in time (half-life, days). */
const WEAK_HOUSE_HALF_LIFE = 1 / 12;
const MAX_ROUNDS = 40;
const DAY = 86_400_000;

/** What ties two sightings, heaviest first. */
export interface Tied {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
  readonly by: readonly { readonly node: number; readonly weight: number; readonly gapMs: number }[];
  /** the one stands alone on what only the other's intrusion misuses then (adopt.ts) */
  readonly onMisused?: true;
}

export interface Clusters {
  /** for each sighting the number of its group, as they are now */
  readonly group: () => Int32Array;
  /** the ties that joined groups: a tree over each */
  readonly links: readonly Tied[];
  /** two groups made one; false: they are already, or a person keeps them apart */
  readonly join: (a: number, b: number) => boolean;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly node: number;
  readonly gapMs: number;
  readonly weight: number;
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

function edgesOf(sightings: readonly Sighting[], nodes: Nodes, takesPart: (i: number) => boolean): Edge[] {
  const members = new Map<number, number[]>();
  const records = new Map<number, number>();
  const edges: Edge[] = [];
  const shared = new Map<string, number>();
  for (const [i, s] of sightings.entries()) {
    if (!takesPart(i) && s.colour === null) continue;
    for (const n of s.nodes) {
      members.getOrInsertComputed(n, () => []).push(i);
    }
    for (const e of s.events) {
      const before = records.get(e);
      if (before === undefined) records.set(e, i);
      else if (before !== i) shared.set(`${before}|${i}`, (shared.get(`${before}|${i}`) ?? 0) + 1);
    }
  }
  for (const [pair, n] of shared) {
    const [a, b] = pair.split('|').map(Number) as [number, number];
    const [x, y] = [sightings[a]!, sightings[b]!];
    edges.push({ a, b, node: SAME_RECORD, gapMs: 0, weight: overlap(n, x, y) * sureness(x, y) });
  }
  for (const [node, list] of members) {
    let reach = list[0] as number; // the one that lasts longest so far: a long span ties what lies within it
    let strong = reach; // the last strong one: weak ones between two strong ones do not part them
    for (let k = 1; k < list.length; k++) {
      const b = list[k] as number;
      const before = list[k - 1] as number;
      for (const a of new Set([before, reach, strong])) {
        const gapMs = gapOf(sightings[a]!, sightings[b]!);
        const weight = weightOf(nodes, node, gapMs) * both(sightings[a]!, sightings[b]!, node, nodes);
        if (weight > 0.02) edges.push({ a, b, node, gapMs, weight });
      }
      if (sightings[b]!.lastMs > sightings[reach]!.lastMs) reach = b;
      if (sightings[b]!.strength >= STRONG) strong = b;
    }
  }
  return edges;
}

/**
 * Two doubtful findings tie less than two strong ones that share the same. What belongs to the house ties in full only
 * where both say that somebody acted as it or on it.
 */
function both(a: Sighting, b: Sighting, node: number, nodes: Nodes): number {
  const sure = sureness(a, b);
  if (nodes.at(node).tie.owner !== 'house') return sure;
  // Anybody may try anybody's account: it ties by what he tried it with, not by whom.
  if (onlyTried(a.source) || onlyTried(b.source)) return 0;
  // A mailbox is only named where it was read or changed.
  const mailbox = nodes.at(node).type === 'mailbox';
  return mailbox || (usedIn(a, node) && usedIn(b, node)) ? sure : NAMED * sure;
}

/** Share that is left of a tie where one of two strong findings names, but does not act: a right given, a host reached. */
const NAMED = 0.7;

function sureness(a: Sighting, b: Sighting): number {
  return Math.min(1, Math.sqrt(Math.max(STRONG, a.strength) * Math.max(STRONG, b.strength)) / SURE);
}

/** Two findings on one record are one act; one record among many of each is little. */
function overlap(shared: number, a: Sighting, b: Sighting): number {
  return Math.min(1, shared / Math.min(a.events.length, b.events.length));
}

/** Acted as or on; or, when somebody moved on from host to host, named as one of the two ends. */
function usedIn(s: Sighting, node: number): boolean {
  return s.acted.includes(node) || (s.source.tactics.includes('lateral-movement') && s.nodes.length <= 8);
}

/** Strength from which a tie counts in full. */
const SURE = 0.7;

/** Stands for a shared record in place of a node. */
export const SAME_RECORD = -1;

/** Milliseconds between two spans, 0 when they overlap; undated ones are near nothing. */
export function gapOf(a: Sighting, b: Sighting): number {
  const gap = Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs);
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(0, gap);
}

function weightOf(nodes: Nodes, id: number, gapMs: number, halfLife?: number): number {
  const { tie, intruder } = nodes.at(id);
  if (intruder) return 0.95;
  const days = halfLife ?? tie.halfLife;
  const decay = days === Number.POSITIVE_INFINITY ? 1 : 2 ** -(gapMs / DAY / days);
  return tie.base * nodes.rarity(id) * decay;
}

/** Edges between different groups, put together per pair: of each node its best, then all nodes as independent reasons. */
function together(edges: readonly Edge[], groupOf: (i: number) => number): Tied[] {
  const pairs = new Map<string, Map<number, Edge>>();
  for (const e of edges) {
    const x = groupOf(e.a);
    const y = groupOf(e.b);
    if (x === y) continue;
    const key = x < y ? `${x}|${y}` : `${y}|${x}`;
    const best = pairs.getOrInsertComputed(key, () => new Map());
    const known = best.get(e.node);
    if (!known || e.weight > known.weight) best.set(e.node, e);
  }
  const out: Tied[] = [];
  for (const best of pairs.values()) {
    const by = [...best.values()].sort((p, q) => q.weight - p.weight || p.node - q.node);
    const weight = 1 - by.reduce((rest, e) => rest * (1 - e.weight), 1);
    const { a, b } = by[0]!;
    out.push({ a, b, weight, by: by.filter((e) => e.weight > 0.005).slice(0, 5) });
  }
  return out.sort((p, q) => q.weight - p.weight || p.a - q.a || p.b - q.b);
}

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
      const halfLife = nodes.at(n).tie.owner === 'actor' ? undefined : WEAK_HOUSE_HALF_LIFE;
      for (const a of near(list, sightings, s.firstMs)) {
        const gapMs = gapOf(sightings[a]!, s);
        offer(a, n, gapMs, weightOf(nodes, n, gapMs, halfLife));
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

/** For each assertion that things are different: which side a node is on. */
type Apart = ReadonlyMap<number, readonly string[]>;

function apartSets(assertions: readonly Assertion[], nodes: Nodes): Apart {
  const out = new Map<number, string[]>();
  for (const a of assertions) {
    if (a.relation !== 'different') continue;
    for (const [side, key] of a.entities.entries()) {
      const node = nodes.find(key);
      if (node !== undefined) out.set(node, [...(out.get(node) ?? []), `${a.entry}:${side}`]);
    }
  }
  return out;
}

/** Union-find that refuses to join what a person keeps apart: two named intrusions, or two sides of a `different`. */
class Groups {
  readonly #parent: Int32Array;
  readonly #colour: (string | null)[];
  readonly #sides: (Map<string, string> | undefined)[];

  constructor(sightings: readonly Sighting[], apart: Apart) {
    this.#parent = Int32Array.from(sightings, (_, i) => i);
    this.#colour = sightings.map((s) => s.colour);
    this.#sides = sightings.map((s) => {
      const marks = apart.size === 0 ? [] : s.nodes.flatMap((n) => apart.get(n) ?? []);
      return marks.length === 0 ? undefined : new Map(marks.map((m) => m.split(':') as [string, string]));
    });
  }

  of(i: number): number {
    let root = i;
    while (this.#parent[root] !== root) root = this.#parent[root]!;
    for (let at = i; at !== root; ) {
      const up = this.#parent[at]!;
      this.#parent[at] = root;
      at = up;
    }
    return root;
  }

  /** false: already one, or kept apart */
  join(i: number, j: number): boolean {
    const a = this.of(i);
    const b = this.of(j);
    if (a === b) return false;
    const [x, y] = [this.#colour[a] ?? null, this.#colour[b] ?? null];
    if (x !== null && y !== null && x !== y) return false;
    const [p, q] = [this.#sides[a], this.#sides[b]];
    if (p && q) for (const [entry, side] of p) if (q.has(entry) && q.get(entry) !== side) return false;
    const [root, leaf] = a < b ? [a, b] : [b, a];
    this.#parent[leaf] = root;
    this.#colour[root] = x ?? y;
    if (p || q) this.#sides[root] = new Map([...(p ?? []), ...(q ?? [])]);
    return true;
  }

  all(): Int32Array {
    return this.#parent.map((_, i) => this.of(i));
  }
}
