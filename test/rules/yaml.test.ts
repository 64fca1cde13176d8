/** Rule text is written by whoever wrote it: YAML attacks, limits, and what Sigma never needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadRules } from '../../src/rules/index.ts';
import { load, refused, sigma, taken } from './support/rule.ts';

test('billion laughs, deep nesting, cycles and size end in a limit, quickly', () => {
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++)
    laughs.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.equal(refused(laughs.join('\n')).code, 'YAML_LIMIT');
  assert.equal(refused(`${'['.repeat(40)}${']'.repeat(40)}`).code, 'YAML_LIMIT');
  assert.equal(refused('['.repeat(20_000)).code, 'YAML_LIMIT');
  assert.equal(refused('a: &a [*a]').code, 'YAML_LIMIT');
  assert.equal(refused('x'.repeat(1024 * 1024 + 1)).code, 'YAML_LIMIT');
  assert.equal(refused(`a: [${Array(100_001).fill('x').join(',')}]`).code, 'YAML_LIMIT');
  const keys = Array.from({ length: 25_000 }, (_, i) => `k${i}: 1`).join('\n');
  const start = performance.now();
  assert.equal(refused(keys).code, 'NOT_A_RULE');
  assert.deepEqual(load('\n'.repeat(2_000_000)).refusals, []);
  assert.ok(performance.now() - start < 20_000, 'keys are compared in linear time');
});

test('an alias within the limits is followed', () => {
  const text = "title: t\nlogsource: { product: x }\ndetection:\n  s: &s { a: '1' }\n  t: *s\n  condition: s or t\n";
  assert.equal(taken(text).variants.length, 1);
});

test('duplicate keys, merge keys, tags, complex keys and infinite numbers are refused', () => {
  assert.equal(refused('title: a\ntitle: b\n').code, 'YAML_SYNTAX');
  assert.equal(refused("title: 'a").code, 'YAML_SYNTAX');
  assert.equal(refused('base: &b { x: 1 }\ntitle: t\ndetection: { <<: *b }\n').code, 'YAML_FORBIDDEN');
  assert.equal(refused('title: !!binary aGk=\n').code, 'YAML_FORBIDDEN');
  assert.equal(refused('title: !evil x\n').code, 'YAML_FORBIDDEN');
  assert.equal(refused('? [a, b]\n: c\n').code, 'YAML_FORBIDDEN');
  assert.equal(refused('title: .inf\n').code, 'YAML_FORBIDDEN');
  assert.equal(refused('a: 1\n1: b\n"1": c\n').code, 'YAML_SYNTAX');
});

test('words that YAML 1.1 would make booleans stay words; documents are told apart', () => {
  const rule = taken(sigma('s: { f: yes, g: on }\ncondition: s'));
  assert.deepEqual(
    rule.variants[0]!.expr.$ === 'and' && rule.variants[0]!.expr.of.map((e) => e.$ === 'test' && e.test),
    [
      { $: 'equals', text: 'yes', cased: false },
      { $: 'equals', text: 'on', cased: false },
    ],
  );
  const two = load(`${sigma('s: { f: 1 }\ncondition: s')}---\n${sigma('s: { f: 2 }\ncondition: s')}---\n# nothing\n`);
  assert.deepEqual(
    two.rules.map((r) => r.meta.origin),
    ['p/r.yml#1', 'p/r.yml#2'],
  );
  assert.deepEqual(load('').rules, []);
  assert.deepEqual(load('# only a comment\n').refusals, []);
});

test('one bad document does not take its neighbours with it', () => {
  const { rules, refusals } = load(
    `${sigma('s: { f: 1 }\ncondition: s')}---\nnonsense\n---\n${sigma('s: { g: 1 }\ncondition: s')}`,
  );
  assert.equal(rules.length, 2);
  assert.deepEqual(
    refusals.map((r) => [r.code, r.origin]),
    [['NOT_A_RULE', 'p/r.yml#2']],
  );
});

test('old rule collections: global, repeat, reset', () => {
  const head = 'action: global\ntitle: t\nlogsource: { product: x }\ndetection: { condition: s }\n';
  const { rules, refusals } = load(
    `${head}---\nid: one\ndetection: { s: { f: '1' } }\n---\naction: repeat\nid: two\nlogsource: { product: y }\n---\naction: reset\n---\nid: three\ndetection: { s: { f: '1' }, condition: s }\n---\naction: dance\n`,
  );
  assert.deepEqual(
    rules.map((r) => [r.meta.id, r.meta.logsource.product]),
    [
      ['one', 'x'],
      ['two', 'y'],
    ],
  );
  assert.deepEqual(
    refusals.map((r) => r.code),
    ['LOGSOURCE', 'COLLECTION'],
  );
});

const MUTANTS = [
  "title: t\nid: x\nlogsource:\n  category: process_creation\n  product: windows\ndetection:\n  s:\n    Image|endswith|windash: '\\a -b'\n    CommandLine|re|i: 'a.*b'\n    User|contains: [AUTHORI, 5, null]\n  condition: 1 of s* and not (s or s)\nlevel: high\ntags: [attack.t1059, attack.execution]\n",
  'title: c\ncorrelation:\n  type: value_count\n  rules: [x, y]\n  group-by: [a]\n  timespan: 15m\n  condition: { gte: 5, field: b }\n  aliases: { q: { x: a } }\n',
  'title: f\nlogsource: { product: windows }\nfilter:\n  rules: any\n  s: { User: adm_* }\n  condition: not s\n',
];

test('no text makes the loader throw, and every document is taken or refused', () => {
  const chunks = fc.constantFrom(
    '|',
    '%',
    '*',
    '\\',
    ':',
    '[',
    ']',
    '{',
    '}',
    '\n',
    '  ',
    '&a ',
    '*a',
    '- ',
    'null',
    '|all',
    '|re',
    '(',
    ')',
    '---\n',
    '\u0000',
    '0x',
    '"',
  );
  const edits = fc.array(fc.tuple(fc.nat(500), fc.nat(6), chunks), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...MUTANTS), edits, (base, changes) => {
      let text = base;
      for (const [at, length, chunk] of changes) text = text.slice(0, at) + chunk + text.slice(at + length);
      const { rules, refusals } = loadRules([{ pack: 'p', path: 'r.yml', text }]);
      assert.ok(
        rules.length + refusals.length >= (text.trim() === '' ? 0 : 1) || /^\s*(#|---|null|~)/.test(text),
        text,
      );
      for (const r of refusals) assert.match(r.code, /^[A-Z_]+$/);
    }),
    { numRuns: Number(process.env.CZERNIN_FUZZ ?? 400) },
  );
});
