import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deceive, EPSILON } from './deception.ts';
import { softmax } from './posterior.ts';
import { discounted, pooled, quality } from './quality.ts';

/**
 * The worked case of docs/attribution.md's basis: six techniques point to one actor, two tools to another who alone was known
 * to hold them. Printed: techniques +4.76 / −.94, tools +10.7. Not printed, so chosen once such that the row
 * "techniques only" comes out: both actors' activity priors, the unknown's and the others' part, the typical actor's tools.
 * Everything after that row is computed.
 */
const UNKNOWN = 4.429;
const OTHERS = UNKNOWN + Math.log(0.2072 / 0.394);
const rest = [4.76 - 0.324, -0.94 - 0.725, UNKNOWN, OTHERS];
const tools = [0, 11.555, 0, 0];
const TYPICAL = 10.7 - 11.555;
const framable = rest.map((_, i) => i !== 2);
const show = (p: Float64Array) => [...p.subarray(0, 3)].map((x) => x.toFixed(3));

function posterior(epsilon: number, infrastructure: number) {
  const d = deceive(Float64Array.from(tools), framable, epsilon);
  const p = softmax(rest.map((r, i) => r + d.scores[i]! + (i === 0 ? infrastructure : 0)));
  const planted = p.reduce((a, x, i) => a + x * d.planted[i]!, 0);
  return { p, planted: planted.toFixed(2), framing: d.framing };
}

describe('deception inside the likelihood', () => {
  const b2 = discounted(25, quality({ reliability: 'B', credibility: 2 }));
  const c3 = discounted(5, quality({ reliability: 'C', credibility: 3 }));
  const close = (p: Float64Array, want: readonly number[], within = 0.0011) => {
    for (const [i, w] of want.entries()) assert.ok(Math.abs(p[i]! - w) <= within, `${show(p)} instead of ${want}`);
  };

  it('techniques only: the first and the unknown level', () => close(softmax(rest), [0.397, 0.001, 0.394]));
  it('without protection the borrowed tools win', () => {
    // there the evidence is not yet relative to the typical actor: as printed, −.5 and +10.7
    const raw = [-0.5, 10.7, 0, TYPICAL].map((s, i) => rest[i]! + s);
    close(softmax(raw), [0.006, 0.98, 0.01], 0.0025);
  });
  it('ε = e^-6 lets nobody win by tools alone, and says so', () => {
    const { p, planted } = posterior(EPSILON.usual, 0);
    close(p, [0.292, 0.264, 0.291]);
    assert.equal(planted, '0.73');
  });
  it('what cannot be forged decides, to the printed digits: infrastructure, then a second report of the same origin', () => {
    const one = posterior(EPSILON.usual, b2);
    assert.deepEqual(show(one.p), ['0.893', '0.040', '0.044']);
    assert.equal(one.planted, '0.96');
    const two = posterior(EPSILON.usual, pooled([b2, c3], 0.5, 4.6));
    assert.deepEqual(show(two.p), ['0.939', '0.023', '0.025']);
    assert.equal(two.planted, '0.97');
    assert.ok(two.framing(0, 1) > 0.97, 'posing as the second is what the first did');
  });
});

describe('properties', () => {
  const evidence = fc.array(fc.double({ min: -10, max: 800, noNaN: true }), { minLength: 2, maxLength: 12 });
  const eps = fc.double({ min: 1e-4, max: 0.02, noNaN: true });

  it('never takes from anybody, never overflows, and planted shares are shares', () => {
    fc.assert(
      fc.property(evidence, eps, (s, epsilon) => {
        const d = deceive(
          Float64Array.from(s),
          s.map(() => true),
          epsilon,
        );
        s.forEach((x, i) => {
          assert.ok(Number.isFinite(d.scores[i]!) && d.scores[i]! >= x - 1e-6);
          assert.ok(d.planted[i]! >= 0 && d.planted[i]! <= 1);
          const by = s.reduce((a, _, j) => a + d.framing(i, j), 0);
          assert.ok(Math.abs(by - d.planted[i]!) < 1e-6);
        });
      }),
    );
  });

  it('bounds what tools alone can do: odds of the framed over anybody else end at 1/ε', () => {
    fc.assert(
      fc.property(fc.double({ min: 3, max: 700, noNaN: true }), eps, (x, epsilon) => {
        const d = deceive(Float64Array.of(x, 0, 0), [true, true, false], epsilon);
        assert.ok(d.scores[0]! - d.scores[1]! <= -Math.log(epsilon) + 1e-6 + Math.log(1 / (1 - Math.exp(1 - x))));
      }),
    );
  });

  it('without ε changes nothing', () => {
    const d = deceive(Float64Array.of(3, -1, 0), [true, true, false], 0);
    assert.deepEqual(
      [...d.scores].map((x) => x.toFixed(9)),
      ['3.000000000', '-1.000000000', '0.000000000'],
    );
  });
});
