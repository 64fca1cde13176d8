/**
 * A day whose parts have more fields together than a file keeps columns: fields in many rows stay columns, rare ones go
 * to `_more`, counted over all rows, so that a flood of made-up field names in a few events does not push the fields
 * that hunts ask for out of their columns. Slow and exact; ordinary logs never come here. Known limit: when such a day
 * also spells one field in several ways, which spelling stands in `_more` may depend on the order of runs.
 */
import { ColumnReader, gather } from './columns.ts';
import { type ColumnData, TextColumn } from './encode/columns.ts';
import type { SchemaColumn } from './encode/file.ts';
import { moreColumn } from './encode/group.ts';
import { columnKey, compareKeys } from './encode/names.ts';
import type { PlacedPart } from './layout.ts';
import { damaged, type RowGroup } from './read.ts';

/** Names counted at once; beyond it the rarest so far are forgotten (law 4: names are the adversary's). */
const NAMES = 200_000;

/** The row's further fields: name → text. */
type MoreFields = Map<string, string>;

export async function chooseColumns(
  parts: readonly PlacedPart[],
  narrow: ReadonlyMap<string, string>,
  columns: number,
): Promise<{ fields: Map<string, string>; overflow: boolean }> {
  const seen = new Map<string, { name: string; rows: number }>();
  const count = (key: string, name: string, rows: number): void => {
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { name, rows });
    else {
      known.rows += rows;
      if (name < known.name) known.name = name;
    }
  };
  let overflow = false;
  const group = new GroupReader();
  for (const part of parts) {
    for (const [key, name] of narrow) {
      const rows = await group.column(part, key).count(part);
      if (rows > 0) count(key, name, rows);
    }
    for (const [row, more] of await moreOf(part, group)) {
      for (const [key, name] of candidates(more)) if (!(await group.has(part, key, row))) count(key, name, 1);
      if (seen.size > NAMES) {
        overflow = true;
        forget(seen);
      }
    }
  }
  const ranked = [...seen].sort(([ka, a], [kb, b]) => b.rows - a.rows || compareKeys(ka, kb));
  const fields = new Map(ranked.slice(0, columns).map(([key, { name }]) => [key, name]));
  return { fields, overflow: overflow || ranked.length > columns };
}

function forget(seen: Map<string, { rows: number }>): void {
  for (let rows = 1; seen.size > NAMES / 2; rows *= 2) {
    for (const [key, known] of seen) if (known.rows <= rows) seen.delete(key);
  }
}

/** The columns of one row group under a given choice of fields; every other field goes to `_more`. */
export async function spread(
  parts: readonly PlacedPart[],
  schema: readonly SchemaColumn[],
  fields: ReadonlyMap<string, string>,
  rows: number,
): Promise<Map<string, ColumnData>> {
  const out = new Map<string, ColumnData>();
  const lifted = new Map<string, Map<number, string>>();
  const more = new Map<number, MoreFields>();
  let base = 0;
  const group = new GroupReader();
  for (const part of parts) {
    for (const [row, own] of await moreOf(part, group)) {
      const at = base + row - part.from;
      for (const [key, name] of candidates(own)) {
        if (!fields.has(key) || (await group.has(part, key, row))) continue;
        const values = lifted.get(key) ?? new Map<number, string>();
        lifted.set(key, values.set(at, own.get(name)!));
        own.delete(name);
      }
      if (own.size > 0) more.set(at, own);
    }
    await demote(part, group, fields, base, more);
    base += part.to - part.from;
  }
  for (const column of schema) {
    if (column.key === '_more') continue;
    const data = merge(await gather(column, parts, rows), lifted.get(column.key), rows);
    if (data !== undefined) out.set(column.key, data);
  }
  if (more.size > 0) out.set('_more', moreColumn(more, rows));
  return out;
}

/** Columns that are not chosen become entries of `more`, under the part's spelling. */
async function demote(
  part: PlacedPart,
  group: GroupReader,
  fields: ReadonlyMap<string, string>,
  base: number,
  more: Map<number, MoreFields>,
): Promise<void> {
  for (const { key, name } of part.file.schema) {
    if (columnKey(key) === null || fields.has(key)) continue;
    const column = await group.column(part, key).texts(part);
    if (column === undefined) continue;
    const spelled = part.entry.spellings.find((other) => columnKey(other) === key) ?? name;
    for (let row = part.from; row < part.to; row++) {
      const id = column.ids[row]!;
      if (id < 0) continue;
      const at = base + row - part.from;
      const own = more.get(at) ?? new Map<string, string>();
      more.set(at, own.set(spelled, column.values[id]!));
    }
  }
}

function merge(
  column: ColumnData | undefined,
  lifted: Map<number, string> | undefined,
  rows: number,
): ColumnData | undefined {
  if (lifted === undefined) return column;
  const from = column instanceof TextColumn ? column : undefined;
  const out = new TextColumn(rows);
  for (let row = 0; row < rows; row++) {
    const value = from?.has(row) ? from.dict[from.ids[row]!] : lifted.get(row);
    if (value !== undefined) out.set(row, value);
  }
  return out;
}

/** `_more` of each row that has one, by row of the group. */
async function moreOf(part: PlacedPart, group: GroupReader): Promise<Map<number, MoreFields>> {
  const out = new Map<number, MoreFields>();
  const column = await group.column(part, '_more').texts(part);
  if (column === undefined) return out;
  for (let row = part.from; row < part.to; row++) {
    const id = column.ids[row]!;
    if (id < 0) continue;
    const fields = parseMore(column.values[id]!);
    if (fields === null) throw damaged(part.file.path, '_more is not an object of texts');
    out.set(row, fields);
  }
  return out;
}

/** null: not the JSON object of texts that `_more` is. `__proto__` is a name like any other. */
export function parseMore(text: string): MoreFields | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const out: MoreFields = new Map();
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') return null;
    out.set(name, value);
  }
  return out;
}

/** Names that could be columns: key → the smallest spelling among the row's further fields. */
function candidates(more: MoreFields): Map<string, string> {
  const out = new Map<string, string>();
  for (const name of more.keys()) {
    const key = columnKey(name);
    if (key !== null && (out.get(key) ?? name) >= name) out.set(key, name);
  }
  return out;
}

/** Columns of the row group that is being walked, decoded once. */
class GroupReader {
  readonly #columns = new Map<string, ColumnReader>();
  #at: RowGroup | undefined;

  column(part: PlacedPart, key: string): ColumnReader {
    const group = part.file.groups[part.group];
    if (group !== this.#at) {
      this.#columns.clear();
      this.#at = group;
    }
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new ColumnReader(key);
      this.#columns.set(key, column);
    }
    return column;
  }

  async has(part: PlacedPart, key: string, row: number): Promise<boolean> {
    const column = await this.column(part, key).read(part);
    return column !== undefined && column.ids[row]! >= 0;
  }
}
