import { EVTX_LIMITS, FRAGMENT, Token, Type } from './format.ts';
import type { Strings } from './strings.ts';
import type { Node } from './tree.ts';
import { BinXmlError, TreeReader } from './tree.ts';

/**
 * Templates, each distinct one compiled once. In every chunk the same template lies anew, with other offsets in it, so
 * its bytes and its GUID prove nothing. What decides is its fingerprint: the token stream with names and texts replaced
 * by numbers of interned strings. Making it is one quick walk; only a fingerprint never seen before is read as a tree.
 *
 * Hot path: `#fingerprint` reads tokens exactly as TreeReader does (its slow twin) and declines whatever is unusual.
 */
export interface Plan {
  readonly id: number;
  /** substitution ids used are below this */
  readonly slots: number;
  /** substitutions that hold an XML fragment, in order of appearance, each once */
  readonly embeds: readonly number[];
  readonly nodes: readonly Node[];
}

interface Known {
  readonly fingerprint: Int32Array;
  readonly plan: Plan | null;
}

const LONGEST_FINGERPRINT = 32_768;

export class Plans {
  readonly #strings: Strings;
  readonly #ids = new Map<string, number>();
  readonly #known = new Map<number, Known[]>();
  #plans = 0;
  #kept = 0;
  /** changes with every chunk: what the tables below hold of earlier chunks does not count */
  #stamp = 0;
  #base = 0;
  #chunkEnd = 0;
  #budget = 0;
  readonly #planStamps = new Int32Array(1 << 16);
  readonly #planAt: (Plan | null)[] = [];
  readonly #nameStamps = new Int32Array(1 << 16);
  readonly #nameAt = new Int32Array(1 << 16);
  readonly #ops = new Int32Array(LONGEST_FINGERPRINT);
  /** position behind the name read last */
  #after = 0;

  constructor(strings: Strings) {
    this.#strings = strings;
  }

  /** Another chunk now lies between these positions of the buffer. Returns false when all plans were forgotten. */
  enter(base: number, chunkEnd: number): boolean {
    this.#base = base;
    this.#chunkEnd = chunkEnd;
    this.#budget = EVTX_LIMITS.templateBytesPerChunk;
    this.#stamp = (this.#stamp + 1) | 0;
    if (this.#kept <= EVTX_LIMITS.fingerprints && this.#ids.size <= EVTX_LIMITS.names) return true;
    this.#ids.clear();
    this.#known.clear();
    this.#kept = 0;
    return false;
  }

  /** The plan of the template defined at this offset in the chunk; null: to be read the slow way. */
  at(offset: number): Plan | null {
    if (offset > 0xffff || offset < 0) return null;
    if (this.#planStamps[offset] === this.#stamp) return this.#planAt[offset]!;
    const plan = this.#find(this.#base + offset);
    this.#planStamps[offset] = this.#stamp;
    this.#planAt[offset] = plan;
    return plan;
  }

  #find(definition: number): Plan | null {
    if (definition + 24 > this.#chunkEnd) return null;
    const size = this.#strings.view.getUint32(definition + 20, true);
    this.#budget -= size;
    if (size > this.#chunkEnd - definition - 24 || this.#budget < 0) return null;
    const length = this.#fingerprint(definition + 24, definition + 24 + size);
    if (length < 0) return null;
    const ops = this.#ops;
    let h = length;
    for (let i = 0; i < length; i++) {
      h = Math.imul(h ^ ops[i]!, 0x85ebca6b);
      h ^= h >>> 13;
    }
    let bucket = this.#known.get(h);
    if (bucket === undefined) {
      bucket = [];
      this.#known.set(h, bucket);
    }
    for (const known of bucket) if (same(known.fingerprint, ops, length)) return known.plan;
    const plan = this.#compile(definition);
    this.#plans++;
    this.#kept += length;
    bucket.push({ fingerprint: ops.slice(0, length), plan });
    return plan;
  }

  #compile(definition: number): Plan | null {
    try {
      const nodes = new TreeReader(this.#strings, this.#base, this.#chunkEnd).template(definition);
      const use: Use = { slots: 0, embeds: new Set(), unusual: false };
      scan(nodes, use, false);
      return use.unusual ? null : { id: this.#plans, slots: use.slots, embeds: [...use.embeds], nodes };
    } catch (e) {
      if (e instanceof BinXmlError) return null;
      throw e;
    }
  }

  /** Number of entries written to #ops; -1: declined. */
  #fingerprint(start: number, end: number): number {
    const { bytes, view } = this.#strings;
    const ops = this.#ops;
    let n = 0;
    let id = 0;
    let p = start;
    if (p + 4 > end || view.getInt32(p, true) !== FRAGMENT) return -1;
    p += 4;
    while (p < end && n < LONGEST_FINGERPRINT - 4) {
      const token = bytes[p]!;
      ops[n++] = token;
      switch (token & ~Token.MORE) {
        case Token.EOF:
          return n;
        case Token.OPEN:
          if (p + 11 > end || view.getUint32(p + 3, true) > end - p - 7) return -1;
          id = this.#name(p + 7, end);
          if (id < 0) return -1;
          ops[n++] = id;
          p = token === Token.OPEN ? this.#after : this.#after + 4;
          break;
        case Token.CLOSE_START:
        case Token.CLOSE_EMPTY:
        case Token.END:
          p++;
          break;
        case Token.ATTRIBUTE:
        case Token.ENTITY_REF:
        case Token.PI_TARGET:
          id = this.#name(p + 1, end);
          if (id < 0) return -1;
          ops[n++] = id;
          p = this.#after;
          break;
        case Token.VALUE:
        case Token.CDATA:
        case Token.PI_DATA: {
          const at = (token & ~Token.MORE) === Token.VALUE ? p + 2 : p + 1;
          if (at + 2 > end || (at === p + 2 && bytes[p + 1] !== Type.STRING)) return -1;
          const size = 2 * view.getUint16(at, true);
          if (at + 2 + size > end) return -1;
          ops[n++] = this.#id(this.#strings.text(at + 2, size));
          p = at + 2 + size;
          break;
        }
        case Token.CHAR_REF:
          if (p + 3 > end) return -1;
          ops[n++] = view.getUint16(p + 1, true);
          p += 3;
          break;
        case Token.NORMAL:
        case Token.OPTIONAL:
          if (p + 4 > end) return -1;
          ops[n++] = (view.getUint16(p + 1, true) << 8) | bytes[p + 3]!;
          p += 4;
          break;
        default:
          return -1;
      }
    }
    return p >= end ? n : -1;
  }

  /** Number of the name whose chunk offset stands at `p`; -1: not readable. Sets #after. */
  #name(p: number, end: number): number {
    if (p + 4 > end) return -1;
    const { view } = this.#strings;
    const offset = view.getUint32(p, true);
    const at = this.#base + offset;
    if (at + 8 > this.#chunkEnd) return -1;
    const size = 2 * view.getUint16(at + 6, true);
    this.#after = at === p + 4 ? at + 10 + size : p + 4;
    if (this.#nameStamps[offset] === this.#stamp) return this.#nameAt[offset]!;
    if (size === 0 || at + 8 + size > this.#chunkEnd) return -1;
    const id = this.#id(this.#strings.text(at + 8, size));
    this.#nameStamps[offset] = this.#stamp;
    this.#nameAt[offset] = id;
    return id;
  }

  #id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(text, id);
    }
    return id;
  }
}

function same(a: Int32Array, b: Int32Array, length: number): boolean {
  if (a.length !== length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

interface Use {
  slots: number;
  readonly embeds: Set<number>;
  /** XML values in attributes, or one XML value in two places (which could unfold without end) */
  unusual: boolean;
}

function scan(nodes: readonly Node[], use: Use, inAttribute: boolean): void {
  for (const node of nodes) {
    if (node.$ === 'slot') {
      use.slots = Math.max(use.slots, node.slot + 1);
      if (!node.binxml) continue;
      use.unusual ||= inAttribute || use.embeds.has(node.slot);
      use.embeds.add(node.slot);
    } else if (node.$ === 'element') {
      for (const attribute of node.attributes) scan(attribute.content, use, true);
      scan(node.content, use, false);
    }
  }
}
