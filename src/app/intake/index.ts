/**
 * intake: files, folders and archives become Evidence. In: paths and effects. Out: a stream of items, in an order that
 * depends on the bytes alone. Laws 3, 4 and 7 hold here: what can not be used is named, archives are opened only in
 * reader processes and within limits, and the same content twice is one Evidence.
 */
export { expandJob } from './archives/index.ts';
export type { IntakeItem, IntakeOptions } from './contract.ts';
export { intake, sizeOf } from './intake.ts';
