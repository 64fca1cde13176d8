import type { Act } from './truth.ts';

/** One record of a log in the making: when, what, and the intruder's act it shows, if any. */
export interface Entry<T> {
  readonly ms: number;
  readonly body: T;
  readonly act: Act | undefined;
}

/** A time that a log says nothing of. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * A log as the ministry kept it: it reaches back to `from` (retention) and up to `to`, and was silent now and then.
 * What happened outside never came into it; an act of the intruder that falls there is kept as unlogged.
 */
export class Log<T> {
  readonly from: number;
  readonly to: number;
  readonly #gaps: readonly Gap[];
  readonly #entries: Entry<T>[] = [];
  readonly cuts: { readonly ms: number; readonly count: number }[] = [];
  readonly unlogged: { readonly ms: number; readonly act: Act; readonly reason: string }[] = [];

  constructor(from: number, to: number, gaps: readonly Gap[] = []) {
    this.from = from;
    this.to = to;
    this.#gaps = gaps;
  }

  add(ms: number, body: T, act?: Act): void {
    const reason = this.#missing(ms);
    if (reason === undefined) this.#entries.push({ ms, body, act });
    else if (act) this.unlogged.push({ ms, act, reason });
  }

  /** Records cut out of the log one by one: their numbers stay missing. */
  cut(ms: number, count: number, act: Act): void {
    this.cuts.push({ ms, count });
    this.unlogged.push({ ms, act, reason: `the records were cut out of the log: ${count} record numbers are missing` });
  }

  /** In order of time; equal times in the order they were added. */
  entries(): Entry<T>[] {
    return this.#entries.toSorted((a, b) => a.ms - b.ms);
  }

  #missing(ms: number): string | undefined {
    const day = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    if (ms < this.from) return `the log begins on ${day(this.from)} UTC: older records were overwritten`;
    if (ms >= this.to) return `the log was taken on ${day(this.to)} UTC`;
    const gap = this.#gaps.find(({ from, to }) => ms >= from && ms < to);
    return gap && `${gap.why}: nothing from ${day(gap.from)} to ${day(gap.to)} UTC`;
  }
}
