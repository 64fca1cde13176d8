import { createHash } from 'node:crypto';
import { compareTimes, count, plainJson } from '../../base/index.ts';
import { newTally, Picture, type PictureInput } from '../../hunt/index.ts';
import type { Answer, Finding, Intrusions, RuleFate } from '../../model/index.ts';
import type { BehaviourOutcome } from '../behaviours/index.ts';
import type { WorkStore } from '../effects/index.ts';
import type { Looked } from '../reading/index.ts';
import { navigatorLayer, type ReportSample, TIMELINE_HEADER, type ToldFinding, timelineLine } from '../report/index.ts';
import { makeAnswer } from './answer.ts';
import { correlationFindings } from './correlations.ts';
import { ruleFates } from './fates.ts';
import { storedId, toFinding } from './findings.ts';
import { toldFindings } from './intrusions.ts';
import type { RefusedEvidence } from './notseen.ts';
import type { RuleSet } from './rules.ts';
import { Tally } from './tally.ts';

/** A file being written: invisible under its name until closed. */
export interface OutFile {
  write(text: string): Promise<void> | void;
  close(): Promise<void>;
}
export type OpenOut = (name: string) => Promise<OutFile>;

export interface Conclusion {
  readonly answer: Answer;
  readonly fates: readonly RuleFate[];
  /** SHA-256 of findings.jsonl: what two agencies compare */
  readonly results: string;
  readonly intrusions: Intrusions;
  /** by id: the findings that the story of the intrusions names */
  readonly told: Readonly<Record<string, ToldFinding>>;
}

export interface ConclusionRequest {
  readonly work: WorkStore;
  readonly rules: RuleSet;
  readonly looked: ReadonlyMap<string, Looked>;
  readonly refused: readonly RefusedEvidence[];
  readonly about: { readonly program: string; readonly analysis: string; readonly name: string };
  /** what behaviours and indicators found */
  readonly behaved: BehaviourOutcome;
  readonly said: Pick<PictureInput, 'judgements' | 'dates' | 'addresses' | 'desks'>;
  readonly sample: ReportSample;
  readonly open: OpenOut;
  /** told now and then what is being done, with counts */
  readonly tell: (phase: string) => void;
}

const FLUSH_CHARS = 256 * 1024;
/** Findings between two tellings. */
const TELL_EVERY = 10_000;

/**
 * From the store to the answer: one pass over all findings in order, writing findings.jsonl and timeline.csv on the
 * way, then the picture of the intrusions and the summaries. Memory grows with the strong findings, and with weak ones up
 * to a limit (hunt/intrusion).
 */
export async function conclude(request: ConclusionRequest): Promise<Conclusion> {
  const { work, rules, looked, refused, about, behaved, said, sample, open, tell } = request;
  const tally = new Tally();
  const perRule = new Map<string, number>();
  const findingsFile = await buffered(open, 'findings.jsonl');
  const timelineFile = await buffered(open, 'timeline.csv');
  await timelineFile.write(TIMELINE_HEADER);
  const left = newTally();
  const results = createHash('sha256');
  const several = [...correlationFindings(work, rules, left, tell), ...behaved.findings].sort(
    (a, b) => compareTimes(a.time, b.time) || compare(a.rule.id, b.rule.id) || compare(a.id, b.id),
  );
  const picture = new Picture({ ...said, cover: work.coverage() });
  const all = count(work.counts().findings + several.length);
  for (const f of allFindings(work, rules, several)) {
    if (tally.total % TELL_EVERY === 0) tell(`writing findings, ${count(tally.total)} of ${all}`);
    tally.add(f);
    picture.add(f);
    sample.add(f);
    perRule.set(f.rule.id, (perRule.get(f.rule.id) ?? 0) + 1);
    const line = `${plainJson(f)}\n`;
    results.update(line);
    await findingsFile.write(line);
    if (f.time) await timelineFile.write(timelineLine(f));
  }
  await findingsFile.close();
  await timelineFile.close();
  const digest = results.digest('hex');
  tell(`what belongs together of ${count(tally.total)} findings`);
  const intrusions = picture.finish({ analysis: about.analysis, results: digest });
  await whole(open, 'intrusions.json', `${plainJson(intrusions, 2)}\n`);
  await whole(open, 'addresses.json', `${plainJson([...(said.addresses ?? [])].sort(), 2)}\n`);
  await whole(open, 'desks.json', `${plainJson([...(said.desks ?? [])].sort(), 2)}\n`);

  const evidence = work.evidence();
  const fates = ruleFates(rules, looked, (id) => perRule.get(id) ?? 0);
  const answer = makeAnswer({
    program: about.program,
    analysis: about.analysis,
    tally,
    cover: work.coverage(),
    evidence,
    refused,
    fates,
    refusals: rules.refusals,
    notices: rules.notices,
    uncorrelated: { ...left, undated: work.undatedInputs() },
    behaved,
  });
  await whole(open, 'summary.json', `${plainJson(answer, 2)}\n`);
  await whole(open, 'navigator.json', `${plainJson(navigatorLayer(answer, about.name), 2)}\n`);
  const fatesFile = await buffered(open, 'rules.jsonl');
  for (const fate of fates) await fatesFile.write(`${plainJson(fate)}\n`);
  await fatesFile.close();
  await whole(open, 'behaviours.jsonl', behaved.fates.map((fate) => `${plainJson(fate)}\n`).join(''));
  const told = toldFindings(intrusions, (ids) => picked(work, rules, several, ids));
  return { answer, fates, results: digest, intrusions, told };
}

/** Findings of single events with `several` (those of correlations and behaviours, sorted) in time order, undated last. */
function* allFindings(work: WorkStore, rules: RuleSet, several: readonly Finding[]): Generator<Finding> {
  const metas = metasOf(rules);
  const before = (a: Finding, b: Finding): boolean =>
    (compareTimes(a.time, b.time) || (a.rule.id < b.rule.id ? -1 : 1)) < 0;
  let next = 0;
  for (const row of work.findings()) {
    const meta = metas.get(row.rule);
    if (!meta) continue; // found under rules that are no longer among the packs; its evidence is read anew
    const f = toFinding(row, meta);
    for (let c = several[next]; c && before(c, f); c = several[++next]) yield c;
    yield f;
  }
  yield* several.slice(next);
}

/** Of the same findings those with these ids, in any order; the others are passed over before anything is made of them. */
function* picked(
  work: WorkStore,
  rules: RuleSet,
  several: readonly Finding[],
  ids: ReadonlySet<string>,
): Generator<Finding> {
  const found = several.filter((f) => ids.has(f.id));
  yield* found;
  let left = ids.size - found.length;
  if (left === 0) return;
  const metas = metasOf(rules);
  for (const row of work.findings()) {
    const meta = metas.get(row.rule);
    if (!meta || !ids.has(storedId(row, meta))) continue;
    yield toFinding(row, meta);
    if (--left === 0) return;
  }
}

const metasOf = (rules: RuleSet) => new Map(rules.events.map((r) => [r.meta.id, r.meta]));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function buffered(open: OpenOut, name: string): Promise<OutFile> {
  const file = await open(name);
  let held: string[] = [];
  let size = 0;
  const flush = async () => {
    await file.write(held.join(''));
    held = [];
    size = 0;
  };
  return {
    async write(text) {
      held.push(text);
      size += text.length;
      if (size > FLUSH_CHARS) await flush();
    },
    async close() {
      await flush();
      await file.close();
    },
  };
}

async function whole(open: OpenOut, name: string, text: string): Promise<void> {
  const file = await open(name);
  await file.write(text);
  await file.close();
}
