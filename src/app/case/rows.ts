import { canonicalize } from '../../base/index.ts';
import {
  emptyTally,
  type Journal,
  type JournalCopy,
  keepState,
  replayItems,
  replaySummary,
} from '../../journal/index.ts';
import type { CaseItem, CaseJournal, Payload } from '../../model/index.ts';
import type { IndexContent, IndexedFolder, IndexedItem, JournalShelf } from '../effects/index.ts';
import type { Loaded } from './load.ts';
import { sealAt } from './seal.ts';

/** Of these the whole case is told, so they are kept until its end. */
const TELLING: ReadonlySet<string> = new Set(['station-introduced', 'contradiction-found']);

/** The rows of the index, told from the replayed journals. The same journals give the same rows; to be used once. */
export function indexContent(shelf: JournalShelf, loaded: Loaded, file: { id: string; title: string }): IndexContent {
  const { journals } = loaded;
  const tally = emptyTally();
  const telling: CaseItem[] = [];
  let told: ReturnType<typeof replaySummary> | undefined;
  const summary = () => (told ??= replaySummary(journals, telling, tally));
  const places = new Map(journals.flatMap((j) => j.branches.map((b, n) => [b, placeOf(b, n, loaded)] as const)));
  return {
    names: loaded.folders.map(({ folder, copy }) => [folder.name, copy?.id ?? '']),
    items: rows(journals, places, tally, telling),
    folders: () => foldersOf(shelf, loaded, places, new Map(summary().journals.map((j) => [j.id, j]))),
    meta() {
      const { withheld, ignored, contradictions } = summary();
      const shown = contradictions.map(({ code, journal, size, about }) => ({ code, journal, size, about }));
      return { id: file.id, title: file.title, withheld, ignored, contradictions: shown };
    },
  };
}

interface Place {
  readonly folder: string;
  readonly branch: number;
  /** as it lies on disk: offsets count in its lines */
  readonly copy: JournalCopy;
}

/** The folder that holds a branch: the copy with the same last entry, if several then the first. */
function placeOf(branch: JournalCopy, n: number, { folders }: Loaded): Place {
  const found = folders.find(({ copy }) => copy?.id === branch.id && copy.state.tip === branch.state.tip)!;
  return { folder: found.folder.name, branch: n, copy: found.copy! };
}

function* rows(
  journals: readonly Journal[],
  places: ReadonlyMap<JournalCopy, Place>,
  tally: ReturnType<typeof emptyTally>,
  telling: CaseItem[],
): Generator<readonly [IndexedItem, readonly string[]]> {
  const byId = new Map(journals.map((j) => [j.id, j]));
  const latest = new Map<string, string>();
  for (const item of replayItems(journals, {}, tally)) {
    const { branches } = byId.get(item.journal)!;
    const branch = item.forked
      ? branches.findLast((b) => item.index < b.size && b.entryId(item.index) === item.id)!
      : branches[0];
    const { folder, copy } = places.get(branch)!;
    const shown = laterOf(latest, item);
    if (TELLING.has(item.kind)) telling.push(item);
    const [from, to] = [copy.lines.starts[item.index]!, copy.lines.starts[item.index + 1]!];
    yield [itemRow(item, { folder, offset: from, length: to - from - 1, shown }), targetsOf(item)];
  }
}

function laterOf(latest: Map<string, string>, item: CaseItem): string {
  const lane = item.forked ? `${item.journal}.` : item.journal;
  let shown = latest.get(lane) ?? '';
  if (item.time.at > shown) shown = item.time.at;
  latest.set(lane, shown);
  return shown;
}

export function itemRow(
  item: CaseItem,
  place: Pick<IndexedItem, 'folder' | 'offset' | 'length' | 'shown'>,
): IndexedItem {
  const [subject, says] = positionOf(item);
  return {
    ...place,
    id: item.id,
    journal: item.journal,
    index: item.index,
    kind: item.kind,
    agency: item.agency,
    author: item.author,
    at: item.time.at,
    tlp: item.marking.tlp,
    standing: item.standing,
    answers: item.answers,
    forked: item.forked,
    doubted: item.doubted,
    withheld: item.payload === undefined,
    subject,
    says,
    now: item.standing === 'corrected' && item.payload !== undefined ? canonicalize(item.payload) : null,
  };
}

/** As the Case tells stances (journal/views): a subject, and what is said of it. */
function positionOf(item: CaseItem): readonly [string | null, string | null] {
  if (item.payload === undefined) return [null, null];
  switch (item.kind) {
    case 'finding-judged': {
      const { finding, verdict } = item.payload as Payload<'finding-judged'>;
      return [finding, verdict];
    }
    case 'entity-asserted': {
      const { entities, relation } = item.payload as Payload<'entity-asserted'>;
      return [`[${entities.map((e) => canonicalize(e)).sort()}]`, relation];
    }
    default:
      return [null, null];
  }
}

/** Everything by which an entry can be asked for besides its subject: what it refers to, the evidence it received. */
export function targetsOf(item: Pick<CaseItem, 'kind' | 'refs' | 'payload'>): string[] {
  const targets = [...item.refs.entries, ...item.refs.events];
  if (item.payload === undefined) return targets;
  if (item.kind === 'evidence-received') {
    targets.push(...(item.payload as Payload<'evidence-received'>).files.map((f) => f.digest));
  }
  return targets;
}

function foldersOf(
  shelf: JournalShelf,
  loaded: Loaded,
  places: ReadonlyMap<JournalCopy, Place>,
  summaries: ReadonlyMap<string, CaseJournal>,
): IndexedFolder[] {
  const branches = new Map([...places.values()].map((p) => [p.folder, p.branch]));
  return loaded.folders.map(({ folder, copy, problems }) => {
    const branch = branches.get(folder.name) ?? -1;
    return {
      name: folder.name,
      journal: copy?.id ?? '',
      branch,
      size: copy?.size ?? 0,
      bytes: copy ? copy.lines.starts[copy.size]! : 0,
      tip: copy?.state.tip ?? '',
      seal: sealAt(shelf, folder),
      problems: problems.filter((p) => p.severity !== 'suspect').length,
      state: branch === 0 ? canonicalize(keepState(copy!.state)) : null,
      summary: branch === 0 ? canonicalize(summaries.get(copy!.id)!) : null,
    };
  });
}
