import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Corpus, loadCorpus } from '../../bench/attribution/corpus.ts';
import { weigh } from '../../src/attribution/index.ts';
import { viewOf } from '../../src/knowledge/profiles/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { item, WEIGHTS } from './world.ts';

/** Real knowledge: ATT&CK 18.1 as shared (without its campaign objects) and the two galaxies. */
describe('ATT&CK 18.1', {
  skip: withoutShared('attack', 'enterprise-attack-18.1.json.gz') || withoutShared('misp'),
}, () => {
  let corpus: Corpus;
  before(() => {
    corpus = loadCorpus(shared('attack', 'enterprise-attack-18.1.json.gz'), shared('misp'));
  });

  it('has the published objects: 172 actors, 691 techniques, 784 software, 10,636 facts of software', () => {
    const { knowledge: k } = corpus;
    assert.equal(k.actors.length, 172);
    assert.equal(k.things.filter((t) => t.kind === 'technique').length, 691);
    assert.equal(k.things.filter((t) => t.kind !== 'technique').length, 784);
    assert.equal(
      k.performs.reduce((a, f) => a + f.length, 0),
      10_636,
    );
    // 550 below the published 6,016: the facts of the 24 attributed campaigns are not in this bundle
    assert.equal(
      k.actors.reduce((a, x) => a + x.uses.length, 0),
      5466,
    );
  });

  it('makes 402 R8 cases of 400 reports and 140 actors (431, 429, 142 with campaigns)', () => {
    const r8 = corpus.cases.filter((c) => c.cited >= 8);
    assert.deepEqual(
      [r8.length, new Set(r8.map((c) => c.report)).size, new Set(r8.map((c) => c.actor)).size],
      [402, 400, 140],
    );
    assert.equal(r8.filter((c) => Number.isNaN(c.from)).length, 1, 'undated: judged under holdout only');
  });

  it('counts the users of techniques as the reference vector does', () => {
    const view = viewOf(corpus.knowledge);
    const users = (id: string) => view.users[corpus.knowledge.thingById.get(id)!];
    assert.deepEqual(['T1598', 'T1584.008', 'T1665', 'T1566.002', 'T1105'].map(users), [5, 4, 2, 43, 85]);
    assert.equal(view.size[corpus.knowledge.actorById.get('G0128')!], 29);
  });

  it('follows revoked ids to what took their place', () => {
    const { thingById, things } = corpus.knowledge;
    // DLL side-loading became a form of hijacked search order; PowerShell was a technique of its own until 2020
    assert.deepEqual(
      ['T1574.002', 'T1086', 'T1193'].map((id) => things[thingById.get(id)!]!.id),
      ['T1574.001', 'T1059.001', 'T1566.001'],
    );
  });

  it('weighs the worked pattern: tools of one, techniques of another, then the operator’s infrastructure', () => {
    const view = viewOf(corpus.knowledge);
    const items = [
      ...['T1566.001', 'T1059.001', 'T1090.001', 'T1102.002', 'T1584.006', 'T1615'].map((t) =>
        item(t, 'technique', { object: t }),
      ),
      ...['SideTwist', 'RDAT'].map((s) => item(s, 'malware', { object: s })),
    ];
    const day = '2024-06-15';
    const tools = weigh(items, view, WEIGHTS, { day, assumed: { epsilon: 0 } });
    assert.equal(tools.answers[0]!.name, 'OilRig');
    const guarded = weigh(items, view, WEIGHTS, { day });
    assert.ok(guarded.answers.find((a) => a.name === 'OilRig')!.p < 0.8);
    const infrastructure = item('relay rented by the operator', 'infrastructure', {
      lr: { G0010: 25 },
      forgeability: 'hard',
      group: 'relay',
      source: { id: 'partner', origin: 'partner', reliability: 'B', credibility: 2 },
    });
    const settled = weigh([...items, infrastructure], view, WEIGHTS, { day });
    assert.equal(settled.answers[0]!.name, 'Turla');
    assert.equal(settled.deception.posingAs[0]!.name, 'somebody posing as OilRig');
    assert.equal(settled.confidence.level, 'low');
  });
});
