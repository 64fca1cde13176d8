import { Bodies } from './bodies.ts';
import { EVTX_LIMITS, FRAGMENT, Token, Type } from './format.ts';
import type { Strings } from './strings.ts';
import { decodeText } from './strings.ts';
import type { Node } from './tree.ts';
import { BinXmlError, isVariable, TreeReader } from './tree.ts';

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

/** Where the texts of literal XML are noted. */
interface Texts {
  readonly places: Int32Array;
  next: number;
}

const LONGEST_FINGERPRINT = 32_768;
/** numbers noted of the names of a body; one that has more is read token by token every time */
const NAMES = 3 * 2048;

export class Plans {
  readonly #strings: Strings;
  readonly #ids = new Map<string, number>();
  readonly #idTexts: (string | undefined)[];
  readonly #idOfEntry: Int32Array;
  readonly #known = new Map<number, Known[]>();
  #plans = 0;
  #kept = 0;
  /** changes with every chunk: what the tables below hold of earlier chunks does not count */
  #stamp = 0;
  #base = 0;
  #chunkEnd = 0;
  #budget = 0;
  readonly #planStamps = new Int32Array(1 << 16);
  readonly #planAt = new Array<Plan | null>(1 << 16).fill(null);
  readonly #nameStamps = new Int32Array(1 << 16);
  readonly #nameAt = new Int32Array(1 << 16);
  readonly #ops = new Int32Array(LONGEST_FINGERPRINT);
  readonly #bodies: Bodies<Plan>;
  /** places of the names in the body being read, and their numbers, as Bodies keeps them */
  readonly #names = new Int32Array(NAMES);
  #noted = 0;
  /** position behind the name read last */
  #after = 0;

  constructor(strings: Strings) {
    this.#strings = strings;
    this.#bodies = new Bodies(strings.view, (p, end) => this.#name(p, end));
    this.#idTexts = new Array<string | undefined>(strings.texts.length).fill(undefined);
    this.#idOfEntry = new Int32Array(strings.texts.length);
  }

  /** Another chunk now lies between these positions of the buffer. Returns false when all plans were forgotten. */
  enter(base: number, chunkEnd: number): boolean {
    this.#base = base;
    this.#chunkEnd = chunkEnd;
    this.#budget = EVTX_LIMITS.templateBytesPerChunk;
    this.#stamp = (this.#stamp + 1) | 0;
    if (this.#kept + this.#bodies.kept <= EVTX_LIMITS.fingerprints && this.#ids.size <= EVTX_LIMITS.names) return true;
    this.#ids.clear();
    this.#idTexts.fill(undefined);
    this.#known.clear();
    this.#bodies.forget();
    this.#kept = 0;
    this.#plans = 0;
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

  /**
   * The plan of XML written out in full between two positions, as collectors store forwarded events and some providers
   * their UserData: its texts count as values. Where they lie is noted in `places` from value `base` on, in the
   * form of value descriptors.
   */
  literal(start: number, end: number, places: Int32Array, base: number): Plan | null {
    const length = this.#fingerprint(start, end, { places, next: base });
    return length < 0 ? null : this.#lookup(length, start, end);
  }

  #find(definition: number): Plan | null {
    if (definition + 24 > this.#chunkEnd) return null;
    const size = this.#strings.view.getUint32(definition + 20, true);
    this.#budget -= size;
    if (size > this.#chunkEnd - definition - 24 || this.#budget < 0) return null;
    const body = definition + 24;
    const met = this.#bodies.find(this.#base, body, size);
    if (met !== undefined) return met;
    this.#noted = 0;
    const length = this.#fingerprint(body, body + size, null);
    const plan = length < 0 ? null : this.#lookup(length, definition, -1);
    if (plan !== null && this.#noted < NAMES) this.#bodies.add(body, size, this.#names, this.#noted, plan);
    return plan;
  }

  /** The plan of the fingerprint in #ops. `end` -1: of the template defined at `start`; else of literal XML. */
  #lookup(length: number, start: number, end: number): Plan | null {
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
    const plan = this.#compile(start, end);
    this.#plans++;
    this.#kept += length;
    bucket.push({ fingerprint: ops.slice(0, length), plan });
    return plan;
  }

  #compile(start: number, end: number): Plan | null {
    try {
      const reader = new TreeReader(this.#strings, this.#base, this.#chunkEnd);
      const nodes = end < 0 ? reader.template(start) : reader.literal(start, end);
      const use: Use = { slots: 0, embeds: new Set(), times: new Map(), unusual: false };
      scan(nodes, use, false);
      return use.unusual ? null : { id: this.#plans, slots: use.slots, embeds: [...use.embeds], nodes };
    } catch (e) {
      if (e instanceof BinXmlError) return null;
      throw e;
    }
  }

  /** Number of entries written to #ops; -1: declined. `texts`: literal XML, whose texts go there. */
  #fingerprint(start: number, end: number, texts: Texts | null): number {
    const { bytes, view } = this.#strings;
    const ops = this.#ops;
    // Outside a template an element start has no dependency id.
    const dependency = texts === null ? 2 : 0;
    const named = this.#id('Name');
    let keep = false;
    let n = 0;
    let id = 0;
    let p = start;
    if (texts === null) {
      if (p + 4 > end || view.getInt32(p, true) !== FRAGMENT) return -1;
      p += 4;
    }
    ops[n++] = dependency;
    while (p < end && n < LONGEST_FINGERPRINT - 4) {
      const token = bytes[p]!;
      ops[n++] = token;
      switch (token & ~Token.MORE) {
        case Token.EOF:
          return n;
        case Token.OPEN:
          p += 5 + dependency;
          if (p + 4 > end || view.getUint32(p - 4, true) > end - p) return -1;
          id = this.#name(p, end);
          if (id < 0) return -1;
          if (texts === null) this.#note(p, start, end, id);
          ops[n++] = id;
          p = token === Token.OPEN ? this.#after : this.#after + 4;
          break;
        case Token.CLOSE_START:
        case Token.CLOSE_EMPTY:
        case Token.END:
          keep = false;
          p++;
          break;
        case Token.ATTRIBUTE:
        case Token.ENTITY_REF:
        case Token.PI_TARGET:
          id = this.#name(p + 1, end);
          if (id < 0) return -1;
          if (texts === null) this.#note(p + 1, start, end, id);
          ops[n++] = id;
          keep = id === named && (token & ~Token.MORE) === Token.ATTRIBUTE;
          p = this.#after;
          break;
        case Token.VALUE:
        case Token.CDATA:
        case Token.PI_DATA: {
          const value = (token & ~Token.MORE) === Token.VALUE;
          const at = value ? p + 4 : p + 3;
          if (at > end || (value && bytes[p + 1] !== Type.STRING)) return -1;
          const size = 2 * view.getUint16(at - 2, true);
          p = at + size;
          if (p > end) return -1;
          if (texts !== null && value && !keep && isVariable(this.#strings, at, size)) {
            if (size > 0xffff || 2 * texts.next >= texts.places.length) return -1;
            texts.places[2 * texts.next] = (Type.STRING << 16) | size;
            texts.places[2 * texts.next++ + 1] = at;
            ops[n++] = -1;
          } else {
            ops[n++] = this.#idAt(at, size);
          }
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

  /** For Bodies, which cannot answer for a name that reaches out of its body. */
  #note(p: number, start: number, end: number, id: number): void {
    if (this.#noted >= NAMES) return;
    const inPlace = this.#after !== p + 4;
    this.#names[this.#noted++] = p - start;
    this.#names[this.#noted++] = inPlace ? 1 : 0;
    this.#names[this.#noted++] = id;
    if (inPlace && this.#after > end) this.#noted = NAMES;
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
    const id = this.#idAt(at + 8, size);
    this.#nameStamps[offset] = this.#stamp;
    this.#nameAt[offset] = id;
    return id;
  }

  /** Number of the text of these bytes; for texts in the string table it is found without a look at the characters. */
  #idAt(offset: number, size: number): number {
    const entry = this.#strings.entry(Type.STRING, offset, size, decodeText);
    if (entry < 0) return this.#id(decodeText(this.#strings.bytes, offset, size));
    const text = this.#strings.texts[entry]!;
    if (this.#idTexts[entry] !== text) {
      this.#idTexts[entry] = text;
      this.#idOfEntry[entry] = this.#id(text);
    }
    return this.#idOfEntry[entry]!;
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
  readonly times: Map<number, number>;
  /** XML values in attributes, or one value in many places, which could unfold without end */
  unusual: boolean;
}

function scan(nodes: readonly Node[], use: Use, inAttribute: boolean): void {
  for (const node of nodes) {
    if (node.$ === 'slot') {
      const times = (use.times.get(node.slot) ?? 0) + 1;
      use.times.set(node.slot, times);
      use.slots = Math.max(use.slots, node.slot + 1);
      if (node.binxml) use.embeds.add(node.slot);
      use.unusual ||= (node.binxml && inAttribute) || times > (use.embeds.has(node.slot) ? 1 : 4);
    } else if (node.$ === 'element') {
      for (const attribute of node.attributes) scan(attribute.content, use, true);
      scan(node.content, use, false);
    }
  }
}
