import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compareTimes, formatInstant, parseIso } from '../../base/index.ts';
import { ENTITY_TYPES, type EntityType, entityKey, type Finding, LEVELS, Level } from '../../model/index.ts';
import { BehaviourError } from './errors.ts';
import { type Behaviour, complaint } from './head.ts';

/** Entities one finding keeps; a spray may name thousands. */
const MAX_ENTITIES = 200;
const MAX_EVENTS = 100;
const MAX_TEXT = 2_000;

const Text = z.string().nullish();
/** Numbers of DuckDB: beyond what JSON carries they come as digits. */
const Num = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i)
    .transform(Number),
]);

const Row = z.object({
  score: Num.pipe(z.number().min(0).max(1)),
  why: z.string().min(1),
  host: Text,
  account: Text,
  address: Text,
  first: Text,
  last: Text,
  count: Num.pipe(z.number().int().min(1)),
  events: z.array(z.string().nullable()).nullable(),
  entities: z.array(z.string().nullable()).nullish(),
  acted: z.array(z.string().nullable()).nullish(),
  level: Level.nullish(),
  caveats: z.array(z.string().nullable()).nullish(),
  earlier: z
    .object({ time: z.string(), event: z.string(), stream: Text, account: Text, address: Text, why: z.string().min(1) })
    .nullish(),
  facts: z.record(z.string(), z.unknown()).nullish(),
  stream: Text,
});

/** One row of a behaviour's answer, its columns by name, becomes a Finding. @throws BehaviourError BAD_ROW */
export function behaviourFinding(behaviour: Behaviour, row: Readonly<Record<string, unknown>>): Finding {
  const parsed = Row.safeParse(row);
  if (!parsed.success) throw new BehaviourError('BAD_ROW', complaint(parsed.error), behaviour.id, parsed.error);
  const r = parsed.data;
  const events = texts(r.events).slice(0, MAX_EVENTS);
  if (events.length === 0) throw new BehaviourError('BAD_ROW', 'a finding without events', behaviour.id);
  const score = Math.round(r.score * 1000) / 1000;
  const time = instant(r.first);
  const timeEnd = instant(r.last);
  const own = [`host:${r.host ?? ''}`, `account:${r.account ?? ''}`];
  return {
    id: idOf(behaviour.digest, [r.host ?? '', r.account ?? '', r.address ?? '', String(r.count), ...events]),
    kind: 'behaviour',
    rule: {
      id: behaviour.id,
      title: behaviour.title,
      level: r.level ?? levelOf(behaviour.level, score),
      attack: [...behaviour.attack].sort(),
      tactics: [...behaviour.tactics].sort(),
      pack: behaviour.pack,
    },
    time,
    ...(timeEnd === '' || timeEnd === time ? {} : { timeEnd }),
    stream: r.stream ?? '',
    host: r.host ?? '',
    user: r.account ?? '',
    address: r.address ?? '',
    events,
    count: r.count,
    score,
    entities: keys([...own, `address:${r.address ?? ''}`, ...texts(r.acted), ...texts(r.entities)]),
    acted: keys([...own, ...texts(r.acted)]),
    ...earlierOf(r.earlier, time),
    matched: Object.entries(r.facts ?? {}).map(([field, value]) => ({ field, value: plain(value) })),
    why: r.why.slice(0, MAX_TEXT),
    innocent: [...behaviour.innocent],
    caveats: texts(r.caveats),
  };
}

/** What lies before the finding, if it does. */
function earlierOf(said: z.infer<typeof Row>['earlier'], time: string): Pick<Finding, 'earlier'> {
  const at = instant(said?.time);
  if (!said || at === '' || (time !== '' && compareTimes(at, time) >= 0)) return {};
  const { event, stream, account, address, why } = said;
  return {
    earlier: {
      ...{ time: at, event, stream: stream ?? '', account: account ?? '', address: address ?? '' },
      why: why.slice(0, MAX_TEXT),
    },
  };
}

/** The head's level is that of a high score; doubt lowers it. */
function levelOf(level: Level, score: number): Level {
  const down = score >= 0.75 ? 0 : score >= 0.5 ? 1 : 2;
  return LEVELS[Math.max(0, LEVELS.indexOf(level) - down)]!;
}

function idOf(digest: string, parts: readonly string[]): string {
  const hash = createHash('sha256').update(digest);
  for (const part of parts) hash.update(`\n${part}`);
  return hash.digest('hex').slice(0, 32);
}

const texts = (list: readonly (string | null)[] | null | undefined): string[] =>
  (list ?? []).filter((x): x is string => x !== null && x !== '');

function instant(text: string | null | undefined): string {
  const at = text ? parseIso(text) : null;
  return at === null ? '' : formatInstant({ ms: at.ms, ns: at.ns });
}

const TYPES: ReadonlySet<string> = new Set(ENTITY_TYPES);

/** Keys of what is named as `type:name`, sorted; what is no entity or says nothing falls away. */
function keys(named: readonly string[]): string[] {
  const out = new Set<string>();
  for (const said of named) {
    const colon = said.indexOf(':');
    const type = said.slice(0, colon);
    const key = TYPES.has(type) ? entityKey(type as EntityType, said.slice(colon + 1)) : null;
    if (key !== null) out.add(key);
    if (out.size >= MAX_ENTITIES) break;
  }
  return [...out].sort();
}

type Matched = Finding['matched'][number]['value'];

/** DuckDB's JSON of a value: structures, which a matched value cannot be, as text. */
function plain(value: unknown): Matched {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
