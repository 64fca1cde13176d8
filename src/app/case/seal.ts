import { sha256Hex } from '../../seal/index.ts';
import type { CaseIndex, IndexedFolder, JournalShelf, ShelfFolder } from '../effects/index.ts';

/** Read at each opening, so little; what changes in the middle of a file is for `verify` to find. */
const TAIL_BYTES = 4096;

/**
 * By what an index knows a folder again: how long its files are, and the digest of their last bytes. An append-only file
 * of the same length with the same end is the same file, unless somebody meant to deceive or the disk decays.
 */
export function sealAt(shelf: JournalShelf, { name, entries, checkpoints }: ShelfFolder): string {
  const tails = [
    shelf.read(name, 'entries', Math.max(0, entries - TAIL_BYTES), entries),
    shelf.read(name, 'checkpoints', Math.max(0, checkpoints - TAIL_BYTES), checkpoints),
  ];
  return `${entries}:${checkpoints}:${sha256Hex(Buffer.concat(tails))}`;
}

/** The folder as it was when it was indexed. */
export function sealedFolder({ name, seal }: IndexedFolder): ShelfFolder {
  const [entries = 0, checkpoints = 0] = seal.split(':', 2).map(Number);
  return { name, entries, checkpoints };
}

export type Freshness =
  /** every folder is as it was indexed */
  | 'current'
  /** one folder, and only that, goes on after what was indexed */
  | { readonly grown: IndexedFolder; readonly now: ShelfFolder }
  | 'stale';

export function freshness(shelf: JournalShelf, index: CaseIndex): Freshness {
  const { folders } = shelf.list();
  const rows = index.folders();
  if (folders.length !== rows.length) return 'stale';
  let grown: Freshness = 'current';
  for (const [i, now] of folders.entries()) {
    const row = rows[i]!;
    if (row.name !== now.name) return 'stale';
    const then = sealedFolder(row);
    if (then.entries > now.entries || then.checkpoints > now.checkpoints) return 'stale';
    if (sealAt(shelf, then) !== row.seal) return 'stale';
    if (then.entries === now.entries && then.checkpoints === now.checkpoints) continue;
    if (grown !== 'current' || row.state === null || row.problems > 0 || row.bytes !== then.entries) return 'stale';
    grown = { grown: row, now };
  }
  return grown;
}
