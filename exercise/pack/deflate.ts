/**
 * DEFLATE (RFC 1951) with the fixed code and a search of one step: smaller than stored, and, unlike zlib, the same
 * bytes on every machine and in every version.
 */
const WINDOW = 32_768;
const MIN = 3;
const MAX = 258;

export function deflate(bytes: Uint8Array): Buffer {
  const out = new Bits(bytes.length + 1024);
  const last = new Int32Array(1 << 15).fill(-1);
  out.put(0b011, 3);
  let at = 0;
  while (at < bytes.length) {
    const length = Math.min(MAX, bytes.length - at);
    let match = 0;
    let from = -1;
    if (length >= MIN) {
      const h = ((bytes[at]! << 10) ^ (bytes[at + 1]! << 5) ^ bytes[at + 2]!) & 0x7fff;
      from = last[h]!;
      last[h] = at;
      if (from >= 0 && at - from <= WINDOW) while (match < length && bytes[from + match] === bytes[at + match]) match++;
    }
    if (match >= MIN) {
      lengthCode(out, match);
      distanceCode(out, at - from);
      at += match;
    } else literal(out, bytes[at++]!);
  }
  literal(out, 256);
  return out.end();
}

/** Bits from the lowest up, as RFC 1951 3.1.1 packs them. */
class Bits {
  #bytes: Buffer;
  #length = 0;
  #held = 0;
  #count = 0;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  put(value: number, count: number): void {
    this.#held |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#byte(this.#held & 0xff);
      this.#held >>>= 8;
      this.#count -= 8;
    }
  }

  /** A Huffman code: from its highest bit down. */
  code(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.put((value >>> i) & 1, 1);
  }

  end(): Buffer {
    if (this.#count > 0) this.#byte(this.#held & 0xff);
    return this.#bytes.subarray(0, this.#length);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    this.#bytes[this.#length++] = value;
  }
}

/** The fixed code of RFC 1951 3.2.6. */
function literal(out: Bits, symbol: number): void {
  if (symbol < 144) out.code(0x30 + symbol, 8);
  else if (symbol < 256) out.code(0x190 + symbol - 144, 9);
  else if (symbol < 280) out.code(symbol - 256, 7);
  else out.code(0xc0 + symbol - 280, 8);
}

function lengthCode(out: Bits, length: number): void {
  if (length === MAX) {
    literal(out, 285);
    return;
  }
  const n = length - MIN;
  const extra = n < 8 ? 0 : 31 - Math.clz32(n) - 2;
  literal(out, 257 + extra * 4 + (n >>> extra));
  out.put(n & ((1 << extra) - 1), extra);
}

function distanceCode(out: Bits, distance: number): void {
  const n = distance - 1;
  const extra = n < 4 ? 0 : 31 - Math.clz32(n) - 1;
  out.code(extra * 2 + (n >>> extra), 5);
  out.put(n & ((1 << extra) - 1), extra);
}
