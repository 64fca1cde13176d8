import type { Act, Facts, Kept, Silence, Telling } from '../contract.ts';
import type { Encoder } from './encoder.ts';

/** What waits for its day. The record is made when it is written: finished lines would be ten times as heavy. */
interface Entry<T> {
  readonly ms: number;
  readonly make: (ms: number) => T;
  readonly act: Act | undefined;
  readonly facts: Facts | undefined;
}

/** What a verb writes to; a log that nobody collected takes nothing, and still tells what it would have shown. */
export interface Book<T> {
  /** `make` runs when the record is written, and only if it is kept. */
  put(ms: number, make: (ms: number) => T, act?: Act, facts?: Facts): void;
}

export class Uncollected<T> implements Book<T> {
  readonly #where: Pick<Kept, 'log' | 'family'>;
  readonly #telling: Telling;

  constructor(where: Pick<Kept, 'log' | 'family'>, telling: Telling) {
    this.#where = where;
    this.#telling = telling;
  }

  put(ms: number, _make: (ms: number) => T, act?: Act, facts?: Facts): void {
    if (act === undefined) return;
    const { log, family } = this.#where;
    this.#telling.unlogged({ ...facts, act, ms, log, family, reason: 'this log was not collected' });
  }
}

/**
 * One log as it was collected. Records come in any order within a day and wait for theirs; `flush` puts a day in order
 * and hands it to the encoder. Silences: what was stopped is not written, what was cleared or cut leaves numbers missing.
 */
export class Log<T> implements Book<T> {
  readonly kept: Kept;
  readonly #encoder: Encoder<T>;
  readonly #silences: readonly Silence[];
  readonly #telling: Telling;
  readonly #skewMs: number;
  #waiting: Entry<T>[] = [];
  #lost = 0;
  /** silences that numbers have been left out for */
  #passed = 0;
  /** records written */
  records = 0;

  constructor(kept: Kept, encoder: Encoder<T>, silences: readonly Silence[], skewMs: number, telling: Telling) {
    this.kept = kept;
    this.#encoder = encoder;
    this.#silences = [...silences].sort((a, b) => a.to - b.to);
    this.#skewMs = skewMs;
    this.#telling = telling;
  }

  put(ms: number, make: (ms: number) => T, act?: Act, facts?: Facts): void {
    if (ms < this.kept.from || ms >= this.kept.to) {
      if (act) this.#unlogged(ms, act, facts, this.#outside(ms));
      return;
    }
    for (const silence of this.#silences) {
      if (ms < silence.from || ms >= silence.to) continue;
      if (silence.kind !== 'stopped') this.#lost++;
      if (act)
        this.#unlogged(ms, act, facts, `${silence.why}: nothing from ${day(silence.from)} to ${day(silence.to)} UTC`);
      return;
    }
    this.#waiting.push({ ms, make, act, facts });
  }

  /** Writes what happened before `end`. */
  flush(end: number): void {
    const now = this.#waiting.filter((e) => e.ms < end);
    if (now.length === 0) return;
    this.#waiting = this.#waiting.length === now.length ? [] : this.#waiting.filter((e) => e.ms >= end);
    now.sort((a, b) => a.ms - b.ms);
    const { log, family } = this.kept;
    for (const { ms, make, act, facts } of now) {
      this.#skipped(ms);
      const at = ms + this.#skewMs;
      const place = this.#encoder.write(at, make(at));
      this.records++;
      if (act) this.#telling.planted({ ...facts, act, ms, log, family, ...place() });
    }
  }

  close(): void {
    this.flush(Number.POSITIVE_INFINITY);
    this.#encoder.close();
    const { kept, ...rest } = { kept: this.kept, skewMs: this.#skewMs };
    const gaps = this.#silences.map(({ from, to, why }) => ({ from, to, why }));
    this.#telling.source({ ...kept, ...rest, gaps });
  }

  /** Record numbers run on over what is gone. */
  #skipped(ms: number): void {
    for (; this.#passed < this.#silences.length; this.#passed++) {
      const silence = this.#silences[this.#passed]!;
      if (silence.to > ms) return;
      if (silence.kind === 'stopped') continue;
      this.#encoder.skip?.(Math.max(this.#lost, silence.count ?? 0));
      this.#lost = 0;
      if (silence.act) this.#unlogged(silence.to, silence.act, { host: this.kept.host }, silence.why);
    }
  }

  #unlogged(ms: number, act: Act, facts: Facts | undefined, reason: string): void {
    const { log, family } = this.kept;
    this.#telling.unlogged({ ...facts, act, ms, log, family, reason });
  }

  #outside(ms: number): string {
    const { from, to } = this.kept;
    if (ms >= to) return `the log was taken on ${day(to)} UTC`;
    return `the log begins on ${day(from)} UTC: older records were overwritten`;
  }
}

const day = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
