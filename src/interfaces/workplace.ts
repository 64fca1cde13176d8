import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ReaderPool } from '../app/effects/index.ts';
import type { ReportAssets } from '../app/report/index.ts';
import { openReaderPool, programPaths } from '../platform/processes/index.ts';
import { CONTENT, ROOT } from './program.ts';

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

/** Where only this user can write and what lies there may be lost; null: there is no such place. */
export function cacheFolder(): string | null {
  try {
    return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'czernin', 'rules');
  } catch {
    return null;
  }
}

/** Stands for the program that reads rules: another program reads them anew. */
export const rulesProgram = (): string => programText(['rules', 'app/reading']);

/**
 * Stands for the program that runs behaviours, its engine's version among what package.json pins: another program does
 * not take the results of this one for its own.
 */
export function behavioursProgram(): string {
  const pinned = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package.json')))
    .digest('hex');
  return `${pinned} ${programText(['hunt/behaviours', 'app/behaviours', 'platform/lake', 'knowledge/networks'])}`;
}

/** SHA-256 of the program's own text in these folders of the source. */
function programText(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const folder = join(import.meta.dirname, '..', part);
    for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
      if (/\.test\.|\.d\.ts$/.test(name) || !/\.[jt]s$/.test(name)) continue;
      hash.update(`${part}/${name}\n`).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex');
}

/** In the order in which they stand in the page: one script. */
const REPORT_SCRIPTS = ['page', 'story', 'who', 'answer', 'timeline', 'findings', 'event', 'tables', 'start'] as const;

export function reportAssets(): ReportAssets {
  const read = (name: string) => readFileSync(join(CONTENT, 'templates/report', name), 'utf8');
  return { css: read('report.css'), js: REPORT_SCRIPTS.map((name) => read(`${name}.js`)).join('') };
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
