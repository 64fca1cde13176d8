import { query } from './query.ts';
import { lakeFiles } from './store.ts';

/** A question that a stream can answer when it has the fields. */
export interface Asked {
  readonly stream: string;
  readonly needs: readonly string[];
  readonly sql: string;
}

const MAX_ROWS = 200_000;

/**
 * What those of several streams say that are in the lake and have the fields, put together by `whole`; empty when there
 * is no lake, or none of them. @throws LakeError
 */
export async function askedOf(
  dir: string,
  asked: readonly Asked[],
  whole: (said: string) => string,
): Promise<unknown[][]> {
  const files = await lakeFiles(dir).catch(() => undefined);
  const here = asked.filter(({ stream }) => files?.has(stream));
  if (here.length === 0) return [];
  const described = [...new Set(here.map((a) => a.stream))].map(
    (stream) => `SELECT '${stream}', column_name FROM (DESCRIBE FROM ${stream.replaceAll('-', '_')})`,
  );
  const columns = new Set((await rows(dir, described.join(' UNION ALL '))).map((row) => row.join(' ')));
  const able = here.filter(({ stream, needs }) => needs.every((c) => columns.has(`${stream} ${c}`)));
  if (able.length === 0) return [];
  return rows(dir, whole(able.map((a) => a.sql).join(' UNION ALL ')));
}

async function rows(dir: string, sql: string): Promise<unknown[][]> {
  const out: unknown[][] = [];
  const answer = await query(dir, sql, { maxRows: MAX_ROWS });
  for await (const batch of answer.rows) out.push(...batch);
  return out;
}
