import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from '../../src/base/index.ts';
import { entryMessage, payloadDigest } from '../../src/journal/formulas.ts';
import {
  MAX_LINE_BYTES,
  originOf,
  PROBLEMS,
  type ProblemCode,
  type VerifyOptions,
  verifyJournal,
} from '../../src/journal/index.ts';
import { fullLine } from '../../src/journal/line.ts';
import { type Signer, signCheckpoint } from '../../src/seal/index.ts';
import { Agency, CASE_ID, filesOf, signerOf } from './world.ts';

/** One journal for every code of the closed list, each wrong in one way; the last test holds the list to it. */
const shown = new Set<ProblemCode>();

function expect(
  code: ProblemCode,
  lines: readonly string[],
  notes: readonly string[] = [],
  options: VerifyOptions = {},
): void {
  const { problems, copy } = verifyJournal(filesOf(lines, notes), options);
  const found = problems.find((p) => p.code === code);
  assert.ok(found, `${code} not among ${JSON.stringify(problems)}`);
  assert.equal(found.severity, PROBLEMS[code]);
  shown.add(code);
  if (found.severity === 'broken' && found.file === 'entries')
    assert.ok((copy?.size ?? 0) < Math.max(1, lines.length), code);
}

/** A line signed as its author would, with anything in it: what a hostile agency can write. */
function forged(
  a: Agency,
  change: Record<string, unknown>,
  payload: unknown = { text: 'x' },
  signer: Signer = a.signer,
): string {
  const salt = new Uint8Array(32);
  const payloadText = canonicalize(payload);
  const header = {
    ...JSON.parse(a.lines.at(-1)!).header,
    index: a.lines.length,
    previous: a.state.tip,
    kind: 'note',
    digest: payloadDigest(salt, payloadText),
    ...change,
  };
  const headerText = canonicalize(header);
  const signature = signer.sign(entryMessage(headerText)).toBase64();
  return `${fullLine(headerText, payloadText, salt.toBase64(), signature)}\n`;
}

test('lines that cannot be read', () => {
  const a = new Agency('A');
  expect('EMPTY', []);
  expect('NOT_JSON', [...a.lines, '{"header":\n']);
  expect('NOT_JSON', [...a.lines, '\n']);
  expect('BAD_SHAPE', [...a.lines, '[]\n']);
  expect('BAD_SHAPE', [...a.lines, '{"payload":1}\n']);
  expect('BAD_SHAPE', [...a.lines, '{"header":1,"signature":2}\n']);
  expect('TOO_DEEP', [...a.lines, `{"header":${'['.repeat(5000)}${']'.repeat(5000)},"signature":""}\n`]);
  expect('LINE_TOO_LONG', [...a.lines, `"${'x'.repeat(1024 * 1024)}"\n`]);
  expect('LINE_TOO_LONG', [...a.lines, 'x'.repeat(MAX_LINE_BYTES + 1)]);
  expect('TORN_TAIL', [...a.lines, a.lines[0]!.slice(0, 100)]);
  expect('NOT_CANONICAL', [a.lines[0]!.replace('{"header"', '{ "header"')]);
  expect('NOT_CANONICAL', [a.lines[0]!.replace('"v":1', '"v":1.0')]);
  const bad = verifyJournal({ entries: Uint8Array.of(0xff, 0x0a), checkpoints: new Uint8Array() });
  assert.deepEqual(
    bad.problems.map((p) => p.code),
    ['NOT_UTF8'],
  );
  shown.add('NOT_UTF8');
});

test('entries that say what no entry says', () => {
  const a = new Agency('A');
  a.note('one');
  expect('UNKNOWN_VERSION', [...a.lines, forged(a, { v: 2 })]);
  expect('UNKNOWN_KIND', [...a.lines, forged(a, { kind: 'spell' })]);
  expect('BAD_SHAPE', [...a.lines, forged(a, { extra: 1 })]);
  expect('BAD_SHAPE', [...a.lines, forged(a, { marking: { originator: 'A', pap: 'amber' } })]);
  expect('BAD_SHAPE', [...a.lines, forged(a, { time: { at: '2024-02-30T00:00:00.000Z', source: 'system' } })]);
  expect('BAD_PAYLOAD', [...a.lines, forged(a, {}, { text: '' })]);
  expect('BAD_ANSWER', [...a.lines, forged(a, { kind: 'retraction' }, { why: 'x' })]);
  expect('MISPLACED_KIND', [a.lines[1]!]);
  expect('MISPLACED_KIND', [...a.lines, forged(a, { kind: 'journal-opened' }, JSON.parse(a.lines[0]!).payload)]);
  expect('MISPLACED_KIND', [`{"leaf":"${a.ids[0]}"}\n`]);
  const { header, signature } = JSON.parse(a.lines[0]!);
  expect('KEY_ENTRY_WITHHELD', [`${canonicalize({ header, signature })}\n`]);
});

test('entries out of place, of others, in the name of others, from the future', () => {
  const a = new Agency('A');
  a.note('one');
  const b = new Agency('B');
  b.note('one');
  expect('WRONG_JOURNAL', [...a.lines, b.lines[1]!]);
  expect('WRONG_JOURNAL', a.lines, [], { journal: b.state.journal });
  expect('WRONG_CASE', a.lines, [], { case: 'f'.repeat(32) });
  assert.ok(verifyJournal(a.files(), { case: CASE_ID }).sound);
  expect('UNKNOWN_STATION', a.lines, [], { admit: (opened) => opened.agency === 'B' });
  expect('WRONG_INDEX', [...a.lines, a.lines[1]!]);
  expect('WRONG_PREVIOUS', [...a.lines, forged(a, { previous: a.ids[0] })]);
  expect('WRONG_AGENCY', [...a.lines, forged(a, { author: { agency: 'B', name: 'Ana' } })]);
  expect('FUTURE_DATED', a.lines, [], { now: a.now - 2 * 86_400_000 });
  assert.ok(verifyJournal(a.files(), { now: a.now }).sound);
  expect('TIME_BACKWARDS', [...a.lines, forged(a, { time: { at: '2024-01-01T00:00:00.000Z', source: 'manual' } })]);
  // the same journal carried into another case: its id does not follow from that case
  const opened = JSON.parse(a.lines[0]!);
  const payload = { ...opened.payload, case: { id: 'f'.repeat(32), title: 'Other' } };
  const empty = { lines: [a.lines[0]!], state: { tip: a.state.journal }, signer: a.signer } as unknown as Agency;
  const first = forged(empty, { index: 0, kind: 'journal-opened' }, payload);
  expect('WRONG_JOURNAL', [first]);
});

test('proofs that do not prove', () => {
  const a = new Agency('A');
  const other = signerOf('somebody');
  expect('BAD_SIGNATURE', [...a.lines, forged(a, {}, undefined, other)]);
  const [line] = new Agency('A', { seed: 'x' }).lines;
  expect('WRONG_DIGEST', [line!.replace('Ministry 2022', 'Ministry 2023')]);
  const small = Buffer.from(Uint8Array.of(1, ...new Uint8Array(31))).toString('base64');
  const rotated = { key: small, possession: new Uint8Array(64).toBase64(), why: 'x' };
  expect('BAD_KEY', [...a.lines, forged(a, { kind: 'key-rotated' }, rotated)]);
  const stolen = { ...rotated, key: other.publicKey.text };
  expect('BAD_POSSESSION', [...a.lines, forged(a, { kind: 'key-rotated' }, stolen)]);
  const recovered = { ...stolen, recoveryKey: other.publicKey.text };
  expect('BAD_RECOVERY', [...a.lines, forged(a, { kind: 'key-recovered' }, recovered, other)]);
  const signer = a.signer;
  a.revoke();
  expect('KEY_REVOKED', [...a.lines, forged(a, {}, undefined, signer)]);
});

test('checkpoints that do not hold', () => {
  const a = new Agency('A');
  a.note('one');
  const b = new Agency('B');
  const note = a.seal();
  expect('BAD_NOTE', a.lines, [note.replace('— ', '- ')]);
  const root = (n: number): Uint8Array => new Uint8Array(32).fill(n);
  const origin = originOf(a.state.journal);
  const signed = (size: number, n: number): string => signCheckpoint({ origin, size, root: root(n) }, a.signer);
  expect('BAD_CHECKPOINT', a.lines, [note.replace('\n2\n', '\n02\n')]);
  expect('WRONG_ORIGIN', a.lines, [b.seal()]);
  expect('CHECKPOINT_SIGNATURE', a.lines, [note.replace('\n2\n', '\n1\n')]);
  expect('CHECKPOINT_LINES', a.lines, [`${note}${note.split('\n').at(-2)}\n`]);
  expect('REWRITTEN_PAST', a.lines, [signed(2, 5)]);
  expect('SPLIT_VIEW', a.lines, [signed(9, 5), signed(9, 6)]);
  expect('ENTRIES_MISSING', a.lines, [signed(9, 5)]);
  const later = new Agency('C');
  const prefix = [...later.lines];
  later.rotate();
  expect('CHECKPOINT_BEYOND', prefix, [later.seal()]);
  const hashed = [a.lines[0]!, `{"leaf":"${'ab'.repeat(32)}"}\n`];
  expect('CHECKPOINT_ROOT', hashed, [note]);
  expect('UNCOVERED_HASH', hashed);
  assert.ok(verifyJournal(a.files()).sound);
});

test('every code of the closed list was shown here, or says where', () => {
  const elsewhere: ProblemCode[] = [
    'FORK', // between copies: merge.test.ts
    'TOO_MANY_ENTRIES', // bounds beyond a test's means: 2^30 entries, 1,000 keys, 1,000,000 checkpoints
    'TOO_MANY_KEYS',
    'TOO_MANY_CHECKPOINTS',
  ];
  const missing = Object.keys(PROBLEMS).filter(
    (c) => !shown.has(c as ProblemCode) && !elsewhere.includes(c as ProblemCode),
  );
  assert.deepEqual(missing, []);
});
