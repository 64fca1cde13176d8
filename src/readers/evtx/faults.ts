import type { Fault } from '../../model/index.ts';
import type { FaultCode, ReadSink } from '../contract.ts';
import { LIMITS } from '../contract.ts';

/** Faults on their way to the sink: the first of each code singly, the rest counted and told at the end. */
export class Faults {
  readonly #sink: ReadSink;
  readonly #seen = new Map<FaultCode, { count: number; last: Fault }>();

  constructor(sink: ReadSink) {
    this.#sink = sink;
  }

  add(code: FaultCode, offset: number, message: string, bytes?: number): void {
    const fault: Fault = { code, offset, message, ...(bytes !== undefined && { bytes }) };
    const seen = this.#seen.get(code);
    this.#seen.set(code, { count: (seen?.count ?? 0) + 1, last: fault });
    if ((seen?.count ?? 0) < LIMITS.faultsPerCode) this.#sink.fault(fault);
  }

  finish(): void {
    for (const [code, { count, last }] of this.#seen) {
      const more = count - LIMITS.faultsPerCode;
      if (more > 0)
        this.#sink.fault({
          code,
          offset: last.offset,
          count: more,
          message: `${more} more of this kind; this is the last one's place`,
        });
    }
  }
}
