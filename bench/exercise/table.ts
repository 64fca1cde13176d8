/** Numbers of many runs as one table: mean, lowest, highest, standard deviation. Pure. */

export interface Column<T> {
  readonly title: string;
  /** null: this run has no such number */
  readonly of: (run: T) => number | null;
  readonly digits: number;
}

export interface Spread {
  readonly n: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly deviation: number;
}

/** null when there is no number; the deviation is that of a sample (n - 1), 0 for one number. */
export function spread(numbers: readonly number[]): Spread | null {
  const n = numbers.length;
  if (n === 0) return null;
  const mean = numbers.reduce((a, b) => a + b, 0) / n;
  const squares = numbers.reduce((a, b) => a + (b - mean) ** 2, 0);
  return {
    ...{ n, mean, min: Math.min(...numbers), max: Math.max(...numbers) },
    deviation: n === 1 ? 0 : Math.sqrt(squares / (n - 1)),
  };
}

/** One line a run, then one each for mean, lowest, highest, deviation. `name` heads each line. */
export function table<T>(runs: readonly T[], name: (run: T) => string, columns: readonly Column<T>[]): string {
  const cell = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));
  const spreads = columns.map((c) => spread(runs.map(c.of).filter((v) => v !== null)));
  const foot = (['mean', 'min', 'max', 'deviation'] as const).map((row) => [
    row,
    ...columns.map((c, i) => cell(spreads[i]?.[row] ?? null, Math.max(c.digits, row === 'mean' ? 2 : c.digits))),
  ]);
  const body = runs.map((run) => [name(run), ...columns.map((c) => cell(c.of(run), c.digits))]);
  return aligned([['', ...columns.map((c) => c.title)], ...body, ...(runs.length > 1 ? foot : [])]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = (i: number) => Math.max(...rows.map((r) => r[i]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, i) => width(i));
  return rows
    .map((r) => r.map((c, i) => (i === 0 ? c.padEnd(widths[i] ?? 0) : c.padStart(widths[i] ?? 0))).join('  '))
    .join('\n');
}
