import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  appendEntry,
  JOURNAL_CODES,
  type JournalCode,
  JournalError,
  keepState,
  keptState,
  type Occasion,
  openJournal,
  verifyJournal,
} from '../../src/journal/index.ts';
import { ENTRY_KINDS, type EntryKind, KEY_KINDS, type Payload } from '../../src/model/index.ts';
import { Agency, CASE_ID, signerOf } from './world.ts';

const at = '2024-07-01T08:00:00.000Z';
const digest = 'ab'.repeat(32);
const finding = 'cd'.repeat(16);
const key = signerOf('other').publicKey.text;

/** One of each kind that is written through `appendEntry`, with every optional member. */
const SAMPLES: {
  [K in Exclude<EntryKind, 'journal-opened' | 'key-rotated' | 'key-revoked' | 'key-recovered'>]: Payload<K>;
} = {
  'station-introduced': {
    agency: 'B',
    role: 'ally',
    key,
    recipient: 'age1qqqqqqqqqqqqqqqqqqqq',
    journal: digest,
    verified: { how: 'phone', by: 'Ana', at, note: 'voice known' },
  },
  'evidence-received': {
    files: [{ digest, size: 12, name: 'dc01.evtx', format: 'evtx' }],
    from: 'Ministry, IT',
    how: 'disk 7, sealed bag 12, carried by K.',
    receivedAt: at,
  },
  'analysis-run': {
    program: { name: 'czernin', version: '0.1.0', digest },
    command: 'investigate',
    inputs: [digest],
    packs: [{ name: 'own', digest }],
    parameters: { zone: 'Europe/Prague' },
    results: digest,
    counts: { findings: 3 },
    startedAt: at,
    endedAt: at,
  },
  'finding-judged': { finding, verdict: 'innocent', why: 'the backup job' },
  note: { title: 'Call', text: 'Řekli, že ne.' },
  'entity-asserted': {
    relation: 'same',
    entities: [
      { type: 'account', name: 'x' },
      { type: 'person', name: 'y' },
    ],
    from: at,
    until: at,
    why: 'phone book',
  },
  'intrusion-named': { title: 'mail', findings: [finding], summary: 'mail was read' },
  'intrusion-merged': { title: 'all', intrusions: [digest, 'ef'.repeat(32)], why: 'one operator' },
  'intrusion-split': {
    intrusion: digest,
    parts: [
      { title: 'a', findings: [finding] },
      { title: 'b', findings: [] },
    ],
    why: 'two operators',
  },
  'evidence-stated': {
    cls: 'human',
    source: { id: 'R1', origin: 'service Y', reliability: 'B', credibility: 2 },
    forgeability: 'hard',
    group: 'service Y',
    lr: { 'actor:x': 8 },
    rationale: 'a source close to the operators',
  },
  'hypothesis-stated': { name: 'H1', kind: 'posing', actor: 'X', statement: 'somebody posing as X' },
  'assessment-made': {
    question: 'Who?',
    judgements: [{ hypothesis: digest, low: 0.55, high: 0.75, word: 'likely', scale: 'phia' }],
    confidence: 'moderate',
    why: 'infrastructure and hours',
    limits: 'no logs before 2022',
    dissent: [{ by: 'B', position: 'even chance', why: 'the tool is sold' }],
  },
  'decision-made': {
    subject: 'watch',
    title: 'Watch until the move',
    decision: 'No block before July.',
    parties: [{ agency: 'B', position: 'dissents', why: 'risk to mail' }],
    conditions: ['evict at once when data leaves'],
    reviewOn: '2024-08-01',
  },
  'release-made': { release: digest, audience: 'allies', title: 'Annex', approvedBy: ['Ana'], wording: 'w' },
  'dispatch-sent': {
    dispatch: digest,
    to: ['B'],
    medium: 'stick 4',
    journals: [{ journal: digest, size: 3, withheld: 1 }],
    releases: [digest],
  },
  'dispatch-received': {
    dispatch: digest,
    from: 'B',
    medium: 'stick 4',
    receivedAt: at,
    journals: [],
    refused: [{ what: 'journal', code: 'WRONG_CASE' }],
  },
  correction: { payload: { text: 'better' }, why: 'slip' },
  retraction: { why: 'wrong' },
  'checkpoint-seen': { journal: digest, size: 4, root: key, note: 'n', withheld: [[1, 2]] },
  'contradiction-found': { journal: digest, code: 'FORK', size: 4, exhibits: ['a', 'b'] },
};

test('every kind can be written, verifies, and reads back as it was said', () => {
  const a = new Agency('A');
  const first = a.ids[0]!;
  for (const [kind, payload] of Object.entries(SAMPLES)) {
    const draft = { kind, payload, refs: { entries: [first], events: [`${digest}@0`, `${digest}@0`] } };
    a.add(draft as Parameters<Agency['add']>[0]);
  }
  a.seal();
  const { copy, problems } = verifyJournal(a.files());
  assert.deepEqual(problems, []);
  const read = [...copy!.entries()].slice(1);
  assert.deepEqual(
    read.map((e) => [e.header?.kind, e.payload]),
    Object.entries(SAMPLES),
  );
  assert.deepEqual(read[0]?.header?.refs, { entries: [first], events: [`${digest}@0`] }, 'sets, sorted');
  assert.deepEqual([...Object.keys(SAMPLES), ...KEY_KINDS].sort(), Object.keys(ENTRY_KINDS).sort(), 'all of them');
});

test('the manual names every kind and no other', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/journal-format.md'), 'utf8');
  const table = manual.slice(manual.indexOf('## Kinds'), manual.indexOf('## Keys'));
  const named = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map((m) => m[1]);
  assert.deepEqual(named, Object.keys(ENTRY_KINDS));
});

const shown = new Set<JournalCode>();
const refuses = (code: JournalCode, act: () => unknown): void => {
  assert.throws(act, (e) => e instanceof JournalError && e.code === code, code);
  shown.add(code);
};

test('what cannot be written: coded, and the state stays as it was', () => {
  const a = new Agency('A');
  const { state } = a;
  const write = (draft: object, signer = a.signer): unknown =>
    appendEntry(state, { ...a.occasion(), kind: 'note', payload: { text: 'x' }, ...draft } as never, a.pen(signer));
  refuses('BAD_DRAFT', () => write({ payload: { text: '' } }));
  refuses('BAD_DRAFT', () => write({ payload: { text: 'half a pair \ud800' } }));
  refuses('BAD_DRAFT', () => write({ payload: { text: 'x', more: 1 } }));
  refuses('BAD_DRAFT', () => write({ author: '' }));
  refuses('BAD_DRAFT', () => write({ marking: { tlp: 'white', pap: 'red', originator: 'A' } }));
  refuses('BAD_DRAFT', () => write({ time: { at: '2024-07-01 08:00', source: 'system' } }));
  refuses('BAD_DRAFT', () => write({ refs: { events: ['x'] } }));
  refuses('BAD_DRAFT', () => write({ kind: 'retraction', payload: { why: 'x' } }));
  refuses('BAD_DRAFT', () =>
    write({ kind: 'correction', payload: { payload: { a: undefined }, why: 'x' }, refs: { entries: [digest] } }),
  );
  refuses('WRONG_KEY', () => write({}, signerOf('thief')));
  refuses('MISPLACED_KIND', () => write({ kind: 'key-revoked', payload: { why: 'x' } }));
  const files = Array.from({ length: 2000 }, (_, i) => ({ digest, size: i, name: 'x'.repeat(500) }));
  refuses('TOO_LONG', () =>
    write({ kind: 'evidence-received', payload: { files, from: 'x', how: 'y', receivedAt: at } }),
  );
  a.revoke();
  refuses('KEY_REVOKED', () => a.note('x'));
  refuses('KEY_REVOKED', () => a.seal());
  const opened = { case: { id: CASE_ID, title: '' }, agency: 'A', role: 'x' };
  refuses('BAD_DRAFT', () => openJournal(opened, a.occasion() as Occasion, a.pen()));
});

test('a kept state goes on as if nothing had been; a damaged one is refused', () => {
  const a = new Agency('A');
  for (let i = 0; i < 5; i++) {
    a.state = keptState(JSON.parse(JSON.stringify(keepState(a.state))));
    a.note(`${i}`);
    if (i === 2) a.rotate();
  }
  a.seal();
  const { copy, sound } = verifyJournal(a.files());
  assert.ok(sound);
  assert.deepEqual(keepState(copy!.state), keepState(a.state), 'and verifying gives the same state');
  const kept = keepState(a.state);
  for (const bad of [null, 1, {}, { ...kept, size: -0.5 }, { ...kept, key: 'AAAA' }, { ...kept, peaks: ['zz'] }]) {
    refuses('BAD_STATE', () => keptState(bad));
  }
});

test('every code a writer can meet was shown here, or says where', () => {
  refuses('OUT_OF_RANGE', () => new Agency('A').copy().entry(1));
  const elsewhere: JournalCode[] = ['NOT_COVERED']; // share.test.ts
  assert.deepEqual(
    JOURNAL_CODES.filter((c) => !shown.has(c)),
    elsewhere,
  );
});
