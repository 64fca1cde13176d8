/**
 * The lake opened for behaviours: its streams as tables, and beside it a database of its own for what is laid down once
 * and read by many. That database lies on disk below the case and is removed at the end, so that views of a hundred
 * million rows cost disk and not memory. Once closed in, no file, extension or setting can be reached from SQL.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { BehaviourLake } from '../../app/effects/index.ts';
import { parseIso } from '../../base/index.ts';
import { LakeError } from './errors.ts';
import { codedLakeError, duckdb, nameLiteral, prepareQuestion, showAs, textLiteral } from './query.ts';
import { lakeFiles } from './store.ts';
import { type OpenStreams, openStreams } from './streams.ts';

export interface BehaviourLakeOptions {
  /** a folder of ours: emptied before and removed after; null: all in memory */
  readonly spill: string | null;
  /** of the engine; by default what a lake of this size needs */
  readonly memoryMegabytes?: number;
  readonly threads?: number;
}

/**
 * @param dir the case's lake; null: no lake, only tables that are filled (example cases)
 * @returns null when the lake is empty or not there
 */
export async function openBehaviourLake(
  dir: string | null,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  options: BehaviourLakeOptions,
): Promise<BehaviourLake | null> {
  const files = dir === null ? new Map<string, { path: string }[]>() : await filesOf(dir);
  if (dir !== null && files.size === 0) return null;
  const { spill } = options;
  if (spill !== null) {
    await rm(spill, { recursive: true, force: true });
    await mkdir(spill, { recursive: true });
  }
  const { DuckDBInstance } = await duckdb();
  const paths = [...files.values()].flat().map((file) => file.path);
  const instance = await DuckDBInstance.create(spill === null ? ':memory:' : join(spill, 'behaviours.duckdb'), {
    memory_limit: `${options.memoryMegabytes ?? memoryFor(await bytesOf(paths))}MB`,
    threads: String(options.threads ?? Math.min(4, availableParallelism())),
    temp_directory: spill === null ? '' : join(spill, 'sorting'),
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const close = async (): Promise<void> => {
    connection.closeSync();
    instance.closeSync();
    if (spill !== null) await rm(spill, { recursive: true, force: true });
  };
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    const opened = await openStreams(connection, files, wanted);
    return new OpenLake(connection, opened, paths.map(textLiteral), close);
  } catch (cause) {
    await close();
    throw codedLakeError(cause);
  }
}

const LEAST_MB = 512;
const MOST_MB = 1600;

/**
 * Megabytes for a lake of so many bytes: what log-ons and visits of months come to when they are put in order (100 million
 * events, 4 GB: bench/behaviours/NOTES.md); the process takes nearly twice of it. By the lake alone, so that two machines run the same behaviours; never more
 * than half of what the machine has.
 */
export function memoryFor(bytes: number, machineBytes: number = totalmem()): number {
  const wanted = Math.min(MOST_MB, LEAST_MB + Math.round(bytes / 2_700_000));
  return Math.max(LEAST_MB, Math.min(wanted, Math.floor(machineBytes / 2_000_000)));
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) bytes += (await stat(path)).size;
  return bytes;
}

async function filesOf(dir: string): Promise<Map<string, { path: string }[]>> {
  return await lakeFiles(dir).catch((cause: unknown) => {
    if (cause instanceof LakeError) throw cause;
    return new Map<string, { path: string }[]>();
  });
}

class OpenLake implements BehaviourLake {
  readonly streams: BehaviourLake['streams'];
  readonly cut: BehaviourLake['cut'];
  readonly #connection: DuckDBConnection;
  readonly #paths: readonly string[];
  readonly close: () => Promise<void>;

  constructor(connection: DuckDBConnection, opened: OpenStreams, paths: readonly string[], close: () => Promise<void>) {
    this.#connection = connection;
    this.streams = opened.streams;
    this.cut = opened.cut;
    this.#paths = paths;
    this.close = close;
  }

  async make(sql: string): Promise<void> {
    await this.#connection.run(sql).catch((cause: unknown) => {
      throw codedLakeError(cause);
    });
  }

  async fill(
    table: string,
    columns: Readonly<Record<string, string>>,
    rows: Iterable<readonly unknown[]>,
  ): Promise<void> {
    const list = Object.entries(columns).map(([name, type]) => `${nameLiteral(name)} ${type}`);
    await this.make(`CREATE TABLE IF NOT EXISTS ${nameLiteral(table)} (${list.join(', ')})`);
    const appender = await this.#connection.createAppender(table);
    const db = await duckdb();
    const put = Object.values(columns).map((type) => adder(type, appender, db));
    for (const row of rows) {
      for (const [i, one] of put.entries()) one(row[i]);
      appender.endRow();
    }
    appender.closeSync();
  }

  async closeIn(): Promise<void> {
    await this.make(`SET allowed_paths = [${this.#paths.join(',')}]`);
    await this.make('SET enable_external_access = false');
    await this.make('SET lock_configuration = true');
  }

  async *ask(
    sql: string,
    parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>,
    seconds: number,
  ): AsyncGenerator<Record<string, unknown>> {
    const watch = setTimeout(() => this.#connection.interrupt(), 1000 * seconds);
    watch.unref();
    try {
      const statement = await prepareQuestion(this.#connection, sql);
      const bound = await boundValues(parameters);
      statement.bind(bound.values, bound.types);
      const result = await statement.stream();
      const names = result.columnNames();
      const shows = names.map((_, i) => showAs(String(result.columnType(i))));
      for await (const batch of result.yieldRowsJson()) {
        for (const row of batch) {
          yield Object.fromEntries(row.map((cell, i) => [names[i]!, shows[i]!(cell)]));
        }
      }
    } catch (cause) {
      throw codedLakeError(cause);
    } finally {
      clearTimeout(watch);
    }
  }
}

type Db = Awaited<ReturnType<typeof duckdb>>;

/** How a cell of a column of this type is appended; what cannot be of the type is NULL. */
function adder(type: string, to: DuckDBAppender, db: Db): (cell: unknown) => void {
  const number = (put: (n: number) => void) => (cell: unknown) =>
    typeof cell === 'number' && Number.isFinite(cell) ? put(cell) : to.appendNull();
  const time = (put: (micros: bigint) => void) => (cell: unknown) => {
    const at = typeof cell === 'string' && cell !== '' ? parseIso(cell) : null;
    if (at === null) to.appendNull();
    else put(BigInt(at.ms) * 1000n + BigInt(Math.floor(at.ns / 1000)));
  };
  switch (type) {
    case 'BIGINT':
      return number((n) => to.appendBigInt(BigInt(Math.round(n))));
    case 'INTEGER':
      return number((n) => to.appendInteger(Math.round(n)));
    case 'DOUBLE':
      return number((n) => to.appendDouble(n));
    case 'BOOLEAN':
      return (cell) => (typeof cell === 'boolean' ? to.appendBoolean(cell) : to.appendNull());
    case 'TIMESTAMP':
      return time((micros) => to.appendTimestamp(new db.DuckDBTimestampValue(micros)));
    case 'DATE':
      return time((micros) => to.appendDate(new db.DuckDBDateValue(Number(micros / DAY_MICROS))));
    case 'VARCHAR[]':
      return (cell) => (Array.isArray(cell) ? to.appendList(cell.map(String), db.LIST(db.VARCHAR)) : to.appendNull());
    default:
      return (cell) => (cell === null || cell === undefined ? to.appendNull() : to.appendVarchar(String(cell)));
  }
}

const DAY_MICROS = 86_400_000_000n;

async function boundValues(
  parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>,
): Promise<{ values: Record<string, DuckDBValue>; types: Record<string, DuckDBType> }> {
  const { listValue, BOOLEAN, DOUBLE, INTEGER, LIST, VARCHAR } = await duckdb();
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number')
      types[name] = Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? INTEGER : DOUBLE;
    else if (typeof value === 'string') types[name] = VARCHAR;
    else if (typeof value === 'boolean') types[name] = BOOLEAN;
    else types[name] = LIST(VARCHAR);
    values[name] = typeof value === 'object' ? listValue([...value]) : value;
  }
  return { values, types };
}
