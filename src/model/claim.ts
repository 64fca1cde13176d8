import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalize } from '../base/index.ts';
import { RELIABILITY } from './indicator.ts';
import { Marking } from './marking.ts';

/**
 * A Claim: what a named source says of an actor, a tool, a name, with date and trust. Claims are never true or false
 * here: contradicting ones stand side by side, and an answer says who says what.
 */

/** What can be spoken of. `place` is a country or region, `victim` a kind of target (a sector, a group of people). */
export const THING_KINDS = [
  'actor',
  'infrastructure',
  'operation',
  'organisation',
  'person',
  'place',
  'technique',
  'tool',
  'victim',
  'vulnerability',
] as const;
export type ThingKind = (typeof THING_KINDS)[number];

/**
 * A thing is written `kind:name`. Own knowledge names it by a slug (`actor:apt31`), an import by its source's id
 * (`actor:intrusion-set--4283…`): two sources make two things until somebody claims that they are the same.
 */
export const ThingKey = z
  .string()
  .max(300)
  .regex(new RegExp(`^(${THING_KINDS.join('|')}):[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$`, 'u'));
export type ThingKey = z.infer<typeof ThingKey>;

export function thingKind(key: ThingKey): ThingKind {
  return key.slice(0, key.indexOf(':')) as ThingKind;
}

type About = readonly ThingKind[] | 'any' | 'same kind';
interface PredicateRule {
  /** what it may be said of */
  readonly of: readonly ThingKind[] | 'any';
  /** what stands after it: a thing of these kinds, a text, or a date */
  readonly takes: About | 'text' | 'date';
  readonly means: string;
}

const DOERS = ['actor', 'operation', 'tool'] as const;

/** The closed list of what can be claimed. docs/knowledge.md shows the same table, held by a test. */
export const PREDICATES = {
  named: { of: 'any', takes: 'text', means: 'is called so by the source; `how` tells how the name relates' },
  'same-as': { of: 'any', takes: 'same kind', means: 'both are one' },
  'part-of': { of: 'any', takes: 'same kind', means: 'is a part of the other' },
  overlaps: { of: 'any', takes: 'same kind', means: 'shares some of its doings with the other' },
  disputed: { of: 'any', takes: 'same kind', means: 'some hold them to be one; the source does not follow' },
  'renamed-to': { of: 'any', takes: 'same kind', means: 'goes on under the other' },
  'distinct-from': { of: 'any', takes: 'same kind', means: 'the two are not one' },
  'sponsored-by': { of: ['actor', 'operation', 'organisation'], takes: ['organisation', 'place'], means: 'works for' },
  'member-of': { of: ['person', 'organisation'], takes: ['actor', 'organisation'], means: 'belongs to' },
  'front-for': { of: ['organisation'], takes: ['actor', 'organisation', 'place'], means: 'hides' },
  'located-in': { of: 'any', takes: ['place'], means: 'is in, or works from' },
  uses: { of: DOERS, takes: ['tool', 'technique', 'infrastructure', 'vulnerability'], means: 'makes use of' },
  targets: { of: DOERS, takes: ['victim', 'organisation', 'person', 'place'], means: 'is directed against' },
  'attributed-to': {
    of: ['operation', 'infrastructure', 'tool', 'actor'],
    takes: ['actor', 'organisation', 'person', 'place'],
    means: 'is the doing of',
  },
  'held-by': {
    of: ['tool', 'infrastructure'],
    takes: ['actor', 'organisation', 'person'],
    means: 'is in the hands of',
  },
  'made-by': { of: ['tool'], takes: ['actor', 'organisation', 'person'], means: 'was written by' },
  'copy-of': { of: ['tool'], takes: ['tool'], means: 'was made after the other' },
  'variant-of': { of: ['tool', 'technique'], takes: 'same kind', means: 'is a form of the other' },
  'first-seen': { of: 'any', takes: 'date', means: 'was in use at this time; nobody saw it earlier' },
  'last-seen': { of: 'any', takes: 'date', means: 'was last seen' },
  'public-since': { of: ['tool'], takes: 'date', means: 'can be had by anybody since' },
  leaked: { of: ['tool', 'infrastructure'], takes: 'date', means: 'came into other hands' },
  'of-type': { of: 'any', takes: 'text', means: 'is of this kind, in the source’s words' },
  'motivated-by': { of: ['actor', 'operation'], takes: 'text', means: 'wants, in the source’s words' },
  'measure-against': {
    of: ['person', 'organisation', 'actor'],
    takes: 'text',
    means: 'was indicted, sanctioned, named',
  },
  'described-as': { of: 'any', takes: 'text', means: 'is described so' },
  'linked-to': { of: 'any', takes: 'any', means: 'has to do with; `value` is the source’s own word' },
  retracts: { of: 'any', takes: 'text', means: 'takes back the claim whose id follows; both stay' },
} as const satisfies Record<string, PredicateRule>;
export type Predicate = keyof typeof PREDICATES;

/** How a name relates to the thing it is claimed for. */
export const NAME_RELATIONS = ['same', 'part-of', 'overlaps', 'disputed', 'renamed'] as const;

/** A date as exactly as it is known: year, month, day, or an RFC 3339 time in UTC. */
export const PartialDate = z
  .string()
  .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?Z)?)?)?$/);
export type PartialDate = z.infer<typeof PartialDate>;

export const MAX_CLAIM_TEXT = 20_000;
const Short = z.string().min(1).max(500);

/** All that is said; `Claim` adds the id that follows from it. */
export const ClaimFacts = z
  .strictObject({
    subject: ThingKey,
    predicate: z.enum(Object.keys(PREDICATES) as [Predicate, ...Predicate[]]),
    object: ThingKey.optional(),
    value: z.string().min(1).max(MAX_CLAIM_TEXT).optional(),
    /** of `named` only; absent: same */
    how: z.enum(NAME_RELATIONS).optional(),
    /** when it is said to have been so; open ends when unknown */
    from: PartialDate.optional(),
    until: PartialDate.optional(),
    /** who says it, and where it stands written */
    source: Short,
    reference: z.string().max(2000).optional(),
    /** the source's own id of the statement */
    ref: z.string().max(300).optional(),
    /** when it was said */
    said: PartialDate.optional(),
    /** the exact words, where they matter (an attribution) */
    wording: z.string().min(1).max(MAX_CLAIM_TEXT).optional(),
    /** Admiralty code: the source A to F, the statement 1 to 6; F and 6: cannot be judged */
    reliability: z.enum(RELIABILITY),
    credibility: z.number().int().min(1).max(6),
    /** absent: unmarked, which is not releasable */
    marking: Marking.optional(),
  })
  .superRefine((c, ctx) => {
    const wrong = ruleBroken(c);
    if (wrong !== null) ctx.addIssue({ code: 'custom', message: wrong });
  });
export type ClaimFacts = z.infer<typeof ClaimFacts>;

export interface Claim extends ClaimFacts {
  /** first 32 hex digits of SHA-256 over the canonical JSON of everything else: the same statement has one id */
  readonly id: string;
}

export function claimOf(facts: ClaimFacts): Claim {
  return { id: createHash('sha256').update(canonicalize(facts)).digest('hex').slice(0, 32), ...facts };
}

/** What is wrong with the parts of a claim against the table above; null when nothing is. */
function ruleBroken(c: Pick<ClaimFacts, 'subject' | 'predicate' | 'object' | 'value' | 'how'>): string | null {
  const { of, takes }: PredicateRule = PREDICATES[c.predicate];
  const subject = thingKind(c.subject);
  if (of !== 'any' && !of.includes(subject)) return `${c.predicate} is not said of: ${subject}`;
  if (c.how !== undefined && c.predicate !== 'named') return '`how` belongs to `named` only';
  if (takes === 'text' || takes === 'date') {
    if (c.object !== undefined || c.value === undefined) return `${c.predicate} is followed by a ${takes}`;
    if (takes === 'date' && !PartialDate.safeParse(c.value).success) return `${c.predicate} is followed by a date`;
    return null;
  }
  if (c.object === undefined) return `${c.predicate} is followed by a thing (kind:name)`;
  if (c.value !== undefined && c.predicate !== 'linked-to') return `${c.predicate} has no value`;
  const kind = thingKind(c.object);
  if (takes === 'same kind' ? kind !== subject : takes !== 'any' && !takes.includes(kind))
    return `${c.predicate} of ${subject} is not followed by: ${kind}`;
  return c.object === c.subject ? 'a thing is not claimed of itself' : null;
}
