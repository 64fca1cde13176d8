import { claimMarking, claimText, credibilityOf, type Provenance, thingOf } from '../../knowledge/claims/index.ts';
import {
  type IndicatorReading,
  type ListContext,
  readIndicatorList,
  readMispAttributes,
  readStixIndicator,
} from '../../knowledge/indicators/index.ts';
import { isMembers, type Members, markingsOf } from '../../knowledge/stix/index.ts';
import type { Indicator, IndicatorRef, Marking } from '../../model/index.ts';
import { TLP } from '../../model/index.ts';

/** What the readers of indicators make of one object or list, in the words of an import. */
interface Found {
  readonly indicators: readonly Indicator[];
  readonly faults: readonly { readonly code: string; readonly at: string; readonly message: string }[];
}

type Lookup = (id: string) => Members | null;

/** A STIX indicator; `indicates`: ids of what it points to by relationships. */
export function stixIndicators(
  object: Members,
  indicates: readonly string[],
  lookup: Lookup,
  provenance: Provenance,
): Found {
  const author = typeof object.created_by_ref === 'string' ? lookup(object.created_by_ref)?.name : undefined;
  const source = typeof author === 'string' && author !== '' ? claimText(author, 300) : provenance.source;
  const marking = claimMarking(markingsOf(object, lookup), source, provenance);
  const refs = indicates.map((id) => refOf(id, lookup)).filter((ref) => ref !== null);
  return found(
    readStixIndicator(object, {
      ...contextOf(provenance, marking),
      source,
      credibility: credibilityOf(object.confidence),
      refs: refs.slice(0, 100),
      nameOf: (id) => refOf(id, lookup),
    }),
  );
}

/** A MISP event: its own attributes, those of its objects, and what its tags say of all of them. */
export function eventIndicators(event: Members, provenance: Provenance): Found {
  const maker = isMembers(event.Orgc) && typeof event.Orgc.name === 'string' ? event.Orgc.name : '';
  const source = claimText(maker || provenance.source, 300);
  const tags = listOf(event, 'Tag').map((tag) => (isMembers(tag) ? String(tag.name) : ''));
  const context = { ...contextOf(provenance, eventMarking(tags, source) ?? provenance.marking), source };
  const objects = listOf(event, 'Object').filter((o) => isMembers(o));
  const parts = [listOf(event, 'Attribute'), ...objects.map((o) => listOf(o, 'Attribute'))];
  const readings = parts.map((attributes) => found(readMispAttributes(attributes, context)));
  return { indicators: readings.flatMap((r) => r.indicators), faults: readings.flatMap((r) => r.faults) };
}

export function fileIndicators(text: string, name: string, provenance: Provenance): Found & { readonly lines: number } {
  const reading = readIndicatorList(text, {
    ...contextOf(provenance, provenance.marking),
    where: claimText(name, 200),
  });
  const refused = Object.values(reading.faultCounts).reduce((n, count) => n + count, 0);
  return { ...found(reading), lines: reading.indicators.length + refused };
}

function contextOf({ source, reliability }: Provenance, marking: Marking | undefined): ListContext {
  return { source: claimText(source, 300), reliability, ...(marking ? { marking } : {}) };
}

/** `tlp:amber`, `PAP:GREEN` among an event's tags; without a TLP the event says nothing of how far it may go. */
function eventMarking(tags: readonly string[], originator: string): Marking | undefined {
  const word = (prefix: string) =>
    tags
      .map((t) => t.toLowerCase())
      .find((t) => t.startsWith(prefix))
      ?.slice(prefix.length);
  const said = word('tlp:');
  const tlp = TLP.find((level) => level === (said === 'white' ? 'clear' : said));
  if (tlp === undefined) return undefined;
  const pap = (['clear', 'green', 'amber', 'red'] as const).find((p) => p === word('pap:')?.replace('white', 'clear'));
  return { originator: originator.slice(0, 200), tlp, pap: pap ?? (tlp === 'clear' ? 'clear' : 'red') };
}

const REF_KINDS: Readonly<Record<string, IndicatorRef['type']>> = {
  actor: 'actor',
  infrastructure: 'infrastructure',
  operation: 'operation',
  tool: 'tool',
  vulnerability: 'vulnerability',
};

function refOf(id: string, lookup: Lookup): IndicatorRef | null {
  const thing = thingOf(id, lookup);
  const type = thing === null ? undefined : REF_KINDS[thing.slice(0, thing.indexOf(':'))];
  const name = lookup(id)?.name;
  return type === undefined || typeof name !== 'string' || name === ''
    ? null
    : { type, name: claimText(name, 300), id };
}

function found({ indicators, faults }: IndicatorReading): Found {
  return { indicators, faults: faults.map(({ code, where, message }) => ({ code, at: where, message })) };
}

function listOf(object: Members, name: string): readonly unknown[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return Array.isArray(value) ? value : [];
}
