import type { Evidence, Fault } from '../../model/index.ts';
import { FAULTS_PER_CODE } from './contract.ts';

/** Faults of one archive: every one counted by code, the first of each code reported singly. */
export class FaultSummary {
  readonly #byCode = new Map<string, Evidence['faults'][number]>();

  /** Counts; true when it should also be reported by itself. */
  add({ code, offset, message }: Fault): boolean {
    const known = this.#byCode.get(code);
    if (known === undefined) {
      this.#byCode.set(code, { code, count: 1, firstOffset: offset, message });
      return true;
    }
    known.count++;
    return known.count <= FAULTS_PER_CODE;
  }

  /** In order of code. */
  list(): Evidence['faults'] {
    return [...this.#byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }
}
