import { compareTimes, formatInstant, plural } from '../../base/index.ts';
import { entityKey, type Intrusion, IntrusionPhase } from '../../model/index.ts';
import { type Coverage, FAMILIES, familyOf, type Held, spoken } from './coverage.ts';
import type { Nodes } from './nodes.ts';
import { STRONG } from './strength.ts';
import type { DecisionDates, Sighting } from './types.ts';
import { titleIn } from './words.ts';

const DAY = 86_400_000;
/** Days without a sign that count as quiet, and after which a new sign is a return. */
const QUIET_DAYS = 45;
const RETURN_DAYS = 60;
/** The longest of them are told, with so many names of sources. */
const MAX_QUIET = 6;
const MAX_NAMES = 3;
/** Days with findings a phase shows; of more, the fullest. */
const MAX_DAYS = 1000;
/** An act this near stands as first or last sign before a finding that only sums acts up. */
const NEAR_DAYS = 14;
/** A behaviour's finding over more than this is not activity on every day between. */
const SPAN_DAYS = 7;
const EDGE_DAYS = 7;

type FirstSign = NonNullable<Intrusion['firstSign']>;
type Sign = NonNullable<Intrusion['lastSign']>;

export const iso = (ms: number): string => (Number.isFinite(ms) ? formatInstant({ ms, ns: 0 }) : '');
const day = (ms: number): string => iso(ms).slice(0, 10);

/** What an intrusion rests on: findings that say something by themselves, dated, in order of time. */
export function coreOf(all: readonly Sighting[]): Sighting[] {
  const dated = all.filter((s) => !Number.isNaN(s.firstMs));
  const strong = dated.filter((s) => s.strength >= STRONG);
  return (strong.length > 0 ? strong : dated).toSorted(
    (a, b) => a.firstMs - b.firstMs || (a.head.id < b.head.id ? -1 : 1),
  );
}

/** A behaviour that sums up months and says little by itself, such as hours of work: no act of a day. */
function sumsUp(s: Sighting): boolean {
  const weak = s.source.level === 'low' || s.source.level === 'informational';
  return s.score !== undefined && weak && s.lastMs - s.firstMs > SPAN_DAYS * DAY;
}

/** The first and the last act; a finding that sums up counts only when no act lies near. */
export function endsOf(core: readonly Sighting[]): { first: Sighting; last: Sighting } | null {
  const acts = core.filter((s) => !sumsUp(s));
  const first = core[0];
  if (!first || Number.isNaN(first.firstMs)) return null;
  const later = (a: Sighting, b: Sighting): Sighting => (b.lastMs > a.lastMs ? b : a);
  const last = core.reduce(later);
  const [act, lastAct] = [acts[0], acts.length > 0 ? acts.reduce(later) : undefined];
  return {
    first: act && act.firstMs - first.firstMs <= NEAR_DAYS * DAY ? act : first,
    last: lastAct && last.lastMs - lastAct.lastMs <= NEAR_DAYS * DAY ? lastAct : last,
  };
}

export function lastSignOf(s: Sighting): Sign {
  return { ...signOf(s), time: iso(s.lastMs) };
}

function signOf(s: Sighting): Sign {
  const { head, source, level } = s;
  return {
    time: head.time,
    finding: head.id,
    title: source.title,
    level,
    stream: head.stream,
    host: head.host,
    account: head.user,
    address: head.address,
    event: head.event,
    why: head.why,
    caveats: [...head.caveats],
  };
}

/** The first sign with what bounds it: how far back the sources reach that could have shown it earlier. */
export function firstSignOf(first: Sighting, core: readonly Sighting[], coverage: Coverage): FirstSign {
  const own = coverage.of(first.head.stream, entityKey('host', first.head.host));
  const sources = sourcesLike(first, coverage)
    .map(([stream, held]) => ({ stream, begins: iso(held.firstMs), beforeSign: held.firstMs < first.firstMs }))
    .sort((a, b) => compareTimes(a.begins, b.begins) || (a.stream < b.stream ? -1 : 1));
  const earliest = sources[0]?.begins ?? '';
  const quiet = own ? spoken(own, own.firstMs, first.firstMs - DAY).days : 0;
  const since = own ? (first.firstMs - own.firstMs) / DAY : 0;
  const atEdge = !own || since < EDGE_DAYS;
  return {
    ...signOf(first),
    uncertainty: {
      earliestPossible: earliest,
      quietDays: quiet,
      atEdge,
      sources,
      sentence: uncertaintySentence(first, own, { atEdge, quiet, earliest }),
    },
    earlier: earlierOf(first, core),
  };
}

/** Once somebody is known to be misused, what was too little to say so before is worth a look. */
function earlierOf(first: Sighting, core: readonly Sighting[]): FirstSign['earlier'] {
  const seen = core
    .flatMap(({ head: { id, earlier } }) =>
      earlier ? [{ ...earlier, finding: id, ms: Date.parse(earlier.time) }] : [],
    )
    .filter(({ ms }) => ms < first.firstMs)
    .sort((a, b) => a.ms - b.ms || (a.finding < b.finding ? -1 : 1))[0];
  if (!seen) return null;
  const { ms, why, ...rest } = seen;
  const days = Math.floor((first.firstMs - ms) / DAY);
  const from = seen.address === '' ? '' : ` from ${seen.address}`;
  return {
    ...rest,
    days,
    sentence: `Perhaps ${plural(days, 'day')} earlier: ${seen.account}${from} on ${day(ms)}, ${why}`,
  };
}

function uncertaintySentence(
  first: Sighting,
  own: Held | undefined,
  { atEdge, quiet, earliest }: { atEdge: boolean; quiet: number; earliest: string },
): string {
  const { stream } = first.head;
  if (!own)
    return `Nothing says how far back ${stream || 'the sources behind it'} reach: an earlier start cannot be excluded.`;
  const begin = `no ${stream} before ${day(own.firstMs)}`;
  if (atEdge)
    return `There is ${begin}: the first sign lies at the edge of what was kept, and an earlier start is likely to be hidden.`;
  const other =
    earliest !== '' && Date.parse(earliest) < own.firstMs - DAY
      ? ` Other sources reach back to ${earliest.slice(0, 10)}.`
      : '';
  return `${stream} spoke on ${plural(quiet, 'day')} before the first sign and showed nothing that counts; there is ${begin}, so it cannot show an earlier start.${other}`;
}

/** Streams that could have shown the same kind of thing: the sign's own and others of its family. */
function sourcesLike(first: Sighting, coverage: Coverage): [string, Held][] {
  const family = familyOf(first.head.stream);
  return [...coverage.streams].filter(
    ([stream]) => stream === first.head.stream || (family !== undefined && FAMILIES[family].streams.test(stream)),
  );
}

export function phasesOf(core: readonly Sighting[], nodes: Nodes): Intrusion['phases'] {
  const byPhase = new Map<IntrusionPhase, Sighting[]>();
  for (const s of core) {
    const named = s.source.tactics.flatMap((t) => {
      const known = IntrusionPhase.safeParse(t);
      return known.success ? [known.data] : [];
    });
    for (const phase of named.length > 0 ? new Set(named) : ['other' as const]) {
      byPhase.getOrInsertComputed(phase, () => []).push(s);
    }
  }
  return IntrusionPhase.options.flatMap((phase) => {
    const list = byPhase.get(phase);
    if (!list) return [];
    const first = Math.min(...span(list, (s) => s.firstMs));
    const last = Math.max(...span(list, (s) => s.lastMs));
    const findings = list.reduce((n, s) => n + s.findings, 0);
    const hosts = named(list, nodes, 'host:');
    const accounts = named(list, nodes, 'account:');
    const heaviest = list.toSorted((a, b) => b.strength - a.strength || a.firstMs - b.firstMs);
    const who = [
      accounts.length > 0 ? `By ${plural(accounts.length, 'account')}` : '',
      hosts.length > 0 ? `${accounts.length > 0 ? 'on' : 'On'} ${plural(hosts.length, 'host')}` : '',
    ].filter(Boolean);
    const titles = [...new Set(heaviest.map((s) => titleIn(s.source)))].slice(0, 2).join('; ');
    const sentence = `${[who.join(' '), titles].filter(Boolean).join(': ')} (${plural(findings, 'finding')})`;
    return [
      {
        phase,
        first: iso(first),
        last: iso(last),
        findings,
        hosts: hosts.slice(0, 50),
        accounts: accounts.slice(0, 50),
        examples: heaviest.slice(0, 5).map((s) => s.head.id),
        days: daysOf(list),
        sentence,
      },
    ];
  });
}

/** Per UTC day since 1970 how many findings: a long span counts where it begins and ends, not on every day between. */
function daysOf(list: readonly Sighting[]): [number, number][] {
  const out = new Map<number, number>();
  const add = (ms: number, n: number) => out.set(Math.floor(ms / DAY), (out.get(Math.floor(ms / DAY)) ?? 0) + n);
  for (const s of list) {
    add(s.firstMs, s.findings);
    if (Math.floor(s.lastMs / DAY) > Math.floor(s.firstMs / DAY)) add(s.lastMs, 1);
  }
  const fullest = [...out].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_DAYS);
  return fullest.sort((a, b) => a[0] - b[0]);
}

/** Not spread into arguments as they are: an intrusion may have more sightings than a call takes. */
function span(list: readonly Sighting[], of: (s: Sighting) => number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const s of list) {
    low = Math.min(low, of(s));
    high = Math.max(high, of(s));
  }
  return [low, high];
}

export function spanOf(list: readonly Sighting[]): [number, number] {
  if (list.length === 0) return [Number.NaN, Number.NaN];
  return [span(list, (s) => s.firstMs)[0], span(list, (s) => s.lastMs)[1]];
}

function named(list: readonly Sighting[], nodes: Nodes, prefix: string): string[] {
  const ids = new Set(list.flatMap((s) => s.acted));
  return [...ids]
    .flatMap((n) => (nodes.at(n).key.startsWith(prefix) ? [nodes.at(n).key.slice(prefix.length)] : []))
    .sort();
}

function days(from: number, to: number): string {
  return day(from) === day(to) ? day(from) : `${day(from)} to ${day(to)}`;
}

/** Moments at which something is known to have happened: ends of long spans count, what lies between does not. */
function moments(core: readonly Sighting[]): { ms: number; s: Sighting }[] {
  return core
    .flatMap((s) =>
      s.lastMs - s.firstMs > 1000
        ? [
            { ms: s.firstMs, s },
            { ms: s.lastMs, s },
          ]
        : [{ ms: s.firstMs, s }],
    )
    .sort((a, b) => a.ms - b.ms || (a.s.head.id < b.s.head.id ? -1 : 1));
}

/** Stretches without a sign, and whether the sources could have shown one. */
export function quietOf(core: readonly Sighting[], coverage: Coverage): Pick<Intrusion, 'quietPeriods' | 'returns'> {
  const quietPeriods: Intrusion['quietPeriods'] = [];
  const returns: Intrusion['returns'] = [];
  const streams = [...new Set(core.map((s) => s.head.stream))].filter((s) => coverage.streams.has(s)).sort();
  const covered = core.filter((s) => s.lastMs - s.firstMs <= SPAN_DAYS * DAY);
  const at = moments(core);
  let reach = at[0]?.ms ?? 0;
  for (const { ms, s } of at) {
    const from = reach;
    reach = Math.max(reach, ms, covered.includes(s) ? s.lastMs : ms);
    const quiet = Math.floor((ms - from) / DAY);
    if (quiet < QUIET_DAYS) continue;
    const speaking = streams.filter((name) => {
      const { days, of } = spoken(coverage.streams.get(name), from + DAY, ms - DAY);
      return days >= 0.6 * of;
    });
    const silent = streams.filter((name) => !speaking.includes(name));
    quietPeriods.push({
      from: iso(from),
      to: iso(ms),
      days: quiet,
      speaking,
      silent,
      sentence: quietSentence(quiet, speaking, silent),
    });
    if (quiet >= RETURN_DAYS) {
      returns.push({
        time: iso(ms),
        finding: s.head.id,
        afterDays: quiet,
        sentence: `Back after ${plural(quiet, 'day')} without a sign: ${titleIn(s.source)}.`,
      });
    }
  }
  const longest = new Set(quietPeriods.toSorted((a, b) => b.days - a.days).slice(0, MAX_QUIET));
  const told = new Set([...longest].map((q) => q.to));
  return { quietPeriods: quietPeriods.filter((q) => longest.has(q)), returns: returns.filter((r) => told.has(r.time)) };
}

/** Its dates stand beside it. */
function quietSentence(quiet: number, speaking: readonly string[], silent: readonly string[]): string {
  const what = `No sign for ${plural(quiet, 'day')}`;
  if (speaking.length === 0)
    return `${what}; no source that showed him spoke through it: he may have been there unseen.`;
  const gap = silent.length > 0 ? `; ${plural(silent.length, 'source')} did not, so he may still have been there` : '';
  return `${what}, though ${few(speaking)} spoke through it${gap}.`;
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

/** Dwell as two numbers. Without a date on record the number is null and the sentence says what is missing. */
export function dwellOf(firstMs: number, lastMs: number, dates: DecisionDates): Intrusion['dwell'] {
  const { detected, evicted } = dates;
  const between = (a: number, b: number) => Math.max(0, Math.floor((b - a) / DAY));
  const spanDays = Number.isNaN(firstMs) ? 0 : between(firstMs, lastMs);
  const unseenDays = detected && !Number.isNaN(firstMs) ? between(firstMs, detected.ms) : null;
  const watchedDays = detected && evicted ? between(detected.ms, evicted.ms) : null;
  const signs = Number.isNaN(firstMs)
    ? 'No sign is dated.'
    : `Signs over ${plural(spanDays, 'day')}, ${days(firstMs, lastMs)}.`;
  const unseen =
    unseenDays === null
      ? 'How long he was unseen cannot be said: no date of detection is on record.'
      : `Unseen for ${plural(unseenDays, 'day')} from the first sign to ${detected!.why}.`;
  const watched =
    watchedDays === null
      ? evicted || detected
        ? 'How long he was knowingly watched cannot be said without both dates, of detection and of eviction.'
        : ''
      : `Knowingly watched for ${plural(watchedDays, 'day')} until ${evicted!.why}.`;
  return {
    unseenDays,
    watchedDays,
    spanDays,
    detected: detected ? iso(detected.ms) : '',
    evicted: evicted ? iso(evicted.ms) : '',
    sentence: [signs, unseen, watched].filter(Boolean).join(' '),
  };
}
