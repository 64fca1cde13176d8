import { errorClass } from '../base/index.ts';

/** Everything this floor can refuse. */
export const SEAL_CODES = [
  'BAD_KEY', // not 32 bytes, not canonical, not on the curve, or outside the prime-order subgroup
  'BAD_VKEY', // not a verifier key text, or its id does not belong to its key
  'BAD_NOTE', // not a signed note (c2sp.org/signed-note)
  'NOTE_UNSIGNED', // no signature by a key that was asked for
  'NOTE_SIGNATURE', // a known key's signature that does not verify
  'BAD_CHECKPOINT', // a signed note that is not a checkpoint (c2sp.org/tlog-checkpoint)
  'BAD_COSIGNATURE', // not 8 bytes of time and 64 of signature, or a time out of range
  'BAD_PROOF', // not a proof text (c2sp.org/tlog-proof)
  'OUT_OF_RANGE', // a proof asked for outside the tree
] as const;
export type SealCode = (typeof SEAL_CODES)[number];
export class SealError extends errorClass<SealCode>('SealError') {}
