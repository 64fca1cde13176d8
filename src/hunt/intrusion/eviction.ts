import { compareTimes, plural } from '../../base/index.ts';
import type { EntityKey, Intrusion } from '../../model/index.ts';
import type { Coverage } from './coverage.ts';
import { FAMILIES, familyOf, spoken } from './coverage.ts';
import type { Nodes } from './nodes.ts';
import { iso } from './story.ts';
import type { DecisionDates, Sighting } from './types.ts';

type Check = NonNullable<Intrusion['eviction']>;

/** Ways back in: what findings of persistence, access and calling home name as the intruder's own, and accounts he had. */
const FOOTHOLD_TACTICS: ReadonlySet<string> = new Set(['persistence', 'initial-access', 'command-and-control']);
const FOOTHOLD_TYPES: ReadonlySet<string> = new Set([
  'account',
  'file',
  'service',
  'domain',
  'address',
  'client',
  'device',
]);
const MAX_FOOTHOLDS = 500;
const DAY = 86_400_000;

/**
 * Was anything seen again after the eviction? By each foothold, and by whatever else of this intrusion comes later. "No"
 * is only said as far as sources that showed him before went on speaking.
 */
export function evictionOf(
  all: readonly Sighting[],
  nodes: Nodes,
  coverage: Coverage,
  dates: DecisionDates,
): Check | null {
  const said = dates.evicted?.ms;
  if (said === undefined) return null;
  // A date without an hour is that whole day: what happened while he was put out is no return.
  const at = said % DAY === 0 ? said + DAY : said;
  const before = all.filter((s) => s.firstMs < at);
  const after = all
    .filter((s) => s.lastMs > at)
    .sort((a, b) => a.firstMs - b.firstMs || (a.head.id < b.head.id ? -1 : 1));
  const footholds = footholdsOf(before, after, nodes, dates.footholds, at);
  const sources = sourcesAfter(before, coverage, at);
  const able = sources.filter((s) => s.couldShow);
  const verdict = after.length > 0 ? 'seen-again' : able.length > 0 ? 'nothing-seen' : 'cannot-tell';
  const held = footholds.filter((f) => f.seenAfter > 0);
  // What spans years says only that it went on, not when it was seen first.
  const began = after.filter((s) => s.firstMs >= at);
  const going = after.length - began.length;
  const signs = [
    ...(began[0]
      ? [
          `${plural(began.length, 'new sign')}, the first on ${iso(began[0].firstMs).slice(0, 10)} (${began[0].source.title})`,
        ]
      : []),
    ...(going > 0 ? [`${plural(going, 'sign')} from before that went on`] : []),
  ].join('; ');
  return {
    date: iso(said),
    verdict,
    footholds,
    findings: after.flatMap((s) => s.ids).slice(0, 1000),
    count: after.reduce((n, s) => n + s.findings, 0),
    sources,
    sentence:
      verdict === 'seen-again'
        ? `Seen again after ${dates.evicted!.why}: ${signs}${
            held.length > 0
              ? `; by ${held
                  .slice(0, 3)
                  .map((f) => f.entity)
                  .join(', ')}`
              : ', by none of the known footholds'
          }.`
        : verdict === 'nothing-seen'
          ? `Nothing of him was seen after ${dates.evicted!.why}, as far as ${able.map((s) => s.source).join(', ')} could show it${able.length < sources.length ? '; the other sources that showed him before had ended' : ''}.`
          : `Whether he came back after ${dates.evicted!.why} cannot be told: no source that showed him before goes on after it.`,
  };
}

function footholdsOf(
  before: readonly Sighting[],
  after: readonly Sighting[],
  nodes: Nodes,
  given: readonly EntityKey[],
  at: number,
): Check['footholds'] {
  const last = new Map<number, number>();
  const origin = new Map<number, 'found' | 'given'>();
  for (const s of before) {
    if (!s.source.tactics.some((t) => FOOTHOLD_TACTICS.has(t))) continue;
    for (const n of s.nodes) {
      const { type, tie } = nodes.at(n);
      if (!FOOTHOLD_TYPES.has(type) || (tie.owner === 'house' && !s.acted.includes(n))) continue;
      last.set(n, Math.max(last.get(n) ?? 0, Math.min(s.lastMs, at)));
      origin.set(n, 'found');
    }
  }
  for (const key of given) {
    const n = nodes.find(key);
    if (n === undefined) continue;
    const times = before.filter((s) => s.nodes.includes(n)).map((s) => Math.min(s.lastMs, at));
    last.set(
      n,
      times.reduce((a, b) => Math.max(a, b), last.get(n) ?? 0),
    );
    origin.set(n, 'given');
  }
  const lines = [...last].map(([n, lastBefore]) => {
    const seen = after.filter((s) => s.nodes.includes(n));
    const first = seen.reduce((ms, s) => Math.min(ms, Math.max(at, s.firstMs)), Number.POSITIVE_INFINITY);
    return {
      entity: nodes.at(n).key,
      origin: origin.get(n) as 'found' | 'given',
      lastBefore: lastBefore > 0 ? iso(lastBefore) : '',
      seenAfter: seen.reduce((k, s) => k + s.findings, 0),
      firstAfter: iso(first),
      findings: seen.flatMap((s) => s.ids).slice(0, 50),
    };
  });
  return lines
    .sort(
      (a, b) => b.seenAfter - a.seenAfter || compareTimes(b.lastBefore, a.lastBefore) || (a.entity < b.entity ? -1 : 1),
    )
    .slice(0, MAX_FOOTHOLDS);
}

/** Families of sources that showed him before: do they go on, and for how long? */
function sourcesAfter(before: readonly Sighting[], coverage: Coverage, at: number): Check['sources'] {
  const families = new Set(before.flatMap((s) => familyOf(s.head.stream) ?? []));
  return [...families].sort().map((family) => {
    const { title, streams } = FAMILIES[family];
    const held = [...coverage.streams].filter(([stream]) => streams.test(stream)).map(([, h]) => h);
    const lastMs = held.reduce((ms, h) => Math.max(ms, h.lastMs), Number.NEGATIVE_INFINITY);
    const days = new Set(held.flatMap((h) => [...h.days])).size;
    const daysAfter = held.reduce((n, h) => Math.max(n, spoken(h, at, h.lastMs).days), 0);
    return {
      source: title,
      daysAfter,
      lastEvent: iso(lastMs),
      couldShow: daysAfter >= 7,
      sentence:
        daysAfter === 0
          ? `${title} ends ${iso(lastMs).slice(0, 10)}, before or at the eviction`
          : `${title} goes on for ${plural(daysAfter, 'day')} after the eviction, to ${iso(lastMs).slice(0, 10)} (${plural(days, 'day')} in all)`,
    };
  });
}
