import { toHex } from '../base/index.ts';
import { Chain, type ProblemList, type VerifyOptions } from './chain.ts';
import { JournalCopy, Lines, type SignedCheckpoint } from './copy.ts';
import { PROBLEMS, type Problem } from './errors.ts';
import { DEGREE, MAX_LINE_BYTES, refusal } from './line.ts';
import { readCheckpoints } from './notes.ts';

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
  const { starts, degrees } = splitLines(files.entries, chain);
  const lines = starts.length - 1;
  const { problems, head, opened, tree } = chain;
  if (!head || !opened) return result(null, problems, lines);

  const covered = judgeCheckpoints(files.checkpoints, chain, degrees);
  const firstHash = degrees.subarray(0, head.size).indexOf(DEGREE.hash, covered.size);
  const parts = { opened, keys: chain.keys, tree, checkpoints: covered.checkpoints };
  const state = { ...head, peaks: tree.peaks() };
  const kept = new Lines(files.entries, starts, degrees);
  if (firstHash < 0) return result(new JournalCopy({ ...parts, state, lines: kept }), problems, lines);
  const why = `from entry ${firstHash} on, hashes stand that no checkpoint covers`;
  problems.add(refusal('UNCOVERED_HASH', why), 'entries', firstHash + 1, starts[firstHash]!, firstHash);
  return result(shortened(files, options, starts[firstHash]!), problems, lines);
}

/** The same judgement over the believed beginning alone: rare, and so simply done again. */
function shortened(files: JournalFiles, options: VerifyOptions, bytes: number): JournalCopy | null {
  const { onEntry: _done, ...rest } = options;
  return verifyJournal({ entries: files.entries.subarray(0, bytes), checkpoints: files.checkpoints }, rest).copy;
}

function result(copy: JournalCopy | null, problems: ProblemList, lines: number): Verification {
  const sound = copy !== null && problems.count === problems.items.length && problems.items.every(isHarmless);
  return { copy, problems: problems.items, problemCount: problems.count, lines, sound };
}

function isHarmless(p: Problem): boolean {
  return PROBLEMS[p.code] !== 'broken';
}

/** Feeds every line to the chain; remembers where lines begin and what they hold. */
function splitLines(bytes: Uint8Array, chain: Chain): { starts: number[]; degrees: Uint8Array } {
  const starts = [0];
  let degrees = new Uint8Array(1024);
  let from = 0;
  let end = bytes.indexOf(0x0a);
  for (; end >= 0; end = bytes.indexOf(0x0a, from)) {
    const line = bytes.subarray(from, end);
    const n = starts.length;
    if (n > degrees.length) degrees = grown(degrees);
    degrees[n - 1] = chain.push(line, n, from) ?? DEGREE.hash;
    from = end + 1;
    starts.push(from);
  }
  if (starts.length === 1 && bytes.length === 0) {
    chain.problems.add(refusal('EMPTY', 'entries.jsonl is empty'), 'entries', 1, 0, null);
  }
  if (from < bytes.length) {
    const long = bytes.length - from > MAX_LINE_BYTES;
    const why = `${bytes.length - from} bytes after the last newline: an entry that was never acknowledged`;
    const found = long ? refusal('LINE_TOO_LONG', why) : refusal('TORN_TAIL', why);
    chain.problems.add(found, 'entries', starts.length, from, starts.length - 1);
  }
  return { starts, degrees };
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length * 2);
  out.set(bytes);
  return out;
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
  const found = readCheckpoints(bytes, { journal: state.journal, keys: chain.keys, knownTo }, problems);
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
