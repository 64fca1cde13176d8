import { type Deceived, deceive, EPSILON, median } from './deception.ts';
import { temper } from './machine/features.ts';
import type { MachineClass } from './machine/score.ts';
import type { Regime } from './machine/weights.ts';
import type { Row, Table } from './model.ts';
import { calibrate, logit, softmax } from './posterior.ts';
import { capOf, pooled } from './quality.ts';

/** Assumptions nobody can measure in one case: each is swept, and the sweep is printed. */
export interface Assumptions {
  /** P(deception) × P(a given actor is the one framed) */
  readonly epsilon: number;
  /** share of incidents whose actor is not in the knowledge */
  readonly unknownShare: number;
  /** what each further item of one dependence group is worth */
  readonly rho: number;
}
/**
 * ε for a case with high stakes, as attribution to a state is: in the benchmark two planted tools then bring the framed actor
 * above .9 in 0.6 % of cases (1.1 % at e^−6), at half a point of accuracy and no worse calibration.
 */
export const ASSUMED: Assumptions = { epsilon: EPSILON.high, unknownShare: 0.25, rho: 0.5 };

/** A dependence group as it counts: nats by hypothesis after tempering, pooling and cap. */
export interface Group {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly nats: Float64Array;
  readonly forgeable: boolean;
  readonly capped: boolean;
}

export interface Posterior {
  readonly p: Float64Array;
  /** before the calibration map */
  readonly stated: Float64Array;
  readonly scores: Float64Array;
  readonly groups: readonly Group[];
  readonly deceived: Deceived;
  /** forgeable evidence relative to the typical candidate */
  readonly forgeable: Float64Array;
  readonly regime: Regime;
}

/** Classes in which one actor's work can be made to look like another's. */
const BORROWED: ReadonlySet<string> = new Set(['malware', 'tool', 'exploit', 'code', 'timing', 'language']);
export const isForgeable = (row: Row) =>
  row.by === 'machine'
    ? row.cls === 'software'
    : BORROWED.has(row.item.cls) && !['hard', 'veryhard'].includes(row.item.forgeability);

/** The posterior over the table's hypotheses, with some rows left out when `keeps` says so. */
export function compute(table: Table, a: Assumptions = ASSUMED, keeps: (row: Row) => boolean = () => true): Posterior {
  const rows = table.rows.filter(keeps);
  const H = table.hypotheses.length;
  const known = table.hypotheses.filter((h) => h.actor >= 0).length;
  const groups = [...machineGroups(rows, H), ...personGroups(rows, H, a.rho)];
  const rest = Float64Array.from(table.prior);
  const s = new Float64Array(H);
  const victims = new Float64Array(H);
  for (const g of groups) {
    const into = g.forgeable ? s : g.rows[0]!.cls === 'victim' ? victims : rest;
    for (let h = 0; h < H; h++) into[h]! += g.nats[h]!;
  }
  const typical = median(s.subarray(0, known));
  const typicalVictim = median(victims.subarray(0, known));
  for (let h = 0; h < known; h++) {
    s[h]! -= typical;
    rest[h]! += victims[h]! - typicalVictim;
  }
  const count = (cls: MachineClass) => rows.filter((r) => r.cls === cls).length;
  const software = rows.filter((r) => r.cls === 'software');
  const users = software.map((r) => table.usersOf(r.thing));
  const extra =
    table.unknownScore(
      count('technique'),
      software.length,
      users.some((n) => n === 0),
    ) +
    logit(a.unknownShare) -
    logit(table.weights.unknownShare);
  for (let h = known; h < H; h++) rest[h]! += extra;
  const deceived = deceive(
    s,
    table.hypotheses.map((h) => h.kind === 'actor'),
    a.epsilon,
  );
  const scores = Float64Array.from(rest, (x, h) => x + deceived.scores[h]!);
  const regime: Regime = rows.some((r) => r.by === 'person')
    ? 'analyst evidence'
    : users.some((n) => n > 0)
      ? 'named malware'
      : 'techniques only';
  const stated = softmax(scores, table.weights.temperature);
  return {
    p: calibrate(stated, table.weights.calibration[regime].map),
    stated,
    scores,
    groups,
    deceived,
    forgeable: s,
    regime,
  };
}

/** Machine rows of one class, each its own group, tempered by the root of how many there are. */
function machineGroups(rows: readonly Row[], H: number): Group[] {
  const groups: Group[] = [];
  for (const cls of ['technique', 'software', 'victim'] as const) {
    const own = rows.filter((r) => r.cls === cls);
    const share = temper(own.length);
    for (const row of own) {
      const nats = new Float64Array(H);
      for (let h = 0; h < H; h++) nats[h] = share * row.nats[h]!;
      groups.push({ id: row.item.group, rows: [row], nats, forgeable: isForgeable(row), capped: false });
    }
  }
  return groups;
}

function personGroups(rows: readonly Row[], H: number, rho: number): Group[] {
  const by = new Map<string, Row[]>();
  for (const r of rows) if (r.by === 'person') by.set(r.item.group, [...(by.get(r.item.group) ?? []), r]);
  return [...by].map(([id, own]) => {
    const cap = capOf(own.map((r) => r.item));
    const nats = new Float64Array(H);
    let capped = false;
    for (let h = 0; h < H; h++) {
      const w = own.map((r) => r.nats[h]!).filter((x) => x !== 0);
      const free = pooled(w, rho, Number.POSITIVE_INFINITY);
      nats[h] = pooled(w, rho, cap);
      capped ||= free !== nats[h];
    }
    return { id, rows: own, nats, forgeable: own.every(isForgeable), capped };
  });
}

/** Positions by falling probability; equal ones by id, so that the order is the same everywhere. */
export function ranked(table: Table, p: Float64Array): number[] {
  return [...p.keys()].sort((i, j) => p[j]! - p[i]! || (table.hypotheses[i]!.id < table.hypotheses[j]!.id ? -1 : 1));
}
