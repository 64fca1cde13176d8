import { type Posterior, ranked } from './compute.ts';
import type { Table } from './model.ts';

/**
 * Analysis of competing hypotheses as a view: what each item says of each hypothesis, how well it tells them apart, how much
 * speaks against each. Shown, never used to rank: in controlled tests the method did not make judgements better.
 */
export interface Matrix {
  readonly hypotheses: readonly string[];
  readonly rows: readonly MatrixRow[];
  /** nats that speak against each hypothesis */
  readonly inconsistency: Readonly<Record<string, number>>;
}

export interface MatrixRow {
  readonly group: string;
  readonly items: readonly string[];
  readonly nats: Readonly<Record<string, number>>;
  /** widest difference between two hypotheses that are still in play */
  readonly diagnosticity: number;
  /** below 0.1 nats: fits everybody alike and tells nothing */
  readonly diagnostic: boolean;
}

const IN_PLAY = 0.01;
const LEAST_NATS = 0.1;
const MOST_COLUMNS = 12;

export function matrix(table: Table, post: Posterior): Matrix {
  const all = ranked(table, post.p);
  const columns = all.filter((h, i) => i < 2 || post.p[h]! > IN_PLAY).slice(0, MOST_COLUMNS);
  const id = (h: number) => table.hypotheses[h]!.id;
  const name = (of: (h: number) => number) => Object.fromEntries(columns.map((h) => [id(h), of(h)]));
  const rows = post.groups.map((g): MatrixRow => {
    const w = columns.map((h) => g.nats[h]!);
    const diagnosticity = Math.max(...w) - Math.min(...w);
    return {
      group: g.id,
      items: g.rows.map((r) => r.item.id),
      nats: name((h) => g.nats[h]!),
      diagnosticity,
      diagnostic: diagnosticity >= LEAST_NATS,
    };
  });
  return {
    hypotheses: columns.map(id),
    rows: rows.sort((a, b) => b.diagnosticity - a.diagnosticity || (a.items[0]! < b.items[0]! ? -1 : 1)),
    inconsistency: name((h) => post.groups.reduce((a, g) => a + Math.max(0, -g.nats[h]!), 0)),
  };
}
