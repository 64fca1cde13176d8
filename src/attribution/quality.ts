import type { EvidenceItem, EvidenceSource, Exclusivity, Forgeability } from '../model/index.ts';
import { AttributionError } from './errors.ts';

/**
 * What one item of a person's evidence weighs. Tables here are design values (docs/attribution.md says so): nobody has
 * measured them; each stands in the product with that remark.
 */
const RELIABLE: Readonly<Record<EvidenceSource['reliability'], number>> = {
  A: 0.95,
  B: 0.8,
  C: 0.6,
  D: 0.4,
  E: 0.2,
  F: 0.5,
};
const CREDIBLE: Readonly<Record<EvidenceSource['credibility'], number>> = {
  1: 0.95,
  2: 0.8,
  3: 0.6,
  4: 0.35,
  5: 0.15,
  6: 0.5,
};

/** -ln of the probability that such support is false: no group of that kind ever weighs more. */
export const CAPS: Readonly<Record<Forgeability, number>> = {
  trivial: 1.2,
  easy: 2.3,
  moderate: 3.5,
  hard: 4.6,
  veryhard: 5.8,
};
const ORDER: readonly Forgeability[] = ['trivial', 'easy', 'moderate', 'hard', 'veryhard'];
export const isHard = (f: Forgeability) => f === 'hard' || f === 'veryhard';

/** Geometric mean: in practice the two scales are given together (Baker et al. 1968), so they must not multiply. */
export function quality(source: Pick<EvidenceSource, 'reliability' | 'credibility'>): number {
  return Math.sqrt(RELIABLE[source.reliability] * CREDIBLE[source.credibility]);
}

/**
 * Weight of a likelihood ratio told by a source of quality r: with probability 1 - r it says nothing. So a bad source can
 * neither exclude (never below ln(1 - r)) nor convince. Rises with r when lr > 1, falls when lr < 1.
 */
export function discounted(lr: number, r: number): number {
  if (!(lr > 0) || !(r >= 0 && r <= 1))
    throw new AttributionError('OUT_OF_RANGE', `likelihood ratio ${lr} at quality ${r}`);
  return Math.log(r * lr + 1 - r);
}

/** The quality a source needs for its ratio to weigh `nats`; null when no quality reaches it. */
export function qualityFor(lr: number, nats: number): number | null {
  if (lr === 1) return null;
  const r = (Math.exp(nats) - 1) / (lr - 1);
  return r >= 0 && r <= 1 ? r : null;
}

const DAY = 86_400_000;

/** Probability that somebody other than a holder shows the thing at that time: falls nowhere below the theft floor. */
export function othersHave(x: Exclusivity, at: string | undefined): number {
  const floor = Math.max(0.003, x.theftFloor);
  const before = Math.max(floor, x.before);
  if (x.leakedAt === undefined) return before;
  // an undated sighting may be after the leak: the weaker reading counts
  const days =
    at === undefined ? Number.POSITIVE_INFINITY : (Date.parse(at.slice(0, 10)) - Date.parse(x.leakedAt)) / DAY;
  if (!(days > 0)) return before;
  const after = Math.max(before, x.after ?? 0.5);
  return before + (after - before) * (1 - Math.exp(-days / x.tauDays));
}

/** Likelihood ratios of an item against background, by hypothesis: a person's, or those its exclusivity implies. */
export function ratios(item: EvidenceItem): Readonly<Record<string, number>> {
  if (item.lr !== undefined) return item.lr;
  const x = item.exclusivity;
  if (x === undefined) return {};
  const lr = x.whenHeld / othersHave(x, item.observedAt);
  return Object.fromEntries(x.holders.map((h) => [h, lr]));
}

/** The weakest of a group's artefacts decides how much the group may weigh. */
export function capOf(items: readonly Pick<EvidenceItem, 'forgeability'>[]): number {
  let rank = ORDER.length - 1;
  for (const { forgeability } of items) rank = Math.min(rank, ORDER.indexOf(forgeability));
  return CAPS[ORDER[rank]!];
}

/**
 * A dependence group's weight: the strongest item whole, the next by ρ, ρ², … (ρ = 0: copies, 1: documented independence),
 * then the cap, both ways.
 */
export function pooled(weights: readonly number[], rho: number, cap: number): number {
  const sorted = [...weights].sort((a, b) => Math.abs(b) - Math.abs(a) || b - a);
  let sum = 0;
  let share = 1;
  for (const w of sorted) {
    sum += share * w;
    share *= rho;
  }
  return Math.max(-cap, Math.min(cap, sum));
}
