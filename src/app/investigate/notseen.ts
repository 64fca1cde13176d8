import { byteSize, count, formatInstant, plural, toSecond } from '../../base/index.ts';
import type { CorrelationTally } from '../../hunt/index.ts';
import type { Answer, Finding, RuleFate } from '../../model/index.ts';
import type { Notice, Refusal } from '../../rules/index.ts';
import type { BehaviourOutcome } from '../behaviours/index.ts';
import type { EvidenceRow, ReadResult } from '../effects/index.ts';
import { type Coverage, daysBetween } from './coverage.ts';
import { nameOf } from './names.ts';

type NotSeen = Answer['notSeen'][number];
type Horizon = NonNullable<Answer['horizon']>;

const MAX_DETAILS = 50;

/** Evidence that intake could not take in at all. */
export interface RefusedEvidence {
  readonly where: string;
  readonly code: string;
  readonly reason: string;
}

/** How far back the source of the first sign reaches: the honest edge of "since when" (left-censoring). */
export function horizonOf(first: Finding, coverage: Coverage): Horizon | null {
  const begin = coverage.begins(first.stream, first.host) ?? coverage.beginnings.get(first.stream);
  if (begin === undefined || !first.time) return null;
  const begins = formatInstant({ ms: begin, ns: 0 });
  const quietDays = Math.max(0, daysBetween(begin, Date.parse(first.time)));
  const from = `${first.stream}${first.host ? ` of ${first.host}` : ''}`;
  return {
    stream: first.stream,
    host: first.host,
    begins,
    quietDays,
    sentence:
      quietDays < 7
        ? `No log before ${toSecond(begins)} from ${from}: the first sign lies at the edge of what was kept, an earlier start cannot be excluded.`
        : `${from} reaches back to ${toSecond(begins)}, ${plural(quietDays, 'day')} before the first sign; before that there is no log from it.`,
  };
}

/** What could not be seen, and how it limits the answer; what limits most comes first. */
export function notSeen(input: {
  first: Finding | null;
  horizon: Horizon | null;
  coverage: Coverage;
  evidence: readonly EvidenceRow[];
  refused: readonly RefusedEvidence[];
  fates: readonly RuleFate[];
  refusals: readonly Refusal[];
  notices: readonly Notice[];
  uncorrelated: CorrelationTally;
  behaved: BehaviourOutcome;
}): NotSeen[] {
  const out: NotSeen[] = [];
  const add: Add = (code, n, sentence, details = []) => {
    if (n > 0) out.push({ code, count: n, sentence, details: details.slice(0, MAX_DETAILS) });
  };
  if (input.horizon) add('HORIZON', 1, input.horizon.sentence);
  addLateSources(add, input.first, input.coverage);
  addGaps(add, input.coverage);
  addFiles(add, input.evidence, input.refused);
  addEvents(add, input.evidence);
  addUncorrelated(add, input.uncorrelated);
  addRules(add, input.fates, input.refusals);
  addNotices(add, input.notices);
  addBehaviours(add, input.behaved);
  return out;
}

type Add = (code: NotSeen['code'], n: number, sentence: string, details?: readonly string[]) => void;

function addGaps(add: Add, coverage: Coverage): void {
  const silences = coverage.gaps.filter((g) => g.kind === 'silence');
  add(
    'SILENCE',
    silences.length,
    `${plural(silences.length, 'silence')} in sources that otherwise speak; the longest: ${silences[0]?.sentence}`,
    silences.map((g) => g.sentence),
  );
  const holes = coverage.gaps.filter((g) => g.kind === 'records');
  if (holes.length === 0) return;
  const all = holes.length + coverage.moreGaps;
  add(
    'RECORD_HOLES',
    all,
    `${plural(all, 'hole')} in record numbering: records were removed, overwritten or not exported; the widest: ${holes[0]?.sentence}`,
    holes.map((g) => g.sentence),
  );
}

interface Read {
  readonly name: string;
  readonly size: number;
  readonly result: ReadResult;
}

function readOf(evidence: readonly EvidenceRow[]): Read[] {
  return evidence.flatMap((e) => (e.result ? [{ name: nameOf(e), size: e.size, result: e.result }] : []));
}

function addFiles(add: Add, evidence: readonly EvidenceRow[], refused: readonly RefusedEvidence[]): void {
  const files = readOf(evidence);
  const failed = files.filter((f) => f.result.status === 'failed');
  add(
    'READER_FAILED',
    failed.length,
    `${plural(failed.length, 'file')} could not be read to the end: the reader died or hung on ${failed.length === 1 ? 'it' : 'them'} and was stopped.`,
    failed.map((f) => `${f.name}: ${f.result.reason ?? ''}`),
  );
  // An archive that was not opened is known well enough: it was refused, with its code.
  const unopened = files.filter((f) => f.result.status === 'unknown' && f.result.format !== '');
  const unknown = files.filter((f) => f.result.status === 'unknown' && f.result.format === '');
  add(
    'UNKNOWN_FORMAT',
    unknown.length,
    `${plural(unknown.length, 'file')} in a format no reader knows.`,
    unknown.map((f) => `${f.name}: ${byteSize(f.size)}, ${f.result.reason ?? ''}`),
  );
  add(
    'REFUSED_EVIDENCE',
    refused.length + unopened.length,
    `${plural(refused.length + unopened.length, 'item')} could not be taken in.`,
    [
      ...refused.map((x) => `${x.where}: ${x.code}: ${x.reason}`),
      ...unopened.map((f) => `${f.name}: ${f.result.reason ?? ''}`),
    ],
  );
  const damaged = files.filter((f) => Object.keys(f.result.faults).length > 0);
  const faults = damaged.flatMap((f) => Object.values(f.result.faults)).reduce((a, b) => a + b, 0);
  const codes = (r: ReadResult) => Object.entries(r.faults).map(([code, n]) => `${code} ×${count(n)}`);
  add(
    'DAMAGED',
    faults,
    `${plural(faults, 'fault')} in ${plural(damaged.length, 'file')}: damaged or cut records; what could be read was read.`,
    damaged.map((f) => `${f.name}: ${codes(f.result).join(', ')}`),
  );
}

/** What weakens single events: code, where it is counted, and what to say of so many. */
const WEAK: readonly [NotSeen['code'], 'undated' | 'zoneAssumed' | 'yearAssumed' | 'lowerBound', string][] = [
  ['UNDATED', 'undated', 'without a readable time: they stay undated and stand outside the timeline.'],
  ['ZONE_ASSUMED', 'zoneAssumed', 'from sources that name no time zone: read as UTC unless --zone said otherwise.'],
  ['YEAR_ASSUMED', 'yearAssumed', "from sources that name no year: the year was inferred from the file's date."],
  [
    'LOWER_BOUND',
    'lowerBound',
    'from a source that says itself it is incomplete (throttled): counts from it are "at least".',
  ],
];

function addEvents(add: Add, evidence: readonly EvidenceRow[]): void {
  const files = readOf(evidence);
  for (const [code, key, words] of WEAK) {
    const some = files.filter((f) => f.result[key] > 0);
    const total = some.reduce((n, f) => n + f.result[key], 0);
    add(
      code,
      total,
      `${plural(total, 'event')} ${words}`,
      some.map((f) => `${f.name}: ${count(f.result[key])}`),
    );
  }
}

function addUncorrelated(add: Add, left: CorrelationTally): void {
  const parts: readonly [number, string][] = [
    [left.undated, 'without a time'],
    [left.ungrouped, 'without the field they are grouped by'],
    [left.valueless, 'without the value that is counted'],
    [left.overfull, 'beyond what one window holds: counts are "at least"'],
    [left.forgotten, 'in groups forgotten because there were too many'],
  ];
  const total = parts.reduce((n, [c]) => n + c, 0);
  add(
    'UNCORRELATED',
    total,
    `${plural(total, 'event')} could not take part in correlations.`,
    parts.filter(([c]) => c > 0).map(([c, what]) => `${count(c)} ${what}`),
  );
}

function addLateSources(add: Add, first: Finding | null, coverage: Coverage): void {
  if (!first?.time) return;
  const sign = Date.parse(first.time);
  const late = coverage.sources.filter((s) => s.first && Date.parse(s.first) > sign && s.stream !== first.stream);
  add(
    'BEGINS_LATER',
    late.length,
    `${plural(late.length, 'source')} ${late.length === 1 ? 'begins' : 'begin'} only after the first sign and could not have shown anything earlier.`,
    late.map((s) => `${s.stream} begins ${toSecond(s.first)}`),
  );
}

function addRules(add: Add, fates: readonly RuleFate[], refusals: readonly Refusal[]): void {
  const missing = new Map<string, number>();
  for (const f of fates) if (f.fate === 'no such log') missing.set(f.logsource, (missing.get(f.logsource) ?? 0) + 1);
  const total = [...missing.values()].reduce((a, b) => a + b, 0);
  const kinds = [...missing].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  add(
    'NO_SUCH_LOG',
    total,
    `${plural(total, 'rule')} found no log of their kind in the evidence (${plural(kinds.length, 'kind')} of log missing).`,
    kinds.map(([source, n]) => `${source}: ${plural(n, 'rule')}`),
  );
  const blind = fates.filter((f) => f.fate === 'field never present');
  add(
    'FIELD_MISSING',
    blind.length,
    `${plural(blind.length, 'rule')} had their log but not a field they need: they could not have fired.`,
    blind.map((f) => `${f.title}: ${f.missing.join(', ')}`),
  );
  const codes = new Map<string, number>();
  for (const r of refusals) codes.set(r.code, (codes.get(r.code) ?? 0) + 1);
  add(
    'RULES_REFUSED',
    refusals.length,
    `${plural(refusals.length, 'rule')} could not be taken (${[...codes].map(([c, n]) => `${c} ×${n}`).join(', ')}).`,
    refusals.map((r) => `${r.origin}: ${r.code}: ${r.reason}`),
  );
}

/** Rules that ran otherwise than their author may expect: silenced by a correlation, narrowed by a filter. */
function addNotices(add: Add, notices: readonly Notice[]): void {
  add(
    'RULES_NOTED',
    notices.length,
    `${plural(notices.length, 'rule')} run otherwise than alone: silenced by a correlation or narrowed by a filter.`,
    notices.map((n) => `${n.title}: ${n.code}: ${n.message}`),
  );
}

/** Behaviours that could not run, or saw only part of what they look for. */
function addBehaviours(add: Add, { fates, withoutNetworks, cut }: BehaviourOutcome): void {
  const failed = fates.filter((f) => f.fate === 'failed' || f.fate === 'refused');
  add(
    'BEHAVIOURS_FAILED',
    failed.length,
    `${plural(failed.length, 'behaviour')} could not run: what ${failed.length === 1 ? 'it looks' : 'they look'} for may be there.`,
    failed.map((f) => `${f.title}: ${f.reason ?? ''}`),
  );
  const blind = fates.filter((f) => f.fate === 'blind');
  const partly = fates.filter((f) => f.fate !== 'blind' && f.blind.length > 0);
  add(
    'BEHAVIOURS_BLIND',
    blind.length + partly.length,
    `${plural(blind.length, 'behaviour')} had no source to run on, ${count(partly.length)} lacked one of several.`,
    [...blind, ...partly].flatMap((f) => (f.blind.length > 0 ? f.blind.map((b) => `${f.title}: ${b}`) : [f.title])),
  );
  const left = fates.filter((f) => f.left > 0);
  add(
    'BEHAVIOURS_CUT',
    left.reduce((n, f) => n + f.left, 0),
    `${plural(left.length, 'behaviour')} found more than is kept.`,
    left.map((f) => `${f.title}: ${count(f.left)} more`),
  );
  add(
    'VALUES_CUT',
    cut.reduce((n, c) => n + c.values, 0),
    `${plural(cut.length, 'column')} held more long values than behaviours are shown whole: they saw the beginning of each; rules saw all.`,
    cut.map(
      (c) => `${c.stream} ${c.column}: ${plural(c.values, 'value')}, the first ${count(c.length)} characters seen`,
    ),
  );
  add(
    'NO_NETWORKS',
    withoutNetworks,
    `No network table was given (--networks): ${plural(withoutNetworks, 'behaviour')} could not tell home lines from others.`,
  );
}
