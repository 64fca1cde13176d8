import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalize } from '../base/index.ts';
import { Marking } from './marking.ts';

/**
 * An Indicator: a value or a pattern that a source says belongs to somebody's doing, and when that was so. An address
 * is lent: without its dates an indicator blames whoever has it now, so they are part of it.
 */
export const INDICATOR_KINDS = [
  'account',
  'asn',
  'certificate', // fingerprint of an X.509 certificate: hex of MD5, SHA-1 or SHA-256
  'certificate-serial',
  'cidr',
  'domain', // the name and every name below it
  'email',
  'file-name',
  'file-path',
  'hostname', // of a machine, as logs write it without its domain
  'ipv4',
  'ipv6',
  'ja3',
  'ja3s',
  'ja4',
  'mac',
  'md5',
  'mutex',
  'pattern', // a STIX pattern
  'pipe',
  'registry-key',
  'service', // name of a Windows service
  'sha1',
  'sha256',
  'sha512',
  'subject', // of a mail
  'task', // name of a scheduled task
  'url',
  'user-agent',
] as const;
export const IndicatorKind = z.enum(INDICATOR_KINDS);
export type IndicatorKind = z.infer<typeof IndicatorKind>;

/** Admiralty code: how reliable the source is, A best; F: cannot be judged. */
export const RELIABILITY = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** Whom or what an indicator points to, as its source names it. */
export const IndicatorRef = z.strictObject({
  type: z.enum(['actor', 'campaign', 'infrastructure', 'operation', 'tool', 'vulnerability']),
  name: z.string().min(1).max(300),
  /** the source's own id of it: `malware--…`, a galaxy cluster's uuid */
  id: z.string().max(300).optional(),
});
export type IndicatorRef = z.infer<typeof IndicatorRef>;

const Time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3,9})?Z$/)
  .describe('RFC 3339 UTC');

export const MAX_INDICATOR_CHARS = 16_384;

/** All that a source says; `Indicator` adds the id that follows from it. */
export const IndicatorFacts = z.strictObject({
  kind: IndicatorKind,
  /** normalised by kind, so that two spellings are one: knowledge/indicators; a pattern stands as written */
  value: z.string().min(1).max(MAX_INDICATOR_CHARS),
  /** true only from here on, and only until (not included): what the source says; absent: it does not say */
  validFrom: Time.optional(),
  validUntil: Time.optional(),
  /** when the source saw it in use */
  firstSeen: Time.optional(),
  lastSeen: Time.optional(),
  /** who says so: the organisation or list */
  source: z.string().min(1).max(300),
  /** the source's own id of the statement: `indicator--…`, a MISP attribute's uuid, `file:line` */
  ref: z.string().max(300).optional(),
  title: z.string().max(500).optional(),
  reliability: z.enum(RELIABILITY).optional(),
  /** Admiralty code: 1 confirmed … 5 improbable, 6 cannot be judged */
  credibility: z.number().int().min(1).max(6).optional(),
  /** STIX scale, 0 to 100 */
  confidence: z.number().int().min(0).max(100).optional(),
  labels: z.array(z.string().min(1).max(300)).max(200),
  refs: z.array(IndicatorRef).max(200),
  /** ATT&CK technique ids, upper case, sorted */
  attack: z.array(z.string()).max(200),
  /** absent: unmarked, which is not releasable */
  marking: Marking.optional(),
  /** the source says it is context and should raise no alarm by itself (MISP `to_ids: false`) */
  contextOnly: z.boolean().optional(),
});
export type IndicatorFacts = z.infer<typeof IndicatorFacts>;

export const Indicator = z.strictObject({
  /** `ind-` and the first 32 hex digits of SHA-256 over the canonical JSON of everything else */
  id: z.string().regex(/^ind-[0-9a-f]{32}$/),
  ...IndicatorFacts.shape,
});
export type Indicator = z.infer<typeof Indicator>;

/** The same statement has the same id wherever it is read. */
export function indicatorOf(facts: IndicatorFacts): Indicator {
  const digest = createHash('sha256').update(canonicalize(facts)).digest('hex');
  return { id: `ind-${digest.slice(0, 32)}`, ...facts };
}
