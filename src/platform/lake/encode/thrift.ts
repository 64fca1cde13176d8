/**
 * Thrift compact protocol as far as Parquet's page headers and footers use it, as a plain tree: read → change → write
 * keeps every field, so a column chunk of a part can be laid into a sealed file without knowing all it says.
 * Bytes may come from a damaged disk: depth and counts are bounded, a bad byte is a RangeError that the caller codes.
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

export type Node =
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'i32'; readonly v: number }
  | { readonly t: 'i64'; readonly v: bigint }
  | { readonly t: 'bin'; readonly v: Uint8Array }
  | { readonly t: 'list'; readonly of: number; readonly v: readonly Node[] }
  | Struct;
export interface Struct {
  readonly t: 'struct';
  readonly v: ReadonlyMap<number, Node>;
}

const utf8 = new TextEncoder();
export const i32 = (v: number): Node => ({ t: 'i32', v });
export const i64 = (v: number | bigint): Node => ({ t: 'i64', v: BigInt(v) });
export const bool = (v: boolean): Node => ({ t: 'bool', v });
export const bin = (v: string | Uint8Array): Node => ({ t: 'bin', v: typeof v === 'string' ? utf8.encode(v) : v });
export const list = (of: number, v: readonly Node[]): Node => ({ t: 'list', of, v });
/** Fields in ascending order of id; undefined ones are left out. */
export function struct(fields: Readonly<Record<number, Node | undefined>>): Struct {
  const v = new Map<number, Node>();
  for (const id of Object.keys(fields)) {
    const node = fields[Number(id)];
    if (node !== undefined) v.set(Number(id), node);
  }
  return { t: 'struct', v };
}

export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #at = 0;

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #room(n: number): void {
    if (this.#at + n <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + n));
    bigger.set(this.#bytes);
    this.#bytes = bigger;
  }
  #byte(b: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = b;
  }
  #varint(n: number): void {
    this.#room(5);
    n >>>= 0;
    while (n > 127) {
      this.#bytes[this.#at++] = (n & 127) | 128;
      n >>>= 7;
    }
    this.#bytes[this.#at++] = n;
  }
  #varint64(n: bigint): void {
    let rest = BigInt.asUintN(64, (n << 1n) ^ (n >> 63n));
    while (rest > 127n) {
      this.#byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  struct(node: Struct): this {
    let last = 0;
    for (const [id, field] of node.v) {
      const type = typeOf(field);
      if (id > last && id - last < 16) this.#byte(((id - last) << 4) | type);
      else {
        this.#byte(type);
        this.#varint((id << 1) ^ (id >> 31));
      }
      last = id;
      if (field.t !== 'bool') this.#value(field);
    }
    this.#byte(0);
    return this;
  }

  #value(node: Node): void {
    switch (node.t) {
      case 'bool':
        this.#byte(node.v ? T.true : T.false);
        return;
      case 'i32':
        this.#varint((node.v << 1) ^ (node.v >> 31));
        return;
      case 'i64':
        this.#varint64(node.v);
        return;
      case 'bin':
        this.#varint(node.v.length);
        this.#room(node.v.length);
        this.#bytes.set(node.v, this.#at);
        this.#at += node.v.length;
        return;
      case 'list':
        if (node.v.length < 15) this.#byte((node.v.length << 4) | node.of);
        else {
          this.#byte(0xf0 | node.of);
          this.#varint(node.v.length);
        }
        for (const item of node.v) this.#value(item);
        return;
      case 'struct':
        this.struct(node);
    }
  }
}

function typeOf(node: Node): number {
  switch (node.t) {
    case 'bool':
      return node.v ? T.true : T.false;
    case 'i32':
      return T.i32;
    case 'i64':
      return T.i64;
    case 'bin':
      return T.binary;
    case 'list':
      return T.list;
    case 'struct':
      return T.struct;
  }
}

const DEPTH = 16; // Parquet's own structures nest 6 deep

/** Reads one struct at `at`; `end` is the offset of the byte behind it. */
export function readStruct(bytes: Uint8Array, at: number): { node: Struct; end: number } {
  let pos = at;
  const byte = (): number => {
    const b = bytes[pos++];
    if (b === undefined) throw new RangeError('thrift: structure runs past the end');
    return b;
  };
  const varint = (): bigint => {
    let out = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const b = byte();
      out |= BigInt(b & 127) << shift;
      if (b < 128) return out;
    }
    throw new RangeError('thrift: integer too long');
  };
  const small = (): number => {
    let out = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const b = byte();
      out |= (b & 127) << shift;
      if (b < 128) return out >>> 0;
    }
    throw new RangeError('thrift: integer too long');
  };
  const zigzag = (n: number): number => (n >>> 1) ^ -(n & 1);
  const value = (type: number, depth: number, inList: boolean): Node => {
    if (depth > DEPTH) throw new RangeError('thrift: nested too deep');
    switch (type) {
      case T.true:
      case T.false:
        return bool(inList ? byte() === T.true : type === T.true);
      case T.i16:
      case T.i32:
        return i32(zigzag(small()));
      case T.i64: {
        const n = varint();
        return { t: 'i64', v: BigInt.asIntN(64, (n >> 1n) ^ -(n & 1n)) };
      }
      case T.binary: {
        const length = small();
        if (pos + length > bytes.length) throw new RangeError('thrift: text runs past the end');
        pos += length;
        return { t: 'bin', v: bytes.subarray(pos - length, pos) };
      }
      case T.list: {
        const head = byte();
        const count = head >> 4 === 15 ? small() : head >> 4;
        if (count > bytes.length - pos) throw new RangeError('thrift: list longer than its bytes');
        const of = head & 15;
        const v: Node[] = [];
        for (let i = 0; i < count; i++) v.push(value(of, depth + 1, true));
        return { t: 'list', of, v };
      }
      case T.struct: {
        const v = new Map<number, Node>();
        for (let last = 0; ; ) {
          const head = byte();
          if (head === 0) return { t: 'struct', v };
          last = head >> 4 === 0 ? zigzag(small()) : last + (head >> 4);
          v.set(last, value(head & 15, depth + 1, false));
        }
      }
      default:
        throw new RangeError(`thrift: type ${type} is not used by Parquet`);
    }
  };
  const node = value(T.struct, 0, false) as Struct;
  return { node, end: pos };
}

/** Typed access to a struct's fields; a RangeError when the field is absent or of another kind. */
export const get = {
  int(s: Struct, id: number): number {
    const n = s.v.get(id);
    if (n?.t === 'i32') return n.v;
    if (n?.t === 'i64' && n.v >= 0n && n.v <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(n.v);
    throw new RangeError(`thrift: field ${id} is not a usable integer`);
  },
  text(s: Struct, id: number): string {
    const n = s.v.get(id);
    if (n?.t !== 'bin') throw new RangeError(`thrift: field ${id} is not text`);
    return new TextDecoder().decode(n.v);
  },
  struct(s: Struct, id: number): Struct {
    const n = s.v.get(id);
    if (n?.t !== 'struct') throw new RangeError(`thrift: field ${id} is not a structure`);
    return n;
  },
  structs(s: Struct, id: number): Struct[] {
    const n = s.v.get(id);
    if (n?.t !== 'list') throw new RangeError(`thrift: field ${id} is not a list`);
    return n.v.filter((item): item is Struct => item.t === 'struct');
  },
};
