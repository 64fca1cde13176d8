import {
  type Journal,
  type JournalCopy,
  mergeCopies,
  type Problem,
  type VerifyOptions,
  verifyJournal,
} from '../../journal/index.ts';
import type { JournalShelf, ShelfFolder, ShelfRefusal } from '../effects/index.ts';

/** A folder as read: what of it holds, and what is wrong. */
export interface LoadedFolder {
  readonly folder: ShelfFolder;
  readonly copy: JournalCopy | null;
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

export interface Loaded {
  readonly folders: readonly LoadedFolder[];
  readonly refused: readonly ShelfRefusal[];
  readonly journals: readonly Journal[];
}

/** Up to where a folder was verified before; its last id binds all entries before it. */
export type Trusted = ReadonlyMap<string, { readonly size: number; readonly tip: string }>;

/**
 * Every journal on a shelf, verified. Signatures of entries below a trusted tip are not checked again: each entry's id is
 * computed anew from its line and binds the one before, so the same tip means the same signed headers; everything else
 * (form, payload digest, order, checkpoints) is checked always.
 */
export function loadShelf(
  shelf: JournalShelf,
  options: VerifyOptions & { readonly trusted?: Trusted; readonly only?: string | null } = {},
): Loaded {
  const { trusted, only, ...verify } = options;
  const listed = shelf.list();
  const wanted = listed.folders.filter((f) => (only ?? f.name) === f.name);
  const folders = wanted.map((folder): LoadedFolder => {
    const known = trusted?.get(folder.name);
    const first = known && loadFolder(shelf, folder, { ...verify, checkSignature: from(known.size) });
    if (first?.copy && first.copy.size >= known!.size && first.copy.entryId(known!.size - 1) === known!.tip)
      return first;
    return loadFolder(shelf, folder, verify);
  });
  const refused = only ? listed.refused.filter((r) => r.where.includes(only)) : listed.refused;
  return { folders, refused, journals: mergeCopies(folders.flatMap((f) => f.copy ?? [])) };
}

function from(size: number): NonNullable<VerifyOptions['checkSignature']> {
  return (key, message, signature, index) => index < size || key.verify(message, signature);
}

function loadFolder(shelf: JournalShelf, folder: ShelfFolder, options: VerifyOptions): LoadedFolder {
  const files = { entries: shelf.read(folder.name, 'entries'), checkpoints: shelf.read(folder.name, 'checkpoints') };
  const { copy, problems, problemCount } = verifyJournal(files, options);
  return { folder, copy, problems, problemCount };
}

/** Not to be believed beyond the copy; a last line that was never acknowledged is no such thing. */
export function isBroken({ problems }: LoadedFolder): boolean {
  return problems.some((p) => p.severity === 'broken' && p.code !== 'TORN_TAIL');
}
