import { AttributionError } from './errors.ts';

/** Probabilities from scores in nats; -Infinity is refused where a hypothesis must not be excluded. */
export function softmax(scores: ArrayLike<number>, temperature = 1): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > max) max = scores[i]!;
  const p = new Float64Array(scores.length);
  let z = 0;
  for (let i = 0; i < p.length; i++) {
    p[i] = Math.exp((scores[i]! - max) / temperature);
    z += p[i]!;
  }
  for (let i = 0; i < p.length; i++) p[i]! /= z;
  return p;
}

export function logit(p: number): number {
  if (!(p > 0 && p < 1)) throw new AttributionError('OUT_OF_RANGE', `a probability of ${p} leaves no room for doubt`);
  return Math.log(p / (1 - p));
}

/** What is shown is never 0 or 1. */
export const LEAST = 0.01;
export const shown = (p: number) => Math.min(1 - LEAST, Math.max(LEAST, p));

/**
 * The top posterior mapped down to what such statements came to in the benchmark; the others share what is left in
 * proportion. A map never raises: a hedge against deception must not be calibrated away on honest cases.
 */
export function calibrate(p: Float64Array, map: readonly { upTo: number; observed: number }[]): Float64Array {
  // one answer alone has nobody to give to
  if (map.length === 0 || p.length < 2) return p;
  let top = 0;
  for (let i = 1; i < p.length; i++) if (p[i]! > p[top]!) top = i;
  const stated = p[top]!;
  const observed = mapped(stated, map);
  let second = 0;
  for (let i = 0; i < p.length; i++) if (i !== top && p[i]! > second) second = p[i]!;
  // the order stays: the top is not mapped below the second, whose own share grows with what the top gives up
  const tie = stated + second - second * stated > 0 ? second / (1 - stated + second || 1) : stated;
  const target = Math.min(stated, Math.max(observed, Math.min(stated, tie)));
  const rest = (1 - target) / (1 - stated || 1);
  return Float64Array.from(p, (x, i) => (i === top ? target : x * rest));
}

/** Linear between the middles of the steps, so that a small change of evidence is a small change of statement. */
export function mapped(p: number, map: readonly { upTo: number; observed: number }[]): number {
  let [x0, y0] = [0, 0];
  let from = 0;
  for (const step of map) {
    const middle = (from + step.upTo) / 2;
    if (p <= middle) return y0 + ((step.observed - y0) * (p - x0)) / (middle - x0 || 1);
    [x0, y0] = [middle, step.observed];
    from = step.upTo;
  }
  // the surest statements are worth what the surest came to, not more
  return y0;
}

/** Bits of surprise left, in nats. */
export function entropy(p: ArrayLike<number>): number {
  let h = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) h -= p[i]! * Math.log(p[i]!);
  return h;
}

/** Σ p ln(p/q) in nats, both clipped away from 0 and made to sum to one: how far a view is from the pool. */
export function divergence(p: readonly number[], q: readonly number[]): number {
  const clip = (v: readonly number[]) => {
    const c = v.map((x) => Math.max(x, 1e-9));
    const z = c.reduce((a, x) => a + x, 0);
    return c.map((x) => x / z);
  };
  const [a, b] = [clip(p), clip(q)];
  return a.reduce((sum, x, i) => sum + x * Math.log(x / b[i]!), 0);
}
