/** One flipped bit anywhere in a case is found and located, by the program and by the stand-alone verifier. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { mergeInto } from '../../src/app/case/index.ts';
import { DEGREE, journalOf, verifyJournal, withhold } from '../../src/journal/index.ts';
import { openShelf } from '../../src/platform/journal/index.ts';
import { sha256Hex } from '../../src/seal/index.ts';
import { hand, judged, note, remove, station, temporaryFolder, verdictOf, worldAt, write } from './support/stations.ts';

const verifier = join(import.meta.dirname, '../../verifier/verify.mjs');
/** Flips a file. */
const FLIPS = process.env.CZERNIN_LONG === undefined ? 14 : 500;

const folder = temporaryFolder('flips');
const root = join(folder, 'whole.case');
let files: string[] = [];

before(() => {
  const [ana, bea] = [station('CSIRT'), station('Ministry')];
  const theirs = worldAt(join(folder, 'theirs.case'));
  write(theirs, bea, [note('secret'), judged(1, 'innocent'), note('hidden whole')]);
  // what the ministry passes on: one entry by its header, one by its hash
  const { name } = theirs.shelf.list().folders[0]!;
  const read = { entries: theirs.shelf.read(name, 'entries'), checkpoints: theirs.shelf.read(name, 'checkpoints') };
  const given = withhold(journalOf(verifyJournal(read).copy!), ({ index }) =>
    index === 1 ? DEGREE.header : index === 3 ? DEGREE.hash : DEGREE.full,
  );
  const stick = join(folder, 'stick', name);
  mkdirSync(stick, { recursive: true });
  writeFileSync(join(stick, 'entries.jsonl'), given.entries);
  writeFileSync(join(stick, 'checkpoints.notes'), given.checkpoints);

  const mine = worldAt(root);
  mkdirSync(join(root, 'evidence'));
  mkdirSync(join(root, 'packs'));
  const copy = Buffer.from('a log line that came out of an archive\n');
  writeFileSync(join(root, 'evidence', sha256Hex(copy)), copy);
  const pack = Buffer.from('{"rules":[]}');
  writeFileSync(join(root, 'packs', 'rules.pack.json'), pack);
  writeFileSync(join(root, 'packs', `${sha256Hex(pack)}.pack.json`), pack);
  const zero = '0'.repeat(64);
  write(mine, ana, [
    note('Überprüfung 🔎'),
    judged(1, 'accepted'),
    {
      kind: 'analysis-run',
      payload: {
        program: { name: 'czernin', version: '0' },
        command: 'investigate',
        inputs: [zero],
        packs: [{ name: 'rules.pack.json', digest: sha256Hex(pack) }],
        parameters: {},
        results: zero,
        counts: { findings: 1 },
        startedAt: '2024-07-01T08:00:00.000Z',
        endedAt: '2024-07-01T08:00:01.000Z',
      },
    },
  ]);
  const source = { label: 'stick', shelf: openShelf(join(folder, 'stick')), only: null };
  mergeInto(mine, [source], { admit: () => true, station: ana, hand: hand('CSIRT') });
  files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name).slice(root.length + 1))
    .filter((f) => statSync(join(root, f)).size > 0)
    .sort();
});
after(() => remove(folder));

function flipsOf(file: string): number[] {
  const bits = statSync(join(root, file)).size * 8;
  const seed = Number.parseInt(sha256Hex(file).slice(0, 8), 16);
  return Array.from({ length: FLIPS }, (_, i) => (seed + i * 2654435761) % bits);
}

function flipped(file: string, bit: number, at: string): void {
  cpSync(root, at, { recursive: true });
  const bytes = readFileSync(join(at, file));
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(join(at, file), bytes);
}

test('the whole case is sound for both', async () => {
  assert.equal(files.length, 9, files.join());
  const verdict = await verdictOf(root);
  assert.deepEqual(verdict.problems, []);
  assert.deepEqual(
    verdict.journals.map((j) => j.held).sort((a, b) => a.full - b.full),
    [
      { hash: 1, header: 1, full: 2 },
      { hash: 0, header: 0, full: 5 },
    ],
  );
  const run = spawnSync(process.execPath, [verifier, root], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stdout + run.stderr);
});

test('czernin: any flipped bit is found, in the file and line in which it is', async () => {
  for (const file of files) {
    for (const bit of flipsOf(file)) {
      const at = join(folder, 'flipped.case');
      flipped(file, bit, at);
      const { problems, sound } = await verdictOf(at);
      const here = problems.filter((p) => p.file === file);
      assert.ok(here.length > 0, `${file} bit ${bit}: ${JSON.stringify(problems)}`);
      assert.ok(!sound || problems.some((p) => p.severity === 'incomplete'), `${file} bit ${bit}: sound`);
      if (file.endsWith('.jsonl')) {
        const line = readFileSync(join(root, file))
          .subarray(0, bit >> 3)
          .toString('latin1')
          .split('\n').length;
        assert.ok(
          here[0]!.line !== null && Math.abs(here[0]!.line - line) <= 1,
          `${file} bit ${bit}: line ${here[0]!.line}, not ${line}`,
        );
      }
      remove(at);
    }
  }
});

test('verifier/verify.mjs: the same, in everything that is not derived', () => {
  for (const file of files.filter((f) => f !== 'index.sqlite' && !f.startsWith('packs/'))) {
    const bits = flipsOf(file);
    const cases = bits.map((bit, n) => {
      const at = join(folder, `v${n}.case`);
      flipped(file, bit, at);
      return at;
    });
    const run = spawnSync(process.execPath, [verifier, ...cases], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    assert.equal(run.stderr, '');
    const verdicts = run.stdout.split(/^(?:Sound|\d+ problems).*\n/m).slice(0, -1);
    const sound = [...run.stdout.matchAll(/^(Sound|\d+ problems)/gm)].map((m) => m[1] === 'Sound');
    assert.equal(sound.length, bits.length);
    for (const [n, bit] of bits.entries()) {
      assert.equal(sound[n], false, `${file} bit ${bit}`);
      assert.ok(verdicts[n]!.includes(`  ${file}`), `${file} bit ${bit}: ${verdicts[n]}`);
    }
    for (const at of cases) remove(at);
  }
});

test('entries dropped, put in another order, repeated: found where they are, by both', async () => {
  const file = files.find((f) => f.endsWith('.jsonl') && !readFileSync(join(root, f)).includes('"leaf"'))!;
  const lines = readFileSync(join(root, file), 'utf8').split('\n').slice(0, -1);
  const [a, b, c] = [lines[0]!, lines[1]!, lines[2]!];
  const rest = lines.slice(3);
  const changed: Record<string, readonly string[]> = {
    WRONG_INDEX: [a, c, ...rest],
    'WRONG_INDEX ': [a, c, b, ...rest],
    'WRONG_INDEX  ': [a, b, b, c, ...rest],
    ENTRIES_MISSING: lines.slice(0, -1),
  };
  for (const [name, text] of Object.entries(changed)) {
    const code = name.trim();
    const at = join(folder, 'reordered.case');
    cpSync(root, at, { recursive: true });
    writeFileSync(join(at, file), text.map((l) => `${l}\n`).join(''));
    const { problems } = await verdictOf(at);
    const found = problems.find((p) => p.code === code);
    assert.ok(found?.file.startsWith(file.slice(0, file.lastIndexOf('/'))), `${name}: ${problems.map((p) => p.code)}`);
    const run = spawnSync(process.execPath, [verifier, at], { encoding: 'utf8' });
    assert.ok(run.stdout.includes(code), `${name}: ${run.stdout}`);
    assert.equal(run.status, code === 'ENTRIES_MISSING' ? 4 : 10);
    remove(at);
  }
});
