import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainHits, withMoments } from '../../../test/hunt/support/correlate-twin.ts';
import { ruleOf } from '../../../test/hunt/support/random.ts';
import type { CorrelationInput, CorrelationRule } from '../../rules/index.ts';
import { CorrelationError, type CorrelationHit, correlate, newTally } from './index.ts';

const RUNS = Number(process.env.CZERNIN_FUZZ_RUNS ?? 1_000);
const MINUTE = 60_000;

function correlation(over: Partial<CorrelationRule> & Pick<CorrelationRule, 'kind'>, id = 'this'): CorrelationRule {
  return {
    $: 'correlation',
    meta: ruleOf([], id).meta,
    names: [id],
    rules: ['a'],
    groupBy: ['User'],
    timespanMs: 10 * MINUTE,
    condition: [{ op: 'gte', number: 3 }],
    fields: [],
    aliases: {},
    reports: true,
    ...over,
  };
}

let serial = 0;
/** An input at a minute; its address is unique unless given. */
function at(
  minute: number,
  rule: string,
  fields: CorrelationInput['fields'] = { User: 'u' },
  address = `e${serial++}`,
): CorrelationInput {
  return { rule, ms: minute * MINUTE, ns: 0, address, fields, host: 'h', user: 'u', source: '', stream: 's' };
}
const minutes = (rule: string, ...list: number[]) => list.map((m) => at(m, rule));
const run = (
  rules: CorrelationRule | CorrelationRule[],
  inputs: CorrelationInput[],
  tally = newTally(),
): CorrelationHit[] => [...correlate([rules].flat(), inputs, tally)];
const spans = (hits: readonly CorrelationHit[]) => hits.map((h) => [h.first.ms / MINUTE, h.last.ms / MINUTE, h.value]);

/** Rows of docs/correlation.md, each with its proof. */
const rows: Record<string, () => void> = {
  'event_count: distinct events in the span, per group': () => {
    const rule = correlation({ kind: 'event_count' });
    assert.deepEqual(spans(run(rule, minutes('a', 0, 5, 10))), [[0, 10, 3]]);
    assert.deepEqual(run(rule, [at(0, 'a'), at(1, 'a', { User: 'other' }), at(2, 'a')]), []);
  },
  'event_count: an event that meets two of the rules is one event': () => {
    const rule = correlation({ kind: 'event_count', rules: ['a', 'b'] });
    assert.deepEqual(
      run(rule, [at(0, 'a', undefined, 'x'), at(0, 'b', undefined, 'x'), at(1, 'a', undefined, 'y')]),
      [],
    );
  },
  'timespan: sliding, both ends included, to the nanosecond': () => {
    const rule = correlation({ kind: 'event_count' });
    assert.deepEqual(spans(run(rule, minutes('a', 7, 13, 17))), [[7, 17, 3]]);
    assert.deepEqual(run(rule, [at(0, 'a'), at(5, 'a'), { ...at(10, 'a'), ns: 1 }]), []);
  },
  'value_count: distinct values of the field in the span, never beyond it': () => {
    const rule = correlation({ kind: 'value_count', fields: ['Host'] });
    const on = (m: number, Host: string) => at(m, 'a', { User: 'u', Host });
    assert.deepEqual(spans(run(rule, [on(0, 'x'), on(1, 'y'), on(1, 'X'), on(2, 'z')])), [[0, 2, 3]]);
    assert.deepEqual(run(rule, [on(0, 'x'), on(9, 'y'), on(11, 'z')]), []);
  },
  'value_count with several fields: distinct combinations': () => {
    const rule = correlation({ kind: 'value_count', fields: ['A', 'B'] });
    const on = (m: number, A: number, B: number) => at(m, 'a', { User: 'u', A, B });
    assert.deepEqual(spans(run(rule, [on(0, 1, 1), on(1, 1, 2), on(2, 2, 1), on(3, 2, 1)])), [[0, 3, 3]]);
  },
  'temporal: all rules met by the same group within the span': () => {
    const rule = correlation({ kind: 'temporal', rules: ['a', 'b'], condition: [{ op: 'gte', number: 2 }] });
    assert.deepEqual(spans(run(rule, [at(3, 'b'), at(4, 'a')])), [[3, 4, 2]]);
    assert.deepEqual(run(rule, [at(3, 'b'), at(4, 'a', { User: 'other' })]), []);
    assert.deepEqual(run(rule, [at(3, 'b'), at(14, 'a')]), []);
  },
  'temporal_ordered: and in the written order': () => {
    const rule = correlation({ kind: 'temporal_ordered', rules: ['a', 'b', 'c'] });
    assert.deepEqual(spans(run(rule, [at(0, 'a'), at(1, 'b'), at(2, 'c')])), [[0, 2, 3]]);
    assert.deepEqual(run(rule, [at(0, 'a'), at(1, 'c'), at(2, 'b')]), []);
    assert.deepEqual(run(rule, [at(0, 'a'), at(9, 'b'), at(11, 'c')]), []);
    assert.deepEqual(run(rule, [at(0, 'a'), at(1, 'b', { User: 'other' }), at(2, 'c')]), []);
  },
  'temporal_ordered: an event does not follow itself': () => {
    const rule = correlation({ kind: 'temporal_ordered', rules: ['a', 'b'], condition: [{ op: 'gte', number: 2 }] });
    assert.deepEqual(run(rule, [at(0, 'a', undefined, 'x'), at(0, 'b', undefined, 'x')]), []);
  },
  value_sum: () => {
    const rule = correlation({ kind: 'value_sum', fields: ['Bytes'], condition: [{ op: 'gt', number: 100 }] });
    const of = (m: number, Bytes: string | number) => at(m, 'a', { User: 'u', Bytes });
    assert.deepEqual(spans(run(rule, [of(0, 60), of(1, '41')])), [[0, 1, 101]]);
    assert.deepEqual(run(rule, [of(0, 60), of(11, 60)]), []);
  },
  'value_avg: of complete windows': () => {
    const rule = correlation({ kind: 'value_avg', fields: ['Bytes'], condition: [{ op: 'gt', number: 500 }] });
    const of = (m: number, Bytes: number) => at(m, 'a', { User: 'u', Bytes });
    assert.deepEqual(run(rule, [of(0, 600), of(1, 100)]), []);
    assert.deepEqual(spans(run(rule, [of(0, 600), of(1, 800)])), [[0, 1, 700]]);
  },
  'value_percentile: linear between ranks, 50 is the median': () => {
    const rule = correlation({
      kind: 'value_percentile',
      fields: ['N'],
      percentile: 50,
      condition: [{ op: 'gte', number: 2.5 }],
    });
    assert.deepEqual(
      spans(
        run(
          rule,
          [1, 2, 3, 4].map((N) => at(N, 'a', { User: 'u', N })),
        ),
      ),
      [[1, 4, 2.5]],
    );
  },
  'condition: gt, gte, lt, lte, eq, neq, and ranges': () => {
    const of = (...condition: CorrelationRule['condition'][number][]) =>
      spans(run(correlation({ kind: 'event_count', condition }), minutes('a', 0, 1, 2, 3))).length;
    assert.equal(of({ op: 'gt', number: 3 }), 1);
    assert.equal(of({ op: 'gt', number: 4 }), 0);
    assert.equal(of({ op: 'gt', number: 3 }, { op: 'lte', number: 4 }), 1);
    assert.equal(of({ op: 'gt', number: 1 }, { op: 'lt', number: 4 }), 0);
    assert.equal(of({ op: 'eq', number: 4 }), 1);
    assert.equal(of({ op: 'eq', number: 3 }), 0);
    assert.equal(of({ op: 'neq', number: 4 }), 0);
    assert.equal(of({ op: 'neq', number: 3 }), 1);
  },
  'upper bounds are judged on complete windows: the beginning of many is not few': () => {
    const rule = correlation({ kind: 'event_count', condition: [{ op: 'lt', number: 3 }] });
    assert.deepEqual(run(rule, minutes('a', 0, 1, 2, 3, 4)), []);
    assert.deepEqual(spans(run(rule, minutes('a', 0, 1, 2, 30))), [[30, 30, 1]]);
  },
  'group-by: an input without the field belongs to no group and is counted': () => {
    const tally = newTally();
    const rule = correlation({ kind: 'event_count', condition: [{ op: 'gte', number: 1 }] });
    assert.deepEqual(run(rule, [at(0, 'a', {}), at(0, 'a', { User: null })], tally), []);
    assert.equal(tally.ungrouped, 2);
  },
  'group-by: several fields are one key; texts are compared folded, numbers as text': () => {
    const rule = correlation({ kind: 'event_count', groupBy: ['User', 'Port'], condition: [{ op: 'gte', number: 2 }] });
    const hits = run(rule, [
      at(0, 'a', { User: 'Bob', Port: 1 }),
      at(1, 'a', { User: 'bob', Port: '1' }),
      at(1, 'a', { User: 'bob', Port: 2 }),
    ]);
    assert.deepEqual(
      hits.map((h) => h.group),
      [{ User: 'Bob', Port: 1 }],
    );
  },
  'without group-by all events are one group': () => {
    assert.equal(
      run(correlation({ kind: 'event_count', groupBy: [] }), [at(0, 'a', {}), at(1, 'a', {}), at(2, 'a', {})]).length,
      1,
    );
  },
  'aliases: one name, another field under each rule': () => {
    const rule = correlation({
      kind: 'temporal',
      rules: ['a', 'b'],
      groupBy: ['ip'],
      condition: [{ op: 'gte', number: 2 }],
      aliases: { ip: { a: 'SourceIp', b: 'DestinationIp' } },
    });
    const hits = run(rule, [
      at(0, 'a', { SourceIp: '::1', DestinationIp: 'x' }),
      at(1, 'b', { SourceIp: 'y', DestinationIp: '::1' }),
    ]);
    assert.deepEqual(
      hits.map((h) => h.group),
      [{ ip: '::1' }],
    );
  },
  'chains: a correlation counts what another found, in its own groups': () => {
    const failed = correlation({ kind: 'event_count', rules: ['failed'], groupBy: ['Host'] }, 'many');
    const then = correlation(
      {
        kind: 'temporal_ordered',
        rules: ['many', 'success'],
        groupBy: ['User'],
        condition: [{ op: 'gte', number: 2 }],
      },
      'then',
    );
    const on = (m: number, rule: string, User: string) => at(m, rule, { User, Host: 'dc' });
    const failures = [on(0, 'failed', 'x'), on(1, 'failed', 'y'), on(2, 'failed', 'x')];
    const hits = run([then, failed], [...failures, on(5, 'success', 'y')]);
    assert.deepEqual(
      hits.map((h) => [h.rule, h.count, h.group]),
      [
        ['many', 3, { Host: 'dc' }],
        ['then', 2, { User: 'y' }],
      ],
    );
    assert.deepEqual(
      run([then, failed], [on(0, 'success', 'x'), ...failures]).map((h) => h.rule),
      ['many'],
    );
    assert.deepEqual(
      run([then, failed], [...failures, on(5, 'success', 'nobody')]).map((h) => h.rule),
      ['many'],
    );
  },
  'chains: a run that goes on stays in the window above, and is one event there': () => {
    const burst = correlation({ kind: 'event_count', rules: ['a'] }, 'burst');
    const then = correlation(
      { kind: 'temporal_ordered', rules: ['burst', 'b'], condition: [{ op: 'gte', number: 2 }] },
      'then',
    );
    const twice = correlation(
      { kind: 'event_count', rules: ['burst'], timespanMs: 1000 * MINUTE, condition: [{ op: 'gte', number: 2 }] },
      'twice',
    );
    const steady = Array.from({ length: 60 }, (_, i) => at(i, 'a'));
    assert.deepEqual(
      run([burst, then, twice], [...steady, at(65, 'b')])
        .map((h) => h.rule)
        .sort(),
      ['burst', 'then'],
    );
    assert.deepEqual(
      run([burst, twice], [...steady, ...minutes('a', 100, 101, 102)])
        .map((h) => h.rule)
        .sort(),
      ['burst', 'burst', 'twice'],
    );
  },
  'chains over complete windows wait until these are known': () => {
    const few = correlation({ kind: 'event_count', rules: ['a'], condition: [{ op: 'eq', number: 2 }] }, 'few');
    const then = correlation(
      { kind: 'temporal_ordered', rules: ['few', 'b'], condition: [{ op: 'gte', number: 2 }] },
      'then',
    );
    assert.deepEqual(
      run([few, then], [...minutes('a', 0, 1), at(5, 'b'), at(100, 'a')]).map((h) => [h.rule, h.last.ms / MINUTE]),
      [
        ['few', 1],
        ['then', 5],
      ],
    );
    assert.deepEqual(run([few, then], [...minutes('a', 0, 1, 2), at(5, 'b'), at(100, 'a')]), []);
  },
  'repeated satisfaction: one hit per maximal run': () => {
    const rule = correlation({ kind: 'event_count' });
    const hits = run(rule, [...minutes('a', 0, 1, 2, 8, 12, 13), ...minutes('a', 60, 61, 62)]);
    assert.deepEqual(spans(hits), [
      [0, 13, 4],
      [60, 62, 3],
    ]);
    assert.deepEqual(
      hits.map((h) => h.count),
      [6, 3],
    );
  },
  'undated inputs are left out and counted': () => {
    const tally = newTally();
    assert.deepEqual(
      run(correlation({ kind: 'event_count' }), [at(0, 'a'), at(1, 'a'), { ...at(1, 'a'), ms: Number.NaN }], tally),
      [],
    );
    assert.equal(tally.undated, 1);
  },
  'a value that is absent or no number is left out and counted': () => {
    const tally = newTally();
    const rule = correlation({ kind: 'value_sum', fields: ['N'], condition: [{ op: 'gte', number: 1 }] });
    assert.deepEqual(
      spans(run(rule, [at(0, 'a', { User: 'u', N: 'many' }), at(0, 'a'), at(0, 'a', { User: 'u', N: 1 })], tally)),
      [[0, 0, 1]],
    );
    assert.equal(tally.valueless, 2);
  },
  'a window that overflows its limit counts a lower bound, and says so': () => {
    const tally = newTally();
    const many = Array.from({ length: 100_010 }, (_, i) => ({ ...at(0, 'a'), ms: i }));
    const [hit] = run(correlation({ kind: 'event_count', condition: [{ op: 'gte', number: 10 }] }), many, tally);
    assert.equal(hit?.value, 100_000);
    assert.equal(hit?.lowerBound, true);
    assert.equal(tally.overfull, 10);
    assert.equal(hit?.events.length, 100);
    assert.equal(hit?.count, 100_010);
    assert.match(hit?.why ?? '', /^at least 100,000 events within/);
  },
};

for (const [row, proof] of Object.entries(rows)) test(row, proof);

test('docs/correlation.md has a row for each proof and no other', () => {
  const doc = readFileSync(join(import.meta.dirname, '../../../docs/correlation.md'), 'utf8');
  const told = [...doc.matchAll(/^\| (?!what\b|---)([^|]+?) \|/gm)].map((m) => m[1]!.replaceAll('`', ''));
  assert.deepEqual(told, Object.keys(rows));
});

test('inputs out of order and rings of rules are refused', () => {
  assert.throws(
    () => run(correlation({ kind: 'event_count' }), minutes('a', 2, 1)),
    (e) => e instanceof CorrelationError && e.code === 'UNSORTED',
  );
  const ring = [
    correlation({ kind: 'temporal', rules: ['d'] }, 'c'),
    correlation({ kind: 'temporal', rules: ['c'] }, 'd'),
  ];
  assert.throws(
    () => run(ring, []),
    (e) => e instanceof CorrelationError && e.code === 'CYCLE',
  );
});

test('all kinds agree with counting every window, on random inputs', () => {
  const kind = fc.constantFrom(
    'event_count',
    'value_count',
    'temporal',
    'temporal_ordered',
    'value_sum',
    'value_avg',
    'value_percentile',
  );
  const limit = fc.record({
    op: fc.constantFrom('lt', 'lte', 'gt', 'gte', 'gte', 'eq', 'neq'),
    number: fc.integer({ min: 1, max: 5 }),
  });
  const rule = fc
    .record({
      kind,
      rules: fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 1 }),
      groupBy: fc.subarray(['User', 'Host']),
      timespanMs: fc.integer({ min: 1, max: 12 }),
      condition: fc.array(limit, { minLength: 1, maxLength: 2 }),
      aliases: fc.constantFrom({}, { User: { a: 'Host' } }),
    })
    .map((r) =>
      correlation({
        ...r,
        fields: r.kind.startsWith('value_') ? ['N'] : [],
        percentile: 30,
      } as Partial<CorrelationRule> & Pick<CorrelationRule, 'kind'>),
    );
  const event = fc.record({
    rules: fc.subarray(['a', 'b', 'c'], { minLength: 1, maxLength: 2 }),
    after: fc.integer({ min: 0, max: 6 }),
    fields: fc.record({
      User: fc.constantFrom('u', 'U', 'v', null),
      Host: fc.constantFrom('u', 'h'),
      N: fc.constantFrom<string | number>(1, 2, '3', 'x'),
    }),
  });
  fc.assert(
    fc.property(rule, fc.array(event, { maxLength: 25 }), (r, events) => {
      let ms = 0;
      const inputs = events.flatMap((e, i) => {
        ms += e.after;
        return e.rules.map((name) => ({ ...at(0, name, e.fields, `e${i}`), ms }));
      });
      const got = run(r, inputs).map((h) => ({
        rule: h.rule,
        group: JSON.stringify(r.groupBy.map((g) => String(h.group[g]).toLowerCase())),
        first: h.first.ms,
        last: h.last.ms,
        events: h.events,
        value: h.value,
      }));
      const order = (a: { group: string; first: number; last: number }, b: typeof a) =>
        a.group < b.group ? -1 : a.group > b.group ? 1 : a.first - b.first || a.last - b.last;
      assert.deepEqual(got.sort(order), plainHits(r, inputs).sort(order));
    }),
    { numRuns: RUNS },
  );
});

test('chains agree with laying out the moments of the lower rule, on random inputs', () => {
  const below = fc.record({
    kind: fc.constantFrom('event_count', 'temporal'),
    rules: fc.shuffledSubarray(['a', 'b'], { minLength: 1 }),
    timespanMs: fc.integer({ min: 1, max: 12 }),
    condition: fc.integer({ min: 1, max: 3 }).map((number) => [{ op: 'gte', number }]),
  });
  const above = fc.record({
    kind: fc.constantFrom('event_count', 'temporal', 'temporal_ordered'),
    rules: fc.shuffledSubarray(['lower', 'b', 'c'], { minLength: 1 }),
    timespanMs: fc.integer({ min: 1, max: 30 }),
    condition: fc.integer({ min: 1, max: 3 }).map((number) => [{ op: 'gte', number }]),
  });
  const event = fc.record({
    rule: fc.constantFrom('a', 'b', 'c'),
    after: fc.integer({ min: 1, max: 6 }),
    User: fc.constantFrom('u', 'v'),
  });
  let found = 0;
  type Given = Partial<CorrelationRule> & Pick<CorrelationRule, 'kind'>;
  fc.assert(
    fc.property(below, above, fc.array(event, { maxLength: 18 }), (b, a, events) => {
      const lower = correlation(b as Given, 'lower');
      const upper = correlation(a as Given, 'upper');
      let ms = 0;
      const inputs = events.map((e, i) => {
        ms += e.after;
        return { ...at(0, e.rule, { User: e.User }, `e${i}`), ms };
      });
      const order = (x: { group: string; first: number }, y: typeof x) =>
        x.group < y.group ? -1 : x.group > y.group ? 1 : x.first - y.first;
      const got = run([upper, lower], inputs)
        .filter((h) => h.rule === 'upper')
        .map((h) => ({ group: JSON.stringify([h.group.User]), first: h.first.ms, last: h.last.ms, value: h.value }));
      const wanted = plainHits(upper, withMoments(lower, inputs)).map(({ group, first, last, value }) => ({
        group,
        first,
        last,
        value,
      }));
      found += wanted.length;
      assert.deepEqual(got.sort(order), wanted.sort(order));
    }),
    { numRuns: RUNS / 2 },
  );
  assert.ok(found > RUNS / 10, `${found} hits`);
});
