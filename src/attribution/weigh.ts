import type { ProfileView } from '../knowledge/profiles/index.ts';
import type { AgencyView, EvidenceItem, Likelihood, Scale, SponsorClaim } from '../model/index.ts';
import { type Pool, pool } from './agencies.ts';
import { type Collection, nextCollection } from './collect.ts';
import { ASSUMED, type Assumptions, compute, type Posterior, ranked } from './compute.ts';
import { type ConfidenceReport, confidence } from './confidence.ts';
import { AttributionError } from './errors.ts';
import { type LadderStep, ladder } from './ladder.ts';
import type { Calibration, Regime, Weights } from './machine/weights.ts';
import { type Matrix, matrix } from './matrix.ts';
import { buildTable, type ExtraHypothesis, type Table, UNKNOWN, type UnusedItem } from './model.ts';
import { type Pairing, pairing } from './parties.ts';
import { shown } from './posterior.ts';
import { deceptionOf, gains, type Sensitivity, sensitivity } from './sensitivity.ts';
import { confidenceSentence, likelihood, likelihoodSentence } from './wording.ts';

export interface WeighOptions {
  readonly assumed?: Partial<Assumptions>;
  readonly scale?: Scale;
  /** day the incident is weighed for (YYYY-MM-DD); default: the last observation of machine evidence */
  readonly day?: string;
  readonly extra?: readonly ExtraHypothesis[];
  readonly sponsors?: readonly SponsorClaim[];
  readonly agencies?: readonly AgencyView[];
  /** probability that the findings are one intrusion; default .95, lowered by who joined them */
  readonly oneIntrusion?: number;
  /** ATT&CK tactics the findings name, beside those of the techniques known here */
  readonly tactics?: readonly string[];
  /** hypotheses shown in full */
  readonly top?: number;
}

/** An answer to "who" with its probability (never 0 or 1). */
export interface Answer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'actor' | 'unknown' | 'posing';
  readonly cluster?: string;
  readonly p: number;
  /** lowest and highest when one item is left out (leading three); else as p */
  readonly range: readonly [number, number];
  readonly reports: number;
}

/** An item and what it gives the leader over the second, in nats. */
export interface Reason {
  readonly item: string;
  readonly nats: number;
  readonly text: string;
}

export interface Assessment {
  readonly weights: string;
  readonly regime: Regime;
  readonly calibration: Calibration;
  /** falling by probability: actors and the unknown; they sum to one before they are clipped for show */
  readonly answers: readonly Answer[];
  readonly likelihood: Likelihood;
  /** somebody posing: overall, and by whom it was made to look */
  readonly deception: { readonly p: number; readonly posingAs: readonly Answer[] };
  readonly reasons: { readonly for: readonly Reason[]; readonly against: readonly Reason[] };
  readonly confidence: ConfidenceReport;
  readonly ladder: readonly LadderStep[];
  readonly sensitivity: Sensitivity;
  readonly matrix: Matrix;
  readonly collect: readonly Collection[];
  readonly pool: Pool | null;
  /** how probable each nation cluster of known actors is; statistics of kin, no statement about a state */
  readonly clusters: Readonly<Record<string, number>>;
  readonly unused: readonly UnusedItem[];
  /** likelihood and confidence in sentences of their own; then deception, the unknown, dissent */
  readonly sentences: readonly string[];
  readonly limits: readonly string[];
}

const LIMITS_OF_THE_METHOD = [
  'What is known of actors comes from vendors’ public reports in English; vendors cite each other, and their attributions are judgements.',
  'Probabilities are calibrated on held-out reports of ATT&CK; on incidents mapped by other analysts the error is larger.',
  'Source-quality, forgeability and deception figures are design values that nobody has measured.',
  'An actor badly documented looks like an actor unknown.',
];
const MOST_AGENCIES = 100;

/** Weighs the evidence of one intrusion. Same input in any order, same answer. @throws AttributionError */
export function weigh(
  items: readonly EvidenceItem[],
  view: ProfileView,
  weights: Weights,
  options: WeighOptions = {},
): Assessment {
  const table = buildTable(view, weights, items, options.extra, options.day);
  return assess(table, options);
}

/** The whole case: one assessment an intrusion, and which of them are one actor's. Items without `intrusion` belong to all. */
export function weighCase(
  items: readonly EvidenceItem[],
  view: ProfileView,
  weights: Weights,
  options: WeighOptions = {},
) {
  const names = [...new Set(items.flatMap((i) => (i.intrusion === undefined ? [] : [i.intrusion])))].sort();
  const assumed = checked({ ...ASSUMED, ...options.assumed });
  const parts = (names.length === 0 ? [undefined] : names).map((name) => {
    const own = items.filter((i) => i.intrusion === undefined || i.intrusion === name);
    const table = buildTable(view, weights, own, options.extra, options.day);
    return { name: name ?? 'the intrusion', table, post: compute(table, assumed) };
  });
  const pairs: Pairing[] = parts.flatMap((a, i) => parts.slice(i + 1).map((b) => pairing(a, b, assumed.unknownShare)));
  return { intrusions: parts.map((p) => ({ name: p.name, assessment: assess(p.table, options) })), pairs };
}

function checked(a: Assumptions): Assumptions {
  const fine = a.epsilon >= 0 && a.epsilon < 1 && a.unknownShare > 0 && a.unknownShare < 1 && a.rho >= 0 && a.rho <= 1;
  if (!fine)
    throw new AttributionError('OUT_OF_RANGE', 'assumptions: 0 ≤ epsilon < 1, 0 < unknownShare < 1, 0 ≤ rho ≤ 1');
  return a;
}

function assess(table: Table, options: WeighOptions): Assessment {
  if ((options.agencies?.length ?? 0) > MOST_AGENCIES)
    throw new AttributionError('TOO_MUCH', `more than ${MOST_AGENCIES} agencies`);
  const assumed = checked({ ...ASSUMED, ...options.assumed });
  const post = compute(table, assumed);
  const sens = sensitivity(table, post, assumed);
  const order = ranked(table, post.p);
  const pooled = options.agencies === undefined || options.agencies.length === 0 ? null : pool(options.agencies);
  const sure = confidence(table, post, sens, pooled, options.tactics);
  const answers = order.slice(0, options.top ?? 10).map((h) => answerOf(table, post.p[h]!, h, sens));
  const words = likelihood(post.p[order[0]!]!, sens.interval[0], sens.interval[1], options.scale ?? 'icd-203');
  const deception = { p: shown(deceptionOf(post)), posingAs: posing(table, post) };
  const steps = ladder(table, post, options.oneIntrusion ?? 0.95, options.sponsors ?? []);
  const clusters: Record<string, number> = {};
  table.hypotheses.forEach((h, i) => {
    if (h.cluster !== undefined) clusters[h.cluster] = (clusters[h.cluster] ?? 0) + post.p[i]!;
  });
  return {
    weights: table.weights.version,
    regime: post.regime,
    calibration: table.weights.calibration[post.regime],
    answers,
    likelihood: words,
    deception,
    reasons: reasons(table, post, order),
    confidence: sure,
    ladder: steps,
    sensitivity: sens,
    matrix: matrix(table, post),
    collect: nextCollection(table, post),
    pool: pooled,
    clusters,
    unused: table.unused,
    sentences: sentences(table, post, order, words, sure, deception, pooled),
    limits: LIMITS_OF_THE_METHOD,
  };
}

function answerOf(table: Table, p: number, h: number, sens: Sensitivity): Answer {
  const { id, name, kind, cluster, reports } = table.hypotheses[h]!;
  const range = sens.range[id] ?? [p, p];
  return {
    id,
    name,
    kind,
    ...(cluster === undefined ? {} : { cluster }),
    p: shown(p),
    range: [shown(range[0]), shown(range[1])],
    reports,
  };
}

/** "Somebody else, made to look like D": over all who may have done it. */
function posing(table: Table, post: Posterior): Answer[] {
  const out: Answer[] = [];
  table.hypotheses.forEach((d, framed) => {
    if (d.kind !== 'actor') return;
    let p = 0;
    for (let h = 0; h < post.p.length; h++) p += post.p[h]! * post.deceived.framing(h, framed);
    if (p >= 0.01)
      out.push({
        id: `posing:${d.id}`,
        name: `somebody posing as ${d.name}`,
        kind: 'posing',
        p: shown(p),
        range: [shown(p), shown(p)],
        reports: d.reports,
      });
  });
  return out.sort((a, b) => b.p - a.p || (a.id < b.id ? -1 : 1)).slice(0, 5);
}

function reasons(table: Table, post: Posterior, order: readonly number[]) {
  const [first, second] = [order[0]!, order[1] ?? order[0]!];
  const byItem = gains(post, first, second);
  const all = table.rows.map((r): Reason => {
    const known =
      r.thing < 0
        ? (r.item.object ?? r.item.cls)
        : `${table.view.knowledge.things[r.thing]!.name} (${table.view.knowledge.things[r.thing]!.id})`;
    const users = r.thing < 0 ? '' : `, ${table.usersOf(r.thing)} known users`;
    return {
      item: r.item.id,
      nats: byItem.get(r.item.id) ?? 0,
      text: `${known}${users}: ${r.item.rationale.slice(0, 300)}`,
    };
  });
  const by = (sign: 1 | -1) =>
    all
      .filter((r) => r.nats * sign > 0)
      .sort((a, b) => sign * (b.nats - a.nats) || (a.item < b.item ? -1 : 1))
      .slice(0, 3);
  return { for: by(1), against: by(-1) };
}

function sentences(
  table: Table,
  post: Posterior,
  order: readonly number[],
  words: Likelihood,
  sure: ConfidenceReport,
  deception: { p: number; posingAs: readonly Answer[] },
  pooled: Pool | null,
): string[] {
  const first = table.hypotheses[order[0]!]!;
  const nameable = first.kind === 'actor' && post.regime !== 'techniques only';
  // a leader below an even chance must not read as a denial
  const alone = post.p[order[0]!]! < 0.5 ? ' No other single answer is likelier.' : '';
  const candidates = order
    .slice(0, 3)
    .map((h) => `${table.hypotheses[h]!.name} ${Math.round(shown(post.p[h]!) * 100)} %`);
  const out = [
    first.id === UNKNOWN
      ? likelihoodSentence(words, 'the actor is none of those known here') + alone
      : nameable
        ? likelihoodSentence(words, `${first.name} conducted the intrusion`) + alone
        : `No actor is named: techniques alone order the candidates (${candidates.join(', ')}).`,
    confidenceSentence(sure.level, sure.because),
  ];
  if (deception.p >= 0.05) {
    const as = deception.posingAs[0];
    const said = likelihood(deception.p, deception.p, deception.p, words.scale);
    out.push(
      likelihoodSentence(
        said,
        `part of the evidence was planted or borrowed${as === undefined ? '' : `, most likely to look like ${as.name.replace('somebody posing as ', '')}`}`,
      ),
    );
  }
  for (const d of pooled?.dissent ?? [])
    out.push(
      `${d.agency} dissents (${d.divergence.toFixed(2)} nats from the pool): it holds ${d.holds} at ${Math.round(d.p * 100)} %.`,
    );
  if (pooled !== null && pooled.toAsk.length > 0)
    out.push(`Not yet asked on what origins their view rests: ${pooled.toAsk.join(', ')}.`);
  return out;
}
