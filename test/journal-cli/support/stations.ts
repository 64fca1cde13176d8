import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CaseVerdict,
  type CaseWorld,
  caseFileText,
  type Hand,
  type HashedFile,
  type MergeSource,
  openWriter,
  type Saying,
  type Station,
  verifyCase,
} from '../../../src/app/case/index.ts';
import { openIndexStore } from '../../../src/platform/index-store/index.ts';
import { type Disk, lockCase, openShelf } from '../../../src/platform/journal/index.ts';
import { sha256, sha256Hex, signerFromSeed } from '../../../src/seal/index.ts';

/** Stations with told keys, clocks and salts, and cases in temporary folders: the same story gives the same bytes. */
export const CASE = {
  format: 'czernin-case/1',
  id: '0123456789abcdef0123456789abcdef',
  title: 'Ministry 2022',
} as const;

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `czernin-${name}-`));
}

let clock = Date.UTC(2024, 6, 1, 8);

export function hand(agency: string): Hand {
  return () => {
    clock += 1000;
    return {
      author: 'Ana',
      time: { at: new Date(clock).toISOString(), source: 'system' },
      marking: { originator: agency, pap: 'amber', tlp: 'amber' },
    };
  };
}

export function station(name: string, seed = name): Station {
  const marks = new Map<string, { size: number; tip: string }>();
  const signer = signerFromSeed(sha256(Buffer.from(seed)));
  return {
    card: {
      format: 'czernin-card/1',
      name,
      role: 'national CSIRT',
      key: signer.publicKey.text,
      recipient: `age1pq1${'q'.repeat(20)}`,
    },
    signer,
    retired: [],
    recovery: signerFromSeed(sha256(Buffer.from(`${seed} recovery`))).publicKey,
    marks: { get: (j) => marks.get(j), set: (j, m) => void marks.set(j, m) },
  };
}

/** A case folder; `disk` is what its journals are written with. */
export function worldAt(root: string, disk?: Disk): CaseWorld {
  mkdirSync(join(root, 'journal'), { recursive: true });
  writeFileSync(join(root, 'case.json'), caseFileText(CASE));
  let salts = 0;
  return {
    file: CASE,
    shelf: openShelf(join(root, 'journal'), disk),
    index: openIndexStore(join(root, 'index.sqlite')),
    lock: () => lockCase(join(root, '.lock'), 20_000),
    now: () => clock,
    salt: () => sha256(Buffer.from(`${root} ${salts++}`)),
  };
}

export function note(text: string): Saying {
  return { kind: 'note', payload: { text } };
}

export function judged(finding: number, verdict: 'accepted' | 'innocent' | 'needs-work'): Saying {
  const payload = { finding: finding.toString(16).padStart(32, '0'), verdict, why: 'looked at the disk' };
  return { kind: 'finding-judged', payload };
}

/** One command's worth: open, write, close. */
export function write(world: CaseWorld, who: Station, sayings: readonly Saying[]): string[] {
  const writer = openWriter(world, who, hand(who.card.name));
  try {
    return writer.append(sayings);
  } finally {
    writer.close();
  }
}

export function sourceOf(world: CaseWorld, label = 'stick'): MergeSource {
  return { label, shelf: world.shelf, only: null };
}

/** verifyCase over a folder, as the command does it. */
export function verdictOf(root: string): Promise<CaseVerdict> {
  async function* hashed(folder: string): AsyncGenerator<HashedFile> {
    let names: string[] = [];
    try {
      names = readdirSync(join(root, folder)).sort();
    } catch {
      // the folder is not there
    }
    for (const name of names)
      yield { path: `${folder}/${name}`, digest: sha256Hex(readFileSync(join(root, folder, name))) };
  }
  const index = join(root, 'index.sqlite');
  return verifyCase({
    file: readFileSync(join(root, 'case.json')),
    shelf: openShelf(join(root, 'journal')),
    index: statSync(index, { throwIfNoEntry: false }) ? openIndexStore(index) : null,
    evidence: () => hashed('evidence'),
    packs: () => hashed('packs'),
  });
}

/** Everything authoritative in a case, as one text: what "the same" means. */
export function journalBytes(root: string): string {
  const shelf = join(root, 'journal');
  return readdirSync(shelf)
    .sort()
    .flatMap((name) =>
      readdirSync(join(shelf, name))
        .sort()
        .map((file) => `${name}/${file} ${sha256Hex(readFileSync(join(shelf, name, file)))}`),
    )
    .join('\n');
}

export function remove(root: string): void {
  rmSync(root, { recursive: true, force: true });
}
