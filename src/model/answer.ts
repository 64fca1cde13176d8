import { z } from 'zod';
import { Level } from './finding.ts';

/**
 * The answer of `investigate`: summary.json (documented in docs/findings.md). It is a function of evidence and packs:
 * no wall clock, no machine, no path of this machine beyond the names evidence was handed in under.
 */
const Time = z.string().describe("RFC 3339 UTC, '' when undated");

const Sign = z.strictObject({
  time: Time,
  finding: z.string().describe('id of the finding'),
  rule: z.string(),
  title: z.string(),
  level: Level,
  host: z.string(),
  user: z.string(),
  stream: z.string(),
  why: z.string(),
  event: z.string().describe('address of its first event'),
  caveats: z.array(z.string()),
});

/** How far back the sources that could have shown the sign reach. */
const Horizon = z.strictObject({
  stream: z.string(),
  host: z.string(),
  begins: Time.describe('first dated event of this source from this host'),
  quietDays: z.number().describe('days between that and the first sign'),
  sentence: z.string(),
});

const Touched = z.strictObject({
  name: z.string(),
  score: z.number().describe('sum over distinct rules: critical 100, high 40, medium 12, low 3, informational 1'),
  findings: z.number().int(),
  worst: Level,
  first: Time,
  last: Time,
  rules: z.array(z.string()).describe('titles of the heaviest rules, at most 5'),
});

const RuleHits = z.strictObject({
  id: z.string(),
  title: z.string(),
  level: Level,
  attack: z.array(z.string()),
  tactics: z.array(z.string()),
  findings: z.number().int(),
  hosts: z.number().int(),
  users: z.number().int(),
  first: Time,
  last: Time,
  why: z.string().describe('of its first finding'),
  example: z.string().describe('event address of its first finding'),
  innocent: z.array(z.string()),
});

const Source = z.strictObject({
  stream: z.string(),
  events: z.number().int(),
  undated: z.number().int(),
  first: Time,
  last: Time,
  hosts: z.number().int(),
  days: z
    .array(z.tuple([z.number().int(), z.number().int()]))
    .describe('[days since 1970, events], days with events only'),
  gaps: z.number().int(),
});

const Gap = z.strictObject({
  kind: z.enum(['silence', 'records']),
  stream: z.string(),
  host: z.string(),
  from: Time.describe('last event before'),
  to: Time.describe('first event after'),
  missing: z.number().describe('silent days, or record numbers missing'),
  sentence: z.string(),
});

const NotSeen = z.strictObject({
  code: z.enum([
    'HORIZON',
    'BEGINS_LATER',
    'SILENCE',
    'RECORD_HOLES',
    'UNKNOWN_FORMAT',
    'READER_FAILED',
    'REFUSED_EVIDENCE',
    'DAMAGED',
    'UNDATED',
    'ZONE_ASSUMED',
    'YEAR_ASSUMED',
    'LOWER_BOUND',
    'NO_SUCH_LOG',
    'FIELD_MISSING',
    'RULES_REFUSED',
    'RULES_NOTED',
    'UNCORRELATED',
    'BEHAVIOURS_FAILED',
    'BEHAVIOURS_BLIND',
    'BEHAVIOURS_CUT',
    'VALUES_CUT',
    'NO_NETWORKS',
  ]),
  count: z.number().int(),
  sentence: z.string(),
  details: z.array(z.string()).describe('at most 50'),
});

const EvidenceLine = z.strictObject({
  digest: z.string(),
  names: z.array(z.string()),
  size: z.number().int(),
  container: z.string().optional(),
  status: z.string(),
  format: z.string(),
  events: z.number().int(),
  first: Time,
  last: Time,
  faults: z.record(z.string(), z.number().int()),
  faultSamples: z.array(
    z.strictObject({ code: z.string(), offset: z.number(), bytes: z.number().optional(), message: z.string() }),
  ),
  reason: z.string().optional(),
  received: z.strictObject({ at: Time, by: z.string(), from: z.string() }).optional(),
});

export const Answer = z.strictObject({
  format: z.literal('czernin-summary/1'),
  program: z.string(),
  analysis: z.string().describe('digest over program version, packs and options'),
  found: z.boolean(),
  verdict: z.string().describe('one sentence'),
  firstSign: Sign.nullable().describe(
    'earliest finding of the strongest level class present (high and above, else medium, else any)',
  ),
  horizon: Horizon.nullable(),
  earliestWeaker: Sign.nullable().describe('an earlier finding of a weaker level, when there is one'),
  lastSign: Sign.nullable(),
  counts: z.strictObject({
    evidence: z.number().int(),
    bytes: z.number().int(),
    events: z.number().int(),
    findings: z.number().int(),
    byLevel: z.record(z.string(), z.number().int()),
    rulesFired: z.number().int(),
  }),
  hosts: z.array(Touched),
  accounts: z.array(Touched),
  addresses: z.array(Touched),
  moreHosts: z.number().int(),
  moreAccounts: z.number().int(),
  moreAddresses: z.number().int(),
  rules: z.array(RuleHits).describe('ranked: level, then rarity, then time'),
  sources: z.array(Source),
  gaps: z.array(Gap),
  moreGaps: z.number().int(),
  notSeen: z.array(NotSeen).describe('ranked: what limits the conclusions most comes first'),
  ruleCoverage: z.strictObject({
    total: z.number().int(),
    fired: z.number().int(),
    ran: z.number().int(),
    noSuchLog: z.number().int(),
    fieldMissing: z.number().int(),
    unsupported: z.number().int(),
  }),
  evidence: z.array(EvidenceLine),
});
export type Answer = z.infer<typeof Answer>;

/** One line of rules.jsonl: what became of a rule. */
export const RuleFate = z.strictObject({
  id: z.string(),
  title: z.string(),
  level: z.string(),
  logsource: z.string(),
  fate: z.enum(['fired', 'ran', 'no such log', 'field never present', 'unsupported']),
  events: z.number().int().describe('events its log source gate let through'),
  findings: z.number().int(),
  missing: z.array(z.string()).describe('fields it asks for that no event of its log source had'),
  reason: z.string().optional(),
  origin: z.string(),
});
export type RuleFate = z.infer<typeof RuleFate>;
