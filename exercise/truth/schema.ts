import { z } from 'zod';

/** RFC 3339, UTC, milliseconds. */
const Time = z.iso.datetime({ precision: 3 });
const Names = z.array(z.string());

/** Log (source family) → time of its first record of something. */
const Seen = z.record(z.string(), Time);
export type Seen = z.infer<typeof Seen>;

/** An account, host or mailbox that a party touched or owns. */
const Victim = z.strictObject({
  name: z.string(),
  /**
   * misused: the party acted as it or on it. targeted: only tried (sprayed, mailed), nothing came of it. own: a
   * look-alike's own, misused by nobody.
   */
  state: z.enum(['misused', 'targeted', 'own']),
  /** when it really began and ended, logged or not; null: routine makes it, act by act untold */
  first: Time.nullable(),
  last: Time.nullable(),
  /** first record of it in each log as handed in; empty: no log shows it, so nobody can find it */
  seen: Seen,
  /** records that show it */
  records: z.int().min(0),
});
export type Victim = z.infer<typeof Victim>;

const Phase = z.strictObject({
  phase: z.string(),
  first: Time,
  last: Time,
  records: z.int().min(0),
});

const Party = z.strictObject({
  id: z.string(),
  kind: z.enum(['intruder', 'other intruder', 'look-alike']),
  title: z.string(),
  /** of a look-alike: the facts in the logs that make it innocent, or at least another matter */
  innocent: z.string().nullable(),
  /** true start, before or after the logs begin; null when nothing of it fell into the exercise's span */
  first: Time.nullable(),
  last: Time.nullable(),
  /** first record that each log holds of it */
  seen: Seen,
  phases: z.array(Phase),
  accounts: z.array(Victim),
  hosts: z.array(Victim),
  mailboxes: z.array(Victim),
  /** what it came from and called: its exits, its servers */
  addresses: Names,
  domains: Names,
  clients: Names,
});
export type Party = z.infer<typeof Party>;

/** What was done, by whom; records point here. */
const Deed = z.strictObject({
  party: z.string(),
  phase: z.string(),
  technique: z.string().nullable(),
  what: z.string(),
});
export type Deed = z.infer<typeof Deed>;

/** One record of a log that shows a deed. */
const Planted = z.strictObject({
  /** index into `deeds` */
  deed: z.int().min(0),
  /** true time; a wrong clock's record says another */
  time: Time,
  /** as intake names it below the exercise's folder; a member of a compressed file as `a.log.gz!a.log` */
  file: z.string(),
  /** as the reader of that file numbers its records */
  record: z.union([z.int(), z.string()]),
  account: z.string().optional(),
  host: z.string().optional(),
  address: z.string().optional(),
});
export type Planted = z.infer<typeof Planted>;

/** Acts that left no record in one log, told together when party, phase, log and reason are the same. */
const Unlogged = z.strictObject({
  party: z.string(),
  phase: z.string(),
  /** what the first of them was */
  what: z.string(),
  /** `HOST/channel` */
  log: z.string(),
  reason: z.string(),
  first: Time,
  last: Time,
  count: z.int().min(1),
});
export type Unlogged = z.infer<typeof Unlogged>;

const FileTruth = z.strictObject({
  path: z.string(),
  family: z.string(),
  /** the reader meant for it */
  format: z.string(),
  records: z.int().min(0),
  /** fault codes put there on purpose */
  faults: Names,
  note: z.string(),
});
export type FileTruth = z.infer<typeof FileTruth>;

const SourceTruth = z.strictObject({
  log: z.string(),
  family: z.string(),
  host: z.string(),
  from: Time,
  to: Time,
  gaps: z.array(z.strictObject({ from: Time, to: Time, why: z.string() })),
  /** seconds the log's clock runs ahead of the true time */
  skewSeconds: z.number(),
});
export type SourceTruth = z.infer<typeof SourceTruth>;

/** What the people of the case knew and did: dates that no log tells. */
const Decisions = z.strictObject({
  detected: Time,
  watchedFrom: Time,
  evicted: Time,
  moved: Time,
});
export type Decisions = z.infer<typeof Decisions>;

/** truth.json: what really happened in an exercise. It lies beside the logs, never among them. */
export const Truth = z.strictObject({
  format: z.literal('czernin-exercise-truth/1'),
  notice: z.string(),
  seed: z.int(),
  from: Time,
  to: Time,
  decisions: Decisions,
  parties: z.array(Party),
  deeds: z.array(Deed),
  /** every record of an intruder, a tester or a thief, in order of time; of routine look-alikes parties tell enough */
  planted: z.array(Planted),
  unlogged: z.array(Unlogged),
  files: z.array(FileTruth),
  sources: z.array(SourceTruth),
});
export type Truth = z.infer<typeof Truth>;
