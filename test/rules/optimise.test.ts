/** The optimiser against the plain evaluator: same truth, all three values, for random expressions and events. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canBeTrue } from '../../src/rules/expr.ts';
import type { Expr, Test } from '../../src/rules/index.ts';
import { optimise } from '../../src/rules/optimise.ts';
import { evaluate } from './support/evaluate.ts';

const from = { item: 's', key: 'k', value: 'v' };
const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'Σ'), maxLength: 3 });
const tests: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    $: fc.constantFrom('equals', 'startsWith', 'endsWith', 'contains'),
    text,
    cased: fc.boolean(),
  }) as fc.Arbitrary<Test>,
  fc.constantFrom<Test>({ $: 'isNull' }, { $: 'exists', wanted: true }, { $: 'number', number: 1 }),
);
const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      $: fc.constant('test' as const),
      field: fc.constantFrom('f', 'g', 'u'),
      test: tests,
      from: fc.constant(from),
    }),
    fc.boolean().map((value): Expr => ({ $: 'const', value })),
    tests.filter((t) => 'text' in t).map((t): Expr => ({ $: 'keyword', test: t, from })),
    tie('expr').map((of): Expr => ({ $: 'not', of })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('expr'), { maxLength: 5 }))
      .map(([$, of]): Expr => ({ $: $ as 'and', of })),
  ),
}));
const value = fc.oneof(text, fc.constantFrom(null, 1, '1'), fc.array(text, { maxLength: 2 }));
const event = fc.record({ f: value, g: value, u: value }, { requiredKeys: [] });

test('optimising changes no truth value', () => {
  fc.assert(
    fc.property(expr, event, (e, ev) => assert.equal(evaluate(optimise(e), ev, ['u']), evaluate(e, ev, ['u']))),
    { numRuns: Number(process.env.CZERNIN_FUZZ ?? 2000) },
  );
});

test('optimising tests over one field changes no truth value', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'A', 'Σ'), maxLength: 3 });
  const one = fc.record({
    $: fc.constantFrom('equals', 'startsWith', 'endsWith', 'contains'),
    text: short,
    cased: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 2, maxLength: 5 }), short, (of, f) => {
      const or: Expr = { $: 'or', of: of.map((t) => ({ $: 'test', field: 'f', test: t as Test, from })) };
      assert.equal(evaluate(optimise(or), { f }), evaluate(or, { f }));
    }),
    { numRuns: Number(process.env.CZERNIN_FUZZ ?? 3000) },
  );
});

test('an expression that cannot be true never is', () => {
  fc.assert(
    fc.property(expr, event, (e, ev) => canBeTrue(e, new Set(['u'])) || evaluate(e, ev, ['u']) !== true),
    { numRuns: 2000 },
  );
});

test('of tests that imply each other one stays: found as a filter lost from a SigmaHQ rule', () => {
  const t = (text: string): Expr => ({ $: 'test', field: 'f', test: { $: 'contains', text, cased: false }, from });
  assert.deepEqual(optimise({ $: 'or', of: [t('stop'), t('Stop'), t('STOP'), t('other')] }), {
    $: 'or',
    of: [t('stop'), t('other')],
  });
});

test('what it does: fold, flatten, drop doubles and implied tests, keep `x or not x`', () => {
  const t = (field: string, test: Test): Expr => ({ $: 'test', field, test, from });
  const a = t('f', { $: 'contains', text: 'a', cased: false });
  const ab = t('f', { $: 'contains', text: 'AB', cased: false });
  const g = t('g', { $: 'isNull' });
  assert.deepEqual(optimise({ $: 'or', of: [a, { $: 'or', of: [g, ab, a] }] }), { $: 'or', of: [a, g] });
  assert.deepEqual(optimise({ $: 'and', of: [a, { $: 'const', value: true }] }), a);
  assert.deepEqual(optimise({ $: 'and', of: [a, { $: 'const', value: false }] }), { $: 'const', value: false });
  assert.deepEqual(optimise({ $: 'not', of: { $: 'not', of: a } }), a);
  const maybe: Expr = { $: 'or', of: [a, { $: 'not', of: a }] };
  assert.deepEqual(optimise(maybe), maybe);
  assert.deepEqual(optimise({ $: 'and', of: [a, g, ab] }), { $: 'and', of: [a, ab, g] }, 'one field side by side');
});
