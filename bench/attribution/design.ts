import { backgroundOf, designRow, FEATURES, median, type Observed } from '../../src/attribution/index.ts';
import { CLUSTERS, type ProfileView } from '../../src/knowledge/profiles/index.ts';
import { type Case, type Corpus, type HoldOut, viewFor } from './corpus.ts';
import type { Choice } from './logit.ts';

/** A case under one regime, ready to be fitted on or judged. */
export interface Item extends Choice {
  readonly case: Case;
  readonly fold: number;
  readonly observed: Observed;
  /** the truth is a known actor; false: first report on an actor, or a twin whose actor was erased */
  readonly known: boolean;
  readonly twin: boolean;
  readonly regime: HoldOut;
}

export const F = FEATURES.length;
const SOFTWARE = FEATURES.map((f) => f.startsWith('s '));
/** an erased twin counts a third: one real incident must not count twice as an unknown one */
const TWIN = 1 / 3;

/** Under the regime: every case, and for every known one its twin with the actor erased. `alter` disturbs what was observed. */
export function items(
  corpus: Corpus,
  regime: HoldOut,
  options: { least?: number; twins?: boolean; alter?: (o: Observed, view: ProfileView, c: Case) => Observed } = {},
): Item[] {
  const G = corpus.knowledge.actors.length;
  const out: Item[] = [];
  for (const c of corpus.cases) {
    if (c.cited < (options.least ?? 8)) continue;
    const view = viewFor(corpus, c, regime);
    if (view === null) continue;
    const observed = options.alter === undefined ? c.observed : options.alter(c.observed, view, c);
    const known = view.size[c.actor]! > 0;
    const row = (erased: number) => {
      const x = new Float32Array((G + 1) * F);
      designRow(backgroundOf(view, erased), observed, x);
      return x;
    };
    const common = { case: c, fold: c.fold, observed, regime };
    out.push({ ...common, x: row(-1), truth: known ? c.actor : G, weight: 1, known, twin: false });
    if (known && options.twins !== false)
      out.push({ ...common, x: row(c.actor), truth: G, weight: TWIN, known: false, twin: true });
  }
  return out;
}

export const reweighted = (list: readonly Item[], by: number): Item[] =>
  list.map((i) => ({ ...i, weight: i.weight * by }));

/** Scores split into what can be planted (software) and the rest, as the product's likelihood with deception needs them. */
export function split(x: Float32Array, w: Float64Array, M: number): { rest: Float64Array; software: Float64Array } {
  const rest = new Float64Array(M).fill(Number.NEGATIVE_INFINITY);
  const software = new Float64Array(M);
  for (let g = 0; g < M; g++) {
    if (Number.isNaN(x[g * F]!)) continue;
    let [r, s] = [0, 0];
    for (let j = 0; j < F; j++) {
      const v = w[j]! * x[g * F + j]!;
      if (SOFTWARE[j]) s += v;
      else r += v;
    }
    rest[g] = r;
    software[g] = s;
  }
  const candidates = [...software.keys()].filter((g) => g < M - 1 && Number.isFinite(rest[g]!));
  const middle = median(candidates.map((g) => software[g]!));
  for (const g of candidates) software[g]! -= middle;
  return { rest, software };
}

export const clusterOf = (corpus: Corpus) => corpus.knowledge.actors.map((a) => CLUSTERS.indexOf(a.cluster));
export const CLUSTER_COUNT = CLUSTERS.length;
