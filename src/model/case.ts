import { z } from 'zod';
import {
  CaseId,
  ClockTime,
  CONTRADICTIONS,
  Count,
  ENTRY_KINDS,
  EntryId,
  type EntryKind,
  FindingId,
  JournalId,
  Line,
  Moment,
  References,
} from './entry/index.ts';
import { Marking } from './marking.ts';

/**
 * The Case: what follows from replaying the journals of all agencies, from one point of view, now or as of a date.
 * Derived: lose it and replay again; the same journals give the same bytes.
 */

/** An entry as it reads now: who said it, when, whether it still stands. */
export const CaseItem = z.strictObject({
  id: EntryId,
  journal: JournalId,
  index: Count,
  kind: z.enum(Object.keys(ENTRY_KINDS) as [EntryKind, ...EntryKind[]]),
  agency: Line,
  author: Line,
  /** when its author wrote it, with the author's clock */
  time: ClockTime,
  /** when the station whose point of view this is learned of it; absent: no record of it */
  learned: Moment.optional(),
  marking: Marking,
  refs: References,
  standing: z.enum(['stands', 'corrected', 'retracted']),
  /** corrections and retractions that apply to it, in order */
  answers: z.array(EntryId),
  /** on a branch of a forked journal that is not the main one */
  forked: z.boolean(),
  /** written when, as its agency says, the key may have been in other hands */
  doubted: z.boolean(),
  /** what it says now, corrections applied; absent: withheld, or corrected by something withheld */
  payload: z.unknown().optional(),
  /** what it said when written, if that is not what it says now */
  original: z.unknown().optional(),
});
export type CaseItem = z.infer<typeof CaseItem>;

const Position = z.strictObject({
  agency: Line,
  journal: JournalId,
  entry: EntryId,
  says: z.string(),
  forked: z.boolean(),
});

/** What each agency holds now of one thing. Several positions stand side by side; nothing wins. */
export const Stance = z.strictObject({
  positions: z.array(Position).min(1),
  /** not all say the same */
  disputed: z.boolean(),
});
export type Stance = z.infer<typeof Stance>;

export const CaseIntrusion = z.strictObject({
  /** id of the entry that named or merged it, or that with `.n` for part n of a split */
  id: z.string(),
  entry: EntryId,
  agency: Line,
  title: Line,
  findings: z.array(FindingId),
  /** ids of intrusions it was merged into or split into; it lives on beside them for whoever does not agree */
  becameOf: z.array(z.string()),
  became: z.array(z.string()),
});
export type CaseIntrusion = z.infer<typeof CaseIntrusion>;

export const CaseJournal = z.strictObject({
  id: JournalId,
  agency: Line,
  role: Line,
  /** entries on the main branch, and how much of them is held */
  size: Count,
  full: Count,
  header: Count,
  hash: Count,
  /** the largest size the agency has signed a checkpoint for; beyond `size`: so many are missing here */
  signedSize: Count,
  branches: Count,
  /** fingerprint of the key that signs now; null after a revocation */
  key: z.string().nullable(),
  keys: Count,
  /** id of the last entry and root over all, hex */
  tip: EntryId,
  root: z.string(),
  /** which agencies have put on record that one of its keys is theirs, and how they made sure */
  introduced: z.array(z.strictObject({ agency: Line, entry: EntryId, how: z.string() })),
});
export type CaseJournal = z.infer<typeof CaseJournal>;

export const AsOf = z.strictObject({
  /** authored: written by then · learned: known to this station by then (law 6: two times) */
  by: z.enum(['authored', 'learned']),
  at: Moment,
});
export type AsOf = z.infer<typeof AsOf>;

/**
 * An entry that changes nothing, and why. An answer names no earlier entry of its own journal (an agency answers only for
 * itself), or one that carries keys, or what it puts in place does not fit the kind; a reported contradiction is not
 * proved by its exhibits under the journal's own keys.
 */
export const IGNORED = ['ANSWER_UNKNOWN', 'ANSWER_KEY', 'ANSWER_MISFIT', 'CONTRADICTION_UNPROVED'] as const;
export type IgnoredCode = (typeof IGNORED)[number];

export const Case = z.strictObject({
  id: CaseId,
  title: Line,
  asOf: AsOf.nullable(),
  /** the journal from whose records "learned" is told */
  viewpoint: JournalId.nullable(),
  journals: z.array(CaseJournal),
  /** in order of author time; within a journal always in its own order */
  items: z.array(CaseItem),
  /** by finding id: accepted, innocent, needs work */
  findings: z.record(FindingId, Stance),
  /** by the canonical text of the entities: what they are said to be to each other */
  entities: z.record(z.string(), Stance),
  intrusions: z.array(CaseIntrusion),
  withheld: z.strictObject({ entries: Count, byKind: z.record(z.string(), Count) }),
  ignored: z.array(z.strictObject({ entry: EntryId, code: z.enum(IGNORED) })),
  contradictions: z.array(
    z.strictObject({
      code: z.enum(CONTRADICTIONS),
      journal: JournalId,
      size: Count,
      about: z.array(z.string()),
      exhibits: z.array(z.string()),
      /** entries in which a station reports it, with proof */
      reported: z.array(EntryId),
    }),
  ),
});
export type Case = z.infer<typeof Case>;
