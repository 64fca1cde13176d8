import { z } from 'zod';

/** Lower-case hex SHA-256: the name by which a piece of Evidence is known everywhere. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

const Count = z.number().int().min(0);
/** RFC 3339 in UTC, as base/time formats it; '' when nothing dated was seen. */
const Moment = z.string().regex(/^(\d{4}-\d{2}-\d{2}T[0-9:.]+Z)?$/);

/**
 * One way a piece of Evidence came in. The same bytes under two names are one Evidence with two Origins.
 * Paths are for people: control characters and bytes that are no UTF-8 are written as `\xNN`.
 */
export const Origin = z.strictObject({
  /** absolute path of the file that was handed in; of a member: its archive's path, `!`, its name */
  path: z.string().min(1),
  /** present for a member of an archive: the archive's own digest, the path inside it, its number in the archive's order */
  container: z.strictObject({ digest: Digest, member: z.string(), index: Count }).optional(),
  /** the file's or member's own modification time, when it has one */
  modified: Moment.optional(),
  /** the member's bytes end early or fail its checksum; what could be had was kept */
  partial: z.boolean().optional(),
  /** who took it in, `user@host`, and when (UTC) */
  received: z.strictObject({ by: z.string().min(1), at: Moment }),
});
export type Origin = z.infer<typeof Origin>;

/**
 * Evidence: a file as handed in, never changed, known by its SHA-256, with who, when, from where. Intake fills the
 * first half; reading fills `format`, `status`, counts and times.
 */
export const Evidence = z.strictObject({
  digest: Digest,
  size: Count,
  /** in order of arrival; the first one is where its bytes were first seen */
  origins: z.array(Origin).min(1),
  /** reference: the bytes stay where they were handed in; copy: they lie in the case's evidence folder under the digest */
  stored: z.enum(['reference', 'copy']),
  /** a reader's format (`evtx`), an archive's (`zip`), or '' when nothing recognised it yet */
  format: z.string(),
  /**
   * waiting: not read yet · read: whole · partly: some of it could not be used · unread: no reader knows it ·
   * archive: its members are the evidence, its faults say which are missing · refused: an archive nothing came out of
   */
  status: z.enum(['waiting', 'read', 'partly', 'unread', 'archive', 'refused']),
  /** events (of an archive: members) that came out */
  records: Count,
  /** first and last time of what it holds, '' while unknown or undated */
  first: Moment,
  last: Moment,
  /** what could not be used: one line a code, with how often and where first */
  faults: z.array(z.strictObject({ code: z.string(), count: Count, firstOffset: Count, message: z.string() })),
});
export type Evidence = z.infer<typeof Evidence>;
