/** Correlations and filters: sections, references across files, cycles, who still reports. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CorrelationRule, loadRules } from '../../src/rules/index.ts';
import { evaluate } from './support/evaluate.ts';
import { load, refused, sigma } from './support/rule.ts';

const EVENT = (name: string, level = 'low') =>
  `title: ${name}\nid: id-${name}\nname: ${name}\nlevel: ${level}\nlogsource: { product: windows, service: security }\ndetection: { s: { EventID: 4625 }, condition: s }\n`;
const CORRELATION = (name: string, body: string, head = '') =>
  `title: ${name}\nid: id-${name}\nname: ${name}\n${head}correlation:\n${body
    .trim()
    .split('\n')
    .map((l) => `  ${l}`)
    .join('\n')}\n`;
const COUNT = 'type: event_count\nrules: [a]\ngroup-by: [User]\ntimespan: 10m\ncondition: { gte: 10 }';

function one(body: string, events: readonly string[] = ['a', 'b']): CorrelationRule {
  const { rules, refusals } = load([...events.map((e) => EVENT(e)), CORRELATION('c', body)].join('---\n'));
  const rule = rules.at(-1);
  assert.deepEqual(refusals, []);
  assert.ok(rule?.$ === 'correlation');
  return rule;
}

function code(body: string): string {
  const { refusals } = load([EVENT('a'), EVENT('b'), CORRELATION('c', body)].join('---\n'));
  assert.equal(refusals.length, 1);
  return refusals[0]!.code;
}

describe('correlations', () => {
  test('every kind', () => {
    const count = one(COUNT);
    assert.deepEqual(
      [count.kind, count.rules, count.groupBy, count.timespanMs, count.condition, count.fields],
      ['event_count', ['id-a'], ['User'], 600_000, [{ op: 'gte', number: 10 }], []],
    );
    const values = one(
      'type: value_count\nrules: a\ngroup-by: h\ntimespan: 1d\ncondition: { field: [User, Domain], gt: 100, lte: 200 }',
    );
    assert.deepEqual([values.fields, values.condition.length, values.timespanMs], [['User', 'Domain'], 2, 86_400_000]);
    const temporal = one('type: temporal\nrules: [a, id-b]\ngroup-by: [h]\ntimespan: 90s');
    assert.deepEqual([temporal.rules, temporal.condition], [['id-a', 'id-b'], [{ op: 'gte', number: 2 }]]);
    assert.equal(one('type: temporal_ordered\nrules: [a, b]\ngroup-by: [h]\ntimespan: 1h').kind, 'temporal_ordered');
    assert.deepEqual(
      one('type: value_sum\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: { field: bytes, gt: 1000000 }').fields,
      ['bytes'],
    );
    assert.equal(
      one('type: value_avg\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: { field: bytes, gt: 500.5 }')
        .condition[0]!.number,
      500.5,
    );
    assert.equal(
      one(
        'type: value_percentile\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: { field: n, percentile: 95, gte: 7 }',
      ).percentile,
      95,
    );
    const median = one('type: value_median\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: { field: n, gte: 7 }');
    assert.deepEqual([median.kind, median.percentile], ['value_percentile', 50]);
  });

  test('aliases and references resolve to ids, forward too', () => {
    const text = [
      CORRELATION(
        'c',
        'type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 10s\naliases:\n  ip: { a: src, id-b: dst }',
      ),
      EVENT('a'),
      EVENT('b'),
    ].join('---\n');
    const rule = load(text).rules.at(-1);
    assert.deepEqual(rule?.$ === 'correlation' && rule.aliases, { ip: { 'id-a': 'src', 'id-b': 'dst' } });
  });

  test('correlations of correlations; the specification’s brute force example', () => {
    const { rules, refusals } = load(
      [
        CORRELATION(
          'outer',
          'type: temporal_ordered\nrules: [many, b]\ngroup-by: [User]\ntimespan: 10m',
          'level: high\n',
        ),
        CORRELATION('many', COUNT),
        EVENT('a'),
        EVENT('b', 'medium'),
      ].join('---\n'),
    );
    assert.deepEqual(refusals, []);
    assert.deepEqual(
      rules.map((r) => [r.meta.title, r.meta.level, r.reports]),
      [
        ['a', 'low', false],
        ['b', 'medium', false],
        ['outer', 'high', true],
        ['many', 'low', false],
      ],
    );
  });

  test('`generate: true`, beside or inside the section, lets the counted rules speak', () => {
    for (const text of [CORRELATION('c', `${COUNT}\ngenerate: true`), CORRELATION('c', COUNT, 'generate: true\n')])
      assert.equal(load(`${EVENT('a')}---\n${text}`).rules[0]!.reports, true);
    const both = load(
      [EVENT('a'), CORRELATION('c', COUNT), CORRELATION('d', `${COUNT}\ngenerate: true`)].join('---\n'),
    );
    assert.equal(both.rules[0]!.reports, true, 'one that says generate is enough');
  });

  test('a rule silenced from another file is told', () => {
    const { rules, notices } = loadRules([
      { pack: 'p', path: 'a.yml', text: EVENT('a') },
      { pack: 'q', path: 'c.yml', text: CORRELATION('c', COUNT) },
    ]);
    assert.equal(rules[0]!.reports, false);
    assert.deepEqual(
      notices.map((n) => [n.code, n.origin]),
      [['SILENCED', 'p/a.yml']],
    );
  });

  test('a correlation that is refused silences nobody', () => {
    const { rules, refusals } = load(`${EVENT('a')}---\n${CORRELATION('c', COUNT.replace('[a]', '[a, nobody]'))}`);
    assert.deepEqual([rules.length, rules[0]!.reports, refusals[0]!.code], [1, true, 'REFERENCE']);
  });

  test('cycles, ambiguous and repeated references are refused, with what depends on them', () => {
    const temporal = (rules: string) => `type: temporal\nrules: [${rules}]\ngroup-by: [h]\ntimespan: 1m`;
    const { refusals } = load(
      [
        CORRELATION('x', temporal('y, a')),
        CORRELATION('y', temporal('z')),
        CORRELATION('z', temporal('x')),
        CORRELATION('w', temporal('y')),
        EVENT('a'),
      ].join('---\n'),
    );
    assert.deepEqual(
      refusals.map((r) => r.code),
      ['CYCLE', 'CYCLE', 'CYCLE', 'CYCLE'],
    );
    assert.equal(code(temporal('c')), 'CYCLE');
    assert.equal(code(temporal('a, id-a')), 'REFERENCE');
    const twice = load(
      [EVENT('a'), EVENT('a').replace('id: id-a', 'id: other'), CORRELATION('c', COUNT)].join('---\n'),
    );
    assert.equal(twice.refusals[0]!.code, 'REFERENCE');
  });

  test('what a section lacks or contradicts is refused', () => {
    const without = (line: RegExp) => COUNT.replace(line, '');
    for (const body of [
      without(/type.*\n/),
      without(/rules.*\n/),
      without(/timespan.*\n/),
      without(/condition.*/),
      COUNT.replace('event_count', 'sequence'),
      COUNT.replace('10m', '10 minutes'),
      COUNT.replace('10m', '1M'),
      COUNT.replace('10m', '0s'),
      COUNT.replace('gte: 10', 'gte: "10"'),
      COUNT.replace('gte: 10', 'least: 10'),
      COUNT.replace('{ gte: 10 }', '{}'),
      COUNT.replace('gte: 10', 'gte: 10, field: x'),
      COUNT.replace('event_count', 'value_count'),
      COUNT.replace('event_count', 'value_sum').replace('gte: 10', 'gte: 10, field: [x, y]'),
      COUNT.replace('event_count', 'value_percentile').replace('gte: 10', 'lte: 1, field: x'),
      COUNT.replace('event_count', 'value_percentile').replace('gte: 10', 'lte: 1, field: x, percentile: 101'),
      COUNT.replace('gte: 10', 'gte: 10, percentile: 5'),
      'type: temporal\nrules: [a, b]\ngroup-by: [h]\ntimespan: 1m\ncondition: a and not b',
      `${COUNT}\ngenerate: maybe`,
      `${COUNT}\naliases: { x: y }`,
    ])
      assert.equal(code(body), 'CORRELATION', body);
  });
});

describe('filters', () => {
  const FILTER = (rules: string, condition = 'not s', logsource = '{ product: windows }') =>
    `title: f\nid: id-f\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n  s: { User|startswith: adm_ }\n  condition: ${condition}\n`;
  const fire = (filter: string, user: string, options = {}) => {
    const { rules } = load(`${EVENT('a')}---\n${filter}`, options);
    return evaluate(rules[0]!.$ === 'event' ? rules[0]!.variants[0]!.expr : assert.fail(), {
      EventID: 4625,
      User: user,
    });
  };

  test('suppress what they select, by id, by name, or any rule of the log source', () => {
    for (const rules of ['any', '[id-a]', '[a, other]']) {
      assert.equal(fire(FILTER(rules), 'adm_x'), false, rules);
      assert.equal(fire(FILTER(rules), 'eve'), true, rules);
    }
    assert.equal(fire(FILTER('any', 'not 1 of them'), 'adm_x'), false);
  });

  test('say that they are in force, and on how much', () => {
    const { notices, filters } = load(`${EVENT('a')}---\n${FILTER('[a, gone]')}`);
    assert.deepEqual(notices.map((n) => n.code).sort(), ['FILTERED', 'FILTER_PARTLY_UNUSED']);
    assert.equal(filters, 1);
  });

  test('fit no rule: reported, and nothing changes', () => {
    for (const filter of [
      FILTER('[gone]'),
      FILTER('any', 'not s', '{ product: linux }'),
      FILTER('[a]', 'not s', '{ category: process_creation }'),
    ]) {
      const { rules, refusals, filters } = load(`${EVENT('a')}---\n${filter}`);
      assert.deepEqual([rules.length, refusals.map((r) => r.code), filters], [1, ['FILTER_UNUSED'], 0]);
    }
  });

  test('a condition that two tools read in opposite ways is refused unless the caller says which', () => {
    assert.equal(load(`${EVENT('a')}---\n${FILTER('any', 's')}`).refusals[0]!.code, 'FILTER');
    assert.equal(fire(FILTER('any', 's'), 'adm_x', { positiveFilters: 'suppress' }), false);
    assert.equal(fire(FILTER('any', 's'), 'eve', { positiveFilters: 'require' }), false);
    assert.equal(fire(FILTER('any', 'not s'), 'eve', { positiveFilters: 'suppress' }), true);
  });

  test('incomplete filters are refused', () => {
    assert.equal(refused(FILTER('any').replace('  rules: any\n', '')).code, 'FILTER');
    assert.equal(refused(FILTER('any').replace('logsource: { product: windows }\n', '')).code, 'LOGSOURCE');
    assert.equal(refused(FILTER('any').replace('  condition: not s\n', '')).code, 'CONDITION');
    assert.equal(refused('title: f\nlogsource: { product: x }\nfilter: any\n').code, 'FILTER');
  });
});

describe('attributes', () => {
  const base = 's: { f: 1 }\ncondition: s';
  test('ids, levels, tags, dates', () => {
    const head =
      'logsource: { product: X_y }\nlevel: High\nstatus: test\ndate: 2019/10/23\ntags: [attack.t1059.001, attack.T1059, attack.defense_evasion, attack.g0007, cve.2021-1]\nfalsepositives: one\nreferences: [u]\nrelated: [{ id: z, type: derived }]';
    const { meta } = load(sigma(base, head)).rules[0]!;
    assert.deepEqual(
      [meta.level, meta.date, meta.attack, meta.tactics, meta.falsePositives, meta.related, meta.logsource],
      [
        'high',
        '2019-10-23',
        ['T1059', 'T1059.001'],
        ['defense-evasion'],
        ['one'],
        [{ id: 'z', type: 'derived' }],
        { product: 'x_y' },
      ],
    );
    assert.equal(meta.id, meta.digest.slice(0, 32), 'no id: the beginning of the digest');
    assert.equal(load(sigma(base)).rules[0]!.meta.level, 'medium');
  });

  test('missing or wrong attributes are refused', () => {
    assert.equal(refused(sigma(base).replace('title: t\n', '')).code, 'META');
    assert.equal(refused(sigma(base, 'logsource: { product: x }\nlevel: severe')).code, 'META');
    assert.equal(refused(sigma(base, 'logsource: { product: x }\ntags: { a: b }')).code, 'META');
    assert.equal(refused(sigma(base, 'logsource: { definition: x }')).code, 'LOGSOURCE');
    assert.equal(refused(sigma(base, 'description: no log source')).code, 'LOGSOURCE');
    assert.equal(refused(sigma(base, 'taxonomy: ecs\nlogsource: { product: x }')).code, 'TAXONOMY');
    assert.equal(refused(`${sigma(base)}correlation: {}\n`).code, 'NOT_A_RULE');
    assert.equal(refused('- a\n- b\n').code, 'NOT_A_RULE');
  });

  test('the same rule twice is taken once; another text under its id is refused; file order does not matter', () => {
    const files = [
      { pack: 'a', path: '1.yml', text: EVENT('a') },
      { pack: 'b', path: '1.yml', text: EVENT('a') },
      { pack: 'b', path: '2.yml', text: `${EVENT('a')}author: x\n` },
    ];
    const { rules, refusals, notices } = loadRules(files);
    assert.deepEqual(
      [rules.length, refusals.map((r) => r.code), notices.map((n) => n.code)],
      [1, ['DUPLICATE'], ['SAME_RULE_TWICE']],
    );
    assert.deepEqual(loadRules([...files].reverse()), loadRules(files));
  });
});
