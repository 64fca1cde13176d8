/**
 * processes: restricted reader processes. In: jobs as JSON and the paths they may read. Out: frames, then one JobEnd.
 * Law 4 holds here: bytes of the adversary are parsed only where there is no network, no writing, no process, bounded
 * memory and a clock on silence; a reader that dies costs its own file and nothing else.
 */
export { serveJobs } from './child.ts';
export { programPaths, RESIDENT_MARGIN_MB } from './confine.ts';
export type { PoolOptions } from './contract.ts';
export { openReaderPool } from './pool.ts';
