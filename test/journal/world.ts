import {
  type Appended,
  appendEntry,
  checkpoint,
  type Draft,
  foldersOf,
  type Journal,
  type JournalCopy,
  type JournalFiles,
  type JournalState,
  journalOf,
  type Occasion,
  openJournal,
  type Pen,
  recoverKey,
  revokeKey,
  rotateKey,
  type VerifyOptions,
  verifyJournal,
} from '../../src/journal/index.ts';
import { type Signer, sha256, signerFromSeed } from '../../src/seal/index.ts';

/**
 * A fake world of agencies with real keys, clocks that are told, and salts that follow from a counter: the same story
 * gives the same bytes every time.
 */
export const CASE_ID = '0123456789abcdef0123456789abcdef';
export const START = Date.UTC(2024, 6, 1, 8);

export function signerOf(name: string): Signer {
  return signerFromSeed(sha256(new TextEncoder().encode(name)));
}

export class Agency {
  readonly name: string;
  readonly recovery: Signer;
  signer: Signer;
  state: JournalState;
  /** lines of entries.jsonl, newlines included */
  readonly lines: string[] = [];
  readonly ids: string[] = [];
  readonly notes: string[] = [];
  now: number;

  constructor(name: string, options: { caseId?: string; start?: number; seed?: string } = {}) {
    this.name = name;
    this.now = options.start ?? START;
    this.signer = signerOf(options.seed ?? name);
    this.recovery = signerOf(`${options.seed ?? name} recovery`);
    const about = {
      case: { id: options.caseId ?? CASE_ID, title: 'Ministry 2022' },
      agency: name,
      role: 'national CSIRT',
      recovery: this.recovery.publicKey,
    };
    this.state = undefined as unknown as JournalState; // set by the first take
    this.take(openJournal(about, this.occasion(), this.pen()));
  }

  /** Everything the agency has, under another object: what a backup or a stolen key makes possible. */
  twin(): Agency {
    const other = Object.create(Agency.prototype) as Agency;
    const { lines, ids, notes } = this;
    return Object.assign(other, this, { lines: [...lines], ids: [...ids], notes: [...notes] });
  }

  occasion(more: Partial<Occasion> = {}): Occasion {
    this.now += 1000;
    return {
      author: 'Ana',
      time: { at: new Date(this.now).toISOString(), source: 'system' },
      marking: { originator: this.name, pap: 'amber', tlp: 'amber' },
      ...more,
    };
  }

  pen(signer = this.signer): Pen {
    return { signer, salt: () => sha256(new TextEncoder().encode(`${this.name} ${this.lines.length} ${this.now}`)) };
  }

  take(done: Appended): string {
    this.state = done.state;
    this.lines.push(done.line);
    this.ids.push(done.id);
    return done.id;
  }

  add(draft: Pick<Draft, 'kind' | 'payload'> & Partial<Occasion>): string {
    return this.take(appendEntry(this.state, { ...this.occasion(), ...draft } as Draft, this.pen()));
  }

  note(text: string): string {
    return this.add({ kind: 'note', payload: { text } });
  }

  judge(finding: number, verdict: 'accepted' | 'innocent' | 'needs-work'): string {
    const payload = { finding: finding.toString(16).padStart(32, '0'), verdict, why: 'looked at the disk' } as const;
    return this.add({ kind: 'finding-judged', payload });
  }

  retract(id: string): string {
    return this.add({ kind: 'retraction', payload: { why: 'was wrong' }, refs: { entries: [id] } });
  }

  correct(id: string, payload: Record<string, unknown>): string {
    return this.add({ kind: 'correction', payload: { payload, why: 'a slip' }, refs: { entries: [id] } });
  }

  seal(): string {
    const note = checkpoint(this.state, this.signer);
    this.notes.push(note);
    return note;
  }

  rotate(next = signerOf(`${this.name} ${this.lines.length}`)): string {
    const id = this.take(rotateKey(this.state, next, { why: 'yearly' }, this.occasion(), this.pen()));
    this.signer = next;
    return id;
  }

  revoke(doubtFrom?: number): string {
    const payload = doubtFrom === undefined ? { why: 'stolen' } : { why: 'stolen', doubtFrom };
    return this.take(revokeKey(this.state, payload, this.occasion(), this.pen()));
  }

  recover(next = signerOf(`${this.name} recovered ${this.lines.length}`), doubtFrom?: number): string {
    const about = { why: 'key lost', ...(doubtFrom === undefined ? {} : { doubtFrom }) };
    const id = this.take(recoverKey(this.state, next, about, this.occasion(), this.pen(this.recovery)));
    this.signer = next;
    return id;
  }

  files(): JournalFiles {
    return filesOf(this.lines, this.notes);
  }

  /** the first `size` entries, with the checkpoints made by then */
  copy(size = this.lines.length): JournalCopy {
    const notes = this.notes.filter((n) => Number(n.split('\n')[1]) <= size);
    return copyOf(filesOf(this.lines.slice(0, size), notes));
  }

  journal(): Journal {
    return journalOf(this.copy());
  }
}

export function filesOf(lines: readonly string[], notes: readonly string[]): JournalFiles {
  return { entries: Buffer.from(lines.join('')), checkpoints: Buffer.from(notes.join('')) };
}

export function copyOf(files: JournalFiles, options: VerifyOptions = {}): JournalCopy {
  const { copy, problems } = verifyJournal(files, options);
  if (!copy || problems.some((p) => p.severity === 'broken')) throw new Error(`not sound: ${JSON.stringify(problems)}`);
  return copy;
}

export function codesOf(files: JournalFiles, options: VerifyOptions = {}): string[] {
  return verifyJournal(files, options).problems.map((p) => p.code);
}

/** A journal set as the bytes it has on disk: what "the same" means. */
export function bytesOf(journals: readonly Journal[]): string {
  return JSON.stringify(
    journals.flatMap((j) => [
      ...foldersOf(j).map((f) => [f.name, Buffer.from(f.entries).toString(), f.checkpoints]),
      j.contradictions,
    ]),
  );
}
