import { count, duration, plural } from '../../base/index.ts';
import type { EntityKey } from '../../model/index.ts';
import { atLeast, inCommon } from './chance.ts';
import type { Nodes, Tie } from './nodes.ts';
import type { PersonOf } from './persons.ts';
import { gapBetween, type Part, type Profile, profileOf } from './profile.ts';
import { AGAIN, areOthers, decay, OTHERS, type Reason, SURE, type Tied } from './ties.ts';
import type { Sighting } from './types.ts';

/** Two intrusions are one when all their reasons together say so. The gap it lies in: docs/intrusions.md. */
export const AGREE = 0.45;
/** Share of a tie that is left where one side only names a person or a machine: a right given, an audit changed. */
const NAMED = 0.7;
/** One acts as somebody, the other at his desk. */
const DESK = { base: 0.42, halfLife: 240 };
/** A machine that is nobody's desk is entered by many: two intruders may meet there. */
const SERVER = 0.4;
/** Somebody who was tried is misused so soon after: days. */
const SOON = 45;
/** Among fewer people than this nothing can be said about chance. */
const FEWEST_KNOWN = 50;
/** From here on a group says of a person that he was misused. */
const MISUSED = 0.65;
/** What more intrusions than this have in common tells none of them from the others. */
const MAX_SHARERS = 24;
/** Who moves on from a machine has a hold on it, and kept it for longer than the moment: half-life, days. */
const MOVED = 60;
const MAX_REASONS = 8;
/** A chance of one in 250 ties by half, one in 65,000 by three quarters. */
const CHANCE = 1 / 8;
const DAY = 86_400_000;

/** With the two sightings that show it. */
type Shown = Reason & { readonly a: number; readonly b: number };

export interface AgreeInput {
  readonly sightings: readonly Sighting[];
  readonly nodes: Nodes;
  /** of each sighting */
  readonly group: Int32Array;
  readonly heavy: ReadonlySet<number>;
  readonly links: readonly Tied[];
  readonly personOf: PersonOf;
}

/**
 * Whole intrusions side by side: which of them are one, heaviest first. Two findings that share one doubtful thing are two
 * findings; that what one half is certain of keeps meeting what the other half is certain of, is no chance. Reasons add up
 * as far as they are independent: each thing once, each person once, whatever his account, mailbox and desk say.
 */
export function agreements({ sightings, nodes, group, heavy, links, personOf }: AgreeInput): Tied[] {
  const tiedBy = new Map<number, number>();
  for (const { a, b, weight } of links) for (const i of [a, b]) tiedBy.set(i, Math.max(tiedBy.get(i) ?? 0, weight));
  const members = new Map<number, [number, Sighting][]>([...heavy].map((g) => [g, []]));
  for (const [i, s] of sightings.entries()) members.get(group[i]!)?.push([i, s]);
  const about = { nodes, personOf, tiedBy };
  const profiles = telling([...members].map(([g, list]) => profileOf(g, list, about)));
  const known = new Set(nodes.list.flatMap((_, n) => personOf(n) ?? [])).size;
  const out: Tied[] = [];
  for (const [x, y] of meeting(profiles)) {
    const reasons = [
      ...things(x, y, nodes, personOf),
      ...people(x, y, nodes),
      ...aims(x, y, known),
      ...aims(y, x, known),
    ];
    const by = reasons.filter((r) => r.weight > 0).sort((p, q) => q.weight - p.weight || p.node - q.node);
    const weight = 1 - by.reduce((rest, r) => rest * (1 - r.weight), 1);
    const [first] = by;
    if (!first) continue;
    const { a, b } = first;
    const told = by.filter((r) => r.weight > 0.01).slice(0, MAX_REASONS);
    out.push({ a, b, weight, by: told.map(({ a: _a, b: _b, ...reason }) => reason), whole: true });
  }
  return out.sort((p, q) => q.weight - p.weight || p.a - q.a || p.b - q.b);
}

type Keyed = 'parts' | 'people' | 'aims';
const KEYED: readonly Keyed[] = ['parts', 'people', 'aims'];

/** Without what more of them have in common than tells one from another. */
function telling(profiles: readonly Profile[]): Profile[] {
  const sharers = new Map<number | EntityKey, number>();
  for (const p of profiles)
    for (const key of new Set(KEYED.flatMap((k) => [...p[k].keys()]))) sharers.set(key, (sharers.get(key) ?? 0) + 1);
  const kept = <K extends number | EntityKey, V>(map: ReadonlyMap<K, V>): Map<K, V> =>
    new Map([...map].filter(([key]) => sharers.get(key)! <= MAX_SHARERS));
  return profiles.map((p) => ({ ...p, parts: kept(p.parts), people: kept(p.people), aims: kept(p.aims) }));
}

/** Pairs that have anything in common, each once. */
function meeting(profiles: readonly Profile[]): [Profile, Profile][] {
  const index = new Map<number | EntityKey, Profile[]>();
  for (const p of profiles)
    for (const key of new Set(KEYED.flatMap((k) => [...p[k].keys()]))) index.getOrInsertComputed(key, () => []).push(p);
  const pairs = new Map<string, [Profile, Profile]>();
  for (const list of index.values())
    for (const [i, x] of list.entries()) for (const y of list.slice(i + 1)) pairs.set(`${x.group}|${y.group}`, [x, y]);
  return [...pairs.values()];
}

function sureness(x: Part, y: Part): number {
  return Math.min(1, Math.sqrt(x.sure * y.sure) / SURE);
}

/** What both used or called, and machines that are nobody's. */
function things(x: Profile, y: Profile, nodes: Nodes, personOf: PersonOf): Shown[] {
  const small = x.parts.size <= y.parts.size ? x : y;
  return [...small.parts.keys()].flatMap((node) => {
    const [p, q] = [x.parts.get(node), y.parts.get(node)];
    const { tie, type, intruder } = nodes.at(node);
    if (!p || !q || type === 'event' || personOf(node) !== null) return [];
    const gapMs = gapBetween(p.spans, q.spans);
    const { base, halfLife } = tie.owner === 'house' ? placeTie(p, q, tie) : tie;
    const weight = (intruder ? 0.95 : base * nodes.rarity(node) * decay(gapMs, halfLife)) * sureness(p, q);
    return [{ node, gapMs, weight, a: p.best, b: q.best }];
  });
}

/** Of a machine that is nobody's desk: what happened there, and whether the same people did it. */
function placeTie(p: Part, q: Part, tie: Tie): Pick<Tie, 'base' | 'halfLife'> {
  if (areOthers(p.as, q.as)) return { base: SERVER * OTHERS, halfLife: tie.halfLife };
  // The same sign again; or moved on from where the other has a hold.
  if (p.acted > 0 && q.acted > 0 && !p.rules.isDisjointFrom(q.rules)) return AGAIN;
  if ((p.from && q.acted > 0) || (q.from && p.acted > 0)) return { base: tie.base, halfLife: MOVED };
  return { base: SERVER * used(p, q), halfLife: tie.halfLife };
}

/** What the house's ties keep: in full where both acted, less where one only names. */
function used(p: Part, q: Part): number {
  return p.acted > 0 && q.acted > 0 ? 1 : NAMED;
}

/** People whom both have to do with: of account, mailbox and desk the one pair that says most. */
function people(x: Profile, y: Profile, nodes: Nodes): Shown[] {
  return [...x.people].flatMap(([person, facets]) => {
    const pairs = facets.flatMap((p) =>
      (y.people.get(person) ?? []).map((q): Shown => {
        const [one, two] = [nodes.at(p.node), nodes.at(q.node)];
        const gapMs = gapBetween(p.spans, q.spans);
        const same = one.type === two.type && one.type !== 'host';
        const { base, halfLife } = p.node === q.node ? { ...one.tie, halfLife: DESK.halfLife } : same ? one.tie : DESK;
        const both = one.type === 'mailbox' || two.type === 'mailbox' ? 1 : used(p, q);
        const weight = base * both * decay(gapMs, halfLife) * sureness(p, q) * nodes.rarity(p.node);
        const why = p.node === q.node ? undefined : `${two.key} is the same person's, ${apart(gapMs)}`;
        return { node: p.node, gapMs, weight, a: p.best, b: q.best, ...(why === undefined ? {} : { why }) };
      }),
    );
    return pairs.length === 0 ? [] : [pairs.reduce((best, r) => (r.weight > best.weight ? r : best))];
  });
}

/** Whom the one only tried, the other misused: more of them, or sooner after it, than chance would have it. */
function aims(x: Profile, y: Profile, known: number): Shown[] {
  if (x.aims.size === 0 || known < FEWEST_KNOWN) return [];
  const misused = new Map(
    [...y.people].flatMap(([person, facets]) => {
      const part = facets.reduce((best, f) => (f.acted > best.acted ? f : best));
      return part.acted >= MISUSED ? [[person, part] as const] : [];
    }),
  );
  const hits = [...x.aims].flatMap(([person, aim]) => {
    const part = misused.get(person);
    if (!part) return [];
    const first = part.spans[0]![0];
    const before = aim.spans.reduce(
      (ms, [from]) => (from <= first ? Math.max(ms, from) : ms),
      Number.NEGATIVE_INFINITY,
    );
    return [{ person, aim, part, gapMs: gapBetween(aim.spans, part.spans), afterMs: first - before }];
  });
  const heaviest = hits.reduce<(typeof hits)[number] | undefined>(
    (p, q) => (p && p.gapMs <= q.gapMs ? p : q),
    undefined,
  );
  if (!heaviest) return [];
  const soon = hits.filter((h) => h.afterMs <= SOON * DAY).length;
  const share = misused.size / known;
  const days = Math.max(SOON, (y.span[1] - y.span[0]) / DAY);
  const chance = Math.min(
    hits.length >= 2 ? inCommon(hits.length, x.aims.size, misused.size, known) : 1,
    soon >= 1 ? atLeast(soon, x.aims.size, (share * SOON) / days) : 1,
  );
  const { aim, part, gapMs } = heaviest;
  const weight = (1 - chance ** CHANCE) * sureness(aim, part) * decay(gapMs, DESK.halfLife);
  const why = `of ${plural(x.aims.size, 'person', 'people')} it was aimed at ${count(hits.length)} ${hits.length === 1 ? 'is' : 'are'} misused here, of ${count(known)} known ${count(misused.size)}`;
  return [{ node: part.node, gapMs, weight, a: aim.best, b: part.best, why }];
}

function apart(gapMs: number): string {
  return gapMs === 0 ? 'at the same time' : `${duration(gapMs)} apart`;
}
