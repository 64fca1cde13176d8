import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventOf, events, rule, ruleOf, shapeOf } from '../../../test/hunt/support/random.ts';
import type { Value } from '../../model/index.ts';
import type { Expr, Test } from '../../rules/index.ts';
import { compileMatcher, evaluate } from './index.ts';

const RUNS = Number(process.env.CZERNIN_FUZZ_RUNS ?? 1_000);

const on = (field: string, t: Test): Expr => ({
  $: 'test',
  field,
  test: t,
  from: { item: 's', key: field, value: '' },
});
const all = (...of: Expr[]): Expr => ({ $: 'and', of });
const contains = (text: string): Test => ({ $: 'contains', text, cased: false });
const plain = (expr: Expr, id = 'r') => ruleOf([{ name: 'v', gate: {}, expr, unknown: [] }], id);

test('the fast matcher fires exactly when the twin does, on random rules and events', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 12 }), events, (rules, evs) => {
      const matcher = compileMatcher(rules);
      const refused = new Set(matcher.refusals.map((r) => r.rule));
      // Twice: what the first round remembered must not change the second.
      for (const event of [...evs, ...evs]) {
        const wanted = rules.flatMap((r, i) => (!refused.has(i) && evaluate(r, event) ? [i] : []));
        assert.deepEqual([...matcher.match(event)], wanted);
      }
    }),
    { numRuns: RUNS },
  );
});

test('a field of many event kinds is split off first and agrees with the twin', () => {
  const rules = Array.from({ length: 40 }, (_, i) =>
    plain(
      all(
        on('EventID', { $: 'number', number: 4600 + (i % 10) }),
        i % 3 === 0 ? on('User', contains(`u${i}`)) : on('User', { $: 'exists', wanted: i % 2 === 0 }),
      ),
      `r${i}`,
    ),
  );
  const matcher = compileMatcher(rules);
  const shapes = [
    shapeOf({}, ['EventID', 'User']),
    shapeOf({}, ['User', 'EventID']),
    shapeOf({}, ['User']),
    shapeOf({}, ['EventID']),
  ];
  for (const shape of shapes) {
    for (let id = 4598; id < 4612; id++) {
      for (const user of ['u3', 'U12 u9', undefined, null]) {
        for (const seen of [id, String(id), `0x${id.toString(16)}`, [id, 4601]] satisfies Value[]) {
          const event = eventOf(
            shape,
            shape.fields.map((f) => (f === 'User' ? user : seen)),
          );
          assert.deepEqual(
            [...matcher.match(event)],
            rules.flatMap((r, i) => (evaluate(r, event) ? [i] : [])),
          );
        }
      }
    }
  }
});

test('more distinct combinations than are remembered: memory is bounded and answers stay right', () => {
  const rules = Array.from({ length: 17 }, (_, i) =>
    plain(all(on('A', contains(`<${i}>`)), on('B', contains(`<${i}>`))), `r${i}`),
  );
  const matcher = compileMatcher(rules);
  const shape = shapeOf({}, ['A', 'B']);
  const bitsOf = (n: number) => Array.from({ length: 17 }, (_, i) => ((n >> i) & 1 ? `<${i}>` : '')).join('');
  for (let n = 0; n < 25_000; n++) {
    const [a, b] = [n, (n * 7919) % 131_072];
    const got = matcher.match(eventOf(shape, [bitsOf(a), bitsOf(b)]));
    if (n % 97 === 0)
      assert.deepEqual(
        [...got],
        rules.flatMap((_, i) => (((a & b) >> i) & 1 ? [i] : [])),
      );
  }
});

test('values longer than are remembered are matched all the same', () => {
  const matcher = compileMatcher([plain(on('A', contains('needle')))]);
  const shape = shapeOf({}, ['A']);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual([...matcher.match(eventOf(shape, [`${'x'.repeat(200_000)}NEEDLE`]))], [0]);
    assert.deepEqual([...matcher.match(eventOf(shape, ['x'.repeat(200_000)]))], []);
  }
});

test('a field that no rule asks for is never decoded', () => {
  const matcher = compileMatcher([plain(all(on('A', contains('x')), on('B', contains('y'))))]);
  const asked: number[] = [];
  const shape = shapeOf({}, ['A', 'B', 'C']);
  const value = (slot: number) => {
    asked.push(slot);
    return 'no';
  };
  const event = { ...eventOf(shape, []), value };
  matcher.match(event);
  assert.equal(asked.includes(2), false);
  assert.equal(asked.length, 1, 'one witness column decides');
});

test('rules that cannot be executed are refused by name; the others run', () => {
  const matcher = compileMatcher([
    plain(on('A', { $: 'regex', source: '(a', flags: '' }), 'broken'),
    plain(on('A', { $: 'regex', source: '(?=a)', flags: '' }), 'look-ahead'),
    plain(on('A', { $: 'regex', source: '((a{100}){100}){10}', flags: '' }), 'huge'),
    plain(on('A', { $: 'cidr', network: '10.0.0.256', bits: 8 }), 'network'),
    plain(
      Array.from({ length: 500 }).reduce<Expr>((of) => ({ $: 'not', of }), on('A', contains('x'))),
      'deep',
    ),
    plain(on('A', contains('x')), 'good'),
  ]);
  assert.deepEqual(
    matcher.refusals.map((r) => [r.rule, r.code]),
    [
      [0, 'REGEX_SYNTAX'],
      [1, 'REGEX_SYNTAX'],
      [2, 'REGEX_SYNTAX'],
      [3, 'CIDR_SYNTAX'],
      [4, 'EXPR_DEPTH'],
    ],
  );
  assert.deepEqual([...matcher.match(eventOf(shapeOf({}, ['A']), ['xa']))], [5]);
});
