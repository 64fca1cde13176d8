import type { Assertion, DecisionDates, Judgements, NamedIntrusion, Verdict } from '../../hunt/index.ts';
import { ENTITY_TYPES, type EntityKey, type EntityType, entityKey, type Payload } from '../../model/index.ts';
import type { LogLine } from '../case/index.ts';

/** Kinds of entry that change the picture: ask the case for these. */
export const PICTURE_KINDS = [
  'finding-judged',
  'entity-asserted',
  'intrusion-named',
  'intrusion-merged',
  'intrusion-split',
  'decision-made',
] as const;
type Kind = (typeof PICTURE_KINDS)[number];

/** What people have said, from the case's entries in its order. Retracted and withheld ones say nothing. */
export function judgementsOf(lines: readonly LogLine[]): Judgements {
  const standing = lines.filter((l) => l.item.standing !== 'retracted' && l.payload !== undefined);
  return {
    verdicts: verdictsOf(standing),
    assertions: standing.flatMap((l) => (l.item.kind === 'entity-asserted' ? [assertionOf(l)] : [])),
    named: namedOf(standing),
  };
}

/** The last standing word of each journal on each finding; when they differ nothing wins. */
function verdictsOf(lines: readonly LogLine[]): Map<string, Verdict> {
  const byFinding = new Map<string, Map<string, Verdict>>();
  for (const line of lines) {
    if (line.item.kind !== 'finding-judged') continue;
    const { finding, verdict } = payload(line, 'finding-judged');
    byFinding.getOrInsertComputed(finding, () => new Map()).set(line.item.journal, { ...said(line), verdict });
  }
  const out = new Map<string, Verdict>();
  for (const [finding, positions] of byFinding) {
    const all = [...positions.values()];
    const last = all.at(-1)!;
    out.set(finding, all.every((p) => p.verdict === last.verdict) ? last : { ...last, verdict: 'disputed' });
  }
  return out;
}

function assertionOf(line: LogLine): Assertion {
  const { relation, entities, from, until } = payload(line, 'entity-asserted');
  return {
    ...said(line),
    relation,
    entities: entities.flatMap(({ type, name }) => keyOf(type, name) ?? []),
    fromMs: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    untilMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  };
}

/** An entry's entity as the graph names it. Types the journal has no word for are written `other`, `client:…`. */
function keyOf(type: string, name: string): EntityKey | null {
  if (isType(type)) return entityKey(type, name);
  const colon = name.indexOf(':');
  const inner = name.slice(0, colon);
  return isType(inner) ? entityKey(inner, name.slice(colon + 1)) : null;
}

const isType = (text: string): text is EntityType => (ENTITY_TYPES as readonly string[]).includes(text);

/** Intrusions as persons left them: what was merged or split lives on only in what it became. */
function namedOf(lines: readonly LogLine[]): NamedIntrusion[] {
  const all = new Map<string, NamedIntrusion>();
  const gone = new Set<string>();
  for (const line of lines) {
    const { id, kind } = line.item;
    if (kind === 'intrusion-named') {
      const { title, findings } = payload(line, kind);
      all.set(id, { ...said(line), id, kind, title, findings });
    } else if (kind === 'intrusion-merged') {
      const { title, intrusions } = payload(line, kind);
      const findings = new Set(intrusions.flatMap((part) => all.get(part)?.findings ?? []));
      for (const part of intrusions) gone.add(part);
      all.set(id, { ...said(line), id, kind, title, findings: [...findings] });
    } else if (kind === 'intrusion-split') {
      const { intrusion, parts } = payload(line, kind);
      gone.add(intrusion);
      for (const [n, part] of parts.entries()) {
        const own = `${id}.${n + 1}`;
        all.set(own, { ...said(line), id: own, kind, title: part.title, findings: part.findings });
      }
    }
  }
  return [...all.values()].filter((i) => !gone.has(i.id));
}

/** What was said, as an investigation takes it. */
export interface Said {
  readonly judgements: Judgements;
  readonly dates: DecisionDates;
}

/** Dates given on the command line stand above those on record. UTC epoch ms. */
export interface GivenDates {
  readonly detected?: number;
  readonly evicted?: number;
  readonly footholds?: readonly EntityKey[];
}

const EFFECTIVE = /^effective:\s*(\d{4}-\d\d-\d\d)\s*$/i;
const FOOTHOLD = /^foothold:\s*([a-z]+):(.+)$/i;

/**
 * When he was found and when he was put out: decisions to watch and to evict. A decision's date is its condition
 * `effective: YYYY-MM-DD`, else when it was signed; the earliest decision to watch and the latest to evict count. Its
 * conditions `foothold: type:name` name ways in.
 */
export function decisionDates(lines: readonly LogLine[], given: GivenDates = {}): DecisionDates {
  const decided = lines.flatMap((line) => {
    if (line.item.kind !== 'decision-made' || line.item.standing === 'retracted' || line.payload === undefined)
      return [];
    const { subject, conditions } = payload(line, 'decision-made');
    if (subject !== 'watch' && subject !== 'evict') return [];
    const effective = conditions.flatMap((c) => EFFECTIVE.exec(c)?.[1] ?? [])[0];
    const ms = Date.parse(effective ?? line.header.time.at);
    const footholds = conditions.flatMap((c) => {
      const [, type = '', name = ''] = FOOTHOLD.exec(c) ?? [];
      return keyOf(type.toLowerCase(), name) ?? [];
    });
    const day = new Date(ms).toISOString().slice(0, 10);
    const word = subject === 'watch' ? 'the decision to watch' : 'the eviction';
    return [
      {
        subject,
        footholds,
        date: { ms, why: `${word} of ${day} (${line.item.agency}, entry ${line.item.id.slice(0, 12)})` },
      },
    ];
  });
  const of = (subject: 'watch' | 'evict') =>
    decided
      .filter((d) => d.subject === subject)
      .map((d) => d.date)
      .sort((a, b) => a.ms - b.ms);
  const told = (ms: number | undefined, word: string) =>
    ms === undefined ? undefined : { ms, why: `${word} of ${new Date(ms).toISOString().slice(0, 10)} (as given)` };
  return {
    detected: told(given.detected, 'the detection') ?? of('watch')[0] ?? null,
    evicted: told(given.evicted, 'the eviction') ?? of('evict').at(-1) ?? null,
    footholds: [...new Set([...decided.flatMap((d) => d.footholds), ...(given.footholds ?? [])])].sort(),
  };
}

function said({ item }: LogLine): { entry: string; agency: string } {
  return { entry: item.id, agency: item.agency };
}

function payload<K extends Kind>(line: LogLine, _kind: K): Payload<K> {
  return line.payload as Payload<K>;
}
