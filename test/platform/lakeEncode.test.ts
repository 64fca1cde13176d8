/** Rows in = rows out, read back by three readers that share no code: ours, hyparquet and DuckDB. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { FIXED_NAMES } from '../../src/platform/lake/encode/names.ts';
import { type LakeRow, openLake, readRows } from '../../src/platform/lake/index.ts';
import { EVIDENCE, type Expected, encode, expected, folded, type Given, hostile, plain } from './lakeEvents.ts';

const RUNS = Number(process.env.CZERNIN_FUZZ ?? 25);
const root = mkdtempSync(join(tmpdir(), 'lake-encode-'));
after(() => rmSync(root, { recursive: true, force: true }));
const duck = DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());

const compressors = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes) };
const fileOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const isOwn = (name: string): boolean => FIXED_NAMES.some((fixed) => fixed === name);

/** A row as a foreign reader gives it → what the twin expects. Micros are bigint or text. */
function foreign(row: Record<string, unknown>, time: string): Expected {
  const own = Object.entries(row).filter(([name, value]) => !isOwn(name) && value !== null) as [string, string][];
  const more = row._more === null ? [] : Object.entries(JSON.parse(String(row._more)) as Record<string, string>);
  const large = row._record === null;
  const record = large ? (more.find(([name]) => name === '_record')?.[1] ?? '') : String(row._record);
  const fields = folded([...own, ...more.filter(([name]) => !large || name !== '_record')]);
  return { offset: Number(row._offset), record, time, fields };
}

/** hyparquet and the JavaScript door of DuckDB drop a byte order mark at the start of a text (TextDecoder does). */
function withoutMark(row: Expected): Expected {
  const strip = (text: string): string => text.replace(/^\ufeff/, '');
  return {
    ...row,
    fields: folded([...row.fields].flatMap(([name, texts]) => texts.map((t) => [strip(name), strip(t)] as const))),
  };
}

let files = 0;
const byOffset = (a: Expected, b: Expected): number => a.offset - b.offset;

async function byHyparquet(bytes: Uint8Array): Promise<Expected[]> {
  const rows = await parquetReadObjects({
    file: fileOf(bytes),
    compressors,
    parsers: { timestampFromMicroseconds: (v: bigint) => v } as never,
  });
  return rows.map((row) => foreign(row, row._time === null ? '' : `${row._time}+${row._ns}`));
}

async function byDuck(bytes: Uint8Array): Promise<Expected[]> {
  const path = join(root, `${++files}.parquet`); // DuckDB remembers files by name
  writeFileSync(path, bytes);
  const sql = `SELECT * REPLACE (epoch_us(_time) AS _time) FROM read_parquet('${path}', hive_partitioning = false)`;
  const rows = await (await (await duck).runAndReadAll(sql)).getRowObjectsJson();
  return rows.map((row) => foreign(row, row._time === null ? '' : `${row._time}+${row._ns}`));
}

/** The twin's time in the notation of the foreign readers: microseconds, and nanoseconds below. */
function inMicros(given: Given): string {
  if (!(Math.abs(given.ms) <= 8.64e15)) return '';
  return `${BigInt(given.ms) * 1000n + BigInt(Math.floor(given.ns / 1000))}+${given.ns % 1000}`;
}

test('hostile events come back the same through DuckDB, hyparquet and our own reader', async () => {
  let n = 0;
  const check = fc.asyncProperty(hostile, fc.constantFrom(2, 512), async (given, columns) => {
    const parts = encode(EVIDENCE[0]!, given, { columns });
    const want = given.map((g) => ({ ...expected(g), time: inMicros(g) })).sort(byOffset);
    const hy = (await Promise.all(parts.map((part) => byHyparquet(part.bytes)))).flat().sort(byOffset);
    assert.deepEqual(hy.map(withoutMark), want.map(withoutMark));
    const du: Expected[] = [];
    for (const part of parts) du.push(...(await byDuck(part.bytes)));
    assert.deepEqual(du.sort(byOffset).map(withoutMark), want.map(withoutMark));

    const dir = join(root, `own-${n++}`);
    const lake = await openLake(dir, { columns });
    for (const part of parts) await lake.put(part);
    await lake.seal();
    const own: LakeRow[] = [];
    for await (const row of readRows(dir)) own.push(row);
    const ours = own.map(({ offset, record, time, fields }) => ({ offset, record, time, fields: folded(fields) }));
    assert.deepEqual(ours.sort(byOffset), given.map(expected).sort(byOffset));
    rmSync(dir, { recursive: true, force: true });
  });
  await fc.assert(check, { numRuns: RUNS, endOnFailure: true });
});

test('the same events give the same bytes', () => {
  const given = plain('zeek-conn', 0, 3_000);
  assert.deepEqual(encode(EVIDENCE[0]!, given), encode(EVIDENCE[0]!, given));
});

test('attributes of the source and people, undated and far days, offsets beyond 2^32', async () => {
  const [one] = plain('windows-security', 7, 1, [
    ['user', '-'],
    ['ip', 10],
  ]);
  assert.ok(one);
  const given: Given[] = [
    { ...one, offset: 2 ** 52 + 1 },
    { ...one, offset: 2 ** 52 + 2, ms: Number.NaN },
    { ...one, offset: 2 ** 52 + 3, ms: Date.UTC(1601, 0, 2) },
  ];
  const parts = encode(EVIDENCE[1]!, given);
  assert.deepEqual(
    parts.map((part) => part.day),
    ['2022-04-04', 'mixed', 'undated'],
  );
  const dir = join(root, 'attributes');
  const lake = await openLake(dir);
  for (const part of parts) await lake.put(part);
  const rows: LakeRow[] = [];
  for await (const row of readRows(dir)) rows.push(row);
  assert.deepEqual(
    rows.map((row) => [row.offset - 2 ** 52, row.time]),
    [
      [1, '2022-04-04T00:07:00.0001234Z'],
      [3, '1601-01-02T00:00:00.0001234Z'],
      [2, ''],
    ],
  );
  assert.deepEqual(
    { ...rows[0], fields: rows[0]?.fields.get('CommandLine') },
    {
      stream: 'windows-security',
      evidence: EVIDENCE[1],
      offset: 2 ** 52 + 1,
      record: '7',
      time: '2022-04-04T00:07:00.0001234Z',
      flags: 0,
      host: 'HOST-1',
      user: '',
      address: '10',
      product: 'windows',
      channel: 'Security',
      eventId: 4688,
      fields: 'run 7',
    },
  );
});

test('two thousand fields: the commonest are columns, the rest is in _more, nothing is lost', async () => {
  const many: Given['fields'] = Array.from({ length: 2_000 }, (_, i) => [`aa${i}`, `v${i}`]);
  const given = [...plain('linux-sshd', 0, 1, many), ...plain('linux-sshd', 1, 20, [['zz', 'common']])];
  const [part, ...rest] = encode(EVIDENCE[0]!, given);
  assert.ok(part && rest.length === 0);
  const columns = parquetMetadata(fileOf(part.bytes)).schema.map((column) => column.name);
  assert.equal(columns.length, 1 + FIXED_NAMES.length + 512);
  assert.ok(columns.includes('zz') && columns.includes('Image'));
  assert.deepEqual((await byHyparquet(part.bytes))[0]?.fields, expected(given[0]!).fields);
});

test('a field of a megabyte', async () => {
  const given = plain('web-iis', 0, 3, [['body', 'é'.repeat(1 << 20)]]);
  const [part] = encode(EVIDENCE[0]!, given);
  const rows = await byDuck(part!.bytes);
  assert.equal(rows[2]?.fields.get('body')?.[0]?.length, 1 << 20);
});

test('a small buffer hands out more parts, numbered without gaps, and loses nothing', () => {
  const given = plain('windows-sysmon', 0, 5_000);
  const parts = encode(EVIDENCE[0]!, given, { bufferBytes: 100_000, partRows: 700 });
  assert.ok(parts.length > 8, `${parts.length} parts`);
  assert.equal(
    parts.reduce((sum, part) => sum + part.rows, 0),
    5_000,
  );
  for (const day of new Set(parts.map((part) => part.day))) {
    const names = parts.filter((part) => part.day === day).map((part) => part.name);
    assert.deepEqual(
      names,
      names.map((_, i) => `part-${EVIDENCE[0]}-${String(i).padStart(6, '0')}`),
    );
  }
});

test('more days than partitions allowed: the rest of each stream is mixed', () => {
  const given = plain('zeek-dns', 0, 20).map((g, i) => ({ ...g, ms: g.ms + i * 86_400_000 }));
  const days = encode(EVIDENCE[0]!, given, { partitions: 5, sparseDays: 31 }).map((part) => [part.day, part.rows]);
  assert.equal(days.length, 6);
  assert.deepEqual(days.at(-1), ['mixed', 15]);
});

test('a source that speaks little on many days puts its further days into months; a dense one never does', () => {
  const daily = (perDay: number) =>
    Array.from({ length: 90 }, (_, day) =>
      plain('zeek-dns', 0, perDay).map((g) => ({ ...g, ms: g.ms + day * 86_400_000 })),
    ).flat();
  const sparse = encode(EVIDENCE[0]!, daily(2), { sparseDays: 31, sparseRows: 4 });
  const names = sparse.map((part) => part.day);
  assert.equal(names.filter((day) => day.length === 10).length, 31);
  assert.deepEqual(
    names.filter((day) => day.length === 7),
    ['2022-05', '2022-06', '2022-07'],
  );
  assert.equal(
    sparse.reduce((n, part) => n + part.rows, 0),
    180,
  );
  const dense = encode(EVIDENCE[0]!, daily(4), { sparseDays: 31, sparseRows: 4 });
  assert.ok(dense.every((part) => part.day.length === 10));
});

test('record numbers that end long before the rows do: the rest keep their texts', async () => {
  const given = plain('m365-audit', 0, 100).map((g, i) => (i < 5 ? g : { ...g, record: `f12c6c27-${i}` }));
  const parts = encode(EVIDENCE[0]!, given);
  const dir = join(root, 'records');
  const lake = await openLake(dir);
  for (const part of parts) await lake.put(part);
  await lake.seal();
  const rows: LakeRow[] = [];
  for await (const row of readRows(dir)) rows.push(row);
  assert.deepEqual(
    rows.map((row) => row.record),
    given.map((g) => String(g.record)),
  );
  const duck = (await Promise.all(parts.map((part) => byDuck(part.bytes)))).flat();
  assert.deepEqual(
    duck.sort(byOffset).map((row) => row.record),
    given.map((g) => String(g.record)),
  );
});
