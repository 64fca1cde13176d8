import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { value, writeEvtx } from '../../exercise/evtx/writer.ts';
import { memorySource } from '../../src/base/index.ts';
import { evtx } from '../../src/readers/evtx/index.ts';
import { readBoth } from '../support/evtx.ts';
import { shared, withoutShared } from '../support/shared.ts';

/**
 * Files damaged on purpose: nothing is thrown, nothing hangs, both ways of reading agree, every fault lies in the file.
 * CZERNIN_FUZZ gives the number of rounds a file (default: few).
 */
const ROUNDS = Number(process.env.CZERNIN_FUZZ ?? 25);
const HEADER = 4096;
const CHUNK = 65_536;

/** Mulberry32: the same damage in every run. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function damage(original: Buffer, pick: (below: number) => number): Buffer {
  let file = Buffer.from(original);
  const somewhere = () =>
    pick(8) === 0 ? pick(file.length) : HEADER + 512 + pick(Math.max(1, Math.min(file.length - HEADER - 520, 20_000)));
  for (let n = 1 + pick(6); n > 0; n--) {
    const at = Math.min(somewhere(), file.length - 8);
    switch (pick(7)) {
      case 0:
        file[at] = pick(256);
        break;
      case 1:
        file[at]! ^= 1 << pick(8);
        break;
      case 2:
        file.writeUInt32LE([0, 1, 0xffff, 0xffffffff, 0x7fffffff, pick(CHUNK), 512 + pick(4096)][pick(7)]!, at);
        break;
      case 3:
        file.copyWithin(at, somewhere(), somewhere());
        break;
      case 4:
        file.fill(pick(256), at, Math.min(file.length, at + pick(300)));
        break;
      case 5:
        // A chunk offset (template, name) that points back into what is being read.
        file.writeUInt32LE(Math.max(0, at - HEADER) % CHUNK, at);
        break;
      default:
        file = file.subarray(0, Math.max(16, pick(12) === 0 ? at : file.length));
    }
  }
  return file;
}

function attack(name: string, original: Buffer, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const file = damage(original, random(round * 7919 + original.length));
    const where = `${name}, round ${round}`;
    const start = performance.now();
    const { events, faults } = readBoth(file);
    assert.ok(performance.now() - start < 20_000, `${where}: too slow`);
    for (const fault of faults)
      assert.ok(fault.offset >= 0 && fault.offset <= file.length, `${where}: fault outside the file`);
    for (const event of events.slice(0, 3))
      assert.notEqual(
        evtx.record(memorySource(file), event.offset, { assumedZoneMinutes: 0, referenceMs: 0 }),
        null,
        where,
      );
  }
}

test('written files, damaged', () => {
  const event = { provider: 'P', channel: 'Security', computer: 'pc', ms: Date.UTC(2022, 1, 3) };
  const records = Array.from({ length: 60 }, (_, i) => [
    {
      ...event,
      eventId: i % 5,
      data: {
        A: `a${i}`,
        B: i,
        C: value.guid('54849625-5478-4994-a5ba-3e3b0328c30d'),
        D: value.array(['x', 'y'].map(value.string)),
      },
    },
    { ...event, eventId: 9, userData: { element: 'U', data: { x: `${i}` } } },
    {
      ms: event.ms,
      xml: {
        element: 'Event',
        content: [{ element: 'System', content: [{ element: 'EventID', content: [String(i)] }] }],
      },
    },
  ]);
  attack('written', writeEvtx(records.flat()), ROUNDS * 4);
});

test('real files, damaged', { skip: withoutShared('evtx', 'damaged-and-odd') }, () => {
  for (const name of [
    'new-user-security.evtx',
    'MSExchange_Management_wec.evtx',
    'Microsoft-Windows-LanguagePackSetup%4Operational.evtx',
    'Application_no_crc32.evtx',
  ]) {
    attack(name, readFileSync(shared('evtx', 'damaged-and-odd', name)), ROUNDS);
  }
});

test('a chunk of records that all point at one another’s templates stays cheap', () => {
  const chunk = Buffer.alloc(CHUNK);
  chunk.write('ElfChnk\0', 'latin1');
  chunk.writeUInt32LE(CHUNK, 48);
  for (let at = 512; at + 64 <= CHUNK; at += 64) {
    chunk.writeUInt32LE(0x2a2a, at);
    chunk.writeUInt32LE(64, at + 4);
    chunk.writeUInt32LE(0x0001010f, at + 24);
    chunk.writeUInt16LE(0x010c, at + 28);
    // The "definition" begins in another record and claims the rest of the chunk.
    const target = 512 + ((at * 37) % (CHUNK - 1024));
    chunk.writeUInt32LE(target, at + 34);
    chunk.writeUInt32LE(CHUNK - target - 24, target + 20);
    chunk.writeUInt32LE(64, at + 60);
  }
  const start = performance.now();
  const { events, faults } = readBoth(
    Buffer.concat([writeEvtx([]).subarray(0, HEADER), ...Array.from({ length: 4 }, () => chunk)]),
  );
  assert.equal(events.length, 0);
  assert.ok(faults.length > 100);
  assert.ok(performance.now() - start < 15_000);
});
