/**
 * Many literals sought in one pass over a text: the Aho–Corasick automaton (`findIn`), and the plain trie for literals
 * that must stand at the start or the end (`findAtStart`, `findAtEnd`), which stops at the first unit that leads
 * nowhere. Hot path; its slow twins are String.includes, startsWith and endsWith (values.test.ts).
 *
 * Layout: units are mapped to classes (0: in no literal) and states are numbered breadth first. The first `dense` states,
 * where a text that holds none of the literals spends its time, have a full row of answers; the many deep ones keep
 * their few edges in a list and fall back to a shallower state. A target is stored as state * 2, plus 1 when a literal
 * ends there. 11,000 literals of SigmaHQ's CommandLine so take 1.5 MB where full rows for
 * all states took 55.
 */
export interface Hits {
  /** index of a literal that was found; may come more than once */
  hit(word: number): void;
}

/** Cells of all full rows together (256 KiB): about what a core's second cache holds beside the rest. */
const DENSE_CELLS = 1 << 16;

const NONE = -1;

export class Automaton {
  private readonly ascii = new Uint16Array(128);
  private readonly high = new Map<number, number>();
  private readonly width: number;
  private readonly base: number;

  private readonly dense: number;
  private readonly rows: Int32Array;
  /** edges of state s: firstEdge[s] to firstEdge[s + 1]; breadth first, edge e leads to state e + 1 */
  private readonly firstEdge: Int32Array;
  private readonly edgeClass: Uint16Array;
  /** the state of the longest proper suffix; empty in a trie */
  private readonly suffix: Int32Array;
  /** 1: a literal ends in the state, or a suffix of what led to it */
  private readonly ends: Uint8Array;

  /** the literal that ends in a state, or NONE */
  private readonly word: Int32Array;
  /** the next shorter state on the way of suffixes in which a literal ends, or NONE */
  private readonly shorter: Int32Array;

  /** `words`: distinct, none empty; hits report `base` + their index. `anchored`: a trie, suffixes are not followed. */
  constructor(words: readonly string[], base: number, anchored: boolean) {
    this.base = base;
    this.width = this.classify(words);
    const trie = growTrie(words);
    const order = breadthFirst(trie);
    const states = order.length;
    this.word = Int32Array.from(order, (node) => trie.word[node]!);
    this.shorter = new Int32Array(anchored ? 0 : states).fill(NONE);
    this.suffix = new Int32Array(anchored ? 0 : states);
    this.ends = Uint8Array.from(this.word, (word) => (word >= 0 ? 1 : 0));
    this.firstEdge = new Int32Array(states + 1);
    this.edgeClass = new Uint16Array(states - 1);

    for (let state = 0, edge = 0; state < states; state++) {
      for (let child = trie.child[order[state]!]!; child !== NONE; child = trie.sibling[child]!) {
        this.edgeClass[edge++] = this.classOf(trie.unit[child]!);
      }
      this.firstEdge[state + 1] = edge;
    }
    if (!anchored) this.linkSuffixes();

    const shallow = Math.max(1 + this.firstEdge[1]!, states >> 3);
    this.dense = Math.max(1, Math.min(shallow, Math.floor(DENSE_CELLS / this.width)));
    this.rows = new Int32Array(this.dense * this.width);
    this.fillRows(anchored);
  }

  findIn(text: string, hits: Hits): void {
    const { ascii, rows, width, dense } = this;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const c = unit < 128 ? ascii[unit]! : this.classOf(unit);
      const to = state < dense ? rows[state * width + c]! : this.far(state, c);
      state = to >> 1;
      if ((to & 1) !== 0) this.report(state, hits);
    }
  }

  findAtStart(text: string, hits: Hits): void {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = this.walk(state, text.charCodeAt(i), hits);
      if (state < 0) return;
    }
  }

  /** For a trie over reversed literals. */
  findAtEnd(text: string, hits: Hits): void {
    let state = 0;
    for (let i = text.length - 1; i >= 0; i--) {
      state = this.walk(state, text.charCodeAt(i), hits);
      if (state < 0) return;
    }
  }

  /** Size of the tables. */
  get bytes(): number {
    const tables = [this.rows, this.firstEdge, this.edgeClass, this.suffix, this.ends, this.word, this.shorter];
    return tables.reduce((n, t) => n + t.byteLength, 0);
  }

  private walk(state: number, unit: number, hits: Hits): number {
    const c = this.classOf(unit);
    const to = state < this.dense ? this.rows[state * this.width + c]! : this.far(state, c);
    if (to < 0) return NONE;
    if ((to & 1) !== 0) this.report(to >> 1, hits);
    return to >> 1;
  }

  /** The way on from a state without a full row: its own edge, or a shallower state's. */
  private far(state: number, c: number): number {
    const { dense, firstEdge, edgeClass, suffix } = this;
    do {
      const end = firstEdge[state + 1]!;
      for (let e = firstEdge[state]!; e < end; e++) if (edgeClass[e] === c) return this.leadingTo(e + 1);
      if (suffix.length === 0) return NONE;
      state = suffix[state]!;
    } while (state >= dense);
    return this.rows[state * this.width + c]!;
  }

  private report(state: number, hits: Hits): void {
    for (; state !== NONE; state = this.shorter[state] ?? NONE) {
      const word = this.word[state]!;
      if (word >= 0) hits.hit(this.base + word);
    }
  }

  private classOf(unit: number): number {
    return unit < 128 ? this.ascii[unit]! : this.high.size === 0 ? 0 : (this.high.get(unit) ?? 0);
  }

  /** Gives every unit that occurs a class; answers the width of a row. */
  private classify(words: readonly string[]): number {
    let classes = 1;
    for (const word of words) {
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        if (unit < 128) this.ascii[unit] ||= classes++;
        else if (!this.high.has(unit)) this.high.set(unit, classes++);
      }
    }
    return classes;
  }

  /** Breadth first, so that the shallower states on the way are done. */
  private linkSuffixes(): void {
    const { suffix, firstEdge } = this;
    for (let state = 0; state < suffix.length; state++) {
      for (let e = firstEdge[state]!; e < firstEdge[state + 1]!; e++) {
        const to = e + 1;
        let via = state === 0 ? NONE : suffix[state]!;
        let found = NONE;
        while (via !== NONE && found === NONE) {
          found = this.edgeFrom(via, this.edgeClass[e]!);
          via = via === 0 ? NONE : suffix[via]!;
        }
        suffix[to] = found === NONE ? 0 : found;
        this.shorter[to] = this.word[suffix[to]!]! >= 0 ? suffix[to]! : this.shorter[suffix[to]!]!;
        if (this.shorter[to]! >= 0) this.ends[to] = 1;
      }
    }
  }

  private edgeFrom(state: number, c: number): number {
    for (let e = this.firstEdge[state]!; e < this.firstEdge[state + 1]!; e++) {
      if (this.edgeClass[e] === c) return e + 1;
    }
    return NONE;
  }

  private fillRows(anchored: boolean): void {
    const { rows, width } = this;
    for (let state = 0; state < this.dense; state++) {
      const row = state * width;
      if (anchored) rows.fill(NONE, row, row + width);
      // The suffix is shallower, its row is full already.
      else if (state > 0) rows.copyWithin(row, this.suffix[state]! * width, this.suffix[state]! * width + width);
      for (let e = this.firstEdge[state]!; e < this.firstEdge[state + 1]!; e++) {
        rows[row + this.edgeClass[e]!] = this.leadingTo(e + 1);
      }
    }
  }

  private leadingTo(state: number): number {
    return state * 2 + this.ends[state]!;
  }
}

interface Trie {
  readonly unit: Uint16Array;
  readonly child: Int32Array;
  readonly sibling: Int32Array;
  readonly word: Int32Array;
  readonly nodes: number;
}

/** From sorted words: each shares its head with the one before, so no edge is ever looked up. */
function growTrie(words: readonly string[]): Trie {
  const most = 1 + words.reduce((n, w) => n + w.length, 0);
  const unit = new Uint16Array(most);
  const child = new Int32Array(most).fill(NONE);
  const sibling = new Int32Array(most).fill(NONE);
  const word = new Int32Array(most).fill(NONE);
  const order = words.map((_, i) => i).sort((a, b) => (words[a]! < words[b]! ? -1 : 1));
  const path = [0];
  let nodes = 1;
  let before = '';
  for (const index of order) {
    const text = words[index]!;
    let shared = 0;
    while (shared < before.length && text.charCodeAt(shared) === before.charCodeAt(shared)) shared++;
    path.length = shared + 1;
    for (let i = shared; i < text.length; i++) {
      const parent = path[i]!;
      unit[nodes] = text.charCodeAt(i);
      sibling[nodes] = child[parent]!;
      child[parent] = nodes;
      path.push(nodes++);
    }
    word[path[text.length]!] = index;
    before = text;
  }
  return { unit, child, sibling, word, nodes };
}

/** The nodes in the order in which they become states. */
function breadthFirst(trie: Trie): Int32Array {
  const order = new Int32Array(trie.nodes);
  let filled = 1;
  for (let head = 0; head < filled; head++) {
    for (let child = trie.child[order[head]!]!; child !== NONE; child = trie.sibling[child]!) order[filled++] = child;
  }
  return order;
}

/** A literal read backwards, unit by unit. */
export function reversed(text: string): string {
  let out = '';
  for (let i = text.length - 1; i >= 0; i--) out += text[i];
  return out;
}
