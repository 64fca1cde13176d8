import { addressNumber, addressText, V4_BASE } from './address.ts';
import { NetworksError } from './errors.ts';
import type { Network, NetworkTable } from './types.ts';

/**
 * MaxMind DB files (format 2.0: a binary tree over address bits, then a data section, then metadata behind a marker).
 * Only what is asked for is decoded. The file is foreign: every offset is checked, depth and sizes are bounded.
 */
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const MAX_DEPTH = 16;
/** values of one record, pointers followed: a record of pointers to pointers could ask for more than there is memory */
const MAX_VALUES = 20_000;

type Json = string | number | bigint | boolean | null | Json[] | { [name: string]: Json };

const bad = (what: string) => new NetworksError('BAD_MMDB', what);

export function isMmdb(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(MARKER) >= 0;
}

/** @throws NetworksError BAD_MMDB */
export function readMmdb(given: Uint8Array): NetworkTable {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const start = bytes.lastIndexOf(MARKER) + MARKER.length;
  const about = new Decoder(bytes.subarray(start)).at(0);
  const nodes = number(about, 'node_count');
  const recordBits = number(about, 'record_size');
  const version = number(about, 'ip_version');
  if (![24, 28, 32].includes(recordBits) || (version !== 4 && version !== 6))
    throw bad('record size or address version');
  const treeBytes = nodes * ((2 * recordBits) / 8);
  if (nodes < 1 || treeBytes + 16 > start) throw bad('the tree is larger than the file');
  const epoch = number(about, 'build_epoch');
  return new MmdbTable(bytes, { nodes, recordBits, version, treeBytes, dataEnd: start - MARKER.length, epoch });
}

function number(about: Json, name: string): number {
  const value = typeof about === 'object' && about !== null && !Array.isArray(about) ? about[name] : undefined;
  const n = value === undefined || typeof value === 'number' ? (value ?? 0) : Number.NaN;
  if (!Number.isSafeInteger(n) || n < 0) throw bad(`${name} is no number`);
  return n;
}

interface Layout {
  readonly nodes: number;
  readonly recordBits: number;
  readonly version: number;
  readonly treeBytes: number;
  readonly dataEnd: number;
  readonly epoch: number;
}

class MmdbTable implements NetworkTable {
  readonly date: string;
  readonly ranges: number;
  readonly skipped = 0;
  readonly #tree: Buffer;
  readonly #data: Decoder;
  readonly #layout: Layout;
  /** data offset → what it says: networks share their records */
  readonly #known = new Map<number, Omit<Network, 'range'>>();

  constructor(bytes: Buffer, layout: Layout) {
    this.#layout = layout;
    this.#tree = bytes.subarray(0, layout.treeBytes);
    this.#data = new Decoder(bytes.subarray(layout.treeBytes + 16, layout.dataEnd));
    this.ranges = layout.nodes;
    const built = new Date(layout.epoch * 1000);
    this.date = layout.epoch > 0 && !Number.isNaN(built.getTime()) ? built.toISOString().slice(0, 10) : '';
  }

  lookup(address: string): Network | null {
    const n = addressNumber(address);
    if (n === null) return null;
    const four = n >> 32n === 0xffffn;
    if (!four && this.#layout.version === 4) return null;
    // In a tree of IPv6 an IPv4 address stands below 96 zero bits.
    const key = four ? n - V4_BASE : n;
    const bits = this.#layout.version === 4 ? 32 : 128;
    let node = 0;
    for (let depth = 0; depth < bits; depth++) {
      node = this.#record(node, Number((key >> BigInt(bits - 1 - depth)) & 1n));
      if (node === this.#layout.nodes) return null;
      if (node > this.#layout.nodes) {
        const size = 1n << BigInt(bits - 1 - depth);
        const first = n - (key % size);
        return {
          ...this.#about(node - this.#layout.nodes - 16),
          range: `${addressText(first)}-${addressText(first + size - 1n)}`,
        };
      }
    }
    throw bad('a path of the tree has no end');
  }

  #record(node: number, side: number): number {
    const { recordBits } = this.#layout;
    const at = node * ((2 * recordBits) / 8);
    if (recordBits === 32) return this.#tree.readUInt32BE(at + 4 * side);
    if (recordBits === 24) return this.#tree.readUIntBE(at + 3 * side, 3);
    const middle = this.#tree[at + 3]!;
    return side === 0
      ? ((middle >> 4) << 24) | this.#tree.readUIntBE(at, 3)
      : ((middle & 15) << 24) | this.#tree.readUIntBE(at + 4, 3);
  }

  #about(offset: number): Omit<Network, 'range'> {
    const known = this.#known.get(offset);
    if (known !== undefined) return known;
    const data = this.#data.at(offset);
    const asn = Number(find(data, ['autonomous_system_number', 'asn', 'traits.autonomous_system_number']) ?? 0);
    const text = (paths: readonly string[]) => String(find(data, paths) ?? '').slice(0, 200);
    const about = {
      asn: Number.isSafeInteger(asn) && asn > 0 ? asn : 0,
      name: text([
        'autonomous_system_organization',
        'name',
        'as_name',
        'organization',
        'traits.autonomous_system_organization',
      ]),
      country: text(['country.iso_code', 'country_code', 'country', 'registered_country.iso_code'])
        .toUpperCase()
        .slice(0, 2),
      kind: text(['kind', 'user_type', 'traits.user_type']).toLowerCase(),
    };
    this.#known.set(offset, about);
    return about;
  }
}

/** The first of several places (`a.b`) that holds a text or a number. */
function find(data: Json, paths: readonly string[]): Json | undefined {
  for (const path of paths) {
    let value: Json | undefined = data;
    for (const name of path.split('.')) {
      value = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  }
  return undefined;
}

/** The data section's values. @throws NetworksError BAD_MMDB for anything that leads out of it or too deep. */
class Decoder {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  at(offset: number): Json {
    this.#at = offset;
    this.#values = 0;
    try {
      return this.#value(0);
    } catch (cause) {
      if (cause instanceof NetworksError) throw cause;
      throw new NetworksError('BAD_MMDB', 'a value leads out of the file', undefined, cause);
    }
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw bad('values nested too deep, or too many');
    const control = this.#bytes.readUInt8(this.#at++);
    let type = control >> 5;
    if (type === 1) return this.#pointer(control, depth);
    if (type === 0) type = 7 + this.#bytes.readUInt8(this.#at++);
    const size = this.#size(control & 31);
    switch (type) {
      case 2:
        return this.#take(size).toString('utf8');
      case 3:
        return this.#take(8).readDoubleBE(0);
      case 4:
        this.#take(size);
        return null; // bytes: nothing here asks for them
      case 5:
      case 6:
      case 9:
      case 10:
        return this.#unsigned(size);
      case 7:
        return this.#map(size, depth);
      case 8:
        return this.#take(size).reduce((n, byte) => n * 256 + byte, 0) | 0;
      case 11:
        return this.#list(size, depth);
      case 14:
        return size !== 0;
      case 15:
        return this.#take(4).readFloatBE(0);
      default:
        throw bad(`a value of unknown type ${type}`);
    }
  }

  #pointer(control: number, depth: number): Json {
    const more = (control >> 3) & 3;
    const high = control & 7;
    const low = this.#take(more + 1).reduce((n, byte) => n * 256 + byte, 0);
    const target = more === 3 ? low : high * 256 ** (more + 1) + low + [0, 2_048, 526_336][more]!;
    const back = this.#at;
    this.#at = target;
    const value = this.#value(depth + 1);
    this.#at = back;
    return value;
  }

  #size(said: number): number {
    if (said < 29) return said;
    const more = this.#take(said - 28).reduce((n, byte) => n * 256 + byte, 0);
    return more + [29, 285, 65_821][said - 29]!;
  }

  #take(size: number): Buffer {
    if (size > this.#bytes.length - this.#at) throw bad('a value is longer than the file');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #unsigned(size: number): number | bigint {
    if (size > 16) throw bad('a number of more than 128 bits');
    const n = this.#take(size).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
  }

  #map(size: number, depth: number): Json {
    const out: { [name: string]: Json } = Object.create(null);
    for (let i = 0; i < size; i++) {
      const name = this.#value(depth + 1);
      if (typeof name !== 'string') throw bad('a map whose name is no text');
      out[name] = this.#value(depth + 1);
    }
    return out;
  }

  #list(size: number, depth: number): Json {
    const out: Json[] = [];
    for (let i = 0; i < size; i++) out.push(this.#value(depth + 1));
    return out;
  }
}
