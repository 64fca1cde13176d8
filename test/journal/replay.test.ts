import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  appendEntry,
  contradictionDraft,
  DEGREE,
  emptyTally,
  type Journal,
  mergeCopies,
  mergeJournals,
  type ReplayOptions,
  replay,
  replayItems,
  seenDraft,
  withhold,
} from '../../src/journal/index.ts';
import { Case, type CaseItem } from '../../src/model/index.ts';
import { Agency, copyOf } from './world.ts';

const FINDING = '1'.padStart(32, '0');

function caseOf(journals: readonly Journal[], options: ReplayOptions = {}): Case {
  const result = replay(journals, options);
  assert.deepEqual(Case.parse(result), result, 'the Case is what its schema says');
  return result;
}

function itemOf(c: Case, id: string): CaseItem {
  const item = c.items.find((i) => i.id === id);
  assert.ok(item, `no item ${id}`);
  return item;
}

/** `who` records that it has the journals as they are now. */
function sees(who: Agency, journal: Journal): string {
  return who.take(appendEntry(who.state, seenDraft(journal, who.occasion(), who.signer), who.pen()));
}

test('two agencies judge one finding: both stand, the dispute is shown; a later word of one replaces only its own', () => {
  const a = new Agency('A');
  const b = new Agency('B');
  a.judge(1, 'accepted');
  b.judge(1, 'innocent');
  const both = caseOf([a.journal(), b.journal()]);
  assert.deepEqual(both.findings[FINDING]?.positions.map((p) => [p.agency, p.says]).sort(), [
    ['A', 'accepted'],
    ['B', 'innocent'],
  ]);
  assert.equal(both.findings[FINDING]?.disputed, true);
  const later = b.judge(1, 'accepted');
  const agreed = caseOf([b.journal(), a.journal()]);
  assert.equal(agreed.findings[FINDING]?.disputed, false);
  assert.ok(agreed.findings[FINDING]?.positions.some((p) => p.entry === later));
  assert.equal(agreed.items.filter((i) => i.kind === 'finding-judged').length, 3, 'the earlier word is still there');
});

test('a correction shows both texts; a retracted retraction counts no more; a correction can be corrected', () => {
  const a = new Agency('A');
  const note = a.note('teh');
  const first = a.correct(note, { text: 'the' });
  const second = a.correct(first, { payload: { text: 'The' }, why: 'capital' });
  const judged = a.judge(1, 'accepted');
  const retraction = a.retract(judged);
  const seen = caseOf([a.journal()]);
  assert.deepEqual(
    [itemOf(seen, note).standing, itemOf(seen, note).payload, itemOf(seen, note).original],
    ['corrected', { text: 'The' }, { text: 'teh' }],
  );
  assert.deepEqual(itemOf(seen, note).answers, [first]);
  assert.deepEqual(itemOf(seen, first).answers, [second]);
  assert.equal(itemOf(seen, judged).standing, 'retracted');
  assert.deepEqual(seen.findings, {});
  a.retract(retraction);
  assert.equal(itemOf(caseOf([a.journal()]), judged).standing, 'stands');
});

test('answers without effect are named: to another agency, to nothing, to a key, with what does not fit', () => {
  const a = new Agency('A');
  const b = new Agency('B');
  const note = b.note('mine');
  const foreign = a.retract(note);
  const nothing = a.retract('ab'.repeat(32));
  const key = a.retract(a.ids[0]!);
  const own = a.note('x');
  const misfit = a.correct(own, { verdict: 'x' });
  const c = caseOf([a.journal(), b.journal()]);
  assert.deepEqual(
    c.ignored,
    [
      { entry: foreign, code: 'ANSWER_UNKNOWN' },
      { entry: nothing, code: 'ANSWER_UNKNOWN' },
      { entry: key, code: 'ANSWER_KEY' },
      { entry: misfit, code: 'ANSWER_MISFIT' },
    ].sort((x, y) => (x.entry < y.entry ? -1 : 1)),
  );
  for (const id of [note, own, a.ids[0]!]) assert.equal(itemOf(c, id).standing, 'stands');
});

test('a withheld retraction still answers; a withheld correction leaves no text to rely on', () => {
  const a = new Agency('A');
  const judged = a.judge(1, 'accepted');
  a.retract(judged);
  const note = a.note('wrong');
  a.correct(note, { text: 'right' });
  a.seal();
  const part = copyOf(withhold(a.journal(), ({ index }) => (index % 2 === 0 ? DEGREE.header : DEGREE.full)));
  const c = caseOf(mergeCopies([part]));
  assert.equal(itemOf(c, judged).standing, 'retracted');
  assert.equal(itemOf(c, note).standing, 'corrected');
  assert.equal(itemOf(c, note).payload, undefined);
  assert.deepEqual(itemOf(c, note).original, { text: 'wrong' });
  assert.deepEqual(c.withheld, { entries: 2, byKind: { correction: 1, retraction: 1 } });
  const hidden = copyOf(withhold(a.journal(), ({ index }) => (index === 2 ? DEGREE.hash : DEGREE.full)));
  assert.deepEqual(caseOf(mergeCopies([hidden])).withheld, { entries: 1, byKind: { unknown: 1 } });
  assert.deepEqual(caseOf(mergeCopies([hidden])).journals[0]?.hash, 1);
});

test('as of a date: when it was written, and when this station learned of it and of its text', () => {
  const a = new Agency('A');
  const b = new Agency('B', { start: a.now });
  const judged = a.judge(1, 'accepted');
  const written = new Date(a.now).toISOString();
  a.seal();
  b.now += 60_000;
  const headersOnly = withhold(a.journal(), () => DEGREE.header);
  const first = sees(b, mergeCopies([copyOf(headersOnly)])[0]!);
  const heard = new Date(b.now).toISOString();
  b.now += 60_000;
  sees(b, a.journal());
  const got = new Date(b.now).toISOString();
  const all = mergeJournals([a.journal()], [b.journal()]);
  const viewpoint = b.state.journal;
  const learnedAt = (at: string): CaseItem | undefined =>
    caseOf(all, { viewpoint, asOf: { by: 'learned', at } }).items.find((i) => i.id === judged);
  assert.equal(learnedAt(written), undefined, 'written, but nobody here knew');
  assert.equal(learnedAt(heard)?.payload, undefined, 'known to be there, not what it says');
  assert.equal(learnedAt(heard)?.learned, heard);
  assert.deepEqual(learnedAt(got)?.payload, { finding: FINDING, verdict: 'accepted', why: 'looked at the disk' });
  assert.equal(caseOf(all, { viewpoint, asOf: { by: 'learned', at: heard } }).withheld.entries, 1);
  const then = caseOf(all, { asOf: { by: 'authored', at: written } });
  assert.ok(then.items.some((i) => i.id === judged));
  assert.ok(!then.items.some((i) => i.id === first), 'written later');
  // a retraction after the date does not reach back
  a.retract(judged);
  assert.equal(itemOf(caseOf([a.journal()], { asOf: { by: 'authored', at: written } }), judged).standing, 'stands');
  assert.equal(itemOf(caseOf([a.journal()]), judged).standing, 'retracted');
  assert.equal(
    caseOf([a.journal()], { viewpoint: a.state.journal }).items.at(-1)?.learned,
    new Date(a.now).toISOString(),
  );
});

test('what was written while the key may have been stolen is doubted, and only that', () => {
  const a = new Agency('A');
  const before = a.note('mine');
  const doubtful = a.note('perhaps not mine');
  a.revoke(2);
  a.recover();
  const after = a.note('mine again');
  const c = caseOf([a.journal()]);
  assert.deepEqual(
    [before, doubtful, after].map((id) => itemOf(c, id).doubted),
    [false, true, false],
  );
});

test('both sides of a fork are in the case, the side branch marked; a side cannot retract what the main one says', () => {
  const a = new Agency('A');
  const judged = a.judge(1, 'accepted');
  const twin = a.twin();
  const side = twin.retract(judged);
  a.judge(2, 'accepted');
  a.judge(3, 'accepted');
  const c = caseOf(mergeCopies([twin.copy(), a.copy()]));
  assert.equal(itemOf(c, judged).standing, 'stands');
  assert.equal(itemOf(c, side).forked, true);
  assert.deepEqual(
    c.contradictions.map((x) => x.code),
    ['FORK'],
  );
  assert.deepEqual(c.ignored, [{ entry: side, code: 'ANSWER_UNKNOWN' }]);
  assert.equal(c.items.filter((i) => i.id === judged).length, 1);
});

test('a clock set back changes no order within a journal', () => {
  const a = new Agency('A');
  a.judge(1, 'accepted');
  a.now -= 86_400_000;
  a.judge(1, 'innocent');
  const c = caseOf([a.journal()]);
  assert.deepEqual(
    c.items.map((i) => i.index),
    [0, 1, 2],
  );
  assert.equal(c.findings[FINDING]?.positions[0]?.says, 'innocent');
});

test('intrusions named, merged, split: every step stays visible and findings follow', () => {
  const a = new Agency('A');
  const id = (n: number): string => n.toString(16).padStart(32, '0');
  const named = (title: string, ...findings: number[]): string =>
    a.add({ kind: 'intrusion-named', payload: { title, findings: findings.map(id) } });
  const one = named('mail', 1, 2);
  const two = named('web shell', 2, 3);
  const merged = a.add({
    kind: 'intrusion-merged',
    payload: { title: 'all', intrusions: [one, two], why: 'same key' },
  });
  const split = a.add({
    kind: 'intrusion-split',
    payload: {
      intrusion: merged,
      parts: [
        { title: 'north', findings: [id(1)] },
        { title: 'south', findings: [id(3)] },
      ],
      why: 'two operators',
    },
  });
  const c = caseOf([a.journal()]);
  const by = new Map(c.intrusions.map((i) => [i.id, i]));
  assert.deepEqual(by.get(merged)?.findings, [1, 2, 3].map(id));
  assert.deepEqual(by.get(one)?.became, [merged]);
  assert.deepEqual(by.get(merged)?.became, [`${split}.1`, `${split}.2`]);
  assert.deepEqual(by.get(`${split}.2`)?.findings, [id(3)]);
});

test('entities: same and different, said by two agencies in any order of names, meet', () => {
  const a = new Agency('A');
  const b = new Agency('B');
  const [x, y] = [
    { type: 'account' as const, name: 'm.novak' },
    { type: 'account' as const, name: 'mnovak_adm' },
  ];
  a.add({ kind: 'entity-asserted', payload: { relation: 'same', entities: [x, y], why: 'phone book' } });
  b.add({ kind: 'entity-asserted', payload: { relation: 'different', entities: [y, x], why: 'two people' } });
  const [stance, ...rest] = Object.values(caseOf([a.journal(), b.journal()]).entities);
  assert.equal(rest.length, 0);
  assert.equal(stance?.disputed, true);
});

test('no journals, an empty case', () => {
  assert.deepEqual(caseOf([]).items, []);
});

test('item by item the same is told as in the whole case', () => {
  const a = new Agency('A');
  const b = new Agency('B');
  const judged = a.judge(1, 'accepted');
  b.retract(judged);
  a.retract(judged);
  const journals = [b.journal(), a.journal()];
  const tally = emptyTally();
  const items = [...replayItems(journals, {}, tally)];
  const whole = caseOf(journals);
  assert.deepEqual(new Map(items.map((i) => [i.id, i])), new Map(whole.items.map((i) => [i.id, i])));
  assert.deepEqual([tally.ignored, tally.withheld], [whole.ignored, whole.withheld]);
});

test('a contradiction another station proves is shown though both copies never met here; a mere claim is ignored', () => {
  const a = new Agency('A');
  a.note('common');
  const twin = a.twin();
  a.note('what B was shown');
  a.seal();
  twin.note('what C was shown');
  twin.seal();
  const b = new Agency('B');
  const [forked] = mergeCopies([a.copy(), twin.copy()]);
  const fork = forked!.contradictions[0]!;
  const report = b.add(contradictionDraft(fork, b.occasion()));
  const claim = b.add(contradictionDraft({ ...fork, size: 1 }, b.occasion()));
  const half = b.add(contradictionDraft({ ...fork, exhibits: [fork.exhibits[0]!, fork.exhibits[0]!] }, b.occasion()));
  const split = { ...fork, code: 'SPLIT_VIEW' as const, size: 3, exhibits: [a.notes[0]!, twin.notes[0]!] };
  const seen = b.add(contradictionDraft(split, b.occasion()));
  const past = { ...fork, code: 'REWRITTEN_PAST' as const, size: 3, exhibits: [a.notes[0]!] };
  const rewritten = b.add(contradictionDraft(past, b.occasion()));
  const forged = b.add(contradictionDraft({ ...split, exhibits: [a.notes[0]!, b.seal()] }, b.occasion()));
  const c = caseOf([mergeCopies([twin.copy()])[0]!, b.journal()]);
  assert.deepEqual(
    c.contradictions.map((x) => [x.code, x.size, x.reported]),
    [
      ['FORK', 2, [report]],
      ['REWRITTEN_PAST', 3, [rewritten]],
      ['SPLIT_VIEW', 3, [seen]],
    ],
  );
  assert.deepEqual(
    c.ignored.map((i) => i.entry),
    [claim, half, forged].sort(),
  );
  assert.ok(c.ignored.every((i) => i.code === 'CONTRADICTION_UNPROVED'));
  const both = caseOf([forked!, b.journal()]);
  assert.deepEqual(
    both.contradictions.filter((x) => x.code === 'FORK').map((x) => x.reported),
    [[report]],
    'one, not two',
  );
  assert.equal(caseOf([b.journal()]).contradictions.length, 0, 'without the journal there is no key to prove it by');
});

test('a fork at the very entry where a thief changed the key, or the owner recovered it, can be proved too', () => {
  const a = new Agency('A');
  a.note('common');
  const thief = a.twin();
  thief.rotate();
  a.recover();
  const b = new Agency('B');
  const [forked] = mergeCopies([a.copy(), thief.copy()]);
  const report = b.add(contradictionDraft(forked!.contradictions[0]!, b.occasion()));
  for (const known of [a.copy(), thief.copy()]) {
    const c = caseOf([...mergeCopies([known]), b.journal()]);
    assert.deepEqual(
      c.contradictions.map((x) => [x.code, x.size, x.reported]),
      [['FORK', 2, [report]]],
    );
  }
});

test('who vouches for whose key stands beside the journal', () => {
  const a = new Agency('A');
  const b = new Agency('B');
  const first = a.signer.publicKey.text;
  a.rotate();
  const verified = { how: 'phone' as const, by: 'Ben', at: '2024-07-01T08:00:00.000Z' };
  const id = b.add({ kind: 'station-introduced', payload: { agency: 'A', role: 'ally', key: first, verified } });
  const c = caseOf([a.journal(), b.journal()]);
  assert.deepEqual(c.journals.find((j) => j.agency === 'A')?.introduced, [{ agency: 'B', entry: id, how: 'phone' }]);
  assert.deepEqual(c.journals.find((j) => j.agency === 'B')?.introduced, []);
});
