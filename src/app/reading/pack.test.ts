/** Rules through a pack ask the same as before; a pack that is not the one that was made is refused. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { memorySource } from '../../base/index.ts';
import { type CorrelationRule, type EventRule, type Expr, loadRules, type Test } from '../../rules/index.ts';
import type { JobIo } from '../effects/index.ts';
import { type Job, makeJobRunner } from './index.ts';
import { laidOut, openPack, packText } from './pack.ts';

const BLANK = { item: '', key: '', value: '' };

function bare(expr: Expr): Expr {
  switch (expr.$) {
    case 'and':
    case 'or':
      return { $: expr.$, of: expr.of.map(bare) };
    case 'not':
      return { $: 'not', of: bare(expr.of) };
    case 'test':
    case 'keyword':
      return { ...expr, from: BLANK };
    case 'const':
      return expr;
  }
}

/** Plain objects, as JSON makes them. */
const record = <T extends object>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(of, { noNullPrototype: true }) as fc.Arbitrary<T>;
const text = fc.constantFrom('', 'a', 'A', '\\cmd.exe', 'ſ', '\ud800', '__proto__', '0');
const aTest: fc.Arbitrary<Test> = fc.oneof(
  record({
    $: fc.constantFrom('equals' as const, 'startsWith' as const, 'endsWith' as const, 'contains' as const),
    text,
    cased: fc.boolean(),
  }),
  record({ $: fc.constant('number' as const), number: fc.constantFrom(0, -1, 1.5, 2 ** 40) }),
  record({ $: fc.constant('exists' as const), wanted: fc.boolean() }),
  fc.constant({ $: 'isNull' as const }),
  record({
    $: fc.constant('field' as const),
    other: text,
    how: fc.constant('equals' as const),
    cased: fc.boolean(),
  }),
);
const from = fc.constant({ item: 'selection', key: 'Image|endswith', value: 'x' });
const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small' },
    record({ $: fc.constant('test' as const), field: text, test: aTest, from }),
    record({ $: fc.constant('keyword' as const), test: aTest, from }),
    record({ $: fc.constant('const' as const), value: fc.boolean() }),
    record({ $: fc.constant('not' as const), of: tie('expr') }),
    record({ $: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('expr'), { maxLength: 4 }) }),
  ),
}));

function rule(id: string, exprs: readonly Expr[], reports = true): EventRule {
  const [template] = loadRules([{ pack: 'p', path: 'r.yml', text: RULE }]).rules as [EventRule];
  const variants = exprs.map((e, i) => ({
    name: `v${i}`,
    gate: i === 0 ? { product: 'windows' } : { category: 'process_creation', eventIds: [1, 4688] },
    expr: e,
    unknown: i === 0 ? [] : ['Hashes'],
    ...(i === 1 ? { renamed: { Image: 'NewProcessName' } } : {}),
  }));
  return { ...template, meta: { ...template.meta, id }, variants, reports };
}

const RULE = `title: Invented
id: 7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7c01
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\a.exe', CommandLine|contains: [x, y]}, condition: selection}
`;

test('any condition comes out as it went in, but for where it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.array(expr, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), (given) => {
      const rules = given.map((exprs, i) => rule(`r${i}`, exprs, i % 2 === 0));
      const opened = openPack(packText(rules, []).text).rules;
      assert.equal(opened.length, rules.length);
      for (const [i, r] of opened.entries()) {
        assert.equal(r.meta.id, `r${i}`);
        assert.equal(r.reports, i % 2 === 0);
        const wanted = rules[i]!.variants.map((v) => ({ ...v, expr: bare(v.expr) }));
        assert.deepEqual(laidOut(r).variants, wanted);
        assert.deepEqual(
          r.variants.map((v) => v.expr),
          wanted.map((v) => v.expr),
        );
      }
    }),
    { numRuns: 200 },
  );
});

test('the same rules give the same text, and what they ask is named once', () => {
  const twice = [rule('a', [{ $: 'test', field: 'Image', test: { $: 'isNull' }, from: BLANK }]), rule('b', [])];
  assert.equal(packText(twice, []).text, packText(twice, []).text);
  assert.deepEqual(packText(twice, []).fields, ['Image']);
  const same = { $: 'test', field: 'Image', test: { $: 'isNull' }, from: BLANK } as const;
  const many = packText([rule('a', [{ $: 'or', of: Array(50).fill(same) }])], []).text;
  assert.equal(many.match(/isNull/g)?.length, 1);
});

test('correlations ask fields of the events at the bottom, under the alias that is theirs', () => {
  const meta = rule('x', []).meta;
  const count: CorrelationRule = {
    $: 'correlation',
    meta: { ...meta, id: 'c' },
    names: [],
    kind: 'value_count',
    rules: ['a', 'b'],
    groupBy: ['who'],
    timespanMs: 1000,
    condition: [],
    fields: ['Image'],
    aliases: { who: { a: 'User', b: 'TargetUser' } },
    reports: true,
  };
  const outer: CorrelationRule = { ...count, meta: { ...meta, id: 'd' }, rules: ['c'], groupBy: ['Host'], aliases: {} };
  const { text, fields } = packText([rule('a', []), rule('b', []), rule('z', [])], [count, outer]);
  assert.deepEqual(openPack(text).inputs, [['Host', 'Image', 'User'], ['Host', 'Image', 'TargetUser'], undefined]);
  assert.deepEqual(fields, ['Host', 'Image', 'TargetUser', 'User']);
});

test('a pack of another kind, or not the one that was made, is refused', () => {
  assert.throws(() => openPack('{"format":"czernin-pack/0"}'), { code: 'BAD_PACK' });
  assert.throws(() => openPack('null'), { code: 'BAD_PACK' });
  const bytes = Buffer.from(packText([], []).text);
  const io = {
    open: () => ({ ...memorySource(bytes), modifiedMs: 0, close: () => {} }),
    send: () => {},
    sendJson: () => {},
    beat: () => {},
  } satisfies JobIo;
  const run = makeJobRunner(() => {
    throw new Error('nothing is encoded here');
  });
  const look = (digest: string): Job => ({ job: 'look', pack: { path: 'p', digest }, kinds: [] });
  run(look(createHash('sha256').update(bytes).digest('hex')), io);
  assert.throws(() => run(look('0'.repeat(64)), io), { code: 'BAD_PACK' });
});
