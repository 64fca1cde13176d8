import {
  type Contradiction,
  contradictionDraft,
  foldersOf,
  type Journal,
  mergeJournals,
  type News,
  newsBetween,
  seenDraft,
  type VerifyOptions,
} from '../../journal/index.ts';
import type { JournalShelf, ShelfContent } from '../effects/index.ts';
import { isBroken, type Loaded, type LoadedFolder, loadShelf } from './load.ts';
import { reindex, trustedBy } from './open.ts';
import type { CaseWorld, Hand, Saying, Station } from './world.ts';
import { openWriter } from './writer.ts';

/** One place to merge from: a case, a stick, one journal. */
export interface MergeSource {
  /** as a person named it */
  readonly label: string;
  readonly shelf: JournalShelf;
  /** only this folder of it */
  readonly only: string | null;
}

/** Something that was not taken, and why: a code of the shelf's or the journal's list. */
export interface Refused {
  readonly where: string;
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly index: number | null;
}

export interface MergeReport {
  readonly news: readonly News[];
  readonly refused: readonly Refused[];
  /** journals that were read and brought nothing */
  readonly known: number;
  /** every contradiction the case holds now */
  readonly contradictions: readonly Contradiction[];
  /** damaged folders of this case that were replaced by a whole copy, and where the damage lies now */
  readonly healed: readonly { readonly name: string; readonly keptAt: string }[];
  /** what this station put on record of it */
  readonly recorded: readonly string[];
}

export interface MergeOptions {
  /** whose journals may come in; journals that are here already always may */
  readonly admit: NonNullable<VerifyOptions['admit']>;
  /** to put on record what was seen; null: no station is set up */
  readonly station: Station | null;
  readonly hand: Hand;
}

/**
 * Takes journals from elsewhere into the case: verified first, then the union, then what was seen goes on record. What is
 * refused leaves everything as it was. The same again brings nothing.
 */
export function mergeInto(world: CaseWorld, sources: readonly MergeSource[], options: MergeOptions): MergeReport {
  const lock = world.lock();
  try {
    world.shelf.tidy();
    const index = world.index.open();
    const trusted = index ? trustedBy(index) : new Map();
    index?.close();
    const mine = loadShelf(world.shelf, { case: world.file.id, trusted });
    const here = new Set(mine.folders.flatMap((f) => f.copy?.opened.key ?? []));
    const refused: Refused[] = [];
    let theirs: readonly Journal[] = [];
    let read = 0;
    for (const { shelf, only, label } of sources) {
      const loaded = loadShelf(shelf, {
        case: world.file.id,
        now: world.now(),
        admit: (opened) => here.has(opened.key) || options.admit(opened),
        only,
      });
      refused.push(...refusalsOf(label, loaded));
      const usable = loaded.folders.flatMap((f) => (isBroken(f) || !f.copy ? [] : f.copy));
      read += new Set(usable.map((c) => c.id)).size;
      theirs = mergeJournals(theirs, loadedJournals(loaded));
    }
    const after = mergeJournals(mine.journals, theirs);
    const news = newsBetween(mine.journals, after);
    const healed = settle(world.shelf, mine, after);
    reindex(world, trusted);
    const recorded = options.station ? record(world, options.station, options.hand, { after, news, mine, lock }) : [];
    return {
      news,
      refused,
      known: Math.max(0, read - news.length),
      contradictions: after.flatMap((j) => j.contradictions),
      healed,
      recorded,
    };
  } finally {
    lock.release();
  }
}

function loadedJournals(loaded: Loaded): readonly Journal[] {
  const sound = new Set(loaded.folders.flatMap((f) => (isBroken(f) || !f.copy ? [] : f.copy.id)));
  if (loaded.folders.every((f) => !isBroken(f))) return loaded.journals;
  return loaded.journals.filter((j) => sound.has(j.id));
}

function refusalsOf(label: string, { folders, refused }: Loaded): Refused[] {
  const onDisk = refused.map((r): Refused => ({ ...r, line: null, index: null }));
  const broken = folders.filter(isBroken).map(({ folder, problems }): Refused => {
    const { code, message, line, index, file } = problems.find((p) => p.severity === 'broken')!;
    const name = file === 'entries' ? 'entries.jsonl' : 'checkpoints.notes';
    return { where: `${label}: ${folder.name}/${name}`, code, message, line, index };
  });
  return [...onDisk, ...broken];
}

/** The case's folders become those of the merged journals; unchanged ones are not touched. */
function settle(shelf: JournalShelf, mine: Loaded, after: readonly Journal[]): MergeReport['healed'] {
  const before = new Map(mine.folders.map((f) => [f.folder.name, f]));
  const wanted = after.flatMap((j) => foldersOf(j));
  const changed = wanted.filter((f) => differs(shelf, f, before.get(f.name)));
  const healed: { name: string; keptAt: string }[] = [];
  for (const { name, entries } of changed) {
    const old = before.get(name);
    // what cannot be read may still tell something to a person: it is kept, out of the way
    if (old && isBroken(old) && entries.length > 0) healed.push({ name, keptAt: shelf.setAside(name) });
  }
  // branches before main ones: at every moment all entries stand somewhere
  const ordered = changed.toSorted((a, b) => b.name.length - a.name.length);
  const kept = new Set(wanted.map((f) => f.name));
  const obsolete = mine.folders.filter((f) => !kept.has(f.folder.name) && f.copy && !isBroken(f));
  shelf.put(
    ordered,
    obsolete.map((f) => f.folder.name).filter((name) => FORMAT_NAME.test(name)),
  );
  return healed;
}

const FORMAT_NAME = /^[0-9a-f]{64}(\.[0-9a-f]{16})?$/;

function differs(shelf: JournalShelf, wanted: ShelfContent, old: LoadedFolder | undefined): boolean {
  if (!old) return true;
  // of a damaged folder only more than what holds there is worth replacing it for
  if (isBroken(old)) return wanted.entries.length > (old.copy?.lines.starts.at(old.copy.size) ?? 0);
  if (old.folder.entries !== wanted.entries.length) return true;
  if (old.folder.checkpoints !== Buffer.byteLength(wanted.checkpoints)) return true;
  const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
  return !(
    same(shelf.read(wanted.name, 'entries'), wanted.entries) &&
    same(shelf.read(wanted.name, 'checkpoints'), Buffer.from(wanted.checkpoints))
  );
}

/**
 * What we have seen goes on record, with our cosignature, and so does every contradiction that is new to us. Of a journal
 * that brought nothing but its own record of what it saw nothing is recorded: two stations would never come to an end.
 */
function record(
  world: CaseWorld,
  station: Station,
  hand: Hand,
  merged: {
    readonly after: readonly Journal[];
    readonly news: readonly News[];
    readonly mine: Loaded;
    readonly lock: ReturnType<CaseWorld['lock']>;
  },
): string[] {
  const worth = merged.news.filter((n) => isWorthRecord(n, merged));
  if (worth.length === 0) return [];
  const writer = openWriter(world, station, hand, { lock: merged.lock });
  try {
    const sayings = worth
      .filter((n) => n.journal !== writer.journal)
      .flatMap((n): Saying[] => {
        const journal = merged.after.find((j) => j.id === n.journal)!;
        return [
          seenDraft(journal, hand(), station.signer) as Saying,
          ...n.contradictions.map((c) => contradictionDraft(c, hand()) as Saying),
        ];
      });
    return writer.append(sayings);
  } finally {
    writer.close();
  }
}

function isWorthRecord(news: News, { after, mine }: { after: readonly Journal[]; mine: Loaded }): boolean {
  if (news.contradictions.length > 0 || news.filled > 0) return true;
  const [main] = after.find((j) => j.id === news.journal)!.branches;
  const known = mine.journals.find((j) => j.id === news.journal)?.branches[0].size ?? 0;
  for (let i = known; i < main.size; i++) if (main.entry(i).header?.kind !== 'checkpoint-seen') return true;
  return false;
}
