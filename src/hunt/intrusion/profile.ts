import type { EntityKey } from '../../model/index.ts';
import type { Nodes } from './nodes.ts';
import type { PersonOf } from './persons.ts';
import { onlyTried, STRONG } from './strength.ts';
import { accountsOf, isMove } from './ties.ts';
import type { Sighting } from './types.ts';

/** Milliseconds of UTC: from, until. */
export type Span = readonly [number, number];

/** What a whole group says of one entity. */
export interface Part {
  readonly node: number;
  /** 0 to 1: how surely it takes part, and how surely somebody acted as or on it */
  sure: number;
  acted: number;
  readonly spans: Span[];
  /** rules and behaviours that say so */
  readonly rules: Set<string>;
  /** a machine from which somebody moved on to others */
  from: boolean;
  /** accounts somebody acted as in the same sightings */
  readonly as: Set<number>;
  /** the strongest sighting of it, as index */
  best: number;
}

/** What a group is sure of as a whole: more than each finding of it by itself. */
export interface Profile {
  readonly group: number;
  /** by node: what was the intruder's own, used or called, and what of the house took part */
  readonly parts: ReadonlyMap<number, Part>;
  /** people on whose account, mailbox or desk it acted or whom it names, by the key of the account */
  readonly people: ReadonlyMap<EntityKey, readonly Part[]>;
  /** people who were only tried: by spraying, by mails */
  readonly aims: ReadonlyMap<EntityKey, Part>;
  /** first and last moment */
  readonly span: Span;
}

/** Of strong sightings only: what weak ones name is daily life, or has its own way to join. */
export function profileOf(
  group: number,
  members: readonly (readonly [index: number, sighting: Sighting])[],
  { nodes, personOf, tiedBy }: { nodes: Nodes; personOf: PersonOf; tiedBy: ReadonlyMap<number, number> },
): Profile {
  const strong = members.filter(([, s]) => s.strength >= STRONG && !Number.isNaN(s.firstMs));
  const certain = certaintyOf(strong.map(([, s]) => s));
  const parts = new Map<number, Part>();
  const aims = new Map<EntityKey, Part>();
  for (const [i, s] of strong) {
    // A doubtful finding that hangs firmly on what is certain is less doubtful.
    const sure = 1 - (1 - s.strength) * (1 - (tiedBy.get(i) ?? 0) * certain);
    const tried = onlyTried(s.source);
    const as = accountsOf(s, nodes);
    for (const n of s.nodes) {
      const house = nodes.at(n).tie.owner === 'house';
      if (house && tried) {
        const person = personOf(n);
        if (person !== null) note(aims, person, { i, s, as, node: n, sure, acted: 0 });
      } else note(parts, n, { i, s, as, node: n, sure, acted: s.acted.includes(n) ? sure : 0 });
    }
  }
  const people = new Map<EntityKey, Part[]>();
  for (const [n, part] of parts) {
    const person = personOf(n);
    if (person !== null) people.getOrInsertComputed(person, () => []).push(part);
  }
  const span: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [, s] of strong) {
    span[0] = Math.min(span[0], s.firstMs);
    span[1] = Math.max(span[1], s.lastMs);
  }
  return { group, parts, people, aims, span };
}

/** Distinct rules and behaviours as independent witnesses. */
function certaintyOf(strong: readonly Sighting[]): number {
  const byRule = new Map<string, number>();
  for (const s of strong) byRule.set(s.source.id, Math.max(byRule.get(s.source.id) ?? 0, s.strength));
  return 1 - [...byRule.values()].reduce((rest, strength) => rest * (1 - strength), 1);
}

function note<K>(
  map: Map<K, Part>,
  key: K,
  {
    i,
    s,
    as,
    node,
    sure,
    acted,
  }: { i: number; s: Sighting; as: ReadonlySet<number> } & Pick<Part, 'node' | 'sure' | 'acted'>,
): void {
  const known = map.get(key);
  const from = isMove(s) && acted === 0;
  const span: Span = [s.firstMs, s.lastMs];
  if (!known) {
    const rules = new Set([s.source.id]);
    map.set(key, { node, sure, acted, spans: [span], rules, from, as: new Set(as), best: i });
    return;
  }
  // The strongest speaks: ten findings of one rule are no ten witnesses.
  if (sure > known.sure) known.best = i;
  known.sure = Math.max(known.sure, sure);
  known.acted = Math.max(known.acted, acted);
  known.spans.push(span);
  known.rules.add(s.source.id);
  known.from ||= from;
  for (const n of as) known.as.add(n);
}

/** Milliseconds between the two nearest of two lists of spans in order of their starts; 0 when any overlap. */
export function gapBetween(a: readonly Span[], b: readonly Span[]): number {
  let gap = Number.POSITIVE_INFINITY;
  let [i, j] = [0, 0];
  let [lastA, lastB] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  while (i < a.length || j < b.length) {
    const fromA = i < a.length && (j >= b.length || a[i]![0] <= b[j]![0]);
    const [from, until] = fromA ? a[i++]! : b[j++]!;
    gap = Math.min(gap, Math.max(0, from - (fromA ? lastB : lastA)));
    if (fromA) lastA = Math.max(lastA, until);
    else lastB = Math.max(lastB, until);
  }
  return gap;
}
