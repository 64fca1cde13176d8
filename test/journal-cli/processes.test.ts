/** Several processes on one case: one writer at a time, nothing lost; and a process killed at any moment. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type CaseProblem, openWriter } from '../../src/app/case/index.ts';
import { lockCase } from '../../src/platform/journal/index.ts';
import { hand, note, remove, station, temporaryFolder, verdictOf, worldAt, write } from './support/stations.ts';

const child = join(import.meta.dirname, 'children/writer.ts');
const folder = temporaryFolder('processes');
after(() => remove(folder));

function start(root: string, name: string, count: number, perWriter: number) {
  const process_ = spawn(process.execPath, [child, root, name, String(count), String(perWriter)]);
  const ids: string[] = [];
  let errors = '';
  let rest = '';
  process_.stderr.on('data', (d) => {
    errors += d;
  });
  process_.stdout.on('data', (d) => {
    const lines = (rest + d).split('\n');
    rest = lines.pop()!;
    ids.push(...lines);
  });
  return { process: process_, closed: once(process_, 'close'), ids, errors: () => errors };
}

function idsIn(root: string): Set<string> {
  const index = worldAt(root).index.open()!;
  const ids = new Set(index.items({}).map((i) => i.id));
  index.close();
  return ids;
}

/** The told clocks of several processes go back and forth: suspect, and nothing else may be wrong. */
function brokenIn(problems: readonly CaseProblem[]): CaseProblem[] {
  return problems.filter((p) => p.code !== 'TIME_BACKWARDS');
}

test('four processes write at once: every acknowledged entry stands, in one chain', async () => {
  const root = join(folder, 'many.case');
  write(worldAt(root), station('CSIRT'), [note('first')]);
  const writers = ['a', 'b', 'c', 'd'].map((name) => start(root, name, 6, 2));
  for (const w of writers) {
    const [code] = await w.closed;
    assert.equal(code, 0, w.errors());
  }
  const all = writers.flatMap((w) => w.ids);
  assert.equal(new Set(all).size, 24);
  const there = idsIn(root);
  for (const id of all) assert.ok(there.has(id));
  const { problems, journals } = await verdictOf(root);
  assert.deepEqual(brokenIn(problems), []);
  assert.equal(journals[0]!.entries, 26);
});

test('kill -9 while writing: what was told stands, the lock is free, the next writer goes on', async () => {
  const root = join(folder, 'killed.case');
  const who = station('CSIRT');
  write(worldAt(root), who, [note('first')]);
  const told: string[] = [];
  for (const enough of [1, 3, 4, 7]) {
    const w = start(root, `k${enough}`, 1000, 3);
    await new Promise<void>((resolve) => {
      w.process.stdout.on('data', () => w.ids.length >= enough && resolve());
    });
    w.process.kill('SIGKILL');
    await w.closed;
    told.push(...w.ids);
    lockCase(join(root, '.lock'), 0).release(); // free at once
  }
  told.push(...write(worldAt(root), station('CSIRT'), [note('after')]));
  const there = idsIn(root);
  for (const id of told) assert.ok(there.has(id));
  const { problems } = await verdictOf(root);
  assert.deepEqual(brokenIn(problems), []);
});

test('a case that is written in refuses a second writer by code when its patience ends', () => {
  const root = join(folder, 'held.case');
  const world = worldAt(root);
  const writer = openWriter(world, station('CSIRT'), hand('CSIRT'));
  const hasty = { ...world, lock: () => lockCase(join(root, '.lock'), 50) };
  assert.throws(() => openWriter(hasty, station('CSIRT'), hand('CSIRT')), { code: 'CASE_LOCKED' });
  writer.close();
  openWriter(hasty, station('CSIRT'), hand('CSIRT')).close();
  assert.throws(() => writer.append([note('late')]), { code: 'WRITER_CLOSED' });
});
