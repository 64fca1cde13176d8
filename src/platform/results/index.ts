/**
 * results: texts kept in the case from run to run, a file each, named by the key of all they depend on. Derived: delete
 * the folder at will. Law: what comes back is what was kept under that key, or nothing (2): a file that was damaged, cut,
 * renamed or written by somebody else's hand without its digest is passed over and written anew.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultShelf } from '../../app/effects/index.ts';

/** More than any result: 10,000 findings of behaviours are some 20 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
const NAME = /^([0-9a-f]{64})\.json$/;

/** @param dir a folder of ours, made when something is kept. Keys are SHA-256 in hex. */
export function resultShelf(dir: string): ResultShelf {
  const pathOf = (key: string): string => join(dir, `${key}.json`);
  return {
    recall(key) {
      const path = pathOf(key);
      try {
        const found = statSync(path);
        if (!found.isFile() || found.size > MAX_BYTES) return null;
        const text = readFileSync(path, 'utf8');
        const end = text.indexOf('\n');
        const body = text.slice(end + 1);
        return end > 0 && text.slice(0, end) === mark(key, body) ? body : null;
      } catch {
        return null; // not there, or not to be read: as if never kept
      }
    },
    keep(key, text) {
      // Not forced to the disk: a power cut that loses it costs a run, and the digest tells half a file from a whole one.
      const temporary = `${pathOf(key)}.tmp`;
      try {
        mkdirSync(dir, { recursive: true });
        writeFileSync(temporary, `${mark(key, text)}\n${text}`);
        renameSync(temporary, pathOf(key));
      } catch {
        rmSync(temporary, { force: true }); // a full disk costs the next run its time, not this one its result
      }
    },
    retain(keys) {
      if (!existsSync(dir)) return;
      for (const name of readdirSync(dir)) {
        const key = NAME.exec(name)?.[1];
        if (key === undefined ? name.endsWith('.tmp') : !keys.has(key)) rmSync(join(dir, name), { force: true });
      }
    },
  };
}

/** The key is in it, so that a whole file under another name is noticed too. */
const mark = (key: string, text: string): string => createHash('sha256').update(`${key}\n${text}`).digest('hex');
