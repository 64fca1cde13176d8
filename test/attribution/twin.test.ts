import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deceived } from '../../bench/attribution/judge.ts';
import { compute } from '../../src/attribution/compute.ts';
import { backgroundOf, designRow, FEATURES, type Weights } from '../../src/attribution/index.ts';
import { buildTable } from '../../src/attribution/model.ts';
import { viewOf } from '../../src/knowledge/profiles/index.ts';
import { item, WEIGHTS, world } from './world.ts';

/**
 * The benchmark judges design rows (one product of a row and the weights); the product adds up items. Both must say the
 * same of the same incident, else the published figures are not the product's.
 */
const knowledge = world();
const view = viewOf(knowledge);
const G = knowledge.actors.length;
const SHARE = WEIGHTS.unknownShare;
const plain: Weights = {
  ...WEIGHTS,
  calibration: {
    ...WEIGHTS.calibration,
    'named malware': { ...WEIGHTS.calibration['named malware'], map: [] },
    'techniques only': { ...WEIGHTS.calibration['techniques only'], map: [] },
  },
};

describe('the row of the benchmark and the sum of the product', () => {
  it('give the same posterior', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { maxLength: 3 }),
        fc.constantFrom(0, Math.exp(-6)),
        (techniques, software, epsilon) => {
          const items = [
            ...techniques.map((n) => item(`t${n}`, 'technique', { object: `T${1000 + n}` })),
            ...software.map((n) => item(`s${n}`, 'malware', { object: `S9${String(n).padStart(2, '0')}0` })),
          ];
          const table = buildTable(view, plain, items, [], '2022-05-01', 1);
          const post = compute(table, { epsilon, unknownShare: SHARE, rho: 0.5 });
          const row = new Float32Array((G + 1) * FEATURES.length);
          const at = (id: string) => knowledge.thingById.get(id)!;
          designRow(
            backgroundOf(view),
            {
              techniques: techniques.map((n) => at(`T${1000 + n}`)),
              software: software.map((n) => at(`S9${String(n).padStart(2, '0')}0`)),
              victims: [],
              day: Math.floor(Date.parse('2022-05-01') / 86_400_000),
            },
            row,
          );
          const w = Float64Array.from(FEATURES, (f) => plain.weights[f] ?? 0);
          const { p } = deceived(row, w, G + 1, epsilon);
          for (let g = 0; g <= G; g++)
            assert.ok(Math.abs(p[g]! - post.stated[g]!) < 1e-3, `${g}: ${p[g]} and ${post.stated[g]}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});
