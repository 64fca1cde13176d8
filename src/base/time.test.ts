import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareInstants, compareTimes, formatInstant, fromFiletime, parseIso } from './time.ts';

test('FILETIME halves give the exact instant for every tick (against BigInt arithmetic)', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 0x7fff_ffff_ffff_ffffn }), (ticks) => {
      const got = fromFiletime(Number(ticks & 0xffff_ffffn), Number(ticks >> 32n));
      assert.equal(BigInt(got.ms) * 10_000n + BigInt(got.ns / 100), ticks - 116_444_736_000_000_000n);
    }),
  );
});

test('zero FILETIME is undated and stays so', () => {
  assert.equal(formatInstant(fromFiletime(0, 0)), '');
});

test('ISO text keeps its digits, its zone and says when the zone was assumed', () => {
  const t = parseIso('2024-02-29T10:11:12.1234567+02:00');
  assert.deepEqual(t, { ms: Date.UTC(2024, 1, 29, 8, 11, 12, 123), ns: 456_700, zoned: true });
  assert.equal(formatInstant(t!), '2024-02-29T08:11:12.1234567Z');
  assert.equal(parseIso('2024-02-29 10:11:12', 60)?.ms, Date.UTC(2024, 1, 29, 9, 11, 12));
  assert.equal(parseIso('2024-02-29 10:11:12', 60)?.zoned, false);
});

test('dates that do not exist are refused', () => {
  for (const bad of ['2023-02-29', '2023-13-01', '2023-00-10', '2023-04-31T00:00:00Z', 'yesterday', '']) {
    assert.equal(parseIso(bad), null, bad);
  }
});

test('texts of instants order as the instants do, whatever their digits', () => {
  const instant = fc.oneof(
    fc.record({ ms: fc.integer({ min: 0, max: 4 }), ns: fc.constantFrom(0, 100, 123_000, 123_400, 123_456, 999_999) }),
    fc.constant({ ms: Number.NaN, ns: 0 }),
  );
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      assert.equal(Math.sign(compareTimes(formatInstant(a), formatInstant(b))), Math.sign(compareInstants(a, b)));
    }),
  );
});
