import type { Instant } from '../../base/index.ts';
import { UNDATED } from '../../base/index.ts';

/**
 * Seconds since 1970 as decimal text (`1588205199.824370`), exact to the nanosecond: the digits are read, not the
 * double. Further digits are dropped. UNDATED for anything else, and for times beyond the range of Date.
 */
export function parseEpoch(text: string): Instant {
  const n = text.length;
  let at = 0;
  let seconds = 0;
  for (; at < n; at++) {
    const d = text.charCodeAt(at) - 48;
    if (d < 0 || d > 9) break;
    seconds = seconds * 10 + d;
  }
  if (at === 0 || at > 13) return UNDATED;
  let nanos = 0;
  if (at < n) {
    if (text.charCodeAt(at) !== 46) return UNDATED;
    let unit = 100_000_000;
    const first = ++at;
    for (; at < n; at++) {
      const d = text.charCodeAt(at) - 48;
      if (d < 0 || d > 9) return UNDATED;
      nanos += d * unit;
      unit = unit === 1 ? 0 : unit / 10;
    }
    if (at === first) return UNDATED;
  }
  const milli = Math.floor(nanos / 1e6);
  const ms = seconds * 1000 + milli;
  return ms > 8.64e15 ? UNDATED : { ms, ns: nanos - milli * 1e6 };
}
