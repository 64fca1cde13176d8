import { errorClass } from '../../base/index.ts';

/** Why a pattern was not taken, or could not be matched to the end: closed list. */
export const PATTERN_CODES = {
  PATTERN_SYNTAX: 'not a STIX 2.1 pattern',
  PATTERN_LITERAL: 'a literal that is none: a timestamp, hash, base64 or number of the wrong form',
  PATTERN_QUALIFIER: 'the same qualifier twice on one expression, or one that can never hold',
  PATTERN_REGEX: 'a regular expression outside what linear-time matching can do',
  PATTERN_LIMIT: 'longer, deeper or larger than the limits allow',
  PATTERN_BUDGET: 'too many combinations of observations: matching was stopped and says nothing',
} as const;
export type PatternCode = keyof typeof PATTERN_CODES;

/** Thrown while a pattern is read or matched; `where` is `line:column` of the pattern when it is known. */
export const PatternError = errorClass<PatternCode>('PatternError');
export type PatternError = InstanceType<typeof PatternError>;

/** Limits where a pattern, written by whoever wrote it, is met (law 4). */
export const PATTERN_LIMITS = {
  chars: 64 * 1024,
  /** brackets within brackets */
  depth: 64,
  /** comparisons of one pattern */
  comparisons: 10_000,
  /** values of one set */
  setValues: 10_000,
  /** REPEATS … TIMES */
  repeats: 10_000,
  regexChars: 4096,
  /** values one object path may reach in one object */
  pathValues: 10_000,
} as const;
