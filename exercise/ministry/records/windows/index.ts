/**
 * Records of the Windows Security and System logs, with the fields, order and types the products write (Microsoft's
 * "Advanced security auditing" reference; real samples of each id). In: who, where, what. Out: a record without its time.
 */
export * from './acts.ts';
export * from './logons.ts';
export { machine, type Subject, SYSTEM, type WindowsRecord } from './shape.ts';
export * from './system.ts';
