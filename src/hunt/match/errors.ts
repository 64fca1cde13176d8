import { errorClass } from '../../base/index.ts';

/** Why a rule cannot be executed although it could be written: the closed list of the matcher's codes. */
export const MATCH_CODES = {
  REGEX_SYNTAX: 'a regular expression is outside the linear-time syntax (RE2) or broken',
  REGEX_LIMIT: 'a regular expression compiles to more than the limit',
  CIDR_SYNTAX: 'a network is not an IPv4 or IPv6 prefix',
  EXPR_DEPTH: 'the condition is nested deeper than the limit',
} as const;
export type MatchCode = keyof typeof MATCH_CODES;

export const MatchError = errorClass<MatchCode>('MatchError');
