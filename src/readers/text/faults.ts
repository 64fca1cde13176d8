import type { FaultCode, ReadSink } from '../contract.ts';
import { LIMITS } from '../contract.ts';

/**
 * The faults of one file on their way to the sink: the first of each code are reported singly, the rest counted and
 * told once by `close` (law 3: nothing is lost silently, law 4: an adversary's file cannot make a billion faults).
 */
export class FaultLog {
  readonly #sink: Pick<ReadSink, 'fault'>;
  readonly #seen = new Map<FaultCode, { count: number; bytes: number; first: number }>();

  constructor(sink: Pick<ReadSink, 'fault'>) {
    this.#sink = sink;
  }

  /** `bytes`: how many bytes were passed over because of it, when known. */
  add(code: FaultCode, offset: number, message: string, bytes?: number): void {
    let seen = this.#seen.get(code);
    if (seen === undefined) {
      seen = { count: 0, bytes: 0, first: 0 };
      this.#seen.set(code, seen);
    }
    seen.count++;
    if (seen.count <= LIMITS.faultsPerCode) {
      this.#sink.fault(bytes === undefined ? { code, offset, message } : { code, offset, bytes, message });
      return;
    }
    if (seen.count === LIMITS.faultsPerCode + 1) seen.first = offset;
    seen.bytes += bytes ?? 0;
  }

  /** Tell the counted rest of each code: one fault, at the offset of the first one not told singly. */
  close(): void {
    for (const [code, { count, bytes, first }] of this.#seen) {
      const rest = count - LIMITS.faultsPerCode;
      if (rest > 0)
        this.#sink.fault({
          code,
          offset: first,
          bytes,
          count: rest,
          message: `${rest} more of this kind from here on`,
        });
    }
    this.#seen.clear();
  }
}
