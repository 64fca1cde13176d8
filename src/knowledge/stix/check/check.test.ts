import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkObject, type MustCode, type ShouldCode, TLP1, TLP2, tlpDefinition } from '../index.ts';

const ID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const sdo = (type: string, rest: Record<string, unknown> = {}) => ({
  type,
  spec_version: '2.1',
  id: `${type}--${ID}`,
  created: '2024-04-06T20:03:48.000Z',
  modified: '2024-04-06T20:03:48.000Z',
  ...rest,
});
const sco = (type: string, rest: Record<string, unknown> = {}) => ({
  type,
  spec_version: '2.1',
  id: `${type}--${ID}`,
  ...rest,
});
const actor = (rest: Record<string, unknown> = {}) => sdo('threat-actor', { name: 'X', ...rest });
const indicator = (rest: Record<string, unknown> = {}) =>
  sdo('indicator', {
    name: 'n',
    description: 'd',
    pattern: "[ipv4-addr:value = '198.51.100.3']",
    pattern_type: 'stix',
    valid_from: '2024-01-01T00:00:00Z',
    ...rest,
  });

const codes = (object: unknown) => checkObject(object).musts.map((i) => `${i.code} ${i.at}`);

const VALID: readonly Record<string, unknown>[] = [
  actor({ aliases: ['Y'], first_seen: '2020-01-01T00:00:00Z', x_any: { deep: [1] } }),
  indicator({ valid_until: '2024-01-01T00:00:00.1Z', lang: 'cs', confidence: 0 }),
  sdo('malware', { is_family: false }),
  sdo('location', { latitude: 50.1, longitude: 14.4, precision: 10 }),
  sdo('observed-data', {
    first_observed: '2024-01-01T00:00:00Z',
    last_observed: '2024-01-01T00:00:00Z',
    number_observed: 1,
    object_refs: [`ipv4-addr--${ID}`],
  }),
  sdo('x-new', { x_a: 1 }),
  sco('ipv4-addr', { value: '198.51.100.0/24' }),
  sco('file', { name: 'a', hashes: { MD5: 'd41d8cd98f00b204e9800998ecf8427e' } }),
  sco('x-thing', { value: 'x' }),
  ...[...TLP2.values()].map((tlp) => tlpDefinition(tlp)),
  ...[...TLP1].map(([id, { word }]) => ({
    type: 'marking-definition',
    spec_version: '2.1',
    id,
    created: '2017-01-20T00:00:00.000Z',
    definition_type: 'tlp',
    name: `TLP:${word.toUpperCase()}`,
    definition: { tlp: word },
  })),
];

for (const object of VALID) {
  test(`valid: ${object.type} ${object.name ?? ''}`, () => assert.deepEqual(codes(object), []));
}

const { id: _, ...withoutId } = actor();
const MUSTS: readonly [unknown, MustCode, string][] = [
  [withoutId, 'REQUIRED', 'id'],
  [{ id: 'x' }, 'REQUIRED', 'type'],
  ['text', 'WRONG_TYPE', ''],
  [actor({ name: undefined }), 'WRONG_TYPE', 'name'],
  [actor({ name: 7 }), 'WRONG_TYPE', 'name'],
  [actor({ aliases: [] }), 'EMPTY', 'aliases'],
  [actor({ x_list: [] }), 'EMPTY', 'x_list'],
  [actor({ x_null: null }), 'WRONG_TYPE', 'x_null'],
  [actor({ ab: 1 }), 'BAD_NAME', '"ab"'],
  [actor({ 'has space': 1 }), 'BAD_NAME', '"has space"'],
  [actor({ severity: 'high' }), 'RESERVED', 'severity'],
  [actor({ id: `malware--${ID}` }), 'BAD_ID', 'id'],
  [actor({ id: 'threat-actor--1' }), 'BAD_ID', 'id'],
  [actor({ created: '2024-02-30T00:00:00.000Z' }), 'BAD_TIME', 'created'],
  [actor({ created: '2024-04-06T20:03:48Z' }), 'BAD_TIME', 'created'],
  [actor({ created: '2024-04-06T20:03:48.000+02:00' }), 'BAD_TIME', 'created'],
  [actor({ modified: '2024-04-06T20:03:47.999Z' }), 'TIME_ORDER', 'modified'],
  [indicator({ valid_until: '2024-01-01T00:00:00.000Z' }), 'TIME_ORDER', 'valid_until'],
  [actor({ confidence: 101 }), 'BAD_VALUE', 'confidence'],
  [actor({ lang: 'xx-nothing' }), 'LANGUAGE', 'lang'],
  [
    actor({ granular_markings: [{ selectors: ['nope'], lang: 'en' }] }),
    'SELECTOR',
    'granular_markings[0].selectors[0]',
  ],
  [
    actor({ granular_markings: [{ selectors: ['constructor'], lang: 'en' }] }),
    'SELECTOR',
    'granular_markings[0].selectors[0]',
  ],
  [actor({ granular_markings: [{ selectors: ['name'] }] }), 'COMBINATION', 'granular_markings[0]'],
  [actor({ external_references: [{ source_name: 'a' }] }), 'COMBINATION', 'external_references[0]'],
  [
    actor({ external_references: [{ source_name: 'cve', external_id: 'CVE-1' }] }),
    'BAD_FORMAT',
    'external_references[0]',
  ],
  [actor({ extensions: { 'x-odd': { a: 1 } } }), 'BAD_NAME', 'extensions.x-odd'],
  [sdo('malware', { is_family: true }), 'REQUIRED', 'name'],
  [sdo('location', { latitude: 1, region: 'africa' }), 'COMBINATION', 'latitude'],
  [sdo('bad--type', {}), 'BAD_NAME', 'type'],
  [
    sdo('relationship', { relationship_type: 'uses', source_ref: `note--${ID}`, target_ref: `sighting--${ID}` }),
    'BAD_ID',
    'target_ref',
  ],
  [sco('ipv4-addr', { value: '1.2.3.256' }), 'BAD_FORMAT', 'value'],
  [sco('file', { size: 1 }), 'COMBINATION', ''],
  [sco('file', { name: 'a', hashes: { MD5: 'xyz' } }), 'BAD_FORMAT', 'hashes.MD5'],
  [sco('artifact', { url: 'https://x.example/a' }), 'COMBINATION', 'hashes'],
  [{ ...sco('process', { pid: 1 }), id: 'process--28bb3599-77cd-5a82-a950-b5bc3caf07c4' }, 'CONTRIBUTING', 'id'],
  // lying markings
  [{ ...tlpDefinition('red'), name: 'TLP:CLEAR' }, 'MARKING', 'extensions'],
  [{ ...tlpDefinition('red'), id: tlpDefinition('clear').id }, 'MARKING', 'extensions'],
  [
    { ...tlpDefinition('red'), extensions: undefined, definition_type: 'statement', definition: { statement: 'free' } },
    'WRONG_TYPE',
    'extensions',
  ],
  [
    {
      type: 'marking-definition',
      spec_version: '2.1',
      id: `marking-definition--${ID}`,
      created: '2017-01-20T00:00:00.000Z',
      definition_type: 'tlp',
      name: 'TLP:WHITE',
      definition: { tlp: 'white' },
    },
    'MARKING',
    'definition',
  ],
];

for (const [object, code, at] of MUSTS) {
  test(`refused: ${code} ${at}`, () => assert.equal(codes(object)[0], `${code} ${at}`));
}

const SHOULDS: readonly [unknown, ShouldCode][] = [
  [actor({ threat_actor_types: ['nemesis'] }), 'vocabulary'],
  [actor({ x_new: 1 }), 'extensions-use'],
  [sdo('x-new', {}), 'extensions-use'],
  [indicator({ name: undefined }), 'indicator-properties'],
  [{ ...actor(), id: 'threat-actor--28bb3599-77cd-5a82-a950-b5bc3caf07c4' }, 'uuid-check'],
  [sco('ipv4-addr', { value: '198.51.100.3' }), 'uuid-check'],
  [{ ...sco('ipv4-addr', { value: '198.51.100.4' }), id: 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4' }, 'sco-id'],
  [actor({ external_references: [{ source_name: 'a', url: 'https://a.example' }] }), 'extref-hashes'],
  [sco('network-traffic', { protocols: ['tcp'], src_ref: 'a' }), 'network-traffic-ports'],
];

for (const [object, code] of SHOULDS) {
  test(`taken with a warning: ${code}`, () => {
    const { musts, shoulds } = checkObject(JSON.parse(JSON.stringify(object)));
    assert.deepEqual(musts, []);
    assert.ok(
      shoulds.some((s) => s.code === code),
      JSON.stringify(shoulds),
    );
  });
}

test('a pattern is judged by who is handed in, for STIX patterns only', () => {
  const judge = (object: unknown) =>
    checkObject(object, { pattern: (text) => (text === 'bad' ? 'no' : null) }).musts.map((i) => i.code);
  assert.deepEqual(judge(indicator({ pattern: 'bad' })), ['PATTERN']);
  assert.deepEqual(judge(indicator({ pattern: 'bad', pattern_type: 'sigma' })), []);
});

test('2.0 is read as 2.0', () => {
  const { spec_version: _s, ...old } = indicator();
  const { pattern_type: _p, ...older } = old as Record<string, unknown>;
  assert.deepEqual(checkObject(older, { spec: '2.0' }).musts, []);
  assert.deepEqual(
    checkObject(older).musts.map((i) => i.at),
    ['spec_version', 'pattern_type'],
  );
});

test('any JSON value gets a verdict and is not changed', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(...Object.keys({ 'threat-actor': 1, file: 1, bundle: 1, 'x-a': 1 })),
      (value, type) => {
        const object =
          typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, type } : value;
        const before = JSON.stringify(object);
        checkObject(object);
        assert.equal(JSON.stringify(object), before);
      },
    ),
    { numRuns: 500 },
  );
});
