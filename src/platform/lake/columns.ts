/** Row groups read back into growing columns, so that they can be laid out anew: the same values give the same bytes. */
import { type ColumnData, IntColumn, LongColumn, TextColumn } from './encode/columns.ts';
import type { SchemaColumn } from './encode/file.ts';
import type { PlacedPart } from './layout.ts';
import { damaged, type Ints, type LakeFile, type Longs, readColumn, type Texts } from './read.ts';

/** Decoded chunks of one column, kept while parts of the same row groups are walked. */
export class ColumnReader {
  readonly #key: string;
  readonly #known = new Map<LakeFile, Map<number, Texts | Ints | Longs>>();

  constructor(key: string) {
    this.#key = key;
  }

  /** undefined: the file has no such column, or it is null throughout the group. */
  async read(part: PlacedPart): Promise<Texts | Ints | Longs | undefined> {
    const chunk = part.file.groups[part.group]!.chunks.get(this.#key);
    if (chunk === undefined || chunk.meta.nulls === chunk.meta.rows) return undefined;
    let groups = this.#known.get(part.file);
    if (groups === undefined) {
      groups = new Map();
      this.#known.set(part.file, groups);
    }
    let column = groups.get(part.group);
    if (column === undefined) {
      column = await readColumn(part.file, chunk);
      groups.set(part.group, column);
    }
    return column;
  }

  async texts(part: PlacedPart): Promise<Texts | undefined> {
    const column = await this.read(part);
    if (column === undefined || column.kind === 'text') return column;
    throw damaged(part.file.path, `column ${this.#key} is not text`);
  }

  /** Rows of the part that have a value. */
  async count(part: PlacedPart): Promise<number> {
    const column = await this.read(part);
    let count = 0;
    if (column !== undefined) for (let row = part.from; row < part.to; row++) if (column.ids[row]! >= 0) count++;
    return count;
  }
}

/** One column over the rows of several parts, end to end; undefined when all are null. */
export async function gather(
  column: SchemaColumn,
  parts: readonly PlacedPart[],
  rows: number,
): Promise<ColumnData | undefined> {
  const reader = new ColumnReader(column.key);
  const out =
    column.kind === 'text' ? new TextColumn(rows) : column.kind === 'int' ? new IntColumn(rows) : new LongColumn(rows);
  let base = 0;
  for (const part of parts) {
    const source = await reader.read(part);
    if (source !== undefined) copy(source, part, out, base);
    base += part.to - part.from;
  }
  return out.count === 0 ? undefined : out;
}

function copy(source: Texts | Ints | Longs, part: PlacedPart, out: ColumnData, base: number): void {
  const shift = base - part.from;
  for (let row = part.from; row < part.to; row++) {
    const id = source.ids[row]!;
    if (id < 0) continue;
    if (source.kind === 'text' && out instanceof TextColumn) out.set(row + shift, source.values[id]!);
    else if (source.kind === 'int' && out instanceof IntColumn) out.set(row + shift, source.values[id]!);
    else if (source.kind === 'long' && out instanceof LongColumn) {
      out.setWords(row + shift, source.words[2 * id]!, source.words[2 * id + 1]!);
    } else throw damaged(part.file.path, 'a column has another type than its name asks for');
  }
}
