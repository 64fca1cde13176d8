import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memorySource, slice } from '../../base/index.ts';
import { headText, textSource } from './encoding.ts';

function utf16(text: string, encoding: 'utf-16le' | 'utf-16be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

test('UTF-16 reads as the UTF-8 of the same text, and every offset leads back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom('utf-16le' as const, 'utf-16be' as const),
      (body, encoding) => {
        const text = `\ufeff{${body}`;
        const source = textSource(memorySource(utf16(text, encoding)));
        assert.equal(source.encoding, encoding);
        assert.equal(Buffer.from(slice(source.bytes, 0, 1 << 20)).toString('utf8'), text);
        let out = 0;
        let unit = 0;
        for (const c of text) {
          assert.equal(source.original(out), unit * 2);
          out += Buffer.byteLength(c);
          unit += c.length;
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('blocks: a surrogate pair on the border, random access, and a start in the middle', () => {
  const text = `\ufeff${'a'.repeat(32 * 1024 - 2)}😀${'é'.repeat(40_000)}end`;
  const raw = utf16(text, 'utf-16le');
  const view = textSource(memorySource(raw));
  const utf8 = Buffer.from(text);
  assert.ok(view.bytes.size >= utf8.length);
  const tail = new Uint8Array(5);
  assert.equal(view.bytes.read(utf8.length - 3, tail), 3);
  assert.equal(Buffer.from(tail.subarray(0, 3)).toString(), 'end');
  assert.deepEqual(Buffer.from(slice(view.bytes, 0, utf8.length)), utf8);
  assert.equal(view.original(utf8.length - 3), raw.length - 6);
  const middle = textSource(memorySource(raw), raw.length - 6);
  assert.equal(Buffer.from(slice(middle.bytes, 0, 9)).toString(), 'end');
});

test('a head without byte order mark is known by its zero bytes', () => {
  assert.equal(headText(utf16('{"EventID":4624}', 'utf-16le')).toString(), '{"EventID":4624}');
  assert.equal(headText(utf16('{"EventID":4624}', 'utf-16be')).toString(), '{"EventID":4624}');
  assert.equal(headText(Buffer.from('\ufeffa,b')).toString(), 'a,b');
});
