/**
 * Thrift compact protocol as far as Parquet's page headers and footers use it: a writer of fields and a reader into a
 * tree. Bytes read may come from a damaged disk: depth and counts are bounded, a bad byte is a RangeError that the
 * caller codes.
 */
export const T = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

/** Writes fields in ascending order of id; integers are safe and not negative. */
export class ThriftWriter {
  #bytes: Buffer;
  #at = 0;
  #last = 0;
  readonly #outer: number[] = [];

  constructor(room = 64) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  i32(id: number, value: number): this {
    this.#head(id, T.i32);
    return this.number(value);
  }
  i64(id: number, value: number): this {
    this.#head(id, T.i64);
    return this.number(value);
  }
  bool(id: number, value: boolean): this {
    this.#head(id, value ? T.true : T.false);
    return this;
  }
  binary(id: number, value: Uint8Array | string): this {
    this.#head(id, T.binary);
    return this.bytes(value);
  }
  list(id: number, of: number, count: number): this {
    this.#head(id, T.list);
    if (count < 15) this.#bytes[this.#at++] = (count << 4) | of;
    else {
      this.#bytes[this.#at++] = 0xf0 | of;
      this.#varint(count);
    }
    return this;
  }
  /** A field that is a structure; `end` closes it. */
  begin(id: number): this {
    this.#head(id, T.struct);
    return this.item();
  }
  /** A structure that is an item of a list. */
  item(): this {
    this.#outer.push(this.#last);
    this.#last = 0;
    return this;
  }
  end(): this {
    this.#room(1);
    this.#bytes[this.#at++] = 0;
    this.#last = this.#outer.pop() ?? 0;
    return this;
  }
  /** An integer that is an item of a list. */
  number(value: number): this {
    this.#room(12);
    this.#varint(value * 2); // zigzag of a number that is not negative
    return this;
  }
  /** A text that is an item of a list. */
  bytes(value: Uint8Array | string): this {
    const content = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    this.#room(6 + content.length);
    this.#varint(content.length);
    this.#bytes.set(content, this.#at);
    this.#at += content.length;
    return this;
  }
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Forgets what was written, for another use; what `take` gave before is then overwritten. */
  reset(): this {
    this.#at = 0;
    this.#last = 0;
    this.#outer.length = 0;
    return this;
  }

  #head(id: number, type: number): void {
    this.#room(12);
    this.#bytes[this.#at++] = ((id - this.#last) << 4) | type; // Parquet's ids are never more than 15 apart
    this.#last = id;
  }
  #room(n: number): void {
    if (this.#at + n <= this.#bytes.length) return;
    const bigger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + n));
    bigger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bigger;
  }
  #varint(n: number): void {
    while (n > 127) {
      this.#bytes[this.#at++] = (n % 128) | 128;
      n = Math.floor(n / 128);
    }
    this.#bytes[this.#at++] = n;
  }
}

export type Node = number | boolean | Uint8Array | readonly Node[] | Struct;
export type Struct = ReadonlyMap<number, Node>;

const DEPTH = 16; // Parquet's own structures nest 6 deep

/** Reads one structure at `at`; `end` is the offset of the byte behind it. */
export function readStruct(bytes: Uint8Array, at: number): { node: Struct; end: number } {
  const reader = new ThriftReader(bytes, at);
  const node = reader.struct(0);
  return { node, end: reader.at };
}

class ThriftReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  struct(depth: number): Struct {
    const out = new Map<number, Node>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return out;
      id = head >> 4 === 0 ? this.#integer() : id + (head >> 4);
      out.set(id, this.#value(head & 15, depth + 1, false));
    }
  }

  #value(type: number, depth: number, inList: boolean): Node {
    if (depth > DEPTH) throw new RangeError('thrift: nested too deep');
    switch (type) {
      case T.true:
      case T.false:
        return (inList ? this.#byte() : type) === T.true;
      case T.i16:
      case T.i32:
      case T.i64:
        return this.#integer();
      case T.binary: {
        const length = this.#varint();
        if (length > this.#bytes.length - this.at) throw new RangeError('thrift: text runs past the end');
        this.at += length;
        return this.#bytes.subarray(this.at - length, this.at);
      }
      case T.list: {
        const head = this.#byte();
        const count = head >> 4 === 15 ? this.#varint() : head >> 4;
        if (count > this.#bytes.length - this.at) throw new RangeError('thrift: list longer than its bytes');
        return Array.from({ length: count }, () => this.#value(head & 15, depth + 1, true));
      }
      case T.struct:
        return this.struct(depth);
      default:
        throw new RangeError(`thrift: type ${type} is not used by Parquet`);
    }
  }

  #byte(): number {
    const b = this.#bytes[this.at++];
    if (b === undefined) throw new RangeError('thrift: structure runs past the end');
    return b;
  }
  #varint(): number {
    let out = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const b = this.#byte();
      out += (b & 127) * scale;
      if (b < 128) {
        if (out > Number.MAX_SAFE_INTEGER) break;
        return out;
      }
    }
    throw new RangeError('thrift: integer too large');
  }
  #integer(): number {
    const n = this.#varint();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  }
}

/** Typed access to a structure's fields; a RangeError when the field is absent or of another kind. */
export const get = {
  int(s: Struct, id: number): number {
    const n = s.get(id);
    if (typeof n !== 'number' || n < 0) throw new RangeError(`thrift: field ${id} is not a usable integer`);
    return n;
  },
  text(s: Struct, id: number): string {
    const n = s.get(id);
    if (!(n instanceof Uint8Array)) throw new RangeError(`thrift: field ${id} is not text`);
    return Buffer.from(n).toString('utf8');
  },
  struct(s: Struct, id: number): Struct {
    const n = s.get(id);
    if (!(n instanceof Map)) throw new RangeError(`thrift: field ${id} is not a structure`);
    return n;
  },
  list(s: Struct, id: number): readonly Node[] {
    const n = s.get(id);
    if (!Array.isArray(n)) throw new RangeError(`thrift: field ${id} is not a list`);
    return n;
  },
  structs(s: Struct, id: number): Struct[] {
    return get.list(s, id).filter((item): item is Struct => item instanceof Map);
  },
};
