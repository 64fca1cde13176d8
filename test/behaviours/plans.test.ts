/**
 * Behaviours run over a hundred million events, so none may hold each row of one table against each of another. DuckDB
 * hashes an inner join by whatever equalities its condition has; an outer, semi or anti join only when the condition is
 * nothing but comparisons of one side with the other, else it goes row by row. Held to by the engine's own plans.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { behaviourSet } from '../../src/app/behaviours/index.ts';
import { COMMON_COLUMNS, MACROS } from '../../src/hunt/behaviours/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';

const set = behaviourSet({ files: readPack(join(import.meta.dirname, '../../content/behaviours'), /\.sql$/) });
let connection: DuckDBConnection;

const VALUES: Readonly<Record<string, string>> = {
  VARCHAR: `'v' || (i % 97)`,
  'VARCHAR[]': `['v' || (i % 97)]`,
  TIMESTAMP: `TIMESTAMP '2024-01-01' + to_minutes(i::INTEGER)`,
  DATE: `DATE '2024-01-01' + (i % 300)::INTEGER`,
  BOOLEAN: 'i % 3 = 0',
};

/** Enough rows that the planner takes it for a table and not for a single value. */
async function table(name: string, columns: Readonly<Record<string, string>>): Promise<void> {
  const cells = Object.entries(columns).map(
    ([column, type]) => `CAST(${VALUES[type] ?? 'i % 97'} AS ${type}) AS ${column}`,
  );
  await connection.run(`CREATE TABLE ${name} AS SELECT ${cells.join(', ')} FROM range(5000) r(i)`);
}

before(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const macro of MACROS) await connection.run(macro);
  for (const view of set.views.values()) await table(view.id, { ...view.columns, ...COMMON_COLUMNS });
  const [text, time, count] = ['VARCHAR', 'TIMESTAMP', 'BIGINT'];
  await table('events', {
    ...{
      stream: text,
      time,
      host: text,
      account: text,
      address: text,
      _event_id: 'INTEGER',
      flags: 'INTEGER',
      event: text,
    },
  });
  await table('coverage', { stream: text, host: text, day: 'DATE', events: count, first: time, last: time });
  await table('gaps', {
    kind: text,
    stream: text,
    host: text,
    since: time,
    until: time,
    missing: count,
    sentence: text,
  });
  await table('settings', { name: text, value: text });
  await table('address_networks', {
    ...{ address: text, asn: count, name: text, country: text, kind: text, prefix: text, range: text },
  });
});

interface Node {
  readonly name: string;
  readonly extra_info: Readonly<Record<string, unknown>>;
  readonly children: readonly Node[];
}

/** Joins that are not inner ones and hold every row against every other. */
async function rowByRow(sql: string): Promise<string[]> {
  const rows = await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${sql}`);
  const todo = JSON.parse(String(rows.getRows()[0]!.at(-1))) as Node[];
  const found: string[] = [];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    todo.push(...node.children);
    if (/BLOCKWISE_NL_JOIN/.test(node.name) && node.extra_info['Join Type'] !== 'INNER')
      found.push(JSON.stringify(node.extra_info));
  }
  return found;
}

test('such a join is seen when there is one', async () => {
  const sql = `SELECT count(*) FROM visits v ANTI JOIN logins g ON g.account = v.account AND abs(v.flags - g.flags) <= 1`;
  assert.equal((await rowByRow(sql)).length, 1);
});

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'string'
      ? `'${value.replaceAll("'", "''")}'`
      : String(value);

for (const { behaviour, values } of set.behaviours) {
  test(`${behaviour.id}: no outer, semi or anti join goes row by row`, async () => {
    const sql = behaviour.sql.replace(/\$([a-z_][a-z0-9_]*)/g, (name, key: string) =>
      key in values ? literal(values[key]) : name,
    );
    assert.deepEqual(await rowByRow(sql), []);
  });
}

for (const view of set.views.values()) {
  if (view.sql === '') continue;
  test(`view ${view.id}: no outer, semi or anti join goes row by row`, async () => {
    assert.deepEqual(await rowByRow(view.sql), []);
  });
}
