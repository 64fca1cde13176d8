/**
 * Cost of the event lake in CPU time, compared within one run (other work on the machine then counts for little):
 * ours against JSON lines + zstd, hyparquet-writer and DuckDB's appender over the same events; then sealing and asking.
 * `npm run bench:lake -- [events] [days] [evidence files]`
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Event } from '../../src/model/index.ts';
import { createLakeEncoder } from '../../src/platform/lake/encode/index.ts';
import { openLake, query } from '../../src/platform/lake/index.ts';
import { syntheticEvents } from './synthetic.ts';

const [events = 200_000, days = 3, evidences = 50] = process.argv.slice(2).map(Number);
const root = mkdtempSync(join(tmpdir(), 'lake-bench-'));
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Result {
  readonly ms: number;
  readonly bytes: number;
}
const report = (name: string, { ms, bytes }: Result, rows = events): void => {
  const speed = `${Math.round(rows / ms)}k events/s`;
  process.stdout.write(
    `${name.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms ${speed.padStart(16)} ${(bytes / rows).toFixed(1).padStart(8)} bytes/event\n`,
  );
};

/** Milliseconds of CPU this process has used, on all its threads. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The quickest of three, after which the engine is warm, less what making the events costs. */
async function measure(run: () => number | Promise<number>): Promise<Result> {
  let best: Result = { ms: Number.POSITIVE_INFINITY, bytes: 0 };
  for (let i = 0; i < 3; i++) {
    const making = cpu();
    syntheticEvents(events, days, () => {});
    const start = cpu();
    const bytes = await run();
    const ms = cpu() - start - (start - making);
    if (ms < best.ms) best = { ms, bytes };
  }
  return best;
}

function ours(): number {
  let bytes = 0;
  const encoder = createLakeEncoder('a'.repeat(64), (part) => {
    bytes += part.bytes.length;
  });
  syntheticEvents(events, days, (event) => encoder.add(event));
  encoder.finish();
  return bytes;
}

function jsonLines(): number {
  let bytes = 0;
  let lines: string[] = [];
  const flush = (): void => {
    bytes += zstdCompressSync(lines.join('\n'), level).length;
    lines = [];
  };
  syntheticEvents(events, days, (event) => {
    const fields: Record<string, unknown> = { _offset: event.offset, _record: event.record, _time: event.ms };
    event.shape.fields.forEach((name, slot) => {
      fields[name] = event.value(slot);
    });
    if (lines.push(JSON.stringify(fields)) === 20_000) flush();
  });
  flush();
  return bytes;
}

/** Columns of plain arrays, one table a Shape: what one would write without an encoder of one's own. */
function arrays(take: (columns: Map<string, unknown[]>) => void): void {
  const tables = new Map<Event['shape'], Map<string, unknown[]>>();
  syntheticEvents(events, days, (event) => {
    let table = tables.get(event.shape);
    if (table === undefined) {
      table = new Map(['_offset', '_time', ...event.shape.fields].map((name) => [name, []]));
      tables.set(event.shape, table);
    }
    table.get('_offset')!.push(BigInt(event.offset));
    table.get('_time')!.push(BigInt(event.ms));
    event.shape.fields.forEach((name, slot) => {
      const value = event.value(slot);
      table.get(name)!.push(value === undefined || value === null ? null : String(value));
    });
  });
  for (const table of tables.values()) take(table);
}

function hyparquetWriter(): number {
  let bytes = 0;
  const compressors = { ZSTD: (input: Uint8Array): Uint8Array => zstdCompressSync(input, level) };
  arrays((columns) => {
    const columnData = [...columns].map(([name, data]) => ({
      name,
      data,
      type: name === '_offset' || name === '_time' ? ('INT64' as const) : ('STRING' as const),
    }));
    bytes += parquetWriteBuffer({ columnData, codec: 'ZSTD', compressors }).byteLength;
  });
  return bytes;
}

async function duckAppender(): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  let bytes = 0;
  let n = 0;
  const tables: Map<string, unknown[]>[] = [];
  arrays((columns) => tables.push(columns));
  for (const columns of tables) {
    const table = `t${n++}`;
    const names = [...columns.keys()];
    const type = (name: string): string => (name === '_offset' || name === '_time' ? 'BIGINT' : 'VARCHAR');
    await connection.run(`CREATE TABLE ${table} (${names.map((name) => `"${name}" ${type(name)}`).join(', ')})`);
    const appender = await connection.createAppender(table);
    const lists = [...columns.values()];
    for (let row = 0; row < lists[0]!.length; row++) {
      for (const list of lists) {
        const value = list[row];
        if (value === null) appender.appendNull();
        else if (typeof value === 'bigint') appender.appendBigInt(value);
        else appender.appendVarchar(String(value));
      }
      appender.endRow();
    }
    appender.closeSync();
    const path = join(root, `${table}.parquet`);
    await connection.run(`COPY ${table} TO '${path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`);
    bytes += statSync(path).size;
  }
  connection.closeSync();
  instance.closeSync();
  return bytes;
}

process.stdout.write(`${events} events over ${days} days, two streams, three shapes of 14 to 22 fields\n`);
report('ours', await measure(ours));
report('JSON lines + zstd', await measure(jsonLines));
report('hyparquet-writer', await measure(hyparquetWriter));
report('DuckDB appender + COPY', await measure(duckAppender));

const dir = join(root, 'lake');
const lake = await openLake(dir);
const each = Math.ceil(events / evidences);
let putting = 0;
for (let i = 0; i < evidences; i++) {
  const parts: Parameters<typeof lake.put>[0][] = [];
  const encoder = createLakeEncoder(i.toString(16).padStart(64, '0'), (part) => parts.push(part));
  syntheticEvents(each, days, (event) => encoder.add(event));
  encoder.finish();
  const start = cpu();
  for (const part of parts) await lake.put(part);
  putting += cpu() - start;
}
process.stdout.write(`\n${evidences} evidence files of ${each} events each, the same streams and days\n`);
report('put', { ms: putting, bytes: 0 });
let start = cpu();
const stats = await lake.seal();
report(`seal (${stats.folders} folders)`, { ms: cpu() - start, bytes: stats.bytes }, stats.rows);
start = cpu();
await lake.seal();
report('seal again, nothing new', { ms: cpu() - start, bytes: 0 });
for (const sql of [
  'SELECT count(*) FROM events',
  `SELECT _host, count(*) FROM windows_sysmon WHERE CommandLine ILIKE '%whoami%' GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
  `SELECT day, count(DISTINCT IpAddress) FROM windows_security WHERE _event_id = 4624 GROUP BY 1 ORDER BY 1`,
]) {
  start = cpu();
  let rows = 0;
  for await (const batch of (await query(dir, sql)).rows) rows += batch.length;
  process.stdout.write(`${(cpu() - start).toFixed(0).padStart(7)} ms, ${rows} rows: ${sql}\n`);
}
rmSync(root, { recursive: true, force: true });
