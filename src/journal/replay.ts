import type { AsOf, Case, CaseItem, CaseJournal, Payload } from '../model/index.ts';
import { BranchView, emptyTally, type ReplayTally } from './branch.ts';
import { type Contradiction, contradictionName, provedContradiction } from './contradiction.ts';
import { Viewpoint } from './knowledge.ts';
import { commonSize, type Journal } from './merge.ts';
import { viewsOf } from './views.ts';

/**
 * Journals in, Case out. Pure: the same journals in any order give the same Case, whatever copies they came from. Within
 * a journal its own order counts; between journals the authors' clocks decide only in which order things are shown.
 */
export interface ReplayOptions {
  /** the journal of the station that looks; without it nothing is known of when things were learned */
  readonly viewpoint?: string;
  /** the case as it was then */
  readonly asOf?: AsOf;
}

export function replay(journals: readonly Journal[], options: ReplayOptions = {}): Case {
  const tally = emptyTally();
  const items = inOrder(replayItems(journals, options, tally));
  const { id, title, journals: summaries, withheld, ignored, contradictions } = replaySummary(journals, items, tally);
  return {
    id,
    title,
    asOf: options.asOf ?? null,
    viewpoint: options.viewpoint ?? null,
    journals: summaries,
    items,
    ...viewsOf(items),
    withheld,
    ignored,
    contradictions,
  };
}

/**
 * What the items come to for the case as a whole. Only `station-introduced` and `contradiction-found` are looked at, so
 * whoever streams the items need keep no others; the tally is that of the same stream, at its end.
 */
export function replaySummary(
  journals: readonly Journal[],
  items: readonly CaseItem[],
  tally: ReplayTally,
): Pick<Case, 'id' | 'title' | 'journals' | 'withheld' | 'ignored' | 'contradictions'> {
  const sorted = [...journals].sort((a, b) => order(a.id, b.id));
  const contradictions = contradictionsOf(sorted, items, tally);
  const introductions = introductionsIn(items);
  return {
    ...caseName(sorted),
    journals: sorted.map((j) => summary(j, introductions)),
    withheld: { entries: tally.withheld.entries, byKind: sortedRecord(tally.withheld.byKind) },
    ignored: tally.ignored.sort((a, b) => order(a.entry, b.entry) || order(a.code, b.code)),
    contradictions,
  };
}

/**
 * The items one by one, journal after journal, each branch in its order: for whoever keeps an index and not the whole
 * Case in memory. All about an item is settled when it comes; the tally is complete at the end.
 */
export function* replayItems(
  journals: readonly Journal[],
  options: ReplayOptions,
  tally: ReplayTally,
): Generator<CaseItem> {
  const viewpoint = new Viewpoint(journals.find((j) => j.id === options.viewpoint) ?? null);
  for (const { branches } of [...journals].sort((a, b) => order(a.id, b.id))) {
    for (const [n, branch] of branches.entries()) {
      // what a branch shares with one before it is shown there
      const shared = branches.slice(0, n).map((b) => commonSize(b, branch));
      const place = { from: Math.max(0, ...shared), forked: n > 0 };
      yield* new BranchView(branch, place, viewpoint.of(branch), options.asOf, tally).items();
    }
  }
}

/** By author time; but no entry is shown before one that stands before it in its own journal. */
function inOrder(items: Iterable<CaseItem>): CaseItem[] {
  const latest = new Map<string, string>();
  const keyed = Array.from(items, (item) => {
    const lane = item.forked ? `${item.journal}.` : item.journal;
    let at = latest.get(lane) ?? '';
    if (item.time.at > at) at = item.time.at;
    latest.set(lane, at);
    return { item, at };
  });
  keyed.sort((a, b) => order(a.at, b.at) || order(a.item.journal, b.item.journal) || byIndex(a.item, b.item));
  return keyed.map((k) => k.item);
}

function byIndex(a: CaseItem, b: CaseItem): number {
  return a.index - b.index || order(a.id, b.id);
}

function caseName(journals: readonly Journal[]): { id: string; title: string } {
  const openings = journals.flatMap((j) =>
    j.branches.map((b) => ({ about: b.opened.case, at: b.entry(0).header!.time.at })),
  );
  openings.sort((a, b) => order(a.at, b.at) || order(a.about.title, b.about.title));
  return openings[0]?.about ?? { id: '0'.repeat(32), title: 'empty' };
}

/** What the copies here show, and what other stations report and prove. A report without proof is named as ignored. */
function contradictionsOf(
  journals: readonly Journal[],
  items: readonly CaseItem[],
  tally: ReplayTally,
): Case['contradictions'] {
  const byName = new Map<string, Case['contradictions'][number]>();
  const add = (c: Contradiction, reported: string[]): void => {
    const known = byName.get(contradictionName(c));
    if (known) known.reported.push(...reported);
    else byName.set(contradictionName(c), { ...c, about: [...c.about], exhibits: [...c.exhibits], reported });
  };
  for (const journal of journals) for (const c of journal.contradictions) add(c, []);
  for (const item of items) {
    if (item.kind !== 'contradiction-found' || item.standing === 'retracted' || item.payload === undefined) continue;
    const report = item.payload as Payload<'contradiction-found'>;
    const proved = provedContradiction(report, journals.find((j) => j.id === report.journal)?.branches ?? []);
    if (proved) add(proved, [item.id]);
    else tally.ignored.push({ entry: item.id, code: 'CONTRADICTION_UNPROVED' });
  }
  return [...byName].sort(([a], [b]) => order(a, b)).map(([, c]) => c);
}

type Introductions = ReadonlyMap<string, CaseJournal['introduced']>;

/** By key: who says it is whose. */
function introductionsIn(items: readonly CaseItem[]): Introductions {
  const byKey = new Map<string, CaseJournal['introduced']>();
  for (const { kind, standing, payload, agency, id } of items) {
    if (kind !== 'station-introduced' || standing === 'retracted' || payload === undefined) continue;
    const { key, verified } = payload as Payload<'station-introduced'>;
    byKey.set(key, [...(byKey.get(key) ?? []), { agency, entry: id, how: verified.how }]);
  }
  return byKey;
}

function summary(journal: Journal, introductions: Introductions): CaseJournal {
  const [main] = journal.branches;
  const keys = main.keys.flatMap((k) => k.key?.text ?? []);
  return {
    id: journal.id,
    agency: main.opened.agency,
    role: main.opened.role,
    size: main.size,
    ...main.counts(),
    signedSize: journal.checkpoints.at(-1)?.size ?? 0,
    branches: journal.branches.length,
    key: main.state.key?.fingerprint ?? null,
    keys: main.state.keys,
    tip: main.state.tip,
    root: main.root(),
    introduced: keys.flatMap((k) => introductions.get(k) ?? []),
  };
}

function sortedRecord(record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => order(a, b)));
}

/** By UTF-16 code units: the same on every machine, unlike localeCompare. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
