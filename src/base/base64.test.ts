import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64, toBase64 } from './base64.ts';

test('any bytes come back; any text that is read is the one text that would be written', () => {
  fc.assert(fc.property(fc.uint8Array(), (b) => assert.deepEqual(fromBase64(toBase64(b)), b)));
  const near = fc.string({ unit: fc.constantFrom(...'ABQgw+/=- \n'), maxLength: 12 });
  fc.assert(
    fc.property(near, (text) => {
      const got = fromBase64(text);
      if (got) assert.equal(toBase64(got), text);
    }),
  );
});

test('loose texts are refused: no padding, spaces, url alphabet, bits after the end', () => {
  for (const bad of ['QQ', 'QQ=', 'QQ==\n', ' QQ==', 'Q Q=', 'QR==', 'QUJ=', '-_8=', '=', '====', 'QQ==QQ==']) {
    assert.equal(fromBase64(bad), null, JSON.stringify(bad));
  }
});
