/**
 * case: the case as signed journals, on disk. In: a world (shelf, index, lock, clock, salt) and a station's keys, both
 * handed in. Out: entries written, journals merged, verified, asked. Laws: an entry is acknowledged only when it is on
 * the disk; our journal is only ever added to by us, under the lock, and never from behind what we have signed; what is
 * refused changes nothing; the index is derived and never believed against the journals.
 */
export {
  type CaseStatus,
  caseAsOf,
  entryOf,
  type LogLine,
  lineOf,
  logOf,
  momentOf,
  proofOf,
  statusOf,
} from './ask.ts';
export { RecordError } from './errors.ts';
export { endKey, takeOver } from './keys.ts';
export { type MergeReport, type MergeSource, mergeInto, type Refused } from './merge.ts';
export { openCaseIndex, reindex } from './open.ts';
export { type Custody, openRecorder, type RecordedFile, type RecordedRun, type Recorder } from './record.ts';
export {
  CASE_PROBLEMS,
  type CaseBytes,
  type CaseProblem,
  type CaseVerdict,
  caseFileText,
  type HashedFile,
  verifyCase,
} from './verify.ts';
export type { CaseWorld, Hand, Marks, Saying, Station } from './world.ts';
export { type CaseWriter, openWriter, type WriterOptions } from './writer.ts';
