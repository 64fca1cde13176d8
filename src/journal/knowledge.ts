import type { Payload } from '../model/index.ts';
import type { JournalCopy } from './copy.ts';
import type { Journal } from './merge.ts';
import { rootHex } from './share.ts';

/** When a station learned of others' entries, told from its own `checkpoint-seen` entries and nothing else. */
interface Seen {
  readonly at: string;
  readonly size: number;
  readonly root: string;
  readonly withheld: readonly (readonly [number, number])[];
}

export interface Knowledge {
  /** when the station learned that entry `index` exists; undefined: no record */
  entry(index: number): string | undefined;
  /** when it had the payload */
  payload(index: number): string | undefined;
}

const NOTHING: Knowledge = { entry: () => undefined, payload: () => undefined };

export class Viewpoint {
  readonly #own: Journal | null;
  readonly #seen = new Map<string, Seen[]>();

  constructor(own: Journal | null) {
    this.#own = own;
    for (const entry of own?.branches[0].entries() ?? []) {
      if (entry.header?.kind !== 'checkpoint-seen' || !entry.payload) continue;
      const { journal, size, root, withheld } = entry.payload as Payload<'checkpoint-seen'>;
      const list = this.#seen.get(journal) ?? [];
      list.push({ at: entry.header.time.at, size, root: rootHex(root) ?? '', withheld });
      this.#seen.set(journal, list);
    }
  }

  /** What the station knows of one branch: only sightings of this very branch count. `own`: it knew when it wrote. */
  of(branch: JournalCopy): Knowledge | 'own' {
    if (branch.id === this.#own?.id) return 'own';
    const seen = (this.#seen.get(branch.id) ?? []).filter(
      (s) => s.size <= branch.size && branch.root(s.size) === s.root,
    );
    if (seen.length === 0) return NOTHING;
    // largest size seen up to and including each sighting: grows, so the first that reaches an entry is found by halving
    let most = 0;
    const reach = seen.map((s) => (most = Math.max(most, s.size)));
    const first = (index: number): number => {
      let [low, high] = [0, seen.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (reach[middle]! > index) high = middle;
        else low = middle + 1;
      }
      return low;
    };
    return {
      entry: (index) => seen[first(index)]?.at,
      payload: (index) => {
        for (let k = first(index); k < seen.length; k++) {
          const s = seen[k]!;
          if (s.size > index && !isWithin(s.withheld, index)) return s.at;
        }
        return undefined;
      },
    };
  }
}

function isWithin(stretches: readonly (readonly [number, number])[], index: number): boolean {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [from, to] = stretches[middle]!;
    if (index < from) high = middle;
    else if (index >= to) low = middle + 1;
    else return true;
  }
  return false;
}
