import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compute } from '../../src/attribution/compute.ts';
import { weigh } from '../../src/attribution/index.ts';
import { buildTable } from '../../src/attribution/model.ts';
import { viewOf } from '../../src/knowledge/profiles/index.ts';
import type { EvidenceItem } from '../../src/model/index.ts';
import { implantOf, item, report, techniquesOf, WEIGHTS, world } from './world.ts';

const knowledge = world();
const view = viewOf(knowledge);
const posterior = (items: readonly EvidenceItem[], of = view) => {
  const table = buildTable(of, WEIGHTS, items, [], '2022-05-01');
  const { p } = compute(table);
  return new Map(table.hypotheses.map((h, i) => [h.id, p[i]!]));
};
const same = (a: Map<string, number>, b: Map<string, number>, within = 1e-9) => {
  for (const [id, p] of a) assert.ok(Math.abs(p - b.get(id)!) <= within, `${id}: ${p} and ${b.get(id)}`);
};

const quality = {
  reliability: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
  credibility: fc.constantFrom(1, 2, 3, 4, 5, 6),
} as const;
const actorId = fc.integer({ min: 0, max: 39 }).map((n) => `G${String(n).padStart(4, '0')}`);
const evidence = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 12 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { maxLength: 3 }),
    fc.array(
      fc.record({
        actor: actorId,
        lr: fc.double({ min: 0.01, max: 500, noNaN: true }),
        forge: fc.constantFrom('easy', 'hard', 'veryhard'),
        ...quality,
      }),
      { maxLength: 4 },
    ),
  )
  .map(([t, s, people]) => [
    ...t.map((n) => item(`t${n}`, 'technique', { object: `T${1000 + n}` })),
    ...s.map((n) => implantOf(n)),
    ...people.map((p, i) =>
      report(
        `r${i}`,
        { [p.actor]: p.lr },
        {
          forgeability: p.forge as 'hard',
          source: { id: `r${i}`, origin: `o${i}`, reliability: p.reliability as 'A', credibility: p.credibility as 1 },
        },
      ),
    ),
  ]);

describe('what must not matter', () => {
  it('the order of evidence', () => {
    fc.assert(
      fc.property(evidence, fc.integer(), (items, seed) => {
        const shuffled = [...items].sort((a, b) => hash(a.id, seed) - hash(b.id, seed));
        same(posterior(items), posterior(shuffled), 0);
      }),
      { numRuns: 60 },
    );
  });

  it('the same origin saying the same again', () => {
    fc.assert(
      fc.property(evidence, (items) => {
        const again = items.map((i) => ({ ...i, id: `${i.id} again` }));
        same(posterior(items), posterior([...items, ...again]));
        const { unused } = buildTable(view, WEIGHTS, [...items, ...again]);
        assert.equal(unused.filter((u) => u.why === 'COPY').length, items.length);
      }),
      { numRuns: 60 },
    );
  });

  it('how actors are called and numbered', () => {
    const other = (n: number) => `G${String((n * 7 + 3) % 40).padStart(4, '0')}`;
    const renamed = viewOf(world({ rename: other }));
    fc.assert(
      fc.property(evidence, (items) => {
        const moved = items.map((i) =>
          i.lr === undefined
            ? i
            : { ...i, lr: Object.fromEntries(Object.entries(i.lr).map(([id, x]) => [other(Number(id.slice(1))), x])) },
        );
        const [a, b] = [posterior(items), posterior(moved, renamed)];
        for (let n = 0; n < 40; n++)
          assert.ok(Math.abs(a.get(`G${String(n).padStart(4, '0')}`)! - b.get(other(n))!) < 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('an actor nobody speaks of: odds between the others hardly move, and none changes place that led clearly', () => {
    const more = viewOf(world({ irrelevant: 1 }));
    fc.assert(
      fc.property(evidence, (items) => {
        const [a, b] = [posterior(items), posterior(items, more)];
        const ids = [...a.keys()].filter((id) => id !== 'unknown');
        for (const id of ids.slice(1)) {
          const [before, after] = [a, b].map((p) => Math.log(p.get(id)! / p.get(ids[0]!)!));
          assert.ok(Math.abs(before! - after!) < 0.35, `${id}: ${before} and ${after}`);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('what must hold', () => {
  it('nothing is ever 0 or 1, and everything sums to one', () => {
    fc.assert(
      fc.property(evidence, (items) => {
        const p = posterior(items);
        let sum = 0;
        for (const x of p.values()) {
          assert.ok(x > 0 && x < 1);
          sum += x;
        }
        assert.ok(Math.abs(sum - 1) < 1e-9);
      }),
      { numRuns: 60 },
    );
    const crushing = ['a', 'b', 'c', 'd'].map((x) => report(x, { G0003: 1e6 }, { forgeability: 'veryhard' }));
    const a = weigh([...techniquesOf(3), implantOf(3, 0), implantOf(3, 1), ...crushing], view, WEIGHTS);
    for (const answer of a.answers) assert.ok(answer.p >= 0.01 && answer.p <= 0.99);
    assert.equal(a.answers[0]!.p, 0.99);
  });

  it('a better source moves the answer further its way', () => {
    const grades = ['E', 'D', 'C', 'B', 'A'] as const;
    const credible = [5, 4, 3, 2, 1] as const;
    fc.assert(
      fc.property(
        evidence,
        actorId,
        fc.double({ min: 1.5, max: 400, noNaN: true }),
        fc.boolean(),
        (items, actor, ratio, against) => {
          const lr = against ? 1 / ratio : ratio;
          const p = grades.map(
            (reliability, i) =>
              posterior([
                ...items,
                report(
                  'the one',
                  { [actor]: lr },
                  { forgeability: 'hard', source: { id: 'x', origin: 'x', reliability, credibility: credible[i]! } },
                ),
              ]).get(actor)!,
          );
          for (let i = 1; i < p.length; i++)
            assert.ok(against ? p[i]! <= p[i - 1]! + 1e-9 : p[i]! >= p[i - 1]! - 1e-9, String(p));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('an unknown actor is always among the answers, and leads when nothing fits', () => {
    const foreign = [0, 1, 2].map((n) => item(`f${n}`, 'malware', { object: `Never seen ${n}` }));
    const a = weigh([item('t', 'technique', { object: 'T1000' }), ...foreign], view, WEIGHTS);
    assert.equal(a.answers[0]!.id, 'unknown');
    assert.deepEqual(
      a.unused.map((u) => u.why),
      ['OBJECT_UNKNOWN', 'OBJECT_UNKNOWN', 'OBJECT_UNKNOWN'],
    );
    assert.match(a.sentences[0]!, /none of those known/);
  });
});

const hash = (s: string, seed: number) => {
  let h = seed | 0;
  for (const c of s) h = Math.imul(h ^ c.charCodeAt(0), 0x9e3779b1) >>> 0;
  return h;
};
