import { deceive, mapped, softmax } from '../../src/attribution/index.ts';
import type { Corpus } from './corpus.ts';
import { CLUSTER_COUNT, clusterOf, type Item, split } from './design.ts';
import { normalise, scores } from './logit.ts';
import { type Judged, mean, type Stated } from './metrics.ts';

/** Items judged by weights that never saw their actors. */
export interface Outcome {
  readonly closed: readonly Judged[];
  /** the top statement, the unknown among the answers */
  readonly open: readonly Stated[];
  /** top statements that name an actor */
  readonly named: readonly Stated[];
  readonly unknown: readonly { p: number; positive: boolean; weight: number }[];
  readonly logLoss: { closed: number; open: number };
}

export type Map01 = readonly { upTo: number; observed: number }[];

export function judge(
  corpus: Corpus,
  list: readonly Item[],
  weightsOf: (i: Item) => Float64Array,
  maps?: (i: Item) => { closed: Map01; open: Map01 },
): Outcome {
  const M = corpus.knowledge.actors.length + 1;
  const U = M - 1;
  const cluster = clusterOf(corpus);
  const s = new Float64Array(M);
  const closed: Judged[] = [];
  const open: Stated[] = [];
  const named: Stated[] = [];
  const unknown: { p: number; positive: boolean; weight: number }[] = [];
  let [lossClosed, lossOpen, weight] = [0, 0, 0];
  for (const i of list) {
    scores(i.x, weightsOf(i), s);
    normalise(s);
    const map = maps?.(i);
    let best = 0;
    for (let g = 1; g < M; g++) if (s[g]! > s[best]!) best = g;
    const p = map === undefined ? s[best]! : mapped(s[best]!, map.open);
    const said: Stated = { p, right: best === i.truth, weight: i.weight };
    open.push(said);
    if (best !== U) named.push(said);
    unknown.push({ p: s[U]!, positive: i.truth === U, weight: i.weight });
    lossOpen -= i.weight * Math.log(Math.max(1e-12, s[i.truth]!));
    weight += i.weight;
    if (!i.known) continue;
    closed.push(closedJudgement(s, U, i.truth, cluster, map?.closed));
    lossClosed -= Math.log(Math.max(1e-12, s[i.truth]! / (1 - s[U]!)));
  }
  return { closed, open, named, unknown, logLoss: { closed: lossClosed / closed.length, open: lossOpen / weight } };
}

function closedJudgement(s: Float64Array, U: number, truth: number, cluster: readonly number[], map?: Map01): Judged {
  const rest = 1 - s[U]!;
  let [better, ties, top] = [0, 0, 0];
  let brier = 0;
  const by = new Float64Array(CLUSTER_COUNT);
  for (let g = 0; g < U; g++) {
    const p = s[g]! / rest;
    if (g !== truth) {
      if (s[g]! > s[truth]!) better++;
      else if (s[g] === s[truth]) ties++;
    }
    if (s[g]! > s[top]!) top = g;
    brier += (p - (g === truth ? 1 : 0)) ** 2;
    by[cluster[g]!]! += p;
  }
  const stated = s[top]! / rest;
  return {
    rank: 1 + better + ties / 2,
    pTruth: s[truth]! / rest,
    top: map === undefined ? stated : mapped(stated, map),
    right: better === 0 && top === truth,
    brier,
    clusterRight: by.indexOf(Math.max(...by)) === cluster[truth],
  };
}

export const hits = (j: readonly Judged[], k: number) =>
  j.map((x) => (x.rank <= k ? 1 : x.rank < k + 1 ? k + 1 - x.rank : 0));
export const mrr = (j: readonly Judged[]) => mean(j.map((x) => 1 / x.rank));
export const asStated = (j: readonly Judged[]): Stated[] => j.map((x) => ({ p: x.top, right: x.right, weight: 1 }));

/** The product's posterior of a row: deception inside the likelihood, as src/attribution/compute.ts has it. */
export function deceived(x: Float32Array, w: Float64Array, M: number, epsilon: number) {
  const { rest, software } = split(x, w, M);
  const framable = Array.from({ length: M }, (_, g) => g < M - 1 && Number.isFinite(rest[g]!));
  const d = deceive(
    Float64Array.from(software, (v, g) => (framable[g] === true || g === M - 1 ? v : -50)),
    framable,
    epsilon,
  );
  const p = softmax(rest.map((r, g) => r + d.scores[g]!));
  let planted = 0;
  for (let g = 0; g < M; g++) planted += p[g]! * d.planted[g]!;
  return { p, planted };
}
