/**
 * entry: what may stand in a journal. In: nothing. Out: the closed list of kinds, the header every entry bears, and the
 * types they imply. Schema = type = document; `docs/journal-format.md` shows the bytes.
 */
export { CONTRADICTIONS } from './answers.ts';
export { ClockTime, EntryHeader, type EntryKind, type Payload, References } from './header.ts';
export { VERDICTS } from './judgements.ts';
export { ANSWER_KINDS, ENTRY_KINDS, KEY_KINDS } from './kinds.ts';
export { CaseId, Count, EntryId, FindingId, JournalId, Line, Moment } from './parts.ts';
export { DECISION_POSITIONS, DECISION_SUBJECTS } from './weighing.ts';
