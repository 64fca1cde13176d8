/**
 * The beacon score that RITA (activecm/rita, version 5) publishes: four scores of one pair's connections within a window,
 * each from 0 to 1, weighed alike. Times: how symmetric (Bowley's skewness) and how close together (median absolute
 * deviation) the pauses are; sizes: the same of the bytes; duration: how much of the window, or how many hours without a
 * break; histogram: how alike the window's 24 parts are. Its defaults stand here as constants. Bench only: a peer.
 */
const PARTS = 24;
/** connections at different seconds, or it is no candidate */
const MIN_TIMES = 4;
const MIN_PARTS_DURATION = 6;
const IDEAL_RUN = 12;
const MODE_WIDTH = 0.05;
const MODE_OUTLIERS = 1;
const MIN_PARTS_MODES = 11;

export interface Beacon {
  readonly score: number;
  readonly times: number;
  readonly sizes: number;
  readonly duration: number;
  readonly histogram: number;
}

/**
 * @param times seconds, ascending @param bytes sent with each connection, in any order
 * @returns null when the pair has too few connections, or more than one a second
 */
export function beaconScore(
  times: readonly number[],
  bytes: readonly number[],
  from: number,
  to: number,
): Beacon | null {
  if (times.length > to - from) return null;
  const pauses: number[] = [];
  for (let i = 1; i < times.length; i++) {
    const pause = times[i]! - times[i - 1]!;
    if (pause > 0) pauses.push(pause);
  }
  if (pauses.length < MIN_TIMES - 1) return null;
  const parts = new Array<number>(PARTS).fill(0);
  for (const time of times) parts[Math.min(PARTS - 1, Math.floor((PARTS * (time - from)) / (to - from)))]!++;
  const scores = {
    times: spreadScore(pauses, 1),
    sizes: spreadScore(bytes, 0),
    duration: durationScore(parts, (times.at(-1)! - times[0]!) / (to - from)),
    histogram: Math.max(evenness(parts), modes(parts)),
  };
  return { score: (scores.times + scores.sizes + scores.duration + scores.histogram) / 4, ...scores };
}

function spreadScore(unordered: readonly number[], whenTiny: number): number {
  const values = [...unordered].sort((a, b) => a - b);
  const half = Math.floor(values.length / 2);
  const [low, middle, high] = [median(values.slice(0, half)), median(values), median(values.slice(-half))];
  const skewed = high - low >= 10 && middle !== low && middle !== high;
  const skew = skewed ? (low + high - 2 * middle) / (high - low) : 0;
  const deviation = median(values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b));
  const close = middle >= 1 ? Math.max(0, (middle - deviation) / middle) : whenTiny;
  return (1 - Math.abs(skew) + close) / 2;
}

function median(ordered: readonly number[]): number {
  const half = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
}

function durationScore(parts: readonly number[], coverage: number): number {
  if (parts.filter((n) => n > 0).length < MIN_PARTS_DURATION) return 0;
  let run = 0;
  let longest = 0;
  // The window's end goes on at its beginning.
  for (let i = 0; i < 2 * PARTS; i++) {
    run = parts[i % PARTS]! > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(1, Math.max(coverage, Math.min(longest, PARTS) / IDEAL_RUN));
}

/** One less the coefficient of variation. */
function evenness(parts: readonly number[]): number {
  const mean = parts.reduce((a, b) => a + b, 0) / PARTS;
  const variance = parts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / PARTS;
  return Math.max(0, 1 - Math.sqrt(variance) / mean);
}

/** How many of the parts have one of the two commonest heights. */
function modes(parts: readonly number[]): number {
  const filled = parts.filter((n) => n > 0);
  if (filled.length < MIN_PARTS_MODES) return 0;
  const width = Math.ceil(Math.max(...filled) * MODE_WIDTH);
  const heights = new Map<number, number>();
  for (const n of filled) heights.set(Math.floor(n / width), (heights.get(Math.floor(n / width)) ?? 0) + 1);
  const [first = 0, second = 0] = [...heights.values()].sort((a, b) => b - a);
  return Math.min(1, (first + second) / Math.max(1, filled.length - MODE_OUTLIERS));
}
