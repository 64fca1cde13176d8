import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memorySource } from '../../base/index.ts';
import { eachLine, lineText } from './lines.ts';

/** The slow, obvious twin: split the whole text. */
function twin(bytes: Buffer): { offset: number; text: string }[] {
  const out: { offset: number; text: string }[] = [];
  let at = 0;
  while (at < bytes.length) {
    let nl = bytes.indexOf(10, at);
    if (nl < 0) nl = bytes.length;
    let end = nl;
    if (end > at && bytes[end - 1] === 13) end--;
    out.push({ offset: at, text: bytes.toString('latin1', at, end) });
    at = nl + 1;
  }
  return out;
}

function read(bytes: Buffer, max = 1 << 22) {
  const got: { offset: number; text: string; cut: boolean; length: number }[] = [];
  eachLine(memorySource(bytes), max, (l) => {
    got.push({ offset: l.offset, text: l.bytes.toString('latin1', l.start, l.end), cut: l.cut, length: l.length });
  });
  return got;
}

test('lines and their offsets equal those of a plain split', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', ' '), { maxLength: 60 }), (parts) => {
      const bytes = Buffer.from(parts.join(''), 'latin1');
      assert.deepEqual(
        read(bytes).map(({ offset, text }) => ({ offset, text })),
        twin(bytes),
      );
    }),
  );
});

test('lines across block borders', () => {
  const long = Array.from({ length: 5000 }, (_, i) => 'x'.repeat((i * 7919) % 3000)).join('\n');
  const bytes = Buffer.from(long, 'latin1');
  assert.deepEqual(
    read(bytes).map(({ offset, text }) => ({ offset, text })),
    twin(bytes),
  );
});

test('a 100 MB line is cut, its length known, and the next line stands', () => {
  const bytes = Buffer.concat([Buffer.from('first\n'), Buffer.alloc(100 * 1024 * 1024, 0x61), Buffer.from('\nlast')]);
  const got = read(bytes, 1 << 20);
  assert.equal(got.length, 3);
  assert.equal(got[1]!.cut, true);
  assert.equal(got[1]!.text.length, 1 << 20);
  assert.equal(got[1]!.length, 100 * 1024 * 1024);
  assert.deepEqual(got[2], { offset: bytes.length - 4, text: 'last', cut: false, length: 4 });
});

test('a byte order mark is not part of the first line', () => {
  let first = '';
  eachLine(memorySource(Buffer.from('\ufeffa,b\n1,2\n')), 100, (l) => {
    first ||= lineText(l);
  });
  assert.equal(first, 'a,b');
});
