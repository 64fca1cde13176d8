import { errorClass } from '../../base/index.ts';

/** Why a text of claims, or one claim in it, is refused. */
export const CLAIM_CODES = {
  NOT_YAML: 'the text is not YAML',
  TOO_LARGE: 'more text, nesting or claims than a file of knowledge may have',
  NOT_KNOWLEDGE: 'the document does not say format: czernin-knowledge/1, or its frame is wrong',
  UNKNOWN_SOURCE: 'the claim names a source that the document does not describe',
  UNKNOWN_PREDICATE: 'exactly one predicate of the closed list must stand in a claim',
  BAD_CLAIM: 'a part of the claim is missing, wrong or does not fit the predicate',
} as const;
export type ClaimCode = keyof typeof CLAIM_CODES;
export class ClaimError extends errorClass<ClaimCode>('ClaimError') {}
