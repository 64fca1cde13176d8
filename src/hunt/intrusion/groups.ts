import type { Nodes } from './nodes.ts';
import type { Assertion, Sighting } from './types.ts';

/** For each assertion that things are different: which side a node is on. */
type Apart = ReadonlyMap<number, readonly string[]>;

export function apartSets(assertions: readonly Assertion[], nodes: Nodes): Apart {
  const out = new Map<number, string[]>();
  for (const a of assertions) {
    if (a.relation !== 'different') continue;
    for (const [side, key] of a.entities.entries()) {
      const node = nodes.find(key);
      if (node !== undefined) out.set(node, [...(out.get(node) ?? []), `${a.entry}:${side}`]);
    }
  }
  return out;
}

/** Union-find that refuses to join what a person keeps apart: two named intrusions, or two sides of a `different`. */
export class Groups {
  readonly #parent: Int32Array;
  readonly #colour: (string | null)[];
  readonly #sides: (Map<string, string> | undefined)[];

  constructor(sightings: readonly Sighting[], apart: Apart) {
    this.#parent = Int32Array.from(sightings, (_, i) => i);
    this.#colour = sightings.map((s) => s.colour);
    this.#sides = sightings.map((s) => {
      const marks = apart.size === 0 ? [] : s.nodes.flatMap((n) => apart.get(n) ?? []);
      return marks.length === 0 ? undefined : new Map(marks.map((m) => m.split(':') as [string, string]));
    });
  }

  of(i: number): number {
    let root = i;
    while (this.#parent[root] !== root) root = this.#parent[root]!;
    for (let at = i; at !== root; ) {
      const up = this.#parent[at]!;
      this.#parent[at] = root;
      at = up;
    }
    return root;
  }

  /** false: already one, or kept apart */
  join(i: number, j: number): boolean {
    const a = this.of(i);
    const b = this.of(j);
    if (a === b) return false;
    const [x, y] = [this.#colour[a] ?? null, this.#colour[b] ?? null];
    if (x !== null && y !== null && x !== y) return false;
    const [p, q] = [this.#sides[a], this.#sides[b]];
    if (p && q) for (const [entry, side] of p) if (q.has(entry) && q.get(entry) !== side) return false;
    const [root, leaf] = a < b ? [a, b] : [b, a];
    this.#parent[leaf] = root;
    this.#colour[root] = x ?? y;
    if (p || q) this.#sides[root] = new Map([...(p ?? []), ...(q ?? [])]);
    return true;
  }

  all(): Int32Array {
    return this.#parent.map((_, i) => this.of(i));
  }
}
