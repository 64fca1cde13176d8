import { oneLine } from '../../base/index.ts';

/** Colours and tables for a terminal; without colour the words carry everything. */
export interface Style {
  bold(s: string): string;
  dim(s: string): string;
  level(level: string, s: string): string;
}

const CODES: Record<string, string> = {
  critical: '1;37;41',
  high: '1;31',
  medium: '33',
  low: '36',
  informational: '2',
};

export function style(color: boolean): Style {
  const paint = (code: string, s: string) => (color ? `\x1b[${code}m${s}\x1b[0m` : s);
  return {
    bold: (s) => paint('1', s),
    dim: (s) => paint('2', s),
    level: (level, s) => paint(CODES[level] ?? '0', s),
  };
}

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** may shrink to this many columns when the terminal is narrow */
  readonly min?: number;
}

/** Rows as an aligned table that fits `width`; every cell goes through oneLine. `paint` may colour a padded cell. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string {
  const safe = rows.map((row) => row.map((cell) => oneLine(cell)));
  const widths = columns.map((c, i) => Math.max(c.title.length, ...safe.map((r) => (r[i] ?? '').length)));
  let over = widths.reduce((a, b) => a + b, 2 * (columns.length - 1)) - width;
  while (over > 0) {
    // Shrink the widest column that may shrink.
    let widest = -1;
    columns.forEach((c, i) => {
      if (c.min !== undefined && widths[i]! > c.min && (widest < 0 || widths[i]! > widths[widest]!)) widest = i;
    });
    if (widest < 0) break;
    const cut = Math.min(over, Math.max(1, widths[widest]! - columns[widest]!.min!), Math.max(1, Math.ceil(over / 2)));
    widths[widest]! -= cut;
    over -= cut;
  }
  const cell = (text: string, i: number): string => {
    const w = widths[i]!;
    const cut = text.length > w ? oneLine(text, w) : text;
    return columns[i]!.right ? cut.padStart(w) : i === columns.length - 1 ? cut : cut.padEnd(w);
  };
  const head = columns.map((c, i) => cell(c.title, i)).join('  ');
  const body = safe.map((row, r) => row.map((t, i) => paint(cell(t, i), r, i)).join('  '));
  return `${[head, ...body].map((l) => l.trimEnd()).join('\n')}\n`;
}
