/** Events for the lake's tests: made from plain records, and arbitrary hostile ones. */
import fc from 'fast-check';
import { formatInstant } from '../../src/base/index.ts';
import type { Event, Shape, Value } from '../../src/model/index.ts';
import { createLakeEncoder, type LakeLimits, type LakePart } from '../../src/platform/lake/encode/index.ts';

export interface Given {
  readonly stream: string;
  readonly offset: number;
  readonly record: number | string;
  readonly ms: number;
  readonly ns: number;
  readonly flags: number;
  readonly eventId: number;
  readonly fields: readonly (readonly [string, Value])[];
}

export const EVIDENCE = ['a', 'b', 'c', 'd', 'e', 'f'].map((c) => c.repeat(64));

/** A Shape a set of field names, interned as readers do; host, user and address are the fields of these names. */
export function eventsOf(given: readonly Given[]): Event[] {
  const shapes = new Map<string, Shape>();
  return given.map((g) => {
    const fields = g.fields.map(([name]) => name);
    const id = JSON.stringify([g.stream, g.eventId, fields]);
    const at = (name: string): number[] => (fields.includes(name) ? [fields.indexOf(name)] : []);
    const source = { product: 'windows', channel: 'Security', eventId: g.eventId };
    const shape = shapes.get(id) ?? {
      source,
      stream: g.stream,
      fields,
      host: at('host'),
      user: at('user'),
      address: at('ip'),
    };
    shapes.set(id, shape);
    const { offset, record, ms, ns, flags } = g;
    return { shape, offset, record, ms, ns, flags, value: (slot: number) => g.fields[slot]?.[1] };
  });
}

export function encode(evidence: string, given: readonly Given[], limits: Partial<LakeLimits> = {}): LakePart[] {
  const parts: LakePart[] = [];
  const encoder = createLakeEncoder(evidence, (part) => parts.push(part), limits);
  for (const event of eventsOf(given)) encoder.add(event);
  encoder.finish();
  return parts;
}

/** Plain events of one stream: `count` from `first`, one a minute, with fields that repeat and one that does not. */
export function plain(stream: string, first: number, count: number, more: Given['fields'] = []): Given[] {
  return Array.from({ length: count }, (_, i) => ({
    stream,
    offset: (first + i) * 1_000,
    record: first + i,
    ms: Date.UTC(2022, 3, 4) + (first + i) * 60_000,
    ns: 123_400,
    flags: 0,
    eventId: 4688,
    fields: [
      ['Image', `C:\\app${(first + i) % 7}.exe`],
      ['CommandLine', `run ${first + i}`],
      ['host', 'HOST-1'],
      ...more,
    ],
  }));
}

const NAMES = [
  'EventID',
  'eventid',
  'User',
  'host',
  'user',
  'ip',
  'day',
  'STREAM',
  '_time',
  '_more',
  '',
  '__proto__',
  '7',
  'a.b',
  'q"uo\'te',
  'n\0ul',
  'x\ud800',
  'ünï',
  'K',
  'k',
];
const HOSTILE = [
  '',
  '-',
  '\0',
  '"',
  "'",
  '\\',
  '{"a":1}',
  '\ud800',
  '\udc00x',
  '\u2028',
  '😀',
  '﻿bom',
  'x'.repeat(5_000),
  '00',
  '1e3',
  'NULL',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary', maxLength: 6 }));
const scalar = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);

/** Hostile events of one evidence file, in order of offset. */
export const hostile: fc.Arbitrary<Given[]> = fc
  .array(
    fc.record({
      stream: fc.constantFrom('windows-security', 'zeek-conn'),
      offset: fc.nat({ max: 2 ** 31 - 1 }).chain((n) => fc.constantFrom(n, n * 2 ** 21)),
      record: fc.oneof(fc.nat(), fc.constantFrom(2 ** 53 - 1, '18446744073709551615', '9223372036854775807')),
      ms: fc.oneof(
        fc.constant(Number.NaN),
        fc.constantFrom(0, -1, 8.64e15, 4e14),
        fc.integer({ min: 1.6e12, max: 1.6e12 + 2e8 }),
      ),
      ns: fc.constantFrom(0, 100, 999_999, 123_456),
      flags: fc.integer({ min: 0, max: 31 }),
      eventId: fc.constantFrom(1, 4688, 65_535),
      fields: fc.uniqueArray(fc.tuple(name, value), { selector: ([n]) => n, maxLength: 8 }),
    }),
    { maxLength: 60 },
  )
  .map((all) => [...new Map(all.map((g) => [g.offset, g])).values()].sort((a, b) => a.offset - b.offset));

/** The slow twin of what the lake says of an event: no columns, no dictionaries, just the documented rules. */
export interface Expected {
  readonly offset: number;
  readonly record: string;
  readonly time: string;
  /** name in lower case → texts under any spelling, sorted */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

export function expected(given: Given): Expected {
  const fields = new Map<string, string[]>();
  for (const [name, value] of given.fields) {
    if (value === null) continue;
    const text = (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();
    const key = name.toWellFormed().toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), text].sort());
  }
  const dated = Math.abs(given.ms) <= 8.64e15;
  const time = dated ? formatInstant({ ms: given.ms, ns: given.ns }) : '';
  return { offset: given.offset, record: String(given.record), time, fields };
}

/** Names as the twin folds them, of fields read back by whatever means. */
export function folded(fields: Iterable<readonly [string, string]>): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [name, text] of fields) out.set(name.toLowerCase(), [...(out.get(name.toLowerCase()) ?? []), text].sort());
  return out;
}
