import { z } from 'zod';
import { RELIABILITY } from './indicator.ts';

/**
 * Weighing who it was: what is weighed (items of evidence, each with an author and a reason), against which hypotheses,
 * and what comes out. Shapes of docs/attribution.md; numbers are probabilities in (0, 1) or weights in nats.
 */

export const EVIDENCE_CLASSES = [
  'technique',
  'malware',
  'tool',
  'exploit',
  'code',
  'infrastructure',
  'telemetry',
  'victimology',
  'timing',
  'language',
  'human',
  'sigint',
  'statement',
] as const;
export const EvidenceClass = z.enum(EVIDENCE_CLASSES);
export type EvidenceClass = z.infer<typeof EvidenceClass>;

const CREDIBILITIES = [1, 2, 3, 4, 5, 6] as const;

/** How hard it is to make it look like somebody else's. */
export const FORGEABILITIES = ['trivial', 'easy', 'moderate', 'hard', 'veryhard'] as const;
export type Forgeability = (typeof FORGEABILITIES)[number];

const Name = z.string().min(1).max(300);
const Text = z.string().min(1).max(20_000);
const Day = z.iso.date();

export const EvidenceSource = z.strictObject({
  id: Name,
  /** who really saw it: two reports that repeat one sighting have one origin */
  origin: Name,
  /** NATO AJP-2.1; F and 6: cannot be judged */
  reliability: z.enum(RELIABILITY),
  credibility: z.literal([...CREDIBILITIES]),
});
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** Who holds a thing, and since when others may have it too. */
export const Exclusivity = z.strictObject({
  /** ids of the hypotheses that hold it */
  holders: z.array(Name).min(1).max(1000),
  /** probability that the holder's work shows it */
  whenHeld: z.number().gt(0).lt(1),
  /** probability that another's shows it: before a leak, and long after one */
  before: z.number().gt(0).lt(1),
  after: z.number().gt(0).lt(1).optional(),
  leakedAt: Day.optional(),
  /** never below this: a thing can be stolen before anybody knows (Jian was used years before the leak) */
  theftFloor: z.number().min(0.003).lt(1),
  /** days until a leaked thing has spread to 63 % */
  tauDays: z.number().gt(0).max(36_500),
});
export type Exclusivity = z.infer<typeof Exclusivity>;

/** One item that speaks for or against answers to "who". Not to be taken for Evidence, the file as handed in. */
export const EvidenceItem = z.strictObject({
  id: Name,
  cls: EvidenceClass,
  /** what was observed: an ATT&CK id (technique, software), a victim key (`country:cz`), or a name in words */
  object: Name.optional(),
  observedAt: z.string().max(40).optional(),
  source: EvidenceSource,
  forgeability: z.enum(FORGEABILITIES),
  exclusivity: Exclusivity.optional(),
  /** items of one origin and one family of artefacts: they are one piece of evidence told several times */
  group: Name,
  /** likelihood ratios against background set by a person, by hypothesis id */
  lr: z.record(Name, z.number().gt(0).max(1e6)).optional(),
  /** which of several intrusions it belongs to; absent: the only one */
  intrusion: Name.optional(),
  /** findings, claims or entries it comes from */
  refs: z.array(z.string().max(500)).max(10_000).optional(),
  rationale: Text,
  setBy: Name,
  setAt: z.string().max(40),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

export const STEPS = ['activity', 'cluster', 'group', 'organisation', 'state'] as const;
export type Step = (typeof STEPS)[number];

/** A source says that a group is part of, or directed by, an organisation or a state. */
export const SponsorClaim = z.strictObject({
  id: Name,
  /** id of the hypothesis (group) it speaks of */
  actor: Name,
  step: z.enum(['organisation', 'state']),
  name: Name,
  source: EvidenceSource,
  /** false: the source denies it */
  affirms: z.boolean(),
  date: Day.optional(),
  text: z.string().max(20_000).optional(),
});
export type SponsorClaim = z.infer<typeof SponsorClaim>;

/** An agency's own view: a judgement, not evidence. */
export const AgencyView = z.strictObject({
  agency: Name,
  /** by hypothesis id; need not name all, the rest is shared by those it does not name */
  p: z.record(Name, z.number().min(0).max(1)),
  /** origins its view rests on: agencies that share them share one weight */
  basisOrigins: z.array(Name).max(1000),
  /** null: the agency has not been asked yet, and the product says so */
  asked: z.boolean().optional(),
  confidence: z.enum(['low', 'moderate', 'high']),
  text: z.string().max(20_000),
  /** scored assessments behind a weight of its own; needed before weights may differ */
  scored: z.number().int().min(0).optional(),
  weight: z.number().gt(0).optional(),
});
export type AgencyView = z.infer<typeof AgencyView>;

export const SCALES = ['icd-203', 'phia'] as const;
export type Scale = (typeof SCALES)[number];

/** Word, scale and number are one thing: the word is never computed again from another scale's number. */
export const Likelihood = z.strictObject({
  word: z.string(),
  scale: z.enum(SCALES),
  /** the probability the word was chosen for */
  p: z.number().gt(0).lt(1),
  low: z.number().gt(0).lt(1),
  high: z.number().gt(0).lt(1),
});
export type Likelihood = z.infer<typeof Likelihood>;

export const CONFIDENCES = ['low', 'moderate', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** One judgement of a statement: its own subject, its own likelihood, its own actor or none. */
export const Judgement = z.strictObject({
  subject: Text,
  /** whom this judgement names; absent: it names nobody, whatever the statement beside it says */
  actor: Name.optional(),
  /** how the actor is described when it is not named: "an actor affiliated with …" */
  description: z.string().max(1000).optional(),
  likelihood: Likelihood,
  confidence: z.enum(CONFIDENCES).optional(),
});
export type Judgement = z.infer<typeof Judgement>;
