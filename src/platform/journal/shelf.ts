import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { JournalFile, JournalShelf } from '../../app/effects/index.ts';
import { type Disk, disk as realDisk } from './disk.ts';
import { diskError, ShelfError } from './errors.ts';
import { FILES, kindOf, listFolders, PIECE, readFile } from './listing.ts';

const NAME = /^[0-9a-f]{64}(\.[0-9a-f]{16})?$/;
const TEMPORARY = /^(entries\.jsonl|checkpoints\.notes)\.[0-9a-f]{12}\.tmp$/;

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

/** Where the journals lie in what a person named: a case, its journal/ folder, or one journal's folder. */
export function shelvesAt(path: string): { readonly shelf: JournalShelf; readonly only: string | null } {
  if (existsSync(join(path, FILES.entries))) return { shelf: openShelf(dirname(path)), only: basename(path) };
  const inside = join(path, 'journal');
  if (existsSync(inside) && kindOf(inside) === 'folder') return { shelf: openShelf(inside), only: null };
  const shelf = openShelf(path);
  if (shelf.list().folders.length > 0) return { shelf, only: null };
  throw new ShelfError('NO_JOURNALS', 'no journals here: name a case, its journal folder, or one journal', path);
}
