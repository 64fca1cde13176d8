import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BATCH_CHARS, cut, frameBytes, matchedText } from './bounds.ts';

test('a cut text is no longer than asked, and well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, chars) => {
      const out = cut(text, chars);
      assert.ok(out.length <= Math.max(chars, text.length <= chars ? text.length : 0));
      if (text.length <= chars) assert.equal(out, text);
      else assert.ok(out.isWellFormed() && out.endsWith('…'));
    }),
  );
});

test('matched values stay whole while there is room, and never make a row longer than a batch', () => {
  const plain = [
    { field: 'Image', value: 'C:\\x.exe' },
    { field: 'n', value: [1, 'two', null] },
  ];
  assert.deepEqual(JSON.parse(matchedText(plain)), plain);
  const script = [{ field: 'ScriptBlockText', value: 'x'.repeat(32_000) }];
  assert.deepEqual(JSON.parse(matchedText(script)), script);
  const giant = Array.from({ length: 100 }, (_, i) => ({ field: `f${i}`, value: '\u0000'.repeat(200_000) }));
  const text = matchedText(giant);
  assert.ok(text.length <= BATCH_CHARS, `${text.length}`);
  assert.equal((JSON.parse(text) as unknown[]).length, 100);
  const list = [{ field: 'a', value: Array.from({ length: 300_000 }, (_, i) => `value ${i}`) }];
  assert.ok(matchedText(list).length <= BATCH_CHARS);
});

test('the size of a text in a frame is what JSON makes of it', () => {
  assert.deepEqual(['ab', '\u0000', 'é', '"'].map(frameBytes), [4, 8, 4, 4]);
});
