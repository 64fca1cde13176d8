import { z } from 'zod';
import { EntryId, FindingId, Line, Moment, Text } from './parts.ts';

export const VERDICTS = ['accepted', 'innocent', 'needs-work'] as const;

/** A person has looked at a finding. Another agency's verdict stands beside it. */
export const FindingJudged = z.strictObject({
  finding: FindingId,
  verdict: z.enum(VERDICTS),
  why: Text,
});

export const Note = z.strictObject({ text: Text, title: Line.optional() });

const Entity = z.strictObject({
  type: z.enum([
    'person',
    'account',
    'mailbox',
    'host',
    'address',
    'network',
    'domain',
    'file',
    'process',
    'session',
    'other',
  ]),
  name: Line,
});

/** Something a log cannot say: these accounts are one person; this address was ours. */
export const EntityAsserted = z.strictObject({
  relation: z.enum(['same', 'different', 'ours', 'not-ours', 'intruder', 'belongs-to']),
  entities: z.array(Entity).min(1).max(1000),
  /** when it was so; open ends when unknown */
  from: Moment.optional(),
  until: Moment.optional(),
  why: Text,
});

const Findings = z.array(FindingId).max(10_000);

/** Findings that belong together. The intrusion is known by the id of this entry. */
export const IntrusionNamed = z.strictObject({ title: Line, findings: Findings, summary: Text.optional() });

/** Several intrusions are one; the result is known by the id of this entry. */
export const IntrusionMerged = z.strictObject({ title: Line, intrusions: z.array(EntryId).min(2).max(100), why: Text });

/** One intrusion is several; part n is known by the id of this entry and n. */
export const IntrusionSplit = z.strictObject({
  intrusion: z.string().regex(/^[0-9a-f]{64}(\.\d{1,3})?$/),
  parts: z
    .array(z.strictObject({ title: Line, findings: Findings }))
    .min(2)
    .max(100),
  why: Text,
});
