import { LIMITS } from '../contract.ts';
import type { Delimiter } from './csv.ts';
import { eachRow } from './csv.ts';
import { headText } from './encoding.ts';

/** What the first bytes of a delimited file say: its delimiter, its header. */
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

export interface CsvHead {
  readonly delimiter: Delimiter;
  readonly header: string[];
  /** a few first rows behind the header */
  readonly rows: string[][];
}

/** The delimiter that gives most of the first rows as many cells as the header, at least two; null: no table. */
export function sniffCsv(head: Uint8Array): CsvHead | null {
  const best = bestDialect(head);
  if (best === null || best.header.some((h) => h.length > 200)) return null;
  const { delimiter, header, rows, fitting, faults } = best;
  return fitting * 2 >= rows.length && (rows.length > 0 || faults === 0) ? { delimiter, header, rows } : null;
}

/** The delimiter to read a file with that is known to be a table, however damaged its rows; null: no header of two cells. */
export function delimiterOf(head: Uint8Array): Delimiter | null {
  return bestDialect(head)?.delimiter ?? null;
}

/** Lines programs put before the header: PowerShell's `#TYPE …`, Excel's `sep=;`. */
export function isPreamble(cells: readonly string[]): boolean {
  return /^(?:#TYPE .{0,400}|sep=.?)$/i.test(cells[0] ?? '');
}

function bestDialect(head: Uint8Array): (CsvHead & { fitting: number; faults: number }) | null {
  const text = headText(head);
  const source = { size: text.length, read: (o: number, into: Uint8Array) => text.copy(into, 0, o, o + into.length) };
  let best: (CsvHead & { fitting: number; faults: number }) | null = null;
  for (const delimiter of DELIMITERS) {
    const rows: string[][] = [];
    let faults = 0;
    eachRow(source, delimiter, {
      row(row) {
        // the head may end inside a row
        const whole = row.offset + row.length < text.length || text.length < LIMITS.headBytes / 2;
        if ((whole || rows.length === 0) && !isPreamble(row.cells)) rows.push(row.cells);
        return rows.length < 6;
      },
      fault: () => faults++,
    });
    const [header, ...rest] = rows;
    if (!header || header.length < 2) continue;
    // Event Viewer gives its last column, the message, no name.
    const fits = (n: number) => n === header.length || n === header.length + 1;
    const fitting = rest.filter((r) => fits(r.length) || (r.length === 1 && r[0] === '')).length;
    const better =
      best === null || fitting > best.fitting || (fitting === best.fitting && header.length > best.header.length);
    if (better) best = { delimiter, header, rows: rest, fitting, faults };
  }
  return best;
}
