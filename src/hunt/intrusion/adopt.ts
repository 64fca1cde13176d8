import { plural } from '../../base/index.ts';
import { isOwnLog } from './coverage.ts';
import type { Nodes } from './nodes.ts';
import { misuseOf } from './scope.ts';
import { onlyTried, STRONG } from './strength.ts';
import { gapOf, type Tied } from './ties.ts';
import type { Sighting } from './types.ts';
import type { Joined } from './weak.ts';

/** Days within which an intruder who has a host or an account is the likeliest source of what else is strange there. */
const AROUND_DAYS = 60;
/** Findings of a cluster that sits alone, at most: more of them tell a story of their own. */
const ALONE = 3;
const DAY = 86_400_000;

/** What stands alone, and the intrusion it belongs to. */
export interface Adopted {
  /** the group that stands alone */
  readonly group: number;
  readonly tied: Tied;
}

export interface AdoptInput {
  readonly sightings: readonly Sighting[];
  readonly nodes: Nodes;
  readonly groups: ReadonlyMap<number, readonly Sighting[]>;
  readonly heavy: ReadonlySet<number>;
  readonly joined: ReadonlyMap<number, Joined>;
}

/**
 * A strong finding or an indicator that nothing ties, on a host or account that exactly one intrusion misuses around that
 * time, belongs to that one. Not when two misuse it then, not what was only tried, not what met an open server from outside:
 * that many do. What it shares with another intrusion speaks against it as well.
 */
export function adopt({ sightings, nodes, groups, heavy, joined }: AdoptInput): Adopted[] {
  const index = new Map(sightings.map((s, i) => [s, i]));
  const alone = [...groups].filter(([g, list]) => standsAlone(list, heavy.has(g)));
  const apart = new Set(alone.map(([g]) => g));
  const misuse = new Map<number, { group: number; by: readonly Sighting[] }[]>();
  const owned = new Map<number, Set<number>>();
  for (const g of heavy) {
    if (apart.has(g)) continue;
    const weak = [...joined].filter(([, j]) => j.group === g);
    const members = [...groups.get(g)!, ...weak.map(([i]) => sightings[i]!)];
    const says = misuseOf({ all: members, joined: new Map(weak.map(([i, j]) => [sightings[i]!, j])) }, nodes);
    for (const [n, by] of says) misuse.getOrInsertComputed(n, () => []).push({ group: g, by });
    for (const s of members)
      for (const n of s.nodes)
        if (nodes.at(n).tie.owner === 'actor') owned.getOrInsertComputed(n, () => new Set()).add(g);
  }
  return alone.flatMap(([group, list]) => {
    const offers = list.flatMap((s) =>
      placesOf(s, nodes).flatMap((node) =>
        (misuse.get(node) ?? []).flatMap((m) => {
          const near = m.by.map((by) => ({ by, gapMs: gapOf(by, s) })).reduce((p, q) => (q.gapMs < p.gapMs ? q : p));
          return near.gapMs <= AROUND_DAYS * DAY ? [{ ...near, s, node, group: m.group }] : [];
        }),
      ),
    );
    const best = offers.reduce<(typeof offers)[number] | undefined>(
      (p, q) => (p && p.gapMs <= q.gapMs ? p : q),
      undefined,
    );
    if (!best || offers.some((o) => o.group !== best.group)) return [];
    const others = list.flatMap((s) => s.nodes.flatMap((n) => [...(owned.get(n) ?? [])]));
    if (others.some((g) => g !== best.group)) return [];
    const [a, b] = [index.get(best.by)!, index.get(best.s)!];
    const weight = 0.5 * 2 ** -(best.gapMs / DAY / AROUND_DAYS);
    const { node, gapMs } = best;
    const when = gapMs === 0 ? 'while' : `within ${plural(Math.ceil(gapMs / DAY), 'day')} of when`;
    const why = `one stands alone there, ${when} this intrusion and no other misuses it`;
    return [{ group, tied: { a, b, weight, by: [{ node, weight, gapMs, why }] } }];
  });
}

/** Few, strong by themselves or on a list of indicators, and nobody has said where they belong. */
function standsAlone(list: readonly Sighting[], heavy: boolean): boolean {
  const strong = list.filter((s) => s.strength >= STRONG);
  if (strong.length === 0 || strong.length < list.length) return false;
  if (!heavy && !strong.some((s) => s.source.kind === 'indicator' && (s.level === 'high' || s.level === 'critical')))
    return false;
  return (
    strong.reduce((n, s) => n + s.findings, 0) <= ALONE &&
    strong.every((s) => s.colour === null && !onlyTried(s.source))
  );
}

function cameFromOutside(s: Sighting, nodes: Nodes): boolean {
  return !isOwnLog(s.head.stream) && s.nodes.some((n) => nodes.at(n).type === 'address');
}

/** Where it happened: as and on which somebody acted; an indicator stands in the log of the host it was met on. */
function placesOf(s: Sighting, nodes: Nodes): number[] {
  const own = s.source.kind === 'indicator' && isOwnLog(s.head.stream) ? s.nodes : s.acted;
  const outside = cameFromOutside(s, nodes);
  return own.filter((n) => nodes.at(n).type === 'account' || (nodes.at(n).type === 'host' && !outside));
}
