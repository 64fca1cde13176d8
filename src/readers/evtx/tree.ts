import type { Value } from '../../model/index.ts';
import type { FaultCode } from '../contract.ts';
import { LIMITS } from '../contract.ts';
import { EVTX_LIMITS, Token, Type } from './format.ts';
import type { Strings } from './strings.ts';
import { decodeValue } from './values.ts';

/**
 * BinXml as a tree: the obvious reading, token by token, every value decoded. `record()` prints it, the fast path is
 * compared with it, and it reads every record the fast path declines. With `values` null a template body is read and
 * its substitutions stay in place as slots: that is what the fast path compiles.
 */
export interface Element {
  readonly $: 'element';
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly content: readonly Node[];
}
export interface Attribute {
  readonly name: string;
  readonly content: readonly Piece[];
}
export type Piece =
  | { readonly $: 'text'; readonly text: string }
  /** a substitution in a template body; `binxml`: an XML fragment is expected there */
  | { readonly $: 'slot'; readonly slot: number; readonly optional: boolean; readonly binxml: boolean }
  /** a substitution's value */
  | { readonly $: 'value'; readonly value: Value; readonly optional: boolean };
export type Node = Element | Piece | { readonly $: 'instruction'; readonly target: string; readonly data: string };

/**
 * Why a piece of BinXml could not be read. Thrown and caught inside this folder only; no Error, as a stack trace for
 * each of a hostile file's thousand broken records would cost more than reading them.
 */
export class BinXmlError {
  readonly code: FaultCode;
  /** in the buffer */
  readonly offset: number;
  readonly message: string;
  constructor(code: FaultCode, offset: number, message: string) {
    this.code = code;
    this.offset = offset;
    this.message = message;
  }
}

/** The values a template is filled with, as they lie in the buffer. */
interface Values {
  readonly count: number;
  /** position of the first descriptor: u16 size, u8 type, u8 zero each */
  readonly descriptors: number;
  readonly offsets: Int32Array;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads the BinXml of one chunk that lies at `base` in the buffer of `strings`. */
export class TreeReader {
  readonly #strings: Strings;
  readonly #base: number;
  readonly #chunkEnd: number;
  #p = 0;
  #end = 0;
  #nodesLeft = 0;
  #bytesOfChunk: number = EVTX_LIMITS.valueBytesPerChunk;
  /** number of the next variable text when texts count as slots, else -1 */
  #texts = -1;
  #nodesOfChunk: number = EVTX_LIMITS.nodesPerChunk;

  constructor(strings: Strings, base: number, chunkEnd: number) {
    this.#strings = strings;
    this.#base = base;
    this.#chunkEnd = chunkEnd;
  }

  /** The nodes of a record's BinXml between two positions. Throws BinXmlError. */
  record(start: number, end: number): Node[] {
    this.#nodesLeft = Math.min(EVTX_LIMITS.nodesPerRecord, this.#nodesOfChunk);
    const before = this.#nodesLeft;
    try {
      this.#p = start;
      this.#end = end;
      return this.#fragment(null, false, 0);
    } finally {
      this.#nodesOfChunk -= before - this.#nodesLeft;
    }
  }

  /** The nodes of the template definition at a position in the buffer, substitutions as slots. Throws BinXmlError. */
  template(definition: number): Node[] {
    this.#nodesLeft = EVTX_LIMITS.nodesPerRecord;
    this.#end = this.#chunkEnd;
    this.#enterBody(definition, this.#chunkEnd);
    return this.#fragment(null, true, 0);
  }

  /** The nodes of XML written out in full, its variable texts as slots in order. Throws BinXmlError. */
  literal(start: number, end: number): Node[] {
    this.#nodesLeft = EVTX_LIMITS.nodesPerRecord;
    this.#p = start;
    this.#end = end;
    this.#texts = 0;
    return this.#fragment(null, false, 0);
  }

  /** Steps to a definition's body: next pointer, GUID, size stand before it. */
  #enterBody(definition: number, limit: number): void {
    if (definition < this.#base || definition + 24 > limit)
      this.#fail('BAD_STRUCTURE', 'template offset outside its chunk');
    const size = this.#strings.view.getUint32(definition + 20, true);
    if (size > limit - definition - 24) this.#fail('BAD_STRUCTURE', 'template body longer than its chunk');
    this.#p = definition + 24;
    this.#end = this.#p + size;
  }

  #fail(code: FaultCode, message: string): never {
    throw new BinXmlError(code, this.#p, message);
  }

  #u8(): number {
    if (this.#p >= this.#end) this.#fail('BAD_RECORD', 'BinXml ends inside a token');
    return this.#strings.bytes[this.#p++]!;
  }

  #u16(): number {
    if (this.#p + 2 > this.#end) this.#fail('BAD_RECORD', 'BinXml ends inside a token');
    this.#p += 2;
    return this.#strings.view.getUint16(this.#p - 2, true);
  }

  #u32(): number {
    if (this.#p + 4 > this.#end) this.#fail('BAD_RECORD', 'BinXml ends inside a token');
    this.#p += 4;
    return this.#strings.view.getUint32(this.#p - 4, true);
  }

  #spend(): void {
    if (--this.#nodesLeft < 0) this.#fail('LIMIT_COUNT', 'more XML nodes than the limit');
  }

  /** Tokens up to EOF or the end of the bytes. */
  #fragment(values: Values | null, inTemplate: boolean, depth: number): Node[] {
    const nodes: Node[] = [];
    while (this.#p < this.#end) {
      const token = this.#strings.bytes[this.#p]!;
      if (token === Token.EOF) break;
      if (token === Token.FRAGMENT) this.#p += 4;
      else this.#node(nodes, values, inTemplate, depth);
    }
    return nodes;
  }

  /** One node, whatever it is, appended to `into`. */
  #node(into: Node[], values: Values | null, inTemplate: boolean, depth: number): void {
    this.#spend();
    const token = this.#u8();
    switch (token & ~Token.MORE) {
      case Token.OPEN:
        into.push(this.#element((token & Token.MORE) !== 0, values, inTemplate, depth));
        return;
      case Token.TEMPLATE:
        this.#instance(into, depth);
        return;
      case Token.PI_TARGET: {
        const target = this.#name();
        if (this.#u8() !== Token.PI_DATA) this.#fail('BAD_RECORD', 'processing instruction without data');
        into.push({ $: 'instruction', target, data: this.#countedText() });
        return;
      }
      default:
        this.#p--;
        this.#piece(into, values, depth);
    }
  }

  #element(hasAttributes: boolean, values: Values | null, inTemplate: boolean, depth: number): Element {
    if (depth >= LIMITS.depth) this.#fail('LIMIT_DEPTH', 'XML nested deeper than the limit');
    this.#openHead(inTemplate);
    const name = this.#name();
    const attributes: Attribute[] = [];
    const content: Node[] = [];
    if (hasAttributes) this.#attributes(attributes, values, depth);
    const close = this.#u8();
    if (close === Token.CLOSE_EMPTY) return { $: 'element', name, attributes, content };
    if (close !== Token.CLOSE_START) this.#fail('BAD_RECORD', 'element start is not closed');
    for (;;) {
      const token = this.#u8();
      if (token === Token.END) return { $: 'element', name, attributes, content };
      this.#p--;
      this.#node(content, values, inTemplate, depth + 1);
    }
  }

  /**
   * Dependency id and data size of an element start. Fragments outside a template carry no dependency id, though some
   * writers put one there all the same: the reading whose size fits the space and whose name can be read is taken.
   */
  #openHead(inTemplate: boolean): void {
    const start = this.#p;
    for (const width of inTemplate ? [2, 0] : [0, 2]) {
      this.#p = start + width;
      if (this.#p + 8 <= this.#end && this.#u32() <= this.#end - this.#p && this.#nameFits()) return;
    }
    this.#p = start;
    this.#fail('BAD_RECORD', 'element start contradicts its surroundings');
  }

  #nameFits(): boolean {
    const at = this.#base + this.#strings.view.getUint32(this.#p, true);
    if (at + 8 > this.#chunkEnd) return false;
    const chars = this.#strings.view.getUint16(at + 6, true);
    return chars > 0 && at + 8 + 2 * chars <= this.#chunkEnd;
  }

  #attributes(into: Attribute[], values: Values | null, depth: number): void {
    this.#u32();
    for (let more = true; more; ) {
      this.#spend();
      const token = this.#u8();
      if ((token & ~Token.MORE) !== Token.ATTRIBUTE) this.#fail('BAD_RECORD', 'attribute expected');
      more = (token & Token.MORE) !== 0;
      const name = this.#name();
      const content: Node[] = [];
      const texts = this.#texts;
      if (name === 'Name') this.#texts = -1;
      while (this.#p < this.#end && isPiece(this.#strings.bytes[this.#p]!)) {
        this.#spend();
        this.#piece(content, values, depth);
      }
      if (name === 'Name') this.#texts = texts;
      into.push({ name, content: content.map(asPiece) });
    }
  }

  /** Text, character and entity references, substitutions: what may stand in content and in attributes. */
  #piece(into: Node[], values: Values | null, depth: number): void {
    const token = this.#u8();
    switch (token & ~Token.MORE) {
      case Token.VALUE: {
        const type = this.#u8();
        if (type !== Type.STRING) this.#fail('BAD_RECORD', 'value token of a type that is not text');
        const from = this.#p + 2;
        const text = this.#countedText();
        if (this.#texts < 0 || !isVariable(this.#strings, from, this.#p - from)) into.push({ $: 'text', text });
        else into.push({ $: 'slot', slot: this.#texts++, optional: false, binxml: false });
        return;
      }
      case Token.CDATA:
        into.push({ $: 'text', text: this.#countedText() });
        return;
      case Token.CHAR_REF:
        into.push({ $: 'text', text: String.fromCharCode(this.#u16()) });
        return;
      case Token.ENTITY_REF: {
        const name = this.#name();
        into.push({ $: 'text', text: ENTITIES[name] ?? `&${name};` });
        return;
      }
      case Token.NORMAL:
      case Token.OPTIONAL: {
        const slot = this.#u16();
        const declared = this.#u8();
        const optional = (token & ~Token.MORE) === Token.OPTIONAL;
        if (values === null) into.push({ $: 'slot', slot, optional, binxml: declared === Type.BINXML });
        else this.#substitute(into, values, slot, declared, optional, depth);
        return;
      }
      default:
        this.#p--;
        this.#fail('BAD_RECORD', 'unknown BinXml token');
    }
  }

  #substitute(into: Node[], values: Values, slot: number, declared: number, optional: boolean, depth: number): void {
    if (slot >= values.count) {
      if (declared !== Type.BINXML) into.push({ $: 'value', value: null, optional });
      return;
    }
    const at = values.descriptors + 4 * slot;
    const size = this.#strings.view.getUint16(at, true);
    const type = this.#strings.bytes[at + 2]!;
    const offset = values.offsets[slot]!;
    if (type === Type.BINXML) {
      if (depth >= LIMITS.depth) this.#fail('LIMIT_DEPTH', 'BinXml values nested deeper than the limit');
      const [p, end] = [this.#p, this.#end];
      this.#p = offset;
      this.#end = offset + size;
      into.push(...this.#fragment(null, false, depth + 1));
      this.#p = p;
      this.#end = end;
    } else if (type !== Type.NULL || declared !== Type.BINXML) {
      this.#bytesOfChunk -= size;
      if (this.#bytesOfChunk < 0) this.#fail('LIMIT_SIZE', 'values repeated beyond the limit');
      into.push({ $: 'value', value: decodeValue(this.#strings, type, offset, size), optional });
    }
  }

  /** A template instance: definition (resident or elsewhere in the chunk), value descriptors, values. */
  #instance(into: Node[], depth: number): void {
    if (depth >= LIMITS.depth) this.#fail('LIMIT_DEPTH', 'templates nested deeper than the limit');
    this.#u8();
    this.#u32();
    const definition = this.#base + this.#u32();
    if (definition === this.#p) {
      const end = this.#end;
      this.#enterBody(definition, end);
      this.#p = this.#end;
      this.#end = end;
    }
    const count = this.#u32();
    const descriptors = this.#p;
    if (count > (this.#end - descriptors) / 4)
      this.#fail('BAD_RECORD', 'more substitution values than the record can hold');
    this.#nodesLeft -= count;
    this.#spend();
    const offsets = new Int32Array(count);
    let at = descriptors + 4 * count;
    for (let i = 0; i < count; i++) {
      offsets[i] = at;
      at += this.#strings.view.getUint16(descriptors + 4 * i, true);
    }
    if (at > this.#end) this.#fail('BAD_RECORD', 'substitution values reach beyond the record');
    const end = this.#end;
    this.#enterBody(definition, this.#chunkEnd);
    into.push(...this.#fragment({ count, descriptors, offsets }, true, depth + 1));
    this.#p = at;
    this.#end = end;
  }

  /** A name given by its chunk offset; when it lies right here, reading goes on behind it. */
  #name(): string {
    const at = this.#base + this.#u32();
    if (at + 8 > this.#chunkEnd) this.#fail('BAD_STRUCTURE', 'name offset outside its chunk');
    const size = 2 * this.#strings.view.getUint16(at + 6, true);
    if (at + 8 + size > this.#chunkEnd) this.#fail('BAD_STRUCTURE', 'name longer than its chunk');
    if (at === this.#p) this.#p = at + 8 + size + 2;
    return this.#strings.text(at + 8, size);
  }

  #countedText(): string {
    const size = 2 * this.#u16();
    if (this.#p + size > this.#end) this.#fail('BAD_RECORD', 'text longer than its surroundings');
    this.#p += size;
    return this.#strings.text(this.#p - size, size);
  }
}

/** Blank text is layout and part of a fragment's form; any other text of literal XML is a value. */
export function isVariable(strings: Strings, offset: number, size: number): boolean {
  if (size === 0) return false;
  const first = strings.view.getUint16(offset, true);
  return (first > 0x20 && first < 0x7f) || strings.text(offset, size).trim() !== '';
}

function isPiece(token: number): boolean {
  const kind = token & ~Token.MORE;
  return (
    kind === Token.VALUE ||
    (kind >= Token.CDATA && kind <= Token.ENTITY_REF) ||
    kind === Token.NORMAL ||
    kind === Token.OPTIONAL
  );
}

/** XML inside an attribute (a BinXml value put there) is kept as its text. */
function asPiece(node: Node): Piece {
  if (node.$ === 'element') return { $: 'text', text: textOf(node.content) };
  return node.$ === 'instruction' ? { $: 'text', text: '' } : node;
}

/** All text below, in document order. */
export function textOf(nodes: readonly Node[]): string {
  let out = '';
  for (const node of nodes) {
    if (node.$ === 'element') out += textOf(node.content);
    else if (node.$ === 'text') out += node.text;
    else if (node.$ === 'value' && node.value !== null)
      out += Array.isArray(node.value) ? node.value.join(', ') : String(node.value);
  }
  return out;
}
