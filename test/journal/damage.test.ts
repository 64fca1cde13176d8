import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DEGREE,
  type JournalFiles,
  keepState,
  type Problem,
  type Verification,
  verifyJournal,
  verifyStream,
  verifyTail,
  withhold,
} from '../../src/journal/index.ts';
import { sha256Hex } from '../../src/seal/index.ts';
import { Agency, codesOf, filesOf } from './world.ts';

/** Every damage to a journal's files is found, and where it is. CZERNIN_LONG=1 flips every single bit. */
const long = process.env.CZERNIN_LONG === '1';

function story(): Agency {
  const a = new Agency('Centre');
  a.note('Grüße — a first note, with € and 🐟');
  a.judge(1, 'accepted');
  a.seal();
  a.rotate();
  a.correct(a.ids[1]!, { text: 'better' });
  a.seal();
  a.revoke(4);
  a.recover();
  a.note('after the rescue');
  a.seal();
  return a;
}

/** Signatures over the same bytes are checked once: what stays unchanged under 60,000 flips need not be proved each time. */
const checked = new Map<string, boolean>();
function judged(files: JournalFiles): Verification {
  return verifyJournal(files, {
    checkSignature(key, message, signature) {
      const name = `${key.text} ${sha256Hex(message)} ${signature.toBase64()}`;
      const known = checked.get(name) ?? key.verify(message, signature);
      checked.set(name, known);
      return known;
    },
  });
}

function firstBroken(files: JournalFiles): Problem | undefined {
  return judged(files).problems.find((p) => p.severity === 'broken');
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  out[bit >> 3]! ^= 1 << (bit & 7);
  return out;
}

/** Zero-based number of the part (line, note) a byte falls into. */
function partAt(parts: readonly string[], offset: number): number {
  const ends = parts.map((_, i) => Buffer.byteLength(parts.slice(0, i + 1).join('')));
  return ends.findIndex((end) => end > offset);
}

const bitsOf = (bytes: Uint8Array): Iterable<number> =>
  long ? Array(bytes.length * 8).keys() : fc.sample(fc.nat({ max: bytes.length * 8 - 1 }), 150);

test('any flipped bit in entries.jsonl is found, in its line, and what stood before it is still believed', () => {
  const a = story();
  const files = a.files();
  assert.deepEqual(verifyJournal(files).problems, []);
  for (const bit of bitsOf(files.entries)) {
    const bad = { ...files, entries: flipped(files.entries, bit) };
    const line = partAt(a.lines, bit >> 3);
    const { copy, sound, problems } = judged(bad);
    const found = problems.find((p) => p.severity === 'broken');
    assert.equal(found?.line, line + 1, `bit ${bit}: ${JSON.stringify(found)}`);
    assert.equal(found?.file, 'entries');
    assert.equal(sound, false);
    assert.equal(copy?.size ?? 0, line);
  }
});

test('any flipped bit in checkpoints.notes is found, in its note', () => {
  const a = story();
  const files = a.files();
  for (const bit of bitsOf(files.checkpoints)) {
    const found = firstBroken({ ...files, checkpoints: flipped(files.checkpoints, bit) });
    const before = a.notes.slice(0, partAt(a.notes, bit >> 3)).join('');
    assert.equal(found?.file, 'checkpoints', `bit ${bit}`);
    assert.equal(found?.offset, Buffer.byteLength(before), `bit ${bit}: ${JSON.stringify(found)}`);
  }
});

test('any flipped bit in a copy with withheld entries is found', () => {
  const a = story();
  const files = withhold(a.journal(), ({ index }) => (index % 3 === 1 ? DEGREE.hash : DEGREE.header));
  assert.deepEqual(verifyJournal(files).problems, []);
  for (const bit of bitsOf(files.entries)) {
    const bad = { ...files, entries: flipped(files.entries, bit) };
    const found = judged(bad).problems.filter((p) => p.severity === 'broken');
    // a changed hash shows in the entry after it, which names the true one, or in the checkpoint over it
    const line =
      partAt(
        Buffer.from(files.entries)
          .toString()
          .split(/(?<=\n)/),
        bit >> 3,
      ) + 1;
    const there = found.some((p) => p.file === 'entries' && (p.line === line || p.line === line + 1));
    assert.ok(there, `bit ${bit} in line ${line}: ${JSON.stringify(found)}`);
  }
});

test('any dropped, repeated or exchanged entry is found where it is', () => {
  const a = story();
  const n = a.lines.length;
  for (let i = 0; i < n; i++) {
    const dropped = filesOf(a.lines.toSpliced(i, 1), a.notes);
    const [first] = verifyJournal(dropped).problems;
    if (i === n - 1) {
      assert.deepEqual([first?.code, first?.index], ['ENTRIES_MISSING', i], 'the checkpoint misses the last one');
    } else {
      assert.equal(first?.line, i + 1, `dropped ${i}: ${JSON.stringify(first)}`);
      assert.ok(['WRONG_INDEX', 'MISPLACED_KIND'].includes(first?.code ?? ''), first?.code);
    }
    const repeated = firstBroken(filesOf(a.lines.toSpliced(i, 0, a.lines[i]!), a.notes));
    assert.equal(repeated?.line, i + 2, `repeated ${i}: ${JSON.stringify(repeated)}`);
    for (let k = i + 1; k < n; k++) {
      const lines = [...a.lines];
      [lines[i], lines[k]] = [lines[k]!, lines[i]!];
      assert.equal(firstBroken(filesOf(lines, a.notes))?.line, i + 1, `exchanged ${i} and ${k}`);
    }
  }
});

test('one fault is named once: the rest of the journal is still judged on its own', () => {
  const a = story();
  const lines = [...a.lines];
  lines[1] = lines[1]!.replace('first', 'worst');
  lines[7] = lines[7]!.replace('rescue', 'danger');
  const { problems } = verifyJournal(filesOf(lines, a.notes));
  const broken = problems.filter((p) => p.severity === 'broken').map((p) => [p.code, p.line, p.index]);
  assert.deepEqual(broken, [
    ['WRONG_DIGEST', 2, 1],
    ['WRONG_DIGEST', 8, 7],
  ]);
});

test('cut off anywhere: what is whole is believed, the torn line is named', () => {
  const a = story();
  const files = a.files();
  const ends = a.lines.map((_, i) => Buffer.byteLength(a.lines.slice(0, i + 1).join('')));
  for (const size of fc.sample(fc.nat({ max: files.entries.length - 1 }), long ? 5000 : 100)) {
    const cut = { ...files, entries: files.entries.subarray(0, size) };
    const whole = ends.filter((e) => e <= size).length;
    const { copy, problems } = verifyJournal(cut);
    assert.equal(copy?.size ?? 0, whole);
    const codes = problems.map((p) => p.code);
    if (ends.includes(size) || size === 0) assert.ok(!codes.includes('TORN_TAIL'));
    else assert.deepEqual(problems.find((p) => p.code === 'TORN_TAIL')?.offset, whole === 0 ? 0 : ends[whole - 1]);
    if (size === 0) assert.deepEqual(codes, ['EMPTY']);
  }
});

test('garbage never throws', () => {
  const a = story();
  const good = Buffer.from(a.files().entries).toString();
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(...good.split(/(?<=[\n,])/).map((t) => Uint8Array.from(Buffer.from(t)))),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(piece, { maxLength: 10 }), (entries, checkpoints) => {
      const { sound } = verifyJournal({ entries: Buffer.concat(entries), checkpoints: Buffer.concat(checkpoints) });
      assert.equal(sound, false);
    }),
    { numRuns: long ? 5000 : 200 },
  );
});

test('hashes that no checkpoint covers are not believed, and what stands before them is', () => {
  const a = story();
  a.note('not under a checkpoint');
  a.note('nor this');
  const lines = [...a.lines];
  lines[8] = `{"leaf":"${a.ids[8]}"}\n`;
  assert.deepEqual(codesOf(filesOf(lines, a.notes)), ['UNCOVERED_HASH']);
  assert.equal(verifyJournal(filesOf(lines, a.notes)).copy?.size, 8);
  lines[8] = `{"leaf":"${'ab'.repeat(32)}"}\n`;
  assert.deepEqual(
    codesOf(filesOf(lines, a.notes)),
    ['WRONG_PREVIOUS', 'UNCOVERED_HASH'],
    'a false hash breaks the chain',
  );
  // two false hashes in a row can be told only by the checkpoint over them, and it accuses the copy, not the agency
  const long = new Agency('Long');
  for (let i = 0; i < 6; i++) long.note(`${i}`);
  long.seal();
  const false2 = [...long.lines];
  false2[2] = false2[3] = `{"leaf":"${'cd'.repeat(32)}"}\n`;
  false2.splice(4);
  assert.deepEqual(codesOf(filesOf(false2, long.notes)), ['ENTRIES_MISSING', 'UNCOVERED_HASH']);
  const all = [...long.lines.slice(0, 2), ...long.ids.slice(2).map((id) => `{"leaf":"${id}"}\n`)];
  assert.deepEqual(codesOf(filesOf(all, long.notes)), []);
  all[3] = `{"leaf":"${'cd'.repeat(32)}"}\n`;
  assert.deepEqual(codesOf(filesOf(all, long.notes)), ['CHECKPOINT_ROOT', 'UNCOVERED_HASH']);
  assert.equal(verifyJournal(filesOf(all, long.notes)).copy?.size, 2, 'from the first hash on, nothing');
});

test('read in chunks of any size, the judgement is the same, damaged or not', () => {
  const a = story();
  const { entries, checkpoints } = a.files();
  const long1 = Buffer.concat([
    entries,
    Buffer.alloc(1024 * 1024 + 5, 'x'),
    Buffer.from('\n'),
    entries.subarray(0, 50),
  ]);
  const damaged = [
    entries,
    long1,
    flipped(entries, 9000),
    flipped(entries, 80),
    entries.subarray(0, 3000),
    new Uint8Array(),
  ];
  const hidden = withhold(a.journal(), ({ index }) => (index === 2 ? DEGREE.hash : DEGREE.header));
  for (const [n, files] of [...damaged.map((e) => ({ entries: e, checkpoints })), hidden].entries()) {
    const whole = verifyJournal(files);
    for (const [k, max] of [1, 100, 5000, 4_000_000].entries()) {
      if (max < 5000 && files.entries.length > 100_000) continue;
      const chunk = new Uint8Array(max);
      const stream = verifyStream();
      for (let at = 0; at < files.entries.length; ) {
        const part = files.entries.subarray(at, at + 1 + ((at * 7919 + k) % max));
        chunk.set(part); // the same buffer every time: nothing may be kept of it
        stream.push(chunk.subarray(0, part.length));
        at += part.length;
      }
      const verdict = stream.finish(files.checkpoints);
      assert.deepEqual(verdict.problems, whole.problems, `file ${n}, chunks of ${max}`);
      assert.deepEqual([verdict.size, verdict.lines, verdict.sound], [whole.copy?.size ?? 0, whole.lines, whole.sound]);
      if (whole.copy && verdict.state) assert.deepEqual(keepState(verdict.state), keepState(whole.copy.state));
    }
  }
});

test('lines after a kept state are judged from there', () => {
  const a = story();
  const kept = a.state;
  const from = a.lines.length;
  a.note('more');
  a.rotate();
  a.note('and more');
  const tail = (lines: readonly string[]) => verifyTail(kept, Buffer.from(lines.join('')));
  const all = a.lines.slice(from);
  assert.deepEqual(tail(all).problems, []);
  assert.deepEqual(keepState(tail(all).state), keepState(a.state));
  assert.deepEqual(keepState(tail([]).state), keepState(kept));
  assert.deepEqual(tail([]).problems, []);
  assert.deepEqual(
    tail(all.slice(1)).problems.map((p) => p.code),
    ['WRONG_INDEX'],
  );
  const torn = tail([...all.slice(0, 1), all[1]!.slice(0, -5)]);
  assert.deepEqual([torn.problems.map((p) => p.code), torn.state.size], [['TORN_TAIL'], from + 1]);
});
