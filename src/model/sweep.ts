import { z } from 'zod';
import { Level } from './finding.ts';
import { Indicator } from './indicator.ts';

/** What kind of thing a key names. */
export const KEY_CLASSES = [
  'account',
  'agent',
  'certificate',
  'email',
  'file',
  'hash',
  'host',
  'ip', // `4` or `6` and the hex digits: in text order, so that a network is a range
  'ja3',
  'ja4',
  'mac',
  'name', // in the DNS
  'path',
  'pipe',
  'registry',
  'serial',
  'service',
  'subject',
  'task',
  'url',
] as const;
export type KeyClass = (typeof KEY_CLASSES)[number];

/** How the text of a field is to be read. */
export const FORMS = [
  'account',
  'address', // one, or several in a list or after one another
  'agent',
  'certificate',
  'email',
  'hash', // one, or `MD5=…,SHA256=…`
  'ja3',
  'ja4',
  'mac',
  'name', // a host or domain name, perhaps an address, perhaps with a port
  'path',
  'pipe',
  'registry',
  'serial',
  'service',
  'subject',
  'task',
  'text', // free text: what stands in it as a word of its own
  'url',
] as const;
export type Form = (typeof FORMS)[number];

/** The classes a form can give. */
export const FORM_CLASSES: Readonly<Record<Form, readonly KeyClass[]>> = {
  account: ['account', 'email'],
  address: ['ip'],
  agent: ['agent'],
  certificate: ['certificate'],
  email: ['email', 'name'],
  hash: ['hash'],
  ja3: ['ja3'],
  ja4: ['ja4'],
  mac: ['mac'],
  name: ['host', 'ip', 'name'],
  path: ['file', 'path'],
  pipe: ['pipe'],
  registry: ['registry'],
  serial: ['serial'],
  service: ['service'],
  subject: ['subject'],
  task: ['task'],
  text: ['email', 'file', 'hash', 'ip', 'name', 'url'],
  url: ['ip', 'name', 'url'],
};

const Time = z.string().describe("RFC 3339 UTC, '' when undated");

/** Where and how often one indicator was met: one line a source, host and account. */
const Sighting = z.strictObject({
  /** id of the Finding that says the same; absent when it is out of its time */
  finding: z.string().optional(),
  stream: z.string(),
  host: z.string(),
  user: z.string(),
  fields: z.array(z.string()),
  events: z.number().int(),
  first: Time,
  last: Time,
  /** as the log wrote it the first time */
  seen: z.string(),
  addresses: z.array(z.string()).describe('addresses of the first events, at most 100, in time order'),
});

const Hit = z.strictObject({
  indicator: Indicator,
  shown: z.string().describe('the value defanged: fit to be shown, sent and pasted'),
  level: Level,
  events: z.number().int(),
  first: Time,
  last: Time,
  /** the earliest sighting: when and where the indicator would have fired had it been known */
  wouldHaveFired: z.strictObject({ time: Time, stream: z.string(), host: z.string(), event: z.string() }).nullable(),
  sightings: z.array(Sighting),
  moreSightings: z.number().int(),
});

/** The answer of `sweep` (docs/sweep.md): a function of lake and indicators, without clock or machine. */
export const SweepAnswer = z.strictObject({
  format: z.literal('czernin-sweep/1'),
  program: z.string(),
  looked: z.strictObject({
    events: z.number().int(),
    first: Time,
    last: Time,
    values: z.number().int().describe('distinct values looked through'),
    sources: z.array(
      z.strictObject({
        stream: z.string(),
        events: z.number().int(),
        first: Time,
        last: Time,
        classes: z.array(z.string()).describe('what kinds of value its fields can show'),
      }),
    ),
  }),
  indicators: z.strictObject({
    read: z.number().int(),
    looked: z.number().int(),
    byKind: z.record(z.string(), z.number().int()),
    faults: z.record(z.string(), z.number().int()),
    notices: z.record(z.string(), z.number().int()),
    refused: z.array(z.strictObject({ indicator: z.string(), code: z.string(), reason: z.string() })),
    moreRefused: z.number().int(),
  }),
  hits: z.array(Hit).describe('ranked: level, then the rarer, then the earlier'),
  outOfTime: z.array(z.strictObject({ ...Hit.shape, when: z.enum(['before', 'after', 'undated']) })),
  /** what could not be seen, in sentences */
  notSeen: z.array(z.string()),
});
export type SweepAnswer = z.infer<typeof SweepAnswer>;
