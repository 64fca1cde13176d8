/**
 * Long values bounded before SQL sees them. DuckDB's memory limit counts what it keeps, not what its expressions make on
 * the way: each step of a view (lower, trim, a pattern) copies the texts of up to 2,048 rows at once, ten steps hold ten
 * copies, and each thread has its own. A flood of values of hundreds of kilobytes, which evidence may hold (law 4), took a
 * gigabyte beside a limit of 256 MB.
 *
 * Names are cut to what no name exceeds. Of other columns long values stay whole while they are few; else they are cut
 * to the longest of LENGTHS that fits. Which follows from the column's values alone, so the same lake is cut the same
 * way on any machine; what was cut is counted (law 3).
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CutValues } from '../../app/effects/index.ts';
import { nameLiteral } from './query.ts';

/** Rows that DuckDB works on at once. */
const VECTOR = 2_048;
/** Bytes up to which a value is never cut: a vector of them is 16 MB. */
const SHORT = 8_192;
/** What the long values that may come together in one vector may be, in bytes. */
const LONG_BYTES = VECTOR * SHORT;
/** Lengths that are tried, longest first, in characters. */
const LENGTHS = [1_048_576, 524_288, 262_144, 131_072, 65_536, 32_768, 16_384];
/** Characters of a name: DNS allows 255, directories a few hundred. */
const NAME = 1_024;
const NAMES: ReadonlySet<string> = new Set(['_host', '_user', '_address']);

type Cut = Omit<CutValues, 'stream'>;

/**
 * @param table a table or view, as SQL names it, that has `_evidence` and `_offset`
 * @param texts its text columns
 * @returns the columns to cut, each with the characters to keep and how many values lose something; none for ordinary logs
 */
export async function longValues(
  connection: DuckDBConnection,
  table: string,
  texts: readonly string[],
): Promise<Cut[]> {
  if (texts.length === 0) return [];
  const numbers = async (sql: string): Promise<number[]> =>
    (await connection.runAndReadAll(sql)).getRowsJson()[0]!.map(Number);
  const longest = await numbers(
    `SELECT ${texts.map((c) => `coalesce(max(strlen(${nameLiteral(c)})), 0)::DOUBLE`).join(', ')} FROM ${table}`,
  );
  const out: Cut[] = [];
  for (const [i, column] of texts.entries()) {
    const name = NAMES.has(column);
    if (longest[i]! <= (name ? NAME : SHORT)) continue;
    const c = nameLiteral(column);
    let length = NAME;
    if (!name) {
      // The long ones in the order of their events, as if nothing short stood between them.
      const lengths = LENGTHS.map((l) => `max(sum_${l})::DOUBLE`);
      const sums = LENGTHS.map((l) => `sum(least(n, ${l})) AS sum_${l}`);
      const [whole = 0, ...cut] = await numbers(`SELECT max(whole)::DOUBLE, ${lengths.join(', ')} FROM (
        SELECT sum(n) AS whole, ${sums.join(', ')} FROM (
          SELECT strlen(${c}) AS n, row_number() OVER (ORDER BY _evidence, _offset) // ${VECTOR} AS vector
          FROM ${table} WHERE strlen(${c}) > ${SHORT}) GROUP BY vector)`);
      if (whole <= LONG_BYTES) continue;
      length = LENGTHS.find((_, k) => cut[k]! <= LONG_BYTES) ?? SHORT;
    }
    const [values = 0] = await numbers(
      `SELECT count(*)::DOUBLE FROM ${table} WHERE strlen(${c}) > ${length} AND length(${c}) > ${length}`,
    );
    if (values > 0) out.push({ column, length, values });
  }
  return out;
}

/** A SELECT of the table's columns with the long values of some cut. */
export function cutShort(table: string, cuts: readonly Cut[]): string {
  const replaced = cuts.map(({ column, length }) => {
    const c = nameLiteral(column);
    return `CASE WHEN strlen(${c}) > ${length} THEN left(${c}, ${length}) ELSE ${c} END AS ${c}`;
  });
  return `SELECT * REPLACE (${replaced.join(', ')}) FROM ${table}`;
}
