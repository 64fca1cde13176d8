/**
 * Parts in, the sealed file of their stream and day out, as pieces of bytes. A row group that already holds exactly the
 * parts that belong together is copied as it is; others are decoded and encoded again, which gives the same bytes as
 * copying would (tested). What comes out follows from the set of parts alone.
 */

import { ColumnReader, gather } from './columns.ts';
import { type Chunk, CODEC, TYPE } from './encode/chunk.ts';
import type { ColumnData } from './encode/columns.ts';
import { FileWriter, fileSchema, type SchemaColumn } from './encode/file.ts';
import { manifestText, type PartEntry } from './encode/manifest.ts';
import { columnKey } from './encode/names.ts';
import { fillsGroup, layout, type PlacedPart } from './layout.ts';
import { damaged } from './read.ts';
import { chooseColumns, spread } from './wide.ts';

/** @param parts ordered by name; at least one. */
export async function* pack(parts: readonly PlacedPart[], columns: number): AsyncGenerator<Uint8Array> {
  const narrow = await spellings(parts);
  const wide = narrow.size > columns || parts.some((part) => part.file.manifest.overflow);
  const chosen = wide ? await chooseColumns(parts, narrow, columns) : { fields: narrow, overflow: false };
  const schema = fileSchema(chosen.fields);
  const file = new FileWriter(schema);
  for (const group of layout(parts)) {
    const rows = group.reduce((sum, part) => sum + part.entry.rows, 0);
    if (wide) yield* file.group(rows, await spread(group, schema, chosen.fields, rows));
    else if (isGroup(group)) yield* await copied(file, group[0]!);
    else yield* file.group(rows, await gathered(group, schema, rows));
  }
  const single = parts.length === 1 && !wide;
  const entries: PartEntry[] = [];
  for (const part of parts) {
    const digest = single ? '' : part.entry.digest;
    entries.push({ ...part.entry, digest, spellings: await otherSpellings(part, chosen.fields) });
  }
  yield* file.footer(manifestText({ overflow: chosen.overflow, parts: entries }));
}

/** These parts, in this order, are the whole of one row group. */
function isGroup(parts: readonly PlacedPart[]): boolean {
  const { file, group } = parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.entry.rows, 0);
  return parts.every((part) => part.file === file && part.group === group) && rows === file.groups[group]!.rows;
}

async function copied(file: FileWriter, part: PlacedPart): Promise<Uint8Array[]> {
  const group = part.file.groups[part.group]!;
  const chunks = new Map<string, Chunk>();
  try {
    let start = part.file.size;
    let end = 0;
    for (const { at, meta } of group.chunks.values()) {
      start = Math.min(start, at);
      end = Math.max(end, at + meta.bytes);
    }
    const bytes = await part.file.read(start, end - start);
    for (const [key, { at, meta }] of group.chunks) {
      if (!Object.values(TYPE).some((t) => t === meta.type)) throw new RangeError('a type that is not ours');
      if (!Object.values(CODEC).some((c) => c === meta.codec)) throw new RangeError('a codec that is not ours');
      chunks.set(key, { pages: [bytes.subarray(at - start, at - start + meta.bytes)], meta });
    }
  } catch (cause) {
    throw damaged(part.file.path, cause);
  }
  return file.place(group.rows, (column) => chunks.get(column.key));
}

async function gathered(
  parts: readonly PlacedPart[],
  schema: readonly SchemaColumn[],
  rows: number,
): Promise<Map<string, ColumnData>> {
  const out = new Map<string, ColumnData>();
  for (const column of schema) {
    const data = await gather(column, parts, rows);
    if (data !== undefined) out.set(column.key, data);
  }
  return out;
}

/** The fields that any row of the parts has, with their smallest spelling. */
async function spellings(parts: readonly PlacedPart[]): Promise<Map<string, string>> {
  const taken = new Map<object, number>();
  for (const part of parts) {
    const group = part.file.groups[part.group]!;
    taken.set(group, (taken.get(group) ?? 0) + part.to - part.from);
  }
  // Footers tell what a row group has, not which of its parts: look closer when only some parts are taken, or when
  // parts disagree about a spelling.
  const respelled = parts.some((part) => part.entry.spellings.length > 0);
  const out = new Map<string, string>();
  for (const part of parts) {
    const group = part.file.groups[part.group]!;
    const closer = !fillsGroup(part) && (respelled || taken.get(group) !== group.rows);
    const own = new Map(part.entry.spellings.map((name) => [columnKey(name), name]));
    for (const column of fieldsOf(part)) {
      const chunk = group.chunks.get(column.key)!;
      if (chunk.meta.nulls === chunk.meta.rows) continue;
      if (closer && (await new ColumnReader(column.key).count(part)) === 0) continue;
      const name = own.get(column.key) ?? column.name;
      const known = out.get(column.key);
      if (known === undefined || name < known) out.set(column.key, name);
    }
  }
  return out;
}

function fieldsOf(part: PlacedPart): SchemaColumn[] {
  return part.file.schema.filter((column) => columnKey(column.key) !== null);
}

/** How the part spells columns that the new file spells otherwise. */
async function otherSpellings(part: PlacedPart, fields: ReadonlyMap<string, string>): Promise<string[]> {
  const own = new Map(part.entry.spellings.map((name) => [columnKey(name), name]));
  const group = part.file.groups[part.group]!;
  const out: string[] = [];
  for (const { key, name } of fieldsOf(part)) {
    const chunk = group.chunks.get(key)!;
    const spelled = own.get(key) ?? name;
    const now = fields.get(key);
    if (now === undefined || spelled === now || chunk.meta.nulls === chunk.meta.rows) continue;
    if (fillsGroup(part) || (await new ColumnReader(key).count(part)) > 0) out.push(spelled);
  }
  return out.sort();
}
