import { errorClass } from '../../base/index.ts';

/** Closed list of what can be wrong with a network table. Tests assert these codes. */
export type NetworksErrorCode =
  | 'UNKNOWN_FORMAT' // neither a TSV of ranges nor an MMDB
  | 'BAD_LINE' // too many lines that are no range
  | 'BAD_MMDB' // a MMDB whose tree or data cannot be followed
  | 'EMPTY'; // no range in it
export const NetworksError = errorClass<NetworksErrorCode>('NetworksError');
