/**
 * match: event rules in their middle form and Events in, the rules that fire out, with the reasons.
 * Law of this folder: the fast matcher fires exactly when the twin does; it may be faster, never otherwise. What cannot
 * be executed is refused by name, never skipped.
 */
export { MATCH_CODES, type MatchCode } from './errors.ts';
export { type Explanation, explain, matchedFields, type Reason } from './explain.ts';
export { compileMatcher, type Matcher, type MatchRefusal } from './matcher.ts';
export { evaluate, gateMatches } from './twin.ts';
