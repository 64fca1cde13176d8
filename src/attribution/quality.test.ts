import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EvidenceItem } from '../model/index.ts';
import { CAPS, capOf, discounted, othersHave, pooled, quality, qualityFor, ratios } from './quality.ts';

const near = (a: number, b: number, digits = 2) => assert.equal(a.toFixed(digits), b.toFixed(digits));

describe('source quality', () => {
  it('gives the worked weights: B2 with ratio 25, then C3 with ratio 5 of the same origin at half', () => {
    const b2 = discounted(25, quality({ reliability: 'B', credibility: 2 }));
    const c3 = discounted(5, quality({ reliability: 'C', credibility: 3 }));
    near(b2, 3.01);
    near(c3 / 2, 0.61);
    near(pooled([c3, b2], 0.5, CAPS.hard), 3.62);
  });

  it('lets no bad source exclude or convince, and rises with quality', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lr, a, b) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          const [wl, wh] = [discounted(lr, low), discounted(lr, high)];
          assert.ok(lr >= 1 ? wh >= wl - 1e-9 : wh <= wl + 1e-9);
          assert.ok(low === 1 || wl >= Math.log(1 - low) - 1e-9);
        },
      ),
    );
  });

  it('says at which quality a weight is reached, and that none reaches more than the ratio', () => {
    const r = qualityFor(25, 2)!;
    near(discounted(25, r), 2, 6);
    assert.equal(qualityFor(5, 3), null);
    assert.equal(qualityFor(1, 0), null);
  });
});

describe('dependence groups', () => {
  it('count copies once at ρ = 0, everything at ρ = 1, and stop at the cap of the weakest artefact', () => {
    near(pooled([2, 2, 2], 0, 10), 2);
    near(pooled([2, 2, 2], 1, 10), 6);
    near(pooled([9], 0.5, CAPS.trivial), 1.2);
    near(pooled([-9], 0.5, CAPS.easy), -2.3);
    near(capOf([{ forgeability: 'veryhard' }, { forgeability: 'easy' }]), 2.3);
  });

  it('never weigh more than the sum of their parts, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { maxLength: 8 }), (w) => {
        const all = pooled(w, 0.5, 100);
        assert.ok(Math.abs(all) <= w.reduce((a, x) => a + Math.abs(x), 0) + 1e-9);
        assert.ok(Math.abs(all - pooled([...w].reverse(), 0.5, 100)) < 1e-9);
      }),
    );
  });
});

describe('exclusivity over time', () => {
  const jian = {
    holders: ['G0020'],
    whenHeld: 0.9,
    before: 0.001,
    after: 0.6,
    leakedAt: '2017-04-14',
    theftFloor: 0.003,
    tauDays: 200,
  };

  it('has a theft floor before the leak, spreads after it, and takes an undated sighting for a late one', () => {
    near(othersHave(jian, '2015-06-01'), 0.003, 6);
    const month = othersHave(jian, '2017-05-14');
    const years = othersHave(jian, '2021-05-14');
    assert.ok(month > 0.003 && month < 0.12 && years > 0.59 && years <= 0.6);
    near(othersHave(jian, undefined), 0.6, 3);
  });

  it('becomes a ratio for its holders only', () => {
    const item = { exclusivity: jian, observedAt: '2015-06-01' } as unknown as EvidenceItem;
    assert.deepEqual(Object.keys(ratios(item)), ['G0020']);
    near(ratios(item).G0020!, 300, 3);
  });
});
