import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEGREE,
  foldersOf,
  type Journal,
  type JournalCopy,
  mergeCopies,
  mergeJournals,
  newsBetween,
  originOf,
  verifyJournal,
  withhold,
} from '../../src/journal/index.ts';
import { signCheckpoint } from '../../src/seal/index.ts';
import { Agency, bytesOf, copyOf, filesOf } from './world.ts';

/** Written to disk and read again: nothing may be lost on the way, evidence of forks included. */
function reread(journals: readonly Journal[]): Journal[] {
  return mergeCopies(
    journals.flatMap((j) =>
      foldersOf(j).map((f): JournalCopy => {
        const { copy, problems } = verifyJournal({ entries: f.entries, checkpoints: Buffer.from(f.checkpoints) });
        assert.deepEqual(
          problems.filter((p) => p.severity === 'broken'),
          [],
        );
        assert.ok(copy);
        return copy;
      }),
    ),
  );
}

test('the same copy twice is 0 new; a longer one brings what it has more', () => {
  const a = new Agency('A');
  a.note('one');
  a.seal();
  const early = mergeCopies([a.copy()]);
  a.note('two');
  a.judge(1, 'accepted');
  a.seal();
  const late = mergeCopies([a.copy()]);
  assert.deepEqual(newsBetween(late, mergeJournals(late, late)), []);
  assert.deepEqual(newsBetween(late, mergeJournals(late, early)), []);
  const [news] = newsBetween(early, mergeJournals(early, late));
  assert.deepEqual(
    { ...news, journal: '' },
    { journal: '', agency: 'A', entries: 2, filled: 0, checkpoints: 1, contradictions: [] },
  );
  assert.equal(newsBetween([], late)[0]?.entries, 4);
});

test('a partial copy is filled by a fuller one, whichever comes first', () => {
  const a = new Agency('A');
  for (let i = 0; i < 6; i++) a.note(`note ${i}`);
  a.seal();
  const some = copyOf(withhold(a.journal(), ({ index }) => (index % 2 ? DEGREE.hash : DEGREE.header)));
  const others = copyOf(withhold(a.journal(), ({ index }) => (index % 2 ? DEGREE.full : DEGREE.header)));
  assert.deepEqual(some.counts(), { hash: 3, header: 3, full: 1 });
  const merged = mergeCopies([some, others]);
  assert.deepEqual(merged[0]!.branches[0].counts(), { hash: 0, header: 3, full: 4 });
  assert.equal(bytesOf(mergeCopies([others, some])), bytesOf(merged));
  assert.equal(newsBetween(mergeCopies([some]), merged)[0]?.filled, 3);
  assert.equal(bytesOf(mergeCopies([...[some, others, a.copy()]])), bytesOf(mergeCopies([a.copy()])));
});

test('a fork is kept on both sides, proved by two signed headers, and survives the disk', () => {
  const a = new Agency('A');
  a.note('common');
  a.seal();
  const thief = a.twin();
  thief.note('by somebody with the key');
  thief.seal();
  a.note('by the agency');
  a.judge(1, 'accepted');
  a.seal();
  const merged = mergeCopies([thief.copy(), a.copy()]);
  assert.equal(bytesOf(mergeCopies([a.copy(), thief.copy()])), bytesOf(merged));
  const [journal] = merged;
  assert.deepEqual(
    journal!.branches.map((b) => b.size),
    [4, 3],
    'the longer branch is the main one',
  );
  const [fork] = journal!.contradictions;
  assert.deepEqual([fork?.code, fork?.size], ['FORK', 2]);
  assert.deepEqual(fork?.about, [a.ids[2], thief.ids[2]].sort());
  assert.ok(
    fork?.exhibits.every((e) => !e.includes('by the agency') && !e.includes('payload')),
    'shows headers only',
  );
  assert.equal(bytesOf(reread(merged)), bytesOf(merged));
  assert.equal(newsBetween(mergeCopies([a.copy()]), merged)[0]?.contradictions.length, 1);
  assert.equal(newsBetween(mergeCopies([a.copy()]), merged)[0]?.entries, 1);
});

test('the branch that the recovery key continued is the main one, however long the thief writes', () => {
  const a = new Agency('A');
  a.note('common');
  const thief = a.twin();
  thief.rotate();
  for (let i = 0; i < 5; i++) thief.note('mine now');
  a.recover();
  const [journal] = mergeCopies([thief.copy(), a.copy()]);
  assert.equal(journal?.branches[0].state.tip, a.ids.at(-1));
  assert.equal(journal?.branches[1]?.state.tip, thief.ids.at(-1));
});

test('a rewritten past and a split view are named, with both checkpoints', () => {
  const a = new Agency('A');
  a.note('one');
  const other = a.twin();
  a.note('two');
  a.seal();
  other.note('another two');
  other.seal();
  // the other past is never shown, only its checkpoint
  const copy = a.copy().withCheckpoints([...a.copy().checkpoints, ...other.copy().checkpoints]);
  const [journal] = mergeCopies([copy]);
  assert.deepEqual(
    journal?.contradictions.map((c) => c.code),
    ['REWRITTEN_PAST'],
  );
  assert.deepEqual(journal?.contradictions[0]?.exhibits, [other.notes[0], a.notes[0]]);
  assert.equal(bytesOf(reread([journal!])), bytesOf([journal!]));
  assert.deepEqual(
    verifyJournal(filesOf(a.lines, [...a.notes, ...other.notes])).problems.map((p) => p.code),
    ['REWRITTEN_PAST'],
  );
  const ahead = [5, 6].map((n) => {
    const note = signCheckpoint(
      { origin: originOf(a.state.journal), size: 9, root: new Uint8Array(32).fill(n) },
      a.signer,
    );
    return copyOf(filesOf(a.lines, [note]));
  });
  const [split] = mergeCopies(ahead);
  assert.deepEqual(
    split?.contradictions.map((c) => [c.code, c.size]),
    [['SPLIT_VIEW', 9]],
  );
});

test('three branches: each is shown once, and counted once', () => {
  const a = new Agency('A');
  a.note('common');
  const b = a.twin();
  a.note('a2');
  a.note('a3');
  b.note('b2');
  const d = b.twin();
  b.note('b3');
  d.note('d3');
  const merged = mergeCopies([d.copy(), a.copy(), b.copy()]);
  assert.equal(merged[0]?.branches.length, 3);
  assert.equal(newsBetween([], merged)[0]?.entries, 2 + 2 + 2 + 1);
  assert.equal(bytesOf(reread(merged)), bytesOf(merged));
});
