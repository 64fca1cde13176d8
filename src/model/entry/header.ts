import { z } from 'zod';
import { Digest } from '../evidence.ts';
import { Marking } from '../marking.ts';
import { ENTRY_KINDS } from './kinds.ts';
import { Count, EntryId, EventAddress, JournalId, Line, Moment, sortedSet } from './parts.ts';

/** The author's clock and how far it is to be believed. When others learned of the entry stands in their own journals. */
export const ClockTime = z.strictObject({
  at: Moment,
  /** where the clock was set from: the machine alone, a person, satellite, a time server */
  source: z.enum(['system', 'manual', 'gps', 'ntp']),
  /** known deviation of the clock, already taken off `at` */
  skewMs: z.number().int().min(-1e12).max(1e12).optional(),
  /** what it may still be off by, either way */
  errorMs: z.number().int().min(0).max(1e12).optional(),
});
export type ClockTime = z.infer<typeof ClockTime>;

export const References = z.strictObject({
  /** entries this one answers or builds on */
  entries: sortedSet(EntryId, 1000),
  /** records of evidence it speaks of */
  events: sortedSet(EventAddress, 2000),
});
export type References = z.infer<typeof References>;

/**
 * The part of an entry that is signed and hashed into the journal's tree, and that stays visible when the payload is
 * withheld. `docs/journal-format.md` says how each member is computed.
 */
export const EntryHeader = z.strictObject({
  v: z.literal(1),
  journal: JournalId,
  index: Count,
  /** id of the entry before; of the first entry: the journal's id */
  previous: EntryId,
  kind: z.enum(Object.keys(ENTRY_KINDS) as [EntryKind, ...EntryKind[]]),
  author: z.strictObject({ agency: Line, name: Line }),
  time: ClockTime,
  marking: Marking,
  refs: References,
  /** salted digest of the payload */
  digest: Digest,
});
export type EntryHeader = z.infer<typeof EntryHeader>;

export type EntryKind = keyof typeof ENTRY_KINDS;
/** What an entry of one kind says. */
export type Payload<K extends EntryKind = EntryKind> = z.infer<(typeof ENTRY_KINDS)[K]>;
