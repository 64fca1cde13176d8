/** Rule sets are found again by their key, in the case or in the shared cache, and only as they were written. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ruleShelf } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'czernin-shelf-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const folder = (name: string): string => {
  mkdirSync(join(dir, name), { recursive: true });
  return join(dir, name);
};
const PACK = Buffer.from('{"format":"czernin-pack/1"}');

test('a second case takes what the first one prepared, and is whole by itself', () => {
  const cache = join(dir, 'cache');
  const first = ruleShelf(folder('a'), cache);
  const { digest } = first.keepPack(PACK);
  first.keepSet('key', '{"a":"line one"}');
  const second = ruleShelf(folder('b'), cache);
  assert.equal(second.findSet('key'), '{"a":"line one"}');
  const path = second.packPath(digest);
  assert.equal(path, join(dir, 'b', `${digest}.pack.json`));
  assert.deepEqual(readFileSync(path), PACK);
  rmSync(cache, { recursive: true });
  assert.equal(ruleShelf(folder('b'), cache).findSet('key'), '{"a":"line one"}');
  assert.equal(ruleShelf(folder('c')).findSet('key'), null);
  assert.equal(ruleShelf(folder('c')).packPath(digest), null);
});

test('what was changed since is not found', () => {
  const cache = join(dir, 'changed');
  const first = ruleShelf(folder('d'), cache);
  const { digest } = first.keepPack(PACK);
  first.keepSet('key', '{"level":"high"}');
  for (const name of readdirSync(cache))
    writeFileSync(join(cache, name), readFileSync(join(cache, name), 'utf8').replace(/high|czernin/, 'low'));
  const second = ruleShelf(folder('e'), cache);
  assert.equal(second.findSet('key'), null);
  assert.equal(second.packPath(digest), null);
});

test('the cache keeps the newest few, and a case works without one', () => {
  const cache = join(dir, 'many');
  const shelf = ruleShelf(folder('f'), cache);
  for (let i = 0; i < 20; i++) shelf.keepSet(`k${i}`, `{"n":${i}}`);
  assert.equal(readdirSync(cache).length, 8);
  writeFileSync(join(dir, 'file'), '');
  const without = ruleShelf(folder('g'), join(dir, 'file', 'below'));
  without.keepSet('key', '{}');
  assert.equal(without.findSet('key'), '{}');
});
