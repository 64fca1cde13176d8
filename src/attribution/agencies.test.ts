import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AgencyView } from '../model/index.ts';
import { pool } from './agencies.ts';

const view = (
  agency: string,
  p: readonly number[],
  basisOrigins: string[],
  more: Partial<AgencyView> = {},
): AgencyView => ({
  agency,
  p: { G0010: p[0]!, G0049: p[1]!, unknown: p[2]!, other: p[3]! },
  basisOrigins,
  confidence: 'moderate',
  text: `view of ${agency}`,
  ...more,
});
const A = [0.62, 0.13, 0.2, 0.05];
const B = [0.55, 0.2, 0.2, 0.05];
const C = [0.1, 0.7, 0.15, 0.05];
const printed = (p: Readonly<Record<string, number>>) =>
  ['G0010', 'G0049', 'unknown', 'other'].map((h) => p[h]!.toFixed(3));

describe('several agencies', () => {
  it('pools the worked example, and the shared origin turns the order', () => {
    const free = pool([view('A', A, ['a']), view('B', B, ['b']), view('C', C, ['c'])]);
    assert.deepEqual(printed(free.p), ['0.396', '0.321', '0.222', '0.061']);
    assert.deepEqual(free.shared, []);
    const shared = pool([view('A', A, ['x']), view('B', B, ['x', 'b']), view('C', C, ['c'])]);
    assert.deepEqual(printed(shared.p), ['0.302', '0.420', '0.216', '0.062']);
    assert.deepEqual(printed(shared.ifIndependent), ['0.396', '0.321', '0.222', '0.061']);
    assert.deepEqual(shared.shared, [{ agencies: ['A', 'B'], origins: ['x'] }]);
    assert.deepEqual([shared.weights.A, shared.weights.B, shared.weights.C], [0.25, 0.25, 0.5]);
  });

  it('prints the minority with its basis, and only it', () => {
    const { dissent } = pool([view('A', A, ['a']), view('B', B, ['b']), view('C', C, ['c'])]);
    assert.deepEqual(
      dissent.map((d) => [d.agency, d.divergence.toFixed(2), d.holds, d.basisOrigins]),
      [['C', '0.34', 'G0049', ['c']]],
    );
  });

  it('asks those who have not said what their view rests on', () => {
    const { toAsk } = pool([view('A', A, []), view('B', B, [], { asked: true }), view('C', C, ['c'])]);
    assert.deepEqual(toAsk, ['A']);
  });

  it('gives an agency a weight of its own only after twenty scored assessments', () => {
    const early = pool([view('A', A, ['a'], { weight: 5, scored: 19 }), view('C', C, ['c'])]);
    assert.equal(early.weights.A, 0.5);
    const late = pool([view('A', A, ['a'], { weight: 3, scored: 20 }), view('C', C, ['c'])]);
    assert.equal(late.weights.A, 0.75);
  });

  it('takes no veto: a zero is one percent, and no order of agencies matters', () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 6 }), (table) => {
        const views = table.map((t, i) => view(`agency ${i}`, t, i % 2 === 0 ? ['shared'] : [`own ${i}`]));
        const one = pool(views);
        const other = pool([...views].reverse());
        for (const h of one.hypotheses) {
          assert.ok(one.p[h]! > 0 && one.p[h]! < 1);
          assert.ok(Math.abs(one.p[h]! - other.p[h]!) < 1e-9);
        }
      }),
    );
  });
});
