/**
 * Texts from bytes, each distinct one made once. Logs repeat themselves: the same user, path or GUID stands in
 * thousands of records. The raw bytes are looked up in a bounded table that hands back the same JS string object, so
 * that no garbage arises and consumers can remember work per string. A hash never decides alone: bytes are compared.
 *
 * Hot path; its twin is `decodeText`, which the tests compare it with.
 */
const WAYS = 4;
/** longest text remembered, in bytes */
const LONGEST = 256;
const BYTES_PER_ENTRY = 64;

export type Format = (bytes: Buffer, offset: number, size: number) => string;

export class Strings {
  readonly #mask: number;
  readonly #hashes: Int32Array;
  /** two numbers an entry: where its bytes lie in the arena; its kind and their number (0: free) */
  readonly #places: Int32Array;
  readonly #texts: string[];
  readonly #arena: Uint8Array;
  readonly #arenaView: DataView;
  #used = 0;
  readonly bytes: Buffer;
  readonly view: DataView;

  /**
   * `bytes`: the buffer all offsets count in; its content may change, the table stays right.
   * `entries`: a power of two.
   */
  constructor(bytes: Buffer, entries = 1 << 16) {
    this.#mask = (entries - 1) & ~(WAYS - 1);
    this.#hashes = new Int32Array(entries);
    this.#places = new Int32Array(2 * entries);
    this.#texts = new Array<string>(entries).fill('');
    this.#arena = new Uint8Array(entries * BYTES_PER_ENTRY);
    this.#arenaView = new DataView(this.#arena.buffer);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** UTF-16LE text of `size` bytes without trailing NULs. */
  text(offset: number, size: number): string {
    return size > LONGEST ? decodeText(this.bytes, offset, size) : this.get(1, offset, size, decodeText);
  }

  /** What `format` makes of the bytes, remembered under `kind` (one number for each format function). */
  get(kind: number, offset: number, size: number, format: Format): string {
    if (size === 0) return format(this.bytes, offset, 0);
    if (size > LONGEST) return format(this.bytes, offset, size);
    const view = this.view;
    let h = Math.imul(kind + (size << 8), 0x9e3779b1);
    const whole = offset + (size & ~3);
    let p = offset;
    for (; p < whole; p += 4) {
      h = Math.imul(h ^ view.getInt32(p, true), 0x85ebca6b);
      h ^= h >>> 15;
    }
    const bytes = this.bytes;
    for (const end = offset + size; p < end; p++) h = Math.imul(h ^ bytes[p]!, 0x01000193);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    const tag = (kind << 9) | size;
    const set = h & this.#mask;
    for (let way = set; way < set + WAYS; way++) {
      if (
        this.#hashes[way] === h &&
        this.#places[2 * way + 1] === tag &&
        this.#same(this.#places[2 * way]!, offset, size)
      ) {
        return this.#texts[way]!;
      }
    }
    return this.#add(h, tag, set, offset, size, format);
  }

  #same(place: number, offset: number, size: number): boolean {
    const a = this.#arenaView;
    const view = this.view;
    const whole = size & ~3;
    let i = 0;
    for (; i < whole; i += 4) if (a.getInt32(place + i, true) !== view.getInt32(offset + i, true)) return false;
    for (; i < size; i++) if (this.#arena[place + i] !== this.bytes[offset + i]) return false;
    return true;
  }

  #add(h: number, tag: number, set: number, offset: number, size: number, format: Format): string {
    if (this.#used + size > this.#arena.length) {
      this.#places.fill(0);
      this.#hashes.fill(0);
      this.#used = 0;
    }
    let way = set;
    while (way < set + WAYS - 1 && this.#places[2 * way + 1] !== 0) way++;
    if (this.#places[2 * way + 1] !== 0) way = set + ((h >>> 20) & (WAYS - 1));
    const text = format(this.bytes, offset, size);
    this.#hashes[way] = h;
    this.#places[2 * way] = this.#used;
    this.#places[2 * way + 1] = tag;
    this.#texts[way] = text;
    this.#arena.set(this.bytes.subarray(offset, offset + size), this.#used);
    this.#used = (this.#used + size + 3) & ~3;
    return text;
  }
}

let scratch = Buffer.allocUnsafeSlow(4096);

/** UTF-16LE without trailing NULs. ASCII, the common case, becomes a one-byte string: half the memory, faster to search. */
export function decodeText(bytes: Buffer, offset: number, size: number): string {
  let end = offset + (size & ~1);
  while (end > offset && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  const chars = (end - offset) >> 1;
  if (chars > scratch.length) scratch = Buffer.allocUnsafeSlow(2 * chars);
  let high = 0;
  for (let i = 0, p = offset; i < chars; i++, p += 2) {
    const low = bytes[p]!;
    scratch[i] = low;
    high |= bytes[p + 1]! | (low & 0x80);
  }
  return high === 0 ? scratch.toString('latin1', 0, chars) : bytes.toString('utf16le', offset, end);
}
