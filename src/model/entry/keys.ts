import { z } from 'zod';
import { Digest } from '../evidence.ts';
import { Base64Of32, Base64Of64, CaseId, Count, JournalId, Line, Moment, Reason, Recipient, Text } from './parts.ts';

/** The first entry: who keeps this journal, in which case, with which key. */
export const JournalOpened = z.strictObject({
  case: z.strictObject({ id: CaseId, title: Line }),
  agency: Line,
  /** what the agency is in this case: lead, national CSIRT, ministry, ally */
  role: Line,
  /** Ed25519 public key that signs until rotated */
  key: Base64Of32,
  /** commitment to a second key kept apart, which alone can take over when the first is lost or stolen */
  recovery: Digest.optional(),
  /** age recipient for what is sealed to this station */
  recipient: Recipient.optional(),
});

/** A new key by order of the old one; the new one shows that it exists. */
export const KeyRotated = z.strictObject({
  key: Base64Of32,
  possession: Base64Of64,
  recipient: Recipient.optional(),
  why: Reason,
});

/** The current key ends. Only the recovery key can write after it. */
export const KeyRevoked = z.strictObject({
  why: Reason,
  /** entries from this index on were written when the key may have been in other hands */
  doubtFrom: Count.optional(),
});

/** The recovery key names a new key: after loss, theft or revocation. */
export const KeyRecovered = z.strictObject({
  recoveryKey: Base64Of32,
  key: Base64Of32,
  possession: Base64Of64,
  /** the next recovery key's commitment; without it this was the last rescue */
  recovery: Digest.optional(),
  recipient: Recipient.optional(),
  doubtFrom: Count.optional(),
  why: Reason,
});

/** Another station's card, and how we made sure that it is theirs. */
export const StationIntroduced = z.strictObject({
  agency: Line,
  role: Line,
  key: Base64Of32,
  recipient: Recipient.optional(),
  /** its journal in this case, when known */
  journal: JournalId.optional(),
  verified: z.strictObject({
    how: z.enum(['in-person', 'phone', 'video', 'courier', 'vouched', 'not-verified']),
    by: Line,
    at: Moment,
    note: Text.optional(),
  }),
});
