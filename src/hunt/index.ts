/**
 * hunt: Events and rules in, the rules that fire and the reasons out; then what follows from many of them together.
 * Laws: a detection is never dropped for speed (every fast path has a twin); nothing that was not looked at is called
 * clean (coverage); what weakens a count is said with it.
 */
export * from './correlate/index.ts';
export * from './match/index.ts';
