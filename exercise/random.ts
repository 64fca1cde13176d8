/**
 * Chance that is the same everywhere: one stream of numbers a name, so that more noise in one log moves nothing in
 * another. sfc32 seeded from a text; 32-bit integer arithmetic only, so no platform rounds differently.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(seed: number, name: string) {
    const text = `${seed}/${name}`;
    [this.#a, this.#b, this.#c] = [hash(text, 0x811c9dc5), hash(text, 0x9e3779b9), hash(text, 0x85ebca6b)];
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 bits */
  next(): number {
    const t = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    return (t + (this.#c | 0)) >>> 0;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  /** True `percent` times of a hundred. */
  chance(percent: number): boolean {
    return this.next() % 100 < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.next() % list.length] as T;
  }

  /** `count` different members, in random order. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    for (let i = 0; i < Math.min(count, rest.length); i++) {
      const j = this.int(i, rest.length - 1);
      [rest[i], rest[j]] = [rest[j] as T, rest[i] as T];
    }
    return rest.slice(0, count);
  }

  hex(digits: number): string {
    let out = '';
    while (out.length < digits) out += hex32(this.next());
    return out.length === digits ? out : out.slice(0, digits);
  }

  /** A version 4 UUID. */
  guid(): string {
    const [a, b, c, d] = [hex32(this.next()), hex32(this.next()), hex32(this.next()), hex32(this.next())];
    const variant = '89ab'[this.next() % 4];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }

  letters(count: number): string {
    let out = '';
    for (let i = 0; i < count; i++)
      out += 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[this.next() % 62];
    return out;
  }
}

const BYTES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const hex32 = (n: number): string =>
  BYTES[n >>> 24]! + BYTES[(n >>> 16) & 255]! + BYTES[(n >>> 8) & 255]! + BYTES[n & 255]!;

/** FNV-1a with a chosen basis. */
function hash(text: string, basis: number): number {
  let h = basis | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** Everybody gets a turn before anybody gets a second one: nobody at the ministry stays away for weeks. */
export class Turns<T> {
  readonly #random: Random;
  readonly #all: readonly T[];
  #waiting: T[] = [];

  constructor(random: Random, all: readonly T[]) {
    this.#random = random;
    this.#all = all;
  }

  next(): T {
    if (this.#waiting.length === 0) this.#waiting = this.#random.some(this.#all, this.#all.length);
    return this.#waiting.pop() as T;
  }
}
