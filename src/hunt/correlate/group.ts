import type { CorrelationInput, CorrelationRule } from '../../rules/index.ts';
import { type Measure, measureFor } from './measure.ts';
import { type CorrelationHit, compareMoments, type Entry, LIMITS, type Moment, type Scalar } from './types.ts';
import { whyOf } from './why.ts';

/** A maximal sequence of satisfied windows, growing. */
interface Run {
  readonly key: string;
  readonly first: Moment;
  last: Moment;
  readonly addresses: Set<string>;
  value: number;
  lowerBound: boolean;
  /** serial of the newest entry that is counted in */
  newest: number;
  shared: Shared;
}

type Shared = Pick<CorrelationInput, 'host' | 'user' | 'source' | 'stream'>;

/** What a group tells its rule. */
export interface GroupListener {
  /** entries have joined a satisfied run at a moment: inputs of the correlations above */
  joined(runKey: string, at: Moment, entries: readonly Entry[]): void;
  hit(hit: CorrelationHit): void;
  overfull(): void;
}

/**
 * Whether the condition can be judged at every event: it has lower bounds only, and what is measured never falls while
 * events are added. Otherwise a window is judged when it is complete, which is just before an event would leave it:
 * "fewer than 5" is not met by the beginning of a hundred.
 */
export function judgedAtOnce(rule: CorrelationRule): boolean {
  const rising = rule.kind !== 'value_avg' && rule.kind !== 'value_percentile';
  return rising && rule.condition.every((c) => c.op === 'gt' || c.op === 'gte');
}

/** The sliding window of one group of one correlation. */
export class Group {
  /** newest event, for forgetting */
  last: Moment = { ms: Number.NEGATIVE_INFINITY, ns: 0 };
  private readonly rule: CorrelationRule;
  private readonly values: Readonly<Record<string, Scalar>>;
  private readonly listener: GroupListener;
  private readonly nextRun: () => string;
  private readonly atOnce: boolean;
  private readonly cap: number;
  private readonly measure: Measure;
  /** entries from `head` on are in the window */
  private entries: Entry[] = [];
  private head = 0;
  private serial = 0;
  /** the window lost events to the cap; until this moment what it counts is a lower bound */
  private lostUntil: Moment | null = null;
  private run: Run | null = null;

  constructor(
    rule: CorrelationRule,
    values: Readonly<Record<string, Scalar>>,
    listener: GroupListener,
    nextRun: () => string,
  ) {
    this.rule = rule;
    this.values = values;
    this.listener = listener;
    this.nextRun = nextRun;
    this.atOnce = judgedAtOnce(rule);
    this.measure = measureFor(rule);
    this.cap = Math.max(LIMITS.window, ...rule.condition.map((c) => 2 * c.number));
  }

  add(made: Omit<Entry, 'serial'>): void {
    const entry: Entry = { ...made, serial: this.serial++ };
    this.leave(entry);
    this.entries.push(entry);
    this.measure.add(entry);
    this.last = entry;
    if (this.entries.length - this.head > this.cap) {
      this.lostUntil = { ms: this.entries[this.head]!.ms + this.rule.timespanMs, ns: this.entries[this.head]!.ns };
      this.drop();
      this.listener.overfull();
    }
    if (this.atOnce) this.judge();
  }

  /** Nothing will come any more, or not in time. */
  close(): void {
    if (!this.atOnce && this.head < this.entries.length) this.judge();
    this.end();
  }

  /** Events too old to stand in one window with the newcomer leave; the window they leave was a complete one. */
  private leave(newcomer: Moment): void {
    const from = { ms: newcomer.ms - this.rule.timespanMs, ns: newcomer.ns };
    const stale = () => this.head < this.entries.length && compareMoments(this.entries[this.head]!, from) < 0;
    if (!stale()) return;
    if (!this.atOnce) this.judge();
    while (stale()) this.drop();
    if (this.head === this.entries.length) this.end();
  }

  private drop(): void {
    this.measure.remove(this.entries[this.head++]!);
    if (this.head > 64 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }

  private judge(): void {
    const value = this.measure.value();
    if (!satisfies(this.rule, value)) {
      this.end();
      return;
    }
    const newest = this.entries.at(-1)!;
    const first = this.entries[this.head]!;
    const started = this.run === null;
    this.run ??= {
      key: this.nextRun(),
      first,
      last: newest,
      addresses: new Set(),
      value,
      lowerBound: false,
      newest: -1,
      shared: sharedOf(first.input),
    };
    const { run } = this;
    if (this.atOnce) run.value = Math.max(run.value, value);
    if (this.lostUntil !== null && compareMoments(newest, this.lostUntil) <= 0) run.lowerBound = true;
    const joined = this.since(started ? -1 : run.newest);
    for (const entry of joined) take(run, entry);
    run.last = newest;
    run.newest = newest.serial;
    this.listener.joined(run.key, newest, joined);
  }

  /** Entries of the window that came after a serial. */
  private since(serial: number): Entry[] {
    let from = this.entries.length;
    while (from > this.head && this.entries[from - 1]!.serial > serial) from--;
    return this.entries.slice(from);
  }

  private end(): void {
    const { run } = this;
    if (run === null) return;
    this.run = null;
    const count = run.addresses.size;
    const told = { value: run.value, count, lowerBound: run.lowerBound, group: this.values };
    this.listener.hit({
      rule: this.rule.meta.id,
      first: { ms: run.first.ms, ns: run.first.ns },
      last: { ms: run.last.ms, ns: run.last.ns },
      events: [...run.addresses].slice(0, LIMITS.named),
      ...told,
      ...run.shared,
      why: whyOf(this.rule, told),
    });
  }
}

function take(run: Run, entry: Entry): void {
  for (const address of entry.addresses) {
    if (run.addresses.size < LIMITS.distinct) run.addresses.add(address);
    else if (!run.addresses.has(address)) run.lowerBound = true;
  }
  const { shared } = run;
  const { host, user, source, stream } = entry.input;
  if (host === shared.host && user === shared.user && source === shared.source && stream === shared.stream) return;
  run.shared = {
    host: host === shared.host ? host : '',
    user: user === shared.user ? user : '',
    source: source === shared.source ? source : '',
    stream: stream === shared.stream ? stream : '',
  };
}

function sharedOf({ host, user, source, stream }: CorrelationInput): Shared {
  return { host, user, source, stream };
}

export function satisfies(rule: CorrelationRule, value: number): boolean {
  return rule.condition.every(({ op, number }) => HOLDS[op](value, number));
}

const HOLDS: Record<CorrelationRule['condition'][number]['op'], (value: number, bound: number) => boolean> = {
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
};
