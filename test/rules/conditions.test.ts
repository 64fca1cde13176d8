import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { refused, says, sigma } from './support/rule.ts';

const ITEMS = "a: { x: '1' }\nb: { y: '1' }\nc: { z: '1' }\n_d: { w: '1' }\n";
const bits = (n: number) => ({ x: n & 1, y: (n >> 1) & 1, z: (n >> 2) & 1, w: (n >> 3) & 1 });

/** The condition means what the JavaScript expression means, for all sixteen events. */
function means(condition: string, js: (a: boolean, b: boolean, c: boolean, d: boolean) => boolean) {
  for (let n = 0; n < 16; n++) {
    const got = says(`${ITEMS}condition: ${condition}`, bits(n));
    assert.equal(
      got,
      js((n & 1) > 0, (n & 2) > 0, (n & 4) > 0, (n & 8) > 0),
      `${condition} for ${JSON.stringify(bits(n))}`,
    );
  }
}

test('or binds weakest, then and, then not; brackets win', () => {
  means('a or b and c', (a, b, c) => a || (b && c));
  means('a and b or c', (a, b, c) => (a && b) || c);
  means('not a and b', (a, b) => !a && b);
  means('not (a and b)', (a, b) => !(a && b));
  means('(a or b) and c', (a, b, c) => (a || b) && c);
  means('not not a', (a) => a);
  means('a AND NOT b', (a, b) => a && !b);
  means('not a or not b and not c', (a, b, c) => !a || (!b && !c));
});

test('x of: them and patterns leave out names with an underscore unless the pattern has one', () => {
  means('1 of them', (a, b, c) => a || b || c);
  means('any of them', (a, b, c) => a || b || c);
  means('all of them', (a, b, c) => a && b && c);
  means('2 of them', (a, b, c) => [a, b, c].filter(Boolean).length >= 2);
  means('1 of *', (a, b, c) => a || b || c);
  means('all of _*', (_a, _b, _c, d) => d);
  means('_d or a', (a, _b, _c, d) => d || a);
  means('not 1 of a* and c', (a, _b, c) => !a && c);
});

test('a list of conditions is or', () => {
  assert.equal(says(`${ITEMS}condition:\n  - a\n  - b and c`, { x: 1 }), true);
  assert.equal(says(`${ITEMS}condition:\n  - a\n  - b and c`, { y: 1 }), false);
});

test('a pattern matches whole names, and `-` and digits are part of them', () => {
  const two = "sel-1: { x: '1' }\nsel-10: { y: '1' }\n";
  assert.equal(says(`${two}condition: 1 of sel-1`, { y: 1 }), false);
  assert.equal(says(`${two}condition: sel-1 and sel-10`, { x: 1, y: 1 }), true);
});

test('what does not parse, or names nothing, is refused', () => {
  const of = (condition: string) => refused(sigma(`${ITEMS}condition: ${condition}`)).code;
  for (const bad of [
    'a and',
    'and a',
    'a b',
    '(a',
    'a)',
    'not',
    '1 of',
    'e',
    '1 of e*',
    '4 of them',
    '0 of them',
    'a or or b',
    "''",
    'a & b',
    '[]',
  ])
    assert.equal(of(bad), 'CONDITION', bad);
  assert.equal(of('a | count() by x > 5'), 'AGGREGATION');
  assert.equal(of('a | near b'), 'AGGREGATION');
  assert.equal(of(`${'('.repeat(70)}a${')'.repeat(70)}`), 'LIMIT_EXPANSION');
  assert.equal(of(`${'not '.repeat(70)}a`), 'LIMIT_EXPANSION');
  assert.equal(of(Array(9000).fill('a').join(' or ')), 'LIMIT_EXPANSION');
  assert.equal(refused(sigma('a: { x: 1 }')).code, 'CONDITION');
});

test('detection shapes: maps and, lists of maps or, anything else refused', () => {
  const lists = "s:\n  - x: '1'\n    y: '1'\n  - z: '1'\ncondition: s";
  assert.equal(says(lists, { x: 1, y: 1 }), true);
  assert.equal(says(lists, { x: 1 }), false);
  assert.equal(says(lists, { z: 1 }), true);
  assert.equal(says("s:\n  - x: '1'\n  - word\ncondition: s", { q: 'a word here' }), true);
  for (const bad of ['s: {}\ncondition: s', 's: []\ncondition: s', 'condition: s'])
    assert.equal(refused(sigma(bad)).code, 'DETECTION', bad);
  assert.equal(refused('title: t\nlogsource: { product: x }\ndetection: word\n').code, 'DETECTION');
  assert.equal(refused(sigma('s: null\ncondition: s')).code, 'VALUE');
});

test('random conditions agree with a direct reading', () => {
  type C = { text: string; value: (n: number) => boolean };
  const { cond } = fc.letrec<{ cond: C }>((tie) => ({
    cond: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        ...['a', 'b', 'c'].map((text, i): C => ({ text, value: (n) => ((n >> i) & 1) === 1 })),
        { text: '1 of them', value: (n: number) => (n & 7) !== 0 },
        { text: 'all of them', value: (n: number) => (n & 7) === 7 },
      ),
      tie('cond').map((c): C => ({ text: `not ( ${c.text} )`, value: (n) => !c.value(n) })),
      fc
        .tuple(tie('cond'), tie('cond'))
        .map(([p, q]): C => ({ text: `(${p.text}) and (${q.text})`, value: (n) => p.value(n) && q.value(n) })),
      fc
        .tuple(tie('cond'), tie('cond'))
        .map(([p, q]): C => ({ text: `(${p.text}) or (${q.text})`, value: (n) => p.value(n) || q.value(n) })),
    ),
  }));
  fc.assert(
    fc.property(cond, fc.nat(7), (c, n) => says(`${ITEMS}condition: ${c.text}`, bits(n)) === c.value(n)),
    { numRuns: 150 },
  );
});
