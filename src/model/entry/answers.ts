import { z } from 'zod';
import { Base64Of32, Count, JournalId, Text } from './parts.ts';

/** An entry is never removed; it is answered. The one answered is the only entry in `refs`. */
export const Correction = z.strictObject({
  /** what the answered entry should have said: a payload of its kind */
  payload: z.record(z.string(), z.unknown()),
  why: Text,
});

export const Retraction = z.strictObject({ why: Text });

/**
 * Another journal was seen in this state: its checkpoint with our cosignature under it. This is also when this station
 * learned of the entries below `size`, and which of them it was given without their payload.
 */
export const CheckpointSeen = z.strictObject({
  journal: JournalId,
  size: Count,
  root: Base64Of32,
  /** the signed note with our cosignature; absent when no checkpoint came with the entries */
  note: z.string().max(20_000).optional(),
  /** stretches [from, to) whose payload we did not get, in order */
  withheld: z.array(z.tuple([Count, Count])).max(10_000),
});

export const CONTRADICTIONS = ['FORK', 'REWRITTEN_PAST', 'SPLIT_VIEW'] as const;

/** A journal contradicts itself. The exhibits prove it to anybody: signed lines or signed checkpoints, verbatim. */
export const ContradictionFound = z.strictObject({
  journal: JournalId,
  code: z.enum(CONTRADICTIONS),
  size: Count,
  exhibits: z.array(z.string().max(300_000)).min(1).max(3),
});
