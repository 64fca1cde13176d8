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
  withheldStretches,
} from '../../journal/index.ts';
import type { Payload } from '../../model/index.ts';
import type { CaseIndex, CaseLock, JournalShelf, ShelfContent } from '../effects/index.ts';
import { logOf } from './ask.ts';
import { isBroken, type Loaded, type LoadedFolder, loadShelf } from './load.ts';
import { freshIndex, reindex, trustedBy } from './open.ts';
import { begunBy, isOwn } from './own.ts';
import { cutTorn } from './torn.ts';
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
    if (options.station) cutTorn(world, options.station);
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
    const recorded = options.station ? record(world, options.station, options.hand, lock, after) : [];
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
 * What we have seen goes on record, with our cosignature, and so does every contradiction. Asked of our journal, not of
 * this merge: what a killed merge did not record the next one does. Of a journal that went on with nothing but its own
 * record of what it saw nothing is recorded: two stations would never come to an end.
 */
function record(
  world: CaseWorld,
  station: Station,
  hand: Hand,
  lock: CaseLock,
  journals: readonly Journal[],
): readonly string[] {
  const index = freshIndex(world);
  const own = index.folders().find((f) => isOwn(f, station))?.journal ?? null;
  const seen = own === null ? nothingSeen() : seenBy(world, index, own);
  index.close();
  const others = journals.filter((j) => j.id !== own && !begunBy(station, world.file.id).has(j.id));
  const news = others.filter((j) => isNews(j, seen));
  const contradictions = journals.flatMap((j) => j.contradictions).filter((c) => !seen.reported.has(shortName(c)));
  if (news.length + contradictions.length === 0) return [];
  const writer = openWriter(world, station, hand, { lock });
  try {
    return writer.append([
      ...news.map((j) => seenDraft(j, hand(), station.signer) as Saying),
      ...contradictions.map((c) => contradictionDraft(c, hand()) as Saying),
    ]);
  } finally {
    writer.close();
  }
}

/** What our journal has on record: of each other one how far and how much of it, and which contradictions. */
interface OnRecord {
  readonly journals: Map<string, { readonly size: number; readonly withheld: number }>;
  readonly reported: Set<string>;
}

function nothingSeen(): OnRecord {
  return { journals: new Map(), reported: new Set() };
}

function seenBy(world: CaseWorld, index: CaseIndex, own: string): OnRecord {
  const found = nothingSeen();
  for (const { payload } of logOf(world, index, { kind: 'checkpoint-seen', journal: own })) {
    const { journal, size, withheld } = payload as Payload<'checkpoint-seen'>;
    found.journals.set(journal, { size, withheld: lengthOf(withheld) });
  }
  for (const { payload } of logOf(world, index, { kind: 'contradiction-found', journal: own })) {
    found.reported.add(shortName(payload as Payload<'contradiction-found'>));
  }
  return found;
}

function isNews({ id, branches: [main] }: Journal, { journals }: OnRecord): boolean {
  const known = journals.get(id);
  if (!known || lengthOf(withheldStretches(main)) < known.withheld) return true;
  for (let i = known.size; i < main.size; i++) if (main.entry(i).header?.kind !== 'checkpoint-seen') return true;
  return false;
}

function lengthOf(stretches: readonly (readonly [number, number])[]): number {
  return stretches.reduce((n, [from, to]) => n + to - from, 0);
}

function shortName({ journal, code, size, exhibits }: Payload<'contradiction-found'> | Contradiction): string {
  return [journal, code, size, ...exhibits].join(' ');
}
