import { createHash } from 'node:crypto';
import { z } from 'zod';
import { quote } from '../../base/index.ts';
import { BehaviourError } from './errors.ts';
import { type BehaviourFile, complaint, headBlock } from './head.ts';
import { nameLiteral, textLiteral } from './sql.ts';

/**
 * What the logs of different products have in common. A view is sections by stream, each naming the columns it uses, so
 * that one that a lake does not have is NULL instead of an error.
 */
export interface View {
  readonly id: string;
  readonly title: string;
  /** name → SQL type, in order; besides these every view has time, stream, event, flags */
  readonly columns: Readonly<Record<string, string>>;
  /** columns whose external addresses are looked up in the network table */
  readonly networks: readonly string[];
  /** few rows come out of many: worth laying down whatever the size of its streams */
  readonly selective: boolean;
  /** empty for a derived view */
  readonly sections: readonly Section[];
  /** other views a derived one is made of */
  readonly reads: readonly string[];
  /** the SELECT of a derived view; '' for one of sections */
  readonly sql: string;
  readonly digest: string;
}

interface Section {
  readonly streams: readonly string[];
  readonly uses: readonly string[];
  readonly sql: string;
}

const Type = z.enum(['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP', 'INTEGER', 'VARCHAR[]']);
const Name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const Head = z.strictObject({
  id: Name,
  title: z.string().min(1).max(500),
  columns: z.record(Name, Type),
  networks: z.array(Name).default([]),
  selective: z.boolean().default(false),
  reads: z.array(Name).default([]),
});

/** What every view has besides its own columns. */
export const COMMON_COLUMNS: Readonly<Record<string, string>> = {
  time: 'TIMESTAMP',
  stream: 'VARCHAR',
  event: 'VARCHAR',
  flags: 'INTEGER',
};

const SECTION = /^-- section ([a-z0-9, -]+?)(?::(.*))?$/;

/** @throws BehaviourError NO_HEAD, BAD_HEAD, BAD_VIEW, TOO_LARGE */
export function parseView(file: BehaviourFile): View {
  const { head, sql } = headBlock(file);
  const parsed = Head.safeParse(head);
  if (!parsed.success) throw new BehaviourError('BAD_HEAD', complaint(parsed.error), file.path, parsed.error);
  const { columns, networks } = parsed.data;
  const bad = (what: string) => new BehaviourError('BAD_VIEW', what, file.path);
  const common = Object.keys(columns).find((name) => name in COMMON_COLUMNS);
  if (common !== undefined) throw bad(`every view has ${common}: it is not named in the head`);
  const unknown = networks.find((name) => columns[name] !== 'VARCHAR');
  if (unknown !== undefined) throw bad(`networks names ${unknown}, which is no VARCHAR column`);
  const sections = parsed.data.reads.length > 0 ? [] : parseSections(sql, file.path);
  return {
    ...parsed.data,
    sections,
    sql: sections.length > 0 ? '' : sql,
    digest: createHash('sha256').update(file.text).digest('hex'),
  };
}

function parseSections(sql: string, path: string): Section[] {
  const bad = (what: string) => new BehaviourError('BAD_VIEW', what, path);
  const sections: { streams: string[]; uses: string[]; lines: string[] }[] = [];
  for (const line of sql.split(/\r?\n/)) {
    const start = SECTION.exec(line);
    if (start) sections.push({ streams: names(start[1]!), uses: names(start[2] ?? ''), lines: [] });
    else if (line.startsWith('-- section')) throw bad(`cannot read the line ${quote(line)}`);
    else if (sections.length > 0) sections.at(-1)!.lines.push(line);
    else if (line.trim() !== '' && !line.startsWith('--')) throw bad('there is SQL before the first section');
  }
  if (sections.length === 0) throw bad('there is no section');
  return sections.map(({ streams, uses, lines }) => ({ streams, uses, sql: lines.join('\n').trim() }));
}

const names = (list: string): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A stream of a lake as views need it. */
export interface LakeStream {
  /** how SQL names the table of its rows */
  readonly table: string;
  /** its columns, lower case (SQL folds the case of names) */
  readonly columns: ReadonlySet<string>;
  readonly rows: number;
}
export type LakeStreams = ReadonlyMap<string, LakeStream>;

/** The lake's own columns, which every section has; others of them it names as it names fields. */
const OWN = '_evidence, _offset, _time, _flags, _event_id, _host, _user, _address';

/**
 * The SELECT of the view's rows over this lake: all columns of the head, `time`, `stream`, `flags`, and the address in
 * its two parts, so that rows can be laid down without a text of 80 characters each.
 */
export function viewRows(view: View, streams: LakeStreams): string {
  const parts = view.sections.flatMap((section) =>
    section.streams.flatMap((name) => {
      const stream = streams.get(name);
      return stream === undefined ? [] : [sectionSql(section, name, stream)];
    }),
  );
  const columns = Object.entries(view.columns).map(([name, type]) => `CAST(${name} AS ${type}) AS ${name}`);
  // The first part has no row, but every column: what no section gives is NULL then, not unknown.
  const all = [...Object.keys(view.columns), 'time', '_evidence', '_offset', '_flags', 'stream'];
  const none = `(SELECT ${all.map((name) => `NULL AS ${name}`).join(', ')} WHERE false)`;
  return `SELECT ${columns.join(', ')}, CAST(time AS TIMESTAMP) AS time, CAST(stream AS VARCHAR) AS stream,
CAST(_flags AS INTEGER) AS flags, CAST(_evidence AS VARCHAR) AS _evidence, CAST(_offset AS BIGINT) AS _offset
FROM (${[none, ...parts].join('\nUNION ALL BY NAME\n')})`;
}

/** The view as behaviours see it, over its rows (a table's name or a SELECT in parentheses). */
export function viewOver(view: View, rows: string): string {
  const columns = [...Object.keys(view.columns), 'time', 'stream', 'flags'];
  return `SELECT ${columns.join(', ')}, event_address(_evidence, _offset) AS event FROM ${rows}`;
}

function sectionSql(section: Section, name: string, stream: LakeStream): string {
  const used = section.uses.map((column) =>
    stream.columns.has(column.toLowerCase()) ? nameLiteral(column) : `CAST(NULL AS VARCHAR) AS ${nameLiteral(column)}`,
  );
  const source = `SELECT ${[OWN, ...used].join(', ')}, ${textLiteral(name)} AS stream FROM ${stream.table}`;
  return `(SELECT *, ${textLiteral(name)} AS stream FROM (
WITH source AS NOT MATERIALIZED (${source})
SELECT * FROM (
${section.sql}
)))`;
}

/** A derived view's SELECT with its columns in order and of their types. */
export function derivedRows(view: View): string {
  const columns = Object.entries({ ...view.columns, ...COMMON_COLUMNS });
  return `SELECT ${columns.map(([name, type]) => `CAST(${name} AS ${type}) AS ${name}`).join(', ')} FROM (\n${view.sql}\n)`;
}
