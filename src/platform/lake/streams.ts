/** The streams of a lake as tables of an engine: small ones laid down, large ones read where they lie, long values bounded. */
import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ALL_STREAMS, type BehaviourLake, type CutValues } from '../../app/effects/index.ts';
import { cutShort, longValues } from './long.ts';
import { nameLiteral, textLiteral } from './query.ts';

export type OpenStreams = Pick<BehaviourLake, 'streams' | 'cut'>;

/** Columns of the lake's own that every view may read without naming them. */
const OWN_COLUMNS = ['_evidence', '_offset', '_time', '_flags', '_event_id', '_host', '_user', '_address'];

/** A stream whose files are no more bytes than this is laid down as one table. */
const SMALL_BYTES = 256 * 1024 * 1024;

/** @param wanted streams by name with the columns that are read of them; `*`: all streams */
export async function openStreams(
  connection: DuckDBConnection,
  files: ReadonlyMap<string, readonly { path: string }[]>,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<OpenStreams> {
  const streams = new Map<string, { table: string; columns: ReadonlySet<string>; rows: number }>();
  const cut: CutValues[] = [];
  const everything = wanted.has(ALL_STREAMS);
  const opening = [...files].filter(([stream]) => everything || wanted.has(stream));
  await nameEvidence(
    connection,
    opening.flatMap(([, own]) => own),
  );
  for (const [stream, own] of opening) {
    const opened = await openStream(connection, stream, own, wanted.get(stream) ?? new Set());
    streams.set(stream, opened);
    cut.push(...opened.cut.map((values) => ({ stream, ...values })));
  }
  if (everything && streams.size > 0) {
    const parts = [...streams].map(
      ([stream, { table }]) => `SELECT ${textLiteral(stream)} AS stream, ${OWN_COLUMNS.join(', ')} FROM ${table}`,
    );
    const table = nameLiteral(`lake:${ALL_STREAMS}`);
    await connection.run(`CREATE TEMP VIEW ${table} AS ${parts.join(' UNION ALL ')}`);
    streams.set(ALL_STREAMS, { table, columns: new Set(OWN_COLUMNS), rows: 0 });
  }
  return { streams, cut };
}

/**
 * The digests of all evidence as one type of four bytes a value, ordered as their texts: what is folded or put in order
 * carries them along by the million, and DuckDB keeps texts of 64 characters in memory that it does not spill.
 */
async function nameEvidence(connection: DuckDBConnection, files: readonly { path: string }[]): Promise<void> {
  if (files.length === 0) return;
  await connection.run(
    `CREATE TYPE evidence_digest AS ENUM (SELECT DISTINCT _evidence FROM ${parquet(files)} WHERE _evidence IS NOT NULL ORDER BY 1)`,
  );
}

function parquet(files: readonly { path: string }[]): string {
  return `read_parquet([${files.map((file) => textLiteral(file.path)).join(',')}], union_by_name = true, hive_partitioning = false)`;
}

/**
 * A stream of many small files costs more to open than to read, and every view over it would open them again: it is
 * laid down once, with the columns that any view asks for. A large one is read where it lies.
 */
async function openStream(
  connection: DuckDBConnection,
  stream: string,
  files: readonly { path: string }[],
  wanted: ReadonlySet<string>,
): Promise<{ table: string; columns: ReadonlySet<string>; rows: number; cut: Omit<CutValues, 'stream'>[] }> {
  const whole = nameLiteral(`lake:${stream}`);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file.path)).size));
  const small = sizes.reduce((a, b) => a + b, 0) <= SMALL_BYTES;
  const columns = [...OWN_COLUMNS, ...wanted].map((name) => textLiteral(name.toLowerCase()));
  const chosen = `SELECT * REPLACE (_evidence::evidence_digest AS _evidence)
    FROM (SELECT COLUMNS(c -> list_contains([${columns.join(', ')}], lower(c))) FROM ${parquet(files)})`;
  await connection.run(small ? `CREATE TABLE ${whole} AS ${chosen}` : `CREATE TEMP VIEW ${whole} AS ${chosen}`);
  const described = (await connection.runAndReadAll(`DESCRIBE FROM ${whole}`)).getRowsJson();
  const texts = described.filter(([, type]) => type === 'VARCHAR').map(([name]) => String(name));
  const cut = await longValues(connection, whole, texts);
  const table = cut.length === 0 ? whole : nameLiteral(`lake:${stream}:cut`);
  if (cut.length > 0) await connection.run(`CREATE TEMP VIEW ${table} AS ${cutShort(whole, cut)}`);
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${whole}`);
  return {
    table,
    columns: new Set(described.map(([column]) => String(column).toLowerCase())),
    rows: Number(counted.getRowsJson()[0]![0]),
    cut,
  };
}
