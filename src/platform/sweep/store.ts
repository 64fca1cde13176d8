import { rmSync, statSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type {
  EventRow,
  FieldForms,
  IndexedSource,
  SightingRow,
  SweepQuestion,
  ValueIndex,
} from '../../app/effects/index.ts';
import { errorClass } from '../../base/index.ts';
import { type Form, KEY_CLASSES, type KeyClass } from '../../model/index.ts';
import { codedLakeError, duckdb, showAs, textLiteral } from '../lake/query.ts';
import { lakeFiles } from '../lake/store.ts';
import { type BatchFile, indexBatch, type ReadKeys } from './build.ts';
import { findSightings } from './find.ts';
import { distinctTuples, eventsOfTuples } from './tuples.ts';

export type SweepErrorCode = 'INDEX_IN_USE' | 'INDEX_FAILED';
export const SweepError = errorClass<SweepErrorCode>('SweepError');

export interface ValueIndexOptions {
  readonly memoryMegabytes?: number;
  readonly threads?: number;
}

const SCHEMA_VERSION = 1;

/** Rows of the lake that one batch reads: what bounds the memory of its distinct values. */
const BATCH_ROWS = 4_000_000;
const BATCH_FILES = 400;

/**
 * @param lake the case's lake folder @param path of the index; made when absent, made anew when it is another version's
 * @throws SweepError INDEX_IN_USE; LakeError NO_LAKE, DAMAGED, TOO_LARGE
 */
export async function openValueIndex(
  lake: string,
  path: string,
  forms: FieldForms,
  readKeys: ReadKeys,
  options: ValueIndexOptions = {},
): Promise<ValueIndex> {
  const version = `${SCHEMA_VERSION} ${forms.version}`;
  let opened = await open(path, options);
  if (!(await isOurs(opened.connection, version))) {
    opened.connection.closeSync();
    opened.instance.closeSync();
    for (const suffix of ['', '.wal']) rmSync(path + suffix, { force: true });
    opened = await open(path, options);
    await create(opened.connection, version);
  }
  return new DiskIndex(lake, opened.instance, opened.connection, forms, readKeys);
}

async function open(
  path: string,
  options: ValueIndexOptions,
): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const { DuckDBInstance } = await duckdb();
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, {
      memory_limit: `${options.memoryMegabytes ?? 2048}MB`,
      threads: String(options.threads ?? 2),
      temp_directory: `${path}.spill`,
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/lock|being used/i.test(message))
      throw new SweepError(
        'INDEX_IN_USE',
        'another process uses the value index of this case; wait for it',
        path,
        cause,
      );
    // Derived: what cannot be read is made again.
    for (const suffix of ['', '.wal']) rmSync(path + suffix, { force: true });
    try {
      instance = await DuckDBInstance.create(path);
    } catch (again) {
      throw new SweepError('INDEX_FAILED', `the value index cannot be made: ${message}`, path, again);
    }
  }
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run('SET parquet_metadata_cache = true');
  return { instance, connection };
}

async function isOurs(connection: DuckDBConnection, version: string): Promise<boolean> {
  try {
    const rows = (await connection.runAndReadAll('SELECT version FROM about')).getRows();
    return rows.length === 1 && rows[0]![0] === version;
  } catch {
    return false; // no such table: new, or not ours
  }
}

async function create(connection: DuckDBConnection, version: string): Promise<void> {
  await connection.run(`
    CREATE TYPE key_class AS ENUM (${KEY_CLASSES.map((c) => textLiteral(c)).join(', ')});
    CREATE TABLE about (version VARCHAR);
    CREATE TABLE files (id INTEGER, path VARCHAR, stream VARCHAR, size BIGINT, changed DOUBLE, rows BIGINT, first TIMESTAMP, last TIMESTAMP);
    CREATE TABLE columns (stream VARCHAR, name VARCHAR);
    CREATE TABLE fields (id INTEGER, stream VARCHAR, name VARCHAR, sql VARCHAR, forms VARCHAR);
    CREATE TABLE vals (cls key_class, key VARCHAR, field INTEGER, file INTEGER, text UBIGINT, n BIGINT, first TIMESTAMP, last TIMESTAMP);
    INSERT INTO about VALUES (${textLiteral(version)});
  `);
}

interface LakeFileNow {
  readonly stream: string;
  readonly path: string;
  readonly size: number;
  readonly changed: number;
}

class DiskIndex implements ValueIndex {
  readonly #lake: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #forms: FieldForms;
  readonly #readKeys: ReadKeys;

  constructor(
    lake: string,
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    forms: FieldForms,
    readKeys: ReadKeys,
  ) {
    this.#lake = lake;
    this.#instance = instance;
    this.#connection = connection;
    this.#forms = forms;
    this.#readKeys = readKeys;
  }

  async refresh(progress: (done: number, all: number) => void): Promise<void> {
    const now = new Map<string, LakeFileNow>();
    for (const [stream, files] of await lakeFiles(this.#lake)) {
      for (const { path } of files) {
        const { size, mtimeMs } = statSync(path);
        now.set(path, { stream, path, size, changed: mtimeMs });
      }
    }
    try {
      await this.#letGo(now);
      const known = new Set(
        (await this.#connection.runAndReadAll('SELECT path FROM files')).getRows().map(([path]) => String(path)),
      );
      const fresh = [...now.values()].filter((file) => !known.has(file.path));
      let done = 0;
      for (const [stream, batch] of batches(await this.#counted(fresh))) {
        progress(done, fresh.length);
        await this.#take(stream, batch);
        done += batch.length;
      }
      if (fresh.length > 0) await this.#connection.run('CHECKPOINT');
      progress(fresh.length, fresh.length);
    } catch (cause) {
      throw codedLakeError(cause);
    }
  }

  /** Files that changed or are no more: their values go, the changed ones come again. */
  async #letGo(now: ReadonlyMap<string, LakeFileNow>): Promise<void> {
    const rows = (await this.#connection.runAndReadAll('SELECT id, path, size::DOUBLE, changed FROM files')).getRows();
    const gone = rows.flatMap(([id, path, size, changed]) => {
      const file = now.get(String(path));
      return file !== undefined && file.size === size && file.changed === changed ? [] : [Number(id)];
    });
    if (gone.length === 0) return;
    await this.#connection.run('BEGIN');
    await this.#connection.run(`DELETE FROM vals WHERE file IN (${gone.join(',')})`);
    await this.#connection.run(`DELETE FROM files WHERE id IN (${gone.join(',')})`);
    await this.#connection.run('COMMIT');
  }

  async #counted(files: readonly LakeFileNow[]): Promise<(LakeFileNow & { rows: number })[]> {
    const out: (LakeFileNow & { rows: number })[] = [];
    for (let from = 0; from < files.length; from += BATCH_FILES) {
      const some = files.slice(from, from + BATCH_FILES);
      const paths = some.map((f) => textLiteral(f.path)).join(',');
      const rows = await this.#connection.runAndReadAll(
        `SELECT file_name, sum(num_rows)::DOUBLE FROM parquet_file_metadata([${paths}]) GROUP BY file_name`,
      );
      const counts = new Map(rows.getRows().map(([path, n]) => [String(path), Number(n)]));
      for (const file of some) out.push({ ...file, rows: counts.get(file.path) ?? 0 });
    }
    return out;
  }

  /** One transaction a batch: a kill leaves whole batches. */
  async #take(stream: string, batch: readonly (LakeFileNow & { rows: number })[]): Promise<void> {
    const connection = this.#connection;
    const [top] = (await connection.runAndReadAll('SELECT coalesce(max(id), -1) FROM files')).getRows();
    let id = Number(top![0]);
    const files = batch.map((file): BatchFile & LakeFileNow => ({ ...file, id: ++id }));
    await connection.run('BEGIN');
    try {
      const values = files.map(
        (f) =>
          `(${f.id}, ${textLiteral(f.path)}, ${textLiteral(stream)}, ${f.size}, ${f.changed}, ${f.rows}, NULL, NULL)`,
      );
      await connection.run(`INSERT INTO files VALUES ${values.join(',')}`);
      await indexBatch(connection, stream, files, this.#forms, this.#readKeys);
      await connection.run('COMMIT');
    } catch (cause) {
      await connection.run('ROLLBACK');
      throw cause;
    }
  }

  async sources(): Promise<IndexedSource[]> {
    const fields = (await this.#connection.runAndReadAll('SELECT stream, forms FROM fields')).getRows();
    const classes = new Map<string, Set<KeyClass>>();
    for (const [stream, forms] of fields) {
      const own = classes.get(String(stream)) ?? new Set();
      // Free text may hold anything; only a field of its own says that a source shows such values.
      for (const form of String(forms).split(' ')) {
        if (form !== 'text') for (const cls of this.#forms.classesOf[form as Form]) own.add(cls);
      }
      classes.set(String(stream), own);
    }
    const rows = await this.#connection.runAndReadAll(
      'SELECT stream, sum(rows)::DOUBLE, min(first), max(last) FROM files GROUP BY stream ORDER BY stream',
    );
    const time = showAs('TIMESTAMP');
    return rows.getRowsJson().map(([stream, events, first, last]) => ({
      stream: String(stream),
      events: Number(events),
      first: first === null ? '' : String(time(first!)),
      last: last === null ? '' : String(time(last!)),
      classes: [...(classes.get(String(stream)) ?? [])].sort(),
    }));
  }

  async size(): Promise<number> {
    const [row] = (await this.#connection.runAndReadAll('SELECT count(*)::DOUBLE FROM vals')).getRows();
    return Number(row![0]);
  }

  async known(keys: readonly { readonly cls: KeyClass; readonly key: string }[]): Promise<Set<string>> {
    const connection = this.#connection;
    await connection.run('CREATE OR REPLACE TEMP TABLE asked (cls VARCHAR, key VARCHAR)');
    const appender = await connection.createAppender('asked');
    for (const { cls, key } of keys) {
      appender.appendVarchar(cls);
      appender.appendVarchar(key);
      appender.endRow();
    }
    appender.closeSync();
    const rows = await connection.runAndReadAll(
      'SELECT DISTINCT a.cls, a.key FROM asked a SEMI JOIN vals v ON v.cls = a.cls::key_class AND v.key = a.key',
    );
    return new Set(rows.getRows().map(([cls, key]) => `${String(cls)} ${String(key)}`));
  }

  async *tuples(stream: string, columns: readonly string[]): AsyncGenerator<(string | null)[]> {
    try {
      yield* distinctTuples(this.#connection, stream, columns);
    } catch (cause) {
      throw codedLakeError(cause);
    }
  }

  async eventsOf(
    stream: string,
    columns: readonly string[],
    tuples: readonly (readonly (string | null)[])[],
    limit: number,
  ): Promise<EventRow[]> {
    try {
      return await eventsOfTuples(this.#connection, stream, columns, tuples, limit);
    } catch (cause) {
      throw codedLakeError(cause);
    }
  }

  async columns(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#connection.runAndReadAll('SELECT stream, name FROM columns ORDER BY stream, name');
    const out = new Map<string, string[]>();
    for (const [stream, name] of rows.getRows()) {
      const own = out.get(String(stream)) ?? [];
      own.push(String(name));
      out.set(String(stream), own);
    }
    return out;
  }

  async sweep(question: SweepQuestion): Promise<SightingRow[]> {
    try {
      return await findSightings(this.#connection, question, this.#readKeys);
    } catch (cause) {
      throw codedLakeError(cause);
    }
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** Files of one stream at a time, so many that their rows stay within what memory holds. */
function* batches<F extends { stream: string; rows: number }>(files: readonly F[]): Generator<[string, F[]]> {
  let batch: F[] = [];
  let rows = 0;
  for (const file of files) {
    const full = rows + file.rows > BATCH_ROWS || batch.length >= BATCH_FILES;
    if (batch.length > 0 && (full || batch[0]!.stream !== file.stream)) {
      yield [batch[0]!.stream, batch];
      [batch, rows] = [[], 0];
    }
    batch.push(file);
    rows += file.rows;
  }
  if (batch.length > 0) yield [batch[0]!.stream, batch];
}
