import { formatInstant, toSecond } from '../../base/index.ts';
import type { Answer } from '../../model/index.ts';
import type { CoverRow, RecordHole, RecordRange } from '../effects/index.ts';

type Source = Answer['sources'][number];
type Gap = Answer['gaps'][number];

const DAY = 86_400_000;

/** What one stream of one host shows day by day. */
interface HostCover {
  readonly stream: string;
  readonly host: string;
  firstMs: number;
  /** day since 1970 → its first and last event */
  readonly days: Map<number, [number, number]>;
}

/**
 * Streams whose host is the machine that keeps the log. In the others (flows, proxies, sign-ins) it is somebody who was
 * seen, and somebody who is not seen for a while is no gap in the log: such a stream is judged as a whole.
 */
const KEPT_BY_HOST = /^(windows|linux|firewall|network|vpn|mail|dhcp)-/;

export interface Coverage {
  readonly sources: Source[];
  readonly gaps: Gap[];
  readonly moreGaps: number;
  /** first dated event of a stream from a host; undefined when it has none */
  begins(stream: string, host: string): number | undefined;
  /** first dated event of each stream */
  readonly beginnings: ReadonlyMap<string, number>;
}

const MAX_GAPS = 500;

/** Coverage rows (ordered by stream, host, day) and record holes become sources, their gaps, and where each begins. */
export function readCoverage(
  rows: Iterable<CoverRow>,
  records: { holes: readonly RecordHole[]; moreHoles: number; ranges: readonly RecordRange[] },
): Coverage {
  const sources = new Map<string, Source & { perDay: Map<number, number>; firstMs: number; lastMs: number }>();
  const hosts = new Map<string, HostCover>();
  const hostCount = new Map<string, Set<string>>();
  for (const row of rows) {
    let s = sources.get(row.stream);
    if (!s) {
      s = {
        stream: row.stream,
        events: 0,
        undated: 0,
        first: '',
        last: '',
        hosts: 0,
        days: [],
        gaps: 0,
        perDay: new Map(),
        firstMs: Number.POSITIVE_INFINITY,
        lastMs: Number.NEGATIVE_INFINITY,
      };
      sources.set(row.stream, s);
      hostCount.set(row.stream, new Set());
    }
    s.events += row.events;
    if (row.host) hostCount.get(row.stream)!.add(row.host);
    if (row.day === null || row.firstMs === null || row.lastMs === null) {
      s.undated += row.events;
      continue;
    }
    s.perDay.set(row.day, (s.perDay.get(row.day) ?? 0) + row.events);
    s.firstMs = Math.min(s.firstMs, row.firstMs);
    s.lastMs = Math.max(s.lastMs, row.lastMs);
    const host = KEPT_BY_HOST.test(row.stream) ? row.host : '';
    const key = `${row.stream}\u0000${host}`;
    let h = hosts.get(key);
    if (!h) {
      h = { stream: row.stream, host, firstMs: row.firstMs, days: new Map() };
      hosts.set(key, h);
    }
    h.firstMs = Math.min(h.firstMs, row.firstMs);
    const span = h.days.get(row.day);
    h.days.set(
      row.day,
      span ? [Math.min(span[0], row.firstMs), Math.max(span[1], row.lastMs)] : [row.firstMs, row.lastMs],
    );
  }

  const gaps: Gap[] = [...hosts.values()].flatMap(silences);
  for (const hole of [...records.holes, ...holesBetween(records.ranges)]) gaps.push(recordGap(hole));
  gaps.sort(
    (a, b) =>
      (a.kind === b.kind ? 0 : a.kind === 'silence' ? -1 : 1) || b.missing - a.missing || (a.from < b.from ? -1 : 1),
  );
  for (const gap of gaps) {
    const s = sources.get(gap.stream);
    if (s) s.gaps++;
  }
  const list = [...sources.values()].map(({ perDay, firstMs, lastMs, ...s }) => ({
    ...s,
    hosts: hostCount.get(s.stream)!.size,
    first: iso(firstMs),
    last: iso(lastMs),
    days: [...perDay].sort((a, b) => a[0] - b[0]),
  }));
  return {
    sources: list.sort((a, b) => b.events - a.events || (a.stream < b.stream ? -1 : 1)),
    gaps: gaps.slice(0, MAX_GAPS),
    moreGaps: Math.max(0, gaps.length - MAX_GAPS) + records.moreHoles,
    begins: (stream, host) => hosts.get(`${stream}\u0000${host}`)?.firstMs,
    beginnings: new Map(
      [...sources.values()].filter((s) => Number.isFinite(s.firstMs)).map((s) => [s.stream, s.firstMs]),
    ),
  };
}

/**
 * Days without an event inside the life of a source on a host. What counts as a gap follows the source's own habit:
 * one that speaks on most days is silent after two days without a word; one that speaks rarely only when it is
 * silent at least a week and five times longer than it usually is.
 */
function silences(h: HostCover): Gap[] {
  const days = [...h.days].sort((a, b) => a[0] - b[0]);
  if (days.length < 3) return [];
  const span = days[days.length - 1]![0] - days[0]![0] + 1;
  const steady = days.length / span >= 0.6;
  const pauses = pausesBetween(days.map(([, times]) => times));
  const usual = pauses.map((p) => p.days).sort((a, b) => a - b)[Math.floor(pauses.length / 2)]!;
  const limit = steady ? 2 : Math.max(7, 5 * (usual + 1));
  return pauses
    .filter((p) => p.days >= limit)
    .map(({ days, from, to }) => ({
      kind: 'silence',
      stream: h.stream,
      host: h.host,
      from: iso(from),
      to: iso(to),
      missing: days,
      sentence: `${h.stream}${h.host ? ` of ${h.host}` : ''} is silent for ${days} whole ${days === 1 ? 'day' : 'days'} between ${toSecond(iso(from))} and ${toSecond(iso(to))}.`,
    }));
}

/**
 * Whole days between one span of events and the next, by the events' own times: a span is a day, or, where a reader had
 * to count coarser, up to a month, which may reach over the days that follow it.
 */
function pausesBetween(spans: readonly [number, number][]): { days: number; from: number; to: number }[] {
  let from = spans[0]![1];
  return spans.slice(1).map(([to, last]) => {
    const pause = { days: Math.max(0, Math.floor(to / DAY) - Math.floor(from / DAY) - 1), from, to };
    from = Math.max(from, last);
    return pause;
  });
}

/** A log kept in several files (the live one and its archives) counts on: what is missing between two of them is a hole. */
function holesBetween(ranges: readonly RecordRange[]): RecordHole[] {
  const logs = new Map<string, RecordRange[]>();
  for (const range of ranges) {
    const key = `${range.stream}\u0000${range.host}`;
    logs.set(key, [...(logs.get(key) ?? []), range]);
  }
  const out: RecordHole[] = [];
  for (const log of logs.values()) {
    log.sort((a, b) => a.first - b.first || a.last - b.last);
    let reached = log[0] as RecordRange;
    for (const next of log.slice(1)) {
      // Numbers and times must agree on the order: else they are not one log (a machine set up anew counts from 1 again).
      const follows = next.firstMs !== null && reached.lastMs !== null && next.firstMs >= reached.lastMs;
      if (next.first > reached.last + 1 && follows) {
        const { stream, host } = next;
        out.push({
          stream,
          host,
          after: reached.last,
          before: next.first,
          afterMs: reached.lastMs,
          beforeMs: next.firstMs,
        });
      }
      if (next.last > reached.last) reached = next;
    }
  }
  return out;
}

function recordGap(hole: RecordHole): Gap {
  const missing = hole.before - hole.after - 1;
  const from = hole.afterMs === null ? '' : iso(hole.afterMs);
  const to = hole.beforeMs === null ? '' : iso(hole.beforeMs);
  return {
    kind: 'records',
    stream: hole.stream,
    host: hole.host,
    from,
    to,
    missing,
    sentence: `${hole.stream}${hole.host ? ` of ${hole.host}` : ''} lacks ${missing.toLocaleString('en-US')} record ${missing === 1 ? 'number' : 'numbers'} between ${hole.after} and ${hole.before}${from ? ` (${toSecond(from)} to ${toSecond(to)})` : ''}.`,
  };
}

function iso(ms: number): string {
  return Number.isFinite(ms) ? formatInstant({ ms, ns: 0 }) : '';
}

/** Whole days between two moments. */
export function daysBetween(fromMs: number, toMs: number): number {
  return Math.floor((toMs - fromMs) / DAY);
}
