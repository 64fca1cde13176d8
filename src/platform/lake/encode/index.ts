/**
 * lake/encode: Events of one evidence file in, Parquet parts by stream and day out. Pure JavaScript, no I/O, no native
 * addon: it runs inside the restricted reader process (law 1, law 4). Same events, same limits: same bytes.
 */
export * from './contract.ts';
export { createLakeEncoder } from './encoder.ts';
