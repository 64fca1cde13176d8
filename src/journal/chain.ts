import { KEY_KINDS, type Payload } from '../model/index.ts';
import { HashTree, type PublicKey } from '../seal/index.ts';
import type { KeySpan } from './copy.ts';
import { PROBLEMS, type Problem } from './errors.ts';
import { entryMessage, payloadDigest } from './formulas.ts';
import {
  DEGREE,
  type Degree,
  MAX_LINE_BYTES,
  type Opened,
  type ReadLine,
  type Refusal,
  readLine,
  refusal,
} from './line.ts';
import { advance, advanceHash, type Head, isInPlace, signerOf } from './state.ts';

/** What the reader of a journal knows and asks. */
export interface VerifyOptions {
  /** only a journal of this case */
  readonly case?: string;
  /** only this journal */
  readonly journal?: string;
  /** the reader's clock, ms; entries dated later than it plus the tolerance are refused */
  readonly now?: number;
  /** default one day */
  readonly futureToleranceMs?: number;
  /** whether this agency's key is one we know; default: any */
  readonly admit?: (opened: Payload<'journal-opened'>) => boolean;
  /** how an entry's signature is checked; a caller with several processors may queue it and answer later */
  readonly checkSignature?: (key: PublicKey, message: Uint8Array, signature: Uint8Array, index: number) => boolean;
  /** called for every entry that holds, in order: one pass verifies and indexes */
  readonly onEntry?: (entry: Opened | { readonly degree: 0; readonly id: string }, index: number) => void;
}

const DAY_MS = 86_400_000;
const MAX_ENTRIES = 2 ** 30;
const MAX_PROBLEMS = 1000;

/** Counted to the last, kept up to a limit: a hostile file may be wrong a million times. */
export class ProblemList {
  readonly items: Problem[] = [];
  count = 0;
  add(found: Refusal, file: Problem['file'], line: number, offset: number, index: number | null): void {
    this.count++;
    if (this.items.length >= MAX_PROBLEMS) return;
    const { code, message } = found;
    this.items.push({ code, severity: PROBLEMS[code], file, line, offset, index, message });
  }
}

/**
 * Verifies entries one by one, in order. The state grows while every entry holds; after the first that does not, the rest
 * is still looked at, so that each fault is named where it is, but believed no more.
 */
export class Chain {
  readonly problems = new ProblemList();
  readonly tree = new HashTree();
  readonly keys: KeySpan[] = [];
  opened: Payload<'journal-opened'> | null = null;
  /** after the entries that hold; null before the first */
  head: Head | null = null;
  /** false from the first broken line on */
  whole = true;
  readonly #options: VerifyOptions;
  /** the state entries are compared with; goes on after a fault from what the next line says of itself */
  #expected: Head | null = null;
  /** after a faulty line the next one's `previous` cannot be compared */
  #unknownPrevious = false;
  /** the first entry does not hold: without its key nothing after it can be judged, and one fault says so */
  #headless = false;

  /** `from`: the head of a journal whose entries so far are already believed; then the tree holds only those after it. */
  constructor(options: VerifyOptions, from: Head | null = null) {
    this.#options = options;
    this.head = from;
    this.#expected = from;
  }

  /** One line without its newline, and where it stood. How much it holds; null when it does not hold. */
  push(bytes: Uint8Array, line: number, offset: number): Degree | null {
    if (this.#headless) return null;
    const read: ReadLine =
      bytes.length > MAX_LINE_BYTES
        ? refusal('LINE_TOO_LONG', `a line of ${bytes.length} bytes; the limit is ${MAX_LINE_BYTES}`)
        : readLine(bytes);
    const at = this.#expected?.size ?? 0;
    const broken = (found: Refusal): null => {
      this.problems.add(found, 'entries', line, offset, at);
      this.whole = false;
      this.#headless = this.#expected === null;
      return null;
    };
    if ('code' in read) {
      this.#skip();
      return broken(read);
    }
    if (at >= MAX_ENTRIES) return broken(refusal('TOO_MANY_ENTRIES', `more than ${MAX_ENTRIES} entries`));
    if (read.degree === DEGREE.hash) {
      if (this.#expected === null) return broken(refusal('MISPLACED_KIND', 'a journal begins with journal-opened'));
      this.#expected = advanceHash(this.#expected, read.id);
      this.#unknownPrevious = false;
      this.#grow(read);
      return read.degree;
    }
    const before = this.#expected;
    const found = this.#judge(read);
    if (found) return broken(found);
    this.#unknownPrevious = false;
    if (before && read.header.time.at < before.at) {
      const text = `dated ${read.header.time.at}, before an earlier entry (${before.at}): a clock was set back`;
      this.problems.add(refusal('TIME_BACKWARDS', text), 'entries', line, offset, at);
    }
    this.#grow(read);
    return read.degree;
  }

  /** null: the entry holds and `#expected` has moved past it. In order: place, the reader's knowledge, signature, digest, keys. */
  #judge(entry: Opened): Refusal | null {
    const { header } = entry;
    const state = this.#expected;
    const known = state && this.#unknownPrevious ? { ...state, tip: header.previous } : state;
    const misplaced = known && isInPlace(known, header);
    if (misplaced) {
      this.#resume(entry, this.#isSigned(known, entry));
      return misplaced;
    }
    const fault = this.#foreign(entry) ?? this.#unproved(known, entry);
    if (fault) this.#resume(entry, fault.code !== 'BAD_SIGNATURE');
    return fault;
  }

  /** Signature, digest, keys; moves `#expected` when all hold. */
  #unproved(state: Head | null, entry: Opened): Refusal | null {
    const signer = signerOf(state, entry);
    if ('code' in signer) return signer;
    if (!this.#verify(signer, entry)) {
      return refusal('BAD_SIGNATURE', "the signature is not that of the journal's key over this header");
    }
    if (entry.salt && payloadDigest(entry.salt, entry.payloadText!) !== entry.header.digest) {
      return refusal('WRONG_DIGEST', 'the payload is not the one the header was signed for');
    }
    const next = advance(state, entry, signer);
    if ('code' in next) return next;
    this.#expected = next;
    return null;
  }

  #verify(key: PublicKey, { headerText, signature, header }: Opened): boolean {
    const { checkSignature } = this.#options;
    const message = entryMessage(headerText);
    return checkSignature ? checkSignature(key, message, signature, header.index) : key.verify(message, signature);
  }

  #isSigned(state: Head | null, entry: Opened): boolean {
    const signer = signerOf(state, entry);
    return !('code' in signer) && this.#verify(signer, entry);
  }

  /** Not ours, or not yet: checks that need the reader's knowledge. */
  #foreign({ header, payload }: Opened): Refusal | null {
    const { journal, case: caseId, admit, now, futureToleranceMs = DAY_MS } = this.#options;
    if (now !== undefined && Date.parse(header.time.at) > now + futureToleranceMs) {
      return refusal('FUTURE_DATED', `dated ${header.time.at}, later than this station's clock allows`);
    }
    if (header.kind !== 'journal-opened') return null;
    const opened = payload as Payload<'journal-opened'>;
    if (caseId !== undefined && opened.case.id !== caseId) return refusal('WRONG_CASE', 'a journal of another case');
    if (journal !== undefined && header.journal !== journal) return refusal('WRONG_JOURNAL', 'another journal');
    if (admit && !admit(opened)) return refusal('UNKNOWN_STATION', "the agency's key is not in the book of stations");
    return null;
  }

  #grow(entry: Opened | { readonly degree: 0; readonly id: string }): void {
    if (!this.whole) return;
    this.tree.push(entry.id);
    this.head = this.#expected!;
    const index = this.head.size - 1;
    if (entry.degree !== DEGREE.hash && KEY_KINDS.has(entry.header.kind)) this.#noteKeys(entry, index);
    this.#options.onEntry?.(entry, index);
  }

  #noteKeys(entry: Opened, index: number): void {
    const { kind } = entry.header;
    if (kind === 'journal-opened') this.opened = entry.payload as Payload<'journal-opened'>;
    const { doubtFrom } = entry.payload as { doubtFrom?: number };
    this.keys.push({
      from: index + 1,
      key: this.#expected!.key,
      recovered: kind === 'key-recovered',
      recovery: this.#expected!.recovery,
      ...(doubtFrom === undefined ? {} : { doubtFrom }),
    });
  }

  /** Past a line that could not be read: one entry further, its id unknown. */
  #skip(): void {
    if (this.#expected) this.#expected = { ...this.#expected, size: this.#expected.size + 1 };
    this.#unknownPrevious = true;
  }

  /**
   * Past a readable entry that does not hold, so that one fault is named once: a signed one is believed about where it
   * stands and which key comes next; of any other only that it took up a line, and what the next one follows is not known.
   */
  #resume(entry: Opened, signed: boolean): void {
    this.#skip();
    const state = this.#expected;
    if (!signed || !state) return;
    const signer = signerOf(state, entry);
    const next = 'code' in signer ? signer : advance(state, entry, signer);
    this.#expected = 'code' in next ? { ...state, size: entry.header.index + 1, tip: entry.id } : next;
    this.#unknownPrevious = false;
  }
}
