import { errorClass } from '../base/index.ts';

/** What weighing refuses, and why. */
export const ATTRIBUTION_ERRORS = {
  WEIGHTS_INVALID: 'machine weights are not of the published shape',
  EVIDENCE_INVALID: 'an item of evidence contradicts itself',
  TOO_MUCH: 'more items, hypotheses or agencies than one assessment may have',
  HYPOTHESIS_UNKNOWN: 'evidence or an agency names a hypothesis that is not among those weighed',
  OUT_OF_RANGE: 'a probability, ratio or share is outside what it can be',
} as const;
export type AttributionErrorCode = keyof typeof ATTRIBUTION_ERRORS;
export const AttributionError = errorClass<AttributionErrorCode>('AttributionError');
