import { sha256, sha256Hex } from './digest.ts';
import { SealError } from './errors.ts';

/**
 * The Merkle tree of RFC 6962 section 2.1: leaf SHA-256(0x00 ‖ data), node SHA-256(0x01 ‖ left ‖ right), split at the
 * largest power of two below n. HashTree keeps every complete subtree (64 bytes a leaf) and so gives any root or proof
 * in O(log² n); Frontier keeps only the peaks and is all that appending needs. Hashes are 32 bytes.
 */
const EMPTY = sha256(new Uint8Array(0));

export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([LEAF, data]));
}
const LEAF = Uint8Array.of(0);

const node = Buffer.alloc(65, 1);

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** Largest power of two strictly below n (n ≥ 2). */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** What must be kept to go on appending: the roots of the complete subtrees, largest first. */
export class Frontier {
  #size: number;
  readonly #peaks: Uint8Array[];
  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    this.#size = size;
    this.#peaks = [...peaks];
  }
  get size(): number {
    return this.#size;
  }
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }
  push(leaf: Uint8Array): void {
    let hash = leaf;
    for (let n = this.#size; n % 2 === 1; n = (n - 1) / 2) hash = nodeHash(this.#peaks.pop()!, hash);
    this.#peaks.push(hash);
    this.#size++;
  }
  root(): Uint8Array {
    return this.#peaks.length === 0 ? EMPTY : this.#peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** One level of the tree: hashes end to end in a buffer that grows. */
class Level {
  count = 0;
  #bytes = Buffer.alloc(32 * 16);
  push(hex: string): void {
    if ((this.count + 1) * 32 > this.#bytes.length) {
      const grown = Buffer.alloc(this.#bytes.length * 2);
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
    this.#bytes.write(hex, this.count++ * 32, 'hex');
  }
  at(i: number): Buffer {
    return this.#bytes.subarray(i * 32, i * 32 + 32);
  }
}

export class HashTree {
  readonly #levels: Level[] = [new Level()];

  get size(): number {
    return this.#levels[0]!.count;
  }

  /** Adds one leaf hash, given as 64 hex digits (how entry ids are written). */
  push(hex: string): void {
    for (let height = 0; ; height++) {
      if (height === this.#levels.length) this.#levels.push(new Level());
      const level = this.#levels[height]!;
      level.push(hex);
      if (level.count % 2 === 1) return;
      // the two newest siblings lie side by side: their parent's hash input is one stretch of bytes
      node.set(level.at(level.count - 2), 1);
      node.set(level.at(level.count - 1), 33);
      hex = sha256Hex(node);
    }
  }

  /** A view, not a copy: valid until the next push. */
  leaf(index: number): Uint8Array {
    return this.#levels[0]!.at(index);
  }

  leafHex(index: number): string {
    return this.#levels[0]!.at(index).toString('hex');
  }

  root(size = this.size): Uint8Array {
    if (!(Number.isSafeInteger(size) && size >= 0 && size <= this.size)) throw outOfRange(size, this.size);
    return size === 0 ? EMPTY : this.#range(0, size);
  }

  /** What a Frontier of this size holds. */
  peaks(): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (let height = this.#levels.length - 1; height >= 0; height--) {
      const level = this.#levels[height]!;
      if (level.count % 2 === 1) out.push(new Uint8Array(level.at(level.count - 1)));
    }
    return out;
  }

  /** PATH(index, D[0:size]), leaf's sibling first. */
  inclusionProof(index: number, size = this.size): Uint8Array[] {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < size && size <= this.size)) {
      throw outOfRange(index, size);
    }
    const path: Uint8Array[] = [];
    let [low, high] = [0, size];
    while (high - low > 1) {
      const middle = low + split(high - low);
      if (index < middle) {
        path.push(this.#range(middle, high));
        high = middle;
      } else {
        path.push(this.#range(low, middle));
        low = middle;
      }
    }
    return path.reverse();
  }

  /** PROOF(first, D[0:second]) for 0 < first ≤ second; empty when they are equal. */
  consistencyProof(first: number, second = this.size): Uint8Array[] {
    if (!(Number.isSafeInteger(first) && first > 0 && first <= second && second <= this.size)) {
      throw outOfRange(first, second);
    }
    const path: Uint8Array[] = [];
    let [low, high] = [0, second];
    while (first !== high) {
      const middle = low + split(high - low);
      if (first <= middle) {
        path.push(this.#range(middle, high));
        high = middle;
      } else {
        path.push(this.#range(low, middle));
        low = middle;
      }
    }
    // the subtree that ends at `first` is named unless it is the whole first tree, which the verifier has
    if (low > 0) path.push(this.#range(low, high));
    return path.reverse();
  }

  /** Root over leaves low..high (low a multiple of the subtree's size): a kept hash when complete, else two halves. */
  #range(low: number, high: number): Uint8Array {
    const n = high - low;
    if (isPowerOfTwo(n)) return new Uint8Array(this.#levels[Math.log2(n)]!.at(low / n));
    const middle = low + split(n);
    return nodeHash(this.#range(low, middle), this.#range(middle, high));
  }
}

function outOfRange(asked: number, size: number): SealError {
  return new SealError('OUT_OF_RANGE', `no proof or root at ${asked} in a tree of ${size}`);
}

/** RFC 9162 section 2.1.3.2 (the same proof as RFC 6962's). False for any proof that is not exactly the right one. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!countable(index) || !countable(size) || index >= size) return false;
  if (leaf.length !== 32 || root.length !== 32 || proof.some((h) => h.length !== 32)) return false;
  let [fn, sn] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && same(hash, root);
}

/**
 * RFC 9162 section 2.1.4.2. `first` = 0 is false: an empty tree commits to nothing, so no proof from it means anything.
 * Equal sizes: true only for an empty proof and equal roots.
 */
export function verifyConsistency(
  first: number,
  second: number,
  proof: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (!countable(first) || !countable(second) || first === 0 || first > second) return false;
  if (first === second) return proof.length === 0 && same(firstRoot, secondRoot);
  if (firstRoot.length !== 32 || secondRoot.length !== 32 || proof.some((h) => h.length !== 32)) return false;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const start = path[0];
  if (!start || proof.length === 0) return false;
  let [fr, sr] = [start, start];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      sr = nodeHash(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && same(fr, firstRoot) && same(sr, secondRoot);
}

/** Sizes go beyond 32 bits, so halves are arithmetic, not shifts. */
function half(n: number): number {
  return Math.floor(n / 2);
}

/** Exact up to 2^53, where Math.log2 rounds. */
function isPowerOfTwo(n: number): boolean {
  while (n % 2 === 0 && n > 0) n /= 2;
  return n === 1;
}

function countable(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
