/** Bad input by code; own journals untouched. And what a merge brings, repairs and says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { endKey, type MergeReport, mergeInto, openWriter, takeOver } from '../../src/app/case/index.ts';
import { openShelf, shelvesAt } from '../../src/platform/journal/index.ts';
import { sha256, signerFromSeed } from '../../src/seal/index.ts';
import {
  CASE,
  hand,
  journalBytes,
  judged,
  note,
  remove,
  sourceOf,
  station,
  temporaryFolder,
  verdictOf,
  worldAt,
  write,
} from './support/stations.ts';

const folder = temporaryFolder('refusals');
after(() => remove(folder));
let n = 0;
let root = '';
let stick = '';
let ana = station('CSIRT');
let bea = station('Ministry');

beforeEach(() => {
  n++;
  root = join(folder, `mine${n}.case`);
  stick = join(folder, `stick${n}.case`);
  ana = station('CSIRT');
  bea = station('Ministry');
  write(worldAt(root), ana, [note('ours')]);
  write(worldAt(stick), bea, [note('theirs'), judged(1, 'innocent'), note('more')]);
});

function merge(path = stick, options: Partial<Parameters<typeof mergeInto>[2]> = {}): MergeReport {
  const all = { admit: () => true, station: null, hand: hand('CSIRT'), ...options };
  return mergeInto(worldAt(root), [{ label: 'stick', ...shelvesAt(path) }], all);
}

function theirs(): { entries: string; checkpoints: string; folder: string } {
  const shelf = join(stick, 'journal');
  const place = join(shelf, readdirSync(shelf)[0]!);
  return { folder: place, entries: join(place, 'entries.jsonl'), checkpoints: join(place, 'checkpoints.notes') };
}

/** Merging gives exactly this refusal, and the case stays as it was to the byte. */
function refuses(code: string, options: Partial<Parameters<typeof mergeInto>[2]> = {}): MergeReport {
  const before = journalBytes(root);
  const report = merge(stick, options);
  assert.ok(
    report.refused.some((r) => r.code === code),
    `${code}: ${JSON.stringify(report.refused)}`,
  );
  assert.deepEqual(report.news, []);
  assert.equal(journalBytes(root), before);
  return report;
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

test('journals of a station that is not known', () => void refuses('UNKNOWN_STATION', { admit: () => false }));

test('a journal of another case', () => {
  const other = join(folder, `other${n}.case`);
  const world = { ...worldAt(other), file: { ...CASE, id: 'f'.repeat(32) } };
  write(world, bea, [note('elsewhere')]);
  stick = other;
  refuses('WRONG_CASE');
});

test('wrongly signed, truncated, foreign text, nested, oversized lines: located', () => {
  const { entries } = theirs();
  const text = readFileSync(entries, 'utf8');
  const lines = text.split('\n');
  const cases: Record<string, string> = {
    BAD_SIGNATURE: text.replace('"name":"Ana"', '"name":"Eve"'),
    WRONG_DIGEST: text.replace('"text":"theirs"', '"text":"forged"'),
    WRONG_INDEX: [lines[0], ...lines.slice(2)].join('\n'),
    NOT_JSON: text.replace('{"header"', 'header'),
    TOO_DEEP: `${lines[0]}\n{"header":${'['.repeat(5000)}${']'.repeat(5000)},"signature":""}\n`,
    LINE_TOO_LONG: `${lines[0]}\n"${'x'.repeat(1024 * 1024 + 10)}"\n`,
    EMPTY: '',
  };
  for (const [code, changed] of Object.entries(cases)) {
    writeFileSync(entries, changed);
    const report = refuses(code);
    assert.ok(report.refused[0]!.where.endsWith('entries.jsonl'), code);
    if (code === 'WRONG_DIGEST') assert.deepEqual([report.refused[0]!.line, report.refused[0]!.index], [2, 1]);
  }
  writeFileSync(entries, text);
  assert.equal(merge().news[0]!.entries, 4);
});

test('future-dated: beyond what the clock here allows', () => {
  const late = { ...worldAt(root), now: () => Date.UTC(2020, 0, 1) };
  const before = journalBytes(root);
  const source = { label: 'stick', ...shelvesAt(stick) };
  const report = mergeInto(late, [source], { admit: () => true, station: null, hand: hand('CSIRT') });
  assert.deepEqual(
    report.refused.map((r) => r.code),
    ['FUTURE_DATED'],
  );
  assert.equal(journalBytes(root), before);
});

test('links, special files, too large, strays: named by code, never opened', () => {
  const { folder: place, entries, checkpoints } = theirs();
  const shelf = join(stick, 'journal');
  symlinkSync(place, join(shelf, 'a'.repeat(64)));
  refusesBeside('LINK');
  rmSync(join(shelf, 'a'.repeat(64)));
  writeFileSync(join(shelf, 'README'), 'hello');
  refusesBeside('STRAY');
  rmSync(join(shelf, 'README'));
  mkdirSync(join(shelf, 'empty'));
  refusesBeside('EMPTY');
  rmSync(join(shelf, 'empty'), { recursive: true });

  const kept = readFileSync(entries);
  rmSync(entries);
  symlinkSync('/etc/passwd', entries);
  refuses('LINK');
  rmSync(entries);
  assert.equal(spawnSync('mkfifo', [entries]).status, 0);
  refuses('SPECIAL');
  rmSync(entries);
  writeFileSync(entries, kept);
  truncateSync(checkpoints, 2 ** 28 + 1); // sparse
  refuses('TOO_LARGE');
});

/** Named, and what is good beside it is taken (once). */
function refusesBeside(code: string): void {
  const report = merge();
  assert.ok(
    report.refused.some((r) => r.code === code),
    `${code}: ${JSON.stringify(report.refused)}`,
  );
}

test('a path without journals', () => {
  const empty = join(folder, `empty${n}`);
  mkdirSync(empty);
  assert.throws(() => shelvesAt(empty), { code: 'NO_JOURNALS' });
});

test('a case, its journal folder and one journal are all places to merge from; the same again brings 0 new', () => {
  assert.deepEqual(
    merge(theirs().folder).news.map((x) => x.entries),
    [4],
  );
  assert.deepEqual(merge(join(stick, 'journal')).news, []);
  assert.deepEqual(merge(stick).news, []);
});

test('a copy made while the owner wrote (torn last line) is taken up to there', () => {
  const { entries } = theirs();
  edit(entries, (t) => `${t}{"header":{"author"`);
  const report = merge();
  assert.deepEqual([report.refused, report.news.map((x) => x.entries)], [[], [4]]);
});

test('our own journal, damaged here and whole on the stick, is repaired; the damage is kept', async () => {
  const copy = join(folder, `backup${n}.case`);
  cpSync(root, copy, { recursive: true });
  const [own] = worldAt(root).shelf.list().folders;
  const path = join(root, 'journal', own!.name, 'entries.jsonl');
  const whole = readFileSync(path, 'utf8');
  edit(path, (t) => t.replace('"text":"ours"', '"text":"0urs"'));
  assert.throws(() => openWriter(worldAt(root), ana, hand('CSIRT')), { code: 'JOURNAL_BROKEN' });
  const report = merge(copy);
  assert.equal(report.healed.length, 1);
  assert.equal(readFileSync(path, 'utf8'), whole);
  assert.ok(readFileSync(join(report.healed[0]!.keptAt, 'entries.jsonl'), 'utf8').includes('0urs'));
  assert.deepEqual((await verdictOf(root)).problems, []);
});

test('a backup of our own case is not signed on: the journal would have two pasts', () => {
  const backup = join(folder, `old${n}.case`);
  cpSync(root, backup, { recursive: true });
  write(worldAt(root), ana, [note('newer')]);
  assert.throws(() => openWriter(worldAt(backup), ana, hand('CSIRT')), { code: 'JOURNAL_BEHIND' });
  const source = sourceOf(worldAt(root));
  mergeInto(worldAt(backup), [source], { admit: () => true, station: null, hand: hand('CSIRT') });
  write(worldAt(backup), ana, [note('goes on')]);
});

test('a stolen key that wrote another past: both are kept, named, and reported under our signature', async () => {
  merge(); // we hold one past
  const other = join(folder, `fork${n}.case`);
  write(worldAt(other), station('Ministry'), [note('another past')]);
  edit(join(other, 'case.json'), (t) => t);
  // same key, same case: the journal ids are equal, the entries are not
  const report = merge(other, { station: ana });
  assert.deepEqual(
    report.contradictions.map((c) => c.code).sort(),
    ['FORK', 'REWRITTEN_PAST'].slice(0, report.contradictions.length),
  );
  assert.ok(report.recorded.length >= 2);
  const { problems } = await verdictOf(root);
  assert.ok(problems.some((p) => p.code === 'FORK' && p.file.startsWith('journal/')));
  assert.deepEqual(merge(other, { station: ana }).recorded, []);
});

test('somebody wrote on with our key: nothing of ours goes onto his branch until the recovery key has spoken', () => {
  const thief = join(folder, `thief${n}.case`);
  write(worldAt(thief), station('Ministry'), [note('a'), note('b'), note('c'), note('d'), note('e')]);
  const source = sourceOf(worldAt(thief));
  mergeInto(worldAt(stick), [source], { admit: () => true, station: null, hand: hand('Ministry') });
  assert.throws(() => write(worldAt(stick), bea, [note('x')]), { code: 'JOURNAL_FORKED' });
  const fresh = { ...station('Ministry', 'new key'), marks: bea.marks };
  const [main] = worldAt(stick).shelf.list().folders;
  const recovery = signerFromSeed(sha256(Buffer.from('Ministry recovery')));
  const next = signerFromSeed(sha256(Buffer.from('next'))).publicKey;
  takeOver(worldAt(stick), fresh, hand('Ministry'), {
    journal: main!.name,
    recovery,
    next,
    why: 'stolen',
    doubtFrom: 1,
  });
  write(worldAt(stick), fresh, [note('we go on')]);
});

test('two copies that went apart on both sides of the gap end equal, to the byte of the index', () => {
  const here = worldAt(root);
  const there = worldAt(stick);
  const both = { admit: () => true, hand: hand('CSIRT') };
  mergeInto(here, [sourceOf(there)], { ...both, station: ana });
  write(here, ana, [judged(1, 'accepted')]);
  write(there, bea, [judged(2, 'needs-work')]);
  for (let round = 0; round < 2; round++) {
    mergeInto(here, [sourceOf(there)], { ...both, station: ana });
    mergeInto(there, [sourceOf(here)], { ...both, station: bea });
  }
  assert.deepEqual(mergeInto(here, [sourceOf(there)], { ...both, station: ana }).news, []);
  assert.equal(journalBytes(root), journalBytes(stick));
  assert.ok(readFileSync(join(root, 'index.sqlite')).equals(readFileSync(join(stick, 'index.sqlite'))));
});

test('keys: rotated at the station, revoked in the case, taken over with the recovery key', async () => {
  const rotated = { ...ana, signer: signerFromSeed(sha256(Buffer.from('next'))), retired: [ana.signer] };
  write(worldAt(root), rotated, [note('with the new key')]);
  endKey(worldAt(root), rotated, hand('CSIRT'), { why: 'stolen', doubtFrom: 2 });
  assert.throws(() => openWriter(worldAt(root), rotated, hand('CSIRT')), { code: 'KEY_ENDED' });
  const fresh = station('CSIRT', 'another machine');
  const recovery = signerFromSeed(sha256(Buffer.from('CSIRT recovery')));
  const journal = worldAt(root).shelf.list().folders[0]!.name;
  const next = signerFromSeed(sha256(Buffer.from('next recovery'))).publicKey;
  const about = { journal, next, why: 'laptop stolen' };
  const wrong = { ...about, recovery: fresh.signer };
  assert.throws(() => takeOver(worldAt(root), fresh, hand('CSIRT'), wrong), { code: 'BAD_DRAFT' });
  assert.throws(() => takeOver(worldAt(root), bea, hand('Ministry'), { ...about, recovery }), { code: 'NOT_OURS' });
  takeOver(worldAt(root), fresh, hand('CSIRT'), { ...about, recovery });
  write(worldAt(root), fresh, [note('we go on')]);
  const { problems, journals } = await verdictOf(root);
  assert.deepEqual(problems, []);
  assert.deepEqual([journals.length, journals[0]!.key], [1, fresh.signer.publicKey.fingerprint]);
});

test('the shelf lists what it may not open, and writes only under names of the format', () => {
  const shelf = openShelf(join(root, 'journal'));
  assert.throws(() => shelf.append('../x', 'entries', 'y'), { code: 'BAD_NAME' });
  assert.deepEqual(openShelf(join(root, 'absent')).list(), { folders: [], refused: [] });
});
