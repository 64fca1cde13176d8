/**
 * rules/stix: the pattern language of STIX 2.1 (section 9), complete to level 3. In: a pattern's text. Out: its
 * structure, its meaning over observations (`matchPattern`, `bind`) and what of it can be looked up by value alone
 * (`plainValues`, `neededValues`). Laws: linear time in every comparison, a budget for every search, coded refusals.
 */
export type * from './ast.ts';
export { type Bracket, bind, bracketsOf, point, type Sighting } from './bind.ts';
export { PATTERN_CODES, type PatternCode, PatternError } from './codes.ts';
export { matchPattern, type Observation, observationsOf, observationTest } from './match.ts';
export { parsePattern } from './parse.ts';
export type { Objects } from './paths.ts';
export { neededValues, type PlainValue, plainValues } from './plain.ts';
export type { Property } from './values.ts';
