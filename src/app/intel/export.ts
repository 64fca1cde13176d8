import { createHash } from 'node:crypto';
import {
  bundleId,
  CSV_COLUMNS,
  claimExtensionDefinition,
  claimObject,
  csvCells,
  exporterIdentity,
  fixedMarkings,
  type Level,
  mispAttribute,
  stixIndicator,
  thingObject,
  type WithheldCode,
  whyMarkedWithheld,
  whyWithheld,
} from '../../knowledge/export/index.ts';
import { idType, isMembers, type Members, markingsOf, ownId } from '../../knowledge/stix/index.ts';
import type { Claim, Indicator, ThingKey } from '../../model/index.ts';
import { csvLine } from '../report/csv.ts';
import type { Knowledge } from './knowledge.ts';

/** What left and what did not; nothing is held back silently. */
export interface ExportReport {
  readonly written: Readonly<Record<string, number>>;
  readonly withheld: Readonly<Partial<Record<WithheldCode, number>>>;
}

export interface ExportOptions {
  /** how far the receiver's level goes: what is marked above stays */
  readonly level: Level;
  /** every version that counts, not only the newest */
  readonly allVersions?: boolean;
  /** only what this import brought (its digest) */
  readonly source?: string;
}

type Write = (text: string) => void;

class Ledger {
  readonly written = new Map<string, number>();
  readonly withheld = new Map<WithheldCode, number>();
  out(what: string): void {
    this.written.set(what, (this.written.get(what) ?? 0) + 1);
  }
  hold(code: WithheldCode): void {
    this.withheld.set(code, (this.withheld.get(code) ?? 0) + 1);
  }
  report(): ExportReport {
    const sorted = <K extends string>(m: ReadonlyMap<K, number>) =>
      Object.fromEntries([...m].sort()) as Record<K, number>;
    return { written: sorted(this.written), withheld: sorted(this.withheld) };
  }
}

/**
 * A STIX 2.1 bundle. Objects of others leave byte for byte as they came, or not at all; claims and indicators that did
 * not come as STIX leave as objects of ours. Same knowledge and level, same bytes.
 */
export function exportStix(knowledge: Knowledge, options: ExportOptions, write: Write): ExportReport {
  const ledger = new Ledger();
  const free = freeObjects(knowledge, options, ledger);
  // an object of ours that an import brought back leaves as that one
  const own = (options.source === undefined ? ownObjects(knowledge, options.level, ledger) : []).filter(
    (object) => !free.ids.has(String(object.id)),
  );
  const id = bundleId([...free.hashes, ...own.map((o) => sha256(JSON.stringify(o)))]);
  write(`{"type":"bundle","id":"${id}","objects":[`);
  let first = true;
  const put = (json: string): void => {
    write(`${first ? '\n' : ',\n'}${json}`);
    first = false;
  };
  for (const { row } of stixRows(knowledge, options)) {
    if (!free.ids.has(row.id)) continue;
    put(row.json);
    ledger.out(row.type);
  }
  for (const object of own) {
    put(JSON.stringify(object));
    ledger.out(String(object.type));
  }
  write('\n]}\n');
  return ledger.report();
}

/** Which ids may leave: by their markings, and because nothing they refer to is held back. */
function freeObjects(knowledge: Knowledge, options: ExportOptions, ledger: Ledger) {
  const lookup = (id: string) => knowledge.object(id);
  const refs = new Map<string, readonly string[]>();
  const held = new Set<string>();
  const hashes = new Map<string, string>();
  const reasons = new Map<string, WithheldCode>();
  for (const { row, unmarked } of stixRows(knowledge, options)) {
    const object = JSON.parse(row.json) as Members;
    const why = whyWithheld(markingsOf(object, lookup), unmarked, options.level);
    // markings say how far others go; they are free themselves unless they are marked
    if (why !== null && !(why === 'UNMARKED' && row.type === 'marking-definition')) {
      held.add(row.id);
      reasons.set(row.id, why);
    }
    refs.set(row.id, [...(refs.get(row.id) ?? []), ...refsOf(object)]);
    hashes.set(`${row.id} ${row.version}`, row.hash);
  }
  for (let more = true; more; ) {
    more = false;
    for (const [id, to] of refs) {
      if (held.has(id) || !to.some((ref) => held.has(ref))) continue;
      held.add(id);
      reasons.set(id, 'REFERS');
      more = true;
    }
  }
  for (const code of reasons.values()) ledger.hold(code);
  const ids = new Set([...refs.keys()].filter((id) => !held.has(id)));
  return {
    ids,
    hashes: [...hashes].filter(([key]) => ids.has(key.slice(0, key.indexOf(' ')))).map(([, hash]) => hash),
  };
}

function* stixRows(knowledge: Knowledge, { source, allVersions }: ExportOptions) {
  for (const record of knowledge.imports()) {
    if (record.kind !== 'stix' || (source !== undefined && record.digest !== source)) continue;
    for (const row of knowledge.index.objects({ source: record.digest, latest: allVersions !== true }))
      if (row.counts) yield { row, unmarked: record.marking };
  }
}

/** Every id an object refers to, wherever it stands in it. Values come from JSON nested no deeper than the reader allows. */
function refsOf(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return /_refs?$/.test(name) && idType(value) !== null ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => refsOf(item, name));
  return isMembers(value) ? Object.entries(value).flatMap(([key, item]) => refsOf(item, key)) : [];
}

/** Claims and indicators that did not come as STIX, as objects of ours. */
function ownObjects(knowledge: Knowledge, level: Level, ledger: Ledger): Record<string, unknown>[] {
  const claims: Claim[] = [];
  for (const claim of knowledge.claims()) {
    if (claim.ref !== undefined && idType(claim.ref) !== null) continue;
    const why = whyMarkedWithheld(claim.marking, level);
    if (why === null) claims.push(claim);
    else ledger.hold(why);
  }
  claims.sort((a, b) => (a.id < b.id ? -1 : 1));
  const things = new Set<ThingKey>(
    claims.flatMap((c) => (c.object === undefined ? [c.subject] : [c.subject, c.object])),
  );
  const names = (thing: ThingKey) =>
    claims.filter((c) => c.subject === thing && c.predicate === 'named' && (c.how ?? 'same') === 'same');
  const objects = [...things].sort().flatMap((thing) => {
    const [first, ...others] = names(thing).map((c) => c.value ?? '');
    const object = thingObject(thing, first ?? thing.slice(thing.indexOf(':') + 1), others);
    return object ? [object] : [];
  });
  const indicators: Record<string, unknown>[] = [];
  for (const indicator of knowledge.indicators()) {
    if (indicator.ref !== undefined && idType(indicator.ref) !== null) continue;
    const object = stixIndicator(indicator);
    const why = whyHeld(indicator, level) ?? (object === null ? 'NO_FORM' : null);
    if (object !== null && why === null) indicators.push(object);
    else if (why !== null) ledger.hold(why);
  }
  const said = [...objects, ...claims.map(claimObject), ...indicators];
  if (said.length === 0) return [];
  return [
    exporterIdentity(),
    ...fixedMarkings(said),
    ...(claims.length > 0 ? [claimExtensionDefinition()] : []),
    ...said,
  ];
}

/** Whether an indicator's marking lets it go. With PAP RED it leaves no list that somebody would look up or block. */
function whyHeld({ marking }: Indicator, level: Level): WithheldCode | null {
  return whyMarkedWithheld(marking, level) ?? (marking?.pap === 'red' ? 'PERMITTED_ACTIONS' : null);
}

/** Indicators as CSV, one line each, in order of kind and value. */
export function exportCsv(knowledge: Knowledge, options: ExportOptions, write: Write): ExportReport {
  const ledger = new Ledger();
  write(csvLine(CSV_COLUMNS));
  for (const indicator of freeIndicators(knowledge, options, ledger)) {
    write(csvLine(csvCells(indicator)));
    ledger.out('indicator');
  }
  return ledger.report();
}

function freeIndicators(knowledge: Knowledge, options: ExportOptions, ledger: Ledger): Indicator[] {
  const free: Indicator[] = [];
  for (const indicator of knowledge.indicators()) {
    const why = whyHeld(indicator, options.level);
    if (why === null) free.push(indicator);
    else ledger.hold(why);
  }
  return free.sort((a, b) => (a.kind === b.kind ? (a.value < b.value ? -1 : 1) : a.kind < b.kind ? -1 : 1));
}

/** One MISP event with the indicators as attributes. */
export function exportMispEvent(knowledge: Knowledge, options: ExportOptions, write: Write): ExportReport {
  const ledger = new Ledger();
  const attributes: Record<string, unknown>[] = [];
  for (const indicator of freeIndicators(knowledge, options, ledger)) {
    const attribute = mispAttribute(indicator);
    if (attribute === null) ledger.hold('NO_FORM');
    else {
      attributes.push(attribute);
      ledger.out('attribute');
    }
  }
  const latest = attributes.map((a) => Number(a.timestamp)).reduce((a, b) => Math.max(a, b), 946_684_800);
  const Event = {
    uuid: ownId('event', JSON.stringify(attributes)).slice('event--'.length),
    info: 'Indicators',
    date: new Date(latest * 1000).toISOString().slice(0, 10),
    timestamp: String(latest),
    analysis: '2',
    distribution: '0', // your organisation only: the receiver decides, the TLP tag says how far
    threat_level_id: '4',
    published: false,
    Tag: [{ name: `tlp:${options.level}` }],
    Attribute: attributes,
  };
  write(`${JSON.stringify({ Event }, null, 1)}\n`);
  return ledger.report();
}

/** Actors as a MISP galaxy cluster file: what everybody calls them, and the clusters that came from a galaxy as they came. */
export function exportMispGalaxy(knowledge: Knowledge, options: ExportOptions, write: Write): ExportReport {
  const ledger = new Ledger();
  const values: unknown[] = [];
  for (const record of knowledge.imports()) {
    if (record.kind !== 'misp-galaxy') continue;
    const why = whyMarkedWithheld(record.marking, options.level);
    for (const row of knowledge.index.objects({ source: record.digest, latest: true })) {
      if (why !== null) ledger.hold(why);
      else if (row.creator === 'threat-actor') {
        values.push(JSON.parse(row.json));
        ledger.out('cluster');
      }
    }
  }
  for (const { thing } of knowledge.things('actor')) {
    if (thing.startsWith('actor:misp--') || idType(thing.slice('actor:'.length)) !== null) continue;
    const free = [...knowledge.claims({ subject: thing })].filter(
      (c) => whyMarkedWithheld(c.marking, options.level) === null,
    );
    const cluster = clusterOf(thing, free);
    if (cluster === null) continue;
    values.push(cluster);
    ledger.out('cluster');
  }
  const head = {
    authors: ['Czernin'],
    category: 'actor',
    name: 'Threat Actor',
    source: 'Czernin',
    type: 'threat-actor',
  };
  const uuid = ownId('galaxy', 'threat-actor').slice('galaxy--'.length);
  write(
    `${JSON.stringify({ ...head, description: 'Actors as their sources name them', uuid, values, version: 1 }, null, 1)}\n`,
  );
  return ledger.report();
}

/** null: nobody whose claim may leave names the actor. Names that only overlap or are disputed are no synonyms. */
function clusterOf(thing: ThingKey, claims: readonly Claim[]): Record<string, unknown> | null {
  const named = claims.filter(
    (c) => c.predicate === 'named' && (c.how === undefined || c.how === 'same' || c.how === 'renamed'),
  );
  const [first] = named;
  if (first?.value === undefined) return null;
  const names = [...new Set(named.map((c) => c.value ?? ''))];
  const origins = Object.fromEntries(names.map((name) => [`origin:${name}`, sourcesOf(named, name)]));
  const description = claims.find((c) => c.predicate === 'described-as')?.value ?? '';
  const refs = [...new Set(claims.map((c) => c.reference ?? ''))].filter((ref) => /^https?:/.test(ref)).sort();
  return {
    uuid: ownId('cluster', thing).slice('cluster--'.length),
    value: first.value,
    description,
    meta: { ...origins, refs, synonyms: names.filter((n) => n !== first.value) },
  };
}

const sourcesOf = (named: readonly Claim[], name: string): string[] => [
  ...new Set(named.filter((c) => c.value === name).map((c) => c.source)),
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
