/**
 * lake: the events of a case as Parquet, by stream and day, for later questions without a second parse.
 * In: parts from lake/encode (made in the restricted reader process). Out: SQL answers, and rows by address.
 * Law: the same evidence gives the same files, byte for byte, whatever the order or number of runs, and a kill at any
 * point neither loses nor doubles a row. The lake is derived: delete it and rebuild. One process writes at a time.
 * Behaviours run in an engine of their own beside it (behaviours.ts).
 * Layout, columns and what is portable SQL: docs/lake.md.
 */
export { addressPairs } from './addresses.ts';
export { type BehaviourLakeOptions, openBehaviourLake } from './behaviours.ts';
export { deskDays } from './desks.ts';
export type { LakeErrorCode } from './errors.ts';
export { LakeError } from './errors.ts';
export type { Cell, QueryOptions } from './query.ts';
export { query } from './query.ts';
export type { LakeRow } from './rows.ts';
export { readRow, readRows } from './rows.ts';
export type { AnswerFormat } from './show.ts';
export { showAnswer } from './show.ts';
export { openLake } from './store.ts';
