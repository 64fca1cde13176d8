/**
 * model: the words of the design as schemas and types; a schema is also its type and its documentation.
 * In: nothing but base. Out: Event, Shape, Fault, Finding and the rest of the vocabulary. No behaviour beyond access.
 */
export * from './answer.ts';
export * from './assessment.ts';
export * from './case.ts';
export * from './casefile.ts';
export * from './claim.ts';
export * from './entity.ts';
export * from './entry/index.ts';
export * from './event.ts';
export * from './evidence.ts';
export * from './fault.ts';
export * from './finding.ts';
export * from './indicator.ts';
export * from './intrusion.ts';
export * from './marking.ts';
export * from './station.ts';
export * from './sweep.ts';
