/** Behaviours as text: heads, parameters, views, rows that become Findings, and example cases. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Finding } from '../../model/index.ts';
import {
  type Behaviour,
  behaviourFinding,
  caseFailures,
  caseRows,
  parameterValues,
  parseBehaviour,
  parseCases,
  parseView,
  viewRows,
  viewStreams,
  viewsFor,
} from './index.ts';
import { bareSql, mentions } from './sql.ts';

const HEAD = `id: x
title: X
meaning: M
level: high
attack: [T1078]
tactics: [persistence]
phase: execution
sources: [logins]
innocent: [i]
parameters:
  days: { default: 3, meaning: d }
  names: { default: [a, b], meaning: n }`;
const file = (text: string, path = 'x.sql') => ({ pack: 'p', path, text });
const made = (head: string, sql = 'SELECT $days, $names'): Behaviour =>
  parseBehaviour(file(`/*--- yaml\n${head}\n---*/\n${sql}`));
const code = (c: string) => ({ code: c });

test('a head is taken whole or refused by code', () => {
  const b = made(HEAD);
  assert.deepEqual(b.tactics, ['persistence', 'execution'], 'the phase is a tactic');
  assert.equal(b.pack, 'p/x.sql');
  assert.throws(() => parseBehaviour(file('SELECT 1')), code('NO_HEAD'));
  assert.throws(() => made(HEAD.replace('level: high', 'level: bad')), code('BAD_HEAD'));
  assert.throws(() => made(`${HEAD}\nmore: 1`), code('BAD_HEAD'));
  assert.throws(() => made('a: ['), code('BAD_HEAD'));
  assert.throws(() => made(HEAD.replace('id: x', 'id: y')), code('BAD_HEAD'));
  assert.throws(() => made(HEAD, 'SELECT $days'), code('BAD_PARAMETER'));
  assert.throws(() => made(HEAD, 'SELECT $days, $names, $more'), code('BAD_PARAMETER'));
  assert.doesNotThrow(() => made(HEAD, `SELECT $days, $names, 'x$' -- $more`), 'texts and comments name nothing');
  assert.throws(() => parseBehaviour(file(`/*--- yaml\n${HEAD}\n---*/${' '.repeat(300_000)}`)), code('TOO_LARGE'));
});

test('what a person sets becomes the kind of the default', () => {
  const b = made(HEAD);
  assert.deepEqual(parameterValues(b), { days: 3, names: ['a', 'b'] });
  assert.deepEqual(
    parameterValues(
      b,
      new Map([
        ['days', '7'],
        ['names', 'c, d'],
      ]),
    ),
    { days: 7, names: ['c', 'd'] },
  );
  assert.throws(() => parameterValues(b, new Map([['days', 'many']])), code('BAD_PARAMETER'));
  assert.throws(() => parameterValues(b, new Map([['none', '1']])), code('BAD_PARAMETER'));
});

test('SQL without comments and texts: the end is always reached, code stays in order', () => {
  assert.equal(bareSql(`a 'b''c' d--e\nf/*g*/h`).replace(/\s+/g, ' '), 'a d f h');
  assert.ok(mentions('FROM logins l', 'logins') && mentions('from "logins"', 'logins'));
  assert.ok(!mentions('FROM my_logins, logins2', 'logins'));
  fc.assert(
    fc.property(fc.string(), (sql) => {
      const bare = bareSql(sql);
      let at = 0;
      for (const c of bare.replaceAll(' ', '')) {
        at = sql.indexOf(c, at);
        assert.ok(at >= 0);
        at++;
      }
    }),
  );
});

const VIEW = `/*--- yaml
id: seen
title: S
columns: { host: VARCHAR, n: BIGINT }
---*/
-- section a-log, b-log: X, Y
SELECT X AS host, 1 AS n, _time AS time, _evidence, _offset, _flags FROM source
-- section c-log
SELECT 2 AS n, _time AS time, _evidence, _offset, _flags FROM source`;
const stream = (...columns: string[]) => ({ table: '"t"', columns: new Set(columns), rows: 1 });

test('a view takes the sections whose stream is there; absent columns are NULL', () => {
  const view = parseView(file(VIEW));
  const lake = new Map([
    ['b-log', stream('x')],
    ['other', stream()],
  ]);
  const sql = viewRows(view, lake);
  assert.match(sql, /"X", CAST\(NULL AS VARCHAR\) AS "Y"/);
  assert.match(sql, /'b-log' AS stream/);
  assert.doesNotMatch(sql, /a-log|c-log|SELECT 2/);
  assert.deepEqual(viewStreams(view, new Map([['seen', view]]), lake), ['b-log']);
  assert.throws(() => parseView(file(VIEW.replace('host: VARCHAR', 'time: TIMESTAMP'))), code('BAD_VIEW'));
  assert.throws(() => parseView(file(VIEW.slice(0, VIEW.indexOf('-- section')))), code('BAD_VIEW'));
  assert.throws(() => parseView(file(VIEW.replace('-- section c-log', '-- section C log!'))), code('BAD_VIEW'));
  assert.throws(
    () => parseView(file(VIEW.replace('-- section a-log', 'SELECT 1\n-- section a-log'))),
    code('BAD_VIEW'),
  );
});

test('views derived from each other come in order; a circle is refused', () => {
  const derived = (id: string, reads: string) =>
    parseView(file(`/*--- yaml\nid: ${id}\ntitle: t\ncolumns: { a: VARCHAR }\nreads: [${reads}]\n---*/\nSELECT 1`));
  const views = new Map(
    [parseView(file(VIEW)), derived('one', 'seen'), derived('two', 'one, seen')].map((v) => [v.id, v]),
  );
  assert.deepEqual(
    viewsFor('SELECT * FROM two', views).map((v) => v.id),
    ['seen', 'one', 'two'],
  );
  const circle = new Map([derived('one', 'two'), derived('two', 'one')].map((v) => [v.id, v]));
  assert.throws(() => viewsFor('FROM one', circle), code('BAD_VIEW'));
});

const ROW = {
  score: 0.61239,
  why: 'because',
  host: 'WS1.mea.example',
  account: null,
  address: '[198.51.100.9]:443',
  first: '2024-01-01T00:00:00.123456Z',
  last: '2024-01-02T00:00:00Z',
  count: '3',
  events: ['e@1', null, 'e@2'],
  entities: ['account:MEA\\J.Doe', 'domain:a.example.', 'nonsense:x', null, 'host:-'],
  facts: { n: 1, list: ['a', null], deep: { a: 1 } },
};

test('a row becomes a Finding as the schema asks; a row that is none is refused by code', () => {
  const b = made(HEAD);
  const f = Finding.parse(behaviourFinding(b, ROW));
  assert.equal(f.score, 0.612);
  assert.equal(f.rule.level, 'medium', 'doubt lowers the level');
  assert.equal(f.time, '2024-01-01T00:00:00.123456Z');
  assert.deepEqual(f.events, ['e@1', 'e@2']);
  assert.deepEqual(f.entities, ['account:j.doe', 'address:198.51.100.9', 'domain:a.example', 'host:ws1']);
  assert.deepEqual(f.acted, ['host:ws1']);
  assert.deepEqual(f.matched.at(-1), { field: 'deep', value: '{"a":1}' });
  assert.notEqual(behaviourFinding(b, { ...ROW, account: 'x' }).id, f.id);
  assert.equal(behaviourFinding(b, { ...ROW }).id, f.id);
  for (const bad of [
    { score: 1.2 },
    { score: null },
    { why: '' },
    { count: 0 },
    { events: [] },
    { events: null },
    { level: 'worst' },
  ])
    assert.throws(() => behaviourFinding(b, { ...ROW, ...bad }), code('BAD_ROW'), JSON.stringify(bad));
});

test('what lies before a finding stands beside it; what does not lie before it is none', () => {
  const b = made(HEAD);
  const earlier = {
    time: '2023-11-01 10:00:00.5',
    event: 'e@9',
    stream: 's',
    account: 'j.doe',
    address: null,
    why: 'w',
  };
  const of = (said: unknown) => Finding.parse(behaviourFinding(b, { ...ROW, earlier: said })).earlier;
  assert.deepEqual(of(earlier), { ...earlier, time: '2023-11-01T10:00:00.500Z', address: '' });
  assert.equal(of({ ...earlier, time: '2024-01-01 00:00:00.123456' }), undefined);
  assert.equal(of({ ...earlier, time: 'soon' }), undefined);
  assert.equal(of(null), undefined);
  assert.throws(() => of({ ...earlier, why: '' }), code('BAD_ROW'));
  assert.equal(
    behaviourFinding(b, { ...ROW, earlier }).id,
    behaviourFinding(b, ROW).id,
    'the same finding all the same',
  );
});

test('example cases: rows written out, the same every time', () => {
  const rows = caseRows('v', [
    { time: '2024-01-01T00:00:00Z', host: 'ws{n%2}', tag: '{n/2}-{n+1}', repeat: 4, every: '1h', jitter: '5m' },
  ]);
  assert.deepEqual(
    rows.map((r) => [r.host, r.tag]),
    [
      ['ws0', '0-1'],
      ['ws1', '0-2'],
      ['ws0', '1-3'],
      ['ws1', '1-4'],
    ],
  );
  for (const [n, row] of rows.entries())
    assert.ok(Math.abs(Date.parse(String(row.time)) - Date.UTC(2024, 0, 1, n)) <= 300_000);
  assert.deepEqual(
    rows,
    caseRows('v', [
      { time: '2024-01-01T00:00:00Z', host: 'ws{n%2}', tag: '{n/2}-{n+1}', repeat: 4, every: '1h', jitter: '5m' },
    ]),
  );
  assert.throws(() => caseRows('v', [{ repeat: 1_000_000 }]), code('TOO_LARGE'));
  assert.throws(() => caseRows('v', [{ every: 'often' }]), code('BAD_CASES'));
  assert.throws(() => parseCases(file('behaviour: y\ncases: [{ name: a, expect: [] }]'), 'x'), code('BAD_CASES'));
  assert.throws(() => parseCases(file('cases: {'), 'x'), code('BAD_CASES'));
});

test('what is missing and what is too much is said', () => {
  const f = behaviourFinding(made(HEAD), ROW);
  assert.deepEqual(caseFailures([{ host: 'WS1.mea.example', why: 'because', entities: ['account:j.doe'] }], [f]), []);
  assert.match(caseFailures([], [f])[0]!, /^found besides/);
  assert.match(caseFailures([{ host: 'other' }], [f])[0]!, /^not found/);
  assert.equal(caseFailures([{ min_score: 0.9 }], [f]).length, 2);
});
