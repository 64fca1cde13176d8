import type { CaseItem, CaseJournal } from '../../model/index.ts';

/**
 * What the journeys over journals ask of the world: the folders below `journal/` as bytes, a lock, and the derived index.
 * platform implements it; nothing here knows what stands in a line.
 */
export type JournalFile = 'entries' | 'checkpoints';

/** One folder of journal/: its label, and how long its two files are (0: absent). */
export interface ShelfFolder {
  readonly name: string;
  readonly entries: number;
  readonly checkpoints: number;
}

/** Why something that lies among the journals was not read: closed list. */
export const SHELF_REFUSALS = {
  LINK: 'a symbolic link: never followed',
  SPECIAL: 'neither a regular file nor a folder: device, socket or pipe',
  STRAY: 'no part of a journal',
  TOO_LARGE: 'larger than a journal may be',
  TOO_MANY: 'more folders than a case may hold',
  UNREADABLE: 'the system does not let us read it',
  EMPTY: 'a folder without entries.jsonl',
} as const;
export type ShelfRefusalCode = keyof typeof SHELF_REFUSALS;

export interface ShelfRefusal {
  readonly where: string;
  readonly code: ShelfRefusalCode;
  readonly message: string;
}

/** A folder's two files, whole. */
export interface ShelfContent {
  readonly name: string;
  readonly entries: Uint8Array;
  readonly checkpoints: string;
}

/**
 * The journals of one case on disk. Foreign: links are not followed, special files not opened, sizes bounded. Every
 * method that writes returns only when the bytes are on the disk, and throws a coded error otherwise.
 */
export interface JournalShelf {
  readonly root: string;
  list(): { readonly folders: readonly ShelfFolder[]; readonly refused: readonly ShelfRefusal[] };
  /** bytes [from, to) of a file; an absent file is empty */
  read(name: string, file: JournalFile, from?: number, to?: number): Uint8Array;
  /** Added at the end; on failure the file is cut back to where it was, as far as the disk allows. */
  append(name: string, file: JournalFile, bytes: Uint8Array | string): void;
  cut(name: string, file: JournalFile, size: number): void;
  /** Written in the order given, each file whole or not at all; then `remove` goes. */
  put(folders: readonly ShelfContent[], remove: readonly string[]): void;
  /** A folder that holds damage goes out of the way, kept; says where to. */
  setAside(name: string): string;
  /** What killed writers left half done under other names goes. Only under the lock. */
  tidy(): void;
}

/** The right to write in a case; it ends with its process, however that ends. */
export interface CaseLock {
  release(): void;
}

/** A folder as the index knows it: up to where it was verified and what the writer keeps. */
export interface IndexedFolder {
  readonly name: string;
  readonly journal: string;
  /** 0: main */
  readonly branch: number;
  /** entries that hold, and the bytes they take */
  readonly size: number;
  readonly bytes: number;
  /** id of the last of them */
  readonly tip: string;
  /** digests of both files' last bytes and their lengths: whether the folder is still the one that was indexed */
  readonly seal: string;
  /** problems named broken, contradiction or incomplete when it was indexed */
  readonly problems: number;
  /** the writer's state (journal keepState); of main branches only */
  readonly state: string | null;
  /** CaseJournal as JSON; of main branches only */
  readonly summary: string | null;
}

/** One item of the replayed case: where its line lies, and what was settled about it. */
export interface IndexedItem {
  readonly id: string;
  readonly journal: string;
  readonly folder: string;
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  readonly kind: CaseItem['kind'];
  readonly agency: string;
  readonly author: string;
  readonly at: string;
  /** author time, but never before what stands before it in its journal: the order in which a case reads */
  readonly shown: string;
  readonly tlp: string;
  readonly standing: CaseItem['standing'];
  readonly answers: readonly string[];
  readonly forked: boolean;
  readonly doubted: boolean;
  readonly withheld: boolean;
  /** of a judgement: what it is about and what it says now */
  readonly subject: string | null;
  readonly says: string | null;
  /** canonical JSON of the payload now, when a correction changed it */
  readonly now: string | null;
}

/** What the index holds besides folders and items. */
export interface IndexMeta {
  readonly id: string;
  readonly title: string;
  readonly withheld: { readonly entries: number; readonly byKind: Readonly<Record<string, number>> };
  readonly ignored: readonly { readonly entry: string; readonly code: string }[];
  readonly contradictions: readonly {
    readonly code: string;
    readonly journal: string;
    readonly size: number;
    readonly about: readonly string[];
  }[];
}

export interface IndexFilter {
  /** an event address, an evidence digest or an entry id, or the beginning of one */
  readonly refs?: string;
  readonly kind?: string;
  readonly agency?: string;
  readonly journal?: string;
  /** newest first; default all */
  readonly limit?: number;
}

export interface IndexPosition {
  readonly subject: string;
  readonly kind: 'finding-judged' | 'entity-asserted';
  readonly agency: string;
  readonly journal: string;
  readonly entry: string;
  readonly says: string;
  readonly forked: boolean;
}

export interface CaseIndex {
  folders(): IndexedFolder[];
  meta(): IndexMeta;
  summaries(): CaseJournal[];
  /** in the order the case reads */
  items(filter: IndexFilter): IndexedItem[];
  /** entries whose id begins so, at most `limit` */
  find(prefix: string, limit: number): IndexedItem[];
  /** what each journal holds now of every subject of a kind */
  positions(kind: IndexPosition['kind']): IndexPosition[];
  /** how many subjects have been spoken of, and of how many the journals do not say the same */
  stances(kind: IndexPosition['kind']): { readonly subjects: number; readonly disputed: number };
  countByKind(): Record<string, number>;
  /** everything by which entries of one kind in a journal can be asked for */
  targets(journal: string, kind: string): string[];
  /** latest `shown` of a folder, '' when it has no items */
  lastShown(folder: string): string;
  close(): void;
}

/** What a whole index is made from; items come journal by journal and need not be held. */
export interface IndexContent {
  /** every folder, and the journal it belongs to ('' when nothing of it holds) */
  readonly names: readonly (readonly [folder: string, journal: string])[];
  readonly meta: () => IndexMeta;
  readonly folders: () => readonly IndexedFolder[];
  readonly items: Iterable<readonly [IndexedItem, readonly string[]]>;
}

/** index.sqlite: derived, so anything wrong with it is answered by making it anew. */
export interface IndexStore {
  /** null: absent, damaged or of another version */
  open(): CaseIndex | null;
  /** Made whole beside the old one and put in its place: the same content gives the same bytes. */
  build(content: IndexContent): void;
  /** Items that change nothing about others, after those of one folder. */
  extend(folder: IndexedFolder, items: Iterable<readonly [IndexedItem, readonly string[]]>): void;
  /** Whether the file is exactly what `build` would make of this content. */
  isExactly(content: IndexContent): boolean;
}
