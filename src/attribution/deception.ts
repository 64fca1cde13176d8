/**
 * Borrowed and planted traces inside the likelihood. Evidence that can be forged (software, strings, language, hours)
 * may point to an actor because the actor did it, or because somebody who is not that actor made it look so. With
 * ε = P(deception) × P(this actor is the one framed), and s relative to the median candidate,
 *
 *   s~_g = ln[ e^{s_g} + ε Σ_{d≠g} max(0, e^{s_d} − e) ]        unknown: s = 0
 *
 * Only support above one nat is worth planting, hence the − e. So no amount of forgeable evidence alone lifts the framed
 * actor far above everybody else, and the true actor keeps what cannot be forged.
 */
export interface Deceived {
  /** s~ by hypothesis */
  readonly scores: Float64Array;
  /** by hypothesis: share of its forgeable likelihood in which the traces are planted */
  readonly planted: Float64Array;
  /** [hypothesis that did it, hypothesis framed] → that share, sparse */
  readonly framing: (doer: number, framed: number) => number;
}

/** ε for the stakes of a case: what share of intrusions carry traces planted to frame one given actor. */
export const EPSILON = { routine: Math.exp(-7), usual: Math.exp(-6), high: Math.exp(-5) } as const;

/**
 * @param s forgeable evidence by hypothesis in nats, relative to the median candidate; the unknown's entry is 0
 * @param framable which hypotheses can be framed (named actors)
 */
export function deceive(s: Float64Array, framable: readonly boolean[], epsilon: number): Deceived {
  const n = s.length;
  // everything divided by e^m, so that strong evidence does not overflow
  let m = 1;
  for (const x of s) if (x > m) m = x;
  const own = Float64Array.from(s, (x) => Math.exp(x - m));
  const floor = Math.exp(1 - m);
  const lure = Float64Array.from(own, (x, d) => (framable[d] === true ? Math.max(0, x - floor) : 0));
  let all = 0;
  for (const x of lure) all += x;
  const scores = new Float64Array(n);
  const planted = new Float64Array(n);
  for (let g = 0; g < n; g++) {
    const other = epsilon * (all - lure[g]!);
    const total = own[g]! + Math.max(0, other);
    // a hypothesis that the traces deny and that nothing could have framed keeps its own, however small
    scores[g] = total > 0 ? Math.log(total) + m : s[g]!;
    planted[g] = total > 0 ? Math.max(0, other) / total : 0;
  }
  const framing = (doer: number, framed: number) =>
    doer === framed ? 0 : (epsilon * lure[framed]!) / (own[doer]! + epsilon * (all - lure[doer]!) || 1);
  return { scores, planted, framing };
}

/** The middle of the candidates' values: what a typical actor's evidence comes to. NaN entries do not count. */
export function median(values: Iterable<number>): number {
  const sorted = [...values].filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  if (sorted.length === 0) return 0;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
