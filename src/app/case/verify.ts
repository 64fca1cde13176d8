import { type Journal, mergeCopies, PROBLEMS, type Problem, verifyJournal } from '../../journal/index.ts';
import { CaseFile, type Payload } from '../../model/index.ts';
import type { IndexStore, JournalShelf, ShelfRefusalCode } from '../effects/index.ts';
import type { Loaded, LoadedFolder } from './load.ts';
import { indexContent } from './rows.ts';

/** What can be wrong with a case besides what can be wrong with a journal (journal PROBLEMS). */
export const CASE_PROBLEMS = {
  // case.json
  BAD_CASE_FILE: 'broken',
  WRONG_CASE_FILE: 'broken',
  WRONG_TITLE: 'broken',
  // among the journals
  LINK: 'broken',
  SPECIAL: 'broken',
  TOO_LARGE: 'broken',
  TOO_MANY: 'broken',
  UNREADABLE: 'broken',
  EMPTY_FOLDER: 'broken',
  STRAY: 'suspect',
  // what entries name by digest
  EVIDENCE_CHANGED: 'broken',
  PACK_CHANGED: 'broken',
  // derived: czernin case rebuild makes it anew
  INDEX_DIFFERS: 'derived',
} as const satisfies Record<string, 'broken' | 'suspect' | 'derived'>;

export interface CaseProblem {
  readonly code: keyof typeof CASE_PROBLEMS | Problem['code'];
  readonly severity: Problem['severity'] | 'derived';
  /** path inside the case */
  readonly file: string;
  readonly line: number | null;
  readonly offset: number | null;
  readonly index: number | null;
  readonly message: string;
}

export interface VerifiedJournal {
  readonly folder: string;
  readonly journal: string | null;
  readonly agency: string | null;
  /** fingerprint of the key that signs now */
  readonly key: string | null;
  readonly entries: number;
  readonly held: { readonly full: number; readonly header: number; readonly hash: number };
  /** how far a checkpoint covers it */
  readonly sealed: number;
  readonly problems: number;
}

export interface CaseVerdict {
  readonly case: { readonly id: string; readonly title: string } | null;
  readonly journals: readonly VerifiedJournal[];
  readonly problems: readonly CaseProblem[];
  readonly checked: { readonly evidence: number; readonly packs: number };
  /** files in packs/ that neither their name nor an entry gives a digest: nothing says what they should be */
  readonly uncovered: readonly string[];
  /** nothing is broken or contradicts itself */
  readonly sound: boolean;
}

/** A file below evidence/ or packs/, hashed; or why it was not. */
export type HashedFile =
  | { readonly path: string; readonly digest: string }
  | { readonly path: string; readonly refusal: string };

/** What is verified: bytes, and nothing that the program keeps for itself. */
export interface CaseBytes {
  /** case.json as it lies there; null: absent */
  readonly file: Uint8Array | null;
  readonly shelf: JournalShelf;
  /** null: not asked for, or there is none */
  readonly index: IndexStore | null;
  readonly evidence: () => AsyncIterable<HashedFile>;
  readonly packs: () => AsyncIterable<HashedFile>;
}

/**
 * Everything a case says of itself, checked from the bytes: no key, no network, no trust in whoever wrote it, and nothing
 * from an index. What is wrong is named with file, line, offset, entry and code.
 */
export async function verifyCase(bytes: CaseBytes): Promise<CaseVerdict> {
  const problems: CaseProblem[] = [];
  const add = (code: keyof typeof CASE_PROBLEMS, file: string, message: string): void => {
    problems.push({ code, severity: CASE_PROBLEMS[code], file, line: null, offset: null, index: null, message });
  };
  const file = readCaseFile(bytes.file);
  if (!file) add('BAD_CASE_FILE', 'case.json', 'not exactly what describes a case');
  const named = new Set<string>();
  const loaded = verifyShelf(bytes.shelf, file?.id, named);
  const journals = loaded.folders.map((f) => summary(f, problems));
  for (const { where, code, message } of loaded.refused) {
    add(refusalCode(code), where.slice(bytes.shelf.root.length + 1) ? inside(bytes.shelf, where) : 'journal', message);
  }
  for (const { contradictions } of loaded.journals) {
    for (const c of contradictions) if (c.code === 'FORK') problems.push(forkProblem(c, loaded));
  }
  if (file && loaded.folders.length > 0) {
    const copies = loaded.folders.flatMap((f) => f.copy ?? []);
    const isOther = (f: LoadedFolder): boolean => f.problems.some((p) => p.code === 'WRONG_CASE');
    if (copies.length === 0 && loaded.folders.some(isOther))
      add('WRONG_CASE_FILE', 'case.json', 'no journal here is of this case');
    else if (copies.length > 0 && copies.every((c) => c.opened.case.title !== file.title))
      add('WRONG_TITLE', 'case.json', 'no journal gives the case this title');
  }

  let evidence = 0;
  for await (const item of bytes.evidence()) {
    evidence++;
    if ('refusal' in item) add('EVIDENCE_CHANGED', item.path, item.refusal);
    else if (!item.path.endsWith(`/${item.digest}`))
      add('EVIDENCE_CHANGED', item.path, `its bytes have the digest ${item.digest}`);
  }
  const uncovered: string[] = [];
  let packs = 0;
  for await (const item of bytes.packs()) {
    if ('refusal' in item) add('PACK_CHANGED', item.path, item.refusal);
    else if (named.has(item.digest) || fileName(item.path).startsWith(`${item.digest}.`)) packs++;
    else if (named.has(fileName(item.path))) add('PACK_CHANGED', item.path, 'an entry names it with another digest');
    else if (OWN_DIGEST.test(fileName(item.path)))
      add('PACK_CHANGED', item.path, `its bytes have the digest ${item.digest}`);
    else uncovered.push(item.path);
  }
  if (file && bytes.index && !bytes.index.isExactly(indexContent(bytes.shelf, loaded, file))) {
    add('INDEX_DIFFERS', 'index.sqlite', 'not what the journals give; czernin case rebuild makes it anew');
  }
  return {
    case: file && { id: file.id, title: file.title },
    journals,
    problems,
    checked: { evidence, packs },
    uncovered,
    sound: problems.every((p) => p.severity === 'suspect' || p.severity === 'incomplete'),
  };
}

/** One text for one case: a bit that changed and means nothing is found too. */
export function caseFileText(file: CaseFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function readCaseFile(bytes: Uint8Array | null): CaseFile | null {
  if (!bytes || bytes.length > 100_000) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const parsed = CaseFile.safeParse(JSON.parse(text));
    return parsed.success && caseFileText(parsed.data) === text ? parsed.data : null;
  } catch {
    return null; // neither UTF-8 nor JSON
  }
}

/** All folders, every signature checked; names and digests of packs that whole entries name go into `named`. */
function verifyShelf(shelf: JournalShelf, caseId: string | undefined, named: Set<string>): Loaded {
  const { folders, refused } = shelf.list();
  const loaded = folders.map((folder): LoadedFolder => {
    const files = { entries: shelf.read(folder.name, 'entries'), checkpoints: shelf.read(folder.name, 'checkpoints') };
    const verified = verifyJournal(files, {
      ...(caseId === undefined ? {} : { case: caseId }),
      onEntry(entry) {
        if (entry.degree !== 2 || entry.header.kind !== 'analysis-run') return;
        for (const p of (entry.payload as Payload<'analysis-run'>).packs) named.add(p.digest).add(p.name);
      },
    });
    return { folder, ...verified };
  });
  return { folders: loaded, refused, journals: mergeCopies(loaded.flatMap((f) => f.copy ?? [])) };
}

const FILE = { entries: 'entries.jsonl', checkpoints: 'checkpoints.notes' } as const;

function summary({ folder, copy, problems, problemCount }: LoadedFolder, into: CaseProblem[]): VerifiedJournal {
  for (const { code, severity, file, line, offset, index, message } of problems) {
    into.push({ code, severity, file: `journal/${folder.name}/${FILE[file]}`, line, offset, index, message });
  }
  const fitting = copy?.checkpoints.filter((c) => c.size <= copy.size && copy.root(c.size) === c.root) ?? [];
  return {
    folder: folder.name,
    journal: copy?.id ?? null,
    agency: copy?.opened.agency ?? null,
    key: copy?.state.key?.fingerprint ?? null,
    entries: copy?.size ?? 0,
    held: copy?.counts() ?? { full: 0, header: 0, hash: 0 },
    sealed: Math.max(0, ...fitting.map((c) => c.size)),
    problems: problemCount,
  };
}

function forkProblem(c: Journal['contradictions'][number], { folders }: Loaded): CaseProblem {
  const second = folders.findLast((f) => f.copy?.id === c.journal)!;
  const offset = second.copy!.lines.starts[Math.min(c.size, second.copy!.size)]!;
  const message = `the key signed two different entries ${c.size}: ${c.about.join(' and ')}`;
  const file = `journal/${second.folder.name}/${FILE.entries}`;
  return { code: 'FORK', severity: PROBLEMS.FORK, file, line: c.size + 1, offset, index: c.size, message };
}

function refusalCode(code: ShelfRefusalCode): keyof typeof CASE_PROBLEMS {
  return code === 'EMPTY' ? 'EMPTY_FOLDER' : code;
}

function inside(shelf: JournalShelf, where: string): string {
  return `journal/${where.slice(shelf.root.length + 1)}`;
}

/** A pack that bears the digest of its own bytes as its name. */
const OWN_DIGEST = /^[0-9a-f]{64}\.pack\.json$/;

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
