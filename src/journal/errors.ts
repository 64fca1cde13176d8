import { errorClass } from '../base/index.ts';

/**
 * Everything that can be wrong with a journal, and how bad it is:
 * broken: this and what follows in the copy is not believed · contradiction: believed, and kept, because the agency's key
 * signed two things that cannot both be true · incomplete: provably not the whole · suspect: true but strange.
 */
export const PROBLEMS = {
  // a line's text
  LINE_TOO_LONG: 'broken',
  NOT_UTF8: 'broken',
  NOT_JSON: 'broken',
  TOO_DEEP: 'broken',
  NOT_CANONICAL: 'broken',
  TORN_TAIL: 'broken',
  EMPTY: 'broken',
  TOO_MANY_ENTRIES: 'broken',
  // an entry's shape
  BAD_SHAPE: 'broken',
  UNKNOWN_VERSION: 'broken',
  UNKNOWN_KIND: 'broken',
  BAD_PAYLOAD: 'broken',
  BAD_ANSWER: 'broken',
  MISPLACED_KIND: 'broken',
  KEY_ENTRY_WITHHELD: 'broken',
  // its place
  WRONG_JOURNAL: 'broken',
  WRONG_CASE: 'broken',
  WRONG_INDEX: 'broken',
  WRONG_PREVIOUS: 'broken',
  WRONG_AGENCY: 'broken',
  UNKNOWN_STATION: 'broken',
  // its proof
  WRONG_DIGEST: 'broken',
  BAD_SIGNATURE: 'broken',
  BAD_KEY: 'broken',
  BAD_POSSESSION: 'broken',
  BAD_RECOVERY: 'broken',
  KEY_REVOKED: 'broken',
  TOO_MANY_KEYS: 'broken',
  UNCOVERED_HASH: 'broken',
  // its time
  FUTURE_DATED: 'broken',
  TIME_BACKWARDS: 'suspect',
  // checkpoints
  BAD_NOTE: 'broken',
  BAD_CHECKPOINT: 'broken',
  WRONG_ORIGIN: 'broken',
  CHECKPOINT_SIGNATURE: 'broken',
  CHECKPOINT_LINES: 'broken',
  CHECKPOINT_ROOT: 'broken',
  TOO_MANY_CHECKPOINTS: 'broken',
  REWRITTEN_PAST: 'contradiction',
  SPLIT_VIEW: 'contradiction',
  FORK: 'contradiction',
  ENTRIES_MISSING: 'incomplete',
  CHECKPOINT_BEYOND: 'incomplete',
} as const satisfies Record<string, 'broken' | 'contradiction' | 'incomplete' | 'suspect'>;

export type ProblemCode = keyof typeof PROBLEMS;
export type Severity = (typeof PROBLEMS)[ProblemCode];

/** Something found wrong, and where: file, 1-based line, byte offset, and the entry it concerns when that is known. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly file: 'entries' | 'checkpoints';
  readonly line: number;
  readonly offset: number;
  readonly index: number | null;
  readonly message: string;
}

/** What our own side asks for and cannot have; foreign journals never throw, they give Problems. */
export const JOURNAL_CODES = [
  'BAD_DRAFT', // the entry to be written does not fit its kind's schema
  'WRONG_KEY', // the signer is not the journal's key now
  'KEY_REVOKED', // only the recovery key can go on
  'MISPLACED_KIND', // a kind with a door of its own, or out of place
  'TOO_LONG', // the line would pass the limit
  'NOT_COVERED', // no checkpoint covers what is asked for
  'OUT_OF_RANGE', // no such entry
  'BAD_STATE', // a kept state that is not one
] as const;
export type JournalCode = (typeof JOURNAL_CODES)[number];
export class JournalError extends errorClass<JournalCode>('JournalError') {}
