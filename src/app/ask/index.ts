/**
 * ask: questions to a case about one event. In: an address as a person types it. Out: the record and its bytes, or why
 * a rule did or did not fire on it. Every number of a report can be asked back to its source here.
 */
import { errorClass } from '../../base/index.ts';
import { type Explanation, explain } from '../../hunt/index.ts';
import type { Event, Value } from '../../model/index.ts';
import type { CorrelationRule, EventRule, Rule } from '../../rules/index.ts';
import type { EvidenceRow, Files, ReaderPool, WorkStore } from '../effects/index.ts';
import { fetchRecords } from '../investigate/index.ts';
import type { JobReadOptions, ShownRecord } from '../reading/index.ts';

export const AskError = errorClass<
  'BAD_ADDRESS' | 'NO_EVIDENCE' | 'AMBIGUOUS' | 'NO_RECORD' | 'EVIDENCE_CHANGED' | 'NO_RULE'
>('AskError');

export interface Address {
  readonly evidence: EvidenceRow;
  readonly offset: number;
  /** how the case reads its evidence: zone, mapping */
  readonly options: JobReadOptions;
}

/** `<sha256 or its beginning, at least 4 digits>@<offset>` */
export function resolveAddress(work: WorkStore, text: string): Address {
  const m = /^([0-9a-f]{4,64})@(\d{1,16})$/i.exec(text.trim());
  if (!m)
    throw new AskError(
      'BAD_ADDRESS',
      'an event address is <sha256 of the evidence, or its beginning>@<byte offset>',
      text,
    );
  const prefix = (m[1] as string).toLowerCase();
  const hits = work.evidence().filter((e) => e.digest.startsWith(prefix));
  if (hits.length === 0) throw new AskError('NO_EVIDENCE', 'no evidence of this case has that digest', text);
  if (hits.length > 1)
    throw new AskError('AMBIGUOUS', `${hits.length} pieces of evidence begin so: give more digits`, text);
  const options = (work.readingOptions() as JobReadOptions | null) ?? { assumedZoneMinutes: 0, referenceMs: 0 };
  return { evidence: hits[0] as EvidenceRow, offset: Number(m[2]), options };
}

/** Throws unless the bytes are still those that were hashed when they were taken in. */
export async function assertUnchanged(files: Pick<Files, 'digest'>, evidence: EvidenceRow): Promise<void> {
  const { digest } = await files.digest(evidence.path);
  if (digest !== evidence.digest) {
    throw new AskError(
      'EVIDENCE_CHANGED',
      'the file has other bytes now than when it was taken in: find the original',
      evidence.path,
    );
  }
}

/** The record at an address, read again from the evidence by a reader process. */
export async function recordAt(pool: ReaderPool, address: Address): Promise<ShownRecord> {
  const { evidence, offset, options } = address;
  const id = `${evidence.digest}@${offset}`;
  const records = await fetchRecords(
    pool,
    () => evidence,
    [id],
    options,
    (record) => record,
  );
  const record = records.get(id);
  if (!record)
    throw new AskError('NO_RECORD', 'the evidence could not be read; was it moved or deleted?', evidence.path);
  if (!record.found) throw new AskError('NO_RECORD', 'no record begins at this offset', id);
  return record;
}

/** The record as an Event, so that rules can be asked about it. */
export function eventOf(record: ShownRecord): Event {
  const fields = Object.keys(record.fields);
  const values = Object.values(record.fields) as Value[];
  return {
    shape: { source: record.source, stream: record.stream, fields, host: [], user: [], address: [] },
    offset: record.offset,
    record: record.record,
    ms: Date.parse(record.time),
    ns: 0,
    flags: 0,
    value: (slot) => values[slot],
  };
}

export type RuleExplanation =
  | { readonly $: 'event'; readonly title: string; readonly id: string; readonly explanation: Explanation }
  | {
      readonly $: 'correlation';
      readonly title: string;
      readonly id: string;
      readonly rule: CorrelationRule;
      readonly parts: readonly RuleExplanation[];
    };

/** Why a rule did or did not fire on one event; of a correlation, why the rules it counts did or did not. */
export function explainRule(rules: readonly Rule[], id: string, event: Event): RuleExplanation {
  const rule = rules.find((r) => r.meta.id === id) ?? rules.find((r) => r.names.includes(id));
  if (!rule) throw new AskError('NO_RULE', 'no rule has this id or name', id);
  const { title } = rule.meta;
  if (rule.$ === 'event')
    return { $: 'event', title, id: rule.meta.id, explanation: explain(rule as EventRule, event) };
  return {
    $: 'correlation',
    title,
    id: rule.meta.id,
    rule,
    parts: rule.rules.map((part) => explainRule(rules, part, event)),
  };
}
