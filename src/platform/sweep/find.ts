/**
 * From probes to events: the index says in which files and fields a value stands, the lake's own rows say where, when, on
 * which host and under which account. Only the files with a hit are opened.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SightingRow, SweepQuestion, When } from '../../app/effects/index.ts';
import type { Form } from '../../model/index.ts';
import { showAs, textLiteral } from '../lake/query.ts';
import type { ReadKeys } from './build.ts';

/** Addresses of events that one sighting names. */
const MAX_ADDRESSES = 100;

interface HitField {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  readonly forms: readonly Form[];
}

export async function findSightings(
  connection: DuckDBConnection,
  question: SweepQuestion,
  readKeys: ReadKeys,
): Promise<SightingRow[]> {
  await enterProbes(connection, question);
  await joinIndex(connection);
  const places = await connection.runAndReadAll(
    'SELECT f.id, f.stream, f.name, f.sql, f.forms FROM fields f WHERE f.id IN (SELECT field FROM found) ORDER BY f.stream, f.name',
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE met (indicator INTEGER, stream VARCHAR, field VARCHAR, raw VARCHAR, evidence VARCHAR, "offset" BIGINT,
       t TIMESTAMP, ns INTEGER, flags INTEGER, host VARCHAR, account VARCHAR, address VARCHAR)`,
  );
  const streams = new Map<string, HitField[]>();
  for (const [id, stream, name, sql, forms] of places.getRowsJson()) {
    const fields = streams.get(String(stream)) ?? [];
    fields.push({ id: Number(id), name: String(name), sql: String(sql), forms: String(forms).split(' ') as Form[] });
    streams.set(String(stream), fields);
  }
  for (const [stream, fields] of streams) {
    await pickRows(connection, fields);
    for (const [at, field] of fields.entries()) await meet(connection, stream, field, `c${at}`, readKeys);
  }
  return gather(connection);
}

async function enterProbes(connection: DuckDBConnection, { probes, windows }: SweepQuestion): Promise<void> {
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE probes (indicator INTEGER, cls key_class, low VARCHAR, high VARCHAR, below BOOLEAN)',
  );
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE given (indicator INTEGER, cls VARCHAR, low VARCHAR, high VARCHAR, below BOOLEAN)',
  );
  const appender = await connection.createAppender('given');
  for (const { indicator, cls, low, high, below } of probes) {
    appender.appendInteger(indicator);
    appender.appendVarchar(cls);
    appender.appendVarchar(low.toWellFormed());
    appender.appendVarchar(high.toWellFormed());
    appender.appendBoolean(below);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run('INSERT INTO probes SELECT DISTINCT indicator, cls::key_class, low, high, below FROM given');
  await connection.run('CREATE OR REPLACE TEMP TABLE windows (indicator INTEGER, "from" VARCHAR, until VARCHAR)');
  const bounds = await connection.createAppender('windows');
  for (const [indicator, { from, until }] of windows) {
    bounds.appendInteger(indicator);
    for (const time of [from, until]) {
      if (time === null) bounds.appendNull();
      else bounds.appendVarchar(time);
    }
    bounds.endRow();
  }
  bounds.closeSync();
}

/** Temp table `found`: which indicator by which key in which field of which file. */
async function joinIndex(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE sought AS
       SELECT indicator, cls, low AS key FROM probes WHERE low = high
       UNION
       -- Names below a name: every distinct name is cut label by label and looked up.
       SELECT p.indicator, p.cls, n.key FROM (
         SELECT key, unnest(list_transform(range(2, len(string_split(key, '.')) + 1), lambda i: array_to_string(string_split(key, '.')[i:], '.'))) AS parent
         FROM (SELECT DISTINCT key FROM vals WHERE cls = 'name' AND EXISTS (FROM probes WHERE below))
       ) n JOIN probes p ON p.below AND p.cls = 'name' AND p.low = n.parent
       UNION
       SELECT p.indicator, p.cls, v.key FROM (SELECT * FROM probes WHERE low <> high) p
       JOIN (SELECT DISTINCT cls, key FROM vals WHERE cls IN (SELECT cls FROM probes WHERE low <> high)) v
         ON v.cls = p.cls AND v.key >= p.low AND v.key <= p.high`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE found AS SELECT s.indicator, s.cls, s.key, v.field, v.file, v.text
     FROM vals v JOIN sought s ON s.cls = v.cls AND s.key = v.key`,
  );
}

/** Temp table `picked`: the rows of a stream in which some hit field has a text that the index found. One pass over its files. */
async function pickRows(connection: DuckDBConnection, fields: readonly HitField[]): Promise<void> {
  const ids = fields.map((f) => f.id).join(',');
  const paths = await connection.runAndReadAll(
    `SELECT DISTINCT path FROM files WHERE id IN (SELECT file FROM found WHERE field IN (${ids})) ORDER BY path`,
  );
  const list = paths.getRows().map(([path]) => textLiteral(String(path)));
  const columns = fields.map((f, i) => `, ${f.sql} AS c${i}`).join('');
  const hit = fields.map((f, i) => `hash(c${i}) IN (SELECT text FROM found WHERE field = ${f.id})`).join(' OR ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE picked AS SELECT * FROM (SELECT _evidence, _offset, _time, _ns, _flags, _host, _user, _address${columns}
       FROM read_parquet([${list.join(',')}], union_by_name = true, hive_partitioning = false)) WHERE ${hit}`,
  );
}

/** Adds the events of one field to `met`. The index knows texts by a hash: what they say is read again from the text itself. */
async function meet(
  connection: DuckDBConnection,
  stream: string,
  field: HitField,
  column: string,
  readKeys: ReadKeys,
): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE said (raw VARCHAR, cls VARCHAR, key VARCHAR)');
  const appender = await connection.createAppender('said');
  const texts = await connection.runAndReadAll(
    `SELECT DISTINCT ${column} FROM picked WHERE hash(${column}) IN (SELECT text FROM found WHERE field = ${field.id})`,
  );
  for (const [raw] of texts.getRows()) {
    for (const form of field.forms) {
      for (const { cls, key } of readKeys(form, String(raw))) {
        appender.appendVarchar(String(raw));
        appender.appendVarchar(cls);
        appender.appendVarchar(key.toWellFormed());
        appender.endRow();
      }
    }
  }
  appender.closeSync();
  await connection.run(
    `INSERT INTO met SELECT DISTINCT f.indicator, ${textLiteral(stream)}, ${textLiteral(field.name)}, s.raw, r._evidence, r._offset,
       r._time, coalesce(r._ns, 0), coalesce(r._flags, 0), coalesce(r._host, ''), coalesce(r._user, ''), coalesce(r._address, '')
     FROM picked r JOIN said s ON s.raw = r.${column}
     JOIN (SELECT DISTINCT indicator, cls, key FROM found WHERE field = ${field.id}) f ON f.cls = s.cls::key_class AND f.key = s.key`,
  );
}

/** One row an indicator, source, host, account and side of the indicator's time; an event counts once. */
async function gather(connection: DuckDBConnection): Promise<SightingRow[]> {
  const result = await connection.runAndReadAll(
    `WITH events AS (
       SELECT indicator, stream, host, account, evidence, "offset", any_value(t) AS t, any_value(ns) AS ns, any_value(flags) AS flags,
              any_value(address) AS address, list(DISTINCT {'field': field, 'value': raw} ORDER BY {'field': field, 'value': raw}) AS pairs
       FROM met GROUP BY indicator, stream, host, account, evidence, "offset"
     ), timed AS (
       SELECT e.*, CASE WHEN t IS NULL AND (w."from" IS NOT NULL OR w.until IS NOT NULL) THEN 'undated'
                        WHEN t < w."from"::TIMESTAMP THEN 'before' WHEN t >= w.until::TIMESTAMP THEN 'after' ELSE 'in' END AS side,
              evidence || '@' || "offset" AS event
       FROM events e LEFT JOIN windows w USING (indicator)
     ), ranked AS (
       SELECT *, row_number() OVER (PARTITION BY indicator, stream, host, account, side ORDER BY t NULLS LAST, ns, evidence, "offset") AS place FROM timed
     )
     SELECT indicator, stream, host, account, side, count(*)::DOUBLE AS n, min(t) AS first, max(t) AS last,
            list_sort(list_distinct(flatten(list(list_transform(pairs, lambda p: p.field))))) AS fields,
            any_value(pairs) FILTER (place = 1) AS shown, any_value(address) FILTER (place = 1) AS address,
            bit_or(flags) AS flags, list(event ORDER BY place) FILTER (place <= ${MAX_ADDRESSES}) AS events
     FROM ranked GROUP BY indicator, stream, host, account, side
     ORDER BY indicator, first NULLS LAST, stream, host, account, side`,
  );
  const time = showAs('TIMESTAMP');
  const shown = (value: unknown): string => (value === null ? '' : String(time(value as string)));
  return result.getRowsJson().map((row) => ({
    indicator: Number(row[0]),
    stream: String(row[1]),
    host: String(row[2]),
    user: String(row[3]),
    when: String(row[4]) as When,
    events: Number(row[5]),
    first: shown(row[6]),
    last: shown(row[7]),
    fields: row[8] as string[],
    shown: (row[9] as { field: string; value: string }[] | null) ?? [],
    address: String(row[10] ?? ''),
    flags: Number(row[11]),
    addresses: row[12] as string[],
  }));
}
