/** Indicators from the texts of files: lists, tables, MISP events, STIX bundles, told apart by what they are. */
import { errorClass } from '../../base/index.ts';
import {
  type IndicatorFault,
  type IndicatorReading,
  type ListContext,
  readIndicatorList,
  readMispAttributes,
  readStixIndicator,
} from '../../knowledge/indicators/index.ts';
import type { Indicator, IndicatorRef } from '../../model/index.ts';

const ListError = errorClass<'LIST_EMPTY'>('ListError');

export interface ListFile {
  /** a name for people, and the source where the list names none */
  readonly name: string;
  readonly text: string;
}

export interface ListsRead {
  readonly indicators: readonly Indicator[];
  readonly faults: readonly IndicatorFault[];
  readonly faultCounts: Readonly<Record<string, number>>;
  readonly noticeCounts: Readonly<Record<string, number>>;
}

/** No file was named. */
export const NO_LISTS: ListsRead = { indicators: [], faults: [], faultCounts: {}, noticeCounts: {} };

/** Objects looked at in one file, and their nesting: JSON is parsed by the platform, which bounds its size. */
const MAX_OBJECTS = 2_000_000;

/** @throws ListError LIST_EMPTY when no file gives any indicator */
export function readLists(files: readonly ListFile[]): ListsRead {
  const indicators = new Map<string, Indicator>();
  const faults: IndicatorFault[] = [];
  const faultCounts: Record<string, number> = {};
  const noticeCounts: Record<string, number> = {};
  for (const file of files) {
    for (const reading of readFile(file)) {
      for (const indicator of reading.indicators) indicators.set(indicator.id, indicator);
      for (const fault of reading.faults) if (faults.length < 1000) faults.push(fault);
      addCounts(faultCounts, reading.faultCounts);
      addCounts(noticeCounts, reading.noticeCounts);
    }
  }
  if (indicators.size === 0) {
    const why = faults[0] ? `: ${faults[0].code} at ${faults[0].where}: ${faults[0].message}` : '';
    throw new ListError('LIST_EMPTY', `no indicator in ${files.map((f) => f.name).join(', ')}${why}`);
  }
  return { indicators: [...indicators.values()], faults, faultCounts, noticeCounts };
}

function addCounts(into: Record<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [code, n] of Object.entries(counts)) into[code] = (into[code] ?? 0) + (n ?? 0);
}

function* readFile({ name, text }: ListFile): Generator<IndicatorReading> {
  const context: ListContext = { source: name, where: name };
  if (!/^\s*[[{]/.test(text) || /^\s*\[\s*[a-z0-9-]+:/i.test(text)) {
    yield readIndicatorList(text, context);
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    yield readIndicatorList(text, context); // lines that begin like JSON: a list of patterns, or of nonsense
    return;
  }
  yield* readJson(value, context);
}

function* readJson(value: unknown, context: ListContext): Generator<IndicatorReading> {
  const waiting: unknown[] = [value];
  let looked = 0;
  while (waiting.length > 0 && looked++ < MAX_OBJECTS) {
    const one = waiting.pop();
    if (Array.isArray(one)) {
      for (let i = one.length - 1; i >= 0; i--) waiting.push(one[i]);
      continue;
    }
    if (typeof one === 'string') {
      yield readIndicatorList(one, context);
      continue;
    }
    if (typeof one !== 'object' || one === null) continue;
    const o = one as Readonly<Record<string, unknown>>;
    if (o.type === 'indicator') yield readStixIndicator(o, context);
    else if (o.type === 'bundle' && Array.isArray(o.objects)) yield* readBundle(o.objects, context);
    else if (isRecord(o.Event)) waiting.push(o.Event);
    else if (Array.isArray(o.response)) waiting.push(...o.response);
    else if (Array.isArray(o.Attribute)) yield* readEvent(o, context);
    else if (typeof o.value === 'string' && typeof o.type === 'string') yield readMispAttributes([o], context);
  }
}

/** A bundle's indicators, each with what `indicates` relationships say it points to and who made it. */
function* readBundle(objects: readonly unknown[], context: ListContext): Generator<IndicatorReading> {
  const known = new Map<string, Readonly<Record<string, unknown>>>();
  const points = new Map<string, string>();
  for (const object of objects) {
    if (!isRecord(object)) continue;
    if (typeof object.id === 'string') known.set(object.id, object);
    if (object.type === 'relationship' && object.relationship_type === 'indicates')
      points.set(String(object.source_ref), String(object.target_ref));
  }
  const nameOf = (id: string): IndicatorRef | null => {
    const target = known.get(points.get(id) ?? '');
    const type = REF_TYPES[String(target?.type)];
    return target && type && typeof target.name === 'string' && target.name !== ''
      ? { type, name: target.name.slice(0, 300), id: String(target.id).slice(0, 300) }
      : null;
  };
  for (const object of objects) {
    if (!isRecord(object) || object.type !== 'indicator') continue;
    const maker = known.get(String(object.created_by_ref))?.name;
    const source = typeof maker === 'string' && maker !== '' ? maker.slice(0, 300) : context.source;
    yield readStixIndicator(object, { ...context, source, nameOf });
  }
}

const REF_TYPES: Readonly<Record<string, IndicatorRef['type']>> = {
  'attack-pattern': 'operation',
  campaign: 'campaign',
  infrastructure: 'infrastructure',
  'intrusion-set': 'actor',
  malware: 'tool',
  'threat-actor': 'actor',
  tool: 'tool',
  vulnerability: 'vulnerability',
};

/** One MISP event: its own attributes and those of its objects; its tags hold for all of them. */
function* readEvent(event: Readonly<Record<string, unknown>>, context: ListContext): Generator<IndicatorReading> {
  const org = isRecord(event.Orgc) ? event.Orgc.name : undefined;
  const source = typeof org === 'string' && org !== '' ? org.slice(0, 300) : context.source;
  const tags = Array.isArray(event.Tag) ? event.Tag : [];
  const objects = Array.isArray(event.Object) ? event.Object : [];
  const attributes = [event, ...objects].flatMap((o) =>
    isRecord(o) && Array.isArray(o.Attribute) ? (o.Attribute as unknown[]) : [],
  );
  const tagged = attributes.map((a) =>
    isRecord(a) && tags.length > 0 ? { ...a, Tag: [...tags, ...(Array.isArray(a.Tag) ? a.Tag : [])] } : a,
  );
  yield readMispAttributes(tagged, { ...context, source });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
