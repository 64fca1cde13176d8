/**
 * DEFLATE (RFC 1951) with the fixed code and a search of one step: smaller than stored, and, unlike zlib, the same
 * bytes on every machine and in every version.
 */
const WINDOW = 32_768;
const MIN = 3;
const MAX = 258;

export function deflate(bytes: Uint8Array): Buffer {
  const deflater = new Deflater();
  return Buffer.concat([deflater.write(bytes), deflater.end()]);
}

/** The same for bytes that come in pieces; each piece is a block that looks back no further than its own beginning. */
export class Deflater {
  readonly #last = new Int32Array(1 << 15);
  readonly #out = new Bits();

  /** What of the output is whole bytes by now. */
  write(bytes: Uint8Array): Buffer {
    const out = this.#out;
    const last = this.#last.fill(-1);
    out.put(0b010, 3);
    const end = bytes.length - MIN;
    let at = 0;
    while (at < bytes.length) {
      let match = 0;
      let from = -1;
      if (at <= end) {
        const h = ((bytes[at]! << 10) ^ (bytes[at + 1]! << 5) ^ bytes[at + 2]!) & 0x7fff;
        from = last[h]!;
        last[h] = at;
        if (from >= 0 && at - from <= WINDOW) {
          const length = Math.min(MAX, bytes.length - at);
          while (match < length && bytes[from + match] === bytes[at + match]) match++;
        }
      }
      if (match >= MIN) {
        out.put(LENGTHS[match]!, LENGTH_BITS[match]!);
        distanceCode(out, at - from);
        at += match;
      } else {
        const byte = bytes[at++]!;
        out.put(LITERALS[byte]!, byte < 144 ? 8 : 9);
      }
    }
    out.put(0, 7);
    return out.take(false);
  }

  /** An empty last block. */
  end(): Buffer {
    this.#out.put(0b011, 3);
    this.#out.put(0, 7);
    return this.#out.take(true);
  }
}

/** Bits from the lowest up, as RFC 1951 3.1.1 packs them. */
class Bits {
  #bytes = Buffer.alloc(1 << 16);
  #length = 0;
  #held = 0;
  #count = 0;

  /** At most 18 bits at a time. */
  put(value: number, count: number): void {
    this.#held |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
      this.#bytes[this.#length++] = this.#held & 0xff;
      this.#held >>>= 8;
      this.#count -= 8;
    }
  }

  take(all: boolean): Buffer {
    if (all && this.#count > 0) this.put(0, 8 - this.#count);
    const out = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return out;
  }
}

/** Huffman codes go from their highest bit down. */
function reversed(value: number, count: number): number {
  let out = 0;
  for (let i = 0; i < count; i++) out |= ((value >>> i) & 1) << (count - 1 - i);
  return out;
}

/** The fixed code of RFC 1951 3.2.6, ready to be put. */
const code = (symbol: number): readonly [number, number] =>
  symbol < 144
    ? [reversed(0x30 + symbol, 8), 8]
    : symbol < 256
      ? [reversed(0x190 + symbol - 144, 9), 9]
      : symbol < 280
        ? [reversed(symbol - 256, 7), 7]
        : [reversed(0xc0 + symbol - 280, 8), 8];
const LITERALS = Uint16Array.from({ length: 256 }, (_, i) => code(i)[0]);
const LENGTHS = new Uint32Array(MAX + 1);
const LENGTH_BITS = new Uint8Array(MAX + 1);
for (let length = MIN; length <= MAX; length++) {
  const n = length - MIN;
  const extra = length === MAX || n < 8 ? 0 : 31 - Math.clz32(n) - 2;
  const [bits, count] = code(length === MAX ? 285 : 257 + extra * 4 + (n >>> extra));
  LENGTHS[length] = bits | ((n & ((1 << extra) - 1)) << count);
  LENGTH_BITS[length] = count + extra;
}
const DISTANCES = Uint8Array.from({ length: 30 }, (_, i) => reversed(i, 5));

function distanceCode(out: Bits, distance: number): void {
  const n = distance - 1;
  const extra = n < 4 ? 0 : 31 - Math.clz32(n) - 1;
  out.put(DISTANCES[extra * 2 + (n >>> extra)]!, 5);
  out.put(n & ((1 << extra) - 1), extra);
}
