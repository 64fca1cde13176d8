/** Sightings of indicators → Findings and hits: what was met, where, since when, and what weakens it. */
import { createHash } from 'node:crypto';
import { compareTimes, count, oneLine, plural, toSecond } from '../../base/index.ts';
import { defang, INDICATOR_NOTICES, noticesOf } from '../../knowledge/indicators/index.ts';
import { EventFlag, entityKey, type Finding, type Indicator, LEVELS, type SweepAnswer } from '../../model/index.ts';
import { innocentOf, levelOf } from './weigh.ts';

/** Events of one source, host and account that show one indicator, on one side of its time. */
export interface Sighting {
  readonly indicator: number;
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly when: 'in' | 'before' | 'after' | 'undated';
  readonly events: number;
  readonly first: string;
  readonly last: string;
  readonly fields: readonly string[];
  /** fields of the first event that show it, with their texts */
  readonly shown: readonly { readonly field: string; readonly value: string }[];
  readonly address: string;
  readonly flags: number;
  readonly addresses: readonly string[];
}

type Hit = SweepAnswer['hits'][number];
type OutOfTime = SweepAnswer['outOfTime'][number];

const MAX_SIGHTINGS = 200;
const MAX_NAMED = 6;
const SEEN_CHARS = 200;

/** Findings of sightings that lie in their indicator's time; one a source, host and account. */
export function findingsOf(indicators: readonly Indicator[], sightings: readonly Sighting[]): Finding[] {
  return sightings.filter((s) => s.when === 'in').map((s) => findingOf(indicators[s.indicator]!, s));
}

function findingOf(indicator: Indicator, s: Sighting): Finding {
  const shown = shownAs(indicator);
  const whose = indicator.refs.length > 0 ? ` of ${indicator.refs.map((r) => r.name).join(', ')}` : '';
  const entities = [
    entityKey('host', s.host),
    entityKey('account', s.user),
    entityKey('address', s.address),
    ...ownEntity(indicator, s),
  ].filter((key) => key !== null);
  return {
    id: findingId(indicator, s.addresses),
    kind: 'indicator',
    rule: {
      id: indicator.id,
      title: oneLine(`${kindWord(indicator)} ${shown}${whose}, from ${indicator.source}`, 300),
      level: levelOf(indicator),
      attack: [...indicator.attack],
      tactics: [],
      pack: oneLine(indicator.source, 300),
    },
    time: s.first,
    ...(s.last !== s.first && { timeEnd: s.last }),
    stream: s.stream,
    host: s.host,
    user: s.user,
    address: s.address,
    events: [...s.addresses],
    count: s.events,
    entities: [...new Set(entities)].sort(),
    matched: [
      ...s.shown.map(({ field, value }) => ({ field, value: value.slice(0, SEEN_CHARS) })),
      ...pointsTo(indicator),
    ],
    why: whyOf(indicator, s, shown, whose),
    innocent: innocentOf(indicator),
    caveats: caveatsOf(indicator, s),
  };
}

/** Whom and what the source says it belongs to: what an assessment of "who" takes up. */
function pointsTo(indicator: Indicator): { field: string; value: string }[] {
  const refs = indicator.refs.map(({ type, name }) => ({ field: type, value: name }));
  return [...refs, { field: 'source', value: indicator.source }];
}

/** The shortest text that shows it: the field of its own rather than the whole message. */
function seenOf(s: Sighting): string {
  const [shortest] = s.shown.map(({ value }) => value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return (shortest ?? '').slice(0, SEEN_CHARS);
}

/** Defanged; a pattern by its title. */
function shownAs(indicator: Indicator): string {
  return indicator.kind === 'pattern'
    ? defang(indicator.title ?? indicator.value.slice(0, 120))
    : defang(indicator.value);
}

function kindWord({ kind }: Indicator): string {
  return kind === 'ipv4' || kind === 'ipv6' ? 'address' : kind === 'cidr' ? 'network' : kind.replaceAll('-', ' ');
}

function whyOf(indicator: Indicator, s: Sighting, shown: string, whose: string): string {
  const text = seenOf(s);
  // Some logs name the far end as their host: then it is the indicator itself, and shown as such.
  const host = text.includes(s.host) || indicator.value.includes(s.host) ? defang(s.host) : s.host;
  const where = `${s.stream}${host && ` of ${host}`}${s.user && ` with account ${s.user}`}`;
  const seen = text !== indicator.value && indicator.kind !== 'pattern' ? ` as ${defang(text)}` : '';
  const span =
    s.first === '' ? 'undated' : s.first === s.last ? toSecond(s.first) : `${toSecond(s.first)} to ${toSecond(s.last)}`;
  return oneLine(
    `${plural(s.events, 'event')} of ${where} ${s.events === 1 ? 'shows' : 'show'} ${kindWord(indicator)} ${shown}${seen} (${s.fields.join(', ')}), which ${indicator.source} names${whose}; ${span}.`,
    1000,
  );
}

/** The thing itself, so that findings about it meet. */
function ownEntity(indicator: Indicator, s: Sighting): (string | null)[] {
  switch (indicator.kind) {
    case 'ipv4':
    case 'ipv6':
      return [entityKey('address', indicator.value)];
    case 'cidr':
      return [entityKey('address', seenOf(s))];
    case 'domain':
      return [entityKey('domain', indicator.value)];
    case 'url':
      return [entityKey('domain', /^[^:]+:\/\/([^/:]*)/.exec(indicator.value)?.[1] ?? '')];
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
    case 'file-name':
    case 'file-path':
      return [entityKey('file', indicator.value)];
    default:
      return [];
  }
}

const FLAGS: readonly (readonly [number, string])[] = [
  [EventFlag.recovered, 'recovered from a damaged or unreferenced place'],
  [EventFlag.zoneAssumed, 'time zone assumed'],
  [EventFlag.yearAssumed, 'year inferred'],
  [EventFlag.partial, 'record incomplete'],
  [EventFlag.lowerBound, 'source says it is incomplete: at least'],
];

const DAY = 86_400_000;

function caveatsOf(indicator: Indicator, s: Sighting): string[] {
  const out = FLAGS.filter(([bit]) => (s.flags & bit) !== 0).map(([, text]) => text);
  for (const notice of noticesOf(indicator)) out.push(INDICATOR_NOTICES[notice]);
  const { firstSeen, lastSeen, validFrom, validUntil, marking } = indicator;
  if (validFrom === undefined && validUntil === undefined) {
    if (s.first !== '' && lastSeen !== undefined && Date.parse(s.first) > Date.parse(lastSeen) + DAY)
      out.push(`first met here ${days(lastSeen, s.first)} after its source saw it last (${lastSeen.slice(0, 10)})`);
    else if (s.last !== '' && firstSeen !== undefined && Date.parse(s.last) < Date.parse(firstSeen) - DAY)
      out.push(`last met here ${days(s.last, firstSeen)} before its source saw it first (${firstSeen.slice(0, 10)})`);
    else if (firstSeen === undefined && lastSeen === undefined && LENT.has(indicator.kind))
      out.push('its source names no time: whose it was on that day is not known');
  }
  if (marking?.pap === 'red')
    out.push('PAP:RED: use on own logs only; no look-up, no block, nothing that can be noticed outside');
  if (marking?.pap === 'amber')
    out.push('PAP:AMBER: passive cross-checks only; nothing that touches the address itself');
  return out;
}

const LENT = new Set<string>(['ipv4', 'ipv6', 'cidr', 'domain', 'url', 'email']);

const days = (from: string, to: string): string => plural(Math.round((Date.parse(to) - Date.parse(from)) / DAY), 'day');

/** The same indicator on the same events is the same finding on any machine. */
function findingId(indicator: Indicator, events: readonly string[]): string {
  const hash = createHash('sha256').update(indicator.id);
  for (const event of events) hash.update(`\n${event}`);
  return hash.digest('hex').slice(0, 32);
}

/** Hits ranked for people: level, then the rarer (order of magnitude), then the earlier. */
export function hitsOf(
  indicators: readonly Indicator[],
  sightings: readonly Sighting[],
): { readonly hits: Hit[]; readonly outOfTime: OutOfTime[] } {
  const groups = new Map<string, Sighting[]>();
  for (const s of sightings) {
    const key = `${s.indicator} ${s.when}`;
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  const hits: Hit[] = [];
  const outOfTime: OutOfTime[] = [];
  for (const group of groups.values()) {
    const { indicator, when } = group[0]!;
    const hit = hitOf(indicators[indicator]!, group);
    if (when === 'in') hits.push(hit);
    else outOfTime.push({ ...hit, when });
  }
  return { hits: hits.sort(rank), outOfTime: outOfTime.sort(rank) };
}

const rank = (a: Hit, b: Hit): number =>
  LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
  Math.floor(Math.log10(a.events)) - Math.floor(Math.log10(b.events)) ||
  compareTimes(a.first, b.first) ||
  (a.indicator.id < b.indicator.id ? -1 : 1);

function hitOf(indicator: Indicator, group: readonly Sighting[]): Hit {
  const sorted = [...group].sort((a, b) => compareTimes(a.first, b.first) || (a.stream < b.stream ? -1 : 1));
  const dated = sorted.filter((s) => s.first !== '');
  const first = dated[0];
  return {
    indicator,
    shown: shownAs(indicator),
    level: levelOf(indicator),
    events: group.reduce((n, s) => n + s.events, 0),
    first: first?.first ?? '',
    last: dated.reduce((last, s) => (last === '' || compareTimes(s.last, last) > 0 ? s.last : last), ''),
    wouldHaveFired: first
      ? { time: first.first, stream: first.stream, host: first.host, event: first.addresses[0]! }
      : null,
    sightings: sorted.slice(0, MAX_SIGHTINGS).map((s) => ({
      ...(s.when === 'in' && { finding: findingId(indicator, s.addresses) }),
      stream: s.stream,
      host: s.host,
      user: s.user,
      fields: [...s.fields],
      events: s.events,
      first: s.first,
      last: s.last,
      seen: seenOf(s),
      addresses: [...s.addresses],
    })),
    moreSightings: Math.max(0, sorted.length - MAX_SIGHTINGS),
  };
}

/** Sentences on what no log here could show, for the classes of value that were looked for. */
export function notSeenOf(
  sources: readonly { readonly stream: string; readonly first: string; readonly classes: readonly string[] }[],
  classes: ReadonlyMap<string, number>,
): string[] {
  const out: string[] = [];
  for (const [cls, n] of [...classes].sort()) {
    const able = sources.filter((s) => s.classes.includes(cls) && s.first !== '');
    const words = CLASS_WORDS[cls] ?? cls;
    if (able.length === 0) {
      out.push(`No source here has a field for ${words}: ${plural(n, 'indicator')} could be met in free text only.`);
      continue;
    }
    const sorted = [...able].sort((a, b) => compareTimes(a.first, b.first));
    const named = sorted.slice(0, MAX_NAMED).map((s) => `${s.stream} from ${s.first.slice(0, 10)}`);
    const more = able.length > MAX_NAMED ? ` and ${count(able.length - MAX_NAMED)} more` : '';
    out.push(
      `${capital(words)}: ${count(able.length)} of ${plural(sources.length, 'source')} ${able.length === 1 ? 'has' : 'have'} a field for them (${named.join(', ')}${more}); what happened earlier could not be met.`,
    );
  }
  return out;
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const CLASS_WORDS: Readonly<Record<string, string>> = {
  account: 'account names',
  agent: 'user agents',
  certificate: 'certificate fingerprints',
  email: 'mail addresses',
  file: 'file names',
  hash: 'digests of files',
  host: 'host names',
  ip: 'addresses',
  ja3: 'JA3 fingerprints',
  ja4: 'JA4 fingerprints',
  mac: 'hardware addresses',
  name: 'domain names',
  path: 'file paths',
  pipe: 'named pipes',
  registry: 'registry keys',
  serial: 'certificate serial numbers',
  service: 'service names',
  subject: 'mail subjects',
  task: 'scheduled tasks',
  url: 'URLs',
};
