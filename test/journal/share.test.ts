import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosignerName,
  DEGREE,
  type JournalCode,
  JournalError,
  mergeCopies,
  proveEntry,
  readCosignature,
  seenDraft,
  verifyJournal,
  verifyProof,
  withheldStretches,
  withhold,
} from '../../src/journal/index.ts';
import type { Payload } from '../../src/model/index.ts';
import { cosign, noteKey, openNote, parseNote, SIGNATURE_TYPE } from '../../src/seal/index.ts';
import { Agency, copyOf } from './world.ts';

const refuses = (code: JournalCode, act: () => unknown): void =>
  assert.throws(act, (e) => e instanceof JournalError && e.code === code, code);

function story(): Agency {
  const a = new Agency('A');
  for (let i = 0; i < 5; i++) a.note(`secret ${i}`);
  a.rotate();
  a.judge(1, 'accepted');
  a.seal();
  return a;
}

test('what is withheld is not in the file, is counted, and the journal still verifies against its checkpoint', () => {
  const a = story();
  const part = withhold(a.journal(), ({ index }) => (index < 3 ? DEGREE.hash : DEGREE.header));
  const text = Buffer.from(part.entries).toString();
  assert.ok(!text.includes('secret'));
  assert.ok(!text.includes(JSON.parse(a.lines[4]!).salt), 'nor the salt with which guesses could be tried');
  const { copy, problems } = verifyJournal(part);
  assert.deepEqual(problems, []);
  assert.deepEqual(copy?.counts(), { hash: 2, header: 4, full: 2 }, 'the first entry and the rotation carry keys');
  assert.deepEqual(withheldStretches(copy!), [
    [1, 6],
    [7, 8],
  ]);
  assert.equal(copy?.root(), a.copy().root());
});

test('nothing can be withheld whole beyond the last checkpoint, and nothing raised', () => {
  const a = story();
  a.note('after the checkpoint');
  refuses('NOT_COVERED', () => withhold(a.journal(), () => DEGREE.hash));
  const headers = withhold(a.journal(), () => DEGREE.header);
  assert.deepEqual(copyOf(headers).counts(), { hash: 0, header: 7, full: 2 });
  const again = withhold(mergeCopies([copyOf(headers)])[0]!, () => DEGREE.full);
  assert.deepEqual(Buffer.from(again.entries), Buffer.from(headers.entries));
});

test('one entry with its proof: anybody with the key can check it, with or without its payload', () => {
  const a = story();
  const first = new Agency('A').signer.publicKey;
  const key = a.signer.publicKey;
  const proof = proveEntry(a.journal(), 7);
  const verdict = verifyProof(proof, key);
  assert.ok(verdict.ok);
  assert.deepEqual([verdict.entry.id, verdict.size, verdict.entry.header.kind], [a.ids[7], 8, 'finding-judged']);
  assert.ok(verifyProof(proveEntry(a.journal(), 7, DEGREE.header), key).ok);
  assert.ok(verifyProof(proveEntry(a.journal(), 2), key, [], first).ok, 'signed by the key before the rotation');
  const code = (text: string, k = key): string => {
    const v = verifyProof(text, k);
    return v.ok ? 'ok' : v.code;
  };
  assert.equal(code(proof, new Agency('B').signer.publicKey), 'BAD_CHECKPOINT');
  assert.equal(code(proveEntry(a.journal(), 2)), 'BAD_SIGNATURE');
  assert.equal(code(proof.replace('index 7', 'index 6')), 'WRONG_ENTRY');
  assert.equal(code(proof.replace('index 7', 'index 07')), 'BAD_PROOF');
  const swapped = proof.split('\n');
  [swapped[3], swapped[4]] = [swapped[4]!, swapped[3]!];
  assert.equal(code(swapped.join('\n')), 'NOT_INCLUDED');
  const extra = (i: number): string => `extra ${Buffer.from(a.lines[i]!.trimEnd()).toString('base64')}`;
  assert.equal(code(proof.replace(/^extra .*$/m, extra(6))), 'WRONG_ENTRY');
  assert.equal(code(proof.replace(/^extra .*$/m, 'extra AAAA')), 'BAD_ENTRY');
  const other = Buffer.from(a.lines[7]!.trimEnd().replace('looked', 'looted')).toString('base64');
  assert.equal(code(proof.replace(/^extra .*$/m, `extra ${other}`)), 'WRONG_ENTRY');
  a.note('not yet sealed');
  refuses('NOT_COVERED', () => proveEntry(a.journal(), 8));
});

test('a state seen is put on record with a cosignature other tools can check', () => {
  const a = story();
  const b = new Agency('B');
  const draft = seenDraft(a.journal(), b.occasion(), b.signer);
  const payload = draft.payload as Payload<'checkpoint-seen'>;
  assert.deepEqual([payload.size, payload.withheld], [8, []]);
  assert.deepEqual(readCosignature(payload.note!, b.signer.publicKey), { size: 8, seconds: Math.floor(b.now / 1000) });
  assert.equal(readCosignature(payload.note!, a.signer.publicKey), null);
  const witness = b.signer.publicKey;
  const key = noteKey(cosignerName(witness), SIGNATURE_TYPE.cosignatureEd25519, witness);
  assert.equal(openNote(parseNote(payload.note!), [key]).unknown.length, 1, "beside the journal's own line");
  // the cosigned checkpoint in a proof counts the witness
  const proof = proveEntry(a.journal(), 7);
  const cosigned = cosign(parseNote(a.notes[0]!), cosignerName(witness), b.signer, 1_720_000_000);
  const verdict = verifyProof(proof.replace(a.notes[0]!, cosigned), a.signer.publicKey, [witness]);
  assert.deepEqual(verdict.ok && verdict.cosigners, [cosignerName(witness)]);
});

test('no cosignature under a journal that contradicts itself, nor without a checkpoint', () => {
  const a = story();
  const b = new Agency('B');
  const twin = a.twin();
  twin.note('x');
  a.note('y');
  a.note('longer, so the main branch');
  a.seal();
  const forked = mergeCopies([a.copy(), twin.copy()])[0]!;
  assert.equal((seenDraft(forked, b.occasion(), b.signer).payload as Payload<'checkpoint-seen'>).note, undefined);
  a.note('z');
  assert.equal((seenDraft(a.journal(), b.occasion(), b.signer).payload as Payload<'checkpoint-seen'>).note, undefined);
});
