/** Ranges that do not overlap, sorted, in typed arrays: half a million of them are 30 MB, and a search is 20 steps. */

import { addressNumber, addressText } from './address.ts';
import type { Network, NetworkTable } from './types.ts';

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  /** index into the distinct descriptions */
  readonly about: number;
}

type About = Omit<Network, 'range'>;

export class RangeTable implements NetworkTable {
  readonly date: string;
  readonly skipped: number;
  readonly ranges: number;
  readonly #first: BigUint64Array;
  readonly #last: BigUint64Array;
  readonly #about: Uint32Array;
  readonly #abouts: readonly About[];

  constructor(ranges: Range[], abouts: readonly About[], date: string, skipped: number) {
    ranges.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.last < b.last ? -1 : 1));
    this.date = date;
    this.skipped = skipped;
    this.ranges = ranges.length;
    this.#first = new BigUint64Array(2 * ranges.length);
    this.#last = new BigUint64Array(2 * ranges.length);
    this.#about = new Uint32Array(ranges.length);
    this.#abouts = abouts;
    for (const [i, { first, last, about }] of ranges.entries()) {
      put(this.#first, i, first);
      put(this.#last, i, last);
      this.#about[i] = about;
    }
  }

  lookup(address: string): Network | null {
    const n = addressNumber(address);
    if (n === null) return null;
    let [low, high] = [0, this.ranges];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.#first, middle) <= n) low = middle + 1;
      else high = middle;
    }
    // Where ranges overlap, the one that begins last counts: the more special one in every table seen.
    const i = low - 1;
    if (i < 0 || n > at(this.#last, i)) return null;
    const range = `${addressText(at(this.#first, i))}-${addressText(at(this.#last, i))}`;
    return { ...this.#abouts[this.#about[i]!]!, range };
  }
}

function put(array: BigUint64Array, i: number, n: bigint): void {
  array[2 * i] = n >> 64n;
  array[2 * i + 1] = n & 0xffff_ffff_ffff_ffffn;
}

const at = (array: BigUint64Array, i: number): bigint => (array[2 * i]! << 64n) | array[2 * i + 1]!;
