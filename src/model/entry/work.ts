import { z } from 'zod';
import { Digest } from '../evidence.ts';
import { Count, JournalId, Line, Moment, Text } from './parts.ts';

/** Files handed in, as received: digest, size, the name they came under, from whom and how. */
export const EvidenceReceived = z.strictObject({
  files: z
    .array(z.strictObject({ digest: Digest, size: Count, name: Line, format: z.string().max(50).optional() }))
    .min(1)
    .max(2000),
  from: Line,
  /** medium and custody: disk with number, who carried it, seals */
  how: Text,
  receivedAt: Moment,
});

/** What the program did, so that another station can do it again and compare. */
export const AnalysisRun = z.strictObject({
  program: z.strictObject({ name: Line, version: Line, digest: Digest.optional() }),
  command: Line,
  inputs: z.array(Digest).max(5000),
  packs: z.array(z.strictObject({ name: Line, digest: Digest })).max(1000),
  parameters: z.record(z.string().max(100), z.string().max(2000)),
  /** digest of the results file, the same on any machine for the same inputs and packs */
  results: Digest,
  counts: z.record(z.string().max(100), Count),
  startedAt: Moment,
  endedAt: Moment,
});

/** One audience was given something; the release itself is known by its digest. */
export const ReleaseMade = z.strictObject({
  release: Digest,
  audience: Line,
  title: Line,
  approvedBy: z.array(Line).min(1).max(50),
  wording: Text.optional(),
});

/** How much of which journal a dispatch carries. */
const Carried = z.array(z.strictObject({ journal: JournalId, size: Count, withheld: Count })).max(1000);

export const DispatchSent = z.strictObject({
  dispatch: Digest,
  to: z.array(Line).min(1).max(200),
  medium: Line,
  journals: Carried,
  releases: z.array(Digest).max(1000),
});

export const DispatchReceived = z.strictObject({
  dispatch: Digest,
  from: Line,
  medium: Line,
  receivedAt: Moment,
  journals: Carried,
  /** what was in it and not taken, with the code of the refusal */
  refused: z.array(z.strictObject({ what: Line, code: Line })).max(1000),
});
