/**
 * effects: what the journeys need from the world, as interfaces. platform implements them; tests hand in their own.
 */
export * from './work.ts';
