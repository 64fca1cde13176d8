/**
 * base: bytes, time, limits, coded errors, canonical JSON. No I/O, no word of the domain.
 * In: nothing of ours. Out: small total functions every floor may use.
 */
export * from './address.ts';
export * from './base64.ts';
export * from './bytes.ts';
export * from './errors.ts';
export * from './jcs.ts';
export * from './text.ts';
export * from './time.ts';
