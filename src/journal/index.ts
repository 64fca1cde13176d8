/**
 * journal: one signed append-only log per agency. In: bytes of journals and drafts of entries; keys, salt and clock are
 * handed in. Out: lines to append, checkpoints, verified copies with located problems, the union of copies, and the Case.
 * Laws: an entry is never changed or removed, only answered; the union is idempotent, commutative and associative; what
 * is withheld is counted; what contradicts is kept and named; no function here throws for what stands in a foreign file.
 * Bytes: docs/journal-format.md.
 */
export {
  type Appended,
  appendEntry,
  checkpoint,
  type Draft,
  type Occasion,
  openJournal,
  type Pen,
  recoverKey,
  revokeKey,
  rotateKey,
} from './append.ts';
export { emptyTally, type ReplayTally } from './branch.ts';
export type { VerifyOptions } from './chain.ts';
export { type Contradiction, contradictionDraft, provedContradiction } from './contradiction.ts';
export type { HeldEntry, JournalCopy, SignedCheckpoint } from './copy.ts';
export {
  JOURNAL_CODES,
  type JournalCode,
  JournalError,
  PROBLEMS,
  type Problem,
  type ProblemCode,
} from './errors.ts';
export { cosignerName, journalIdOf, originOf } from './formulas.ts';
export { DEGREE, type Degree, MAX_LINE_BYTES, type Opened } from './line.ts';
export {
  type Folder,
  foldersOf,
  type Journal,
  journalOf,
  mergeCopies,
  mergeJournals,
  type News,
  newsBetween,
} from './merge.ts';
export { type ReplayOptions, replay, replayItems, replaySummary } from './replay.ts';
export {
  type ProofVerdict,
  proveEntry,
  readCosignature,
  seenDraft,
  verifyProof,
  withheldStretches,
  withhold,
} from './share.ts';
export { type JournalState, keepState, keptState } from './state.ts';
export {
  type JournalFiles,
  type StreamVerdict,
  type Verification,
  verifyJournal,
  verifyStream,
  verifyTail,
} from './verify.ts';
