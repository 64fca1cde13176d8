import { z } from 'zod';
import { EvidenceItem } from '../assessment.ts';
import { Day, EntryId, Line, Text } from './parts.ts';

/** An answer to "who": known by the id of this entry. */
export const HypothesisStated = z.strictObject({
  name: Line,
  kind: z.enum(['actor', 'unknown', 'posing']),
  /** the actor meant (or posed as), in the knowledge's words */
  actor: Line.optional(),
  statement: Text,
});

/**
 * Something people know that speaks for or against an answer: a partner's report, a comparison of code. Who says it and
 * when stand in the header; its id is the entry's.
 */
export const EvidenceStated = EvidenceItem.omit({ id: true, setBy: true, setAt: true });

const Probability = z.number().gt(0).lt(1);

/** Hypotheses weighed. Likelihood and confidence are two things; the word and its scale stand with the numbers. */
export const AssessmentMade = z.strictObject({
  question: Line,
  judgements: z
    .array(
      z.strictObject({
        hypothesis: EntryId,
        low: Probability,
        high: Probability,
        word: Line,
        scale: z.enum(['icd-203', 'phia', 'admiralty', 'other']),
      }),
    )
    .min(1)
    .max(100),
  confidence: z.enum(['low', 'moderate', 'high']),
  why: Text,
  /** what cannot be known, what would change it */
  limits: Text,
  dissent: z.array(z.strictObject({ by: Line, position: Text, why: Text })).max(100),
  /** on whose sightings it rests: agencies that share them share one weight. Absent: not said */
  origins: z.array(Line).max(100).optional(),
  /** which intrusion it is about, when the case has several */
  intrusion: Line.optional(),
});

export const DECISION_SUBJECTS = ['watch', 'evict', 'disclose', 'attribute', 'share', 'other'] as const;
export const DECISION_POSITIONS = ['agrees', 'dissents', 'abstains', 'informed'] as const;

/** What was decided, by whom, on which conditions, to be looked at again when. */
export const DecisionMade = z.strictObject({
  subject: z.enum(DECISION_SUBJECTS),
  title: Line,
  decision: Text,
  parties: z
    .array(
      z.strictObject({
        agency: Line,
        position: z.enum(DECISION_POSITIONS),
        why: Text.optional(),
      }),
    )
    .min(1)
    .max(100),
  conditions: z.array(Text).max(100),
  reviewOn: Day.optional(),
});
