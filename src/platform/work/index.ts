/**
 * work: what investigate keeps between runs, in one SQLite file. In: rows of one evidence at a time. Out: the same
 * rows in a stable order. Law 7: evidence counts once, and only when it was read to the end.
 */
export { openWorkStore, WorkError } from './store.ts';
