import { CodedError, parseJson } from '../../base/index.ts';
import {
  type Appended,
  appendEntry,
  checkpoint,
  type Draft,
  type JournalState,
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
import { begunBy, isOwn } from './own.ts';
import { cutTorn } from './torn.ts';
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
    cutTorn(this.#world, this.#station, takeOver);
    const index = freshIndex(this.#world);
    const rows = index.folders();
    const row = rows.find((f) => this.#isOurs(f, takeOver));
    const ours = row && this.#station.marks.get(row.journal);
    const standing = ours && index.find(ours.tip, 1)[0];
    index.close();
    if (!row) {
      if (takeOver) throw new RecordError('NO_JOURNAL', 'the case has no such journal', takeOver);
      const begun = begunBy(this.#station, this.#world.file.id);
      const ended = rows.find((f) => begun.has(f.name) && f.size > 0);
      if (ended) {
        throw new RecordError('KEY_ENDED', 'our key has ended in this journal: the recovery key must name a new one');
      }
      // nothing of ours holds: either nothing was ever acknowledged, or what was is damaged
      const { folders } = this.#world.shelf.list();
      const damaged = folders.find((f) => begun.has(f.name) && f.entries + f.checkpoints > 0);
      if (damaged) throw brokenJournal(damaged.name);
      this.#openJournal();
      return;
    }
    if (row.problems > 0) throw brokenJournal(row.name);
    this.#state = keptState(parseJson(row.state!));
    const { folders } = this.#world.shelf.list();
    const { entries, checkpoints } = folders.find((f) => f.name === row.name)!;
    this.#size = { entries, checkpoints };
    this.#mustNotBeBehind();
    if (takeOver) return;
    if (ours && (!standing || standing.forked)) {
      throw new RecordError(
        'JOURNAL_FORKED',
        'what this station signed last is not on the main branch: somebody else signs with our key; go on with station recover',
        row.journal,
      );
    }
    this.#bringKey();
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
      const { journal: name, size, tip } = this.#state!;
      this.#index({ name, size, tip });
    } finally {
      this.#release();
    }
  }

  /** The entries stand, and the index is derived: one that cannot be written now is made anew at the next opening. */
  #index(written: { readonly name: string; readonly size: number; readonly tip: string }): void {
    try {
      freshIndex(this.#world, written).close();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new RecordError('WRITER_CLOSED', 'the journal was closed');
  }

  #pen(signer: Signer): Pen {
    return { signer, salt: () => this.#world.salt() };
  }

  #isOurs(row: IndexedFolder, takeOver?: string): boolean {
    if (takeOver) return row.branch === 0 && row.journal === takeOver;
    return isOwn(row, this.#station);
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
