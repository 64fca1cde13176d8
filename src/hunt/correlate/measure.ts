import type { CorrelationRule } from '../../rules/index.ts';
import type { Entry } from './types.ts';

/**
 * What a window of one group amounts to, kept up to date as events enter and leave it. The same event under two of the
 * rules is one event; `key` tells.
 */
export interface Measure {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  value(): number;
}

export function measureFor(rule: CorrelationRule): Measure {
  switch (rule.kind) {
    case 'event_count':
      return new Distinct((e) => e.key);
    case 'value_count':
      return new Distinct((e) => e.text);
    case 'temporal':
      return new Distinct((e) => e.position);
    case 'temporal_ordered':
      return new Ordered(rule);
    case 'value_sum':
      return new Numbers((sorted) => sorted.reduce((a, b) => a + b, 0));
    case 'value_avg':
      return new Numbers((sorted) => sorted.reduce((a, b) => a + b, 0) / sorted.length);
    case 'value_percentile':
      return new Numbers((sorted) => percentile(sorted, rule.percentile ?? 50));
  }
}

/** How many different ones: events, values, rules. */
class Distinct<K> implements Measure {
  private readonly counts = new Map<K, number>();
  private readonly of: (entry: Entry) => K;
  constructor(of: (entry: Entry) => K) {
    this.of = of;
  }
  add(entry: Entry): void {
    const key = this.of(entry);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
  remove(entry: Entry): void {
    const key = this.of(entry);
    const left = this.counts.get(key)! - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
  }
  value(): number {
    return this.counts.size;
  }
}

/** The numbers of the distinct events, in ascending order. */
class Numbers implements Measure {
  private readonly sorted: number[] = [];
  /** per event the number it gave first, and how often it is in the window */
  private readonly held = new Map<string, { readonly number: number; times: number }>();
  private readonly of: (sorted: readonly number[]) => number;
  constructor(of: (sorted: readonly number[]) => number) {
    this.of = of;
  }
  add({ key, number }: Entry): void {
    const held = this.held.get(key);
    if (held !== undefined) {
      held.times++;
      return;
    }
    this.held.set(key, { number, times: 1 });
    this.sorted.splice(this.place(number), 0, number);
  }
  remove({ key }: Entry): void {
    const held = this.held.get(key)!;
    if (--held.times > 0) return;
    this.held.delete(key);
    this.sorted.splice(this.place(held.number), 1);
  }
  value(): number {
    return this.sorted.length === 0 ? 0 : this.of(this.sorted);
  }
  /** First index whose number is not below. */
  private place(number: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Linear between the neighbouring ranks, so that percentile 50 is the median. `sorted`: not empty. */
export function percentile(sorted: readonly number[], p: number): number {
  const rank = (Math.min(Math.max(p, 0), 100) / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  const above = sorted[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
}

/**
 * How many of the rules were met one after the other in written order: the longest chain of different events whose
 * positions rise. Per length and last position only the chain that began latest matters, since it stays in the window
 * longest; so nothing is looked at twice when the window moves.
 */
class Ordered implements Measure {
  private readonly rules: number;
  /** [length - 1][position]: serial number of the chain's first entry; -1: no such chain */
  private readonly latest: Int32Array[];
  /** as it was before the event now entering: an event does not follow itself */
  private before: Int32Array[];
  private entering = '';
  private oldest = 0;
  constructor(rule: CorrelationRule) {
    this.rules = rule.rules.length;
    this.latest = Array.from({ length: this.rules }, () => new Int32Array(this.rules).fill(-1));
    this.before = this.latest.map((row) => row.slice());
  }
  add({ key, position, serial }: Entry): void {
    if (key !== this.entering) {
      this.before = this.latest.map((row) => row.slice());
      this.entering = key;
    }
    for (let length = 1; length <= position + 1; length++) {
      let start = length === 1 ? serial : -1;
      if (length > 1) for (let p = 0; p < position; p++) start = Math.max(start, this.before[length - 2]![p]!);
      const row = this.latest[length - 1]!;
      row[position] = Math.max(row[position]!, start);
    }
  }
  remove({ serial }: Entry): void {
    this.oldest = serial + 1;
  }
  value(): number {
    for (let length = this.rules; length > 0; length--) {
      if (this.latest[length - 1]!.some((start) => start >= this.oldest)) return length;
    }
    return 0;
  }
}
