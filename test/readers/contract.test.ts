import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteSource } from '../../src/base/index.ts';
import { formatInstant, memorySource, slice } from '../../src/base/index.ts';
import type { Event, Fault } from '../../src/model/index.ts';
import { fieldsOf } from '../../src/model/index.ts';
import type { Reader, ReadOptions } from '../../src/readers/index.ts';
import { FAULT_CODES, LIMITS, READERS } from '../../src/readers/index.ts';
import type { ReaderSample } from './fixtures/registry.ts';
import { bytesOf, loadFixtures } from './fixtures/registry.ts';

/**
 * One suite over all readers and all samples of fixtures/: the laws every reader keeps, whatever its format.
 * How to add a format: fixtures/registry.ts.
 */
const fixtures = await loadFixtures();
const readerOf = (format: string): Reader => {
  const reader = READERS.find((r) => r.format === format);
  assert.ok(reader, `no reader of format ${format} is registered`);
  return reader;
};
const LONG = process.env.CZERNIN_LONG !== undefined;

interface Seen {
  readonly offset: number;
  readonly record: number | string;
  readonly time: string;
  readonly stream: string;
  readonly source: object;
  readonly flags: number;
  readonly fields: Record<string, unknown>;
}

function optionsOf(sample?: ReaderSample): ReadOptions {
  return { assumedZoneMinutes: 0, referenceMs: Date.UTC(2022, 2, 5), ...sample?.options };
}

function seen(event: Event): Seen {
  return {
    offset: event.offset,
    record: event.record,
    time: formatInstant(event),
    stream: event.shape.stream,
    source: structuredClone(event.shape.source),
    flags: event.flags,
    fields: structuredClone(fieldsOf(event)),
  };
}

function readAll(reader: Reader, source: ByteSource, options: ReadOptions) {
  const events: Seen[] = [];
  const faults: Fault[] = [];
  let progress = 0;
  reader.read(
    source,
    {
      event(event) {
        checkShape(event);
        events.push(seen(event));
      },
      fault: (fault) => faults.push(fault),
      progress(bytes) {
        assert.ok(bytes <= source.size, 'progress beyond the file');
        progress = Math.max(progress, bytes);
      },
    },
    options,
  );
  checkFaults(faults, source.size);
  let last = -1;
  for (const { offset } of events) {
    assert.ok(offset > last, `offset ${offset} does not follow ${last}`);
    assert.ok(offset < source.size, 'offset outside the file');
    last = offset;
  }
  return { events, faults };
}

function checkShape({ shape, flags, ms, ns, value }: Event): void {
  assert.match(shape.stream, /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
  assert.equal(new Set(shape.fields).size, shape.fields.length, 'a field name stands twice');
  for (const slot of [...shape.host, ...shape.user, ...shape.address]) {
    assert.ok(slot >= 0 && slot < shape.fields.length, 'a slot outside the fields');
  }
  assert.ok(flags >= 0 && flags < 32);
  assert.ok(Number.isNaN(ms) || Number.isInteger(ms), `ms ${ms}`);
  assert.ok(Number.isInteger(ns) && ns >= 0 && ns < 1e6, `ns ${ns}`);
  assert.equal(typeof value, 'function');
}

function checkFaults(faults: readonly Fault[], size: number): void {
  for (const { code, offset, bytes, message } of faults) {
    assert.ok(Object.hasOwn(FAULT_CODES, code), `unknown fault code ${code}`);
    assert.ok(offset >= 0 && offset <= size, `fault ${code} at ${offset} of ${size}`);
    assert.ok(bytes === undefined || bytes >= 0, `fault ${code} over ${bytes} bytes`);
    assert.ok(message.length > 0 && message.length < 400);
  }
}

/** Reading may do anything but throw, and must keep the laws of offsets and faults. */
function survives(reader: Reader, bytes: Uint8Array, options: ReadOptions) {
  const head = bytes.subarray(0, LIMITS.headBytes);
  const confidence = reader.sniff(head, bytes.length);
  assert.ok(confidence >= 0 && confidence <= 100);
  return readAll(reader, memorySource(bytes), options);
}

test('every reader has samples', () => {
  const have = new Set(fixtures.map((f) => f.format));
  assert.deepEqual(
    READERS.map((r) => r.format).filter((f) => !have.has(f)),
    [],
  );
  assert.equal(new Set(READERS.map((r) => r.format)).size, READERS.length, 'two readers of one name');
});

for (const { format, samples } of fixtures) {
  for (const sample of samples) {
    const label = `${format}, ${sample.name}`;
    const bytes = bytesOf(sample);
    const options = optionsOf(sample);

    test(`${label}: claimed by its reader and read whole`, () => {
      const reader = readerOf(format);
      const head = bytes.subarray(0, LIMITS.headBytes);
      const ranks = READERS.map((r) => ({ format: r.format, sure: r.sniff(head, bytes.length) }));
      if (sample.claimed !== false) {
        const best = ranks.reduce((a, b) => (b.sure > a.sure ? b : a));
        assert.equal(best.format, format, JSON.stringify(ranks.filter((r) => r.sure > 0)));
      }
      const { events, faults } = readAll(reader, memorySource(bytes), options);
      assert.equal(events.length, sample.events);
      assert.deepEqual([...new Set(faults.map((f) => f.code))].sort(), [...(sample.faults ?? [])].sort());
    });

    test(`${label}: record() gives each event back, with its bytes`, () => {
      const reader = readerOf(format);
      const source = memorySource(bytes);
      for (const event of readAll(reader, source, options).events) {
        const raw = reader.record(source, event.offset, options);
        assert.ok(raw !== null, `no record at ${event.offset}`);
        const { time, record, stream, fields } = raw;
        assert.deepEqual(
          { time, record, stream, fields: structuredClone(fields) },
          {
            time: event.time,
            record: event.record,
            stream: event.stream,
            fields: event.fields,
          },
        );
        assert.deepEqual(structuredClone(raw.source), event.source);
        assert.ok(raw.bytes.length > 0);
        assert.deepEqual(Buffer.from(raw.bytes), Buffer.from(slice(source, event.offset, raw.bytes.length)));
        assert.ok(raw.text.length > 0);
      }
      assert.equal(reader.record(source, bytes.length, options), null);
      assert.equal(reader.record(source, bytes.length + 1000, options), null);
    });

    test(`${label}: the same from another piece of memory and from a source that counts`, () => {
      const reader = readerOf(format);
      const moved = new Uint8Array(bytes.length + 13).fill(0xee);
      moved.set(bytes, 7);
      const first = readAll(reader, memorySource(bytes), options);
      assert.deepEqual(readAll(reader, memorySource(moved.subarray(7, 7 + bytes.length)), options), first);
      let most = 0;
      const counting: ByteSource = {
        size: bytes.length,
        read(offset, into) {
          assert.ok(offset >= 0, 'read before the file');
          most = Math.max(most, into.length);
          return memorySource(bytes).read(offset, into);
        },
      };
      assert.deepEqual(readAll(reader, counting, options), first);
      assert.ok(most <= 64 * 1024 * 1024);
    });

    test(`${label}: cut anywhere, no throw, and what stands before the cut is read the same`, () => {
      const reader = readerOf(format);
      const whole = readAll(reader, memorySource(bytes), options).events;
      const step = LONG ? 1 : Math.max(1, Math.floor(bytes.length / 60));
      for (let cut = 0; cut < bytes.length; cut += step) {
        const { events } = survives(reader, bytes.subarray(0, cut), options);
        assert.ok(events.length <= whole.length, `cut at ${cut} made events`);
        // all but the last, whose record the cut may have gone through
        for (const [i, event] of events.slice(0, -1).entries())
          assert.deepEqual(event.fields, whole[i]?.fields, `cut at ${cut}`);
      }
    });

    if (sample.local !== null) {
      test(`${label}: garbage in the middle costs local records only`, () => {
        const reader = readerOf(format);
        const whole = readAll(reader, memorySource(bytes), options).events;
        const middle = whole[Math.floor(whole.length / 2)]!.offset + 3;
        for (const junk of ['\u0000\u0001\u0002', '"""', '{{{', '\n\n\n', '<<<', '\\\\\\']) {
          const dirty = Uint8Array.from(bytes);
          dirty.set(Buffer.from(junk, 'latin1'), Math.min(middle, bytes.length - junk.length));
          const { events } = survives(reader, dirty, options);
          assert.ok(
            events.length >= whole.length - (sample.local ?? 2),
            `${JSON.stringify(junk)}: ${events.length} of ${whole.length}`,
          );
          // the first record lies before the damage
          if (whole.length > 2) assert.deepEqual(events[0]?.fields, whole[0]?.fields);
        }
      });
    }

    if (sample.utf16) {
      test(`${label}: the same as UTF-16`, () => {
        const reader = readerOf(format);
        const whole = readAll(reader, memorySource(bytes), options).events;
        const text = Buffer.from(bytes)
          .toString('utf8')
          .replace(/^\ufeff/, '');
        for (const big of [false, true]) {
          const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
          if (big) wide.swap16();
          assert.ok(reader.sniff(wide.subarray(0, LIMITS.headBytes), wide.length) > 0);
          const source = memorySource(wide);
          const { events } = readAll(reader, source, options);
          assert.deepEqual(
            events.map((e) => e.fields),
            whole.map((e) => e.fields),
          );
          for (const event of events) {
            const raw = reader.record(source, event.offset, options);
            assert.deepEqual(structuredClone(raw?.fields), event.fields);
            assert.equal(raw?.record, event.record);
          }
        }
      });
    }

    test(`${label}: flipped and spliced bytes, no throw`, () => {
      const reader = readerOf(format);
      const flips = fc.array(fc.tuple(fc.nat({ max: Math.max(0, bytes.length - 1) }), fc.nat({ max: 255 })), {
        maxLength: 8,
      });
      fc.assert(
        fc.property(flips, fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length }), (changes, from, to) => {
          const mutant = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
          for (const [at, value] of changes) if (at < mutant.length) mutant[at] = value;
          const { events } = survives(reader, mutant, options);
          const at = events[0]?.offset ?? from;
          reader.record(memorySource(mutant), at, options);
          reader.record(memorySource(mutant), at + 1, options);
        }),
        { numRuns: LONG ? 2000 : 25 },
      );
    });
  }
}

test('no reader throws on random bytes, nor claims them as surely its own', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
      for (const reader of READERS) {
        assert.ok(reader.sniff(bytes, bytes.length) < 60, reader.format);
        survives(reader, bytes, optionsOf());
        reader.record(memorySource(bytes), 0, optionsOf());
      }
    }),
    { numRuns: LONG ? 1000 : 20 },
  );
});

/** What is built to exhaust: each within seconds and a bounded heap, with a fault rather than silence where it is a record. */
const BOMBS: Readonly<Record<string, (size: number) => Buffer>> = {
  'one endless line': (size) => Buffer.alloc(size, 0x61),
  'one endless JSON text': (size) =>
    Buffer.concat([
      Buffer.from('{"Timestamp":"2022-03-04T00:00:00Z","EventID":1,"Channel":"'),
      Buffer.alloc(size, 0x61),
    ]),
  'deep JSON': (size) => Buffer.from('{"a":'.repeat(size / 20)),
  'deep brackets': (size) => Buffer.alloc(size / 4, 0x5b),
  'deep XML': (size) => Buffer.from(`<Event><System>${'<a>'.repeat(size / 20)}`),
  'events without end': (size) => Buffer.from('<Event><System>'.repeat(size / 60)),
  'broken objects': (size) => Buffer.from(`[{"time":"2022-03-04T00:00:00Z"},${'{"time":x},'.repeat(size / 60)}`),
  'open quotes': (size) => Buffer.from('time,b\n'.concat('2022,"\n'.repeat(size / 20))),
  zeros: (size) => Buffer.alloc(size),
};
for (const [name, make] of Object.entries(BOMBS)) {
  test(`bounded: ${name}`, { timeout: 300_000 }, () => {
    const bytes = make(LONG ? 100_000_000 : 12_000_000);
    for (const reader of READERS) {
      const before = process.memoryUsage().heapUsed;
      survives(reader, bytes, optionsOf());
      assert.ok(process.memoryUsage().heapUsed - before < 600e6, `${reader.format} keeps too much`);
    }
  });
}

test("a file beyond the first zeros is still read: an empty file is nobody's and gives nothing", () => {
  const empty = new Uint8Array(0);
  for (const reader of READERS) {
    assert.equal(reader.sniff(empty, 0), 0, reader.format);
    assert.deepEqual(readAll(reader, memorySource(empty), optionsOf()).events, [], reader.format);
    assert.equal(reader.record(memorySource(empty), 0, optionsOf()), null, reader.format);
  }
});
