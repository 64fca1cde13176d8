/**
 * hunt/sweep: whether what others say is an intruder's was ever seen here. In: indicators, and what the lake showed of
 * them. Out: what to look for, and Findings. Law: a value within a longer one is another value; an address lent to
 * somebody else in another year is no hit; what no log could show is said (8).
 */
export { formsOf, JOINED, KEYS_VERSION } from './columns.ts';
export { findingsOf, hitsOf, notSeenOf, type Sighting } from './findings.ts';
export { keysOf } from './keys.ts';
export { type BracketReading, readingOf } from './objects.ts';
export { type PatternProbe, type Probe, planSweep, probesOfPlain, type SweepPlan } from './probes.ts';
export { windowOf } from './weigh.ts';
