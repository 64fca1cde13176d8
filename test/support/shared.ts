import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Real material that is not part of the project (attack logs, public rules, vectors). Tests that use it skip with a
 * plain reason when it is absent; the project's own tests stand without it. CZERNIN_SHARED names the folder.
 */
const root = process.env.CZERNIN_SHARED ?? join(import.meta.dirname, '../../../shared/data');

export function shared(...parts: string[]): string {
  return join(root, ...parts);
}

/** For node:test's `skip` option: false when the material is there, else the reason. */
export function withoutShared(...parts: string[]): string | false {
  return existsSync(shared(...parts)) ? false : `no shared test data at ${parts.join('/')} (set CZERNIN_SHARED)`;
}
