import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { resultShelf } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'results-'));
after(() => rmSync(root, { recursive: true, force: true }));
const [A, B, C] = ['a', 'b', 'c'].map((c) => c.repeat(64)) as [string, string, string];

test('what was kept comes back, and nothing before', () => {
  const shelf = resultShelf(join(root, 'kept'));
  assert.equal(shelf.recall(A), null);
  shelf.retain(new Set());
  shelf.keep(A, 'first\nö\u0000');
  shelf.keep(A, 'second\nö\u0000');
  shelf.keep(B, '');
  assert.equal(shelf.recall(A), 'second\nö\u0000');
  assert.equal(shelf.recall(B), '');
});

test('a file changed in any byte, cut, longer, or under another key is as if it were not there', () => {
  const dir = join(root, 'damaged');
  const shelf = resultShelf(dir);
  shelf.keep(A, '{"found":[1,2,3]}');
  const path = join(dir, `${A}.json`);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(path, bytes);
    assert.equal(shelf.recall(A), null, `byte ${at}`);
    writeFileSync(path, whole.subarray(0, at));
    assert.equal(shelf.recall(A), null, `cut at ${at}`);
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.from(' ')]));
  assert.equal(shelf.recall(A), null);
  writeFileSync(path, whole);
  assert.equal(shelf.recall(A), '{"found":[1,2,3]}');
  copyFileSync(path, join(dir, `${B}.json`));
  assert.equal(shelf.recall(B), null);
  mkdirSync(join(dir, `${C}.json`));
  assert.equal(shelf.recall(C), null);
});

test('others are forgotten, and files that are not ours are let be', () => {
  const dir = join(root, 'forgotten');
  const shelf = resultShelf(dir);
  for (const key of [A, B]) shelf.keep(key, key);
  for (const name of ['notes.txt', `${C}.json.tmp`]) writeFileSync(join(dir, name), 'x');
  shelf.retain(new Set([B]));
  assert.deepEqual(readdirSync(dir).sort(), [`${B}.json`, 'notes.txt']);
});
