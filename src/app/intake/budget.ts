import type { ExpandLimits } from './archives/index.ts';
import type { IntakeLimits } from './contract.ts';

/** What may still come out of one file that was handed in, over all levels of nesting. */
export class Budget {
  readonly #limits: IntakeLimits;
  readonly #ratioBytes: number;
  #members = 0;
  #bytes = 0;

  constructor(limits: IntakeLimits, handedIn: number) {
    this.#limits = limits;
    this.#ratioBytes = Math.max(limits.ratioFloor, handedIn * limits.ratio);
  }

  rest(): ExpandLimits {
    return {
      members: Math.max(0, this.#limits.members - this.#members),
      memberBytes: this.#limits.memberBytes,
      totalBytes: Math.max(0, this.#limits.totalBytes - this.#bytes),
      ratioBytes: Math.max(0, this.#ratioBytes - this.#bytes),
    };
  }

  member(): void {
    this.#members++;
  }

  bytes(n: number): void {
    this.#bytes += n;
  }
}
