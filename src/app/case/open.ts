import { canonicalize, parseJson, toHex } from '../../base/index.ts';
import { type JournalState, keepState, keptState, type Opened, verifyTail } from '../../journal/index.ts';
import type { CaseItem, CaseJournal } from '../../model/index.ts';
import { Frontier } from '../../seal/index.ts';
import type { CaseIndex, IndexedFolder, IndexedItem, JournalShelf } from '../effects/index.ts';
import { RecordError } from './errors.ts';
import { type Loaded, loadShelf, type Trusted } from './load.ts';
import { indexContent, itemRow, targetsOf } from './rows.ts';
import { freshness, sealAt } from './seal.ts';
import type { CaseWorld } from './world.ts';

/**
 * Kinds that say nothing about other entries or about the case as a whole: when only such were added, their rows are
 * added too. After any other kind the index is made anew from the replay.
 */
const PLAIN: ReadonlySet<string> = new Set([
  'key-rotated',
  'evidence-received',
  'analysis-run',
  'finding-judged',
  'note',
  'entity-asserted',
  'intrusion-named',
  'intrusion-merged',
  'intrusion-split',
  'evidence-stated',
  'hypothesis-stated',
  'assessment-made',
  'decision-made',
  'release-made',
  'dispatch-sent',
  'dispatch-received',
  'checkpoint-seen',
]);

/** The case's index as its journals are now; brought up to date first when they went on. The caller closes it. */
export function openCaseIndex(world: CaseWorld): CaseIndex {
  const index = world.index.open();
  if (index && freshness(world.shelf, index) === 'current') return index;
  index?.close();
  const lock = world.lock();
  try {
    return freshIndex(world);
  } finally {
    lock.release();
  }
}

/** The same for whoever holds the lock. `written`: what the caller has signed himself this minute needs no verifying. */
export function freshIndex(
  world: CaseWorld,
  written?: { readonly name: string; readonly size: number; readonly tip: string },
): CaseIndex {
  const index = world.index.open();
  const state = index && freshness(world.shelf, index);
  if (index && state === 'current') return index;
  const grown = state && typeof state === 'object' ? state : null;
  const rows = index && grown ? tailRows(world, index, grown, grown.grown.name === written?.name) : null;
  const trusted = index ? trustedBy(index) : new Map();
  if (written) trusted.set(written.name, written);
  index?.close();
  if (rows) world.index.extend(rows.folder, rows.items);
  else reindex(world, trusted);
  const made = world.index.open();
  if (!made) throw new RecordError('NO_JOURNAL', 'the index was written and cannot be read: is the disk failing?');
  return made;
}

/** Everything anew. Signatures below a trusted tip are not checked again: `verify` does that. */
export function reindex(world: CaseWorld, trusted: Trusted = new Map()): Loaded {
  const loaded = loadShelf(world.shelf, { case: world.file.id, trusted });
  world.index.build(indexContent(world.shelf, loaded, world.file));
  return loaded;
}

export function trustedBy(index: CaseIndex): Map<string, { size: number; tip: string }> {
  const sound = index.folders().filter((f) => f.size > 0 && f.problems === 0);
  return new Map(sound.map(({ name, size, tip }) => [name, { size, tip }]));
}

/** Rows of what one journal has more than the index; null when the index must be made anew. */
function tailRows(
  { shelf }: CaseWorld,
  index: CaseIndex,
  { grown, now }: { readonly grown: IndexedFolder; readonly now: { entries: number; checkpoints: number } },
  ours: boolean,
): { folder: IndexedFolder; items: (readonly [IndexedItem, readonly string[]])[] } | null {
  const bytes = shelf.read(grown.name, 'entries', grown.bytes, now.entries);
  const added: Opened[] = [];
  let plain = true;
  const verdict = verifyTail(keptState(parseJson(grown.state!)), bytes, {
    ...(ours ? { checkSignature: () => true } : {}),
    onEntry(entry) {
      if (entry.degree === 2 && PLAIN.has(entry.header.kind)) added.push(entry);
      else plain = false;
    },
  });
  if (!plain || verdict.problems.some((p) => p.severity !== 'suspect')) return null;
  const { state } = verdict;
  const before = index.summaries().find((s) => s.id === grown.journal)!;
  const folder: IndexedFolder = {
    ...grown,
    size: state.size,
    bytes: now.entries,
    tip: state.tip,
    seal: sealAt(shelf, { name: grown.name, ...now }),
    state: canonicalize(keepState(state)),
    summary: canonicalize(grownSummary(before, state, added.length, signedSize(shelf, grown.name))),
  };
  return { folder, items: rowsOf(added, bytes, grown, index) };
}

function rowsOf(
  added: readonly Opened[],
  bytes: Uint8Array,
  { name, bytes: start }: IndexedFolder,
  index: CaseIndex,
): (readonly [IndexedItem, readonly string[]])[] {
  let shown = index.lastShown(name);
  let from = 0;
  return added.map((entry) => {
    const end = bytes.indexOf(0x0a, from);
    const item = itemOf(entry);
    if (item.time.at > shown) shown = item.time.at;
    const row = itemRow(item, { folder: name, offset: start + from, length: end - from, shown });
    from = end + 1;
    return [row, targetsOf(item)] as const;
  });
}

/** A whole entry that nothing answers yet, on a main branch, under a key nobody doubts. */
function itemOf({ id, header, payload }: Opened): CaseItem {
  const { journal, index, kind, author, time, marking, refs } = header;
  return {
    id,
    journal,
    index,
    kind,
    agency: author.agency,
    author: author.name,
    time,
    marking,
    refs,
    standing: 'stands',
    answers: [],
    forked: false,
    doubted: false,
    payload,
  };
}

function grownSummary(before: CaseJournal, state: JournalState, added: number, signed: number): CaseJournal {
  return {
    ...before,
    size: state.size,
    full: before.full + added,
    signedSize: Math.max(before.signedSize, signed),
    key: state.key?.fingerprint ?? null,
    keys: state.keys,
    tip: state.tip,
    root: toHex(new Frontier(state.size, state.peaks).root()),
  };
}

/** The size our last checkpoint names; it is ours, and `verify` judges it. */
function signedSize(shelf: JournalShelf, name: string): number {
  const notes = Buffer.from(shelf.read(name, 'checkpoints')).toString('latin1');
  const [, size] = notes.slice(notes.lastIndexOf('\nczernin/journal/') + 1).split('\n');
  return Number(size ?? 0);
}
