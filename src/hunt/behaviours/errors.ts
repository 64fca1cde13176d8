import { errorClass } from '../../base/index.ts';

/** Closed list of what can be wrong with a behaviour, a view or its example cases. Tests assert these codes. */
export type BehaviourErrorCode =
  | 'NO_HEAD' // the file does not begin with its head block
  | 'BAD_HEAD' // the head is not as docs/behaviours.md says
  | 'BAD_PARAMETER' // the SQL and the head do not name the same parameters, or a value is not of the default's kind
  | 'BAD_VIEW' // a view's section cannot be read
  | 'BAD_CASES' // example cases are not as docs/behaviours.md says
  | 'BAD_ROW' // a row of the answer is no finding
  | 'TOO_LARGE'; // a file, or what its cases ask for, is over a limit
export const BehaviourError = errorClass<BehaviourErrorCode>('BehaviourError');
