/**
 * Template bodies met before. Every chunk brings its templates along anew, the same bytes but for the offsets of names
 * and the chain of the name table. So a body is kept with a mask over those places: where all else is equal and every
 * name is the one it was, the plan is the one it was, and no token needs to be read.
 *
 * Hot path; its twin is the fingerprint in plans.ts, which the same bytes with the same names cannot but share.
 */
interface Body<Plan> {
  readonly plan: Plan;
  /** the bytes, those that do not count as zero; padded to whole words */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** bits of `words` that count */
  readonly mask: Int32Array;
  readonly size: number;
  /** three numbers a name: place of its offset in the body, 1 when the name lies right behind it, its number */
  readonly names: Int32Array;
}

/** Bodies kept of one GUID and size: the same template with other names already in its chunk. */
const VARIANTS = 8;
const NUMBERS_PER_NAME = 3;

/** Number of the name whose chunk offset stands at a position of the buffer. */
export type NameAt = (position: number, end: number) => number;

export class Bodies<Plan> {
  readonly #view: DataView;
  readonly #nameAt: NameAt;
  readonly #known = new Map<number, Body<Plan>[]>();
  /** numbers kept */
  kept = 0;

  constructor(view: DataView, nameAt: NameAt) {
    this.#view = view;
    this.#nameAt = nameAt;
  }

  forget(): void {
    this.#known.clear();
    this.kept = 0;
  }

  /** The plan of the body at `start`, of `size` bytes, in the chunk that begins at `base`; undefined: not met before. */
  find(base: number, start: number, size: number): Plan | undefined {
    const bodies = this.#known.get(this.#key(start, size));
    if (bodies === undefined) return undefined;
    for (let i = 0; i < bodies.length; i++)
      if (this.#sameBytes(bodies[i]!, start, size) && this.#sameNames(bodies[i]!, base, start, size))
        return bodies[i]!.plan;
    return undefined;
  }

  /** Keeps a body with its plan. `names`: as in Body, `count` of its numbers. */
  add(start: number, size: number, names: Int32Array, count: number, plan: Plan): void {
    const key = this.#key(start, size);
    const bodies = this.#known.get(key) ?? [];
    if (bodies.length >= VARIANTS) return;
    const words = new Int32Array((size + 3) >> 2);
    const bytes = new Uint8Array(words.buffer);
    for (let i = 0; i < size; i++) bytes[i] = this.#view.getUint8(start + i);
    const mask = new Int32Array(words.length).fill(-1);
    const holes = new Uint8Array(mask.buffer);
    // The offset itself, and for a name in place the pointer to the next name of its hash chain.
    for (let i = 0; i < count; i += NUMBERS_PER_NAME)
      holes.fill(0, names[i]!, names[i]! + (names[i + 1] === 1 ? 8 : 4));
    for (let i = 0; i < words.length; i++) words[i] = words[i]! & mask[i]!;
    bodies.push({ plan, words, bytes, mask, size, names: names.slice(0, count) });
    this.#known.set(key, bodies);
    this.kept += 2 * words.length + count;
  }

  /** From the size and the last bytes of the GUID, which stand before the body. */
  #key(start: number, size: number): number {
    return Math.imul(this.#view.getInt32(start - 20, true), 31) ^ this.#view.getInt32(start - 8, true) ^ size;
  }

  #sameBytes(body: Body<Plan>, start: number, size: number): boolean {
    const { words, mask } = body;
    const view = this.#view;
    if (body.size !== size) return false;
    const whole = size >> 2;
    for (let i = 0, p = start; i < whole; i++, p += 4)
      if ((view.getInt32(p, true) & mask[i]!) !== words[i]) return false;
    // Where an offset reaches into the last bytes (damage only), this is stricter than need be.
    for (let i = 4 * whole; i < size; i++) if (view.getUint8(start + i) !== body.bytes[i]) return false;
    return true;
  }

  #sameNames(body: Body<Plan>, base: number, start: number, size: number): boolean {
    const { names } = body;
    const view = this.#view;
    for (let i = 0; i < names.length; i += NUMBERS_PER_NAME) {
      const at = start + names[i]!;
      const inPlace = view.getUint32(at, true) === at + 4 - base;
      // A name in place is part of the bytes that were compared.
      if (inPlace !== (names[i + 1] === 1)) return false;
      if (!inPlace && this.#nameAt(at, start + size) !== names[i + 2]) return false;
    }
    return true;
  }
}
