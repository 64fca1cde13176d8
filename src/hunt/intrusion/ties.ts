import type { Nodes, Tie } from './nodes.ts';
import { onlyTried, STRONG } from './strength.ts';
import type { Sighting } from './types.ts';

const DAY = 86_400_000;

/** One thing that ties; `why` where it is more than that both name it. */
export interface Reason {
  readonly node: number;
  readonly weight: number;
  readonly gapMs: number;
  readonly why?: string;
}

/** What ties two sightings, heaviest first. */
export interface Tied {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
  readonly by: readonly Reason[];
  /** between whole intrusions, by all that each is sure of (agree.ts) */
  readonly whole?: true;
}

export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly node: number;
  readonly gapMs: number;
  readonly weight: number;
}

export function edgesOf(sightings: readonly Sighting[], nodes: Nodes, takesPart: (i: number) => boolean): Edge[] {
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
        const weight =
          weightOf(nodes, node, gapMs, isAgain(sightings[a]!, sightings[b]!, node, nodes) ? AGAIN : undefined) *
          both(sightings[a]!, sightings[b]!, node, nodes);
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
  const { type } = nodes.at(node);
  if (type === 'host' && !inOneGo(a, b) && areOthers(accountsOf(a, nodes), accountsOf(b, nodes))) return OTHERS * sure;
  return type === 'mailbox' || (usedIn(a, node) && usedIn(b, node)) ? sure : NAMED * sure;
}

/** Within a day, and neither longer than one: who changes accounts in that time is likely to be one person. */
function inOneGo(a: Sighting, b: Sighting): boolean {
  return Math.max(a.lastMs, b.lastMs) - Math.min(a.firstMs, b.firstMs) <= DAY;
}

/** Share that is left of a machine's tie where the two acted there as different people. */
export const OTHERS = 0.4;

export function accountsOf(s: Sighting, nodes: Nodes): Set<number> {
  return new Set(s.acted.filter((n) => nodes.at(n).type === 'account'));
}

/** Both sides name whom they acted as, and none is the same. */
export function areOthers(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size > 0 && b.size > 0 && a.isDisjointFrom(b);
}

/** Share that is left of a tie where one of two strong findings names, but does not act: a right given, a host reached. */
const NAMED = 0.7;

function sureness(a: Sighting, b: Sighting): number {
  return Math.min(1, Math.sqrt(Math.max(STRONG, a.strength) * Math.max(STRONG, b.strength)) / SURE);
}

/** Two findings on one record are one act; one record among many of each is little. */
export function overlap(shared: number, a: Sighting, b: Sighting): number {
  return Math.min(1, shared / Math.min(a.events.length, b.events.length));
}

/** The same sign on the same machine is the same trouble, and for longer than two signs of different kinds. */
export const AGAIN: Pick<Tie, 'base' | 'halfLife'> = { base: 0.75, halfLife: 365 };

function isAgain(a: Sighting, b: Sighting, node: number, nodes: Nodes): boolean {
  return a.source.id === b.source.id && nodes.at(node).type === 'host';
}

/** Acted as or on; or, when somebody moved on from host to host, named as one of the two ends. */
function usedIn(s: Sighting, node: number): boolean {
  return s.acted.includes(node) || (isMove(s) && s.nodes.length <= 8);
}

/** Somebody moved on from one machine to others. */
export function isMove(s: Sighting): boolean {
  return s.source.tactics.includes('lateral-movement');
}

/** Strength from which a tie counts in full. */
export const SURE = 0.7;

/** Stands for a shared record in place of a node. */
export const SAME_RECORD = -1;

/** Milliseconds between two spans, 0 when they overlap; undated ones are near nothing. */
export function gapOf(a: Sighting, b: Sighting): number {
  const gap = Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs);
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(0, gap);
}

/** `as`: a tie in place of the node's own. */
export function weightOf(
  nodes: Nodes,
  id: number,
  gapMs: number,
  as?: Partial<Pick<Tie, 'base' | 'halfLife'>>,
): number {
  const { tie, intruder } = nodes.at(id);
  if (intruder) return 0.95;
  const { base, halfLife } = { ...tie, ...as };
  return base * nodes.rarity(id) * decay(gapMs, halfLife);
}

/** 1 at the same time, half of it after so many days. */
export function decay(gapMs: number, halfLife: number): number {
  return halfLife === Number.POSITIVE_INFINITY ? 1 : 2 ** -(gapMs / DAY / halfLife);
}

/** Edges between different groups, put together per pair: of each node its best, then all nodes as independent reasons. */
export function together(edges: readonly Edge[], groupOf: (i: number) => number): Tied[] {
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
