/**
 * assess: who it was, for the intrusions of a case. In: intrusions with their findings, knowledge, what people stated and
 * hold, fitted weights. Out: an assessment an intrusion, as a value and as entries. Laws: never overstate (8), a person
 * decides (10): an agency's view stands beside the engine's.
 */
export { type AssessInput, answerNamed, assessCase, type CaseAssessment } from './assess.ts';
export { type Known, knownActors } from './known.ts';
export { type Recorded, recordAssessment } from './record.ts';
export { WHO_KINDS } from './said.ts';
