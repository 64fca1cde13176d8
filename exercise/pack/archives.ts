import { crc32 } from 'node:zlib';
import type { ByteSink } from '../evtx/stream.ts';
import { Deflater, deflate } from './deflate.ts';

/** gzip (RFC 1952) and ZIP (PKWARE APPNOTE 6.3) as common tools write them, the same bytes every time. */

export function gzip(bytes: Uint8Array, modifiedMs: number): Buffer {
  const out: Uint8Array[] = [];
  const stream = new Gzip({ write: (b) => void out.push(b), close: () => {} }, modifiedMs);
  stream.write(bytes);
  stream.close();
  return Buffer.concat(out);
}

/** The same as it comes. */
export class Gzip implements ByteSink {
  readonly #sink: Pick<ByteSink, 'write' | 'close'>;
  readonly #deflater = new Deflater();
  #crc = 0;
  #length = 0;

  constructor(sink: Pick<ByteSink, 'write' | 'close'>, modifiedMs: number) {
    this.#sink = sink;
    const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    head.writeUInt32LE(Math.floor(modifiedMs / 1000), 4);
    sink.write(head);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#length += bytes.length;
    this.#sink.write(this.#deflater.write(bytes));
  }

  writeAt(): void {
    throw new RangeError('what is compressed cannot be written over');
  }

  close(): void {
    this.#sink.write(this.#deflater.end());
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(this.#crc, 0);
    tail.writeUInt32LE(this.#length % 2 ** 32, 4);
    this.#sink.write(tail);
    this.#sink.close();
  }
}

export interface Member {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

export function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, bytes, modifiedMs } of members) {
    const name = Buffer.from(path);
    const packed = deflate(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(dosTime(modifiedMs), 6);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, offset, name);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, name, packed);
    at += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}

/** MS-DOS time below, date above; two-second steps. */
function dosTime(ms: number): number {
  const d = new Date(ms);
  const date = ((d.getUTCFullYear() - 1980) << 9) | ((d.getUTCMonth() + 1) << 5) | d.getUTCDate();
  const time = (d.getUTCHours() << 11) | (d.getUTCMinutes() << 5) | (d.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}
