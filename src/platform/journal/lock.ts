import { DatabaseSync } from 'node:sqlite';
import type { CaseLock } from '../../app/effects/index.ts';
import { ShelfError } from './errors.ts';

/** How long a writer waits for another: a note takes milliseconds, a merge of a large case minutes. */
const PATIENCE_MS = 15_000;

/**
 * One writer a case. The lock is the system's own lock on an empty file, taken through SQLite (the runtime offers no
 * other portable way): it ends with its process, so that nothing stale can stay after kill -9. The transaction is
 * rolled back and writes nothing; the file stays empty.
 */
export function lockCase(path: string, patienceMs = PATIENCE_MS): CaseLock {
  const db = new DatabaseSync(path, { timeout: patienceMs });
  try {
    db.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const { errcode } = error as { errcode?: number };
    if (errcode !== undefined && (errcode & 0xff) === 5) {
      throw new ShelfError('CASE_LOCKED', 'another process writes in this case; try again when it has ended', path);
    }
    throw new ShelfError('DISK', `the lock cannot be taken: ${(error as Error).message}`, path, error);
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
