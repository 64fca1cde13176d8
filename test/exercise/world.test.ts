/**
 * The exercise's world and formats: the same bytes for the same seed, nobody's addresses, every file read by the reader
 * meant for it without a fault, every record of routine in its place in time, and a scale that moves no plot.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { DAY, HOUR, utc } from '../../exercise/calendar.ts';
import type { FileTold, Plot, Telling } from '../../exercise/contract.ts';
import { generate } from '../../exercise/generate.ts';
import { makeExercise } from '../../exercise/index.ts';
import { MemoryOutput } from '../../exercise/logs/output.ts';
import { DEFAULT_SPAN, makeMinistry } from '../../exercise/world/index.ts';
import { hunt, openFiles } from './support/hunt.ts';

const SPAN = { from: utc('2022-01-01'), to: utc('2022-03-01') };

function made(seed: number, scale: number, plots: readonly Plot[] = []) {
  const output = new MemoryOutput();
  const files: FileTold[] = [];
  const telling: Telling = { planted() {}, unlogged() {}, file: (f) => void files.push(f), source() {} };
  const { records } = generate(
    { seed, scale, span: SPAN, plots: plots.map((p) => () => p), telling: () => telling },
    output,
  );
  return { files, records, bytes: output.files };
}

function digest(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

const PINNED = 'd87834d130458eb05d110be7ed9c8d83182d801ff92ab4fa11cadfb16d2ae630';

describe('the exercise without plots', () => {
  const first = made(5, 0.3);
  const opened = openFiles([...first.bytes].map(([path, bytes]) => ({ path, bytes })));
  const seen = hunt(opened, []);

  test('the same seed gives the same bytes; another seed others', () => {
    assert.equal(digest(first.bytes), PINNED);
    assert.equal(digest(made(5, 0.3).bytes), PINNED);
    assert.notEqual(digest(made(6, 0.3).bytes), PINNED);
  });

  test('every file is read by the reader meant for it, record for record, without a fault', () => {
    assert.deepEqual([...seen.files.keys()].sort(), first.files.map((f) => f.path).sort());
    const formats = new Set<string>();
    for (const { path, format, records } of first.files) {
      const file = seen.files.get(path)!;
      assert.equal(file.format, format, path);
      assert.deepEqual(file.faults, [], path);
      assert.equal(file.records, records, path);
      formats.add(format);
    }
    assert.deepEqual([...formats].sort(), [
      'auditd',
      'entra-json',
      'evtx',
      'm365-json',
      'squid',
      'syslog',
      'w3c',
      'zeek-tsv',
    ]);
    assert.equal(first.records > 8000, true);
  });

  test('records stand in order of time, between the first and the last that the file’s telling names', () => {
    for (const { path, first: from, last } of first.files) {
      // a clock tick of the domain controllers may stand before midnight of the day it was told on
      let before = Number.NEGATIVE_INFINITY;
      for (const time of seen.files.get(path)!.times.values()) {
        const ms = Date.parse(time);
        assert.ok(ms >= before - 1000, `${path}: ${time}`);
        before = Math.max(before, ms);
      }
      assert.ok(Math.abs(before - last!) < 1000 && from! <= last!, path);
    }
  });

  test('no address outside that could be somebody’s, and all of them in the table of networks', () => {
    const reserved = /^(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+|10\.\d+\.\d+|127\.0\.0|0\.0\.0)\.\d+$/;
    const versions = /^(?:\d+\.0\.0\.0|10\.0\.|16\.0|1\.3\.171\.39|11\.2\.0\.4|22\.4\.1\.0|15\.01|4\.0\.|1\.0\.0\.0)/;
    const { world } = makeMinistry({ seed: 5, span: SPAN, scale: 1 });
    const table = first.bytes.get('networks.tsv')!.toString();
    assert.match(table, /^# date: 2022-03-01\n/);
    for (const [path, bytes] of opened) {
      const text = Buffer.from(bytes).toString(path.endsWith('.evtx') ? 'utf16le' : 'utf8');
      for (const [address] of text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g)) {
        assert.ok(reserved.test(address) || versions.test(address), `${path}: ${address}`);
        if (/^(?:19[28]|203)\./.test(address)) assert.ok(world.network(address), `${path}: ${address}`);
      }
    }
  });
});

describe('the world', () => {
  const { world } = makeMinistry({ seed: 9, span: DEFAULT_SPAN, scale: 1 });

  test('forty posts, several hundred people; names, addresses and hosts are each somebody’s own', () => {
    assert.equal(world.posts.length, 41);
    assert.ok(world.people.length > 300);
    const own = [
      ...world.people.map((p) => p.account.name),
      ...world.people.map((p) => p.workstation.name),
      ...world.hosts.map((h) => h.address),
      ...world.people.flatMap((p) => p.home.map((h) => h.address)),
    ];
    assert.equal(new Set(own).size, own.length);
    assert.ok(world.people.some((p) => p.trips.length > 10) && world.people.every((p) => p.home.length > 0));
    assert.ok(['satellite', 'mobile', 'fibre'].every((line) => world.posts.some((p) => p.line === line)));
    assert.equal(world.hosts.filter((h) => h.skewMs !== 0).length, 1);
  });

  test('a fresh address is nobody’s and comes once', () => {
    const random = world.random('test');
    const taken = new Set(world.people.flatMap((p) => p.home.map((h) => h.address)));
    for (let i = 0; i < 2000; i++) {
      const address = world.fresh(random, 'residential', world.country);
      assert.equal(world.network(address)?.kind, 'residential');
      assert.ok(!taken.has(address), address);
      taken.add(address);
    }
    assert.throws(() => world.fresh(random, 'education', 'XA'), RangeError);
  });

  test('days are the post’s own: weekends, holidays, daylight saving', () => {
    const hq = world.headquarters;
    assert.equal(world.offset(hq, utc('2022-01-15')), HOUR);
    assert.equal(world.offset(hq, utc('2022-03-27 00:59')), HOUR);
    assert.equal(world.offset(hq, utc('2022-03-27 01:00')), 2 * HOUR);
    assert.equal(world.offset(hq, utc('2022-10-30 01:00')), HOUR);
    assert.equal(world.works(hq, utc('2022-06-04 10:00')), false);
    assert.equal(world.works(hq, utc('2022-12-24 10:00')), false);
    assert.equal(world.works(hq, utc('2022-06-07 10:00')), true);
    assert.ok(world.moved >= utc('2024-07-01') && world.moved < utc('2024-08-01'));
  });

  test('whatever the scale, the same world', () => {
    const other = makeMinistry({ seed: 9, span: DEFAULT_SPAN, scale: 7 }).world;
    assert.deepEqual(other.people, world.people);
    assert.deepEqual(other.kept, world.kept);
    assert.notDeepEqual(makeMinistry({ seed: 10, span: DEFAULT_SPAN, scale: 1 }).world.people, world.people);
  });
});

test('scale multiplies routine and leaves what was planted as it is', () => {
  const span = { from: utc('2022-08-01'), to: utc('2022-09-15') };
  const told = (scale: number) => {
    const { truth, records } = makeExercise({ seed: 3, scale, ...span }, new MemoryOutput());
    return { records, planted: truth.planted.map((p) => [p.time, truth.deeds[p.deed], p.account, p.host, p.address]) };
  };
  const small = told(0.05);
  const large = told(2);
  assert.ok(small.planted.length > 100);
  assert.deepEqual(large.planted, small.planted);
  assert.ok(large.records > 1.5 * small.records);
});

test('a span without days and a scale that is no number are refused', () => {
  assert.throws(() => makeExercise({ seed: 1, scale: 1, from: DAY, to: DAY }, new MemoryOutput()), RangeError);
  assert.throws(() => makeExercise({ seed: 1, scale: Number.NaN }, new MemoryOutput()), RangeError);
});
