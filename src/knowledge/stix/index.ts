/**
 * stix: STIX 2.1 (OASIS standard with errata 01) as it is written. In: values from JSON.parse, of any content. Out:
 * verdicts by code, identifiers, markings. Law: nothing is mended and no property is lost; MUST refuses, SHOULD warns.
 */
export { type CheckOptions, checkObject, type Verdict } from './check/index.ts';
export { idType, isMembers, type Members } from './check/values.ts';
export { type Issue, MUST_CODES, type MustCode, SHOULD_CODES, type ShouldCode } from './codes.ts';
export { observableId, ownId, randomId } from './ids.ts';
export { type Markings, markingsOf, strictest } from './marking.ts';
export { compareStixTimes, sortableTime, timeDigits } from './time.ts';
export { TLP1, TLP2, tlpDefinition, tlpOfId } from './tlp.ts';
