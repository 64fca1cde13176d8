/**
 * Parquet's RLE / bit-packed hybrid for small integers (definition levels and dictionary indexes). Both directions;
 * hyparquet and DuckDB are the twins that the tests compare with. Widths 0..24 are enough: a row group has 65,536 rows.
 */

/** Bytes that `encodeHybrid` may need at most. */
export function hybridBound(count: number, width: number): number {
  return 16 + Math.ceil(count / 8) * (width + 1) + Math.ceil(count / 8) * 5;
}

/** Writes `count` values of `width` bits to `out` at `at`; returns the offset behind them. */
export function encodeHybrid(
  values: Int32Array | Uint8Array,
  count: number,
  width: number,
  out: Uint8Array,
  at: number,
): number {
  const runBytes = (width + 7) >> 3;
  let i = 0;
  while (i < count) {
    const first = values[i]!;
    let end = i + 1;
    while (end < count && values[end] === first) end++;
    if (end - i >= 8 || end === count) {
      at = varint(out, at, (end - i) << 1);
      for (let b = 0; b < runBytes; b++) out[at++] = (first >>> (8 * b)) & 255;
      i = end;
      continue;
    }
    // Bit-packed: whole groups of eight until a run worth its own header begins on a group's edge.
    let stop = i;
    while (stop < count && !runOfEight(values, stop, count)) stop += 8;
    const groups = (Math.min(stop, count) - i + 7) >> 3;
    at = varint(out, at, (groups << 1) | 1);
    let held = 0;
    let bits = 0;
    for (let k = i, last = i + groups * 8; k < last; k++) {
      held |= (k < count ? values[k]! : 0) << bits;
      bits += width;
      while (bits >= 8) {
        out[at++] = held & 255;
        held >>>= 8;
        bits -= 8;
      }
    }
    i += groups * 8;
  }
  return at;
}

function runOfEight(values: Int32Array | Uint8Array, at: number, count: number): boolean {
  if (at + 8 > count) return false;
  const first = values[at];
  for (let k = at + 1; k < at + 8; k++) if (values[k] !== first) return false;
  return true;
}

function varint(out: Uint8Array, at: number, n: number): number {
  while (n > 127) {
    out[at++] = (n & 127) | 128;
    n >>>= 7;
  }
  out[at++] = n;
  return at;
}

/** Reads `count` values from `bytes`; a RangeError when the bytes do not hold them. */
export function decodeHybrid(bytes: Uint8Array, count: number, width: number): Int32Array {
  const out = new Int32Array(count);
  const runBytes = (width + 7) >> 3;
  const mask = width === 0 ? 0 : 2 ** width - 1;
  let at = 0;
  let filled = 0;
  while (filled < count) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      const b = bytes[at++];
      if (b === undefined || shift > 28) throw new RangeError('levels or indexes run past their page');
      head |= (b & 127) << shift;
      if (b < 128) break;
    }
    head >>>= 0;
    if ((head & 1) === 0) {
      let v = 0;
      for (let b = 0; b < runBytes; b++) v |= (bytes[at++] ?? 0) << (8 * b);
      const end = Math.min(count, filled + (head >>> 1));
      if (end === filled) throw new RangeError('an empty run among levels or indexes');
      out.fill(v, filled, end);
      filled = end;
      continue;
    }
    const end = Math.min(count, filled + (head >>> 1) * 8);
    const next = at + (head >>> 1) * width;
    if (next > bytes.length) throw new RangeError('levels or indexes run past their page');
    let held = 0;
    let bits = 0;
    for (; filled < end; filled++) {
      while (bits < width) {
        held |= bytes[at++]! << bits;
        bits += 8;
      }
      out[filled] = held & mask;
      held >>>= width;
      bits -= width;
    }
    at = next;
  }
  return out;
}
