/**
 * hunt: Events and rules in, the rules that fire and the reasons out; then what follows from many of them together.
 * Laws: a detection is never dropped for speed (every fast path has a twin); a rule that cannot be executed is refused by
 * code; what weakens a count is said with it.
 */
export * from './correlate/index.ts';
export * from './entities/index.ts';
export * from './intrusion/index.ts';
export * from './match/index.ts';
