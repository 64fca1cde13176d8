/**
 * Questions to the lake in SQL, through DuckDB in memory. Read only and closed in: one SELECT statement, no file but
 * the lake's, no extension, no network, no setting may be changed, memory and time bounded (law 1, law 4). COPY and
 * EXPLAIN ANALYZE could write to the files that are allowed, so the kind of statement is judged before it runs.
 */
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult, Json } from '@duckdb/node-api';
import { FIXED_NAMES } from './encode/names.ts';
import { LakeError } from './errors.ts';
import { lakeFiles } from './store.ts';

export interface QueryOptions {
  /** rows handed out at most; the answer says when there were more */
  readonly maxRows?: number;
  readonly memoryMegabytes?: number;
  readonly threads?: number;
  readonly seconds?: number;
}

/** Timestamps are RFC 3339 in UTC; integers beyond 2^53 and decimals are text; lists and structures JSON values. */
export type Cell = Json;

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows in batches. Must be read to the end or returned from, which frees the engine. */
  readonly rows: AsyncGenerator<Cell[][], { readonly truncated: boolean }>;
}

/** Names that a stream's view may not take. */
const OURS = new Set(['events', 'streams']);

/** `windows-security` → `windows_security`. */
function viewOf(stream: string): string {
  const name = stream.replaceAll('-', '_');
  return OURS.has(name) ? `stream_${name}` : name;
}

/**
 * Views: one a stream (`windows_security`: all its columns), `events` (the columns every stream has), `streams` (what
 * there is). @throws LakeError NO_LAKE, BAD_SQL, NOT_A_QUESTION, TOO_LARGE, DAMAGED
 */
export async function query(dir: string, sql: string, options: QueryOptions = {}): Promise<Answer> {
  const files = await lakeFiles(dir).catch((cause: unknown) => {
    if (cause instanceof LakeError) throw cause;
    throw new LakeError('NO_LAKE', 'there is no lake here: investigate some evidence first', dir, cause);
  });
  if (files.size === 0) throw new LakeError('NO_LAKE', 'the lake is empty: investigate some evidence first', dir);
  const { DuckDBInstance } = await duckdb();
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memoryMegabytes ?? 1024}MB`,
    threads: String(options.threads ?? 2),
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const watch = setTimeout(() => connection.interrupt(), 1000 * (options.seconds ?? 600));
  watch.unref();
  const close = (): void => {
    clearTimeout(watch);
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await openViews(connection, files, sql);
    const result = await (await prepareQuestion(connection, sql)).stream();
    const columns = result.columnNames().map((name, i) => ({ name, type: String(result.columnType(i)) }));
    return { columns, rows: rowsOf(result, columns, options.maxRows ?? Number.POSITIVE_INFINITY, close) };
  } catch (cause) {
    close();
    throw codedLakeError(cause);
  }
}

/** Loaded when the first question is asked: filling a lake needs neither its memory nor its time, nor the addon at all. */
export const duckdb = (): Promise<typeof import('@duckdb/node-api')> => import('@duckdb/node-api');

async function openViews(
  connection: DuckDBConnection,
  files: ReadonlyMap<string, { day: string; path: string }[]>,
  sql: string,
): Promise<void> {
  const asked = sql.toLowerCase();
  const all = [...files.values()].flat().map((file) => textLiteral(file.path));
  const scan = (paths: readonly string[], more: string): string =>
    `read_parquet([${paths.join(',')}], hive_partitioning = true, hive_types_autocast = false${more})`;
  for (const [stream, own] of files) {
    const view = viewOf(stream);
    // Making a view reads the footers of all its files, so only those that the question names are made.
    if (!asked.includes(view)) continue;
    const paths = own.map((file) => textLiteral(file.path));
    await connection.run(
      `CREATE VIEW ${nameLiteral(view)} AS SELECT * REPLACE (${DAY} AS day) FROM ${scan(paths, ', union_by_name = true')}`,
    );
  }
  if (asked.includes('events')) {
    const columns = ['stream', ...FIXED_NAMES].map(nameLiteral).join(', ');
    await connection.run(`CREATE VIEW events AS SELECT ${columns}, ${DAY} AS day FROM ${scan(all, '')}`);
  }
  const rows = [...files].map(([stream, own]) => {
    const days = own.map((file) => file.day).filter((day) => /^\d/.test(day));
    const [first, last] = [days[0], days.at(-1)].map((day) => (day === undefined ? 'NULL' : textLiteral(day)));
    return `(${textLiteral(stream)}, ${textLiteral(viewOf(stream))}, ${new Set(own.map((f) => f.day)).size}, ${first}, ${last})`;
  });
  await connection.run(
    `CREATE VIEW streams AS SELECT * FROM (VALUES ${rows.join(',')}) AS s(stream, "view", folders, first_folder, last_folder)`,
  );
  await connection.run(`SET allowed_paths = [${all.join(',')}]`);
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** The event's own day: the folder may be a month's. */
const DAY = "coalesce(strftime(_time, '%Y-%m-%d'), 'undated')";

export const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const nameLiteral = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** The one statement of a question, judged before it runs. @throws LakeError NOT_A_QUESTION */
export async function prepareQuestion(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql).catch((cause: unknown) => {
    // What the binding says of a text without any statement (empty, or comments only).
    if (!String(cause).includes('native callback')) throw cause;
    throw new LakeError('NOT_A_QUESTION', 'there is no statement to ask', undefined, cause);
  });
  if (statements.count !== 1) throw new LakeError('NOT_A_QUESTION', 'ask one statement at a time');
  const statement = await statements.prepare(0);
  const { StatementType } = await duckdb();
  if (statement.statementType !== StatementType.SELECT) {
    throw new LakeError('NOT_A_QUESTION', 'the lake is read only: ask with SELECT (or DESCRIBE, SUMMARIZE, SHOW)');
  }
  return statement;
}

async function* rowsOf(
  result: DuckDBResult,
  columns: Answer['columns'],
  maxRows: number,
  close: () => void,
): AsyncGenerator<Cell[][], { readonly truncated: boolean }> {
  const shows = columns.map((column) => showAs(column.type));
  let given = 0;
  try {
    for await (const batch of result.yieldRowsJson()) {
      const rows = batch.slice(0, maxRows - given).map((row) => row.map((cell, i) => shows[i]!(cell)));
      given += rows.length;
      if (rows.length > 0) yield rows;
      if (rows.length < batch.length) return { truncated: true };
    }
    return { truncated: false };
  } catch (cause) {
    throw codedLakeError(cause);
  } finally {
    close();
  }
}

/** DuckDB's JSON of a value → ours, by column type. */
export function showAs(type: string): (cell: Cell) => Cell {
  if (/^TIMESTAMP/.test(type)) {
    return (cell) => (typeof cell === 'string' ? cell.replace(' ', 'T').replace(/([+-]00(:00)?)?$/, 'Z') : cell);
  }
  if (/^U?(BIG|HUGE)INT$/.test(type)) {
    return (cell) => (typeof cell === 'string' && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell);
  }
  return (cell) => cell;
}

/** DuckDB's message → a coded error. Its first words name the kind of fault. */
export function codedLakeError(cause: unknown): Error {
  if (cause instanceof LakeError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/^(Out of Memory|INTERRUPT)/i.test(message)) {
    return new LakeError(
      'TOO_LARGE',
      `the question needs more memory or time than it was given: ${message}`,
      undefined,
      cause,
    );
  }
  if (/parquet|No magic bytes|TProtocol/i.test(message) && /^(IO|Invalid Input|Invalid|Internal)/.test(message)) {
    return new LakeError('DAMAGED', `a file of the lake could not be read: ${message}`, undefined, cause);
  }
  return new LakeError('BAD_SQL', message, undefined, cause);
}
