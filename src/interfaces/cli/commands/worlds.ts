import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CaseWorld } from '../../../app/case/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { openIndexStore } from '../../../platform/index-store/index.ts';
import { lockCase, openShelf } from '../../../platform/journal/index.ts';

/** A case folder as the journeys over its journals need it. */
export function worldOf(folder: CaseFolder): CaseWorld {
  return {
    file: folder.file,
    shelf: openShelf(folder.journal),
    index: openIndexStore(folder.index),
    lock: () => lockCase(join(folder.root, '.lock')),
    now: () => Date.now(),
    salt: () => randomBytes(32),
  };
}
