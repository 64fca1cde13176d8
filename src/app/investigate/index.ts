/**
 * investigate: from a folder of logs to dated, explained findings. In: paths, rules and effects. Out: the answer and
 * its files. Laws: nothing is lost silently (3), the same evidence twice is "0 new" (7), never overstate (8).
 */
export { type Conclusion, conclude, type OpenOut, type OutFile } from './conclude.ts';
export { PictureError, pictureAgain } from './intrusions.ts';
export {
  type InvestigateEffects,
  type InvestigateRequest,
  investigate,
  type Outcome,
  readingKey,
} from './investigate.ts';
export { decisionDates, type GivenDates, judgementsOf, PICTURE_KINDS, type Said } from './judgements.ts';
export { nameOf } from './names.ts';
export { fetchRecords, type ReadingStanding } from './reading.ts';
export { prepareRules, type RuleSet, RuleSetError, readRules } from './rules.ts';
