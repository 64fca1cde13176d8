/**
 * Many literals sought in one pass over a text: the Aho–Corasick automaton (`findIn`), and the plain trie for literals
 * that must stand at the start or the end (`findAtStart`, `findAtEnd`), which stops at the first unit that leads
 * nowhere. Hot path; its slow twins are String.includes, startsWith and endsWith (automaton.test.ts).
 *
 * Layout: UTF-16 units are mapped to classes (0: in no literal), states are rows of `width` cells in one Int32Array,
 * a state is known by the index of its row's first cell, and states where a literal ends are numbered last, so that
 * the inner loop is one load, one add, one load, one compare.
 */
export interface Hits {
  /** `word`: index of a literal that was found; may come more than once. `at`: index of its last unit in the text. */
  hit(word: number, at: number): void;
}

/** Cells of one table; more literals than fit are put into several automata (64 MiB each at most). */
const TABLE_CELLS = 1 << 24;

const DEAD = -1;

export class Automaton {
  private readonly ascii = new Uint16Array(128);
  private readonly high = new Map<number, number>();
  private readonly width: number;
  private readonly next: Int32Array;
  /** rows from here on end a literal */
  private readonly firstOut: number;
  /** per ending row: the literal that ends there, or -1 when only a shorter one does */
  private readonly wordAt: Int32Array;
  /** per ending row: the next shorter ending row on the way of suffixes, or DEAD */
  private readonly shorter: Int32Array;

  /** `words`: distinct, none empty. `anchored`: a trie; otherwise every suffix is followed too. */
  constructor(words: readonly string[], ids: readonly number[], anchored: boolean) {
    this.width = this.classify(words);
    const trie = this.grow(words, ids);
    const { suffix, order } = link(trie, this.width, anchored);
    const states = order.length;
    // Number the states anew: those that end a literal (themselves or by a suffix) last.
    const ends = new Uint8Array(states);
    for (const s of order) ends[s] = trie.word[s]! >= 0 || (s !== 0 && !anchored && ends[suffix[s]!]) ? 1 : 0;
    const row = new Int32Array(states);
    let at = 0;
    for (const s of order) if (!ends[s]) row[s] = at++;
    const firstOut = at;
    for (const s of order) if (ends[s]) row[s] = at++;
    this.firstOut = firstOut * this.width;
    this.next = new Int32Array(states * this.width);
    this.wordAt = new Int32Array(states - firstOut).fill(-1);
    this.shorter = new Int32Array(states - firstOut).fill(DEAD);
    for (let s = 0; s < states; s++) {
      const base = row[s]! * this.width;
      for (let c = 0; c < this.width; c++) {
        const to = trie.next[s * this.width + c]!;
        this.next[base + c] = to === DEAD ? DEAD : row[to]! * this.width;
      }
      if (!ends[s]) continue;
      const out = row[s]! - firstOut;
      this.wordAt[out] = trie.word[s]!;
      const via = suffix[s]!;
      if (!anchored && s !== 0 && ends[via]) this.shorter[out] = row[via]! - firstOut;
    }
  }
  findIn(text: string, hits: Hits): void {
    const { ascii, next, firstOut } = this;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      state = next[state + (unit < 128 ? ascii[unit]! : this.highClass(unit))]!;
      if (state >= firstOut) this.report(state, i, hits);
    }
  }

  findAtStart(text: string, hits: Hits): void {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = this.step(state, text.charCodeAt(i));
      if (state < 0) return;
      if (state >= this.firstOut) this.report(state, i, hits);
    }
  }

  /** For a trie over reversed literals. */
  findAtEnd(text: string, hits: Hits): void {
    let state = 0;
    for (let i = text.length - 1; i >= 0; i--) {
      state = this.step(state, text.charCodeAt(i));
      if (state < 0) return;
      if (state >= this.firstOut) this.report(state, i, hits);
    }
  }

  get bytes(): number {
    return this.next.byteLength + this.wordAt.byteLength + this.shorter.byteLength + this.ascii.byteLength;
  }

  private step(state: number, unit: number): number {
    return this.next[state + (unit < 128 ? this.ascii[unit]! : this.highClass(unit))]!;
  }

  private highClass(unit: number): number {
    return this.high.size === 0 ? 0 : (this.high.get(unit) ?? 0);
  }

  private report(state: number, at: number, hits: Hits): void {
    let out = (state - this.firstOut) / this.width;
    while (out !== DEAD) {
      const word = this.wordAt[out]!;
      if (word >= 0) hits.hit(word, at);
      out = this.shorter[out]!;
    }
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

  private grow(words: readonly string[], ids: readonly number[]): Trie {
    const { width } = this;
    const most = 1 + words.reduce((n, w) => n + w.length, 0);
    const word = new Int32Array(most).fill(-1);
    let next = new Int32Array(Math.min(most, 1024) * width).fill(DEAD);
    let states = 1;
    for (const [index, text] of words.entries()) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        const cell = state * width + (unit < 128 ? this.ascii[unit]! : this.highClass(unit));
        if (next[cell] === DEAD) {
          if ((states + 1) * width > next.length) {
            const larger = new Int32Array(next.length * 2).fill(DEAD, next.length);
            larger.set(next);
            next = larger;
          }
          next[cell] = states++;
        }
        state = next[cell]!;
      }
      word[state] = ids[index]!;
    }
    return { next, word, states };
  }
}

interface Trie {
  readonly next: Int32Array;
  /** per state: the literal that ends there, or -1 */
  readonly word: Int32Array;
  readonly states: number;
}

/** Breadth first: the longest proper suffix of every state that is a state too; unless anchored, fills the gaps of every row from it. */
function link(trie: Trie, width: number, anchored: boolean): { suffix: Int32Array; order: Int32Array } {
  const { next, states } = trie;
  const suffix = new Int32Array(states);
  const order = new Int32Array(states);
  let filled = 1;
  for (let head = 0; head < filled; head++) {
    const state = order[head]!;
    const row = state * width;
    const via = suffix[state]! * width;
    for (let c = 0; c < width; c++) {
      const to = next[row + c]!;
      if (to !== DEAD) {
        suffix[to] = state === 0 || anchored ? 0 : next[via + c]!;
        order[filled++] = to;
      } else if (!anchored) next[row + c] = state === 0 ? 0 : next[via + c]!;
    }
  }
  return { suffix, order };
}

/** Automata over all words (their index is the id reported), as few as the limit of a table allows. */
export function automataFor(words: readonly string[], anchored: boolean): Automaton[] {
  const ids = words.map((_, i) => i);
  return split(words, ids, anchored);
}

function split(words: readonly string[], ids: readonly number[], anchored: boolean): Automaton[] {
  if (words.length === 0) return [];
  const units = new Set<number>();
  let chars = 1;
  for (const word of words) {
    chars += word.length;
    for (let i = 0; i < word.length; i++) units.add(word.charCodeAt(i));
  }
  if (words.length === 1 || chars * (units.size + 1) <= TABLE_CELLS) return [new Automaton(words, ids, anchored)];
  const half = words.length >> 1;
  return [
    ...split(words.slice(0, half), ids.slice(0, half), anchored),
    ...split(words.slice(half), ids.slice(half), anchored),
  ];
}

/** A literal read backwards, unit by unit. */
export function reversed(text: string): string {
  let out = '';
  for (let i = text.length - 1; i >= 0; i--) out += text[i];
  return out;
}
