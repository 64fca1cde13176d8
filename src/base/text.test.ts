import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteSize, duration, manyLines, oneLine, plainJson, withoutTail } from './text.ts';

test('nothing that moves a cursor, turns text around or hides leaves oneLine', () => {
  assert.equal(oneLine('a\x1b[2Jb\u202egnp.exe\u200b'), 'a\\x1b[2Jb\\u202egnp.exe\\u200b');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (s) => {
      assert.doesNotMatch(oneLine(s), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      assert.ok(oneLine(s).isWellFormed());
    }),
  );
});

test('a cut never leaves half a surrogate pair', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 3 }), fc.integer({ min: 2, max: 10 }), (s, n) => {
      assert.ok(oneLine(s, n).isWellFormed());
      assert.ok(oneLine(s, n).length <= n);
    }),
  );
});

test('manyLines keeps newlines and tabs only', () => {
  assert.equal(manyLines('a\tb\r\nc\x07'), 'a\tb\nc\\x07');
});

test('a tail is taken off as the pattern would, however long the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '-', 'a', ' ') }), (text) => {
      assert.equal(withoutTail(text, /[.-]/), text.replace(/[.-]+$/, ''));
    }),
  );
  assert.equal(withoutTail(`${'.'.repeat(2_000_000)}x.`, /[.]/).length, 2_000_001);
});

test('sizes and spans', () => {
  assert.deepEqual([byteSize(0), byteSize(1536), byteSize(5 * 2 ** 30)], ['0 B', '1.50 KiB', '5.00 GiB']);
  assert.deepEqual([duration(950), duration(125_000), duration(90 * 86_400_000)], ['0.9 s', '2 min 5 s', '90 d']);
});

test('plainJson is the same value and shows nothing that deceives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = plainJson(value, 1);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.doesNotMatch(text, /[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
    }),
  );
});
