import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventRecord } from '../../../exercise/evtx/writer.ts';
import { value, writeEvtx } from '../../../exercise/evtx/writer.ts';
import { readBoth } from '../../../test/support/evtx.ts';

/** What the fast way remembers of earlier records, chunks and files must never show in what it reads. */
const CHUNK = 65_536;
const HEADER = 4096;
const base = {
  provider: 'P',
  channel: 'Application',
  eventId: 1,
  computer: 'pc',
  ms: Date.UTC(2022, 1, 3),
} satisfies EventRecord;

/** Texts of few lengths that differ in one place, at the ends above all, where a comparison may stop too early. */
const text = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, -1, 3), fc.constantFrom('a', 'b', 'ß', '漢'))
  .map(([length, at, other]) => {
    const units = [...'x'.repeat(length)];
    units[(at + length) % length] = other;
    return units.join('');
  });
const record = fc.record({
  text,
  more: text,
  number: fc.nat(2),
  long: fc.constantFrom(7n, 1n << 55n, (1n << 55n) + 1n),
});

test('records whose values come again, nearly come again, and lie where others lay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(record, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 3 }),
      (files) => {
        for (const records of [...files, files[0]!]) {
          const { events, faults } = readBoth(
            writeEvtx(
              records.map(({ text, more, number, long }) => ({
                ...base,
                data: { text, more, number, long: value.hex64(long) },
              })),
              { recordsPerChunk: 5 },
            ),
          );
          assert.deepEqual(faults, []);
          assert.deepEqual(
            events.map(({ fields: { text, more, number, long } }) => ({ text, more, number, long })),
            records.map((r) => ({ ...r, long: `0x${r.long.toString(16)}` })),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a template with the bytes of one met before, but other names behind its offsets, is another template', () => {
  const user = (element: string): EventRecord => ({ ...base, userData: { element, data: { Alpha: `in ${element}` } } });
  // In each chunk the name Alpha lies in the first template; the second one only points at it.
  const file = writeEvtx([user('One'), user('Two'), user('One'), user('Two'), user('One'), user('Two')], {
    recordsPerChunk: 2,
  });
  const second = HEADER + CHUNK;
  const alpha = Buffer.from('Alpha', 'utf16le');
  const at = file.indexOf(alpha, second);
  assert.ok(at > 0 && at < second + CHUNK);
  assert.ok(file.indexOf(alpha, at + 1) >= second + CHUNK, 'the name lies in the chunk once');
  file.write('Gamma', at, 'utf16le');
  const { events } = readBoth(file);
  assert.deepEqual(
    events.map(({ fields: { Alpha, Gamma } }) => [Alpha, Gamma]),
    [
      ['in One', undefined],
      ['in Two', undefined],
      [undefined, 'in One'],
      [undefined, 'in Two'],
      ['in One', undefined],
      ['in Two', undefined],
    ],
  );
});

test('a template with the names of one met before, but other bytes, is another template', () => {
  const of = (element: string): EventRecord => ({ ...base, userData: { element: 'Root', data: { [element]: 'v' } } });
  const names = ['Aaaa', 'Aaab', 'Baaa', 'Aaaa', 'Aaab'];
  const { events } = readBoth(writeEvtx(names.map(of), { recordsPerChunk: 1 }));
  assert.deepEqual(
    events.map(({ fields }) => [...new Set(names)].filter((name) => fields[name] === 'v')),
    names.map((name) => [name]),
  );
});
