import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { cutShort, longValues } from './long.ts';
import { nameLiteral } from './query.ts';

/** A table of `rows` events whose columns are SQL over `i`, and what is to be cut of it. */
async function cutsOf(rows: number, columns: Record<string, string>) {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const list = Object.entries(columns).map(([name, sql]) => `(${sql})::VARCHAR AS ${nameLiteral(name)}`);
  await connection.run(
    `CREATE TABLE t AS SELECT 'e' AS _evidence, i AS _offset, ${list.join(', ')} FROM range(${rows}) r(i)`,
  );
  const cuts = await longValues(connection, 't', Object.keys(columns));
  const lengths = async (column: string): Promise<number[]> => {
    const rows = await connection.runAndReadAll(
      `SELECT length(${nameLiteral(column)})::INTEGER FROM (${cutShort('t', cuts)}) ORDER BY _offset`,
    );
    return rows.getRowsJson().map(([n]) => Number(n));
  };
  return { cuts, lengths };
}

test('ordinary values, and few long ones, are seen whole', async () => {
  const { cuts } = await cutsOf(5_000, {
    ordinary: `repeat('x', 200)`,
    few: `CASE WHEN i < 10 THEN repeat('y', 1000000) ELSE 'short' END`,
    empty: 'NULL',
    _host: `repeat('h', 255)`,
  });
  assert.deepEqual(cuts, []);
});

test('no two thousand rows in a row come to more than 16 MB, and the longest length that fits is taken', async () => {
  const { cuts, lengths } = await cutsOf(300, {
    'a "name"': `repeat('x', CASE WHEN i % 2 = 0 THEN 300000 ELSE 12 END)`,
  });
  // 150 of 131,072 are 19.7 MB, of 65,536 9.8 MB
  assert.deepEqual(cuts, [{ column: 'a "name"', length: 65_536, values: 150 }]);
  const seen = await lengths('a "name"');
  assert.deepEqual([...new Set(seen)], [65_536, 12]);
});

test('what counts are 2,048 long values in the order of events, whatever short ones stand between', async () => {
  // 4,096 of 9,000 bytes are 37 MB, but any 2,048 of them 18 MB: cut; of 8,100 bytes they are short
  const { cuts } = await cutsOf(4_096, { long: `repeat('x', 9000)`, short: `repeat('x', 8100)` });
  assert.deepEqual(cuts, [{ column: 'long', length: 8_192, values: 4_096 }]);
  const apart = await cutsOf(6_000, { long: `repeat('x', CASE WHEN i < 1000 OR i > 4000 THEN 5000 ELSE 8300 END)` });
  assert.deepEqual(apart.cuts, [{ column: 'long', length: 8_192, values: 3_001 }]);
});

test('names are cut to what no name exceeds, by characters, and counted', async () => {
  const { cuts, lengths } = await cutsOf(20, { _host: `repeat('ü', CASE WHEN i < 5 THEN 2000 ELSE 600 END)` });
  assert.deepEqual(cuts, [{ column: '_host', length: 1_024, values: 5 }]); // 600 ü are 1,200 bytes, but whole
  assert.deepEqual((await lengths('_host')).sort(), [...Array(5).fill(1_024), ...Array(15).fill(600)].sort());
});
