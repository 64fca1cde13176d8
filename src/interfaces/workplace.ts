import { existsSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ReaderPool } from '../app/effects/index.ts';
import type { ReportAssets } from '../app/report/index.ts';
import { openReaderPool, programPaths } from '../platform/processes/index.ts';
import { CONTENT } from './program.ts';

/** What several commands need of the world, put together in one place. */

/** Packages a reader process loads besides our own source, with what they depend on. */
const READER_PACKAGES = ['re2js', 'yaml', 'zod'];
const CHILD_HEAP_MB = 192;
const QUIET_MS = 60_000;

export function readerPool(size: number, readable: readonly string[]): ReaderPool {
  return openReaderPool({
    size,
    entry: join(
      import.meta.dirname,
      'reader-process',
      existsSync(join(import.meta.dirname, 'reader-process/main.ts')) ? 'main.ts' : 'main.js',
    ),
    program: programPaths(READER_PACKAGES),
    readable,
    memoryMb: CHILD_HEAP_MB,
    quietMs: QUIET_MS,
  });
}

/**
 * From here on V8's young generation stays as small as it is (it would grow to 100 MB): the whole tree of processes has a
 * bound on its memory, and what this process does is waiting for others. For reader processes a flag says so at start.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Hand a pool of one process to `use`, and close it whatever happens. */
export async function withReader<T>(readable: readonly string[], use: (pool: ReaderPool) => Promise<T>): Promise<T> {
  const pool = readerPool(1, readable);
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

export function reportAssets(): ReportAssets {
  const read = (name: string) => readFileSync(join(CONTENT, 'templates/report', name), 'utf8');
  return { css: read('report.css'), js: read('report.js') };
}

/** `user@host` of whoever runs the program, for custody. */
export function whoAmI(): string {
  let user = 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // no entry in the user database: a container's number without a name
  }
  return `${user}@${hostname()}`;
}
