/**
 * MISP attributes (core format, draft 18) → indicators. In: the attributes of one event or object as JSON. Composite
 * types (`filename|sha256`) give one indicator a part; `to_ids: false` stays, as context.
 */
import type { IndicatorFacts, IndicatorKind, IndicatorRef, Marking } from '../../model/index.ts';
import { kindOfWord } from './list.ts';
import { Collector, type IndicatorReading, type ListContext } from './reading.ts';

/** MISP type → kind; null: a part that is no indicator (a port). What is missing here is looked up by its words. */
const TYPES: Readonly<Record<string, IndicatorKind | null>> = {
  port: null,
  value: null, // of regkey|value: the key alone is compared
  AS: 'asn',
  'mac-address': 'mac',
  hostname: 'domain',
  'email-src': 'email',
  'email-dst': 'email',
  'email-reply-to': 'email',
  email: 'email',
  eppn: 'email',
  'email-subject': 'subject',
  'email-attachment': 'file-name',
  attachment: 'file-name',
  'malware-sample': 'file-name',
  regkey: 'registry-key',
  'named pipe': 'pipe',
  'windows-service-name': 'service',
  'windows-scheduled-task': 'task',
  'ja3-fingerprint-md5': 'ja3',
  'hassh-md5': null,
  'x509-fingerprint-md5': 'certificate',
  'x509-fingerprint-sha1': 'certificate',
  'x509-fingerprint-sha256': 'certificate',
  'domain-registrar': null,
};
/** Types that end in a digest name but are of something else (a fuzzy digest, an import table). */
const OTHER =
  /^(?:ssdeep|tlsh|imphash|impfuzzy|pehash|authentihash|cdhash|vhash|telfhash|yara|sigma|snort|pattern-in-.*|comment|text|link|other|counter|datetime|cpe|size-in-bytes|float|hex|github-.*|phone-number|btc|xmr|uri)$/;

export function readMispAttributes(attributes: readonly unknown[], context: ListContext): IndicatorReading {
  const collector = new Collector(context);
  for (const [i, attribute] of attributes.entries()) readAttribute(attribute, `attribute ${i + 1}`, context, collector);
  return collector.done();
}

function readAttribute(attribute: unknown, place: string, context: ListContext, collector: Collector) {
  if (!isRecord(attribute)) return collector.fault('NOT_AN_INDICATOR', place, 'not an object');
  const { type, value, uuid, deleted } = attribute;
  const where = typeof uuid === 'string' && uuid.length <= 100 ? uuid : place;
  if (typeof type !== 'string' || typeof value !== 'string')
    return collector.fault('NOT_AN_INDICATOR', where, 'neither type nor value');
  if (deleted === true || deleted === '1') return collector.fault('REVOKED', where, `${type} deleted by its source`);
  const parts = type.split('|');
  const kinds = parts.map(kindOf);
  if (kinds.every((kind) => kind === undefined || kind === null))
    return collector.fault('OTHER_TYPE', where, type.slice(0, 80));
  const said = sayings(attribute, where, context, collector);
  if (said === null) return;
  // Only as many parts as the type names: a file name may hold the bar itself.
  const values = parts.length === 1 ? [value] : splitLast(value, parts.length);
  for (const [i, kind] of kinds.entries()) if (kind) collector.add(kind, values[i] ?? '', where, said);
}

function kindOf(type: string): IndicatorKind | null | undefined {
  if (Object.hasOwn(TYPES, type)) return TYPES[type];
  return OTHER.test(type) ? undefined : (kindOfWord(type) ?? undefined);
}

/** `a|b|c` into n parts, the first taking what is too much. */
function splitLast(value: string, n: number): string[] {
  const parts = value.split('|');
  return [parts.slice(0, parts.length - n + 1).join('|'), ...parts.slice(parts.length - n + 1)];
}

function sayings(
  attribute: Readonly<Record<string, unknown>>,
  where: string,
  context: ListContext,
  collector: Collector,
): Partial<IndicatorFacts> | null {
  const firstSeen = collector.time(textOf(attribute.first_seen), where);
  const lastSeen = collector.time(textOf(attribute.last_seen), where);
  if (firstSeen === null || lastSeen === null) return null;
  const tags = tagNames(attribute.Tag);
  const comment = textOf(attribute.comment);
  const ids = attribute.to_ids;
  return {
    ref: where,
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(comment !== '' && { title: comment.slice(0, 500) }),
    ...((ids === false || ids === '0' || ids === 0) && { contextOnly: true }),
    ...fromTags(tags, context),
  };
}

/** What MISP's usual taxonomies and galaxies say: TLP, PAP, Admiralty, actor, tool, technique. */
export function fromTags(
  tags: readonly string[],
  context: ListContext,
): Pick<IndicatorFacts, 'labels' | 'refs' | 'attack'> & Partial<IndicatorFacts> {
  const labels: string[] = [];
  const refs: IndicatorRef[] = [];
  const attack = new Set<string>();
  const said: Partial<IndicatorFacts> = {};
  let marking = context.marking;
  for (const tag of tags) {
    const m = /^([a-z0-9-]+):(.*?)(?:="(.*)")?$/is.exec(tag);
    const [space, predicate, value = ''] = [m?.[1]?.toLowerCase(), m?.[2]?.toLowerCase() ?? '', m?.[3]];
    if (space === 'tlp' && isTlp(predicate))
      marking = {
        originator: context.source,
        pap: 'red',
        ...marking,
        tlp: predicate === 'white' ? 'clear' : predicate,
      };
    else if (space === 'pap' && isPap(predicate))
      marking = {
        originator: context.source,
        tlp: 'red',
        ...marking,
        pap: predicate === 'white' ? 'clear' : predicate,
      };
    else if (predicate === 'source-reliability' && /^[a-f]$/i.test(value))
      said.reliability = value.toUpperCase() as 'A';
    else if (predicate === 'information-credibility' && /^[1-6]$/.test(value)) said.credibility = Number(value);
    else if (space === 'misp-galaxy') {
      const technique = /\bT\d{4}(?:\.\d{3})?\b/i.exec(value)?.[0];
      const name = value.slice(0, 300);
      if (technique !== undefined) attack.add(technique.toUpperCase());
      else if (name !== '' && /actor|intrusion-set|group/.test(predicate)) refs.push({ type: 'actor', name });
      else if (name !== '' && /malware|tool|ransomware|backdoor|rat|stealer|botnet|malpedia/.test(predicate))
        refs.push({ type: 'tool', name });
      else labels.push(tag.slice(0, 300));
    } else labels.push(tag.slice(0, 300));
  }
  return {
    ...said,
    ...(marking && { marking }),
    labels: labels.slice(0, 200),
    refs: refs.slice(0, 200),
    attack: [...attack].sort(),
  };
}

const isTlp = (word: string): word is Marking['tlp'] | 'white' =>
  ['clear', 'white', 'green', 'amber', 'amber+strict', 'red'].includes(word);
const isPap = (word: string): word is Marking['pap'] | 'white' =>
  ['clear', 'white', 'green', 'amber', 'red'].includes(word);

function tagNames(tags: unknown): string[] {
  if (!Array.isArray(tags)) return [];
  return tags
    .slice(0, 500)
    .flatMap((tag) => (isRecord(tag) && typeof tag.name === 'string' ? [tag.name.slice(0, 1000)] : []));
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
