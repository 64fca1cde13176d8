import { createHash } from 'node:crypto';
import { deskOwners, hostAddresses } from '../../hunt/index.ts';
import type { Answer, Indicator, Intrusions, RuleFate } from '../../model/index.ts';
import type { BehaviourSet, Ground } from '../behaviours/index.ts';
import type {
  AddressPair,
  DeskDays,
  LakeStore,
  OpenBehaviourLake,
  ReaderPool,
  ValueIndex,
  WorkStore,
} from '../effects/index.ts';
import type { IntakeItem } from '../intake/index.ts';
import { cut, type JobReadOptions } from '../reading/index.ts';
import {
  MAX_RECORDS,
  RECORD_CHARS,
  type ReportAssets,
  type ReportRecord,
  ReportSample,
  reportHtml,
} from '../report/index.ts';
import { needsReading, takeIn } from './arrival.ts';
import { findBehaviours } from './behaviours.ts';
import { type Conclusion, conclude, type OpenOut } from './conclude.ts';
import { lookAtRules } from './fates.ts';
import { findIndicators } from './indicators.ts';
import type { Said } from './judgements.ts';
import { fetchRecords, Reading, type ReadingStanding } from './reading.ts';
import type { RuleSet } from './rules.ts';

export interface InvestigateRequest {
  readonly paths: readonly string[];
  readonly rules: RuleSet;
  readonly behaviours: BehaviourSet;
  /** what others say is an intruder's; each once, sorted by id */
  readonly indicators: readonly Indicator[];
  /** what people have decided and behaviours may ask: docs/behaviours.md, `settings` */
  readonly settings: ReadonlyMap<string, string>;
  /** what people have said of findings, entities and intrusions, and the dates of detection and eviction */
  readonly said: Said;
  readonly options: JobReadOptions;
  /** program name and version, part of what a result depends on */
  readonly program: string;
  /** title of the case, for the report */
  readonly title: string;
  /** what every page of the case must say of it; '' when nothing */
  readonly notice: string;
  /** evidence read at the same time */
  readonly width: number;
  readonly signal: AbortSignal;
}

export interface InvestigateEffects {
  readonly work: WorkStore;
  readonly pool: ReaderPool;
  readonly lake: LakeStore | null;
  readonly openBehaviourLake: OpenBehaviourLake;
  /** where behaviours' results are kept from run to run, and what stands for the program that runs them */
  readonly behaviourResults: Pick<Ground, 'shelf' | 'program'>;
  /** which machine had which address, as the sealed lake tells */
  addressPairs(): Promise<readonly AddressPair[]>;
  deskDays(): Promise<readonly DeskDays[]>;
  readonly assets: ReportAssets;
  readonly openOut: OpenOut;
  /** the values of the lake, for indicators */
  readonly openValues: () => Promise<ValueIndex>;
  /** evidence found under the paths; `known`: content the case has read already */
  intake(paths: readonly string[], known: (digest: string) => boolean, signal: AbortSignal): AsyncIterable<IntakeItem>;
  /** bytes of all files under the paths, archives as they lie */
  handedIn(paths: readonly string[], signal: AbortSignal): Promise<number>;
  progress(phase: string, standing: ReadingStanding): void;
}

export interface Outcome {
  readonly answer: Answer;
  readonly fates: readonly RuleFate[];
  /** digest over program, packs and options */
  readonly analysis: string;
  /** SHA-256 of findings.jsonl: what two agencies compare */
  readonly results: string;
  readonly intrusions: Intrusions;
  /** digest of the rule set */
  readonly rules: string;
  readonly newEvidence: readonly string[];
  /** files and members whose content the case had already */
  readonly again: number;
  readonly read: number;
  /** behaviours of this run, and those of them whose result was kept and still holds */
  readonly behaviours: { readonly all: number; readonly unchanged: number };
}

/** What the reading of evidence depends on besides its bytes and the rules. */
export function readingKey(program: string, options: JobReadOptions): string {
  return sha256(JSON.stringify([program, options.assumedZoneMinutes, options.mapping ?? null]));
}

/** Evidence after which reader processes are not kept for the conclusion: half a second of start against 150 MB. */
const MUCH_EVIDENCE = 512 * 1024 * 1024;

export async function investigate(request: InvestigateRequest, fx: InvestigateEffects): Promise<Outcome> {
  const { rules, options, signal } = request;
  const { work, lake } = fx;
  const key = sha256(`${readingKey(request.program, options)}\n${rules.digest}`);
  const analysis = sha256(
    JSON.stringify([
      key,
      request.behaviours.digest,
      [...request.settings].sort(),
      ...request.indicators.map((i) => i.id),
    ]),
  );
  const inLake = new Set(lake ? work.evidence().flatMap((e) => (e.result?.status === 'read' ? [e.digest] : [])) : []);
  const reading = new Reading(
    fx.pool,
    work,
    { key, pack: rules.pack, options, lake, inLake: (row) => inLake.has(row.digest) },
    request.width,
    () => fx.progress('reading', reading.standing),
  );

  const survey = fx.handedIn(request.paths, signal).then(
    (bytes) => {
      reading.standing.handedIn = bytes;
    },
    () => {}, // without it nobody says how long it will take; what stops the walk stops the reading too
  );
  const known = (digest: string) => work.find(digest)?.result != null;
  const arrived = await takeIn(fx.intake(request.paths, known, signal), work, reading, key, signal);
  await survey;
  reading.standing.found = reading.standing.handedIn ?? 0; // what could not be read is not waited for
  // Evidence of earlier runs: never finished, or matched with other rules.
  for (const row of work.evidence()) {
    if (needsReading(row.result, key)) await reading.start(row, signal);
  }
  await reading.done();
  signal.throwIfAborted();
  // What is left asks readers little and needs memory here; after much evidence a reader is larger than a fresh one.
  fx.pool.trim(reading.standing.bytesTotal > MUCH_EVIDENCE ? 0 : 1);

  const sealed = await lake?.seal((done, all) => {
    fx.progress(`settling the lake ${done}/${all}`, reading.standing);
  });
  const behaved = await findBehaviours(work, {
    set: request.behaviours,
    open: lake === null ? null : fx.openBehaviourLake,
    settings: request.settings,
    ground: sealed ? { ...fx.behaviourResults, content: sealed.content } : null,
    progress: (done, all) => fx.progress(`behaviours ${done + 1}/${all}`, reading.standing),
    signal,
  });
  const sighted = await findIndicators(
    lake === null ? [] : request.indicators,
    request.program,
    fx.openValues,
    (phase) => fx.progress(phase, reading.standing),
  );
  fx.progress('concluding', reading.standing);
  const sample = new ReportSample();
  const looked = await lookAtRules(fx.pool, rules, work.kinds(), signal);
  const addresses = hostAddresses(
    lake === null ? [] : await fx.addressPairs(),
    new Set([...work.coverage()].map((c) => c.host)),
  );
  const desks = deskOwners(lake === null ? [] : await fx.deskDays(), addresses);
  const { answer, fates, results, intrusions, told } = await conclude({
    ...{ work, rules, looked, sample },
    refused: arrived.refused,
    about: { program: request.program, analysis, name: request.title },
    behaved: { ...behaved, findings: [...behaved.findings, ...sighted] },
    said: { ...request.said, addresses, desks },
    open: fx.openOut,
    tell: (phase) => fx.progress(phase, reading.standing),
  });
  await writeReport(request, fx, { answer, fates, intrusions, told }, sample);
  return {
    answer,
    fates,
    analysis,
    results,
    intrusions,
    rules: rules.digest,
    newEvidence: arrived.fresh,
    again: arrived.again,
    read: reading.standing.filesDone,
    behaviours: { all: request.behaviours.behaviours.length, unchanged: behaved.unchanged },
  };
}

async function writeReport(
  request: InvestigateRequest,
  fx: InvestigateEffects,
  { answer, fates, intrusions, told }: Pick<Conclusion, 'answer' | 'fates' | 'intrusions' | 'told'>,
  sample: ReportSample,
): Promise<void> {
  const first = [answer.firstSign, answer.lastSign, answer.earliestWeaker].flatMap((s) => (s ? [s.event] : []));
  const earlier = intrusions.intrusions.flatMap((i) => i.firstSign?.earlier?.event ?? []);
  const wanted = sample
    .wantedRecords([
      ...first,
      ...earlier,
      ...Object.values(told).map((t) => t.event),
      ...answer.rules.map((r) => r.example),
    ])
    .slice(0, MAX_RECORDS);
  const shown = await fetchRecords<ReportRecord | null>(
    fx.pool,
    (d) => fx.work.find(d),
    wanted,
    request.options,
    ({ found, text, time }) =>
      found ? { text: cut(text, RECORD_CHARS), time, cut: text.length > RECORD_CHARS } : null,
  );
  const records: Record<string, ReportRecord> = {};
  for (const address of wanted) {
    const record = shown.get(address);
    if (record) records[address] = record;
  }
  const html = reportHtml(
    { title: request.title, notice: request.notice, answer, intrusions, told, who: null, sample, records, fates },
    fx.assets,
  );
  const file = await fx.openOut('report.html');
  await file.write(html);
  await file.close();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
