/** The index says what the replay says, and is the same bytes however it came about. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  caseAsOf,
  entryOf,
  lineOf,
  logOf,
  mergeInto,
  momentOf,
  openCaseIndex,
  proofOf,
  reindex,
  type Saying,
  statusOf,
} from '../../src/app/case/index.ts';
import { verifyProof, verifyStream } from '../../src/journal/index.ts';
import { hand, judged, note, remove, sourceOf, station, temporaryFolder, worldAt, write } from './support/stations.ts';

const folder = temporaryFolder('index');
after(() => remove(folder));
const [ana, bea] = [station('CSIRT'), station('Ministry')];
const EVENT = `${'ab'.repeat(32)}@1234`;

const root = join(folder, 'a.case');
const world = worldAt(root);
const [first, kept] = write(world, ana, [
  note('first'),
  { ...note('about an event'), refs: { events: [EVENT] } } as Saying,
]);
write(world, ana, [judged(1, 'accepted'), judged(2, 'needs-work')]);
write(world, ana, [
  { kind: 'retraction', payload: { why: 'a slip' }, refs: { entries: [first!] } },
  { kind: 'correction', payload: { payload: { text: 'put right' }, why: 'a slip' }, refs: { entries: [kept!] } },
]);
const other = worldAt(join(folder, 'b.case'));
write(other, bea, [judged(1, 'innocent'), judged(3, 'accepted'), judged(3, 'innocent')]);
mergeInto(world, [sourceOf(other)], { admit: () => true, station: ana, hand: hand('CSIRT') });
write(world, ana, [judged(2, 'accepted'), note('last')]);

const bytes = (): Buffer => readFileSync(join(root, 'index.sqlite'));

test('added to or made anew, here or elsewhere: the same bytes', () => {
  const grown = bytes();
  reindex(world);
  assert.ok(bytes().equals(grown));
  const copy = join(folder, 'copy.case');
  cpSync(join(root, 'journal'), join(copy, 'journal'), { recursive: true });
  openCaseIndex(worldAt(copy)).close();
  assert.ok(readFileSync(join(copy, 'index.sqlite')).equals(grown));
});

test('every item, its standing and its payload are those of the replay', () => {
  const replayed = caseAsOf(world, null, null);
  const index = openCaseIndex(world);
  const lines = logOf(world, index, {});
  assert.deepEqual(
    lines.map((l) => [l.item.id, l.item.standing, l.item.answers, l.payload, l.original, l.header.refs]),
    replayed.items.map((i) => [i.id, i.standing, i.answers, i.payload, i.original, i.refs]),
  );
  assert.deepEqual(index.summaries(), replayed.journals);
  const positions = Map.groupBy(index.positions('finding-judged'), (p) => p.subject);
  const told = [...positions].map(([subject, all]) => [subject, all.map((p) => [p.entry, p.agency, p.says])]);
  const wanted = Object.entries(replayed.findings).map(([s, { positions: p }]) => [
    s,
    p.map((x) => [x.entry, x.agency, x.says]),
  ]);
  assert.deepEqual(told, wanted);
  const { judged: found, byKind } = statusOf(index);
  assert.deepEqual(found, { findings: 3, disputed: 1 });
  assert.equal(byKind['finding-judged'], 6);
  index.close();
});

test('an event address leads to its entries, an entry to what speaks of it, a finding to its judgements', () => {
  const index = openCaseIndex(world);
  const kinds = (refs: string): string[] => index.items({ refs }).map((i) => i.kind);
  assert.deepEqual(kinds(EVENT), ['note']);
  assert.deepEqual(kinds(EVENT.slice(0, 12)), ['note']);
  assert.deepEqual(kinds(first!), ['retraction']);
  assert.deepEqual(kinds('1'.padStart(32, '0')), ['finding-judged', 'finding-judged']);
  assert.deepEqual(lineOf(world, entryOf(index, kept!.slice(0, 10))).payload, { text: 'put right' });
  assert.throws(() => entryOf(index, 'ffff'.repeat(16)), { code: 'NO_ENTRY' });
  assert.throws(() => entryOf(index, 'no'), { code: 'NO_ENTRY' });
  const verdict = verifyProof(proofOf(world, entryOf(index, kept!)), ana.signer.publicKey);
  assert.ok(verdict.ok);
  index.close();
});

test('a damaged, foreign or absent index is the same as none', () => {
  const good = bytes();
  for (const bad of [
    Buffer.alloc(0),
    Buffer.from('not a database'),
    good.subarray(0, 5000),
    Buffer.alloc(good.length, 7),
  ]) {
    writeFileSync(join(root, 'index.sqlite'), bad);
    const index = openCaseIndex(world);
    assert.equal(index.items({}).length, 13 + 1);
    index.close();
    assert.ok(bytes().equals(good));
  }
});

test('the case as it was then: standing and what had been learned', () => {
  const all = caseAsOf(world, null, null).items;
  const retraction = all.find((i) => i.kind === 'retraction')!;
  const before = new Date(Date.parse(retraction.time.at) - 1).toISOString();
  const then = caseAsOf(world, { by: 'authored', at: before }, null);
  assert.equal(then.items.find((i) => i.id === first)!.standing, 'stands');
  const own = all[0]!.journal;
  const seen = all.find((i) => i.kind === 'checkpoint-seen')!;
  const learned = (at: string): number =>
    caseAsOf(world, { by: 'learned', at }, own).items.filter((i) => i.agency === 'Ministry').length;
  assert.equal(learned(new Date(Date.parse(seen.time.at) - 1).toISOString()), 0);
  assert.equal(learned(seen.time.at), 4);
});

test('a date is its whole day; anything else needs its zone', () => {
  assert.equal(momentOf('2024-07-01'), '2024-07-01T23:59:59.999Z');
  assert.equal(momentOf('2024-07-01T10:00:00+02:00'), '2024-07-01T08:00:00.000Z');
  for (const bad of ['yesterday', '2024-02-30', '2024-07-01T10:00:00', ''])
    assert.throws(() => momentOf(bad), { code: 'BAD_MOMENT' });
});

test('a stream is verified the same when its reader uses one buffer for all chunks', () => {
  const { name } = world.shelf.list().folders[0]!;
  const entries = world.shelf.read(name, 'entries');
  const stream = verifyStream();
  const chunk = Buffer.alloc(1000);
  for (let at = 0; at < entries.length; at += chunk.length) {
    chunk.set(entries.subarray(at, at + chunk.length));
    stream.push(chunk.subarray(0, Math.min(chunk.length, entries.length - at)));
  }
  const { problems, sound } = stream.finish(world.shelf.read(name, 'checkpoints'));
  assert.deepEqual([problems, sound], [[], true]);
});
