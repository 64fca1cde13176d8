import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64 } from '../base/index.ts';
import { cosign, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { signerFromSeed } from './ed25519.ts';
import { type SealCode, SealError } from './errors.ts';
import {
  cosignatureTime,
  formatNote,
  formatVkey,
  noteKey,
  openNote,
  parseNote,
  parseVkey,
  SIGNATURE_TYPE,
} from './note.ts';
import { formatProof, parseProof } from './proof.ts';

const refuses = (code: SealCode, act: () => unknown, what?: string): void =>
  assert.throws(act, (e) => e instanceof SealError && e.code === code, what ?? code);

// The example of c2sp.org/signed-note.
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

test("the specification's example verifies and is written back to the same text", () => {
  const key = parseVkey(VKEY);
  assert.equal(formatVkey(key), VKEY);
  const note = parseNote(NOTE);
  assert.equal(formatNote(note), NOTE);
  assert.equal(openNote(note, [key]).verified[0]?.key.name, 'example.com/foo');
});

const log = signerFromSeed(new Uint8Array(32).fill(1));
const witness = signerFromSeed(new Uint8Array(32).fill(2));
const root = new Uint8Array(32).fill(9);
const origin = 'example.org/log';
const logKey = noteKey(origin, SIGNATURE_TYPE.ed25519, log.publicKey);
const witnessKey = noteKey('example.org/w', SIGNATURE_TYPE.cosignatureEd25519, witness.publicKey);

test('a checkpoint is signed, cosigned, read and verified; unknown lines are ignored, copies count once', () => {
  const signed = signCheckpoint({ origin, size: 12, root }, log);
  const both = cosign(parseNote(signed), 'example.org/w', witness, 1_700_000_000);
  assert.ok(both.startsWith(signed));
  const opened = openNote(parseNote(both), [logKey, witnessKey]);
  assert.deepEqual(
    opened.verified.map((v) => v.key.name),
    [origin, 'example.org/w'],
  );
  assert.equal(cosignatureTime(opened.verified[1]!.signature.bytes), 1_700_000_000);
  assert.deepEqual(parseCheckpoint(parseNote(both).text), { origin, size: 12, root });
  assert.equal(openNote(parseNote(both), [logKey]).unknown.length, 1);
  const line = both.split('\n').at(-2);
  const twice = parseNote(`${both}${line}\n`);
  assert.equal(openNote(twice, [logKey, witnessKey]).verified.length, 2);
});

test('a known key that does not verify refuses the note; nobody known refuses it too', () => {
  const signed = signCheckpoint({ origin, size: 12, root }, log);
  refuses('NOTE_SIGNATURE', () => openNote(parseNote(signed.replace('\n12\n', '\n13\n')), [logKey]));
  refuses('NOTE_UNSIGNED', () => openNote(parseNote(signed), [witnessKey]));
  // a cosignature is not the log's signature and the other way round: the type is part of the key id
  const asLog = noteKey('example.org/w', SIGNATURE_TYPE.ed25519, witness.publicKey);
  const both = parseNote(cosign(parseNote(signed), 'example.org/w', witness, 5));
  refuses('NOTE_UNSIGNED', () => openNote(both, [asLog]));
  refuses('BAD_COSIGNATURE', () => cosign(both, 'example.org/w', witness, -1));
});

test('texts that are no notes', () => {
  const [head, tail] = NOTE.split('\n\n') as [string, string];
  for (const bad of [
    '',
    '\n\n',
    head,
    `${head}\n\n`,
    `${head}\n${tail}`,
    NOTE.slice(0, -1),
    NOTE.replace('— ', '- '),
    NOTE.replace('— ', '—'),
    NOTE.replace('foo Uw', 'foo  Uw'),
    NOTE.replace('/foo', '/f+oo'),
    NOTE.replace('/foo', '/f\u00a0oo'),
    NOTE.replace('aQM=', 'aQM'),
    NOTE.replace('aQM=', 'aQN='),
    NOTE.replace('This', 'This\r'),
    NOTE.replace('This', 'Th\u0000is'),
    NOTE.replace('This', 'Th\ud800is'),
    NOTE.replace('This', 'x'.repeat(70_000)),
    `${head}\n\n${tail.repeat(65)}`,
  ]) {
    refuses('BAD_NOTE', () => parseNote(bad), JSON.stringify(bad.slice(0, 60)));
  }
  assert.equal(parseNote(`a\n\nb\n\n${tail}`).text, 'a\n\nb\n', 'a text may hold empty lines');
  assert.equal(parseNote(`${head}\n\n${tail.repeat(16)}`).signatures.length, 16);
});

test('texts that are no verifier keys', () => {
  for (const bad of [
    '',
    'a+b',
    VKEY.replace('530d', '530e'),
    VKEY.replace('+Aek', '+Bek'),
    VKEY.replace('com/', 'c om/'),
  ]) {
    refuses('BAD_VKEY', () => parseVkey(bad), bad);
  }
  const small = toBase64(Uint8Array.of(1, ...new Uint8Array(32)));
  refuses('BAD_KEY', () => parseVkey(`n+00000000+${small}`));
  refuses('BAD_VKEY', () => noteKey('a b', 1, log.publicKey));
});

test('texts that are no checkpoints', () => {
  const hash = toBase64(root);
  for (const bad of [
    '',
    `${origin}\n1\n${hash}`,
    `${origin}\n01\n${hash}\n`,
    `${origin}\n+1\n${hash}\n`,
    `${origin}\n9007199254740993\n${hash}\n`,
    `${origin}\n1\n${hash}\nextension\n`,
    `${origin}\n1\n${hash}\n\n`,
    `${origin}\n1\n${hash.slice(4)}\n`,
    `\n1\n${hash}\n`,
  ]) {
    refuses('BAD_CHECKPOINT', () => parseCheckpoint(bad), bad);
  }
});

test('a log proof survives its text; what is not one is refused', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(
      fc.option(fc.uint8Array(), { nil: undefined }),
      fc.maxSafeNat(),
      fc.array(hash),
      (extra, index, path) => {
        const proof = {
          ...(extra ? { extra } : {}),
          index,
          path,
          checkpoint: signCheckpoint({ origin, size: 1, root }, log),
        };
        assert.deepEqual(parseProof(formatProof(proof)), proof);
      },
    ),
    { numRuns: 50 },
  );
  const good = formatProof({ index: 3, path: [root], checkpoint: 'x' });
  for (const bad of [
    '',
    good.replace('@v1', '@v2'),
    good.replace('index 3', 'index 03'),
    good.replace('index 3', 'index -3'),
    good.replace('index 3', 'extra x\nindex 3'),
    good.replace(toBase64(root), 'AAAA'),
    good.replace(/\n\n.*/s, '\n'),
    formatProof({ index: 3, path: Array(54).fill(root), checkpoint: 'x' }),
  ]) {
    refuses('BAD_PROOF', () => parseProof(bad), bad.slice(0, 60));
  }
});
