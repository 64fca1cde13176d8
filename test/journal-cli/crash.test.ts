/**
 * kill -9, a power cut and a full disk at every single step of writing: no acknowledged entry is lost, nothing half
 * written blocks the case, and what stands there verifies. Faults are placed, not waited for.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mergeInto, openWriter } from '../../src/app/case/index.ts';
import { type Fault, faultyDisk, Killed } from './support/faulty-disk.ts';
import {
  hand,
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

const ana = station('CSIRT');

/** Writes twice with one writer, then once more with another; tells what was acknowledged. */
function story(world: ReturnType<typeof worldAt>, who: ReturnType<typeof station>, acknowledged: string[]): void {
  const writer = openWriter(world, who, hand(who.card.name));
  try {
    acknowledged.push(...writer.append([note('one'), note('two')]));
    acknowledged.push(...writer.append([judged(1, 'accepted')]));
  } finally {
    writer.close();
  }
  acknowledged.push(...write(world, who, [note('three')]));
}

function idsIn(root: string): string {
  const path = join(root, 'journal');
  if (!existsSync(path)) return '';
  const world = worldAt(root);
  const { folders } = world.shelf.list();
  return folders.map((f) => Buffer.from(world.shelf.read(f.name, 'entries')).toString()).join('');
}

for (const fault of ['kill', 'power', 'full'] as const satisfies readonly Fault[]) {
  test(`${fault} at every step of writing: what was acknowledged stands, and the next writer goes on`, async () => {
    let at = 0;
    for (let reached = true; reached; at++) {
      const root = temporaryFolder('crash');
      const who = station('CSIRT');
      const faulty = faultyDisk(fault, at);
      const acknowledged: string[] = [];
      try {
        story(worldAt(root, faulty.disk), who, acknowledged);
      } catch (error) {
        const { code } = error as { code?: string };
        assert.ok(error instanceof Killed || code === 'NO_SPACE', `step ${at}: ${error}`);
      }
      reached = faulty.struck();
      const world = worldAt(root);
      acknowledged.push(...write(world, who, [note('after it')]));
      const index = world.index.open()!;
      const ids = new Set(index.items({}).map((i) => i.id));
      index.close();
      for (const id of acknowledged) assert.ok(ids.has(id), `step ${at}: an acknowledged entry is gone`);
      const { problems } = await verdictOf(root);
      assert.deepEqual(problems, [], `step ${at}`);
      assert.ok(idsIn(root).endsWith('\n'));
      remove(root);
    }
    assert.ok(at > 20, `only ${at} steps`);
  });
}

test('kill at every step of a merge: own entries stand, and the merge done again ends the same', async () => {
  const other = temporaryFolder('other');
  const bea = station('Ministry');
  const theirs = worldAt(other);
  write(theirs, bea, [note('b1'), note('b2')]);
  let at = 0;
  for (let reached = true; reached; at++) {
    const root = temporaryFolder('mine');
    const who = station('CSIRT');
    const own = write(worldAt(root), who, [note('a1')]);
    const faulty = faultyDisk('kill', at);
    const options = { admit: () => true, station: who, hand: hand('CSIRT') };
    try {
      mergeInto(worldAt(root, faulty.disk), [sourceOf(theirs)], options);
    } catch (error) {
      assert.ok(error instanceof Killed, `step ${at}: ${error}`);
    }
    reached = faulty.struck();
    mergeInto(worldAt(root), [sourceOf(theirs)], options);
    const { problems, journals } = await verdictOf(root);
    assert.deepEqual(problems, [], `step ${at}`);
    assert.deepEqual(journals.map((j) => j.entries).sort(), [3, 3], `step ${at}`);
    assert.ok(idsIn(root).includes(`"previous":"${own[0]}"`), `step ${at}: what we saw follows our note`);
    remove(root);
  }
  assert.ok(at > 10, `only ${at} steps`);
  remove(other);
});

test('a full disk that stays full refuses by code, and the same writer goes on when there is room again', async () => {
  const root = temporaryFolder('full');
  const who = ana;
  write(worldAt(root), who, [note('before')]);
  const faulty = faultyDisk('full', 4, 2);
  const writer = openWriter(worldAt(root, faulty.disk), who, hand('CSIRT'));
  const refused: string[] = [];
  const done: string[] = [];
  for (let i = 0; i < 5; i++) {
    try {
      done.push(...writer.append([note(`try ${i}`)]));
    } catch (error) {
      refused.push((error as { code: string }).code);
    }
  }
  writer.close();
  assert.ok(refused.length > 0);
  assert.deepEqual([...new Set(refused)], ['NO_SPACE']);
  assert.equal(done.length + refused.length, 5);
  const { problems } = await verdictOf(root);
  assert.deepEqual(problems, []);
  const text = readFileSync(join(root, 'journal', writer.journal, 'entries.jsonl'), 'utf8');
  assert.equal(text.match(/"text":"try/g)?.length, done.length);
  remove(root);
});
