import { crc32 } from 'node:zlib';
import type { Form, FormValue } from './form.ts';
import { putValue, sizeBound } from './form.ts';
import type { Instance, XmlElement, XmlNode, XmlPiece } from './template.ts';
import type { PlainValue } from './values.ts';

/**
 * One chunk of an EVTX file in the making: BinXml with its names and template definitions, each kept once in the chunk
 * and referred to by offset, as Windows does; records; both checksums.
 */
const CHUNK = 65_536;
const HEADER = 512;
const NO_DEPENDENCY = 0xffff;
/** 0f 01 01 00 */
const FRAGMENT = 0x0001010f;

/** What tells one template from another, and the GUID made of it; once a template. */
const keys = new WeakMap<XmlElement, { readonly text: string; readonly guid: Buffer }>();
function keyOf({ template }: { readonly template: XmlElement }): { readonly text: string; readonly guid: Buffer } {
  let key = keys.get(template);
  if (key === undefined) {
    const text = JSON.stringify(template);
    const guid = Buffer.alloc(16);
    for (let i = 0; i < 4; i++) guid.writeUInt32LE(crc32(text, i), 4 * i);
    key = { text, guid };
    keys.set(template, key);
  }
  return key;
}

/** The record does not fit into what is left of the chunk. */
export class ChunkFull extends Error {}

export class ChunkWriter {
  readonly #b = Buffer.alloc(CHUNK);
  #p = HEADER;
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();
  #first: bigint | null = null;
  #last = 0n;
  #lastAt = 0;

  /** Number of records written. */
  records = 0;

  /** Throws ChunkFull; the chunk can then still be finished with the records before. */
  record(id: bigint, written: PlainValue, root: XmlNode): void {
    const start = this.#p;
    const saved = Buffer.from(this.#b.subarray(128, HEADER));
    try {
      this.#u32(0x00002a2a);
      this.#u32(0);
      this.#put(Buffer.from(new BigUint64Array([id]).buffer));
      this.#put(written.bytes);
      this.#fragment(root);
      while ((this.#p - start) % 8 !== 4) this.#u8(0);
      this.#u32(this.#p + 4 - start);
      this.#b.writeUInt32LE(this.#p - start, start + 4);
    } catch (e) {
      this.#b.fill(0, start);
      saved.copy(this.#b, 128);
      this.#p = start;
      throw e;
    }
    this.#first ??= id;
    this.#last = id;
    this.#lastAt = start;
    this.records++;
  }

  /**
   * The same for an event whose form is known: the fast way, held equal to `record` by a test. `ticks`: 100 ns since
   * 1601. False when the chunk has no room; nothing was written then.
   */
  event(id: number, ticks: bigint, form: Form, user: Buffer | null, values: readonly FormValue[]): boolean {
    const start = this.#p;
    if (start + this.#bound(form, values) > CHUNK) return false;
    const b = this.#b;
    b.writeUInt32LE(0x00002a2a, start);
    b.writeUInt32LE(id >>> 0, start + 8);
    b.writeUInt32LE(Math.floor(id / 2 ** 32), start + 12);
    b.writeBigUInt64LE(ticks, start + 16);
    b.writeUInt32LE(FRAGMENT, start + 24);
    this.#p = start + 28;
    this.#definition(form.system);
    let p = this.#p;
    b.writeUInt32LE(13, p);
    b.set(form.descriptors, p + 4);
    b.writeUInt16LE(user === null ? 0 : user.length, p + 4 + 16);
    b[p + 4 + 18] = user === null ? 0 : 0x13;
    const size = p + 4 + 48;
    p += 4 + 52;
    b.set(form.head, p);
    p += form.head.length;
    if (user !== null) p += user.copy(b, p);
    b.set(form.keywords, p);
    b.writeBigUInt64LE(ticks, p + 8);
    b.set(form.process, p + 16);
    b.writeUInt32LE(id >>> 0, p + 24);
    b.writeUInt32LE(Math.floor(id / 2 ** 32), p + 28);
    b[p + 32] = form.version;
    p += 33;
    const inner = p;
    b.writeUInt32LE(FRAGMENT, p);
    this.#p = p + 4;
    this.#definition(form.data);
    p = this.#p;
    const count = form.types.length;
    b.writeUInt32LE(count, p);
    let descriptor = p + 4;
    p = descriptor + 4 * count;
    for (let i = 0; i < count; i++) {
      const end = putValue(b, p, form.types[i]!, values[i]!);
      b.writeUInt32LE((end - p) | (form.types[i]! << 16), descriptor);
      descriptor += 4;
      p = end;
    }
    b[p++] = 0;
    b.writeUInt16LE(p - inner, size);
    b[p++] = 0;
    while ((p - start) % 8 !== 4) b[p++] = 0;
    b.writeUInt32LE(p + 4 - start, p);
    b.writeUInt32LE(p + 4 - start, start + 4);
    this.#p = p + 4;
    this.#first ??= BigInt(id);
    this.#last = BigInt(id);
    this.#lastAt = start;
    this.records++;
    return true;
  }

  #bound(form: Form, values: readonly FormValue[]): number {
    let n = 160 + 8 * values.length;
    for (const template of [form.system, form.data]) {
      if (!this.#templates.has(keyOf(template).text)) n += template.bound;
    }
    for (const v of values) n += sizeBound(v);
    return n;
  }

  /** Empty again, for the next chunk. */
  clear(): void {
    this.#b.fill(0);
    this.#p = HEADER;
    this.#names.clear();
    this.#templates.clear();
    this.#first = null;
    this.#last = 0n;
    this.records = 0;
  }

  /** The chunk's 65,536 bytes. `number`: of its first record in the file, from 1. */
  finish(number: number): Buffer {
    const b = this.#b;
    b.write('ElfChnk\0', 'latin1');
    b.writeBigUInt64LE(BigInt(number), 8);
    b.writeBigUInt64LE(BigInt(number + this.records - 1), 16);
    b.writeBigUInt64LE(this.#first ?? 0n, 24);
    b.writeBigUInt64LE(this.#last, 32);
    b.writeUInt32LE(128, 40);
    b.writeUInt32LE(this.#lastAt, 44);
    b.writeUInt32LE(this.#p, 48);
    b.writeUInt32LE(crc32(b.subarray(HEADER, this.#p)), 52);
    b.writeUInt32LE(crc32(b.subarray(128, HEADER), crc32(b.subarray(0, 120))), 124);
    return b;
  }

  #room(n: number): number {
    if (this.#p + n > CHUNK) throw new ChunkFull('chunk full');
    this.#p += n;
    return this.#p - n;
  }
  #u8(n: number): void {
    this.#b.writeUInt8(n, this.#room(1));
  }
  #u16(n: number): void {
    this.#b.writeUInt16LE(n, this.#room(2));
  }
  #u32(n: number): void {
    this.#b.writeUInt32LE(n, this.#room(4));
  }
  #put(bytes: Uint8Array): void {
    this.#b.set(bytes, this.#room(bytes.length));
  }
  /** A length that is known when what it counts has been written. */
  #counted(write: () => void): void {
    const at = this.#room(4);
    write();
    this.#b.writeUInt32LE(this.#p - at - 4, at);
  }

  #fragment(node: XmlNode): void {
    this.#put(Buffer.from([0x0f, 1, 1, 0]));
    this.#node(node, false);
    this.#u8(0);
  }

  #node(node: XmlNode, inTemplate: boolean): void {
    if (typeof node === 'object' && 'element' in node) this.#element(node, inTemplate);
    else if (typeof node === 'object' && 'template' in node) this.#instance(node);
    else if (typeof node === 'object' && 'target' in node) {
      this.#u8(0x0a);
      this.#name(node.target);
      this.#u8(0x0b);
      this.#text(node.data);
    } else this.#piece(node);
  }

  #element(el: XmlElement, inTemplate: boolean): void {
    const attributes = Object.entries(el.attributes ?? {});
    this.#u8(attributes.length > 0 ? 0x41 : 0x01);
    if (inTemplate) this.#u16(NO_DEPENDENCY);
    this.#counted(() => {
      this.#name(el.element);
      if (attributes.length > 0) {
        this.#counted(() => {
          attributes.forEach(([name, pieces], i) => {
            this.#u8(i < attributes.length - 1 ? 0x46 : 0x06);
            this.#name(name);
            for (const piece of pieces) this.#piece(piece);
          });
        });
      }
      if ((el.content ?? []).length === 0) {
        this.#u8(0x03);
        return;
      }
      this.#u8(0x02);
      for (const node of el.content!) this.#node(node, inTemplate);
      this.#u8(0x04);
    });
  }

  #piece(piece: XmlPiece): void {
    if (typeof piece === 'string') {
      this.#u8(0x05);
      this.#u8(0x01);
      this.#text(piece);
    } else if ('slot' in piece) {
      this.#u8(piece.optional ? 0x0e : 0x0d);
      this.#u16(piece.slot);
      this.#u8(piece.type);
    } else if ('cdata' in piece) {
      this.#u8(0x07);
      this.#text(piece.cdata);
    } else if ('char' in piece) {
      this.#u8(0x08);
      this.#u16(piece.char);
    } else {
      this.#u8(0x09);
      this.#name(piece.entity);
    }
  }

  #text(text: string): void {
    this.#u16(text.length);
    this.#put(Buffer.from(text, 'utf16le'));
  }

  /** A name's offset; the first time the name itself lies right behind it. */
  #name(name: string): void {
    const known = this.#names.get(name);
    if (known !== undefined && known < this.#p) {
      this.#u32(known);
      return;
    }
    const at = this.#p + 4;
    this.#u32(at);
    let hash = 0;
    for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(i)) >>> 0;
    hash &= 0xffff;
    const bucket = 128 + 4 * (hash % 64);
    this.#u32(this.#b.readUInt32LE(bucket));
    this.#u16(hash);
    this.#text(name);
    this.#u16(0);
    this.#b.writeUInt32LE(at, bucket);
    this.#names.set(name, at);
  }

  /** A template's instance up to its values; the first time the definition itself lies right behind. */
  #definition({ template }: { readonly template: XmlElement }): void {
    const { text, guid } = keyOf({ template });
    this.#u8(0x0c);
    this.#u8(0x01);
    this.#put(guid.subarray(0, 4));
    const known = this.#templates.get(text);
    if (known !== undefined && known < this.#p) {
      this.#u32(known);
      return;
    }
    const at = this.#p + 4;
    this.#u32(at);
    const bucket = 384 + 4 * (guid.readUInt32LE(0) % 32);
    this.#u32(this.#b.readUInt32LE(bucket));
    this.#put(guid);
    this.#counted(() => {
      this.#put(Buffer.from([0x0f, 1, 1, 0]));
      this.#element(template, true);
      this.#u8(0);
    });
    this.#b.writeUInt32LE(at, bucket);
    this.#templates.set(text, at);
  }

  #instance({ template, values }: Instance): void {
    this.#definition({ template });
    this.#u32(values.length);
    const descriptors = this.#room(4 * values.length);
    values.forEach((value, i) => {
      const start = this.#p;
      if ('xml' in value) this.#fragment(value.xml);
      else this.#put(value.bytes);
      this.#b.writeUInt16LE(this.#p - start, descriptors + 4 * i);
      this.#b.writeUInt8('xml' in value ? 0x21 : value.type, descriptors + 4 * i + 2);
    });
  }
}
