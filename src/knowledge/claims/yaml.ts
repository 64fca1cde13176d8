import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CodedError, quote } from '../../base/index.ts';
import {
  type Claim,
  ClaimFacts,
  claimOf,
  Marking,
  PartialDate,
  PREDICATES,
  type Predicate,
  RELIABILITY,
  ThingKey,
} from '../../model/index.ts';
import { type ClaimCode, ClaimError } from './codes.ts';

/**
 * Claims as people write them: one YAML document of sources, things and what the sources say of them
 * (docs/knowledge.md, "Files of claims"). A claim that cannot be taken is a fault with its place; the rest is taken.
 */
export const KNOWLEDGE_FORMAT = 'czernin-knowledge/1';

/** A file may come from anybody. */
export const YAML_LIMITS = { chars: 4 * 1024 * 1024, aliases: 100, claims: 50_000 } as const;

/** YAML reads a bare year as a number: it is the same date. */
function text(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

const Source = z.strictObject({
  name: z.string().min(1).max(500),
  title: z.string().max(1000).optional(),
  url: z.string().max(2000).optional(),
  published: z.preprocess(text, PartialDate.optional()),
  reliability: z.enum(RELIABILITY),
});

const Frame = z.strictObject({
  format: z.literal(KNOWLEDGE_FORMAT),
  title: z.string().min(1).max(500),
  marking: Marking,
  sources: z.record(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/), Source),
  claims: z.record(ThingKey, z.array(z.unknown())),
});

export interface ClaimFault {
  readonly code: ClaimCode;
  readonly where: string;
  readonly message: string;
}

export interface ClaimFile {
  readonly title: string;
  readonly claims: readonly Claim[];
  readonly faults: readonly ClaimFault[];
}

/** The claims of one document. Throws ClaimError when there is no such document; single bad claims are faults. */
export function readClaimFile(text: string, where: string): ClaimFile {
  const frame = Frame.safeParse(parseYaml(text, where));
  if (!frame.success) throw new ClaimError('NOT_KNOWLEDGE', firstIssue(frame.error), where);
  const { title, marking, sources, claims: said } = frame.data;
  const claims = new Map<string, Claim>();
  const faults: ClaimFault[] = [];
  let count = 0;
  for (const [subject, lines] of Object.entries(said)) {
    for (const [i, line] of lines.entries()) {
      const place = `${where}: claims: ${subject}[${i}]`;
      if (++count > YAML_LIMITS.claims) throw new ClaimError('TOO_LARGE', `over ${YAML_LIMITS.claims} claims`, place);
      try {
        const claim = oneClaim(subject, line, sources, marking, place);
        claims.set(claim.id, claim);
      } catch (error) {
        if (!(error instanceof ClaimError)) throw error;
        faults.push({ code: error.code, where: place, message: error.message });
      }
    }
  }
  return { title, claims: [...claims.values()], faults };
}

/** Members of a claim that are no predicate. */
const ASIDES = new Set([
  'how',
  'from',
  'until',
  'source',
  'reference',
  'said',
  'wording',
  'reliability',
  'credibility',
]);

function oneClaim(
  subject: ThingKey,
  line: unknown,
  sources: Readonly<Record<string, z.infer<typeof Source>>>,
  marking: Marking,
  place: string,
): Claim {
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    throw new ClaimError('BAD_CLAIM', 'a claim is a mapping: `predicate: what`, `source: which`, …', place);
  const members = Object.entries(line as Record<string, unknown>);
  const said = members.filter(([key]) => !ASIDES.has(key) && key !== 'marking' && key !== 'as');
  const [predicate, what] = said[0] ?? [];
  if (said.length !== 1 || predicate === undefined || !Object.hasOwn(PREDICATES, predicate)) {
    const found = said.map(([key]) => quote(key, 40)).join(', ') || 'none';
    throw new ClaimError('UNKNOWN_PREDICATE', `found ${found}; docs/knowledge.md lists the predicates`, place);
  }
  const asides = Object.fromEntries(members.filter(([key]) => ASIDES.has(key)));
  const own = new Map(members);
  const named = String(asides.source ?? '');
  const source = Object.hasOwn(sources, named) ? sources[named] : undefined;
  if (!source) throw new ClaimError('UNKNOWN_SOURCE', `no source ${quote(named, 40)} under sources:`, place);
  const { takes } = PREDICATES[predicate as Predicate];
  const rest = takes === 'text' || takes === 'date' ? { value: text(what) } : { object: what };
  const facts = ClaimFacts.safeParse({
    subject,
    predicate,
    ...rest,
    ...(own.has('as') ? { value: own.get('as') } : {}),
    ...dropUndefined({ said: source.published, reference: source.url ?? source.title }),
    reliability: source.reliability,
    credibility: 6,
    ...asides,
    ...dates(asides),
    source: source.name,
    marking: own.get('marking') ?? marking,
  });
  if (!facts.success) throw new ClaimError('BAD_CLAIM', firstIssue(facts.error), place);
  return claimOf(facts.data);
}

function dates(asides: Record<string, unknown>): Record<string, unknown> {
  const found = ['from', 'until', 'said'].filter((key) => key in asides).map((key) => [key, text(asides[key])]);
  return Object.fromEntries(found);
}

function dropUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function parseYaml(source: string, where: string): unknown {
  if (source.length > YAML_LIMITS.chars)
    throw new ClaimError('TOO_LARGE', `over ${YAML_LIMITS.chars} characters`, where);
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, { lineCounter: lines, schema: 'core', version: '1.2' });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      const code = error.code === 'RESOURCE_EXHAUSTION' ? 'TOO_LARGE' : 'NOT_YAML'; // nesting beyond the parser's stack
      throw new ClaimError(code, error.message.split('\n')[0] ?? error.code, `${where}:${line}:${col}`);
    }
    return document.toJS({ maxAliasCount: YAML_LIMITS.aliases });
  } catch (error) {
    if (error instanceof CodedError) throw error;
    // more aliases than allowed
    throw new ClaimError('TOO_LARGE', (error as Error).message.slice(0, 200), where, error);
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  return `${path === '' ? '' : `${quote(path, 120)}: `}${issue?.message ?? 'wrong'}`;
}
