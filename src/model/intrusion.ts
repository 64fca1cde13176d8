import { z } from 'zod';
import { EntityKey, EntityType } from './entity.ts';
import { EntryId, FindingId } from './entry/index.ts';
import { Level } from './finding.ts';

/**
 * Intrusions: Findings that belong together, with what follows from them. `out/intrusions.json`, documented in
 * docs/intrusions.md. A function of findings, coverage and judgements: recomputed at once when somebody judges, without
 * reading evidence again. Times are RFC 3339 UTC, '' when unknown; `sentence` is for people, the rest for programs.
 */
const Time = z.string();
const Count = z.number().int().min(0);
/** `<sha256>@<offset>`, by which every sentence walks down to bytes */
const Address = z.string();
const FindingIds = z.array(FindingId);

/** An automatic one: `a` and 31 hex digits over its core findings. Named, merged or split by a person: the entry's id, `.n` for a part. */
export const IntrusionId = z.string().regex(/^(a[0-9a-f]{31}|[0-9a-f]{64}(\.\d{1,3})?)$/);

const IntrusionSign = z.strictObject({
  time: Time,
  finding: FindingId,
  title: z.string(),
  level: Level,
  stream: z.string(),
  host: z.string(),
  account: z.string(),
  address: z.string(),
  event: Address,
  why: z.string(),
  caveats: z.array(z.string()),
});

/** The first sign is where the logs let it be seen, not where it began (left-censoring). */
const FirstSign = IntrusionSign.extend({
  uncertainty: z.strictObject({
    /** no log of a source that could have shown it reaches further back than this; '' when unknown */
    earliestPossible: Time,
    /** days between that and the first sign in which those sources spoke and showed nothing that counts */
    quietDays: Count,
    /** the sign lies within a week of where its source begins */
    atEdge: z.boolean(),
    sources: z.array(z.strictObject({ stream: z.string(), begins: Time, beforeSign: z.boolean() })),
    sentence: z.string(),
  }),
  /** what a finding of it saw before all of them that fits and is too weak to count; null when there is nothing */
  earlier: z
    .strictObject({
      time: Time,
      /** before the first sign */
      days: Count,
      finding: FindingId,
      stream: z.string(),
      account: z.string(),
      address: z.string(),
      event: Address,
      sentence: z.string(),
    })
    .nullable(),
});

const PHASES = [
  'reconnaissance',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
  'other',
] as const;
export const IntrusionPhase = z.enum(PHASES);
export type IntrusionPhase = z.infer<typeof IntrusionPhase>;

const Phase = z.strictObject({
  phase: IntrusionPhase,
  first: Time,
  last: Time,
  findings: Count,
  hosts: z.array(z.string()),
  accounts: z.array(z.string()),
  /** UTC days since 1970 with findings, and how many; a long span counts on its first and last day. At most 1,000, in order */
  days: z.array(z.tuple([z.number().int(), Count])).max(1000),
  /** the heaviest findings, at most 5, for whoever walks down */
  examples: FindingIds,
  /** without its name and dates, which stand beside it */
  sentence: z.string(),
});

const Quiet = z.strictObject({
  from: Time,
  to: Time,
  days: Count,
  /** sources of this intrusion that spoke all through it: the quiet is his, not the logs' */
  speaking: z.array(z.string()),
  /** sources that were silent or absent then: activity may have gone unseen */
  silent: z.array(z.string()),
  sentence: z.string(),
});

const Return = z.strictObject({ time: Time, finding: FindingId, afterDays: Count, sentence: z.string() });

/** Two numbers that the press merges: days nobody knew, and days he was watched on purpose. */
const Dwell = z.strictObject({
  /** first sign to detection; null when no date of detection is on record */
  unseenDays: Count.nullable(),
  /** detection (or the decision to watch) to eviction */
  watchedDays: Count.nullable(),
  /** first to last sign, which needs no decision */
  spanDays: Count,
  detected: Time,
  evicted: Time,
  sentence: z.string(),
});

/**
 * misused: the intruder acted as it, on it or out of it · touched: it took part, nobody acted as it · targeted: tried, no
 * success seen · cleared: nothing found in its own logs, which are of a kind that showed this intrusion elsewhere and reach to
 * both its ends · nothing-found: the same, but logs of that kind never showed it anywhere · never-collected: named, but no log
 * of its own is here.
 */
export const LEDGER_STATES = ['misused', 'touched', 'targeted', 'cleared', 'nothing-found', 'never-collected'] as const;
export const LedgerState = z.enum(LEDGER_STATES);
export type LedgerState = z.infer<typeof LedgerState>;

const LedgerLine = z.strictObject({
  entity: EntityKey,
  name: z.string(),
  state: LedgerState,
  first: Time,
  last: Time,
  /** how many findings say so, and the heaviest of them, at most 20 */
  count: Count,
  findings: FindingIds,
  why: z.string(),
  /** misused or touched, but no log of its own was handed in: more may have happened there */
  uncollected: z.boolean(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;

/** What the intruder used: exits, tools, places to call home. */
const Used = z.strictObject({
  entity: EntityKey,
  type: EntityType,
  name: z.string(),
  first: Time,
  last: Time,
  count: Count,
  /** accounts of this intrusion seen with it */
  accounts: Count,
});

/** null: not counted by any source here. `atMost` null: unknown, because the source was throttled or a whole folder was synchronised. */
const Bounds = z.strictObject({ atLeast: Count.nullable(), atMost: Count.nullable() });
const Taken = z.strictObject({
  mailboxes: Bounds,
  items: Bounds,
  folders: Bounds,
  bytes: Bounds,
  /** why the upper bound is open */
  open: z.array(z.enum(['throttled', 'whole folder', 'lower bound', 'not logged'])),
  findings: FindingIds,
  sentence: z.string(),
});

/** For one statement of this intrusion: which sources could have shown it, and which were there. */
const GapLine = z.strictObject({
  statement: z.string(),
  sources: z.array(
    z.strictObject({
      source: z.string(),
      /** late: begins after what it should show · ended: stops before */
      state: z.enum(['collected', 'silent', 'late', 'ended', 'missing']),
      sentence: z.string(),
    }),
  ),
  sentence: z.string(),
});

/** Two findings, and what ties them. The links of an intrusion are a tree over its findings: each was needed. */
const Link = z.strictObject({
  a: FindingId,
  b: FindingId,
  weight: z.number().min(0).max(1),
  by: z.array(z.strictObject({ entity: EntityKey, weight: z.number().min(0).max(1), why: z.string() })),
  sentence: z.string(),
});
export type IntrusionLink = z.infer<typeof Link>;

const Technique = z.strictObject({ id: z.string(), findings: Count, first: Time, last: Time });

const Foothold = z.strictObject({
  entity: EntityKey,
  /** `found`: by a finding of persistence or access · `given`: named by a person */
  origin: z.enum(['found', 'given']),
  lastBefore: Time,
  /** findings after the eviction that name it */
  seenAfter: Count,
  firstAfter: Time,
  findings: FindingIds,
});

/** Was anything seen again after the eviction? "Nothing seen" counts only as far as sources could have shown it. */
const EvictionCheck = z.strictObject({
  date: Time,
  verdict: z.enum(['seen-again', 'nothing-seen', 'cannot-tell']),
  footholds: z.array(Foothold),
  /** findings of this intrusion after the date */
  findings: FindingIds,
  count: Count,
  sources: z.array(
    z.strictObject({
      source: z.string(),
      daysAfter: Count,
      lastEvent: Time,
      couldShow: z.boolean(),
      sentence: z.string(),
    }),
  ),
  sentence: z.string(),
});

/** What a person said that changed the picture. */
const Shaped = z.strictObject({
  entry: EntryId,
  agency: z.string(),
  kind: z.string(),
  says: z.string(),
  /** how many findings it moved */
  findings: Count,
  sentence: z.string(),
});
export type Shaped = z.infer<typeof Shaped>;

export const Intrusion = z.strictObject({
  id: IntrusionId,
  title: z.string(),
  /** '' when the program found the title; else the agency that named it */
  namedBy: z.string(),
  /** 0 to 1, and what it is made of, heaviest first */
  rank: z.strictObject({ score: z.number().min(0).max(1), why: z.array(z.string()) }),
  sentence: z.string(),
  /** in time order, at most 10,000; `count` is the whole number */
  findings: FindingIds,
  count: Count,
  byLevel: z.partialRecord(Level, Count),
  firstSign: FirstSign.nullable(),
  lastSign: IntrusionSign.nullable(),
  phases: z.array(Phase),
  quietPeriods: z.array(Quiet),
  returns: z.array(Return),
  dwell: Dwell,
  scope: z.strictObject({
    hosts: z.array(LedgerLine),
    accounts: z.array(LedgerLine),
    mailboxes: z.array(LedgerLine),
    /** lines left out beyond 1,000 a list */
    more: Count,
  }),
  used: z.array(Used),
  taken: Taken,
  gapMap: z.array(GapLine),
  techniques: z.array(Technique),
  eviction: EvictionCheck.nullable(),
  links: z.array(Link),
  judgements: z.array(Shaped),
});
export type Intrusion = z.infer<typeof Intrusion>;

export const Intrusions = z.strictObject({
  format: z.literal('czernin-intrusions/1'),
  /** digest over program, packs and options, as in summary.json; and of findings.jsonl */
  analysis: z.string(),
  results: z.string(),
  /** ranked: the heaviest first */
  intrusions: z.array(Intrusion),
  /** weak or single findings that nothing ties to an intrusion: counted, never lost */
  loose: z.strictObject({
    count: Count,
    byRule: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        level: Level,
        count: Count,
        first: Time,
        last: Time,
        example: FindingId,
      }),
    ),
    more: Count,
  }),
  /** findings a person has judged innocent, or of entities said to be ours */
  innocent: z.strictObject({ count: Count, findings: FindingIds }),
  judgements: z.array(Shaped),
});
export type Intrusions = z.infer<typeof Intrusions>;
