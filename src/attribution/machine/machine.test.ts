import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readProfiles, viewOf } from '../../knowledge/profiles/index.ts';
import { calibrate, mapped } from '../posterior.ts';
import { backgroundOf, FEATURES } from './features.ts';
import { scoreObserved } from './score.ts';
import { readWeights, type Weights } from './weights.ts';

const shipped = JSON.parse(
  readFileSync(new URL('../../../content/attribution/weights.json', import.meta.url), 'utf8'),
) as Weights;

describe('weights', () => {
  it('as shipped have a version, every feature, and a table to judge them', () => {
    const w = readWeights(shipped);
    assert.match(w.version, /^r8-[0-9a-f]{12}$/);
    assert.deepEqual(Object.keys(w.weights).sort(), [...FEATURES].sort());
    for (const regime of ['named malware', 'techniques only'] as const) {
      assert.ok(w.calibration[regime].n > 500 && w.calibration[regime].reliability.length === 10);
      const steps = w.calibration[regime].map.map((s) => s.observed);
      assert.deepEqual(
        steps,
        [...steps].sort((a, b) => a - b),
        'a map rises',
      );
    }
  });
  it('of another shape, or for features nobody knows, are refused', () => {
    for (const odd of [
      null,
      {},
      { ...shipped, unknownShare: 1 },
      { ...shipped, weights: { ...shipped.weights, 'gut feeling': 3 } },
      { ...shipped, extra: 1 },
    ])
      assert.throws(() => readWeights(odd), { code: 'WEIGHTS_INVALID' });
  });
});

describe('one thing weighed', () => {
  // two actors; the first alone has technique T1 by two reports, both have T2, nobody T3
  const cited = (n: number, names: string[]) => names.map((r) => ({ source_name: `${n}${r}` }));
  const object = (type: string, n: number, id: string) => ({
    type,
    id: `${type}--${n}`,
    name: id,
    external_references: [{ source_name: 'mitre-attack', external_id: id }],
  });
  const uses = (n: number, g: number, t: number, reports: string[]) => ({
    type: 'relationship',
    id: `r--${n}`,
    relationship_type: 'uses',
    source_ref: `intrusion-set--${g}`,
    target_ref: `attack-pattern--${t}`,
    external_references: cited(n, reports),
  });
  const view = viewOf(
    readProfiles([
      object('intrusion-set', 1, 'G1'),
      object('intrusion-set', 2, 'G2'),
      ...[1, 2, 3].map((t) => object('attack-pattern', t, `T${t}`)),
      uses(1, 1, 1, ['a', 'b']),
      uses(2, 1, 2, ['a']),
      uses(3, 2, 2, ['a']),
    ]),
  );
  const only = (feature: string): Weights => ({ ...shipped, weights: { [feature]: 1 } });
  const nats = (feature: string, thing: number) => {
    const { items } = scoreObserved(
      backgroundOf(view),
      { techniques: [thing], software: [], victims: [], day: Number.NaN },
      only(feature),
    );
    return [...items[0]!.nats];
  };
  it('gives the published terms: idf = ln((G+1)/(others+.5)) − 2.5, size = ln(1+things) − 3.5', () => {
    const idf = (others: number) => Math.log(3 / (others + 0.5)) - 2.5;
    assert.deepEqual(nats('t match', 0), [1, 0]);
    assert.deepEqual(nats('t match * idf', 0), [idf(0), 0]);
    assert.deepEqual(nats('t match * idf', 1), [idf(1), idf(1)]);
    assert.deepEqual(nats('t match * size', 0), [Math.log(3) - 3.5, 0]);
    assert.deepEqual(nats('t match * reports', 0), [Math.log(2), 0]);
    assert.deepEqual(nats('t none', 0), [0, 1]);
    assert.deepEqual(nats('t none * idf', 0), [0, idf(1)]);
    assert.deepEqual(nats('t none', 2), [1, 1]);
    assert.deepEqual(nats('t exclusive to actor', 0), [1, 0]);
  });
  it('with the actor erased counts as if it had never been known', () => {
    const { candidates, items } = scoreObserved(
      backgroundOf(view, 0),
      { techniques: [0], software: [], victims: [], day: Number.NaN },
      only('t none * idf'),
    );
    assert.deepEqual(candidates, [1]);
    assert.equal(items[0]!.nats[1], Math.log(3 / 0.5) - 2.5);
  });
});

describe('the calibration map', () => {
  const map = [
    { upTo: 0.5, observed: 0.4 },
    { upTo: 0.9, observed: 0.6 },
    { upTo: 1, observed: 0.95 },
  ];
  it('is linear between the middles of its steps and ends at what the surest came to', () => {
    assert.equal(mapped(0.25, map), 0.4);
    assert.equal(mapped(0.7, map), 0.6);
    assert.ok(Math.abs(mapped(0.475, map) - 0.5) < 1e-9);
    assert.equal(mapped(0.999, map), 0.95);
  });
  it('lowers the leader, never raises it, keeps the order and the sum', () => {
    for (const p of [
      [0.8, 0.15, 0.05],
      [0.3, 0.28, 0.42],
      [0.999, 0.0005, 0.0005],
      [0.51, 0.49, 0],
    ]) {
      const q = calibrate(Float64Array.from(p), map);
      const top = p.indexOf(Math.max(...p));
      assert.ok(q[top]! <= p[top]! + 1e-12);
      assert.equal(q.indexOf(Math.max(...q)), top);
      assert.ok(Math.abs(q.reduce((a, x) => a + x, 0) - 1) < 1e-9);
    }
  });
});
