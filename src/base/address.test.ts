import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress, prefixOf } from './address.ts';

test('texts that name the same address are one value, and its own text is that of RFC 5952', () => {
  const cases: [string, string | null][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::1%eth0', '2001:db8::1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['010.0.0.1', null],
    ['1.2.3', null],
    ['1.2.3.256', null],
    [':::', null],
    ['1::2::3', null],
    ['', null],
  ];
  for (const [text, expected] of cases) {
    const address = parseAddress(text);
    assert.equal(address && formatAddress(address), expected, text);
  }
});

test('every address survives its text', () => {
  const v4 = fc.bigInt(0n, 0xffff_ffffn).map((value) => ({ family: 4 as const, value }));
  const v6 = fc
    .bigInt(0n, (1n << 128n) - 1n)
    .filter((value) => value >> 32n !== 0xffffn)
    .map((value) => ({ family: 6 as const, value }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), (address) => {
      assert.deepEqual(parseAddress(formatAddress(address)), address);
    }),
  );
  assert.equal(prefixOf({ family: 4, value: 0xc0000201n }, 24), 0xc00002n);
});
