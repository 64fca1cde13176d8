import { parseJson } from '../../base/index.ts';
import {
  type Appended,
  appendEntry,
  checkpoint,
  type Draft,
  type JournalState,
  journalIdOf,
  keptState,
  type Occasion,
  openJournal,
  type Pen,
  rotateKey,
} from '../../journal/index.ts';
import type { Signer } from '../../seal/index.ts';
import type { CaseLock, IndexedFolder, JournalFile } from '../effects/index.ts';
import { RecordError } from './errors.ts';
import { freshIndex } from './open.ts';
import type { CaseWorld, Hand, Saying, Station } from './world.ts';

/**
 * The one way in which this station writes in a case. It holds the case's lock from opening to closing. An entry is
 * acknowledged when `append` returns: its line is on the disk. A checkpoint seals them at the end; the index follows.
 */
export interface CaseWriter {
  readonly journal: string;
  /** Writes all or none; returns their ids. */
  append(sayings: readonly Saying[]): string[];
  /** For key entries, which have doors of their own. */
  write(act: (state: JournalState, pen: (signer?: Signer) => Pen, occasion: Occasion) => Appended): string;
  close(): void;
}

export interface WriterOptions {
  /** the journal, when it is not the one whose key we hold: to be taken over with the recovery key */
  readonly takeOver?: string;
  /** the lock, when the caller holds it already; it is then the caller's to release */
  readonly lock?: CaseLock;
}

export function openWriter(world: CaseWorld, station: Station, hand: Hand, options: WriterOptions = {}): CaseWriter {
  const lock = options.lock ?? world.lock();
  const release = (): void => {
    if (!options.lock) lock.release();
  };
  try {
    const writer = new Writer(world, station, hand, release);
    writer.begin(options.takeOver);
    return writer;
  } catch (error) {
    release();
    throw error;
  }
}

class Writer implements CaseWriter {
  readonly #world: CaseWorld;
  readonly #station: Station;
  readonly #hand: Hand;
  readonly #release: () => void;
  #state: JournalState | null = null;
  /** how long our files are; what stands after it is a write that failed */
  #size: Record<JournalFile, number> = { entries: 0, checkpoints: 0 };
  #torn: JournalFile | null = null;
  #sealed = true;
  #open = true;

  constructor(world: CaseWorld, station: Station, hand: Hand, release: () => void) {
    this.#world = world;
    this.#station = station;
    this.#hand = hand;
    this.#release = release;
  }

  get journal(): string {
    return this.#state!.journal;
  }

  begin(takeOver?: string): void {
    this.#world.shelf.tidy();
    this.#cutTorn(takeOver);
    const index = freshIndex(this.#world);
    const rows = index.folders();
    const row = rows.find((f) => this.#isOurs(f, takeOver));
    index.close();
    if (!row) {
      if (takeOver) throw new RecordError('NO_JOURNAL', 'the case has no such journal', takeOver);
      const begun = this.#begunByUs();
      const ended = rows.find((f) => begun.has(f.name));
      if (ended && ended.size === 0) throw brokenJournal(ended.name);
      if (ended)
        throw new RecordError('KEY_ENDED', 'our key has ended in this journal: the recovery key must name a new one');
      this.#openJournal();
      return;
    }
    if (row.problems > 0) throw brokenJournal(row.name);
    this.#state = keptState(parseJson(row.state!));
    const { folders } = this.#world.shelf.list();
    const { entries, checkpoints } = folders.find((f) => f.name === row.name)!;
    this.#size = { entries, checkpoints };
    this.#mustNotBeBehind();
    if (!takeOver) this.#bringKey();
  }

  append(sayings: readonly Saying[]): string[] {
    this.#mustBeOpen();
    let state = this.#state!;
    const done: Appended[] = [];
    for (const saying of sayings) {
      const one = appendEntry(state, { ...this.#hand(), ...saying } as Draft, this.#pen(this.#station.signer));
      state = one.state;
      done.push(one);
    }
    this.#add('entries', done.map((d) => d.line).join(''));
    this.#moved(state);
    return done.map((d) => d.id);
  }

  write(act: (state: JournalState, pen: (signer?: Signer) => Pen, occasion: Occasion) => Appended): string {
    this.#mustBeOpen();
    const done = act(this.#state!, (signer = this.#station.signer) => this.#pen(signer), this.#hand());
    this.#add('entries', done.line);
    this.#moved(done.state);
    return done.id;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      if (!this.#sealed && this.#state!.key) this.#add('checkpoints', checkpoint(this.#state!, this.#station.signer));
      freshIndex(this.#world, { ours: true }).close();
    } finally {
      this.#release();
    }
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new RecordError('WRITER_CLOSED', 'the journal was closed');
  }

  #pen(signer: Signer): Pen {
    return { signer, salt: () => this.#world.salt() };
  }

  #keys(): Signer[] {
    return [this.#station.signer, ...this.#station.retired];
  }

  /** The ids of the journals that our keys can have opened: they follow from case and first key. */
  #begunByUs(): Set<string> {
    return new Set(this.#keys().map((s) => journalIdOf(this.#world.file.id, s.publicKey)));
  }

  #isOurs(row: Pick<IndexedFolder, 'journal' | 'state' | 'branch'>, takeOver?: string): boolean {
    if (row.branch !== 0 || row.state === null) return false;
    if (takeOver) return row.journal === takeOver;
    const { key } = keptState(parseJson(row.state));
    return key !== null && this.#keys().some((s) => s.publicKey.fingerprint === key.fingerprint);
  }

  /** What a killed writer left of a line or a note was never acknowledged: its owner, and only he, cuts it off. */
  #cutTorn(takeOver?: string): void {
    const index = this.#world.index.open();
    const rows = index?.folders() ?? [];
    index?.close();
    const { folders } = this.#world.shelf.list();
    const begun = this.#begunByUs();
    const ours = folders.filter(
      ({ name }) => begun.has(name) || rows.some((r) => r.name === name && this.#isOurs(r, takeOver)),
    );
    for (const { name, entries, checkpoints } of ours) {
      const whole = wholeLines(this.#world.shelf.read(name, 'entries', Math.max(0, entries - LINE_BYTES)));
      if (whole < 0) this.#world.shelf.cut(name, 'entries', entries + whole);
      const notes = this.#world.shelf.read(name, 'checkpoints');
      const kept = wholeNotes(notes);
      if (kept < checkpoints) this.#world.shelf.cut(name, 'checkpoints', kept);
    }
  }

  #openJournal(): void {
    const { card, signer, recovery } = this.#station;
    const about = {
      case: { id: this.#world.file.id, title: this.#world.file.title },
      agency: card.name,
      role: card.role,
      recipient: card.recipient,
      ...(recovery ? { recovery } : {}),
    };
    const done = openJournal(about, this.#hand(), this.#pen(signer));
    this.#state = done.state;
    this.#mustNotBeBehind();
    this.#add('entries', done.line);
    this.#moved(done.state);
  }

  /** A restored backup, or a second copy of the case, must not be signed on: the journal would have two pasts. */
  #mustNotBeBehind(): void {
    const state = this.#state!;
    const mark = this.#station.marks.get(state.journal);
    if (!mark || mark.size < state.size || (mark.size === state.size && mark.tip === state.tip)) return;
    throw new RecordError(
      'JOURNAL_BEHIND',
      `this station has signed ${mark.size} entries of this journal, and they do not all stand here: merge the newer copy first`,
      state.journal,
    );
  }

  /** After `station rotate` the old key names the new one, in each case at its next entry. */
  #bringKey(): void {
    const { signer, retired, card } = this.#station;
    const { key } = this.#state!;
    if (key?.fingerprint === signer.publicKey.fingerprint) return;
    const old = retired.find((s) => s.publicKey.fingerprint === key?.fingerprint);
    if (!old) throw new RecordError('KEY_ENDED', "the journal's key has ended; the recovery key must name a new one");
    const about = { why: 'rotated at the station', recipient: card.recipient };
    this.write((state, pen, occasion) => rotateKey(state, signer, about, occasion, pen(old)));
  }

  #moved(state: JournalState): void {
    this.#state = state;
    this.#sealed = false;
    this.#station.marks.set(state.journal, { size: state.size, tip: state.tip });
  }

  #add(file: JournalFile, text: string): void {
    const { shelf } = this.#world;
    const name = this.#state!.journal;
    if (this.#torn) {
      shelf.cut(name, this.#torn, this.#size[this.#torn]);
      this.#torn = null;
    }
    const bytes = Buffer.from(text);
    try {
      shelf.append(name, file, bytes);
    } catch (error) {
      this.#torn = file;
      throw error;
    }
    this.#size[file] += bytes.length;
    if (file === 'checkpoints') this.#sealed = true;
  }
}

function brokenJournal(name: string): Error {
  return new RecordError('JOURNAL_BROKEN', 'our journal does not verify; czernin case verify says where', name);
}

/** A line and more: where the last one begins is within. */
const LINE_BYTES = 2 * 1024 * 1024;

/** 0, or how many bytes (negative) stand after the last newline. */
function wholeLines(tail: Uint8Array): number {
  return tail.lastIndexOf(0x0a) + 1 - tail.length;
}

/** Where the last whole note ends: after a line that begins with an em dash. */
function wholeNotes(bytes: Uint8Array): number {
  const notes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let end = notes.lastIndexOf(0x0a); end >= 0; end = notes.lastIndexOf(0x0a, end - 1)) {
    const start = end === 0 ? 0 : notes.lastIndexOf(0x0a, end - 1) + 1;
    if (notes.subarray(start, start + 4).equals(DASH)) return end + 1;
    if (end === 0) break;
  }
  return 0;
}
const DASH = Buffer.from('— ');
