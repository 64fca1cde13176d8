/**
 * intrusion: from Findings to Intrusions. In: findings in any order, what was handed in per source and day, what people
 * said, and the dates of detection and eviction. Out: ranked Intrusions with first and last sign, phases, quiet periods,
 * scope ledger, what was taken, gaps, eviction check; every finding is in one of them, judged innocent, or loose.
 * Laws: the same input gives the same bytes, whatever the order; every tie can be printed; absence of logs limits every
 * sentence; a person's word stands above the program's and is named.
 */
export { hostAddresses } from './addresses.ts';
export { deskOwners } from './desks.ts';
export { Picture } from './picture.ts';
export {
  type Assertion,
  type CoverDay,
  type DecisionDates,
  type Judgements,
  type NamedIntrusion,
  NO_DATES,
  NO_JUDGEMENTS,
  type PictureInput,
  type Verdict,
} from './types.ts';
