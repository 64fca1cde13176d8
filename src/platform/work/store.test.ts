import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { FindingRow, ReadResult, Received } from '../../app/effects/index.ts';
import { openWorkStore } from './store.ts';

const dir = mkdtempSync(join(tmpdir(), 'czernin-work-'));
after(() => rmSync(dir, { recursive: true }));
let n = 0;
const fresh = () => join(dir, `${n++}.sqlite`);

const item = (digest: string, name = digest): Received => ({
  digest,
  size: 1,
  origin: { path: `/in/${name}`, received: { by: 'tester@desk', at: '2026-01-01T00:00:00.000Z' } },
  path: `/in/${name}`,
  stored: 'reference',
});
const finding = (rule: string, ms: number | null, offset = 0): FindingRow => ({
  rule,
  ms,
  ns: 0,
  stream: 's',
  host: 'h',
  user: 'u',
  address: '',
  offset,
  record: '1',
  matched: '[]',
  why: '',
  entities: '[]',
  acted: '[]',
  flags: 0,
});
const result = (cover: ReadResult['cover'] = []): ReadResult => ({
  key: 'k',
  status: 'read',
  format: 'f',
  events: 1,
  undated: 0,
  recovered: 0,
  zoneAssumed: 0,
  yearAssumed: 0,
  partial: 0,
  lowerBound: 0,
  firstMs: null,
  lastMs: null,
  faults: {},
  faultSamples: [],
  holes: [],
  moreHoles: 0,
  range: null,
  kinds: [],
  cover,
});

test('the same content twice is one evidence with two origins', () => {
  const store = openWorkStore(fresh());
  assert.equal(store.receive(item('aa', 'one')).isNew, true);
  assert.equal(store.receive(item('aa', 'two')).isNew, false);
  assert.equal(store.receive(item('aa', 'two')).isNew, false);
  assert.deepEqual(
    store.find('aa')?.origins.map((o) => o.path),
    ['/in/one', '/in/two'],
  );
  assert.equal(store.find('aa')?.path, '/in/two');
  store.close();
});

test('rows count only once their evidence is finished, and beginning again forgets them', () => {
  const path = fresh();
  let store = openWorkStore(path);
  const { id } = store.receive(item('aa'));
  store.begin(id);
  store.addFindings(id, [finding('r', 1)]);
  assert.deepEqual([...store.findings()], []);
  store.close(); // as a killed process would leave it

  store = openWorkStore(path);
  store.begin(id);
  store.addFindings(id, [finding('r', 2)]);
  store.finish(id, result());
  assert.deepEqual(
    [...store.findings()].map((f) => f.ms),
    [2],
  );
  store.close();
});

test('findings come in time order, undated last, ties by rule, evidence and offset', () => {
  const store = openWorkStore(fresh());
  for (const digest of ['bb', 'aa']) {
    const { id } = store.receive(item(digest));
    store.begin(id);
    store.addFindings(id, [
      finding('r2', 5),
      finding('r1', null),
      finding('r1', 5, 9),
      finding('r1', 5, 3),
      finding('r1', 4),
    ]);
    store.finish(id, result());
  }
  assert.deepEqual(
    [...store.findings()].map((f) => `${f.ms} ${f.rule} ${f.digest} ${f.offset}`),
    [
      '4 r1 aa 0',
      '4 r1 bb 0',
      '5 r1 aa 3',
      '5 r1 aa 9',
      '5 r1 bb 3',
      '5 r1 bb 9',
      '5 r2 aa 0',
      '5 r2 bb 0',
      'null r1 aa 0',
      'null r1 bb 0',
    ],
  );
  store.close();
});

test('coverage adds up over evidence', () => {
  const store = openWorkStore(fresh());
  for (const digest of ['aa', 'bb']) {
    const { id } = store.receive(item(digest));
    store.begin(id);
    store.finish(
      id,
      result([
        { stream: 's', host: 'h', day: 3, events: 2, firstMs: digest === 'aa' ? 10 : 5, lastMs: 20 },
        { stream: 's', host: 'h', day: null, events: 1, firstMs: null, lastMs: null },
      ]),
    );
  }
  assert.deepEqual(
    [...store.coverage()].map((c) => ({ ...c })),
    [
      { stream: 's', host: 'h', day: 3, events: 4, firstMs: 5, lastMs: 20 },
      { stream: 's', host: 'h', day: null, events: 2, firstMs: null, lastMs: null },
    ],
  );
  store.close();
});

test('a second opener is told that the case is in use', () => {
  const path = fresh();
  const store = openWorkStore(path);
  assert.throws(
    () => openWorkStore(path),
    (e: Error & { code?: string }) => e.code === 'CASE_IN_USE',
  );
  store.close();
  openWorkStore(path).close();
});

test('evidence read another way is forgotten, not mixed', () => {
  const store = openWorkStore(fresh());
  assert.equal(store.bind('one', { zone: 1 }), false);
  const { id } = store.receive(item('aa'));
  store.begin(id);
  store.addFindings(id, [finding('r', 1)]);
  store.finish(id, result());
  assert.equal(store.bind('one', { zone: 1 }), false);
  assert.equal([...store.findings()].length, 1);
  assert.equal(store.bind('two', { zone: 2 }), true);
  assert.deepEqual(store.readingOptions(), { zone: 2 });
  assert.equal(store.find('aa')?.result, null);
  assert.equal([...store.findings()].length, 0);
  store.close();
});
