import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlainValue } from '../../../exercise/evtx/writer.ts';
import { value } from '../../../exercise/evtx/writer.ts';
import type { Value } from '../../model/index.ts';
import { decodeText, Strings } from './strings.ts';
import { decodeValue, filetimeText, filetimeTextTwin, safe } from './values.ts';

function decode({ type, bytes }: PlainValue): Value {
  const buffer = Buffer.concat([Buffer.from([7]), bytes, Buffer.alloc(8)]);
  return decodeValue(new Strings(buffer, 16), type, 1, bytes.length);
}

test('every value type, as Windows prints it', () => {
  const when = Date.UTC(2022, 1, 3, 4, 5, 6, 7);
  const cases: readonly [PlainValue, Value][] = [
    [value.null(), null],
    [value.string('Grüße\0'), 'Grüße'],
    [value.ansi('caf\u00e9\0'), 'café'],
    [value.int8(-3), -3],
    [value.uint8(253), 253],
    [value.int16(-300), -300],
    [value.uint16(65_000), 65_000],
    [value.int32(-70_000), -70_000],
    [value.uint32(4_000_000_000), 4_000_000_000],
    [value.int64(-5n), -5],
    [value.int64(-(2n ** 60n)), '-1152921504606846976'],
    [value.uint64(2n ** 53n - 1n), 9_007_199_254_740_991],
    [value.uint64(2n ** 63n), '9223372036854775808'],
    [value.real32(0.1), 0.1],
    [value.real64(Math.PI), Math.PI],
    [value.real64(Number.NaN), 'NaN'],
    [value.bool(true), true],
    [value.bool(false), false],
    [value.binary(Buffer.from('00ffab', 'hex')), '00FFAB'],
    [value.guid('{54849625-5478-4994-a5ba-3e3b0328c30d}'), '{54849625-5478-4994-a5ba-3e3b0328c30d}'],
    [value.size32(16), '0x10'],
    [value.size64(0x1_0000_000fn), '0x10000000f'],
    [value.filetime(when, 123_400), '2022-02-03T04:05:06.0071234Z'],
    [value.systemTime(when), '2022-02-03T04:05:06.007Z'],
    [value.sid('S-1-5-21-1-2-4294967295-500'), 'S-1-5-21-1-2-4294967295-500'],
    [value.sid('S-1-16-12288'), 'S-1-16-12288'],
    [value.hex32(0xc000006d), '0xc000006d'],
    [value.hex64(0x8020000000000000n), '0x8020000000000000'],
    [value.array(['a', '', 'c'].map(value.string)), ['a', '', 'c']],
    [value.array([value.ansi('x'), value.ansi('y')]), ['x', 'y']],
    [value.array([value.uint16(1), value.uint16(2)]), [1, 2]],
    [value.array([value.sid('S-1-5-18'), value.sid('S-1-5-32-544')]), ['S-1-5-18', 'S-1-5-32-544']],
    [value.array([value.guid('54849625-5478-4994-a5ba-3e3b0328c30d')]), ['{54849625-5478-4994-a5ba-3e3b0328c30d}']],
    [value.array([value.bool(true), value.bool(false)]), [true, false]],
    [value.array([value.hex64(1n), value.hex64(2n)]), ['0x1', '0x2']],
  ];
  for (const [written, expected] of cases)
    assert.deepEqual(decode(written), expected, `type 0x${written.type.toString(16)}`);
});

test('a length that does not fit the type shows the bytes; booleans of odd length are true by any bit', () => {
  assert.equal(decode({ type: 0x08, bytes: Buffer.from('0102', 'hex') }), 'hex:0102');
  assert.equal(decode({ type: 0x13, bytes: Buffer.from('01050000', 'hex') }), 'hex:01050000');
  assert.equal(decode({ type: 0x12, bytes: Buffer.alloc(16, 0xff) }), `hex:${'FF'.repeat(16)}`);
  assert.equal(decode({ type: 0x0d, bytes: Buffer.from('02', 'hex') }), true);
  assert.equal(decode({ type: 0x0d, bytes: Buffer.from('10000000', 'hex') }), true);
  assert.equal(decode({ type: 0x5f, bytes: Buffer.from('ab', 'hex') }), 'hex:AB');
  assert.equal(decode({ type: 0x8a, bytes: Buffer.from('abcdef', 'hex') }), 'hex:ABCDEF');
});

test('FILETIME text is what its twin prints, for any ticks', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean(), (any, recent) => {
      const ticks = recent ? 132_000_000_000_000_000n + (any % 2_000_000_000_000_000n) : any;
      const [low, high] = [Number(ticks & 0xffff_ffffn), Number(ticks >> 32n)];
      assert.equal(filetimeText(low, high), filetimeTextTwin(low, high));
    }),
    { numRuns: 2000 },
  );
});

test('64-bit integers are numbers when exact, decimal text when not', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (n) => {
      const got = safe(Number(n >> 32n), Number(n & 0xffff_ffffn));
      assert.equal(String(got), String(n));
      assert.equal(typeof got === 'number', Number.isSafeInteger(Number(n)) && BigInt(Number(n)) === n);
    }),
  );
});

test('the string table gives what plain decoding gives, whatever was in it before', () => {
  const buffer = Buffer.alloc(700);
  const table = new Strings(buffer, 16);
  const units = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint16Array({ maxLength: 340 }));
  const text = units.map((u) => String.fromCharCode(...u));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.nat(3)), { maxLength: 30 }), (texts) => {
      for (const [t, offset] of texts) {
        const size = buffer.write(t, offset, 'utf16le');
        const got = table.text(offset, size);
        assert.equal(got, decodeText(buffer, offset, size));
        assert.equal(got, buffer.toString('utf16le', offset, offset + size).replace(/\0+$/, ''));
      }
    }),
    { numRuns: 200 },
  );
});

test('the same text is the same string object while it stays in the table', () => {
  const buffer = Buffer.from('Administrator'.repeat(2), 'utf16le');
  const table = new Strings(buffer);
  const entry = (offset: number) => table.entry(1, offset, 26, decodeText);
  assert.equal(entry(0), -1, 'once is not often');
  const kept = entry(26);
  assert.equal(entry(0), kept);
  assert.equal(table.texts[kept], 'Administrator');
});
