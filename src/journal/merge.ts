import { KEY_KINDS } from '../model/index.ts';
import { type Contradiction, contradictionName } from './contradiction.ts';
import { type JournalCopy, Lines, type SignedCheckpoint } from './copy.ts';
import { JournalError } from './errors.ts';
import { DEGREE, headerLineOf } from './line.ts';

/**
 * Joining copies of journals over the gap. Pure set union: what any copy knows the result knows, in whatever order and
 * however often copies come (idempotent, commutative, associative; test/journal/converge.test.ts). Only verified copies
 * come in. Copies of one journal that went apart stay apart, as branches: nothing wins silently.
 */
export interface Journal {
  readonly id: string;
  /** main branch first: most recoveries by the recovery key, then longest, then smallest last id */
  readonly branches: readonly [JournalCopy, ...JournalCopy[]];
  /** all that are known, by size, root, text */
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly contradictions: readonly Contradiction[];
}

/** Every journal known from these copies, by id. */
export function mergeCopies(copies: Iterable<JournalCopy>): Journal[] {
  const byId = Map.groupBy(copies, (c) => c.id);
  return [...byId.keys()].sort().map((id) => joined(id, byId.get(id)!));
}

/** What is known of two sides together: mine and theirs, or any two. */
export function mergeJournals(a: readonly Journal[], b: readonly Journal[]): Journal[] {
  return mergeCopies([...a, ...b].flatMap(copiesOf));
}

/** A journal as copies again; the first bears all its checkpoints. */
function copiesOf(journal: Journal): JournalCopy[] {
  return journal.branches.map((b) => b.withCheckpoints(journal.checkpoints));
}

function joined(id: string, copies: readonly JournalCopy[]): Journal {
  const checkpoints = unionOfCheckpoints(copies);
  const tips: JournalCopy[] = [];
  for (const copy of [...copies].sort((a, b) => b.size - a.size)) {
    if (!tips.some((tip) => commonSize(tip, copy) === copy.size)) tips.push(copy);
  }
  const filled = tips.map((tip) => copies.reduce(fillFrom, tip));
  const branches = filled.sort(byStanding) as [JournalCopy, ...JournalCopy[]];
  return {
    id,
    branches: branches.map((b) => b.withCheckpoints([])) as [JournalCopy, ...JournalCopy[]],
    checkpoints,
    contradictions: contradictionsIn(id, branches, checkpoints),
  };
}

function byStanding(a: JournalCopy, b: JournalCopy): number {
  const recoveries = (c: JournalCopy): number => c.keys.filter((k) => k.recovered).length;
  return recoveries(b) - recoveries(a) || b.size - a.size || (a.state.tip < b.state.tip ? -1 : 1);
}

/** How many first entries two copies have in common: equal roots mean equal entries, so halving finds it. */
export function commonSize(a: JournalCopy, b: JournalCopy): number {
  const most = Math.min(a.size, b.size);
  if (a === b || a.root(most) === b.root(most)) return most;
  let [same, differ] = [0, most];
  while (differ - same > 1) {
    const middle = Math.floor((same + differ) / 2);
    if (a.root(middle) === b.root(middle)) same = middle;
    else differ = middle;
  }
  return same;
}

/** `copy` with every line of which `other` holds more, where both have the same entry. */
function fillFrom(copy: JournalCopy, other: JournalCopy): JournalCopy {
  if (copy === other) return copy;
  const common = commonSize(copy, other);
  const better = (i: number): boolean => other.degree(i) > copy.degree(i);
  let first = 0;
  while (first < common && !better(first)) first++;
  if (first === common) return copy;
  const parts: Uint8Array[] = [copy.lines.bytes.subarray(0, copy.lines.starts[first]!)];
  const starts = copy.lines.starts.slice(0, first + 1);
  const degrees = copy.lines.degrees.slice(0, copy.size);
  for (let i = first; i < copy.size; i++) {
    const from = i < common && better(i) ? other : copy;
    const line = from.lines.bytes.subarray(from.lines.starts[i], from.lines.starts[i + 1]!);
    parts.push(line);
    degrees[i] = from.degree(i);
    starts.push(starts[i]! + line.length);
  }
  return copy.withLines(new Lines(Buffer.concat(parts), starts, degrees));
}

function unionOfCheckpoints(copies: readonly JournalCopy[]): SignedCheckpoint[] {
  const byNote = new Map(copies.flatMap((c) => c.checkpoints).map((c) => [c.note, c]));
  return [...byNote.values()].sort((a, b) => a.size - b.size || (a.note < b.note ? -1 : 1));
}

function contradictionsIn(
  journal: string,
  branches: readonly [JournalCopy, ...JournalCopy[]],
  checkpoints: readonly SignedCheckpoint[],
): Contradiction[] {
  const [main, ...others] = branches;
  const forks = others.map((branch): Contradiction => {
    const size = commonSize(main, branch);
    const sides = [main, branch].sort((a, b) => (a.entryId(size) < b.entryId(size) ? -1 : 1));
    const about = sides.map((b) => b.entryId(size));
    return { code: 'FORK', journal, size, about, exhibits: sides.map((b) => exhibitOf(b, size)) };
  });
  const longest = Math.max(...branches.map((b) => b.size));
  const rewritten = checkpoints
    .filter((c) => c.size <= longest && !branches.some((b) => stands(c, b)))
    .map(({ size, root, note }): Contradiction => {
      const other = checkpoints.find((o) => o.size === size && branches.some((b) => stands(o, b)));
      const exhibits = other ? [note, other.note] : [note];
      return { code: 'REWRITTEN_PAST', journal, size, about: [root], exhibits };
    });
  const ahead = Map.groupBy(
    checkpoints.filter((c) => c.size > longest),
    (c) => c.size,
  );
  const split = [...ahead].flatMap(([size, group]): Contradiction[] => {
    const byRoot = new Map(group.map((c) => [c.root, c.note]));
    const about = [...byRoot.keys()].sort();
    const exhibits = about.slice(0, 2).map((root) => byRoot.get(root)!);
    return about.length < 2 ? [] : [{ code: 'SPLIT_VIEW', journal, size, about, exhibits }];
  });
  return [...forks, ...rewritten, ...split];
}

/** Whether a branch is as long as the checkpoint says, with the root it says. */
export function stands(c: SignedCheckpoint, branch: JournalCopy): boolean {
  return c.size <= branch.size && branch.root(c.size) === c.root;
}

/** The signed header alone proves the fork and shows nothing that may be withheld; entries with keys are always whole. */
function exhibitOf(copy: JournalCopy, index: number): string {
  const line = Buffer.from(copy.line(index)).toString();
  const { header, degree } = copy.entry(index);
  return degree === DEGREE.full && !KEY_KINDS.has(header!.kind) ? headerLineOf(line) : line;
}

/** What one side learns from a merge, for each journal it concerns. */
export interface News {
  readonly journal: string;
  readonly agency: string;
  /** entries not known before, on any branch */
  readonly entries: number;
  /** entries known before only in part, of which more is known now */
  readonly filled: number;
  readonly checkpoints: number;
  /** contradictions not known before */
  readonly contradictions: readonly Contradiction[];
}

/** The difference a merge made; empty when it brought nothing ("0 new"). */
export function newsBetween(before: readonly Journal[], after: readonly Journal[]): News[] {
  const known = new Map(before.map((j) => [j.id, j]));
  return after.flatMap((now) => {
    const then = known.get(now.id);
    const notes = new Set(then?.checkpoints.map((c) => c.note));
    const old = new Set(then?.contradictions.map(contradictionName));
    let entries = 0;
    let filled = 0;
    for (const [n, branch] of now.branches.entries()) {
      const [nearest, common] = nearestOf(branch, then?.branches ?? []);
      const [, counted] = nearestOf(branch, now.branches.slice(0, n));
      entries += branch.size - Math.max(common, counted);
      if (nearest) for (let i = 0; i < common; i++) if (branch.degree(i) > nearest.degree(i)) filled++;
    }
    const news: News = {
      journal: now.id,
      agency: now.branches[0].opened.agency,
      entries,
      filled,
      checkpoints: now.checkpoints.filter((c) => !notes.has(c.note)).length,
      contradictions: now.contradictions.filter((c) => !old.has(contradictionName(c))),
    };
    const nothing = entries + filled + news.checkpoints + news.contradictions.length === 0;
    return nothing ? [] : [news];
  });
}

function nearestOf(branch: JournalCopy, known: readonly JournalCopy[]): [JournalCopy | null, number] {
  let best: [JournalCopy | null, number] = [null, 0];
  for (const k of known) {
    const common = commonSize(branch, k);
    if (common > best[1]) best = [k, common];
  }
  return best;
}

/** A journal's files as they lie in a case: one folder a branch, named as docs/journal-format.md says. */
export interface Folder {
  readonly name: string;
  readonly entries: Uint8Array;
  readonly checkpoints: string;
}

/** Equal journals give equal bytes. A checkpoint lies with every branch it fits; one that fits none, with the main one. */
export function foldersOf(journal: Journal): Folder[] {
  const [main] = journal.branches;
  return journal.branches.map((branch) => {
    const name =
      branch === main ? journal.id : `${journal.id}.${branch.entryId(commonSize(main, branch)).slice(0, 16)}`;
    const here = (c: SignedCheckpoint): boolean =>
      stands(c, branch) || (branch === main && !journal.branches.some((b) => stands(c, b)));
    const checkpoints = journal.checkpoints.filter(here).map((c) => c.note);
    return { name, entries: branch.lines.file(branch.size), checkpoints: checkpoints.join('') };
  });
}

/** The journal of one copy: what a station has before it has merged anything. */
export function journalOf(copy: JournalCopy): Journal {
  const [only] = mergeCopies([copy]);
  if (!only) throw new JournalError('OUT_OF_RANGE', 'no copy, no journal');
  return only;
}
