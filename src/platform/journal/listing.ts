import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  type JournalFile,
  SHELF_REFUSALS,
  type ShelfFolder,
  type ShelfRefusal,
  type ShelfRefusalCode,
} from '../../app/effects/index.ts';
import { diskError, ShelfError } from './errors.ts';

/** Reading what lies among the journals. It may be written by the adversary: nothing followed, everything bounded. */
export const FILES: Readonly<Record<JournalFile, string>> = {
  entries: 'entries.jsonl',
  checkpoints: 'checkpoints.notes',
};
/** Journals are verified in memory: 2 GiB are three million entries. */
const MAX_BYTES: Readonly<Record<JournalFile, number>> = { entries: 2 ** 31, checkpoints: 2 ** 28 };
/** of all folders together */
const MAX_ALL_BYTES = 2 ** 33;
const MAX_FOLDERS = 1000;
/** One system call moves no more. */
export const PIECE = 2 ** 30;

export function listFolders(root: string): { folders: ShelfFolder[]; refused: ShelfRefusal[] } {
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
  let all = 0;
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
    all += found.entries + found.checkpoints;
    if (usable && all > MAX_ALL_BYTES) {
      refuse(place, 'TOO_LARGE');
      usable = false;
    }
    if (!usable) continue;
    if (!inside.includes(FILES.entries)) refuse(place, 'EMPTY');
    else folders.push(found);
  }
  return { folders, refused };
}

export function kindOf(path: string): 'file' | 'folder' | 'LINK' | 'SPECIAL' | 'UNREADABLE' {
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return 'LINK';
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'SPECIAL';
  } catch {
    return 'UNREADABLE';
  }
}

/** Opened without following a link and without waiting on a pipe that took the file's place meanwhile. */
export function readFile(path: string, from: number, to: number): Uint8Array {
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
