import { z } from 'zod';
import { EntityKey } from './entity.ts';

/** Severity as Sigma writes it, lowest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export const Level = z.enum(LEVELS);
export type Level = z.infer<typeof Level>;

const ValueSchema: z.ZodType<unknown> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(ValueSchema)]),
);

const Earlier = z.strictObject({
  time: z.string(),
  /** `<sha256>@<offset>` */
  event: z.string(),
  stream: z.string(),
  account: z.string(),
  address: z.string(),
  /** without its name, time and address, which stand beside it */
  why: z.string(),
});

/**
 * A Finding: a rule, indicator or behaviour met by Events. One line of findings.jsonl, documented in docs/findings.md.
 * Same evidence and packs give the same lines in the same order on any machine.
 */
export const Finding = z.strictObject({
  /** SHA-256 over rule digest and event addresses, first 32 hex digits: the same finding has the same id everywhere */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  kind: z.enum(['rule', 'correlation', 'indicator', 'behaviour']),
  rule: z.strictObject({
    id: z.string(),
    title: z.string(),
    level: Level,
    status: z.string().optional(),
    /** ATT&CK technique ids, upper case, sorted */
    attack: z.array(z.string()),
    /** ATT&CK tactic short names as in the rule's tags, sorted */
    tactics: z.array(z.string()),
    pack: z.string().optional(),
  }),
  /** when it happened, RFC 3339 UTC; '' when the record is undated */
  time: z.string(),
  /** last event of a correlation */
  timeEnd: z.string().optional(),
  stream: z.string(),
  host: z.string(),
  user: z.string(),
  address: z.string(),
  /** `<sha256>@<offset>`, in time order; a correlation names at most 100 and says the whole number in `count` */
  events: z.array(z.string()).min(1),
  count: z.number().int().min(1),
  /** of a behaviour: how far from innocent, 0 to 1, as its file defines */
  score: z.number().min(0).max(1).optional(),
  /** who and what took part, normalised and sorted: the nodes by which findings belong together */
  entities: z.array(EntityKey).optional(),
  /** of them those as, by or on which somebody acted, as the event says; the others were tried, reached or named */
  acted: z.array(EntityKey).optional(),
  /** of a behaviour: what it saw before `time` that fits and is too weak to count; it may as well be somebody else's */
  earlier: Earlier.optional(),
  /** the fields that made the rule true, with the values of the first event */
  matched: z.array(z.strictObject({ field: z.string(), value: ValueSchema })),
  /** one sentence: why */
  why: z.string(),
  /** what it would take to be innocent: the rule's known false positives */
  innocent: z.array(z.string()),
  /** recovered, zone assumed, year assumed, partial, lower bound: what weakens the event */
  caveats: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;
