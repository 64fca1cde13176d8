/** Questions in SQL: what they see, what they may not do, and how answers are shown. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type AnswerFormat,
  type Cell,
  LakeError,
  type LakeErrorCode,
  openLake,
  type QueryOptions,
  query,
  showAnswer,
} from '../../src/platform/lake/index.ts';
import { EVIDENCE, encode, type Given, plain } from './lakeEvents.ts';

const root = mkdtempSync(join(tmpdir(), "lake-qu'ery-"));
const dir = join(root, 'lake');
const sealed = join(dir, 'stream=windows-security/day=2022-04-04/events.parquet');
after(() => rmSync(root, { recursive: true, force: true }));

const coded = (code: LakeErrorCode) => (error: unknown) => error instanceof LakeError && error.code === code;

before(async () => {
  const lake = await openLake(dir);
  const far: Given['fields'] = [
    ['User', 'ÄNNE'],
    ['day', 'Monday'],
  ];
  const days = plain('windows-security', 0, 30, far).map((g, i) => ({ ...g, ms: g.ms + (i % 3) * 86_400_000 }));
  const parts = [
    ...encode(EVIDENCE[0]!, days),
    ...encode(
      EVIDENCE[1]!,
      plain('zeek-conn', 5, 4, [
        ['id.orig_h', '10.0.0.1'],
        ['note', 'a,"b"\n\u001b[31m'],
      ]),
    ),
    ...encode(
      EVIDENCE[2]!,
      plain('zeek-conn', 0, 1).map((g) => ({ ...g, ms: Number.NaN })),
    ),
  ];
  for (const part of parts) await lake.put(part);
  await lake.seal();
  for (const part of encode(EVIDENCE[3]!, plain('zeek-conn', 90, 2, [['Extra', 'loose']]))) await lake.put(part);
});

async function ask(sql: string, options: QueryOptions = {}): Promise<Cell[][]> {
  const out: Cell[][] = [];
  for await (const rows of (await query(dir, sql, options)).rows) out.push(...rows);
  return out;
}

async function shown(sql: string, format: AnswerFormat, options: QueryOptions = {}): Promise<string> {
  let out = '';
  for await (const text of showAnswer(await query(dir, sql, options), format)) out += text;
  return out;
}

test('one view a stream with all its columns, by any case; events over all; streams tells what there is', async () => {
  assert.deepEqual(await ask('SELECT count(*), count(extra), min("id.orig_h") FROM zeek_conn'), [[7, 2, '10.0.0.1']]);
  assert.deepEqual(
    await ask(`SELECT day, count(*) FROM windows_security WHERE commandline LIKE 'run %' GROUP BY day ORDER BY day`),
    [
      ['2022-04-04', 10],
      ['2022-04-05', 10],
      ['2022-04-06', 10],
    ],
  );
  assert.deepEqual(await ask('SELECT stream, count(*), count(_time) FROM events GROUP BY stream ORDER BY stream'), [
    ['windows-security', 30, 30],
    ['zeek-conn', 7, 6],
  ]);
  assert.deepEqual(await ask(`SELECT DISTINCT _more->>'day' FROM windows_security`), [['Monday']]);
  assert.deepEqual(await ask('SELECT * FROM streams ORDER BY stream'), [
    ['windows-security', 'windows_security', 3, '2022-04', '2022-04-05'],
    ['zeek-conn', 'zeek_conn', 2, '2022-04-04', '2022-04-04'],
  ]);
});

test('times are UTC with Z, large integers are text, small ones numbers', async () => {
  const [row] = await ask(
    'SELECT _time, _ns, _offset, 9007199254740993::BIGINT, NULL, [1] FROM windows_security ORDER BY _offset LIMIT 1',
  );
  assert.deepEqual(row, ['2022-04-04T00:00:00.000123Z', 400, 0, '9007199254740993', null, [1]]);
  const [zone] = await ask(`SELECT (_time AT TIME ZONE 'UTC') FROM windows_security ORDER BY _offset LIMIT 1`);
  assert.deepEqual(zone, ['2022-04-04T00:00:00.000123Z']);
});

test('the lake is read only and closed in: nothing else can be read, written, loaded or set', async () => {
  const secret = join(root, 'secret.csv');
  writeFileSync(secret, 'a\n1\n');
  const kept = readFileSync(sealed);
  const path = sealed.replaceAll("'", "''");
  const refusals: [string, LakeErrorCode][] = [
    [`COPY (SELECT 1) TO '${path}' (USE_TMP_FILE false)`, 'NOT_A_QUESTION'],
    [`EXPLAIN ANALYZE COPY (SELECT 1) TO '${path}' (USE_TMP_FILE false)`, 'NOT_A_QUESTION'],
    ["SET memory_limit = '64GB'", 'NOT_A_QUESTION'],
    ['INSTALL httpfs', 'NOT_A_QUESTION'],
    ["ATTACH 'x.db'", 'NOT_A_QUESTION'],
    ['CREATE TABLE t AS SELECT 1', 'NOT_A_QUESTION'],
    ['SELECT 1; SELECT 2', 'NOT_A_QUESTION'],
    ['', 'NOT_A_QUESTION'],
    ['-- nothing', 'NOT_A_QUESTION'],
    [`SELECT * FROM read_csv('${secret.replaceAll("'", "''")}')`, 'BAD_SQL'],
    [`SELECT * FROM read_text('/etc/hostname')`, 'BAD_SQL'],
    [`SELECT * FROM glob('/*')`, 'BAD_SQL'],
    [`SELECT * FROM 'https://localhost/x.parquet'`, 'BAD_SQL'],
    ['SELEC 1', 'BAD_SQL'],
    ['SELECT nosuch FROM windows_security', 'BAD_SQL'],
    ['SELECT * FROM windows_nosuch', 'BAD_SQL'],
  ];
  for (const [sql, code] of refusals) await assert.rejects(ask(sql), coded(code), sql);
  assert.deepEqual(readFileSync(sealed), kept);
});

test('memory and time are bounded', async () => {
  await assert.rejects(
    ask('SELECT list(a.range) FROM range(20000000) a GROUP BY a.range', { memoryMegabytes: 32 }),
    coded('TOO_LARGE'),
  );
  await assert.rejects(
    ask('SELECT sum(a.range * b.range % 7) FROM range(1000000) a, range(1000000) b', { seconds: 0.3 }),
    coded('TOO_LARGE'),
  );
});

test('no lake, an empty one and a damaged one are told apart', async () => {
  await assert.rejects(query(join(root, 'none'), 'SELECT 1'), coded('NO_LAKE'));
  mkdirSync(join(root, 'empty'));
  await assert.rejects(query(join(root, 'empty'), 'SELECT 1'), coded('NO_LAKE'));
  const whole = readFileSync(sealed);
  truncateSync(sealed, whole.length >> 1);
  await assert.rejects(ask('SELECT count(*) FROM windows_security'), coded('DAMAGED'));
  writeFileSync(sealed, whole);
});

test('answers as JSON lines, CSV and a table; the number of rows is bounded and says so', async () => {
  const sql = 'SELECT _offset AS n, note, note FROM zeek_conn WHERE note IS NOT NULL ORDER BY n';
  assert.equal(
    (await shown(sql, 'jsonl', { maxRows: 1 })).trimEnd(),
    '{"n":5000,"note":"a,\\"b\\"\\n\\u001b[31m","note:2":"a,\\"b\\"\\n\\u001b[31m"}',
  );
  assert.equal(
    await shown(sql, 'csv', { maxRows: 1 }),
    'n,note,note\r\n5000,"a,""b""\n\u001b[31m","a,""b""\n\u001b[31m"\r\n',
  );
  assert.equal(
    await shown('SELECT _offset AS n, note FROM zeek_conn WHERE note IS NOT NULL ORDER BY n', 'table', { maxRows: 2 }),
    [
      'n     note',
      '----  ---------------------',
      '5000  a,"b"\\u000a\\u001b[31m',
      '6000  a,"b"\\u000a\\u001b[31m',
      '(2 rows, there are more)',
      '',
    ].join('\n'),
  );
  assert.equal(await shown('SELECT 1 AS one', 'table'), 'one\n---\n1\n(1 row)\n');
});
