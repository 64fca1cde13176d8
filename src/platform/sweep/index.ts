/**
 * platform/sweep: the value index of a case on disk. In: the lake and how its fields are read. Out: which events show
 * which indicator. It is one DuckDB file beside the lake, derived: delete it and it is made again; one process at a time.
 * Law: what it says of events is read from the lake itself, never from the index alone.
 */
export { openValueIndex, SweepError, type SweepErrorCode, type ValueIndexOptions } from './store.ts';
