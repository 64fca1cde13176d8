/** Conditional logit: softmax over candidates, L2, by L-BFGS. Convex, so every start ends in the same place. */
export interface Choice {
  /** candidates × features; the first number of a row NaN: no candidate */
  readonly x: Float32Array;
  readonly truth: number;
  readonly weight: number;
}

/** Scores of every candidate, -Infinity for none. */
export function scores(x: Float32Array, w: Float64Array, out: Float64Array): Float64Array {
  const F = w.length;
  for (let g = 0; g < out.length; g++) {
    const b = g * F;
    if (Number.isNaN(x[b]!)) {
      out[g] = Number.NEGATIVE_INFINITY;
      continue;
    }
    let s = 0;
    for (let j = 0; j < F; j++) s += w[j]! * x[b + j]!;
    out[g] = s;
  }
  return out;
}

/** In place; returns the logarithm of the sum. */
export function normalise(s: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const v of s) if (v > max) max = v;
  let z = 0;
  for (let i = 0; i < s.length; i++) {
    s[i] = Math.exp(s[i]! - max);
    z += s[i]!;
  }
  for (let i = 0; i < s.length; i++) s[i]! /= z;
  return max + Math.log(z);
}

const MEMORY = 8;
const ITERATIONS = 60;

/** @param fixed weights that are decided, not fitted: position → value */
export function fit(
  choices: readonly Choice[],
  F: number,
  M: number,
  l2: number,
  start?: Float64Array,
  fixed: ReadonlyMap<number, number> = new Map(),
): Float64Array {
  const s = new Float64Array(M);
  const total = choices.reduce((a, c) => a + c.weight, 0);
  const loss = (w: Float64Array, grad: Float64Array): number => {
    let L = 0;
    grad.fill(0);
    for (const c of choices) {
      scores(c.x, w, s);
      const own = s[c.truth]!;
      L -= c.weight * (own - normalise(s));
      for (let g = 0; g < M; g++) {
        const p = c.weight * (s[g]! - (g === c.truth ? 1 : 0));
        if (Math.abs(p) < 1e-7) continue;
        const b = g * F;
        for (let j = 0; j < F; j++) grad[j]! += p * c.x[b + j]!;
      }
    }
    for (let j = 0; j < F; j++) {
      L += (l2 / 2) * w[j]! * w[j]!;
      grad[j]! += l2 * w[j]!;
    }
    for (const j of fixed.keys()) grad[j] = 0;
    return L;
  };
  let w = start === undefined ? new Float64Array(F) : Float64Array.from(start);
  for (const [j, v] of fixed) w[j] = v;
  let g = new Float64Array(F);
  let L = loss(w, g);
  const past: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let it = 0; it < ITERATIONS; it++) {
    const d = direction(g, past);
    const slope = dot(g, d);
    if (!(slope > 0)) break;
    let step = 1;
    let next = w;
    let gn = g;
    let Ln = Number.POSITIVE_INFINITY;
    while (step > 1e-6) {
      next = w.map((v, j) => v - step * d[j]!);
      gn = new Float64Array(F);
      Ln = loss(next, gn);
      if (Ln <= L - 1e-4 * step * slope) break;
      step /= 2;
    }
    if (!(Ln < L)) break;
    const ds = next.map((v, j) => v - w[j]!);
    const dy = gn.map((v, j) => v - g[j]!);
    const sy = dot(ds, dy);
    if (sy > 1e-12) past.push({ s: ds, y: dy, rho: 1 / sy });
    if (past.length > MEMORY) past.shift();
    const gain = L - Ln;
    [w, g, L] = [next, gn, Ln];
    if (gain < 2e-5 * total) break;
  }
  return w;
}

function direction(g: Float64Array, past: readonly { s: Float64Array; y: Float64Array; rho: number }[]): Float64Array {
  const d = Float64Array.from(g);
  const alpha: number[] = [];
  for (let i = past.length - 1; i >= 0; i--) {
    const a = past[i]!.rho * dot(past[i]!.s, d);
    alpha[i] = a;
    for (let j = 0; j < d.length; j++) d[j]! -= a * past[i]!.y[j]!;
  }
  const last = past.at(-1);
  const scale = last === undefined ? 1 / Math.max(1, Math.sqrt(dot(g, g))) : dot(last.s, last.y) / dot(last.y, last.y);
  for (let j = 0; j < d.length; j++) d[j]! *= scale;
  for (let i = 0; i < past.length; i++) {
    const b = past[i]!.rho * dot(past[i]!.y, d);
    for (let j = 0; j < d.length; j++) d[j]! += (alpha[i]! - b) * past[i]!.s[j]!;
  }
  return d;
}

function dot(a: Float64Array, b: Float64Array): number {
  let z = 0;
  for (let j = 0; j < a.length; j++) z += a[j]! * b[j]!;
  return z;
}
