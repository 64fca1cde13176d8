import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type JournalFile,
  type JournalShelf,
  SHELF_REFUSALS,
  type ShelfFolder,
  type ShelfRefusal,
  type ShelfRefusalCode,
} from '../../app/effects/index.ts';
import { type Disk, disk as realDisk } from './disk.ts';
import { diskError, ShelfError } from './errors.ts';

const FILES: Readonly<Record<JournalFile, string>> = { entries: 'entries.jsonl', checkpoints: 'checkpoints.notes' };
/** What lies here may be written by the adversary: sizes and numbers are bounded before anything is read. */
const MAX_BYTES: Readonly<Record<JournalFile, number>> = { entries: 16 * 2 ** 30, checkpoints: 2 ** 28 };
const MAX_FOLDERS = 1000;
const NAME = /^[0-9a-f]{64}(\.[0-9a-f]{16})?$/;
const TEMPORARY = /^(entries\.jsonl|checkpoints\.notes)\.[0-9a-f]{12}\.tmp$/;
const PIECE = 2 ** 30;

/**
 * The folder `root` as a shelf of journals. Foreign folders may bear any name; we write only under the names of the
 * format. Writing rules: bytes, then fsync, then success is told; a new file's folder is synced too; a file that is
 * replaced is written beside and renamed. So at any moment a file is the old or the new one, and an appended one ends at
 * worst in a part of a line that nobody was told of.
 */
export function openShelf(root: string, disk: Disk = realDisk): JournalShelf {
  const at = (name: string, file: JournalFile): string => join(root, name, FILES[file]);

  const guarded = <T>(where: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw diskError(error, where);
    }
  };

  const writeAll = (file: number, bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += disk.write(file, bytes.subarray(done, done + PIECE));
  };

  return {
    root,
    list: () => listFolders(root),
    read: (name, file, from = 0, to = Number.POSITIVE_INFINITY) => readFile(at(name, file), from, to),
    append(name, file, bytes) {
      mustBeName(name);
      const path = at(name, file);
      const folder = dirname(path);
      guarded(path, () => {
        const newFolder = !existsSync(folder);
        if (newFolder) disk.makeFolder(folder);
        const fresh = newFolder || !existsSync(path);
        const handle = disk.open(path, 'append');
        try {
          const before = disk.size(handle);
          try {
            writeAll(handle, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
            disk.sync(handle);
          } catch (error) {
            cutBack(disk, handle, before);
            throw error;
          }
        } finally {
          disk.close(handle);
        }
        if (fresh) disk.syncFolder(folder);
        if (newFolder) disk.syncFolder(root);
      });
    },
    cut(name, file, size) {
      mustBeName(name);
      const path = at(name, file);
      guarded(path, () => {
        const handle = disk.open(path, 'append');
        try {
          disk.cut(handle, size);
          disk.sync(handle);
        } finally {
          disk.close(handle);
        }
      });
    },
    put(folders, remove) {
      for (const folder of folders) {
        mustBeName(folder.name);
        const place = join(root, folder.name);
        guarded(place, () => {
          disk.makeFolder(place);
          // entries first: a checkpoint that lies here must find its entries
          for (const file of ['entries', 'checkpoints'] as const) {
            const content = folder[file];
            const temporary = `${at(folder.name, file)}.${randomBytes(6).toString('hex')}.tmp`;
            const handle = disk.open(temporary, 'create');
            try {
              writeAll(handle, typeof content === 'string' ? Buffer.from(content) : content);
              disk.sync(handle);
            } finally {
              disk.close(handle);
            }
            disk.rename(temporary, at(folder.name, file));
          }
          disk.syncFolder(place);
        });
      }
      guarded(root, () => {
        if (folders.length > 0) disk.syncFolder(root);
        for (const name of remove) disk.remove(join(root, mustBeName(name)));
        if (remove.length > 0) disk.syncFolder(root);
      });
    },
    setAside(name) {
      const aside = join(dirname(root), 'damaged');
      const place = join(aside, `${basename(name)}-${randomBytes(4).toString('hex')}`);
      guarded(place, () => {
        disk.makeFolder(aside);
        disk.rename(join(root, name), place);
        disk.syncFolder(aside);
        disk.syncFolder(root);
      });
      return place;
    },
    tidy() {
      for (const { name } of listFolders(root).folders) {
        for (const file of readdirSync(join(root, name))) {
          if (TEMPORARY.test(file)) guarded(root, () => disk.remove(join(root, name, file)));
        }
      }
    },
  };
}

/** After a write that failed: what came of it goes again. When even that fails, the next opening cuts the torn line. */
function cutBack(disk: Disk, handle: number, size: number): void {
  try {
    if (disk.size(handle) > size) {
      disk.cut(handle, size);
      disk.sync(handle);
    }
  } catch {
    // the error of the write itself is the one to tell
  }
}

function mustBeName(name: string): string {
  if (!NAME.test(name)) throw new ShelfError('BAD_NAME', "not the name of a journal's folder", name);
  return name;
}

function listFolders(root: string): { folders: ShelfFolder[]; refused: ShelfRefusal[] } {
  const folders: ShelfFolder[] = [];
  const refused: ShelfRefusal[] = [];
  const refuse = (where: string, code: ShelfRefusalCode): void => {
    refused.push({ where, code, message: SHELF_REFUSALS[code] });
  };
  let names: string[];
  try {
    names = readdirSync(root).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') refuse(root, 'UNREADABLE');
    return { folders, refused };
  }
  for (const name of names) {
    const place = join(root, name);
    const kind = kindOf(place);
    if (kind !== 'folder') {
      refuse(place, kind === 'file' ? 'STRAY' : kind);
      continue;
    }
    if (folders.length >= MAX_FOLDERS) {
      refuse(place, 'TOO_MANY');
      break;
    }
    const found = { name, entries: 0, checkpoints: 0 };
    let usable = true;
    let inside: string[] = [];
    try {
      inside = readdirSync(place).sort();
    } catch {
      refuse(place, 'UNREADABLE');
      continue;
    }
    for (const file of inside) {
      const path = join(place, file);
      const what = kindOf(path);
      const which = file === FILES.entries ? 'entries' : file === FILES.checkpoints ? 'checkpoints' : null;
      if (which === null) {
        refuse(path, what === 'LINK' || what === 'SPECIAL' ? what : 'STRAY');
        continue;
      }
      if (what !== 'file') {
        refuse(path, what === 'folder' ? 'STRAY' : what);
        usable = false;
        continue;
      }
      found[which] = lstatSync(path).size;
      if (found[which] > MAX_BYTES[which]) {
        refuse(path, 'TOO_LARGE');
        usable = false;
      }
    }
    if (!usable) continue;
    if (!inside.includes(FILES.entries)) refuse(place, 'EMPTY');
    else folders.push(found);
  }
  return { folders, refused };
}

function kindOf(path: string): 'file' | 'folder' | 'LINK' | 'SPECIAL' | 'UNREADABLE' {
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return 'LINK';
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'SPECIAL';
  } catch {
    return 'UNREADABLE';
  }
}

/** Opened without following a link and without waiting on a pipe that took the file's place meanwhile. */
function readFile(path: string, from: number, to: number): Uint8Array {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0);
    throw diskError(error, path);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new ShelfError('DISK', 'not a regular file', path);
    const out = Buffer.allocUnsafe(Math.max(0, Math.min(to, stat.size) - from));
    let got = 0;
    while (got < out.length) {
      const n = readSync(file, out, got, Math.min(out.length - got, PIECE), from + got);
      if (n === 0) break;
      got += n;
    }
    return out.subarray(0, got);
  } catch (error) {
    throw diskError(error, path);
  } finally {
    closeSync(file);
  }
}

/** Where the journals lie in what a person named: a case, its journal/ folder, or one journal's folder. */
export function shelvesAt(path: string): { readonly shelf: JournalShelf; readonly only: string | null } {
  if (existsSync(join(path, FILES.entries))) return { shelf: openShelf(dirname(path)), only: basename(path) };
  const inside = join(path, 'journal');
  if (existsSync(inside) && kindOf(inside) === 'folder') return { shelf: openShelf(inside), only: null };
  const shelf = openShelf(path);
  if (shelf.list().folders.length > 0) return { shelf, only: null };
  throw new ShelfError('NO_JOURNALS', 'no journals here: name a case, its journal folder, or one journal', path);
}
