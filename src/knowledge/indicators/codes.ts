/** Why a line, attribute or object gave no indicator (faults), and what a person should know of one that was taken (notices). */
export const INDICATOR_CODES = {
  NO_KIND: 'nothing that a log could hold: neither address, name, digest, path nor another known kind',
  BAD_VALUE: 'not a value of the kind it is said to be',
  BAD_TIME: 'a time that is none, or an end before its beginning: the indicator is left out',
  TOO_LONG: 'longer than an indicator may be',
  OTHER_TYPE: 'a type that no log holds as a value (pictures, comments, rules of other engines)',
  NOT_AN_INDICATOR: 'not an object of the expected shape',
  REVOKED: 'withdrawn by its source',
  LIST_LIMIT: 'more lines than one list may have: the rest was not read',
  NO_COLUMN: 'a table without a column that could hold values',
} as const;
export type IndicatorCode = keyof typeof INDICATOR_CODES;

export const INDICATOR_NOTICES = {
  INTERNAL:
    'a private, local or otherwise reserved address: it is in use in every network and says nothing of an intruder',
  TOO_WIDE: 'a network so wide that it is no indicator: taken, but weigh its hits accordingly',
  PUBLIC_SUFFIX: 'a name under which many have their own: only the very name is looked for, none below it',
  EMPTY_FILE: 'the digest of an empty file: everybody has it',
  CONTEXT_ONLY: 'its source says it should raise no alarm by itself',
} as const;
export type IndicatorNotice = keyof typeof INDICATOR_NOTICES;

export interface IndicatorFault {
  readonly code: IndicatorCode;
  /** line of a list, attribute's uuid, object's id */
  readonly where: string;
  readonly message: string;
}

/** Limits where lists, written by whoever wrote them, are met (law 4). */
export const LIST_LIMITS = {
  /** characters of a line */
  lineChars: 64 * 1024,
  lines: 5_000_000,
  /** faults kept with their place; beyond it they are only counted */
  faults: 1_000,
} as const;
