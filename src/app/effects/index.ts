/**
 * effects: what the journeys need from the world, as interfaces. platform implements them; tests hand in their own.
 */
export * from './behaviours.ts';
export * from './files.ts';
export * from './journal.ts';
export * from './knowledge.ts';
export * from './lake.ts';
export * from './processes.ts';
export * from './rules.ts';
export * from './sweep.ts';
export * from './work.ts';
