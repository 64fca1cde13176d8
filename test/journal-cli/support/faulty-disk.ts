import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { type Disk, disk } from '../../../src/platform/journal/index.ts';

/**
 * The real disk, but at its n-th step something happens:
 * kill: the process is gone before it, or in the middle of a write; nothing after it takes place ·
 * power: the same, and of what was written but not yet synced a part is lost ·
 * full: the disk takes half of a write and no more, now and for `lasting` further writes.
 */
export type Fault = 'kill' | 'power' | 'full';

/** Thrown in place of dying; whoever catches it must do nothing more with the disk. */
export class Killed extends Error {}

export interface FaultyDisk {
  readonly disk: Disk;
  /** steps taken so far */
  readonly steps: () => number;
  /** whether the fault has come */
  readonly struck: () => boolean;
}

export function faultyDisk(fault: Fault, at: number, lasting = 1): FaultyDisk {
  let steps = 0;
  let dead = false;
  let full = 0;
  let struck = false;
  const paths = new Map<number, string>();
  /** by path: how many bytes are safe from a power cut */
  const safe = new Map<string, number>();
  const dirty = new Map<string, number>();

  const die = (): never => {
    dead = true;
    struck = true;
    if (fault === 'power') {
      for (const [path, written] of dirty) {
        const kept = safe.get(path) ?? 0;
        const file = openSync(path, 'r+');
        ftruncateSync(file, kept + Math.floor((written - kept) / 2));
        closeSync(file);
      }
    }
    throw new Killed();
  };
  const step = <T>(act: () => T, half?: () => void): T => {
    if (dead) throw new Killed();
    const now = steps++;
    if (fault === 'full') {
      if (now === at) {
        full = lasting;
        struck = true;
      }
      if (full > 0 && half) {
        full--;
        half();
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC', errno: -28 });
      }
      return act();
    }
    if (now !== at) return act();
    half?.();
    return die();
  };

  const note = (file: number): void => {
    dirty.set(paths.get(file)!, disk.size(file));
  };
  return {
    steps: () => steps,
    struck: () => struck,
    disk: {
      open: (path, how) =>
        step(() => {
          const file = disk.open(path, how);
          paths.set(file, path);
          if (!safe.has(path)) safe.set(path, disk.size(file));
          return file;
        }),
      size: (file) => disk.size(file),
      write: (file, bytes) =>
        step(
          () => {
            const n = disk.write(file, bytes);
            note(file);
            return n;
          },
          () => {
            disk.write(file, bytes.subarray(0, bytes.length >> 1));
            note(file);
          },
        ),
      cut: (file, size) => step(() => disk.cut(file, size)),
      sync: (file) =>
        step(() => {
          disk.sync(file);
          const path = paths.get(file)!;
          safe.set(path, disk.size(file));
          dirty.delete(path);
        }),
      close: (file) => {
        // what a dead process held open the system closes
        disk.close(file);
        paths.delete(file);
      },
      rename: (from, to) =>
        step(() => {
          disk.rename(from, to);
          if (safe.has(from)) safe.set(to, safe.get(from)!);
          dirty.delete(from);
          safe.delete(from);
        }),
      makeFolder: (path) => step(() => disk.makeFolder(path)),
      remove: (path) => step(() => disk.remove(path)),
      syncFolder: (path) => step(() => disk.syncFolder(path)),
    },
  };
}
