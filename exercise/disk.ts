import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Output } from './logs/output.ts';

/** Files below a folder; existing ones are written anew. The only file of the exercise that touches the disk. */
export function diskOutput(folder: string): Output {
  const made = new Set<string>();
  return {
    open(path) {
      const file = join(folder, path);
      const parent = dirname(file);
      if (!made.has(parent)) {
        mkdirSync(parent, { recursive: true });
        made.add(parent);
      }
      const fd = openSync(file, 'w');
      const all = (bytes: Uint8Array, position: number | null) => {
        for (let at = 0; at < bytes.length; ) {
          at += writeSync(fd, bytes, at, bytes.length - at, position === null ? null : position + at);
        }
      };
      return {
        write: (bytes) => all(bytes, null),
        writeAt: (bytes, position) => all(bytes, position),
        close: () => closeSync(fd),
      };
    },
  };
}
