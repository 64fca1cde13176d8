import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

/**
 * Every way in which a journal is written, as single steps, so that a test can stop the process or fill the disk before,
 * in and after each of them (test/journal-cli/support/faulty-disk.ts). `write` may write less than asked.
 */
export interface Disk {
  /** `append`: made when absent; `create`: must not be there; neither follows a link */
  open(path: string, how: 'append' | 'create'): number;
  size(file: number): number;
  write(file: number, bytes: Uint8Array): number;
  cut(file: number, size: number): void;
  /** the bytes written so far survive a power cut */
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  makeFolder(path: string): void;
  remove(path: string): void;
  /** the names in the folder survive a power cut */
  syncFolder(path: string): void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDWR } = constants;

export const disk: Disk = {
  open: (path, how) => openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | (how === 'append' ? O_APPEND : O_EXCL), 0o600),
  size: (file) => fstatSync(file).size,
  write: (file, bytes) => writeSync(file, bytes),
  cut: (file, size) => ftruncateSync(file, size),
  sync: (file) => fsyncSync(file),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  makeFolder: (path) => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  },
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  syncFolder: (path) => {
    if (process.platform === 'win32') return; // no such call there, and none needed
    const file = openSync(path, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
};
