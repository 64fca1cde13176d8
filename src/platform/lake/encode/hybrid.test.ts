import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeHybrid, encodeHybrid, hybridBound } from './hybrid.ts';

/** The slow twin: every value a run of its own. */
function plainRuns(values: readonly number[], width: number): Uint8Array {
  const out: number[] = [];
  for (const value of values) {
    out.push(2);
    for (let b = 0; b < (width + 7) >> 3; b++) out.push((value >>> (8 * b)) & 255);
  }
  return Uint8Array.from(out);
}

const runs = fc.integer({ min: 0, max: 18 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    values: fc
      .array(fc.tuple(fc.nat({ max: 2 ** width - 1 }), fc.integer({ min: 1, max: 20 })), { maxLength: 40 })
      .map((pairs) => pairs.flatMap(([value, times]) => Array<number>(times).fill(value))),
  }),
);

test('what is encoded comes back, as it does from the twin, and stays within the bound', () => {
  const check = fc.property(runs, ({ width, values }) => {
    const room = hybridBound(values.length, width);
    const out = new Uint8Array(room + 64);
    const end = encodeHybrid(Int32Array.from(values), values.length, width, out, 3);
    assert.ok(end - 3 <= room, `${end - 3} bytes in ${room}`);
    assert.deepEqual([...decodeHybrid(out.subarray(3, end), values.length, width)], values);
    assert.deepEqual([...decodeHybrid(plainRuns(values, width), values.length, width)], values);
  });
  fc.assert(check, { numRuns: Number(process.env.CZERNIN_FUZZ ?? 300) });
});

test('bytes that end too early or say nothing are a RangeError', () => {
  const out = new Uint8Array(64);
  const end = encodeHybrid(Int32Array.from([1, 2, 3, 4, 5, 6, 7, 0, 1]), 9, 3, out, 0);
  for (let cut = 0; cut < end - 1; cut++) assert.throws(() => decodeHybrid(out.subarray(0, cut), 9, 3), RangeError);
  assert.throws(() => decodeHybrid(Uint8Array.of(0, 0), 1, 8), RangeError);
});
