import { errorClass } from '../../base/index.ts';

/** Closed list of what can go wrong in the lake. Tests assert these codes. */
export const LAKE_ERRORS = {
  NO_LAKE: 'there is no lake here yet: nothing was investigated',
  DAMAGED: 'a file of the lake is not as the lake wrote it; the lake is derived: rebuild it',
  BAD_PART: 'a part is not named or shaped as parts are',
  BAD_SQL: 'the SQL could not be understood or run; the message is DuckDB’s',
  NOT_A_QUESTION: 'only one SELECT statement may be asked of the lake: it is read only',
  TOO_LARGE: 'the question needs more memory or time than it was given',
} as const;
export type LakeErrorCode = keyof typeof LAKE_ERRORS;

export const LakeError = errorClass<LakeErrorCode>('LakeError');
