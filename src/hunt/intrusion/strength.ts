import type { Finding, Level } from '../../model/index.ts';
import type { Sighting, Source } from './types.ts';

/** How much a finding says by itself, from its level; a behaviour says with its score how far from innocent it is. */
const OF_LEVEL: Readonly<Record<Level, number>> = {
  critical: 0.95,
  high: 0.8,
  medium: 0.5,
  low: 0.2,
  informational: 0.05,
};

/** From here on a finding can found an Intrusion; below, it may only join one. */
export const STRONG = 0.4;
/** Techniques that try, ask or look, and by themselves say of no account or host that anybody acted as it. */
const TRIES = /^T(1110|1566|1598|1595|1589|1590|1591|1592|1593|1594|1596|1597)(\.|$)/;

/** Whom it names was tried; that anybody got in it does not say. */
export function onlyTried({ attack, tactics }: Pick<Source, 'attack' | 'tactics'>): boolean {
  return attack.length > 0 ? attack.every((t) => TRIES.test(t)) : tactics.includes('reconnaissance');
}

/** Pairs of host and account on which a rule may fire before it counts as noise of this evidence. */
const FEW = 4;
/** … and on which a behaviour may fire as strongly: an intruder uses a dozen accounts. */
const DOZEN = 16;
const MAX_PAIRS = 4096;

/**
 * What fires on many hosts and accounts says less about each: of this evidence, not of all. A behaviour is measured by how
 * many are as strange as this one, so that the twelve that stand out are not judged by the hundred that do not. A
 * correlation that finds the same group again and again, month by month, has found a habit.
 */
export class Spread {
  readonly #pairs = new Map<string, Map<string, number>>();
  readonly #days = new Map<string, Set<number>>();
  readonly #sorted = new Map<string, number[]>();

  add(f: Finding): void {
    const pairs = this.#pairs.getOrInsertComputed(f.rule.id, () => new Map());
    const pair = pairOf(f.host, f.user);
    if (pairs.size < MAX_PAIRS || pairs.has(pair)) pairs.set(pair, Math.max(pairs.get(pair) ?? 0, f.score ?? 0));
    if (f.kind !== 'correlation' || f.time === '') return;
    this.#days.getOrInsertComputed(groupOf(f.rule.id, f.host, f.user, f.address), () => new Set()).add(dayOf(f.time));
  }

  strengthOf(s: Pick<Sighting, 'source' | 'level' | 'score' | 'accepted' | 'head'>): number {
    if (s.accepted) return 0.95;
    const level = OF_LEVEL[s.level];
    // Squared: half as far from innocent says a quarter.
    if (s.score !== undefined)
      return (0.4 * level + 0.6 * s.score ** 2) / damped(this.#asStrange(s.source.id, s.score), DOZEN);
    const pairs = this.#pairs.get(s.source.id)?.size ?? 1;
    const { host, user, address } = s.head;
    const days = this.#days.get(groupOf(s.source.id, host, user, address))?.size ?? 1;
    return level / damped(pairs, FEW) / damped(days, FEW);
  }

  /** Pairs in which the behaviour scores at least so. */
  #asStrange(rule: string, score: number): number {
    const scores = this.#sorted.getOrInsertComputed(rule, () =>
      [...(this.#pairs.get(rule)?.values() ?? [])].sort((a, b) => b - a),
    );
    let low = 0;
    let high = scores.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (scores[mid]! >= score) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

function damped(n: number, free: number): number {
  return 1 + 0.25 * Math.log2(Math.max(1, n / free));
}

const pairOf = (host: string, user: string): string => `${host}\u0000${user}`;
const groupOf = (rule: string, ...names: readonly string[]): string => [rule, ...names].join('\u0000');
const dayOf = (time: string): number => Math.floor(Date.parse(time) / 86_400_000);
