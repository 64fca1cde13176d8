import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCase, openOrCreateCase } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'czernin-case-'));
after(() => rmSync(dir, { recursive: true }));
const code = (want: string) => (e: Error & { code?: string }) => e.code === want;

test('a case is made once and found again with its id', () => {
  const made = openOrCreateCase(join(dir, 'ministry.case'));
  assert.equal(made.file.title, 'ministry');
  assert.equal(openCase(made.root).file.id, made.file.id);
  assert.equal(openOrCreateCase(made.root, { title: 'other' }).file.id, made.file.id);
});

test('a folder that holds other things is never taken over', () => {
  const other = join(dir, 'documents');
  mkdirSync(other);
  writeFileSync(join(other, 'letter.txt'), 'x');
  assert.throws(() => openOrCreateCase(other), code('CASE_FOLDER_NOT_EMPTY'));
});

test('what is no case, or one of another format, is refused by code', () => {
  assert.throws(() => openCase(join(dir, 'nowhere')), code('NO_CASE'));
  for (const [text, want] of [
    ['{', 'NOT_A_CASE'],
    ['{"format":"czernin-case/1"}', 'NOT_A_CASE'],
    ['{"format":"czernin-case/9","id":"x","title":"t"}', 'CASE_FORMAT'],
  ] as const) {
    const root = mkdtempSync(join(dir, 'bad-'));
    writeFileSync(join(root, 'case.json'), text);
    assert.throws(() => openCase(root), code(want));
  }
});
