import type { Finding, Level } from '../../model/index.ts';
import type { Sighting } from './types.ts';

/** How much a finding says by itself, from its level; a behaviour says with its score how far from innocent it is. */
const OF_LEVEL: Readonly<Record<Level, number>> = {
  critical: 0.95,
  high: 0.8,
  medium: 0.5,
  low: 0.2,
  informational: 0.05,
};

/** From here on a finding can found an Intrusion; below, it may only join one. */
export const STRONG = 0.34;
/** Pairs of host and account on which a rule may fire before it counts as noise of this evidence. */
const FEW = 4;

/** Rules that fire on many hosts and accounts say less about each: of this evidence, not of all. */
export class Spread {
  readonly #pairs = new Map<string, Set<string>>();

  add(f: Finding): void {
    const pairs = this.#pairs.getOrInsertComputed(f.rule.id, () => new Set());
    if (pairs.size < 4096) pairs.add(`${f.host}\u0000${f.user}`);
  }

  strengthOf(s: Pick<Sighting, 'source' | 'level' | 'score' | 'accepted'>): number {
    if (s.accepted) return 0.95;
    const level = OF_LEVEL[s.level];
    if (s.score !== undefined) return 0.4 * level + 0.6 * s.score;
    const pairs = this.#pairs.get(s.source.id)?.size ?? 1;
    return level / (1 + 0.25 * Math.log2(Math.max(1, pairs / FEW)));
  }
}
