import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, parse, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PoolOptions } from './contract.ts';

/** Resident memory a child may have above its V8 heap: program text, young generation, buffers outside the heap. */
export const RESIDENT_MARGIN_MB = 320;

/**
 * The young generation takes three times this. V8's own choice (32) costs 100 MB a process and gains nothing here:
 * events are short-lived, what survives survives either way (bench/investigate/NOTES.md).
 */
const YOUNG_MB = 4;

/**
 * The command that starts a reader process. The first wall is Node's permission model: it may read the program and the
 * evidence, and nothing else is allowed. What the flags close beyond that:
 * - node:sqlite opens and writes files past the permission model (seen on Node 26.10), so the module is switched off;
 * - no code from strings, no `__proto__`, no inspector by signal, no addons, no modules from global folders.
 * The second wall, where the system has it (`setpriv` of util-linux): the kernel kills the child when its parent dies,
 * even in an endless loop, and it can never gain privileges. Without it a child still ends when its pipes close.
 */
export function confinedCommand(options: PoolOptions): { file: string; args: string[] } {
  const readable = [...options.program, ...options.readable.flatMap(grants)];
  const args = [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--no-experimental-sqlite',
    '--no-addons',
    '--no-global-search-paths',
    '--disallow-code-generation-from-strings',
    '--disable-proto=throw',
    '--disable-sigusr1',
    '--no-warnings',
    `--max-old-space-size=${options.memoryMb}`,
    `--max-semi-space-size=${YOUNG_MB}`,
    options.entry,
  ];
  const wall = secondWall();
  return wall === null
    ? { file: process.execPath, args }
    : { file: wall, args: ['--pdeathsig', 'KILL', '--no-new-privs', '--', process.execPath, ...args] };
}

/** Nothing of the parent's environment: it may hold secrets, and NODE_OPTIONS would loosen the flags. */
export function confinedEnvironment(): Record<string, string> {
  // One arena for all threads: glibc's many keep what was given back, 10 MB a process.
  const env: Record<string, string> = { TZ: 'UTC', MALLOC_ARENA_MAX: '1' };
  // Windows starts no process without it.
  if (process.platform === 'win32' && process.env.SystemRoot !== undefined) env.SystemRoot = process.env.SystemRoot;
  return env;
}

/** A directory nobody can plant files in; the child may not even list it. */
export function confinedFolder(): string {
  return parse(process.execPath).root;
}

function secondWall(): string | null {
  if (process.platform !== 'linux') return null;
  return ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path)) ?? null;
}

/**
 * A path as the permission model takes it: real, because the model follows links and grants what they lead to. What can
 * not be granted is left out, so nothing more is open than was named: a path that does not exist, and one with `*`,
 * which is a wildcard there and can not be escaped (intake copies such files into its store).
 */
function grants(path: string): string[] {
  try {
    const real = realpathSync(path);
    return real.includes('*') ? [] : [real];
  } catch {
    return [];
  }
}

/**
 * What a child must read of the program: our own source, and of node_modules only the named packages (with what they
 * in turn depend on named by the caller too).
 */
export function programPaths(packages: readonly string[] = []): string[] {
  const root = join(import.meta.dirname, '../..'); // src/ in a checkout, dist/src/ when installed
  return [root, ...packages.map(packageFolder)];
}

function packageFolder(name: string): string {
  const marker = `${sep}node_modules${sep}${name.split('/').join(sep)}`;
  const file = fileURLToPath(import.meta.resolve(name));
  const at = file.lastIndexOf(marker + sep);
  return at < 0 ? dirname(file) : file.slice(0, at + marker.length);
}
