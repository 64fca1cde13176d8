/** Metrics of NOTES.md: ranks with ties counted half, proper scores, calibration on equal-mass bins, intervals by bootstrap. */
export interface Judged {
  /** rank of the truth among named actors, ties half */
  readonly rank: number;
  /** P(truth), closed world */
  readonly pTruth: number;
  readonly top: number;
  readonly right: boolean;
  readonly brier: number;
  readonly clusterRight: boolean;
}

export interface Stated {
  readonly p: number;
  readonly right: boolean;
  readonly weight: number;
}

export const mean = (xs: readonly number[]) => xs.reduce((a, x) => a + x, 0) / (xs.length || 1);

/** Expected calibration error: bins of equal mass, |stated − observed| weighted. */
export function ece(statements: readonly Stated[], bins = 10): number {
  return reliability(statements, bins).reduce((a, b) => a + b.share * Math.abs(b.stated - b.observed), 0);
}

export function reliability(statements: readonly Stated[], bins = 10) {
  const sorted = [...statements].sort((a, b) => a.p - b.p);
  const total = sorted.reduce((a, s) => a + s.weight, 0);
  const out: { from: number; to: number; n: number; share: number; stated: number; observed: number }[] = [];
  let i = 0;
  for (let b = 0; b < bins && i < sorted.length; b++) {
    const own: Stated[] = [];
    let w = 0;
    while (i < sorted.length && (b === bins - 1 || w + sorted[i]!.weight / 2 <= total / bins || own.length === 0)) {
      own.push(sorted[i]!);
      w += sorted[i]!.weight;
      i++;
    }
    out.push({
      from: own[0]!.p,
      to: own.at(-1)!.p,
      n: own.length,
      share: w / total,
      stated: own.reduce((a, s) => a + s.weight * s.p, 0) / w,
      observed: own.reduce((a, s) => a + (s.right ? s.weight : 0), 0) / w,
    });
  }
  return out;
}

/** Share of right statements among those of at least `p`, and how many there are. */
export function rightFrom(statements: readonly Stated[], p: number): { right: number; n: number } {
  const own = statements.filter((s) => s.p >= p);
  const w = own.reduce((a, s) => a + s.weight, 0);
  return { right: w === 0 ? Number.NaN : own.reduce((a, s) => a + (s.right ? s.weight : 0), 0) / w, n: own.length };
}

/** Largest share of statements, most certain first, of which at least 90 % are right. */
export function coverage90(statements: readonly Stated[]): number {
  const sorted = [...statements].sort((a, b) => b.p - a.p);
  const total = sorted.reduce((a, s) => a + s.weight, 0);
  let [w, r, best] = [0, 0, 0];
  for (const s of sorted) {
    w += s.weight;
    r += s.right ? s.weight : 0;
    if (r / w >= 0.9) best = w / total;
  }
  return best;
}

export function auroc(values: readonly { p: number; positive: boolean; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.p - b.p);
  let [negative, positive, area] = [0, 0, 0];
  for (const v of sorted) {
    if (v.positive) {
      area += v.weight * negative;
      positive += v.weight;
    } else negative += v.weight;
  }
  return area / (positive * negative);
}

/** 95 % interval of a mean, resampling cases; a fixed generator, so that a figure is the same every time. */
export function interval(values: readonly number[], rounds = 1000): [number, number] {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const means = Array.from({ length: rounds }, () => {
    let s = 0;
    for (let i = 0; i < values.length; i++) s += values[Math.floor(next() * values.length)]!;
    return s / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(rounds * 0.025)]!, means[Math.floor(rounds * 0.975)]!];
}

/** Pool adjacent violators on equal-mass bins of at least `least` statements: a rising step map from stated to observed. */
export function isotonic(statements: readonly Stated[], least = 25): { upTo: number; observed: number }[] {
  const bins = Math.max(2, Math.floor(statements.length / least));
  const blocks = reliability(statements, bins).map((b) => ({ upTo: b.to, w: b.share, right: b.share * b.observed }));
  const stack: { upTo: number; w: number; right: number }[] = [];
  for (const b of blocks) {
    stack.push({ ...b });
    while (stack.length > 1 && stack.at(-1)!.right / stack.at(-1)!.w < stack.at(-2)!.right / stack.at(-2)!.w) {
      const last = stack.pop()!;
      const before = stack.at(-1)!;
      before.upTo = last.upTo;
      before.w += last.w;
      before.right += last.right;
    }
  }
  return stack.map((b) => ({ upTo: b.upTo, observed: b.right / b.w }));
}
