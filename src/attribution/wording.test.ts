import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Judgement } from '../model/index.ts';
import { BANDS, bandOf, inGap, likelihood, likelihoodSentence, overstatements, statement } from './wording.ts';

const word = (p: number, scale: 'icd-203' | 'phia') => BANDS[scale][bandOf(p, scale)]!.word;

describe('scales', () => {
  it('ICD 203: every boundary belongs to the lower band', () => {
    const at = [0.05, 0.2, 0.45, 0.55, 0.8, 0.95];
    assert.deepEqual(
      at.map((p) => word(p, 'icd-203')),
      ['almost no chance', 'very unlikely', 'unlikely', 'roughly even chance', 'likely', 'very likely'],
    );
    assert.deepEqual(
      at.map((p) => word(p + 1e-6, 'icd-203')),
      ['very unlikely', 'unlikely', 'roughly even chance', 'likely', 'very likely', 'almost certain'],
    );
  });

  it('PHIA: numbers in a gap take the lower band and are told to be in a gap', () => {
    for (const [p, w] of [
      [0.07, 'remote chance'],
      [0.22, 'highly unlikely'],
      [0.37, 'unlikely'],
      [0.52, 'realistic possibility'],
      [0.78, 'likely'],
      [0.93, 'highly likely'],
    ] as const) {
      assert.equal(word(p, 'phia'), w);
      assert.ok(inGap(p, 'phia'));
    }
    for (const p of [0.15, 0.3, 0.45, 0.6, 0.85, 0.97]) assert.ok(!inGap(p, 'phia'));
    assert.equal(word(0.55, 'phia'), 'likely');
  });

  it('never shows 0 or 1, and the word is that of the lower end', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('icd-203' as const, 'phia' as const),
        (p, x, scale) => {
          const l = likelihood(p, p * x, p + (1 - p) * x, scale);
          for (const v of [l.p, l.low, l.high]) assert.ok(v >= 0.01 && v <= 0.99);
          const lower = word(Math.min(p, p * x), scale);
          const even = BANDS[scale].findIndex((b) => b.word === lower) < 3 && p >= 0.5;
          // likelier than not is never worded as a denial
          assert.equal(l.word, even ? BANDS[scale][3]!.word : lower);
        },
      ),
    );
    assert.throws(() => likelihood(0.5, 0.6, 0.7, 'icd-203'), { code: 'OUT_OF_RANGE' });
  });

  it('says likelihood with word, scale and number, and no confidence', () => {
    const s = likelihoodSentence(likelihood(0.93, 0.85, 0.95, 'icd-203'), 'Turla conducted the intrusion');
    assert.equal(
      s,
      'It is very likely (ICD 203, 80–95 %; computed 93 %, between 85 % and 95 %) that Turla conducted the intrusion.',
    );
    assert.doesNotMatch(s, /confidence/i);
  });
});

describe('one statement, two judgements, two bands, the actor named only in the second', () => {
  // as the British statement of 25 March 2024 was built; the press merged the two
  const judgements: readonly Judgement[] = [
    {
      subject: 'compromised the Electoral Commission',
      description: 'an entity affiliated with a state',
      likelihood: likelihood(0.85, 0.82, 0.9, 'phia'),
    },
    { subject: 'scouted parliamentarians', actor: 'APT31', likelihood: likelihood(0.97, 0.96, 0.98, 'phia') },
  ];
  const keys = [['Electoral Commission'], ['parliamentarians']];
  const codes = (text: string) => overstatements(text, judgements, keys).map((o) => o.code);

  it('renders two sentences with two words, the name in the second only', () => {
    const [first, second, ...rest] = statement(judgements);
    assert.deepEqual(rest, []);
    assert.match(
      first!,
      /^It is highly likely \(PHIA yardstick, 80–90 %.*an entity affiliated with a state compromised the Electoral Commission\.$/,
    );
    assert.doesNotMatch(first!, /APT31/);
    assert.match(second!, /^It is almost certain .*APT31 scouted parliamentarians\.$/);
  });

  it('accepts its own statement', () => assert.deepEqual(codes(statement(judgements).join(' ')), []));

  it('finds the merged headline, the raised word and the missing doubt', () => {
    assert.deepEqual(codes('It is highly likely that APT31 hacked the Electoral Commission.'), [
      'NAMED_BEYOND_JUDGEMENT',
    ]);
    assert.deepEqual(codes('It is almost certain that the Electoral Commission was compromised by a state actor.'), [
      'WORD_ABOVE_JUDGEMENT',
    ]);
    assert.deepEqual(codes('APT31 spied on parliamentarians.'), ['CERTAINTY']);
    assert.deepEqual(codes('It is almost certain, with high confidence, that APT31 scouted parliamentarians.'), [
      'LIKELIHOOD_WITH_CONFIDENCE',
    ]);
  });

  it('finds words of two scales in one text', () => {
    const mixed = [judgements[0]!, { ...judgements[1]!, likelihood: likelihood(0.97, 0.96, 0.98, 'icd-203') }];
    assert.deepEqual(
      overstatements('Nothing said.', mixed, keys).map((o) => o.code),
      ['SCALES_MIXED'],
    );
  });
});
