import { parseJson, toHex } from '../base/index.ts';
import type { EntryHeader, Payload } from '../model/index.ts';
import type { HashTree, PublicKey } from '../seal/index.ts';
import { JournalError } from './errors.ts';
import { DEGREE, type Degree } from './line.ts';
import type { JournalState } from './state.ts';

/** A checkpoint whose signature holds. */
export interface SignedCheckpoint {
  readonly size: number;
  /** hex */
  readonly root: string;
  /** the signed note, verbatim */
  readonly note: string;
}

/** An entry as a copy holds it; what the copy was not given is absent. */
export interface HeldEntry {
  readonly id: string;
  readonly index: number;
  readonly degree: Degree;
  readonly header?: EntryHeader;
  readonly payload?: unknown;
}

/** From this size of the journal on, this key signs; null: revoked. */
export interface KeySpan {
  readonly from: number;
  readonly key: PublicKey | null;
  readonly recovered: boolean;
  /** commitment to the recovery key from here on */
  readonly recovery: string | null;
  readonly doubtFrom?: number;
}

/**
 * A verified copy of one branch of a journal, from entry 0 on: lines as bytes, ids in a tree, keys over time. It is only
 * ever made by verification, by appending or by joining two copies, so whoever holds one need not ask again.
 * Columns instead of objects: a copy costs its file and about 80 bytes an entry.
 */
export class JournalCopy {
  readonly opened: Payload<'journal-opened'>;
  readonly id: string;
  readonly size: number;
  readonly keys: readonly KeySpan[];
  /** after the last entry */
  readonly state: JournalState;
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly #lines: Lines;
  readonly #tree: HashTree;

  constructor(parts: {
    readonly opened: Payload<'journal-opened'>;
    readonly state: JournalState;
    readonly keys: readonly KeySpan[];
    readonly lines: Lines;
    readonly tree: HashTree;
    readonly checkpoints: readonly SignedCheckpoint[];
  }) {
    this.opened = parts.opened;
    this.id = parts.state.journal;
    this.state = parts.state;
    this.size = parts.state.size;
    this.keys = parts.keys;
    this.checkpoints = parts.checkpoints;
    this.#lines = parts.lines;
    this.#tree = parts.tree;
  }

  entryId(index: number): string {
    return this.#tree.leafHex(this.#at(index));
  }
  degree(index: number): Degree {
    return this.#lines.degrees[this.#at(index)] as Degree;
  }
  /** the line without its newline; a view */
  line(index: number): Uint8Array {
    return this.#lines.line(this.#at(index));
  }
  /** hex root of the first `size` entries */
  root(size = this.size): string {
    return toHex(this.#tree.root(size));
  }
  get tree(): HashTree {
    return this.#tree;
  }
  get lines(): Lines {
    return this.#lines;
  }
  /** parsed again from the line; it was checked when the copy was made */
  entry(index: number): HeldEntry {
    const degree = this.degree(index);
    const id = this.entryId(index);
    if (degree === DEGREE.hash) return { id, index, degree };
    const { header, payload } = parseJson(Buffer.from(this.line(index)).toString()) as {
      header: EntryHeader;
      payload?: unknown;
    };
    return { id, index, degree, header, ...(payload === undefined ? {} : { payload }) };
  }
  *entries(): Generator<HeldEntry> {
    for (let i = 0; i < this.size; i++) yield this.entry(i);
  }
  /** how many entries are held in each degree */
  counts(): { hash: number; header: number; full: number } {
    const n = [0, 0, 0];
    for (let i = 0; i < this.size; i++) n[this.#lines.degrees[i]!]!++;
    return { hash: n[DEGREE.hash]!, header: n[DEGREE.header]!, full: n[DEGREE.full]! };
  }
  withCheckpoints(checkpoints: readonly SignedCheckpoint[]): JournalCopy {
    return this.#but({ checkpoints });
  }
  withLines(lines: Lines): JournalCopy {
    return this.#but({ lines });
  }
  #but(change: { lines?: Lines; checkpoints?: readonly SignedCheckpoint[] }): JournalCopy {
    const { opened, state, keys, checkpoints } = this;
    return new JournalCopy({ opened, state, keys, lines: this.#lines, tree: this.#tree, checkpoints, ...change });
  }
  #at(index: number): number {
    if (index >= 0 && index < this.size) return index;
    throw new JournalError('OUT_OF_RANGE', `the copy holds ${this.size} entries; there is no entry ${index}`);
  }
}

/** Lines end to end, where each begins, and how much each says. */
export class Lines {
  readonly bytes: Uint8Array;
  /** one more than there are lines */
  readonly starts: readonly number[];
  readonly degrees: Uint8Array;
  constructor(bytes: Uint8Array, starts: readonly number[], degrees: Uint8Array) {
    this.bytes = bytes;
    this.starts = starts;
    this.degrees = degrees;
  }
  line(i: number): Uint8Array {
    return this.bytes.subarray(this.starts[i], this.starts[i + 1]! - 1);
  }
  /** all `size` first lines as a file */
  file(size: number): Uint8Array {
    return this.bytes.subarray(0, this.starts[size]);
  }
}

/** The key that signs at this size of the journal. */
export function keyAt(keys: readonly KeySpan[], size: number): PublicKey | null {
  let found: PublicKey | null = null;
  for (const span of keys) if (span.from <= size) found = span.key;
  return found;
}
