/** Questions of patterns to the lake: distinct texts of a few columns, and the events that hold some of them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventRow } from '../../app/effects/index.ts';
import { LakeError } from '../lake/errors.ts';
import { nameLiteral, showAs, textLiteral } from '../lake/query.ts';

/** Distinct tuples that one pattern may have to look at in one stream. */
const MAX_TUPLES = 5_000_000;

async function scanOf(connection: DuckDBConnection, stream: string): Promise<string> {
  const rows = await connection.runAndReadAll(
    `SELECT path FROM files WHERE stream = ${textLiteral(stream)} ORDER BY path`,
  );
  const paths = rows.getRows().map(([path]) => textLiteral(String(path)));
  return `read_parquet([${paths.join(',')}], union_by_name = true, hive_partitioning = false)`;
}

export async function* distinctTuples(
  connection: DuckDBConnection,
  stream: string,
  columns: readonly string[],
): AsyncGenerator<(string | null)[]> {
  const names = columns.map(nameLiteral).join(', ');
  const result = await connection.stream(`SELECT DISTINCT ${names} FROM ${await scanOf(connection, stream)}`);
  let given = 0;
  for await (const rows of result.yieldRowsJson()) {
    given += rows.length;
    if (given > MAX_TUPLES)
      throw new LakeError('TOO_LARGE', `more than ${MAX_TUPLES} distinct values for one pattern in ${stream}`);
    for (const row of rows) yield row.map((cell) => (cell === null ? null : String(cell)));
  }
}

export async function eventsOfTuples(
  connection: DuckDBConnection,
  stream: string,
  columns: readonly string[],
  tuples: readonly (readonly (string | null)[])[],
  limit: number,
): Promise<EventRow[]> {
  const names = columns.map((_, i) => `t${i}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE wanted (${names.map((n) => `${n} VARCHAR`).join(', ')})`);
  const appender = await connection.createAppender('wanted');
  for (const tuple of tuples) {
    for (const text of tuple) {
      if (text === null) appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  }
  appender.closeSync();
  const same = columns.map((c, i) => `s.${nameLiteral(c)} IS NOT DISTINCT FROM w.t${i}`).join(' AND ');
  const result = await connection.runAndReadAll(
    `SELECT s._evidence || '@' || s._offset, s._time, coalesce(s._flags, 0), coalesce(s._host, ''), coalesce(s._user, ''), coalesce(s._address, '')
     FROM ${await scanOf(connection, stream)} s SEMI JOIN wanted w ON ${same}
     ORDER BY s._time NULLS LAST, s._ns, s._evidence, s._offset LIMIT ${limit}`,
  );
  const time = showAs('TIMESTAMP');
  return result.getRowsJson().map(([event, t, flags, host, user, address]) => ({
    event: String(event),
    time: t === null ? '' : String(time(t!)),
    flags: Number(flags),
    host: String(host),
    user: String(user),
    address: String(address),
  }));
}
