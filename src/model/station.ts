import { z } from 'zod';
import { Base64Of32, Line, Moment, Recipient, Text } from './entry/parts.ts';

/** What a station shows of itself: handed over on paper, stick or screen, and believed only once it was compared. */
export const StationCard = z.strictObject({
  format: z.literal('czernin-card/1'),
  /** the agency */
  name: Line,
  role: Line,
  /** Ed25519 public key that signs now */
  key: Base64Of32,
  /** age recipient, post-quantum hybrid (`age1pq1…`) */
  recipient: Recipient,
});
export type StationCard = z.infer<typeof StationCard>;

/** How we made sure that a card is theirs; the same words as in the entry `station-introduced`. */
export const VERIFIED_HOW = ['in-person', 'phone', 'video', 'courier', 'vouched', 'not-verified'] as const;

/** A station we know of, and how far. */
export const KnownStation = z.strictObject({
  card: StationCard,
  added: Moment,
  verified: z.strictObject({ how: z.enum(VERIFIED_HOW), by: Line, at: Moment, note: Text.optional() }),
});
export type KnownStation = z.infer<typeof KnownStation>;
