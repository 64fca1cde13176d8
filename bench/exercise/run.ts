import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../czernin');

/** Ends well: nothing found, something found, not all could be used (docs/exit-codes.md). */
const DONE = new Set([0, 4, 10]);

/** Runs the real program to its end and returns what it printed. Throws when it fails. */
export function czernin(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status === null || !DONE.has(status))
    throw new Error(`czernin ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout;
}
