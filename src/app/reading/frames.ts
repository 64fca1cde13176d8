import { z } from 'zod';
import { errorClass } from '../../base/index.ts';
import { Level } from '../../model/index.ts';
import { LIMITS } from '../../readers/index.ts';
import { type CorrelationRule, NOTICE_CODES, type Notice, type Refusal } from '../../rules/index.ts';
import type { FindingRow, InputRow, ReadResult } from '../effects/index.ts';
import {
  type EventFace,
  type Looked,
  type Progress,
  type RuleFace,
  type RulesEnd,
  SHOW_BYTES,
  type ShownRecord,
} from './job.ts';

/**
 * What a reader process says, checked by its parent: the process has met hostile bytes, so nothing it sends is trusted
 * to have the right shape, order or size. A frame that fails costs that piece of evidence.
 */
export const FrameFault = errorClass<'BAD_FRAME'>('FrameFault');

const Count = z.number().int().min(0);
const Ms = z.number().nullable();
const Short = z.string().max(LIMITS.fieldChars);
const Long = z.string().max(16 * 1024 * 1024);
/** `[a-z0-9-]`: it becomes a folder of the lake */
const Stream = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

const Finding = z.strictObject({
  rule: Short,
  ms: Ms,
  ns: Count,
  stream: Stream,
  host: Short,
  user: Short,
  address: Short,
  offset: Count,
  record: Short,
  matched: Long,
  why: Short,
  entities: Short,
  acted: Short,
  flags: Count,
}) satisfies z.ZodType<FindingRow>;

const Input = z.strictObject({
  rule: Short,
  ms: Ms,
  ns: Count,
  offset: Count,
  fields: Long,
  host: Short,
  user: Short,
  source: Short,
  stream: Stream,
}) satisfies z.ZodType<InputRow>;

export const PartHeader = z.strictObject({
  stream: Stream,
  day: z.string().regex(/^(\d{4}-\d{2}(-\d{2})?|undated|mixed)$/),
  name: z.string().regex(/^[a-z0-9-]{1,120}$/),
  rows: Count,
  bytes: Count.max(512 * 1024 * 1024),
});
export type PartHeader = z.infer<typeof PartHeader>;

const ProgressFrame = z.strictObject({ bytes: Count, events: Count, findings: Count }) satisfies z.ZodType<Progress>;

const Source = z.strictObject({
  product: Short.optional(),
  service: Short.optional(),
  category: Short.optional(),
  channel: Short.optional(),
  provider: Short.optional(),
  eventId: z.number().optional(),
});

const Result = z.strictObject({
  key: Short,
  status: z.enum(['read', 'unknown', 'archive', 'failed', 'empty']),
  format: Short,
  events: Count,
  undated: Count,
  recovered: Count,
  zoneAssumed: Count,
  yearAssumed: Count,
  partial: Count,
  lowerBound: Count,
  firstMs: Ms,
  lastMs: Ms,
  faults: z.record(Short, Count),
  faultSamples: z.array(
    z.strictObject({ code: Short, offset: z.number(), bytes: z.number().optional(), message: Short }),
  ),
  kinds: z.array(z.strictObject({ source: Source, events: Count, fields: z.array(Short) })),
  holes: z.array(
    z.strictObject({ stream: Stream, host: Short, after: z.number(), before: z.number(), afterMs: Ms, beforeMs: Ms }),
  ),
  moreHoles: Count,
  range: z
    .strictObject({ stream: Stream, host: Short, first: z.number(), firstMs: Ms, last: z.number(), lastMs: Ms })
    .nullable(),
  cover: z.array(
    z.strictObject({
      stream: Stream,
      host: Short,
      day: z.number().int().nullable(),
      events: Count,
      firstMs: Ms,
      lastMs: Ms,
    }),
  ),
  reason: Short.optional(),
});

const Shown = z.strictObject({
  offset: Count,
  format: Short,
  found: z.boolean(),
  length: Count,
  bytes: z.string().max(2 * SHOW_BYTES),
  text: z.string().max(SHOW_BYTES),
  fields: z.record(z.string(), z.unknown()),
  source: Source,
  stream: z.string().max(64),
  time: Short,
  record: Short,
});

const Texts = z.array(Short);
const Face = z.strictObject({
  id: Short,
  title: Short,
  level: Level,
  status: Short.optional(),
  attack: Texts,
  tactics: Texts,
  falsePositives: Texts,
  logsource: z.strictObject({ product: Short.optional(), service: Short.optional(), category: Short.optional() }),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  origin: Short,
});
const EventFaces = z.array(z.strictObject({ meta: Face, reports: z.boolean() }));
const Correlation = z.strictObject({
  $: z.literal('correlation'),
  meta: Face,
  names: Texts,
  kind: z.enum([
    'event_count',
    'value_count',
    'temporal',
    'temporal_ordered',
    'value_sum',
    'value_avg',
    'value_percentile',
  ]),
  rules: Texts,
  groupBy: Texts,
  timespanMs: z.number(),
  condition: z.array(z.strictObject({ op: z.enum(['lt', 'lte', 'gt', 'gte', 'eq', 'neq']), number: z.number() })),
  fields: Texts,
  percentile: z.number().optional(),
  aliases: z.record(Short, z.record(Short, Short)),
  reports: z.boolean(),
});
const RefusalLine = z.strictObject({
  origin: Short,
  id: Short,
  title: Short,
  code: Short,
  reason: Short,
}) satisfies z.ZodType<Refusal>;
const NoticeLine = z.strictObject({
  code: z.enum(Object.keys(NOTICE_CODES) as Notice['code'][]),
  origin: Short,
  id: Short,
  title: Short,
  message: Short,
});
const Fields = z.strictObject({ fields: Texts }) satisfies z.ZodType<RulesEnd>;
const LookedLine = z.strictObject({
  rule: Short,
  events: Count,
  canFire: z.boolean(),
  missing: Texts,
  refusal: z.strictObject({ code: Short, reason: Short }).optional(),
});

/** A correlation whose `meta` is only what reports show. */
export type CorrelationFace = Omit<CorrelationRule, 'meta'> & { readonly meta: RuleFace };

export const facesFrame = (payload: Buffer): EventFace[] => check(EventFaces, payload) as EventFace[];
export const correlationsFrame = (payload: Buffer): CorrelationFace[] =>
  check(z.array(Correlation), payload) as CorrelationFace[];
export const refusalsFrame = (payload: Buffer): Refusal[] => check(z.array(RefusalLine), payload);
export const noticesFrame = (payload: Buffer): Notice[] => check(z.array(NoticeLine), payload);
export const lookedFrame = (payload: Buffer): Looked[] => check(z.array(LookedLine), payload) as Looked[];

export function rulesEnd(value: unknown): RulesEnd {
  const parsed = Fields.safeParse(value);
  if (!parsed.success) throw new FrameFault('BAD_FRAME', `a result that is none: ${issue(parsed.error)}`);
  return parsed.data;
}

export const findingsFrame = (payload: Buffer): FindingRow[] => check(z.array(Finding), payload);
export const inputsFrame = (payload: Buffer): InputRow[] => check(z.array(Input), payload);
export const partFrame = (payload: Buffer): PartHeader => check(PartHeader, payload);
export const progressFrame = (payload: Buffer): Progress => check(ProgressFrame, payload);
export const recordFrame = (payload: Buffer): ShownRecord => check(Shown, payload) as ShownRecord;
export function readResult(value: unknown): ReadResult {
  const parsed = Result.safeParse(value);
  if (!parsed.success) throw new FrameFault('BAD_FRAME', `a result that is none: ${issue(parsed.error)}`);
  return parsed.data as ReadResult;
}

function check<T>(schema: z.ZodType<T>, payload: Buffer): T {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch (cause) {
    throw new FrameFault('BAD_FRAME', 'a frame that is no JSON', undefined, cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new FrameFault('BAD_FRAME', `a frame of the wrong shape: ${issue(parsed.error)}`);
  return parsed.data;
}

function issue(error: z.ZodError): string {
  const first = error.issues[0];
  return first ? `${first.path.join('.')}: ${first.code}` : 'unknown';
}
