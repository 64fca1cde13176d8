import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkObject } from '../../src/knowledge/stix/index.ts';
import { bundle, sdo, shelf, uuid } from './shelf.ts';

/** What an adversary's bundle may hold. Always: a coded refusal, the rest taken, nothing that was known changed. */
const good = sdo('tool', 1, { name: 'Good' });
const last = sdo('tool', 2, { name: 'Last' });

async function refused(poison: string): Promise<string[]> {
  const s = shelf();
  await s.take('before', bundle(sdo('tool', 9, { name: 'Before' })));
  const text = `{"type":"bundle","id":"bundle--${uuid(1)}","objects":[${JSON.stringify(good)},${poison},${JSON.stringify(last)}]}`;
  const report = await s.take('hostile.json', text);
  await s.ask((k) => {
    for (const name of ['Before', 'Good', 'Last']) assert.equal(k.find(name).length, 1, name);
  });
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  return Object.keys(report.counts);
}

const nested = (n: number) => `{"a":${'{"a":'.repeat(n)}1${'}'.repeat(n)}}`;
const withProperty = (text: string) => `${JSON.stringify(sdo('tool', 5, { name: 'P' })).slice(0, -1)},${text}}`;

const POISON: readonly [what: string, text: string, codes: string[]][] = [
  ['a million nested objects', nested(1_000_000), ['TOO_DEEP']],
  ['a million nested lists in a property', withProperty(`"x_a":${'['.repeat(1e6)}${']'.repeat(1e6)}`), ['TOO_DEEP']],
  ['a text beyond the limit', withProperty(`"x_a":"${'x'.repeat(17 * 1024 * 1024)}"`), ['STRING_TOO_LONG']],
  ['a property that stands twice', withProperty('"name":"Other"'), ['DUPLICATE_KEY']],
  ['__proto__', withProperty('"__proto__":{"polluted":true}'), ['PROTOTYPE_KEY']],
  ['__proto__ deep inside', withProperty('"x_a":[{"b":{"__proto__":{"polluted":true}}}]'), ['PROTOTYPE_KEY']],
  ['constructor as a type', '{"type":"constructor","id":"constructor--x"}', ['NOT_STIX']],
  ['an id that is no text', '{"type":"tool","id":{"toString":1}}', ['NOT_STIX']],
  ['null', 'null', ['NOT_STIX']],
  ['a bundle in a bundle', bundle(good), ['NOT_STIX']],
  ['bytes that are not JSON inside', '{"type":tool}', ['NOT_JSON']],
  [
    'RED that says WHITE',
    JSON.stringify({
      ...sdo('marking-definition', 1),
      id: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
      definition_type: 'tlp',
      name: 'TLP:WHITE',
      definition: { tlp: 'white' },
    }),
    ['NOT_STIX'],
  ],
  ['the same id with another content', JSON.stringify({ ...good, name: 'Impostor' }), ['OTHER_CONTENT']],
  ['a version before its making', JSON.stringify({ ...good, modified: '2020-01-01T00:00:00.000Z' }), ['NOT_STIX']],
  [
    'a regular expression that runs for ever',
    withProperty(`"external_references":[{"source_name":"${'a-'.repeat(50_000)}!"}]`),
    ['NOT_STIX'],
  ],
];

for (const [what, text, codes] of POISON) {
  test(`hostile: ${what}`, async () => assert.deepEqual(await refused(text), codes));
}

test('hostile: circles of references end', async () => {
  const a = sdo('intrusion-set', 1, { name: 'A', created_by_ref: `identity--${uuid(3)}` });
  const b = sdo('identity', 3, { name: 'B', created_by_ref: `identity--${uuid(4)}` });
  const c = sdo('identity', 4, { name: 'C', created_by_ref: `identity--${uuid(3)}` });
  const mark = (n: number, other: number) => ({
    type: 'marking-definition',
    spec_version: '2.1',
    id: `marking-definition--${uuid(n)}`,
    created: '2024-01-01T00:00:00.000Z',
    definition_type: 'statement',
    definition: { statement: 'x' },
    object_marking_refs: [`marking-definition--${uuid(other)}`],
  });
  const same = (n: number, x: string, y: string) =>
    sdo('relationship', n, { relationship_type: 'duplicate-of', source_ref: x, target_ref: y });
  const marked = { ...a, object_marking_refs: [`marking-definition--${uuid(10)}`] };
  const other = sdo('intrusion-set', 2, { name: 'A2' });
  const s = shelf();
  const report = await s.take(
    'circles',
    bundle(
      marked,
      b,
      c,
      mark(10, 11),
      mark(11, 10),
      other,
      same(20, String(a.id), String(other.id)),
      same(21, String(other.id), String(a.id)),
    ),
  );
  assert.deepEqual([report.refused, report.new.objects], [[], 8]);
  await s.ask((k) => assert.equal(k.answer(`actor:${a.id}`).says.length > 0, true));
});

test('hostile: the file ends, or turns into something else', async () => {
  const s = shelf();
  const whole = bundle(good, last);
  const cut = await s.take('cut', whole.slice(0, whole.length - 40));
  assert.deepEqual([cut.new.objects, Object.keys(cut.counts)], [1, ['TRUNCATED']]);
  const two = await s.take('two', `${bundle(last)}${bundle(sdo('tool', 7, { name: 'Hidden' }))}`);
  assert.deepEqual([two.new.objects, Object.keys(two.counts)], [1, ['TRAILING']]);
});

test('hostile: a quarter of a gigabyte of one text is refused while it streams by', { timeout: 120_000 }, async () => {
  const s = shelf();
  const head = `{"type":"bundle","id":"bundle--${uuid(1)}","objects":[${JSON.stringify(good)},{"type":"tool","x":"`;
  const block = Buffer.alloc(8 * 1024 * 1024, 0x41);
  const chunks = async function* () {
    yield Buffer.from(head);
    for (let i = 0; i < 32; i++) yield block;
    yield Buffer.from(`"},${JSON.stringify(last)}]}`);
  };
  const before = process.memoryUsage().rss;
  const report = await s.take('giant', chunks());
  assert.deepEqual([report.new.objects, Object.keys(report.counts)], [2, ['STRING_TOO_LONG']]);
  assert.ok(process.memoryUsage().rss - before < 400 * 1024 * 1024);
});

test('hostile: hundreds of versions of one id, thousands of claims of one thing', { timeout: 120_000 }, async () => {
  const s = shelf();
  const versions = Array.from({ length: 300 }, (_, i) => ({ ...good, name: `n${i}` }));
  const report = await s.take('versions', bundle(...versions));
  assert.deepEqual([report.new.objects, report.counts], [100, { OTHER_CONTENT: 99, TOO_MANY_VERSIONS: 200 }]);
  const aliases = Array.from({ length: 5000 }, (_, i) => `alias ${i}`);
  const indicated = sdo('indicator', 30, {
    name: 'i',
    pattern: "[url:value = 'https://a.example']",
    pattern_type: 'stix',
    valid_from: '2024-01-01T00:00:00Z',
  });
  const links = Array.from({ length: 1000 }, (_, i) =>
    sdo('relationship', 100 + i, {
      relationship_type: 'indicates',
      source_ref: indicated.id,
      target_ref: `tool--${uuid(1)}`,
    }),
  );
  const wide = await s.take('wide', bundle(sdo('intrusion-set', 31, { name: 'Wide', aliases }), indicated, ...links));
  assert.deepEqual([wide.refused, wide.new.objects], [[], 1002]);
  await s.ask((k) => assert.equal(k.answer(`actor:intrusion-set--${uuid(31)}`).names.length, 5001));
});

test('hostile: long texts where a form is asked for cost time in proportion', () => {
  const n = 4_000_000;
  for (const property of [
    { x_a_bin: `${'AAAA'.repeat(n / 4)}!` },
    { x_a_hex: `${'ab'.repeat(n / 2)}g` },
    { lang: `en${'-aaaaa'.repeat(n / 6)}!` },
    { granular_markings: [{ selectors: [`abc${'.a'.repeat(n / 2)}!`], lang: 'en' }] },
    { extensions: { [`a${'-a'.repeat(n / 2)}!`]: { a: 1 } } },
    { object_marking_refs: [`a${'-a'.repeat(n / 2)}--!`] },
    { type: `a${'-a'.repeat(n / 2)}!` },
    { external_references: [{ source_name: 'a', url: 'a'.repeat(n) }] },
  ]) {
    assert.ok(checkObject({ ...good, ...property }).musts.length > 0);
  }
  const mail = { type: 'email-addr', id: `email-addr--${uuid(1)}`, value: `${'a'.repeat(n)}@${'a.'.repeat(n)}@` };
  assert.ok(checkObject(mail).musts.length > 0);
  assert.deepEqual(checkObject({ ...good, x_a_bin: 'AAAA'.repeat(n / 4) }).musts, []);
});
