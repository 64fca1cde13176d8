import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { refusal } from './errors.ts';

/**
 * Replace a file as a whole: a reader sees the old bytes or the new ones, and after this returns the new ones survive a
 * power cut. Throws a FileError; then the old file stands and nothing is left beside it.
 */
export function writeAtomic(path: string, bytes: Uint8Array | string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeSynced(temporary, 'wx', bytes);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw refusal(error, path);
  }
}

/** Append and force to the disk before returning. Throws a FileError; the file may then end in a part of `bytes`. */
export function append(path: string, bytes: Uint8Array | string): void {
  try {
    writeSynced(path, 'a', bytes);
  } catch (error) {
    throw refusal(error, path);
  }
}

function writeSynced(path: string, flag: 'wx' | 'a', bytes: Uint8Array | string): void {
  const fd = openSync(path, flag, 0o600);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The name itself must reach the disk too; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
