import { ASSUMED, type Assumptions, compute, type Posterior, ranked } from './compute.ts';
import type { Row, Table } from './model.ts';
import { qualityFor, ratios } from './quality.ts';

/** What the answer hangs on: everything is recomputed, nothing is estimated. */
export interface LeftOut {
  readonly kind: 'item' | 'group' | 'source' | 'origin';
  readonly id: string;
  readonly items: readonly string[];
  /** probability of the leading hypotheses without it, by hypothesis id */
  readonly p: Readonly<Record<string, number>>;
  /** the leading hypothesis without it */
  readonly leader: string;
}

export interface Linchpin {
  readonly item: string;
  /** nats the leader gains over the second by it, and the whole lead */
  readonly gain: number;
  readonly lead: number;
  /** source quality at which the lead would be gone; null when the item is the machine's or no quality does it */
  readonly qualityNeeded: number | null;
}

export interface Sweep {
  readonly epsilon: number;
  readonly unknownShare: number;
  readonly p: Readonly<Record<string, number>>;
  readonly deception: number;
}

export interface Sensitivity {
  readonly leftOut: readonly LeftOut[];
  /** lowest and highest probability of each leading hypothesis when one item is left out */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  readonly linchpins: readonly Linchpin[];
  /** smallest set found, greedily, whose absence changes the leader; null when nothing does */
  readonly mustBeFalse: readonly string[] | null;
  readonly sweeps: readonly Sweep[];
  /** the leader's probability over the sweeps: what the design values alone may change */
  readonly interval: readonly [number, number];
}

const EPSILONS = [-8, -7, -6, -5, -4].map(Math.exp);
const SHARES = [0.1, 0.25, 0.5];
/** the part of the sweep that words must withstand: a factor e in ε, the measured shares of unknown actors */
const WITHIN = { epsilon: [Math.exp(-6.01), Math.exp(-3.99)], share: [0.1, 0.25] } as const;
const LEADING = 3;
const MOST_ITEMS_FALSE = 40;

export function sensitivity(table: Table, base: Posterior, assumed: Assumptions = ASSUMED): Sensitivity {
  const order = ranked(table, base.p);
  const leading = order.slice(0, LEADING);
  const id = (h: number) => table.hypotheses[h]!.id;
  const name = (p: Float64Array) => Object.fromEntries(leading.map((h) => [id(h), p[h]!]));
  const without = (kind: LeftOut['kind'], key: string, gone: readonly Row[]): LeftOut => {
    const set = new Set(gone);
    const { p } = compute(table, assumed, (r) => !set.has(r));
    return { kind, id: key, items: gone.map((r) => r.item.id), p: name(p), leader: id(ranked(table, p)[0]!) };
  };
  const by = (kind: LeftOut['kind'], key: (r: Row) => string) =>
    [...Map.groupBy(table.rows, key)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, rows]) => without(kind, k, rows));
  const leftOut = [
    ...by('item', (r) => r.item.id),
    ...by('group', (r) => r.item.group),
    ...by('source', (r) => r.item.source.id),
    ...by('origin', (r) => r.item.source.origin),
  ];
  const range = Object.fromEntries(
    leading.map((h) => {
      const values = [base.p[h]!, ...leftOut.filter((l) => l.kind === 'item').map((l) => l.p[id(h)]!)];
      return [id(h), [Math.min(...values), Math.max(...values)] as const];
    }),
  );
  const sweeps = EPSILONS.flatMap((epsilon) =>
    SHARES.map((unknownShare): Sweep => {
      const post = compute(table, { ...assumed, epsilon, unknownShare });
      return { epsilon, unknownShare, p: name(post.p), deception: deceptionOf(post) };
    }),
  );
  const top = id(order[0]!);
  const near = sweeps
    .filter((s) => inside(s.epsilon, WITHIN.epsilon) && inside(s.unknownShare, WITHIN.share))
    .map((s) => s.p[top]!);
  return {
    leftOut,
    range,
    linchpins: linchpins(table, base, order, leftOut),
    mustBeFalse: mustBeFalse(table, base, order, assumed),
    sweeps,
    interval: [Math.min(base.p[order[0]!]!, ...near), Math.max(base.p[order[0]!]!, ...near)],
  };
}

const inside = (x: number, [a, b]: readonly [number, number]) => x >= a && x <= b;

/** Probability that traces were planted or borrowed, whoever did it. */
export function deceptionOf(post: Posterior): number {
  let sum = 0;
  for (let h = 0; h < post.p.length; h++) sum += post.p[h]! * post.deceived.planted[h]!;
  return sum;
}

/** Nats an item gives the first over the second, as it counts in its group and class. */
export function gains(post: Posterior, first: number, second: number): Map<string, number> {
  const out = new Map<string, number>();
  for (const g of post.groups) {
    const whole = g.nats[first]! - g.nats[second]!;
    const parts = g.rows.map((r) => Math.abs(r.nats[first]! - r.nats[second]!));
    const sum = parts.reduce((a, x) => a + x, 0);
    g.rows.forEach((r, i) => {
      out.set(r.item.id, (out.get(r.item.id) ?? 0) + (sum === 0 ? 0 : (whole * parts[i]!) / sum));
    });
  }
  return out;
}

function linchpins(table: Table, base: Posterior, order: readonly number[], leftOut: readonly LeftOut[]): Linchpin[] {
  const [first, second] = [order[0]!, order[1] ?? order[0]!];
  const lead = Math.log(base.p[first]! / base.p[second]!);
  const leader = table.hypotheses[first]!.id;
  const gain = gains(base, first, second);
  const turning = new Set(leftOut.filter((l) => l.kind === 'item' && l.leader !== leader).map((l) => l.id));
  return table.rows
    .filter((r) => turning.has(r.item.id) || (gain.get(r.item.id) ?? 0) > lead)
    .map((r) => {
      const w = gain.get(r.item.id) ?? 0;
      const lr = r.by === 'person' ? ratios(r.item)[leader] : undefined;
      return {
        item: r.item.id,
        gain: w,
        lead,
        qualityNeeded: lr === undefined ? null : qualityFor(lr, Math.max(0, r.nats[first]! - lead)),
      };
    });
}

function mustBeFalse(table: Table, base: Posterior, order: readonly number[], assumed: Assumptions): string[] | null {
  const [first, second] = [order[0]!, order[1] ?? order[0]!];
  const byGain = [...gains(base, first, second)]
    .filter(([, w]) => w > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const gone = new Set<string>();
  for (const [item] of byGain.slice(0, MOST_ITEMS_FALSE)) {
    gone.add(item);
    const { p } = compute(table, assumed, (r) => !gone.has(r.item.id));
    if (ranked(table, p)[0] !== first) return [...gone];
  }
  return null;
}
