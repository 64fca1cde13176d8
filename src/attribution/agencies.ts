import type { AgencyView } from '../model/index.ts';
import { divergence, LEAST } from './posterior.ts';
import { bandOf } from './wording.ts';

/**
 * Several agencies: their views stand side by side with the engine's; the pool is a fourth voice, never a replacement.
 * Log pool p ∝ Π p_a^{w_a}, Σw = 1, no extremising (agencies share sources). Agencies whose views rest on a shared origin
 * share one weight; so the question "who told you?" can turn the order, and must be asked.
 */
export interface Pool {
  readonly hypotheses: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
  /** sets of agencies that share one weight, with the origin they share */
  readonly shared: readonly { agencies: readonly string[]; origins: readonly string[] }[];
  readonly p: Readonly<Record<string, number>>;
  /** the same as if everybody were independent: how much the question of origins matters */
  readonly ifIndependent: Readonly<Record<string, number>>;
  /** agencies whose origins nobody has asked for */
  readonly toAsk: readonly string[];
  readonly dissent: readonly Dissent[];
}

export interface Dissent {
  readonly agency: string;
  /** nats between the agency's view and the pool */
  readonly divergence: number;
  /** when its leading hypothesis is not the pool's: how many ICD 203 bands lie between the two on it */
  readonly bands: number;
  readonly holds: string;
  readonly p: number;
  readonly text: string;
  readonly basisOrigins: readonly string[];
}

/** nats from the pool at which a view is printed as dissent */
const DISSENT = 0.25;
const DISSENT_BANDS = 2;
/** scored assessments an agency needs before its weight may differ from the others' */
const SCORED = 20;

export function pool(views: readonly AgencyView[]): Pool {
  const hypotheses = [...new Set(views.flatMap((v) => Object.keys(v.p)))].sort();
  const table = views.map((v) => spread(v, hypotheses));
  const sets = sharing(views);
  const raw = views.map((v) => ((v.scored ?? 0) >= SCORED ? (v.weight ?? 1) : 1));
  const weights = views.map((_, i) => {
    const set = sets.find((s) => s.includes(i))!;
    return raw[i]! / set.length;
  });
  const mixed = logPool(table, weights);
  const free = logPool(table, raw);
  const total = weights.reduce((a, x) => a + x, 0) || 1;
  const name = (p: readonly number[]) => Object.fromEntries(hypotheses.map((h, i) => [h, p[i]!]));
  return {
    hypotheses,
    weights: Object.fromEntries(views.map((v, i) => [v.agency, weights[i]! / total])),
    shared: sets
      .filter((s) => s.length > 1)
      .map((s) => ({ agencies: s.map((i) => views[i]!.agency), origins: sharedOrigins(s.map((i) => views[i]!)) })),
    p: name(mixed),
    ifIndependent: name(free),
    toAsk: views.filter((v) => v.basisOrigins.length === 0 && v.asked !== true).map((v) => v.agency),
    dissent: views.flatMap((v, i) => dissentOf(v, table[i]!, mixed, hypotheses)),
  };
}

/** A view over all hypotheses: what it does not name shares what it leaves over; nothing is 0 (a veto must be argued). */
function spread(view: AgencyView, hypotheses: readonly string[]): number[] {
  const named = hypotheses.filter((h) => view.p[h] !== undefined);
  const left = Math.max(0, 1 - named.reduce((a, h) => a + view.p[h]!, 0));
  const share = left / Math.max(1, hypotheses.length - named.length);
  const p = hypotheses.map((h) => Math.max(LEAST, view.p[h] ?? share));
  const z = p.reduce((a, x) => a + x, 0);
  return p.map((x) => x / z);
}

export function logPool(table: readonly (readonly number[])[], weights: readonly number[]): number[] {
  const total = weights.reduce((a, x) => a + x, 0) || 1;
  const n = table[0]?.length ?? 0;
  const logs = Array.from({ length: n }, (_, h) =>
    table.reduce((a, p, i) => a + (weights[i]! / total) * Math.log(p[h]!), 0),
  );
  const max = Math.max(...logs);
  const e = logs.map((x) => Math.exp(x - max));
  const z = e.reduce((a, x) => a + x, 0);
  return e.map((x) => x / z);
}

/** Agencies joined, directly or through a third, by a shared origin. */
function sharing(views: readonly AgencyView[]): number[][] {
  const set = views.map((_, i) => i);
  const owner = new Map<string, number>();
  const root = (i: number): number => {
    while (set[i] !== i) i = set[i]!;
    return i;
  };
  views.forEach((v, i) => {
    for (const o of v.basisOrigins) {
      const other = owner.get(o);
      if (other === undefined) owner.set(o, i);
      else set[root(i)] = root(other);
    }
  });
  const groups = new Map<number, number[]>();
  views.forEach((_, i) => {
    groups.set(root(i), [...(groups.get(root(i)) ?? []), i]);
  });
  return [...groups.values()];
}

function sharedOrigins(views: readonly AgencyView[]): string[] {
  const count = new Map<string, number>();
  for (const v of views) for (const o of new Set(v.basisOrigins)) count.set(o, (count.get(o) ?? 0) + 1);
  return [...count]
    .filter(([, n]) => n > 1)
    .map(([o]) => o)
    .sort();
}

function dissentOf(
  view: AgencyView,
  own: readonly number[],
  mixed: readonly number[],
  hypotheses: readonly string[],
): Dissent[] {
  const far = divergence(own, mixed);
  const top = own.indexOf(Math.max(...own));
  // firmer or softer on the same answer is told by the divergence; bands count for another answer
  const leads = mixed.indexOf(Math.max(...mixed)) === top;
  const bands = leads ? 0 : Math.abs(bandOf(own[top]!, 'icd-203') - bandOf(mixed[top]!, 'icd-203'));
  if (far <= DISSENT && bands < DISSENT_BANDS) return [];
  return [
    {
      agency: view.agency,
      divergence: far,
      bands,
      holds: hypotheses[top]!,
      p: own[top]!,
      text: view.text,
      basisOrigins: view.basisOrigins,
    },
  ];
}
