/**
 * Texts from bytes, each distinct one made once. Logs repeat themselves: the same user, path or GUID stands in
 * thousands of records. The raw bytes are looked up in a bounded table that hands back the same JS string object, so
 * that no garbage arises and consumers can remember work per string. A hash never decides alone: bytes are compared.
 *
 * Hot path; its twin is `decodeText`, which the tests compare it with.
 */
const WAYS = 4;
/** longest text remembered, in bytes */
export const LONGEST = 1024;
/** how many hashes of values that came once are kept */
const ONCE = 1 << 15;
const BYTES_PER_ENTRY = 64;

export type Format = (bytes: Buffer, offset: number, size: number) => string;

export class Strings {
  readonly #mask: number;
  /** four numbers an entry, so that a set is one line of the cache: hash, kind and size (0: free), place in the arena */
  readonly #sets: Int32Array;
  readonly #once = new Int32Array(ONCE);
  readonly texts: string[];
  readonly #arena: Uint8Array;
  readonly #arenaWords: Int32Array;
  #used = 0;
  readonly bytes: Buffer;
  readonly view: DataView;

  /**
   * `bytes`: the buffer all offsets count in; its content may change, the table stays right.
   * `entries`: a power of two.
   */
  constructor(bytes: Buffer, entries = 1 << 13) {
    this.#mask = (entries - 1) & ~(WAYS - 1);
    this.#sets = new Int32Array(4 * entries);
    this.texts = new Array<string>(entries).fill('');
    this.#arena = new Uint8Array(entries * BYTES_PER_ENTRY);
    this.#arenaWords = new Int32Array(this.#arena.buffer);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** UTF-16LE text of `size` bytes without trailing NULs. */
  text(offset: number, size: number): string {
    return size > LONGEST ? decodeText(this.bytes, offset, size) : this.get(1, offset, size, decodeText);
  }

  /** What `format` makes of the bytes, remembered under `kind` (one number for each format function). */
  get(kind: number, offset: number, size: number, format: Format): string {
    const entry = this.entry(kind, offset, size, format);
    return entry < 0 ? format(this.bytes, offset, size) : this.texts[entry]!;
  }

  /**
   * Number of the entry of `texts` that holds it; -1: too long, empty or seen for the first time, hence not remembered.
   */
  entry(kind: number, offset: number, size: number, format: Format): number {
    if (size === 0 || size > LONGEST) return -1;
    const tag = (kind << 16) | size;
    const h = this.#hash(tag, offset, size);
    const set = h & this.#mask;
    const sets = this.#sets;
    for (let way = set; way < set + WAYS; way++) {
      const at = 4 * way;
      if (sets[at] === h && sets[at + 1] === tag && this.#same(sets[at + 2]!, offset, size)) return way;
    }
    // What comes once mostly never comes again: only its hash is kept, so that it drives out nothing.
    const once = (h >>> 8) & (ONCE - 1);
    if (this.#once[once] !== h) {
      this.#once[once] = h;
      return -1;
    }
    return this.#add(h, tag, set, offset, size, format);
  }

  /** Two lanes, so that the multiplications need not wait for one another. */
  #hash(tag: number, offset: number, size: number): number {
    const view = this.view;
    let a = Math.imul(tag, 0x9e3779b1);
    let b = size;
    const end = offset + size;
    let p = offset;
    for (const whole = end - 7; p < whole; p += 8) {
      a = Math.imul(a ^ view.getInt32(p, true), 0x85ebca6b);
      b = Math.imul(b ^ view.getInt32(p + 4, true), 0xc2b2ae35);
      a ^= a >>> 16;
    }
    for (const bytes = this.bytes; p < end; p++) b = Math.imul(b ^ bytes[p]!, 0x01000193);
    let h = a ^ (b >>> 15) ^ b;
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  }

  /** Entries begin at multiples of four in the arena; what is compared may lie anywhere. */
  #same(place: number, offset: number, size: number): boolean {
    const words = this.#arenaWords;
    const view = this.view;
    const whole = offset + (size & ~3);
    let i = place >> 2;
    let p = offset;
    for (; p < whole; p += 4) if (words[i++] !== view.getInt32(p, true)) return false;
    for (let a = i << 2; p < offset + size; p++) if (this.#arena[a++] !== this.bytes[p]) return false;
    return true;
  }

  #add(h: number, tag: number, set: number, offset: number, size: number, format: Format): number {
    const sets = this.#sets;
    if (this.#used + size > this.#arena.length) {
      sets.fill(0);
      this.#used = 0;
    }
    let way = set;
    while (way < set + WAYS - 1 && sets[4 * way + 1] !== 0) way++;
    if (sets[4 * way + 1] !== 0) way = set + ((h >>> 20) & (WAYS - 1));
    const text = format(this.bytes, offset, size);
    sets[4 * way] = h;
    sets[4 * way + 1] = tag;
    sets[4 * way + 2] = this.#used;
    this.texts[way] = text;
    this.#arena.set(this.bytes.subarray(offset, offset + size), this.#used);
    this.#used = (this.#used + size + 3) & ~3;
    return way;
  }
}

/** `toString('latin1')` without its third of overhead: the same function of Node, which its types leave out. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(start: number, end: number): string }).latin1Slice(start, end);
}

/** Are `size` bytes at two places the same? */
export function same(view: DataView, a: number, b: number, size: number): boolean {
  if (size < 4) {
    for (let i = 0; i < size; i++) if (view.getUint8(a + i) !== view.getUint8(b + i)) return false;
    return true;
  }
  const tail = size - 4;
  let i = 0;
  for (; i < tail - 4; i += 8) {
    const x = view.getInt32(a + i, true) ^ view.getInt32(b + i, true);
    const y = view.getInt32(a + i + 4, true) ^ view.getInt32(b + i + 4, true);
    if ((x | y) !== 0) return false;
  }
  for (; i < tail; i += 4) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
  // The last four bytes, overlapping what was compared where the size is no multiple of four.
  return view.getInt32(a + tail, true) === view.getInt32(b + tail, true);
}

let scratch = Buffer.allocUnsafeSlow(4096);

/** UTF-16LE without trailing NULs. ASCII, the common case, becomes a one-byte string: half the memory, faster to search. */
export function decodeText(bytes: Buffer, offset: number, size: number): string {
  let end = offset + (size & ~1);
  while (end > offset && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  const chars = (end - offset) >> 1;
  if (chars > scratch.length) scratch = Buffer.allocUnsafeSlow(2 * chars);
  let high = 0;
  let i = 0;
  let p = offset;
  // Two characters a turn.
  for (const pairs = chars - 1; i < pairs; i += 2, p += 4) {
    const a = bytes[p]!;
    const b = bytes[p + 2]!;
    scratch[i] = a;
    scratch[i + 1] = b;
    high |= bytes[p + 1]! | bytes[p + 3]! | ((a | b) & 0x80);
  }
  if (i < chars) {
    const a = bytes[p]!;
    scratch[i] = a;
    high |= bytes[p + 1]! | (a & 0x80);
  }
  return high === 0 ? latin1(scratch, 0, chars) : bytes.toString('utf16le', offset, end);
}
