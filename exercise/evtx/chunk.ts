import { crc32 } from 'node:zlib';
import type { PlainValue } from './values.ts';

/**
 * One chunk of an EVTX file in the making: BinXml with its names and template definitions, each kept once in the chunk
 * and referred to by offset, as Windows does; records; both checksums.
 */
export interface XmlElement {
  readonly element: string;
  readonly attributes?: Readonly<Record<string, readonly XmlPiece[]>>;
  readonly content?: readonly XmlNode[];
}
/** A text is itself; `slot` stands for a substitution of a template. */
export type XmlPiece =
  | string
  | { readonly slot: number; readonly type: number; readonly optional?: boolean }
  | { readonly cdata: string }
  | { readonly char: number }
  | { readonly entity: string };
export type XmlNode = XmlElement | XmlPiece | Instance | { readonly target: string; readonly data: string };
/** A template filled with values; an XML value (0x21) is a fragment again. */
export interface Instance {
  readonly template: XmlElement;
  readonly values: readonly (PlainValue | { readonly xml: XmlNode })[];
}

const CHUNK = 65_536;
const HEADER = 512;
const NO_DEPENDENCY = 0xffff;

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

  #instance({ template, values }: Instance): void {
    const form = JSON.stringify(template);
    const guid = Buffer.alloc(16);
    for (let i = 0; i < 4; i++) guid.writeUInt32LE(crc32(form, i), 4 * i);
    this.#u8(0x0c);
    this.#u8(0x01);
    this.#put(guid.subarray(0, 4));
    const known = this.#templates.get(form);
    if (known !== undefined && known < this.#p) this.#u32(known);
    else {
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
      this.#templates.set(form, at);
    }
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
