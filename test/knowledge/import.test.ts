import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Shelf } from './shelf.ts';
import { bundle, CLEAR, sdo, shelf, uuid } from './shelf.ts';

const identity = sdo('identity', 1, { name: 'CERT-X', identity_class: 'organization' });
const actor = sdo('intrusion-set', 2, {
  name: 'Blue',
  aliases: ['Azure'],
  created_by_ref: identity.id,
  confidence: 85,
});
const tool = sdo('malware', 3, { name: 'Hammer', is_family: true, first_seen: '2019-05-01T00:00:00Z' });
const uses = sdo('relationship', 4, { relationship_type: 'uses', source_ref: actor.id, target_ref: tool.id });

/** Everything the index holds, in an order that does not depend on how it came. */
const contents = (s: Shelf) =>
  s.ask((k) => ({
    counts: k.counts(),
    objects: [...k.index.objects({})].map((o) => [o.id, o.version, o.counts, o.hash]).sort(),
    claims: [...k.claims()].map((c) => c.id),
    indicators: [...k.indicators()].map((i) => i.id),
    faults: [...k.index.faults()].map((f) => [f.code, f.at]),
  }));

test('a bundle becomes claims of those who made it; the same again is 0 new', async () => {
  const s = shelf();
  const first = await s.take('a.json', bundle(uses, tool, actor, identity), CLEAR);
  assert.deepEqual(first.new, { objects: 4, claims: 6, indicators: 0 });
  const again = await s.take('other-name.json', bundle(uses, tool, actor, identity));
  assert.deepEqual(
    [again.knownSince, again.new],
    [first.knownSince ?? '2026-01-01T00:00:00.000Z', { objects: 0, claims: 0, indicators: 0 }],
  );
  // the same objects in another file, written otherwise
  const rewritten = JSON.stringify(JSON.parse(bundle(identity, actor, tool, uses)), null, 2);
  const third = await s.take('b.json', rewritten);
  assert.deepEqual(
    [third.knownSince, third.new, third.known, third.counts],
    [null, { objects: 0, claims: 0, indicators: 0 }, 4, {}],
  );
  const answer = await s.ask((k) => {
    const [thing] = k.find('azure');
    assert.ok(thing);
    return k.answer(thing);
  });
  assert.deepEqual(
    answer.names
      .map((n) => [n.name, n.by[0]?.source, n.by[0]?.credibility, n.by[0]?.reliability, n.by[0]?.marking?.tlp])
      .sort(),
    [
      ['Azure', 'CERT-X', 1, 'C', 'clear'],
      ['Blue', 'CERT-X', 1, 'C', 'clear'],
    ],
  );
  assert.deepEqual(answer.says[0]?.statements[0]?.object, `tool:${tool.id}`);
});

test('several versions side by side; what breaks the rules is kept and does not count', async () => {
  const s = shelf();
  const at = (modified: string, rest: Record<string, unknown> = {}) => ({ ...actor, modified, ...rest });
  await s.take('1', bundle(identity, at('2024-03-01T00:00:00.000Z', { name: 'March' })));
  const older = await s.take('2', bundle(at('2024-02-01T00:00:00.000Z', { name: 'February' })));
  const other = await s.take('3', bundle(at('2024-03-01T00:00:00.000Z', { name: 'Lie' })));
  const foreign = await s.take(
    '4',
    bundle(at('2024-05-01T00:00:00.000Z', { name: 'Usurper', created_by_ref: `identity--${uuid(9)}` })),
  );
  const newer = await s.take('5', bundle(at('2024-04-01T00:00:00.0Z0'.replace('.0Z0', '.000Z'), { name: 'April' })));
  const revoked = await s.take('6', bundle(at('2024-06-01T00:00:00.000Z', { revoked: true, name: 'Gone' })));
  const back = await s.take('7', bundle(at('2024-07-01T00:00:00.000Z', { name: 'Back' })));
  const backwards = await s.take('8', bundle(at('2023-01-01T00:00:00.000Z', { name: 'Before its making' })));
  assert.deepEqual(
    [older, other, foreign, newer, revoked, back, backwards].map((r) => [Object.keys(r.counts), r.new.objects]),
    [
      [['OLDER_VERSION'], 1],
      [['OTHER_CONTENT'], 1],
      [['FOREIGN_VERSION'], 1],
      [[], 1],
      [[], 1],
      [['AFTER_REVOCATION'], 1],
      [['NOT_STIX'], 0],
    ],
  );
  await s.ask((k) => {
    const versions = k.index.versions(String(actor.id));
    assert.deepEqual(
      versions.map((v) => [(JSON.parse(v.json) as { name: string }).name, v.counts]),
      [
        ['February', true],
        ['March', true],
        ['Lie', false],
        ['April', true],
        ['Usurper', false],
        ['Gone', true],
        ['Back', false],
      ],
    );
    assert.equal(k.object(String(actor.id))?.name, 'Gone');
    // a liar's content makes no claims
    assert.deepEqual(
      ['Lie', 'Usurper', 'Back'].flatMap((name) => k.find(name)),
      [],
    );
  });
});

test('the index is made again from the shelf, equal', async () => {
  const s = shelf();
  await s.take('a', bundle(identity, actor, tool, uses), CLEAR);
  await s.take('b', bundle({ ...actor, name: 'Lie' }, sdo('campaign', 7)));
  await s.take('c.yaml', CLAIMS);
  const before = await contents(s);
  assert.deepEqual(before.faults.length, 2);
  rmSync(join(s.folder, 'knowledge.sqlite'));
  assert.deepEqual(await contents(s), before);
  // an index that holds what is no longer there
  for (const name of readdirSync(s.store.where)) {
    if (name.startsWith(s.store.records()[1]?.digest ?? '-') && name.endsWith('.json'))
      rmSync(join(s.store.where, name));
  }
  const after = await contents(s);
  assert.deepEqual([after.counts.imports, after.faults.length], [2, 0]);
});

const CLAIMS = `format: czernin-knowledge/1
title: T
marking: { originator: X, tlp: green, pap: clear }
sources:
  a: { name: Agency A, published: 2024, reliability: A }
  b: { name: Vendor B, published: 2023, reliability: C }
claims:
  actor:blue:
    - { named: Blue, source: a }
    - { named: Indigo, source: b, how: disputed }
    - { same-as: 'actor:intrusion-set--${uuid(2)}', source: a }
    - { distinct-from: 'actor:intrusion-set--${uuid(2)}', source: b }
  tool:hammer:
    - { held-by: 'actor:blue', from: 2018, until: 2020, source: b }
    - { leaked: 2020-06, source: a }
    - { copy-of: 'tool:mallet', source: b }
`;

test('claims contradict and both stand; a name is not an actor', async () => {
  const s = shelf();
  await s.take('a', bundle(identity, actor, tool, uses), CLEAR);
  await s.take('c.yaml', CLAIMS);
  await s.ask((k) => {
    assert.deepEqual(k.find('BLUE'), ['actor:blue', `actor:${actor.id}`]);
    const answer = k.answer('actor:blue');
    assert.deepEqual(
      answer.disputes.map((d) => d.sides.map((side) => [side.says, side.by.map((c) => c.source)])),
      [
        [
          ['same-as', ['Agency A']],
          ['distinct-from', ['Vendor B']],
        ],
      ],
    );
    assert.deepEqual(
      k.history('tool:hammer').events.map((e) => [e.when, e.claim.predicate]),
      [
        ['2018', 'held-by'],
        ['2020-06', 'leaked'],
        ['', 'copy-of'],
      ],
    );
    assert.equal(k.history('tool:hammer').openSince, '2020-06');
  });
});

test('MISP: a galaxy, an event, a manifest', async () => {
  const s = shelf();
  const galaxy = {
    type: 'threat-actor',
    name: 'Threat Actor',
    version: 3,
    uuid: uuid(50),
    values: [
      {
        uuid: uuid(51),
        value: 'Blue',
        description: 'An actor.\n\nMore.',
        meta: {
          synonyms: ['BRONZE BLUE'],
          'origin:BRONZE BLUE': 'Secureworks',
          country: 'CN',
          since: '2010',
          'attribution-confidence': '50',
        },
        related: [
          { 'dest-uuid': uuid(52), type: 'similar', tags: ['estimative-language:likelihood-probability="likely"'] },
        ],
      },
      { value: 'without uuid' },
    ],
  };
  const report = await s.take('galaxy.json', JSON.stringify(galaxy), CLEAR);
  assert.deepEqual(
    [report.kind, report.new.objects, report.notUnderstood, Object.keys(report.counts)],
    ['misp-galaxy', 1, { 'meta since': 1 }, ['NOT_MISP']],
  );
  await s.ask((k) => {
    const claims = [...k.claims({ subject: `actor:misp--${uuid(51)}` })];
    const found = claims.map((c) => [c.predicate, c.object ?? c.value, c.source, c.credibility]).sort();
    assert.deepEqual(found, [
      ['described-as', 'An actor.', 'source of galaxy.json', 6],
      ['located-in', 'place:cn', 'source of galaxy.json', 3],
      ['named', 'BRONZE BLUE', 'Secureworks', 6],
      ['named', 'Blue', 'source of galaxy.json', 6],
      ['overlaps', `actor:misp--${uuid(52)}`, 'source of galaxy.json', 2],
    ]);
  });
  const event = {
    Event: {
      uuid: uuid(60),
      info: 'Relay',
      timestamp: '1700000000',
      Orgc: { name: 'CIRCL', uuid: uuid(61) },
      Tag: [{ name: 'tlp:amber' }],
      Attribute: [
        {
          uuid: uuid(62),
          type: 'ip-dst',
          category: 'Network activity',
          value: '198.51.100.7',
          to_ids: true,
          timestamp: '1700000000',
        },
      ],
    },
  };
  assert.deepEqual((await s.take('e.json', JSON.stringify(event))).new, { objects: 1, claims: 0, indicators: 1 });
  await s.ask((k) => {
    const [i] = [...k.indicators()];
    assert.deepEqual(
      [i?.kind, i?.value, i?.source, i?.marking?.tlp, i?.marking?.pap],
      ['ipv4', '198.51.100.7', 'CIRCL', 'amber', 'red'],
    );
  });
  const manifest = { [uuid(60)]: { info: 'Relay' }, [uuid(63)]: { info: 'not here' } };
  const told = await s.take('manifest.json', JSON.stringify(manifest));
  assert.deepEqual(
    [told.kind, told.known, told.notUnderstood],
    ['misp-manifest', 1, { 'event of the manifest that is not here': 1 }],
  );
});

test('lists, compressed files, a single object, 2.0; and what is no knowledge', async () => {
  const s = shelf();
  const list = await s.take('list.txt', '# comment\n198.51.100.9\nevil[.]example\nnonsense here is none\n');
  assert.deepEqual(
    [list.kind, list.new.indicators, list.refused.map((r) => r.code)],
    ['indicator-list', 2, ['NO_KIND']],
  );
  assert.equal((await s.take('a.json.gz', gzipSync(bundle(identity)))).new.objects, 1);
  assert.equal((await s.take('one.json', JSON.stringify(tool))).new.objects, 1);
  const { spec_version: _, ...old } = sdo('campaign', 8, { name: 'Old' });
  const two = await s.take(
    'old.json',
    JSON.stringify({ type: 'bundle', id: `bundle--${uuid(1)}`, spec_version: '2.0', objects: [old] }),
  );
  assert.deepEqual([two.new.objects, two.warnings['written-in-2.0']], [1, 1]);
  await assert.rejects(s.take('x.json', '{"some":"thing"}'), { code: 'UNKNOWN_FORMAT' });
  await assert.rejects(s.take('x.gz', gzipSync(bundle(identity)).subarray(0, 40)), { code: 'IMPORT_UNREADABLE' });
  await s.ask((k) => assert.equal(k.counts().imports, 4));
});
