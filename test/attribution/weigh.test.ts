import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EPSILON, weigh, weighCase } from '../../src/attribution/index.ts';
import { viewOf } from '../../src/knowledge/profiles/index.ts';
import type { SponsorClaim } from '../../src/model/index.ts';
import { implantOf, item, report, techniquesOf, WEIGHTS, world } from './world.ts';

const view = viewOf(world());

describe('techniques alone', () => {
  const a = weigh(techniquesOf(7, 10), view, WEIGHTS);
  it('never give more than low confidence, whatever the number', () => {
    assert.equal(a.regime, 'techniques only');
    assert.equal(a.confidence.level, 'low');
    assert.ok(a.confidence.rules.find((r) => r.code === 'TECHNIQUES_ONLY')!.met);
  });
  it('name nobody: the ladder stops at the activity', () => {
    assert.match(a.sentences[0]!, /^No actor is named/);
    assert.deepEqual(
      a.ladder.map((s) => [s.step, s.carried]),
      [
        ['activity', true],
        ['cluster', false],
        ['group', false],
        ['organisation', false],
        ['state', false],
      ],
    );
  });
  it('still put the actor whose techniques they are first among the named', () => {
    assert.equal(a.answers.find((x) => x.kind === 'actor')!.id, 'G0007');
  });
});

describe('a planted foreign tool', () => {
  // actor 5 works with its own techniques; both implants of actor 22, from another country, lie about
  const planted = [...techniquesOf(5, 10), implantOf(22, 0), implantOf(22, 1)];
  it('does not win, and "somebody posing as" says so', () => {
    const a = weigh(planted, view, WEIGHTS);
    const framed = a.answers.find((x) => x.id === 'G0022');
    assert.ok((framed?.p ?? 0.01) < 0.9);
    assert.ok(a.deception.p > 0.3, String(a.deception.p));
    assert.equal(a.deception.posingAs[0]!.id, 'posing:G0022');
    assert.equal(a.confidence.level, 'low');
    assert.ok(a.sentences.some((s) => /planted or borrowed/.test(s)));
  });
  it('loses to evidence that is hard to forge, and one origin is told as the linchpin', () => {
    const a = weigh([...planted, report('provider', { G0005: 60 })], view, WEIGHTS, {
      assumed: { epsilon: EPSILON.usual },
    });
    assert.equal(a.answers[0]!.id, 'G0005');
    assert.ok(a.deception.p > 0.7);
    const pin = a.sensitivity.linchpins.find((l) => l.item === 'provider')!;
    assert.ok(pin.qualityNeeded !== null && pin.qualityNeeded > 0 && pin.qualityNeeded < 0.8);
    assert.ok(a.sensitivity.mustBeFalse!.includes('provider'));
    assert.equal(
      a.sensitivity.leftOut.find((l) => l.kind === 'origin' && l.id === 'origin of provider')!.leader === 'G0005',
      false,
    );
  });
  it('would have won without the protection', () => {
    const a = weigh(planted, view, WEIGHTS, { assumed: { epsilon: 0 } });
    assert.equal(a.answers[0]!.id, 'G0022');
    assert.equal(a.deception.posingAs.length, 0);
  });
});

describe('an assessment', () => {
  const a = weigh(
    [
      ...techniquesOf(9, 10),
      implantOf(9, 0),
      report('partner', { G0009: 30 }),
      report('second', { G0009: 20, G0010: 5 }),
    ],
    view,
    WEIGHTS,
  );
  it('keeps likelihood and confidence in sentences of their own', () => {
    assert.match(a.sentences[0]!, /ICD 203/);
    assert.doesNotMatch(a.sentences[0]!, /confidence/i);
    assert.match(a.sentences[1]!, /^Confidence/);
    assert.doesNotMatch(a.sentences[1]!, /\b(likely|certain|chance)\b/);
  });
  it('gives reasons, a matrix with diagnosticity, and what to collect next', () => {
    assert.equal(a.reasons.for.length, 3);
    assert.ok(a.reasons.for.every((r) => r.nats > 0));
    assert.ok(a.matrix.rows[0]!.diagnosticity >= a.matrix.rows.at(-1)!.diagnosticity);
    assert.ok(Object.values(a.matrix.inconsistency).every((x) => x >= 0));
    assert.ok(a.collect.length > 3 && a.collect.every((c, i) => i === 0 || c.expected <= a.collect[i - 1]!.expected));
    assert.ok(!a.collect.some((c) => c.object === 'S9090'), 'what was seen is not asked for again');
  });
  it('sweeps its assumptions, and the interval holds the statement', () => {
    assert.equal(a.sensitivity.sweeps.length, 15);
    const { low, p, high } = a.likelihood;
    assert.ok(low <= p && p <= high && low > 0 && high < 1);
  });
});

describe('the ladder', () => {
  const sure = [
    ...techniquesOf(3, 10),
    implantOf(3, 0),
    implantOf(3, 1),
    report('one', { G0003: 100 }),
    report('two', { G0003: 50 }),
  ];
  const claim = (
    id: string,
    step: 'organisation' | 'state',
    origin: string,
    more: Partial<SponsorClaim> = {},
  ): SponsorClaim => ({
    id,
    actor: 'G0003',
    step,
    name: step === 'state' ? 'State X' : 'Bureau Y',
    source: { id, origin, reliability: 'A', credibility: 2 },
    affirms: true,
    ...more,
  });
  it('carries no state on evidence about the group', () => {
    const { ladder } = weigh(sure, view, WEIGHTS);
    assert.deepEqual(
      ladder.map((s) => s.carried),
      [true, true, true, false, false],
    );
    assert.match(ladder[4]!.missing.join(), /no source says which state/);
  });
  it('carries each step on two origins of its own, never likelier than the one below', () => {
    const sponsors = ['o1', 'o2'].flatMap((o) => [
      claim(`org ${o}`, 'organisation', o),
      claim(`state ${o}`, 'state', o),
    ]);
    const { ladder } = weigh(sure, view, WEIGHTS, { sponsors });
    assert.deepEqual(
      ladder.map((s) => s.carried),
      [true, true, true, true, true],
    );
    for (const [i, s] of ladder.entries()) assert.ok(i === 0 || s.p <= ladder[i - 1]!.p);
  });
  it('lets a state stand on nothing when the organisation is missing', () => {
    const { ladder } = weigh(sure, view, WEIGHTS, {
      sponsors: ['o1', 'o2'].map((o) => claim(`state ${o}`, 'state', o)),
    });
    assert.equal(ladder[4]!.carried, false);
    assert.match(ladder[4]!.missing.join(), /step below/);
  });
  it('counts a denial', () => {
    const p = (sponsors: SponsorClaim[]) => weigh(sure, view, WEIGHTS, { sponsors }).ladder[3]!.p;
    const [yes, no] = [claim('yes', 'organisation', 'o1'), claim('no', 'organisation', 'o2', { affirms: false })];
    assert.ok(p([yes, no]) < p([yes]) - 0.1);
    assert.ok(p([no]) < 0.3);
  });
});

describe('several intrusions in one case', () => {
  const of = (name: string, n: number) =>
    [...techniquesOf(n, 8), implantOf(n, 0), report(`r${name}`, { [`G${String(n).padStart(4, '0')}`]: 80 })].map(
      (i) => ({ ...i, id: `${name} ${i.id}`, intrusion: name }),
    );
  it('are weighed apart and told to be two actors', () => {
    const { intrusions, pairs } = weighCase([...of('first', 4), ...of('second', 25)], view, WEIGHTS);
    assert.deepEqual(
      intrusions.map((i) => [i.name, i.assessment.answers[0]!.id]),
      [
        ['first', 'G0004'],
        ['second', 'G0025'],
      ],
    );
    assert.ok(pairs[0]!.oneActor < 0.2, String(pairs[0]!.oneActor));
  });
  it('or to be one', () => {
    const { pairs } = weighCase([...of('first', 4), ...of('second', 4)], view, WEIGHTS);
    assert.ok(pairs[0]!.oneActor > 0.8, String(pairs[0]!.oneActor));
  });
  it('of which two unknowns need not be one', () => {
    const odd = (name: string) => [item(`${name} t`, 'technique', { object: 'T1000', intrusion: name })];
    const { pairs } = weighCase([...odd('first'), ...odd('second')], view, WEIGHTS);
    assert.ok(pairs[0]!.oneActor > 0.1 && pairs[0]!.oneActor < 0.8, String(pairs[0]!.oneActor));
  });
});

describe('little to weigh', () => {
  const nothing = viewOf(world({ actors: 0 }));
  it('without knowledge the unknown is the only answer, and not certain', () => {
    const a = weigh(techniquesOf(3), nothing, WEIGHTS);
    assert.deepEqual(
      a.answers.map((x) => [x.id, x.p]),
      [['unknown', 0.99]],
    );
    assert.equal(a.confidence.level, 'low');
  });
  it('without evidence nobody is near an even chance, and confidence is low', () => {
    const a = weigh([], view, WEIGHTS);
    assert.ok(a.answers.every((x) => x.id === 'unknown' || x.p < 0.2));
    assert.equal(a.confidence.level, 'low');
  });
  it('an actor that only a person names can lead', () => {
    const a = weigh([report('x', { APTX: 90 }, { forgeability: 'veryhard' })], nothing, WEIGHTS, {
      extra: [{ id: 'APTX', name: 'New Group' }],
    });
    assert.equal(a.answers[0]!.id, 'APTX');
  });
});

describe('agencies and refusals', () => {
  it('stands beside agencies, prints dissent and who was not asked', () => {
    const agency = (name: string, p: Record<string, number>, basisOrigins: string[]) => ({
      agency: name,
      p,
      basisOrigins,
      confidence: 'moderate' as const,
      text: '',
    });
    const a = weigh([...techniquesOf(3), implantOf(3)], view, WEIGHTS, {
      agencies: [
        agency('A', { G0003: 0.7, unknown: 0.2 }, ['x']),
        agency('B', { G0003: 0.6, unknown: 0.3 }, []),
        agency('C', { G0003: 0.05, G0011: 0.8 }, ['z']),
      ],
    });
    assert.deepEqual(
      a.pool!.dissent.map((d) => d.agency),
      ['C'],
    );
    assert.ok(a.sentences.some((s) => /^C dissents/.test(s)));
    assert.ok(a.sentences.some((s) => /Not yet asked.*B/.test(s)));
    assert.ok(a.confidence.rules.find((r) => r.code === 'DISSENT')!.met);
  });
  it('refuses assumptions that leave no doubt', () => {
    for (const assumed of [
      { epsilon: -1 },
      { unknownShare: 1 },
      { unknownShare: 0 },
      { rho: 2 },
      { epsilon: Number.NaN },
    ])
      assert.throws(() => weigh(techniquesOf(3), view, WEIGHTS, { assumed }), { code: 'OUT_OF_RANGE' });
  });
  it('refuses a ratio for nobody and too much of everything', () => {
    assert.throws(() => weigh([report('x', { G9999: 3 })], view, WEIGHTS), { code: 'HYPOTHESIS_UNKNOWN' });
    assert.equal(
      weigh([report('x', { G9999: 3 })], view, WEIGHTS, { extra: [{ id: 'G9999', name: 'New Group' }] }).regime,
      'analyst evidence',
    );
    assert.throws(
      () =>
        weigh(
          Array.from({ length: 5001 }, (_, i) => item(`i${i}`, 'technique', { object: 'T1000' })),
          view,
          WEIGHTS,
        ),
      { code: 'TOO_MUCH' },
    );
  });
});
