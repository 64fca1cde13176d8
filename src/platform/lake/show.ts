/** Answers as text: a table for a terminal, CSV (RFC 4180) or JSON lines. Lines come as they are ready. */
import type { Answer, Cell } from './query.ts';

export type AnswerFormat = 'table' | 'csv' | 'jsonl';

/** Rows a table looks at for its column widths, and the widest a cell may be. */
const TABLE_ROWS = 1_000;
const CELL_WIDTH = 60;

/** Each text ends with a newline. A table says at its end how many rows it shows and whether there were more. */
export async function* showAnswer(answer: Answer, format: AnswerFormat): AsyncGenerator<string> {
  const names = answer.columns.map((column) => column.name);
  if (format === 'csv') yield `${names.map(csv).join(',')}\r\n`;
  const held: Cell[][] = [];
  let shown = 0;
  let widths: number[] | undefined;
  const table = function* (): Generator<string> {
    widths ??= names.map((name, i) => Math.max(...[name, ...held.map((row) => plain(row[i]))].map((t) => width(t))));
    const line = (cells: string[]): string =>
      `${cells.map((cell, i) => (i === cells.length - 1 ? cut(cell) : pad(cut(cell), widths![i]!))).join('  ')}\n`;
    if (shown === 0) yield line(names) + line(widths.map((w) => '-'.repeat(Math.min(w, CELL_WIDTH))));
    for (const row of held.splice(0)) {
      shown++;
      yield line(row.map(plain));
    }
  };
  for (;;) {
    const next = await answer.rows.next();
    if (next.done === true) {
      if (format === 'table') {
        yield* table();
        yield `(${shown} row${shown === 1 ? '' : 's'}${next.value.truncated ? ', there are more' : ''})\n`;
      }
      return;
    }
    for (const row of next.value) {
      if (format === 'csv') yield `${row.map((cell) => csv(cell === null ? '' : plain(cell))).join(',')}\r\n`;
      else if (format === 'jsonl') yield `${jsonLine(names, row)}\n`;
      else held.push(row);
    }
    if (held.length >= TABLE_ROWS) yield* table();
  }
}

/** Keys stay in column order; two columns of one name are told apart by a number. */
function jsonLine(names: readonly string[], row: readonly Cell[]): string {
  const seen = new Map<string, number>();
  const members = names.map((name, i) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return `${JSON.stringify(times === 1 ? name : `${name}:${times}`)}:${JSON.stringify(row[i] ?? null)}`;
  });
  return `{${members.join(',')}}`;
}

function plain(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

const csv = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** What logs carry must not drive the terminal: control and direction characters are shown as what they are. */
function cut(value: string): string {
  const shown = printable(value);
  return shown.length > CELL_WIDTH ? `${shown.slice(0, CELL_WIDTH - 1)}…` : shown;
}
const printable = (value: string): string =>
  value
    .slice(0, 4 * CELL_WIDTH)
    .replace(
      /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
const width = (value: string): number => Math.min(printable(value).length, CELL_WIDTH);
const pad = (value: string, to: number): string => value.padEnd(to);
