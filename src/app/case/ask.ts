import { parseJson } from '../../base/index.ts';
import { type Journal, proveEntry, replay } from '../../journal/index.ts';
import type { AsOf, Case, CaseJournal, EntryHeader } from '../../model/index.ts';
import type { CaseIndex, IndexedItem, IndexFilter, IndexMeta } from '../effects/index.ts';
import { RecordError } from './errors.ts';
import { loadShelf } from './load.ts';
import { trustedBy } from './open.ts';
import type { CaseWorld } from './world.ts';

/** Questions to a case: what it holds, what was said, what one entry says. From the index; nothing else is read. */
export interface CaseStatus {
  readonly meta: IndexMeta;
  readonly journals: readonly CaseJournal[];
  readonly byKind: Readonly<Record<string, number>>;
  readonly judged: { readonly findings: number; readonly disputed: number };
  readonly asserted: { readonly subjects: number; readonly disputed: number };
  /** problems the index met, by folder: `verify` says more */
  readonly damaged: readonly { readonly folder: string; readonly problems: number }[];
}

export function statusOf(index: CaseIndex): CaseStatus {
  const findings = index.stances('finding-judged');
  return {
    meta: index.meta(),
    journals: index.summaries(),
    byKind: index.countByKind(),
    judged: { findings: findings.subjects, disputed: findings.disputed },
    asserted: index.stances('entity-asserted'),
    damaged: index
      .folders()
      .filter((f) => f.problems > 0)
      .map((f) => ({ folder: f.name, problems: f.problems })),
  };
}

/** An entry of the log as it reads now. */
export interface LogLine {
  readonly item: IndexedItem;
  readonly header: EntryHeader;
  /** absent: withheld */
  readonly payload?: unknown;
  /** when a correction changed it */
  readonly original?: unknown;
}

export function logOf(world: CaseWorld, index: CaseIndex, filter: IndexFilter): LogLine[] {
  return index.items(filter).map((item) => lineOf(world, item));
}

export function lineOf({ shelf }: CaseWorld, item: IndexedItem): LogLine {
  const text = Buffer.from(shelf.read(item.folder, 'entries', item.offset, item.offset + item.length)).toString();
  const { header, payload } = parseJson(text) as { header: EntryHeader; payload?: unknown };
  if (item.standing !== 'corrected') return { item, header, ...(payload === undefined ? {} : { payload }) };
  const original = payload === undefined ? {} : { original: payload };
  return { item, header, ...original, ...(item.now === null ? {} : { payload: parseJson(item.now) }) };
}

/** The one entry whose id begins so. */
export function entryOf(index: CaseIndex, prefix: string): IndexedItem {
  const wanted = prefix.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(wanted)) {
    throw new RecordError('NO_ENTRY', 'an entry is named by its id, or at least the first 4 digits of it', prefix);
  }
  const [first, second] = index.find(wanted, 2);
  if (!first) throw new RecordError('NO_ENTRY', 'no entry of this case has that id', prefix);
  if (second) throw new RecordError('AMBIGUOUS', 'several entries begin so: give more digits', prefix);
  return first;
}

/**
 * The case as it was then. Read from the journals and replayed, not from the index: what was known at a date is another
 * question than what is known now. `viewpoint`: the journal of the station that looks.
 */
export function caseAsOf(world: CaseWorld, asOf: AsOf | null, viewpoint: string | null): Case {
  return replay(journalsOf(world), { ...(asOf ? { asOf } : {}), ...(viewpoint ? { viewpoint } : {}) });
}

function journalsOf(world: CaseWorld): readonly Journal[] {
  const index = world.index.open();
  const trusted = index ? trustedBy(index) : new Map();
  index?.close();
  return loadShelf(world.shelf, { case: world.file.id, trusted }).journals;
}

/** `2024-07-01` (the whole day is in it) or a UTC time, as the moment entries are compared with. */
export function momentOf(text: string): string {
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = Date.parse(day ? `${text}T23:59:59.999Z` : text);
  const zoned = day || /(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!zoned || Number.isNaN(ms) || (day && !new Date(ms).toISOString().startsWith(text))) {
    throw new RecordError(
      'BAD_MOMENT',
      'give a date (2024-07-01) or a time with its zone (2024-07-01T08:00:00Z)',
      text,
    );
  }
  return new Date(ms).toISOString();
}

/** The proof that an entry stands in its journal, under the largest checkpoint here; JournalError NOT_COVERED without one. */
export function proofOf(world: CaseWorld, item: Pick<IndexedItem, 'journal' | 'index' | 'forked'>): string {
  const journal = journalsOf(world).find((j) => j.id === item.journal);
  if (!journal || item.forked) throw new RecordError('NO_JOURNAL', 'proofs are made from the main branch of a journal');
  return proveEntry(journal, item.index);
}
