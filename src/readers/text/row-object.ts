import type { JsonObject } from './json.ts';

/** Cells under their column names; without a name `column_N`. Empty cells are no fields: a column stands for all rows. */
export function rowObject(header: readonly string[], cells: readonly string[], unnamed = 'column_'): JsonObject {
  const out: JsonObject = Object.create(null);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (cell === '') continue;
    const name = header[i]?.trim() || `${unnamed}${i + 1}`;
    if (!(name in out)) out[name] = cell;
  }
  return out;
}
