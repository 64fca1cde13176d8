import { byteSize, count, formatInstant, plural } from '../../base/index.ts';
import type { Answer, Finding, RuleFate } from '../../model/index.ts';
import type { Refusal } from '../../rules/index.ts';
import type { EvidenceRow } from '../effects/index.ts';
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
        ? `No log before ${begins} from ${from}: the first sign lies at the edge of what was kept, an earlier start cannot be excluded.`
        : `${from} reaches back to ${begins}, ${plural(quietDays, 'day')} before the first sign; before that there is no log from it.`,
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
  undatedInputs: number;
}): NotSeen[] {
  const out: NotSeen[] = [];
  const add = (code: NotSeen['code'], n: number, sentence: string, details: readonly string[] = []) => {
    if (n > 0) out.push({ code, count: n, sentence, details: details.slice(0, MAX_DETAILS) });
  };
  if (input.horizon) add('HORIZON', 1, input.horizon.sentence);
  addLateSources(add, input.first, input.coverage);

  const silences = input.coverage.gaps.filter((g) => g.kind === 'silence');
  const longest = silences[0];
  if (longest)
    add(
      'SILENCE',
      silences.length,
      `${plural(silences.length, 'silence')} in sources that otherwise speak; the longest: ${longest.sentence}`,
      silences.map((g) => g.sentence),
    );
  const holes = input.coverage.gaps.filter((g) => g.kind === 'records');
  const widest = holes[0];
  if (widest) {
    const more = input.coverage.moreGaps;
    add(
      'RECORD_HOLES',
      holes.length + more,
      `${plural(holes.length + more, 'hole')} in record numbering: records were removed, overwritten or not exported; the widest: ${widest.sentence}`,
      holes.map((g) => g.sentence),
    );
  }

  const results = input.evidence.flatMap((e) => (e.result ? [{ e, r: e.result }] : []));
  const listed = (rows: typeof results, what: (row: (typeof results)[number]) => string) =>
    rows.map((row) => `${nameOf(row.e)}: ${what(row)}`);
  const failed = results.filter(({ r }) => r.status === 'failed');
  add(
    'READER_FAILED',
    failed.length,
    `${plural(failed.length, 'file')} could not be read to the end: the reader died or hung on ${failed.length === 1 ? 'it' : 'them'} and was stopped.`,
    listed(failed, ({ r }) => r.reason ?? ''),
  );
  const unknown = results.filter(({ r }) => r.status === 'unknown');
  add(
    'UNKNOWN_FORMAT',
    unknown.length,
    `${plural(unknown.length, 'file')} in a format no reader knows.`,
    listed(unknown, ({ e, r }) => `${byteSize(e.size)}${r.reason ? `, ${r.reason}` : ''}`),
  );
  add(
    'REFUSED_EVIDENCE',
    input.refused.length,
    `${plural(input.refused.length, 'item')} could not be taken in.`,
    input.refused.map((x) => `${x.where}: ${x.code}: ${x.reason}`),
  );
  const damaged = results.filter(({ r }) => Object.keys(r.faults).length > 0);
  const faults = damaged.reduce((n, { r }) => n + Object.values(r.faults).reduce((a, b) => a + b, 0), 0);
  add(
    'DAMAGED',
    faults,
    `${plural(faults, 'fault')} in ${plural(damaged.length, 'file')}: damaged or cut records; what could be read was read.`,
    listed(damaged, ({ r }) =>
      Object.entries(r.faults)
        .map(([code, n]) => `${code} ×${count(n)}`)
        .join(', '),
    ),
  );

  const sum = (pick: (r: (typeof results)[number]['r']) => number) => results.reduce((n, { r }) => n + pick(r), 0);
  const undated = sum((r) => r.undated);
  add(
    'UNDATED',
    undated,
    `${plural(undated, 'event')} without a readable time: they stay undated and stand outside the timeline.`,
    listed(
      results.filter(({ r }) => r.undated > 0),
      ({ r }) => count(r.undated),
    ),
  );
  const zone = sum((r) => r.zoneAssumed);
  add(
    'ZONE_ASSUMED',
    zone,
    `${plural(zone, 'event')} from sources that name no time zone: read as UTC unless --zone said otherwise.`,
    listed(
      results.filter(({ r }) => r.zoneAssumed > 0),
      ({ r }) => count(r.zoneAssumed),
    ),
  );
  const year = sum((r) => r.yearAssumed);
  add(
    'YEAR_ASSUMED',
    year,
    `${plural(year, 'event')} from sources that name no year: the year was inferred from the file's date.`,
    listed(
      results.filter(({ r }) => r.yearAssumed > 0),
      ({ r }) => count(r.yearAssumed),
    ),
  );
  const lower = sum((r) => r.lowerBound);
  add(
    'LOWER_BOUND',
    lower,
    `${plural(lower, 'event')} from a source that says itself it is incomplete (throttled): counts from it are "at least".`,
    listed(
      results.filter(({ r }) => r.lowerBound > 0),
      ({ r }) => count(r.lowerBound),
    ),
  );
  add(
    'UNDATED_INPUTS',
    input.undatedInputs,
    `${plural(input.undatedInputs, 'event')} without a time could not take part in correlations.`,
  );

  addRules(add, input.fates, input.refusals);
  return out;
}

type Add = (code: NotSeen['code'], n: number, sentence: string, details?: readonly string[]) => void;

function addLateSources(add: Add, first: Finding | null, coverage: Coverage): void {
  if (!first?.time) return;
  const sign = Date.parse(first.time);
  const late = coverage.sources.filter((s) => s.first && Date.parse(s.first) > sign && s.stream !== first.stream);
  add(
    'BEGINS_LATER',
    late.length,
    `${plural(late.length, 'source')} ${late.length === 1 ? 'begins' : 'begin'} only after the first sign and could not have shown anything earlier.`,
    late.map((s) => `${s.stream} begins ${s.first}`),
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
