/** Every behaviour of the project does in its example cases what they say, and says what it is as the contract asks. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { behaviourSet, testBehaviour } from '../../src/app/behaviours/index.ts';
import { asksFor } from '../../src/hunt/behaviours/index.ts';
import { openBehaviourLake } from '../../src/platform/lake/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';

const CONTENT = join(import.meta.dirname, '../../content/behaviours');
const files = readPack(CONTENT, /\.sql$/);
const set = behaviourSet({ files });
const open = () => openBehaviourLake(null, new Map(), { spill: null, memoryMegabytes: 512, threads: 1 });

test('every file is taken', () => {
  assert.deepEqual(set.refusals, []);
  assert.ok(set.behaviours.length >= 24);
});

for (const { behaviour } of set.behaviours) {
  test(`${behaviour.id}: example cases`, async () => {
    const file = files.find((f) => f.path === `${behaviour.id}.sql`)!;
    const path = join(CONTENT, `${behaviour.id}.cases.yaml`);
    assert.ok(existsSync(path), 'a behaviour has example cases');
    const results = await testBehaviour(file, readPack(path)[0]!, set.views, open);
    assert.deepEqual(
      results.flatMap((r) => r.failures.map((failure) => `${r.name}: ${failure}`)),
      [],
    );
    assert.ok(
      results.some((r) => r.findings.length > 0),
      'one case is found',
    );
    assert.ok(
      results.some((r) => r.findings.length === 0),
      'one look-alike is let be',
    );
  });

  test(`${behaviour.id}: says of every source what is lost without it`, () => {
    const views = [...behaviour.sources, ...behaviour.needs];
    assert.deepEqual(
      views.filter((view) => !set.views.has(view) && view !== 'gaps' && view !== 'coverage'),
      [],
    );
    assert.ok(Object.keys(behaviour.blind).length > 0);
    assert.deepEqual(
      Object.keys(behaviour.blind).filter((view) => !set.views.has(view) && view !== 'gaps'),
      [],
    );
  });
}

test('which tables a behaviour reads is told as the engine tells it', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const tables = ['events', 'coverage', 'gaps', 'settings', 'address_networks'];
  let read = 0;
  for (const { behaviour } of set.behaviours) {
    const sql = behaviour.sql.replace(/\$\w+/g, '1');
    const named = new Set(connection.getTableNames(sql, false));
    for (const table of tables) {
      // The engine passes over some subqueries; there the words themselves must say it.
      const own = named.has(table) || new RegExp(`(from|join)\\s+${table}\\b`, 'i').test(sql);
      assert.equal(asksFor(behaviour.sql, table, new Map()), own, `${behaviour.id}: ${table}`);
      if (own) read++;
    }
  }
  assert.ok(read >= 5);
});
