/**
 * behaviours: what a behaviour, a view and its example cases are, as text and as SQL. In: files as text, the columns of
 * a lake. Out: SQL that makes the views, values of parameters, and Findings from the rows that come back. Laws: nothing
 * is run here (platform/behaviours does); a file that is not as docs/behaviours.md says is refused by code; the same
 * rows give the same Findings.
 */
export { type BehaviourCase, type CaseRow, caseFailures, caseRows, parseCases } from './cases.ts';
export { BehaviourError, type BehaviourErrorCode } from './errors.ts';
export { behaviourFinding } from './finding.ts';
export { type Behaviour, type BehaviourFile, type ParameterValue, parameterValues, parseBehaviour } from './head.ts';
export { MACROS } from './macros.ts';
export { asksFor, derivation, namesIn, timesNamed, type Views, viewStreams, viewsFor } from './reach.ts';
export {
  COMMON_COLUMNS,
  derivedRows,
  type LakeStream,
  type LakeStreams,
  parseView,
  type View,
  viewOver,
  viewRows,
} from './view.ts';
