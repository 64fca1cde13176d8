/**
 * Filling the value index from files of the lake: one pass over a batch of files counts each field's distinct values,
 * then each distinct text is read once for what it says (hunt/sweep/keys), however often it was logged.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldForms } from '../../app/effects/index.ts';
import type { Form, KeyClass } from '../../model/index.ts';
import { FIXED_NAMES } from '../lake/encode/names.ts';
import { nameLiteral, textLiteral } from '../lake/query.ts';

export interface BatchFile {
  readonly id: number;
  readonly path: string;
  readonly rows: number;
}

/** What a text of a form says. */
export type ReadKeys = (form: Form, raw: string) => readonly { readonly cls: KeyClass; readonly key: string }[];

interface Field {
  readonly id: number;
  readonly name: string;
  /** SQL of its text */
  readonly sql: string;
  readonly forms: readonly Form[];
}

/** Fields of one stream that the index reads, with their numbers; new ones are entered in `fields`. */
async function fieldsOf(
  connection: DuckDBConnection,
  stream: string,
  columns: readonly string[],
  forms: FieldForms,
): Promise<Field[]> {
  const wanted: { name: string; sql: string; forms: readonly Form[] }[] = [];
  for (const column of columns) {
    const found = forms.formsOf(column);
    if (found.length > 0) wanted.push({ name: column, sql: nameLiteral(column), forms: found });
  }
  // `_address` and `_user` stand for fields that are read under their own names, where there are any.
  for (const [own, form] of [
    ['_address', 'address'],
    ['_user', 'account'],
  ] as const) {
    const others = wanted.some((w) => w.name !== own && w.forms.includes(form));
    if (others)
      wanted.splice(
        wanted.findIndex((w) => w.name === own),
        1,
      );
  }
  const has = new Set(columns.map((c) => c.toLowerCase()));
  for (const joined of forms.joined) {
    if (!joined.stream.test(stream) || !joined.needs.every((n) => has.has(n))) continue;
    const sql = joined.parts.map((p) => ('text' in p ? textLiteral(p.text) : nameLiteral(p.column))).join(' || ');
    wanted.push({ name: joined.name, sql, forms: [joined.form] });
  }
  const fields: Field[] = [];
  for (const { name, sql, forms: list } of wanted) {
    await connection.run(
      `INSERT INTO fields SELECT (SELECT coalesce(max(id), -1) + 1 FROM fields), ${textLiteral(stream)}, ${textLiteral(name)}, ${textLiteral(sql)}, ${textLiteral(list.join(' '))}
       WHERE NOT EXISTS (FROM fields WHERE stream = ${textLiteral(stream)} AND name = ${textLiteral(name)})`,
    );
    const [row] = (
      await connection.runAndReadAll(
        `SELECT id FROM fields WHERE stream = ${textLiteral(stream)} AND name = ${textLiteral(name)}`,
      )
    ).getRows();
    fields.push({ id: Number(row![0]), name, sql, forms: list });
  }
  return fields;
}

/** Grouping sets are numbered by the bits of the columns they leave out: as many as fit a 64-bit number, with room. */
const FIELDS_AT_ONCE = 40;

/** Enters the values of a batch of files of one stream. */
export async function indexBatch(
  connection: DuckDBConnection,
  stream: string,
  files: readonly BatchFile[],
  forms: FieldForms,
  readKeys: ReadKeys,
): Promise<void> {
  const scan = `read_parquet([${files.map((f) => textLiteral(f.path)).join(',')}], union_by_name = true, hive_partitioning = false, filename = true)`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${scan}`);
  const columns = described
    .getRows()
    .map(([column]) => String(column))
    .filter((c) => c !== 'filename');
  const texts = columns.filter((c) => !FIXED.has(c) || READ_FIXED.has(c));
  await connection.run('CREATE OR REPLACE TEMP TABLE batch_files (id INTEGER, filename VARCHAR)');
  await connection.run(
    `INSERT INTO batch_files VALUES ${files.map((f) => `(${f.id}, ${textLiteral(f.path)})`).join(',')}`,
  );
  await connection.run(
    `INSERT INTO columns SELECT * FROM (VALUES ${texts.map((c) => `(${textLiteral(stream)}, ${textLiteral(c)})`).join(',')}) v(stream, name)
     WHERE NOT EXISTS (FROM columns c WHERE c.stream = v.stream AND lower(c.name) = lower(v.name))`,
  );
  const fields = await fieldsOf(connection, stream, texts, forms);
  for (let from = 0; from === 0 || from < fields.length; from += FIELDS_AT_ONCE) {
    await countValues(connection, scan, fields.slice(from, from + FIELDS_AT_ONCE));
    if (from === 0) await dateFiles(connection);
    await enterKeys(connection, readKeys);
  }
}

const FIXED = new Set<string>(FIXED_NAMES);
const READ_FIXED = new Set(['_host', '_user', '_address', '_more']);

/** Temp table `counted`: each field's distinct texts by file, with how often and when; field -1: the file as a whole. */
async function countValues(connection: DuckDBConnection, scan: string, fields: readonly Field[]): Promise<void> {
  const names = fields.map((_, i) => `c${i}`);
  const picked = fields.map((f, i) => `, ${f.sql} AS c${i}`).join('');
  // GROUPING() has a bit for each column that a set leaves out, the first column highest: of a field's set exactly one is 0.
  const all = (1n << BigInt(fields.length)) - 1n;
  const which = fields.map((f, i) => `WHEN ${all ^ (1n << BigInt(fields.length - 1 - i))} THEN ${f.id}`).join(' ');
  const sets = ['(b.id)', ...names.map((n) => `(b.id, ${n})`)].join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE counted AS SELECT ${which === '' ? '-1' : `CASE g ${which} ELSE -1 END`}::INTEGER AS field, file, raw, hash(raw) AS text, n, first, last FROM (
       SELECT b.id AS file, coalesce(${[...names, 'NULL', 'NULL'].join(', ')}) AS raw, ${names.length === 0 ? '0' : `GROUPING(${names.join(', ')})`} AS g,
              count(*)::BIGINT AS n, min(t) AS first, max(t) AS last
       FROM (SELECT filename, _time AS t${picked} FROM ${scan}) s JOIN batch_files b USING (filename) GROUP BY GROUPING SETS (${sets})
     ) WHERE ${which === '' ? 'true' : `(g = ${all} OR (raw IS NOT NULL AND raw NOT IN ('', '-')))`}`,
  );
}

async function dateFiles(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    'UPDATE files SET first = c.first, last = c.last FROM counted c WHERE c.field = -1 AND c.file = files.id',
  );
}

/** From `counted` to `vals`: each distinct text of each form is read once. Texts meet by their hashes, which join fast. */
async function enterKeys(connection: DuckDBConnection, readKeys: ReadKeys): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE field_forms AS SELECT id AS field, unnest(string_split(forms, ' ')) AS form FROM fields
     WHERE id IN (SELECT field FROM counted)`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE distinct_texts AS SELECT row_number() OVER () AS place, form, text, raw FROM
       (SELECT f.form, c.text, any_value(c.raw) AS raw FROM counted c JOIN field_forms f USING (field) GROUP BY f.form, c.text)`,
  );
  const [all] = (await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM distinct_texts')).getRows();
  await connection.run('CREATE OR REPLACE TEMP TABLE text_keys (form VARCHAR, text UBIGINT, cls VARCHAR, key VARCHAR)');
  const appender = await connection.createAppender('text_keys');
  try {
    // Page by page and each page whole: what is appended in between would end a result that is still being read.
    for (let from = 0; from < Number(all![0]); from += PAGE) {
      const page = await connection.runAndReadAll(
        `SELECT form, text, raw FROM distinct_texts WHERE place > ${from} AND place <= ${from + PAGE}`,
      );
      for (const [form, text, raw] of page.getRows()) {
        for (const { cls, key } of readKeys(form as Form, raw as string)) {
          appender.appendVarchar(form as string);
          appender.appendUBigInt(text as bigint);
          appender.appendVarchar(cls);
          appender.appendVarchar(key.length > MAX_KEY_CHARS ? key.slice(0, MAX_KEY_CHARS).toWellFormed() : key);
          appender.endRow();
        }
      }
    }
  } finally {
    appender.closeSync();
  }
  await connection.run(
    `INSERT INTO vals SELECT k.cls::key_class, k.key, c.field, c.file, c.text, c.n, c.first, c.last
     FROM counted c JOIN field_forms f USING (field) JOIN text_keys k ON k.text = c.text AND k.form = f.form`,
  );
}

/** Distinct texts read at a time. */
const PAGE = 100_000;

/** A key beyond it is cut: no indicator is longer (model/indicator). */
const MAX_KEY_CHARS = 16_384;
