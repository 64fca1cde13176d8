import { toHex } from '../base/index.ts';
import { Frontier } from '../seal/index.ts';
import { Chain, type ProblemList, type VerifyOptions } from './chain.ts';
import { JournalCopy, Lines, type SignedCheckpoint } from './copy.ts';
import { PROBLEMS, type Problem } from './errors.ts';
import { DEGREE, MAX_LINE_BYTES, refusal } from './line.ts';
import { readCheckpoints } from './notes.ts';
import type { JournalState } from './state.ts';

/** The two files of a journal's folder, as bytes. */
export interface JournalFiles {
  readonly entries: Uint8Array;
  readonly checkpoints: Uint8Array;
}

export interface Verification {
  /** the longest beginning that holds; null when not even the first entry does */
  readonly copy: JournalCopy | null;
  readonly problems: readonly Problem[];
  /** all of them, also those beyond the list's limit */
  readonly problemCount: number;
  /** lines in entries.jsonl, whether they hold or not */
  readonly lines: number;
  /** nothing is broken (there may be contradictions, missing entries, strange clocks) */
  readonly sound: boolean;
}

/**
 * Judges a journal's files. Needs no key: the journal names its own, and whether the first of them is whom it claims to
 * be is what `admit` and the book of stations are for. Never throws for anything in the files.
 */
export function verifyJournal(files: JournalFiles, options: VerifyOptions = {}): Verification {
  const chain = new Chain(options);
  const feed = new LineFeed(chain);
  feed.push(files.entries);
  feed.end();
  const { starts, degrees } = feed;
  const lines = starts.length - 1;
  const { problems, head, opened, tree } = chain;
  if (!head || !opened) return result(null, problems, lines);

  const covered = judgeCheckpoints(files.checkpoints, chain, degrees);
  const parts = { opened, keys: chain.keys, tree, checkpoints: covered.checkpoints };
  const state = { ...head, peaks: tree.peaks() };
  const firstHash = nameUncovered(chain, feed, covered.size);
  if (firstHash < 0) {
    const kept = new Lines(files.entries, starts, degrees);
    return result(new JournalCopy({ ...parts, state, lines: kept }), problems, lines);
  }
  return result(shortened(files, options, starts[firstHash]!), problems, lines);
}

/** The same judgement over the believed beginning alone: rare, and so simply done again. */
function shortened(files: JournalFiles, options: VerifyOptions, bytes: number): JournalCopy | null {
  const { onEntry: _done, ...rest } = options;
  return verifyJournal({ entries: files.entries.subarray(0, bytes), checkpoints: files.checkpoints }, rest).copy;
}

/** Index of the first believed hash line that no fitting checkpoint covers, named as a problem; -1 when there is none. */
function nameUncovered(chain: Chain, feed: LineFeed, covered: number): number {
  const first = feed.degrees.subarray(0, chain.head!.size).indexOf(DEGREE.hash, covered);
  if (first >= 0) {
    const why = `from entry ${first} on, hashes stand that no checkpoint covers`;
    chain.problems.add(refusal('UNCOVERED_HASH', why), 'entries', first + 1, feed.starts[first]!, first);
  }
  return first;
}

export interface StreamVerdict extends Omit<Verification, 'copy'> {
  /** entries that hold, from the beginning */
  readonly size: number;
  /** after the entries that hold; null when there are none */
  readonly state: JournalState | null;
}

/**
 * The same judgement for a file too large to be held: entries.jsonl in chunks of any size, then the checkpoints. What is
 * kept is 80 bytes an entry. With `onEntry` one pass verifies and indexes; entries by hash alone are believed at the end.
 */
export function verifyStream(options: VerifyOptions = {}): {
  push(chunk: Uint8Array): void;
  finish(checkpoints: Uint8Array): StreamVerdict;
} {
  const chain = new Chain(options);
  const feed = new LineFeed(chain);
  return {
    push: (chunk) => feed.push(chunk),
    finish(checkpoints) {
      feed.end();
      const { head, problems, tree } = chain;
      const lines = feed.starts.length - 1;
      const uncovered = head ? nameUncovered(chain, feed, judgeCheckpoints(checkpoints, chain, feed.degrees).size) : -1;
      const verdict = result(null, problems, lines);
      if (!head) return { ...verdict, size: 0, state: null };
      const state = uncovered < 0 ? { ...head, peaks: tree.peaks() } : null;
      return { ...verdict, sound: isSound(problems), size: uncovered < 0 ? head.size : uncovered, state };
    },
  };
}

/**
 * Lines added after a state that is already believed (kept beside the journal): what a writer reads when it opens a long
 * journal. Offsets and line numbers count from the first of these lines.
 */
export function verifyTail(
  state: JournalState,
  lines: Uint8Array,
  options: VerifyOptions = {},
): { readonly state: JournalState; readonly problems: readonly Problem[] } {
  const chain = new Chain(options, state);
  const feed = new LineFeed(chain);
  feed.push(lines);
  feed.end({ mayBeEmpty: true });
  const frontier = new Frontier(state.size, state.peaks);
  for (let i = 0; i < chain.tree.size; i++) frontier.push(new Uint8Array(chain.tree.leaf(i)));
  return { state: { ...chain.head!, peaks: frontier.peaks }, problems: chain.problems.items };
}

function result(copy: JournalCopy | null, problems: ProblemList, lines: number): Verification {
  const sound = copy !== null && isSound(problems);
  return { copy, problems: problems.items, problemCount: problems.count, lines, sound };
}

function isSound(problems: ProblemList): boolean {
  return problems.count === problems.items.length && problems.items.every((p) => PROBLEMS[p.code] !== 'broken');
}

/** Cuts chunks into lines for the chain; remembers where lines begin and what they hold. */
class LineFeed {
  readonly starts = [0];
  degrees = new Uint8Array(1024);
  readonly #chain: Chain;
  /** the beginning of a line whose end has not come; of a line beyond the limit no more than shows that */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #offset = 0;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#line(this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending), this.#offset + end + 1);
      from = end + 1;
    }
    // a copy, also of a Buffer (whose own slice is a view): the caller may use the chunk again
    if (from < chunk.length) this.#keep(new Uint8Array(chunk.subarray(from)));
    this.#offset += chunk.length;
  }

  end({ mayBeEmpty = false } = {}): void {
    const { problems } = this.#chain;
    const { starts } = this;
    const rest = this.#offset - starts.at(-1)!;
    if (this.#offset === 0 && !mayBeEmpty)
      problems.add(refusal('EMPTY', 'entries.jsonl is empty'), 'entries', 1, 0, null);
    if (rest === 0) return;
    const why = `${rest} bytes after the last newline: an entry that was never acknowledged`;
    const code = rest > MAX_LINE_BYTES ? 'LINE_TOO_LONG' : 'TORN_TAIL';
    problems.add(refusal(code, why), 'entries', starts.length, starts.at(-1)!, starts.length - 1);
    this.#chain.whole = false;
  }

  #keep(part: Uint8Array): void {
    if (this.#pendingBytes <= MAX_LINE_BYTES) this.#pending.push(part);
    this.#pendingBytes += part.length;
  }

  #line(line: Uint8Array, next: number): void {
    const n = this.starts.length;
    if (n > this.degrees.length) {
      const grown = new Uint8Array(this.degrees.length * 2);
      grown.set(this.degrees);
      this.degrees = grown;
    }
    this.degrees[n - 1] = this.#chain.push(line, n, this.starts.at(-1)!) ?? DEGREE.hash;
    this.starts.push(next);
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** Compares every signed checkpoint with the entries; says how far hashes are covered by one that fits. */
function judgeCheckpoints(
  bytes: Uint8Array,
  chain: Chain,
  degrees: Uint8Array,
): { size: number; checkpoints: SignedCheckpoint[] } {
  const { problems, tree } = chain;
  const state = chain.head!;
  const knownTo = chain.whole ? Number.POSITIVE_INFINITY : state.size;
  const found = readCheckpoints(
    bytes,
    { journal: state.journal, keys: chain.keys, size: state.size, knownTo },
    problems,
  );
  const ascending = [...found].sort((a, b) => a.checkpoint.size - b.checkpoint.size);
  const fits = ({ size, root }: SignedCheckpoint): boolean => size <= state.size && toHex(tree.root(size)) === root;
  const covered = ascending.findLast((f) => fits(f.checkpoint))?.checkpoint.size ?? 0;
  const ahead = new Map<number, string>();
  let missing: (typeof found)[number] | null = null;
  const kept: SignedCheckpoint[] = [];
  for (const one of ascending) {
    const { size, root } = one.checkpoint;
    const report = (code: 'REWRITTEN_PAST' | 'SPLIT_VIEW' | 'CHECKPOINT_ROOT', why: string): void =>
      problems.add(refusal(code, why), 'checkpoints', one.line, one.offset, null);
    if (size > state.size) {
      missing = one;
      const other = ahead.get(size);
      if (other !== undefined && other !== root) report('SPLIT_VIEW', `two signed states of size ${size}`);
      ahead.set(size, root);
    } else if (!fits(one.checkpoint)) {
      if (degrees.subarray(covered, size).includes(DEGREE.hash)) {
        // the hashes in between may be anybody's: this accuses the copy, not the agency
        report('CHECKPOINT_ROOT', `the copy's first ${size} entries are not those of its checkpoint`);
        continue;
      }
      report('REWRITTEN_PAST', `the key signed another past of ${size} entries than the one that stands here`);
    }
    kept.push(one.checkpoint);
  }
  if (missing && chain.whole) {
    const why = `a checkpoint covers ${missing.checkpoint.size} entries; ${state.size} are here`;
    problems.add(refusal('ENTRIES_MISSING', why), 'checkpoints', missing.line, missing.offset, state.size);
  }
  return { size: covered, checkpoints: kept };
}
