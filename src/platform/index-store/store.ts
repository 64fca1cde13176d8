import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CaseIndex, IndexContent, IndexedFolder, IndexedItem, IndexStore } from '../../app/effects/index.ts';
import { canonicalize, errorClass, fromHex } from '../../base/index.ts';
import { questions } from './questions.ts';
import { CREATE_INDEXES, CREATE_TABLES, ORDER, TABLES, VERSION } from './schema.ts';

/** Below this many entries the file is made canonical after every change: it costs less than a quarter of a second. */
const SMALL = 20_000;

/** A file nobody believes before it is renamed needs no journal of its own. */
const NEW_FILE = 'PRAGMA page_size=4096; PRAGMA encoding="UTF-8"; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;';

/** How long a reader in another process may keep us from adding rows. */
const READERS_MS = 10_000;

const TEMPORARY = /\.[0-9a-f]{12}\.tmp(\.rough)?(-journal)?$/;

export function openIndexStore(path: string): IndexStore {
  /** A canonical file with this content at `into`; nothing of it is believed before it is renamed. */
  const write = (into: string, content: IndexContent): void => {
    const rough = `${into}.rough`;
    try {
      const db = new DatabaseSync(rough);
      try {
        db.exec(`${NEW_FILE} BEGIN; ${CREATE_TABLES}`);
        insertItems(db, content.items, places(content.names));
        insertFolders(db, content.folders(), places(content.names));
        const meta = db.prepare('INSERT INTO meta VALUES (?, ?)');
        for (const [name, value] of Object.entries(content.meta())) meta.run(name, canonicalize(value));
        db.exec('COMMIT');
      } finally {
        db.close();
      }
      copySorted(rough, into);
    } finally {
      rmSync(rough, { force: true });
    }
  };

  const replace = (make: (temporary: string) => void): void => {
    const folder = dirname(path);
    // what killed writers left; the caller holds the case's lock, so that nobody is at work on one
    for (const name of readdirSync(folder)) {
      if (name.startsWith(`${basename(path)}.`) && TEMPORARY.test(name)) rmSync(join(folder, name), { force: true });
    }
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      make(temporary);
      syncFile(temporary);
      renameSync(temporary, path);
      if (process.platform !== 'win32') syncFile(folder);
    } finally {
      rmSync(temporary, { force: true });
    }
  };

  const extend: IndexStore['extend'] = (folder, items) => {
    const db = new DatabaseSync(path, { timeout: READERS_MS });

    let size: number;
    try {
      // a rollback journal and a full sync: a killed process leaves the old content
      db.exec('PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE');
      const { f, j } = db.prepare('SELECT f, j FROM folder WHERE name = ?').get(folder.name) as unknown as Place;
      const place = new Map([[folder.name, { f, j }]]);
      insertItems(db, items, place);
      db.prepare('DELETE FROM folder WHERE f = ?').run(f);
      insertFolders(db, [folder], place);
      size = (db.prepare('SELECT sum(size) n FROM folder').get() as { n: number }).n;
      db.exec('COMMIT');
    } finally {
      db.close();
    }
    if (size < SMALL) replace((temporary) => copySorted(path, temporary));
  };

  return {
    open: () => open(path),
    build: (content) => coded(path, () => replace((temporary) => write(temporary, content))),
    extend: (folder, items) => coded(path, () => extend(folder, items)),
    isExactly(content) {
      if (!existsSync(path)) return false;
      // not in the case: it may lie on a medium that cannot be written, and needs no lock to be looked at
      const folder = mkdtempSync(join(tmpdir(), 'czernin-index-'));
      const [wanted, found] = [join(folder, 'wanted'), join(folder, 'found')];
      try {
        write(wanted, content);
        if (sameBytes(path, wanted)) return true;
        // a large index that was added to in place has its pages elsewhere: compare what it says
        const index = open(path);
        if (!index) return false;
        const large = index.folders().reduce((n, f) => n + f.size, 0) >= SMALL;
        index.close();
        if (!large) return false;
        copySorted(path, found);
        return sameBytes(found, wanted);
      } catch {
        return false; // a file that SQLite cannot read is not the index
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** What the disk or SQLite has against it, by code: the journals stand, and the next opening tries again. */
function coded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ERR_SQLITE_ERROR' && (error as NodeJS.ErrnoException).errno === undefined) throw error;
    throw new IndexError(
      'INDEX_UNWRITABLE',
      `the derived index cannot be written: ${(error as Error).message}`,
      path,
      error,
    );
  }
}

const IndexError = errorClass<'INDEX_UNWRITABLE'>('IndexError');

function open(path: string): CaseIndex | null {
  if (!existsSync(path)) return null;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: READERS_MS });
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (user_version !== VERSION) throw new Error('another version');
    db.prepare('SELECT count(*) FROM folder').get();
    return questions(db);
  } catch {
    db?.close();
    return null; // derived: whatever is wrong with it, it is made anew
  }
}

interface Place {
  readonly f: number;
  readonly j: number;
}

/** Numbers for folders and for journals, in order of their names. */
function places(names: readonly (readonly [folder: string, journal: string])[]): Map<string, Place> {
  const journals = [...new Set(names.map(([, journal]) => journal))].sort();
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([folder, journal], f) => [folder, { f, j: journals.indexOf(journal) }]));
}

const FOLDER = ['name', 'journal', 'branch', 'size', 'bytes', 'tip', 'seal', 'problems', 'state', 'summary'] as const;

function insertFolders(db: DatabaseSync, folders: readonly IndexedFolder[], place: ReadonlyMap<string, Place>): void {
  const insert = db.prepare(`INSERT INTO folder VALUES (?, ?, ${FOLDER.map(() => '?')})`);
  for (const folder of folders) {
    const { f, j } = place.get(folder.name)!;
    insert.run(f, j, ...FOLDER.map((column) => folder[column]));
  }
}

function insertItems(
  db: DatabaseSync,
  items: Iterable<readonly [IndexedItem, readonly string[]]>,
  place: ReadonlyMap<string, Place>,
): void {
  const insert = db.prepare(`INSERT INTO item VALUES (${Array.from({ length: 20 }, () => '?')})`);
  const ref = db.prepare('INSERT OR IGNORE INTO ref VALUES (?, ?, ?)');
  for (const [item, refs] of items) {
    const { f, j } = place.get(item.folder)!;
    insert.run(
      f,
      item.index,
      j,
      fromHex(item.id),
      item.offset,
      item.length,
      item.kind,
      item.agency,
      item.author,
      Date.parse(item.at),
      Date.parse(item.shown),
      item.tlp,
      item.standing,
      item.answers.length === 0 ? null : item.answers.join(' '),
      item.forked ? 1 : 0,
      item.doubted ? 1 : 0,
      item.withheld ? 1 : 0,
      item.subject,
      item.says,
      item.now,
    );
    for (const target of refs) ref.run(target, f, item.index);
  }
}

/** The same rows in order of their keys in a new file: its bytes follow from the rows and nothing else. */
function copySorted(from: string, to: string): void {
  const db = new DatabaseSync(to);
  try {
    db.exec(`${NEW_FILE} PRAGMA user_version=${VERSION};`);
    db.prepare('ATTACH ? AS source').run(from);
    db.exec(`BEGIN; ${CREATE_TABLES}`);
    for (const name of Object.keys(TABLES) as (keyof typeof TABLES)[]) {
      db.exec(`INSERT INTO main.${name} SELECT * FROM source.${name} ORDER BY ${ORDER[name]}`);
    }
    db.exec(`${CREATE_INDEXES} COMMIT; DETACH source`);
  } finally {
    db.close();
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sameBytes(a: string, b: string): boolean {
  const [fa, fb] = [openSync(a, 'r'), openSync(b, 'r')];
  try {
    const [ba, bb] = [Buffer.alloc(2 ** 20), Buffer.alloc(2 ** 20)];
    for (;;) {
      const n = readSync(fa, ba);
      if (n !== readSync(fb, bb) || !ba.subarray(0, n).equals(bb.subarray(0, n))) return false;
      if (n === 0) return true;
    }
  } finally {
    closeSync(fa);
    closeSync(fb);
  }
}
