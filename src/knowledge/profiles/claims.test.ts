import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClaimFacts, claimOf } from '../../model/index.ts';
import { withClaims } from './claims.ts';
import { readProfiles } from './read.ts';

const say = (subject: string, predicate: ClaimFacts['predicate'], rest: Partial<ClaimFacts>) =>
  claimOf({ subject, predicate, source: 'S', reliability: 'B', credibility: 2, ...rest } as ClaimFacts);

const CLAIMS = [
  say('actor:heron', 'named', { value: 'HERON' }),
  say('actor:heron', 'named', { value: 'Blue Bird', source: 'Other' }),
  say('actor:heron', 'named', { value: 'Wrong', how: 'disputed', source: 'Other' }),
  say('actor:heron', 'uses', { object: 'technique:T1059.001' }),
  say('actor:heron', 'uses', { object: 'technique:T1059.001', source: 'Other', said: '2023-04' }),
  say('actor:heron', 'targets', { object: 'victim:foreign-ministry' }),
  say('actor:heron', 'sponsored-by', { object: 'place:china' }),
  say('tool:quill', 'named', { value: 'Quill' }),
  say('tool:quill', 'held-by', { object: 'actor:heron' }),
  say('operation:x', 'attributed-to', { object: 'actor:heron' }),
  say('operation:x', 'uses', { object: 'technique:T1091' }),
];
const id = (kind: number, n: number) => `00000000-0000-4000-8000-${String(kind * 1000 + n).padStart(12, '0')}`;

test('claims alone make actors with names, things, victims, origin and dated reports', () => {
  const k = withClaims(CLAIMS);
  const [heron] = k.actors;
  assert.equal(k.actors.length, 1);
  assert.equal(heron?.id, 'actor:heron');
  assert.deepEqual([heron.name, ...heron.aliases].sort(), ['Blue Bird', 'HERON']);
  assert.equal(heron.cluster, 'CN');
  assert.ok(heron.victims.includes('sector:government'));
  const used = heron.uses.map((f) => k.things[f.thing]!.id).sort();
  assert.deepEqual(used, ['T1059.001', 'T1091', 'tool:quill']);
  const shell = heron.uses.find((f) => k.things[f.thing]!.id === 'T1059.001')!;
  assert.equal(shell.reports.length, 2);
  assert.equal(k.things[k.things[shell.thing]!.parent!]!.id, 'T1059');
  assert.deepEqual(k.reports.map((r) => r.date?.precision).filter(Boolean), ['month']);
});

test('the order of claims changes nothing but positions; what was taken back does not count', () => {
  const there = withClaims(CLAIMS);
  const back = withClaims([...CLAIMS].reverse());
  assert.deepEqual(there, back);
  const gone = withClaims([...CLAIMS, say('actor:heron', 'retracts', { value: CLAIMS[3]!.id })]);
  const shell = gone.actors[0]!.uses.find((f) => gone.things[f.thing]!.id === 'T1059.001')!;
  assert.equal(shell.reports.length, 1);
});

test('an imported actor is the same only where a claim says so; software is one under one name', () => {
  const set = `intrusion-set--${id(1, 1)}`;
  const objects = [
    {
      type: 'intrusion-set',
      id: set,
      name: 'HERON',
      description: '',
      external_references: [{ source_name: 'mitre-attack', external_id: 'G9001' }],
    },
    {
      type: 'malware',
      id: `malware--${id(2, 1)}`,
      name: 'Quill',
      external_references: [{ source_name: 'mitre-attack', external_id: 'S9001' }],
    },
    {
      type: 'relationship',
      id: `relationship--${id(3, 1)}`,
      relationship_type: 'uses',
      source_ref: set,
      target_ref: `malware--${id(2, 1)}`,
    },
  ];
  const base = readProfiles(objects);
  const keys = new Map([[`actor:${set}`, 'G9001']]);
  const apart = withClaims(CLAIMS, base, keys);
  assert.deepEqual(apart.actors.map((a) => a.id).sort(), ['G9001', 'actor:heron']);
  assert.equal(apart.things.filter((t) => t.name === 'Quill').length, 1);
  const joined = withClaims([...CLAIMS, say('actor:heron', 'same-as', { object: `actor:${set}` })], base, keys);
  assert.deepEqual(
    joined.actors.map((a) => a.id),
    ['G9001'],
  );
  assert.deepEqual(joined.actors[0]!.uses.map((f) => joined.things[f.thing]!.id).sort(), [
    'S9001',
    'T1059.001',
    'T1091',
  ]);
});
