/** Archives made by the tests themselves, honest and hostile, and a sink that remembers what came out. */
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import type { ArchiveFault, ExpandLimits, Member, MemberEnd } from '../../src/app/intake/archives/contract.ts';
import { expand } from '../../src/app/intake/archives/expand.ts';
import { recogniseArchive } from '../../src/app/intake/archives/recognise.ts';
import { memorySource } from '../../src/base/index.ts';

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly data: Uint8Array;
  readonly method?: 0 | 8 | 93 | 14;
  readonly flags?: number;
  /** what the headers claim instead of the truth */
  readonly claim?: { size?: number; packed?: number; crc?: number; offset?: number; localMethod?: number };
  readonly unixMode?: number;
  readonly descriptor?: boolean;
  readonly zip64?: boolean;
  readonly extra?: Buffer;
}

export function makeZip(
  entries: readonly ZipEntry[],
  { prefix = Buffer.alloc(0), comment = '', zip64 = false, count = entries.length, offsetsFromPrefix = true } = {},
): Buffer {
  const parts: Buffer[] = [prefix];
  const central: Buffer[] = [];
  const base = offsetsFromPrefix ? 0 : prefix.length;
  let at = prefix.length;
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string);
    const method = entry.method ?? 8;
    const packedBytes =
      method === 8
        ? deflateRawSync(entry.data)
        : method === 93
          ? zstdCompressSync(entry.data)
          : Buffer.from(entry.data);
    const size = entry.claim?.size ?? entry.data.length;
    const packed = entry.claim?.packed ?? packedBytes.length;
    const crc = entry.claim?.crc ?? crc32(entry.data);
    const flags = (entry.flags ?? 0x800) | (entry.descriptor ? 8 : 0);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(entry.claim?.localMethod ?? method, 8);
    local.writeUInt16LE(0x5a21, 12);
    if (!entry.descriptor) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(Math.min(packed, 0xffff_ffff), 18);
      local.writeUInt32LE(Math.min(size, 0xffff_ffff), 22);
    }
    local.writeUInt16LE(name.length, 26);
    const descriptor = Buffer.alloc(entry.descriptor ? 16 : 0);
    if (entry.descriptor) {
      descriptor.writeUInt32LE(0x08074b50, 0);
      descriptor.writeUInt32LE(crc, 4);
      descriptor.writeUInt32LE(packed, 8);
      descriptor.writeUInt32LE(size, 12);
    }
    const offset = entry.claim?.offset ?? at - base;
    let extra = entry.extra ?? Buffer.alloc(0);
    if (entry.zip64) {
      const field = Buffer.alloc(28);
      field.writeUInt16LE(1, 0);
      field.writeUInt16LE(24, 2);
      field.writeBigUInt64LE(BigInt(size), 4);
      field.writeBigUInt64LE(BigInt(packed), 12);
      field.writeBigUInt64LE(BigInt(offset), 20);
      extra = Buffer.concat([extra, field]);
    }
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(entry.unixMode === undefined ? 20 : 0x0314, 4);
    head.writeUInt16LE(20, 6);
    head.writeUInt16LE(flags, 8);
    head.writeUInt16LE(method, 10);
    head.writeUInt16LE(0x5a21, 14); // 2025-01-01
    head.writeUInt32LE(crc, 16);
    head.writeUInt32LE(entry.zip64 ? 0xffff_ffff : packed, 20);
    head.writeUInt32LE(entry.zip64 ? 0xffff_ffff : size, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt16LE(extra.length, 30);
    head.writeUInt32LE(((entry.unixMode ?? 0) << 16) >>> 0, 38);
    head.writeUInt32LE(entry.zip64 ? 0xffff_ffff : offset, 42);
    central.push(head, name, extra);
    parts.push(local, name, packedBytes, descriptor);
    at += 30 + name.length + packedBytes.length + descriptor.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22 + comment.length);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : count & 0xffff, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count & 0xffff, 10);
  end.writeUInt32LE(zip64 ? 0xffff_ffff : directory.length, 12);
  end.writeUInt32LE(zip64 ? 0xffff_ffff : at - base, 16);
  end.writeUInt16LE(comment.length, 20);
  end.write(comment, 22, 'latin1');
  const big = Buffer.alloc(zip64 ? 76 : 0);
  if (zip64) {
    big.writeUInt32LE(0x06064b50, 0);
    big.writeBigUInt64LE(44n, 4);
    big.writeBigUInt64LE(BigInt(count), 24);
    big.writeBigUInt64LE(BigInt(count), 32);
    big.writeBigUInt64LE(BigInt(directory.length), 40);
    big.writeBigUInt64LE(BigInt(at - base), 48);
    big.writeUInt32LE(0x07064b50, 56);
    big.writeBigUInt64LE(BigInt(at - base + directory.length), 64);
    big.writeUInt32LE(1, 72);
  }
  return Buffer.concat([...parts, directory, big, end]);
}

export interface TarEntry {
  readonly name: string;
  readonly data?: Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly size?: number;
  /** extended header before it */
  readonly pax?: Record<string, string>;
  readonly longName?: string;
}

export function makeTar(entries: readonly TarEntry[], { ended = true } = {}): Buffer {
  const parts: Buffer[] = [];
  const add = (name: string, type: string, data: Uint8Array, size = data.length, link = '') => {
    const head = Buffer.alloc(512);
    head.write(name, 0, 100, 'utf8');
    head.write('0000644\0', 100);
    if (size < 0o77777777777) head.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    else {
      head[124] = 0x80;
      head.writeBigUInt64BE(BigInt(size), 128);
    }
    head.write(`${(1_735_689_600).toString(8).padStart(11, '0')}\0`, 136);
    head.write('        ', 148);
    head.write(type, 156);
    head.write(link, 157, 100, 'utf8');
    head.write('ustar\u000000', 257, 'latin1');
    const sum = head.reduce((a, b) => a + b, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(head, Buffer.from(data), Buffer.alloc((512 - (data.length % 512)) % 512));
  };
  for (const { name, data = Buffer.alloc(0), type = '0', link = '', size, pax, longName } of entries) {
    if (pax !== undefined) add('PaxHeaders/x', 'x', Buffer.concat(Object.entries(pax).map(paxRecord)));
    if (longName !== undefined) add('././@LongLink', 'L', Buffer.from(`${longName}\0`));
    add(name, type, data, size, link);
  }
  return Buffer.concat([...parts, Buffer.alloc(ended ? 1024 : 0)]);
}

function paxRecord([key, value]: [string, string]): Buffer {
  const body = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(body) + 1;
  while (String(length).length + Buffer.byteLength(body) !== length) {
    length = String(length).length + Buffer.byteLength(body);
  }
  return Buffer.from(`${length}${body}`);
}

export const WIDE: ExpandLimits = { members: 1e6, memberBytes: 1e10, totalBytes: 1e10, ratioBytes: 1e10 };

export interface Unpacked {
  readonly members: { member: Member; data: Buffer; end: MemberEnd | 'open' }[];
  readonly faults: ArchiveFault[];
  /** `CODE` or `CODE member` */
  readonly codes: string[];
  readonly names: string[];
  readonly counts: { members: number; bytes: number; faults: number };
}

/** Unpack in this process, and hold the sink's contract: begin, data, end in turn. */
export async function unpack(
  archive: Uint8Array,
  limits: Partial<ExpandLimits> = {},
  name = 'x.gz',
): Promise<Unpacked> {
  const recognised = recogniseArchive(archive.subarray(0, 4096));
  if (!recognised?.opened) throw new Error(`not recognised: ${JSON.stringify(recognised)}`);
  const members: Unpacked['members'] = [];
  const faults: ArchiveFault[] = [];
  const chunks: Buffer[] = [];
  let open: Unpacked['members'][number] | null = null;
  const counts = await expand(
    memorySource(archive),
    recognised.format,
    name,
    { ...WIDE, ...limits },
    {
      begin(member) {
        if (open !== null) throw new Error('begin inside a member');
        open = { member, data: Buffer.alloc(0), end: 'open' };
        members.push(open);
      },
      data(bytes) {
        if (open === null) throw new Error('data outside a member');
        chunks.push(Buffer.from(bytes));
      },
      end(end) {
        if (open === null) throw new Error('end outside a member');
        open.end = end;
        open.data = Buffer.concat(chunks.splice(0));
        open = null;
      },
      fault: (fault) => void faults.push(fault),
      progress() {},
    },
  );
  if (open !== null) throw new Error('a member was left open');
  return {
    members,
    faults,
    codes: faults.map((f) => (f.member === undefined ? f.code : `${f.code} ${f.member}`)),
    names: members.map((m) => `${m.end} ${m.member.name}`),
    counts,
  };
}

/** Bytes that do not repeat, so that they do not compress. */
export function noise(size: number, seed = 1): Buffer {
  const out = Buffer.alloc(size);
  for (let i = 0, x = seed; i < size; i++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    out[i] = x >> 16;
  }
  return out;
}
