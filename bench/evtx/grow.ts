import { closeSync, globSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { memorySource } from '../../src/base/index.ts';
import type { EvtxEvent } from '../../src/readers/evtx/event.ts';
import { CHUNK, CHUNK_HEADER, FILE_HEADER, Type } from '../../src/readers/evtx/format.ts';
import { evtx } from '../../src/readers/evtx/index.ts';
import { shared } from '../../test/support/shared.ts';

/**
 * A large corpus from the shared logs: `--times` copies of every log, each with other record ids, times, process and
 * logon ids, GUIDs and other digits in its texts, so that no copy's values can be remembered from the one before, while
 * names, users and programs come again as in real logs. Checksums are made anew where they fitted.
 *
 *   node bench/evtx/grow.ts --out folder [--times 15] [--match part-of-name]
 *
 * writes folder/NN/name.evtx, and folder/all.evtx with all sound chunks.
 */
const BUFFER = 16 * CHUNK;
const WEEK = 6_048_000_000_000n;

const { values: args } = parseArgs({
  options: {
    out: { type: 'string' },
    times: { type: 'string', default: '15' },
    match: { type: 'string', default: '' },
  },
});
if (args.out === undefined) throw new Error('--out names the folder');
const out = args.out;
const times = Number(args.times);

/** A value the copies differ in. */
interface Spot {
  readonly at: number;
  readonly type: number;
  readonly size: number;
  readonly id: boolean;
}

function spots(file: Buffer): Spot[] {
  const found: Spot[] = [];
  evtx.read(
    memorySource(file),
    {
      event(event) {
        const { layout, places, offset } = event as EvtxEvent;
        const toFile = offset - ((offset - FILE_HEADER) % BUFFER);
        found.push({ at: offset + 8, type: Type.UINT64, size: 8, id: true });
        found.push({ at: offset + 16, type: Type.FILETIME, size: 8, id: false });
        layout.names.forEach((name, slot) => {
          const index = layout.at[slot]!;
          if (index < 0 || ['Keywords', 'Provider_Guid', 'EventID', 'Version', 'Qualifiers'].includes(name)) return;
          const word = places[2 * index]!;
          const at = toFile + places[2 * index + 1]!;
          found.push({ at, type: (word >>> 16) & 0xff, size: word & 0xffff, id: name === 'EventRecordID' });
        });
      },
      fault() {},
      progress() {},
    },
    { assumedZoneMinutes: 0, referenceMs: 0 },
  );
  return found;
}

function vary(bytes: Buffer, { at, type, size, id }: Spot, copy: number): void {
  if (at + size > bytes.length) return;
  if (type === Type.STRING) {
    let run = 0;
    for (let p = at; p <= at + size; p += 2) {
      const digit = p + 2 <= at + size && bytes[p + 1] === 0 && bytes[p]! >= 0x30 && bytes[p]! <= 0x39;
      if (digit) run++;
      else {
        if (run >= 3) {
          bytes[p - 2] = 0x30 + ((bytes[p - 2]! - 0x30 + copy) % 10);
          bytes[p - 4] = 0x30 + ((bytes[p - 4]! - 0x30 + Math.floor(copy / 10)) % 10);
        }
        run = 0;
      }
    }
  } else if (type === Type.FILETIME && size === 8) {
    const ticks = bytes.readBigUInt64LE(at);
    if (ticks !== 0n && ticks < 1n << 60n) bytes.writeBigUInt64LE(ticks + BigInt(copy) * WEEK, at);
  } else if (type === Type.UINT64 && id && size === 8) {
    bytes.writeBigUInt64LE(BigInt.asUintN(63, bytes.readBigUInt64LE(at) + BigInt(copy) * 1_000_000n), at);
  } else if ((type === Type.UINT32 || type === Type.HEX64 || type === Type.HEX32) && size >= 4) {
    bytes.writeUInt32LE((bytes.readUInt32LE(at) + 4 * copy) >>> 0, at);
  } else if (type === Type.GUID && size === 16) {
    bytes[at] = bytes[at]! ^ copy;
  }
}

function fits(file: Buffer, base: number): boolean {
  const end = file.readUInt32LE(base + 48);
  return (
    file.toString('latin1', base, base + 7) === 'ElfChnk' &&
    end >= CHUNK_HEADER &&
    end <= CHUNK &&
    base + end <= file.length &&
    crc32(file.subarray(base + CHUNK_HEADER, base + end)) === file.readUInt32LE(base + 52)
  );
}

function seal(file: Buffer, base: number): void {
  const end = file.readUInt32LE(base + 48);
  file.writeUInt32LE(crc32(file.subarray(base + CHUNK_HEADER, base + end)), base + 52);
  const header = crc32(file.subarray(base, base + 120));
  file.writeUInt32LE(crc32(file.subarray(base + 128, base + CHUNK_HEADER), header), base + 124);
}

mkdirSync(out, { recursive: true });
const all = openSync(join(out, 'all.evtx'), 'w');
const head = Buffer.alloc(FILE_HEADER);
head.write('ElfFile\0', 'latin1');
head.writeUInt32LE(128, 32);
head.writeUInt32LE(0x00030001, 36);
head.writeUInt16LE(FILE_HEADER, 40);
head.writeUInt32LE(1, 120);
let chunks = 0;
writeSync(all, head);
const names = globSync(['evtx/**/*.evtx', 'sigma/**/*.evtx'], { cwd: shared() })
  .filter((name) => name.includes(args.match))
  .sort();
const seen = names.map((name) => {
  const file = readFileSync(shared(name));
  return { file, spots: spots(file) };
});
for (let copy = 0; copy < times; copy++) {
  const dir = join(out, String(copy).padStart(2, '0'));
  mkdirSync(dir, { recursive: true });
  seen.forEach(({ file, spots }, i) => {
    const bytes = Buffer.from(file);
    for (const spot of spots) vary(bytes, spot, copy);
    for (let base = FILE_HEADER; base + CHUNK <= bytes.length; base += CHUNK) {
      if (!fits(file, base)) continue;
      seal(bytes, base);
      chunks++;
      writeSync(all, bytes, base, CHUNK);
    }
    writeFileSync(join(dir, `${String(i).padStart(3, '0')}.evtx`), bytes);
  });
}
head.writeUInt16LE(chunks & 0xffff, 42);
head.writeUInt32LE(crc32(head.subarray(0, 120)), 124);
writeSync(all, head, 0, FILE_HEADER, 0);
closeSync(all);
process.stdout.write(`${times} × ${names.length} files; ${chunks} chunks in all.evtx\n`);
