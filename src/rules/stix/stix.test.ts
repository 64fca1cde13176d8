import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { shared, withoutShared } from '../../../test/support/shared.ts';
import { bundleArbitrary, patternArbitrary } from '../../../test/sweep/patterns.ts';
import {
  bind,
  bracketsOf,
  matchPattern,
  observationsOf,
  type PatternCode,
  PatternError,
  type Property,
  parsePattern,
  type Sighting,
} from './index.ts';
import { neededValues, plainValues } from './plain.ts';

const refused = (pattern: string): PatternCode | null => {
  try {
    parsePattern(pattern);
    return null;
  } catch (error) {
    assert.ok(error instanceof PatternError, String(error));
    return error.code;
  }
};

const EXAMPLES = ['vectors', 'stix-patterns', 'stix2patterns', 'test', 'v21', 'spec_examples.txt'] as const;

describe('reading', () => {
  test("the standard's own examples", { skip: withoutShared(...EXAMPLES) }, () => {
    const lines = readFileSync(shared(...EXAMPLES), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    assert.equal(lines.length, 23);
    for (const line of lines) {
      assert.equal(refused(line), null, line);
    }
  });

  test('what is no pattern is refused with its code and its place', () => {
    const cases: [string, PatternCode][] = [
      ['', 'PATTERN_SYNTAX'],
      ['file:size = 1280', 'PATTERN_SYNTAX'],
      ['[file:size = ]', 'PATTERN_SYNTAX'],
      ['[file.size = 1]', 'PATTERN_SYNTAX'],
      ['[file:name MATCHES /x/]', 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] within 2 seconds", 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] WITHIN 5 HOURS", 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] WITHIN -5 SECONDS", 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] REPEATS 2.5 TIMES", 'PATTERN_SYNTAX'],
      ["[a:b-c = 'x']", 'PATTERN_SYNTAX'],
      ["[a:b = 'x' AND]", 'PATTERN_SYNTAX'],
      ["[a:b = 'it's']", 'PATTERN_SYNTAX'],
      ["[a:b = 'open]", 'PATTERN_SYNTAX'],
      ['[a:b > true]', 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] [a:b = 'y']", 'PATTERN_SYNTAX'],
      ["[a:b = t'2457-73-22T32:81:84.1Z']", 'PATTERN_LITERAL'],
      ["[a:b = b'====']", 'PATTERN_LITERAL'],
      ["[a:b = h'abc']", 'PATTERN_LITERAL'],
      ["[a:b IN (1, 'x')]", 'PATTERN_LITERAL'],
      ["[a:b ISSUBSET '10.0.0.0/33']", 'PATTERN_LITERAL'],
      ["[file:hashes.'SHA-256' = 'f00']", 'PATTERN_LITERAL'],
      ["[a:b = 'x'] WITHIN 5 SECONDS WITHIN 6 SECONDS", 'PATTERN_QUALIFIER'],
      ["[a:b = 'x'] REPEATS 0 TIMES", 'PATTERN_QUALIFIER'],
      ["[a:b MATCHES '(?=x)']", 'PATTERN_REGEX'],
      ["[a:b MATCHES '(a)\\\\1']", 'PATTERN_REGEX'],
      [`${'('.repeat(100)}[a:b = 1]${')'.repeat(100)}`, 'PATTERN_LIMIT'],
      [`[${'('.repeat(50_000)}`, 'PATTERN_LIMIT'],
      [`[a:b = '${'x'.repeat(70_000)}']`, 'PATTERN_LIMIT'],
      [`[a:b = '${'x'.repeat(60_000)}`, 'PATTERN_SYNTAX'],
      [`[a:b = ${'/*'.repeat(30_000)}`, 'PATTERN_SYNTAX'],
      [`[a:b = ${' '.repeat(60_000)}/*`, 'PATTERN_SYNTAX'],
      ["[a:b = 'x'] REPEATS 999999999 TIMES", 'PATTERN_LIMIT'],
    ];
    for (const [pattern, code] of cases) assert.equal(refused(pattern), code, pattern.slice(0, 80));
    assert.throws(() => parsePattern("[a:b = 'x'\n  AND ]"), { where: '2:7' });
  });

  test('levels, precedence and comments', () => {
    const level = (p: string) => parsePattern(p).level;
    assert.equal(level('[a:b = 1 /* one */ OR EXISTS a:c] // end'), 1);
    assert.equal(level('[a:b = 1] AND [a:b = 2]'), 2);
    assert.equal(level('[a:b = 1] WITHIN 0.5 SECONDS'), 3);
    const shape = (p: string): unknown => {
      const walk = (e: ReturnType<typeof parsePattern>['expression']): unknown =>
        e.kind === 'observation'
          ? '[]'
          : e.kind === 'qualified'
            ? [walk(e.inner), e.qualifier.kind]
            : [walk(e.left), e.kind, walk(e.right)];
      return walk(parsePattern(p).expression);
    };
    assert.deepEqual(shape('[a:b=1] FOLLOWEDBY [a:b=2] OR [a:b=3] AND [a:b=4] WITHIN 2 SECONDS'), [
      '[]',
      'followedby',
      ['[]', 'any', ['[]', 'all', ['[]', 'within']]],
    ]);
  });

  test('any text is read or refused, never thrown raw', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'a:b',
      "'x'",
      '=',
      ' AND ',
      ' WITHIN ',
      '5',
      ' SECONDS ',
      "h'ff'",
      '\\',
      "'",
      '*',
      '.',
      '/*',
      '\u0000',
      '𝒳',
      ' NOT ',
      ' IN ',
      't',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((p) => p.join('')),
          fc.string(),
        ),
        (text) => void refused(text),
      ),
      { numRuns: 500 },
    );
  });
});

const observed = (at: number, object: Record<string, Property>, extra: Record<string, Property>[] = []): Property[] => [
  {
    type: 'observed-data',
    id: `observed-data--${at}`,
    first_observed: `2024-01-01T00:00:${String(at).padStart(2, '0')}Z`,
    last_observed: `2024-01-01T00:00:${String(at).padStart(2, '0')}Z`,
    number_observed: 1,
    object_refs: [`o--${at}`, ...extra.map((x) => String(x.id))],
  },
  { id: `o--${at}`, ...object },
  ...extra,
];
const matches = (pattern: string, objects: readonly Property[]): boolean =>
  matchPattern(parsePattern(pattern, { lenient: true }), observationsOf(objects)) !== null;

describe('matching', () => {
  test('comparisons, paths and references', () => {
    const objects = observed(
      0,
      {
        type: 'network-traffic',
        dst_port: 443,
        protocols: ['ipv4', 'tcp'],
        src_ref: 'ipv4-addr--1',
        encapsulates_refs: ['ipv4-addr--1', 'ipv4-addr--gone'],
        payload_bin: 'AAH/',
        start: '2024-01-01T00:00:00.5Z',
        extensions: { 'http-request-ext': { request_header: { 'User-Agent': 'Mozilla/5.0' } } },
      },
      [{ type: 'ipv4-addr', id: 'ipv4-addr--1', value: '198.51.100.3' }],
    );
    const yes = [
      "[network-traffic:dst_port = 443 AND network-traffic:src_ref.value = '198.51.100.3']",
      "[network-traffic:src_ref.value ISSUBSET '198.51.100.0/24']",
      "[network-traffic:src_ref.value NOT ISSUBSET '10.0.0.0/8']",
      "[network-traffic:protocols[*] = 'tcp' AND network-traffic:protocols[0] = 'ipv4']",
      "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' LIKE 'Mozilla/_._']",
      "[network-traffic:encapsulates_refs[0].value = '198.51.100.3']",
      "[network-traffic:payload_bin = h'0001ff']",
      "[network-traffic:payload_bin MATCHES '\\\\xff$']",
      "[network-traffic:start > t'2024-01-01T00:00:00Z']",
      '[EXISTS network-traffic:src_ref]',
      "[network-traffic:dst_port = 80 OR ipv4-addr:value = '198.51.100.3']",
      '[network-traffic:dst_port = 443.0]',
    ];
    const no = [
      "[network-traffic:dst_port = '443']",
      "[network-traffic:protocols[2] = 'tcp']",
      "[network-traffic:dst_port = 443 AND ipv4-addr:value = '198.51.100.3']",
      '[EXISTS network-traffic:dst_ref]',
      "[network-traffic:missing != 'x']",
      "[network-traffic:encapsulates_refs[1].value LIKE '%']",
      "[network-traffic:start = t'2024-01-01T00:00:00Z']",
    ];
    for (const pattern of yes) assert.ok(matches(pattern, objects), pattern);
    for (const pattern of no) assert.ok(!matches(pattern, objects), pattern);
  });

  test('order, repetition and time', () => {
    const objects = [3, 1, 2, 9].flatMap((at) => observed(at, { type: 'a', n: at }));
    const yes = [
      '[a:n = 1] FOLLOWEDBY [a:n = 2]',
      '[a:n > 0] REPEATS 4 TIMES',
      '[a:n > 0] REPEATS 3 TIMES WITHIN 2 SECONDS',
      "[a:n > 0] REPEATS 3 TIMES START t'2024-01-01T00:00:01Z' STOP t'2024-01-01T00:00:04Z'",
      '([a:n = 1] AND [a:n > 1]) WITHIN 1 SECONDS',
      '[a:n = 7] OR [a:n = 9]',
    ];
    const no = [
      '[a:n = 2] FOLLOWEDBY [a:n = 1]',
      '[a:n = 1] AND [a:n = 1]',
      '[a:n > 0] REPEATS 5 TIMES',
      '[a:n > 0] REPEATS 4 TIMES WITHIN 7.9 SECONDS',
      "[a:n = 9] START t'2024-01-01T00:00:01Z' STOP t'2024-01-01T00:00:09Z'",
    ];
    for (const pattern of yes) assert.ok(matches(pattern, objects), pattern);
    for (const pattern of no) assert.ok(!matches(pattern, objects), pattern);
  });

  test('what was seen several times counts so often', () => {
    const [data, object] = observed(1, { type: 'a', n: 1 }) as [Record<string, Property>, Property];
    const thrice = [{ ...data, number_observed: 3 }, object];
    assert.ok(matches('[a:n = 1] REPEATS 3 TIMES', thrice));
    assert.ok(!matches('[a:n = 1] REPEATS 4 TIMES', thrice));
  });

  test('a search without end is stopped by its budget and says so', () => {
    const sightings = Array.from(
      { length: 40 },
      (_, index): Sighting => ({ index, first: index + 1, last: index + 1, times: 1 }),
    );
    const many = Array.from({ length: 12 }, () => '[a:b = 1]').join(' AND ');
    const before: Sighting = { index: 99, first: 0, last: 0, times: 1 };
    const { expression } = parsePattern(`(${many}) FOLLOWEDBY [a:b = 2]`);
    const last = [...bracketsOf(expression)].at(-1);
    assert.throws(() => bind(expression, (b) => (b === last ? [before] : sightings), 50_000), {
      code: 'PATTERN_BUDGET',
    });
  });

  test('too few observations are counted, not searched', () => {
    const seen = (times: number, n = 3) =>
      Array.from({ length: n }, (_, index): Sighting => ({ index, first: 0, last: 0, times }));
    const few = (pattern: string, sightings: readonly Sighting[]) =>
      bind(parsePattern(pattern).expression, () => sightings, 1_000);
    assert.equal(few('([a:b = 1] AND [a:b = 2]) REPEATS 3 TIMES REPEATS 3 TIMES', seen(5)), null);
    assert.equal(few('[a:b = 1] REPEATS 10000 TIMES', seen(9)), null);
    const twelve = Array.from({ length: 12 }, () => '[a:b = 1]').join(' AND ');
    assert.equal(few(twelve, seen(1, 11)), null);
    assert.equal(few(twelve, seen(1, 12))?.length, 12);
    assert.equal(few(`(${twelve}) OR [a:b = 2]`, seen(1, 1))?.length, 1);
  });

  test('ten thousand observations on each side are no hardship', () => {
    const line = (shift: number) =>
      Array.from(
        { length: 10_000 },
        (_, i): Sighting => ({
          index: 2 * i + shift,
          first: 1e6 * i + 500_000 * shift,
          last: 1e6 * i + 500_000 * shift,
          times: 1,
        }),
      );
    const { expression } = parsePattern('([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 300 SECONDS');
    const [left] = bracketsOf(expression);
    assert.equal(
      bind(expression, (b) => line(b === left ? 0 : 1)),
      null,
    );
    const chain = parsePattern('[a:b = 1] REPEATS 10000 TIMES').expression;
    assert.equal(bind(chain, () => line(0))?.length, 10_000);
  });

  test('the order in which observations are handed in does not matter', () => {
    fc.assert(
      fc.property(patternArbitrary, bundleArbitrary, (text, bundle) => {
        const pattern = parsePattern(text, { lenient: true });
        const observations = observationsOf((bundle as { objects: Property[] }).objects);
        const found = [observations, observations.toReversed()].map((given) => {
          try {
            return matchPattern(pattern, given) !== null;
          } catch (error) {
            assert.equal((error as PatternError).code, 'PATTERN_BUDGET');
            return null;
          }
        });
        if (!found.includes(null)) assert.equal(found[0], found[1]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('looked up by value', () => {
  test('patterns that only list values', () => {
    const of = (p: string) =>
      plainValues(parsePattern(p))?.map((v) => `${v.path.object} ${v.value}${v.network ? ' network' : ''}`) ?? null;
    assert.deepEqual(of("[ipv4-addr:value = '192.0.2.1' OR domain-name:value IN ('a.example', 'b.example')]"), [
      'ipv4-addr 192.0.2.1',
      'domain-name a.example',
      'domain-name b.example',
    ]);
    assert.deepEqual(of("[ipv4-addr:value ISSUBSET '192.0.2.0/24'] OR [url:value = 'http://a.example/']"), [
      'ipv4-addr 192.0.2.0/24 network',
      'url http://a.example/',
    ]);
    assert.equal(of("[ipv4-addr:value != '192.0.2.1']"), null);
    assert.equal(of("[file:name = 'a' AND file:size = 1]"), null);
    assert.equal(of("[file:name = 'a'] AND [file:name = 'b']"), null);
  });

  test('values that a pattern cannot do without', () => {
    const of = (p: string) =>
      neededValues(parsePattern(p), () => true).map((list) => list?.map((v) => v.value) ?? null);
    assert.deepEqual(of("[file:name = 'a' AND (file:size = 1 OR file:name = 'b')] AND [file:size > 3]"), [['a'], null]);
    assert.deepEqual(of("[(file:name = 'a' OR file:name = 'c') AND file:name IN ('b')]"), [['b']]);
  });
});
