import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  type ExportOptions,
  exportCsv,
  exportMispEvent,
  exportMispGalaxy,
  exportStix,
  type Knowledge,
} from '../../src/app/intel/index.ts';
import { canonicalize } from '../../src/base/index.ts';
import { checkObject, tlpDefinition } from '../../src/knowledge/stix/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { bundle, CLEAR, sdo, shelf, uuid } from './shelf.ts';

type Exporter = typeof exportStix;
const run = (exporter: Exporter, knowledge: Knowledge, options: ExportOptions) => {
  let text = '';
  const report = exporter(knowledge, options, (part) => {
    text += part;
  });
  return { text, report };
};
const names = (text: string): string[] =>
  (JSON.parse(text) as { objects: { name?: string; type: string }[] }).objects.map((o) => o.name ?? o.type).sort();

const mark = (...refs: unknown[]) => ({ object_marking_refs: refs });
const [green, amber, red] = (['green', 'amber', 'red'] as const).map((level) => tlpDefinition(level).id);
const identity = (n: number, rest: Record<string, unknown>) => sdo('identity', n, { name: `i${n}`, ...rest });

const MIXED = bundle(
  sdo('tool', 1, { name: 'green', ...mark(green) }),
  sdo('tool', 2, { name: 'amber', ...mark(amber) }),
  sdo('tool', 3, { name: 'red by its id alone', ...mark(red) }),
  sdo('tool', 4, { name: 'unmarked' }),
  sdo('tool', 5, { name: 'marked by nobody knows what', ...mark(`marking-definition--${uuid(77)}`) }),
  sdo('tool', 6, {
    name: 'green, but a part is red',
    ...mark(green),
    granular_markings: [{ selectors: ['name'], marking_ref: red }],
  }),
  identity(7, mark(amber)),
  sdo('tool', 8, { name: 'green, by somebody who is amber', created_by_ref: identity(7, {}).id, ...mark(green) }),
  sdo('relationship', 9, {
    relationship_type: 'uses',
    source_ref: `tool--${uuid(1)}`,
    target_ref: `tool--${uuid(3)}`,
    ...mark(green),
  }),
  sdo('report', 10, {
    name: 'green, about what is held back',
    published: '2024-01-01T00:00:00Z',
    object_refs: [`relationship--${uuid(9)}`],
    ...mark(green),
  }),
);

test('markings fail closed: unmarked, unresolved, above, in part, and what refers to it', async () => {
  const s = shelf();
  await s.take('mixed', MIXED);
  await s.ask((k) => {
    const at = (level: ExportOptions['level']) => run(exportStix, k, { level });
    assert.deepEqual(names(at('clear').text), []);
    assert.deepEqual(names(at('green').text), ['green']);
    assert.deepEqual(at('green').report.withheld, { ABOVE: 4, REFERS: 3, UNMARKED: 1, UNRESOLVED: 1 });
    assert.deepEqual(names(at('amber').text), ['amber', 'green', 'green, by somebody who is amber', 'i7']);
    const all = at('red');
    assert.deepEqual(all.report.withheld, { UNMARKED: 1, UNRESOLVED: 1 });
    assert.equal(at('red').text, all.text); // the same bytes
  });
});

test('what the importer says of unmarked things holds for them only', async () => {
  const s = shelf();
  await s.take('mixed', MIXED, { originator: 'X', tlp: 'green', pap: 'green' });
  await s.ask((k) => {
    const { text, report } = run(exportStix, k, { level: 'green' });
    assert.deepEqual(names(text), ['green', 'unmarked']);
    assert.equal(report.withheld.UNMARKED, undefined);
  });
});

test('claims travel whole: a station that reads the export has the same claims and nothing new to tell', async () => {
  const [a, b] = [shelf(), shelf()];
  await a.take(
    'c.yaml',
    `format: czernin-knowledge/1
title: T
marking: { originator: X, tlp: green, pap: clear }
sources: { s: { name: Agency, published: 2024-05, url: 'https://a.example/x', reliability: B } }
claims:
  actor:blue:
    - { named: Blue, source: s }
    - { named: Azure, source: s }
    - { uses: 'tool:hammer', source: s, from: 2020, credibility: 2 }
    - { located-in: 'place:cz', source: s, wording: almost certainly }
  operation:o:
    - { attributed-to: 'actor:blue', source: s, marking: { originator: X, tlp: red, pap: red } }
`,
  );
  const { text, report } = await a.ask((k) => run(exportStix, k, { level: 'amber' }));
  assert.deepEqual(report.withheld, { ABOVE: 1 });
  for (const object of (JSON.parse(text) as { objects: unknown[] }).objects)
    assert.deepEqual(checkObject(object).musts, []);
  const taken = await b.take('from-a.json', text);
  assert.deepEqual([taken.refused, taken.new.claims], [[], 4]);
  const claims = (s: typeof a) =>
    s.ask((k) =>
      [...k.claims()]
        .filter((c) => c.marking?.tlp === 'green')
        .map((c) => c.id)
        .sort(),
    );
  assert.deepEqual(await claims(b), await claims(a));
  const back = await a.take('back.json', (await b.ask((k) => run(exportStix, k, { level: 'amber' }))).text);
  assert.equal(back.new.claims, 0);
  assert.equal((await a.ask((k) => run(exportStix, k, { level: 'amber' }))).text.length, text.length);
});

test('indicators as CSV, MISP and STIX, and read back', async () => {
  const s = shelf();
  await s.take(
    'list.csv',
    'indicator,type,valid_from,comment\n198.51.100.7,ipv4,2024-01-01,=cmd()\nevil.example,domain,,\n203.0.113.0/24,cidr,,\n',
    CLEAR,
  );
  await s.take('secret.txt', '198.51.100.8\n', { originator: 'Ally', tlp: 'green', pap: 'red' });
  await s.ask((k) => {
    const csv = run(exportCsv, k, { level: 'green' });
    assert.equal(csv.text.split('\r\n').length, 5);
    assert.match(csv.text, /,'=cmd\(\),/); // no spreadsheet runs it
    assert.deepEqual(csv.report.withheld, { PERMITTED_ACTIONS: 1 });
    const { Event } = JSON.parse(run(exportMispEvent, k, { level: 'clear' }).text) as {
      Event: { Attribute: { type: string; value: string }[] };
    };
    assert.deepEqual(
      Event.Attribute.map((x) => [x.type, x.value]),
      [
        ['ip-dst', '203.0.113.0/24'],
        ['domain', 'evil.example'],
        ['ip-dst', '198.51.100.7'],
      ],
    );
  });
  const other = shelf();
  const stix = await s.ask((k) => run(exportStix, k, { level: 'clear' }).text);
  const taken = await other.take('stix', stix);
  assert.deepEqual([taken.refused, taken.new.indicators], [[], 3]);
  const misp = await s.ask((k) => run(exportMispEvent, k, { level: 'clear' }).text);
  assert.equal((await other.take('misp', misp)).new.indicators, 3);
});

test('a galaxy leaves as it came, with our actors beside it', async () => {
  const s = shelf();
  const cluster = { uuid: uuid(51), value: 'Blue', description: 'D', meta: { odd: [1] } };
  await s.take(
    'g.json',
    JSON.stringify({ type: 'threat-actor', name: 'T', version: 1, uuid: uuid(50), values: [cluster] }),
    CLEAR,
  );
  await s.ask((k) => {
    const { values } = JSON.parse(run(exportMispGalaxy, k, { level: 'clear' }).text) as { values: unknown[] };
    assert.deepEqual(values, [cluster]);
  });
});

const ATTACK = 'enterprise-attack-18.1.json.gz';
test('ATT&CK imported, exported, imported again: equal', {
  skip: withoutShared('attack', ATTACK),
  timeout: 300_000,
}, async () => {
  const bytes = readFileSync(shared('attack', ATTACK));
  const [a, b] = [shelf(), shelf()];
  const first = await a.take(ATTACK, bytes, CLEAR);
  assert.deepEqual([first.refused, first.conflicts, first.new.objects], [[], [], 23_526]);
  const { text, report } = await a.ask((k) => run(exportStix, k, { level: 'clear', source: first.digest }));
  assert.deepEqual(report.withheld, {});
  const objects = (json: string) =>
    new Map((JSON.parse(json) as { objects: { id: string }[] }).objects.map((o) => [o.id, canonicalize(o)]));
  const [original, exported] = [objects(gunzipSync(bytes).toString('utf8')), objects(text)];
  assert.equal(exported.size, original.size);
  for (const [id, canonical] of original) assert.equal(exported.get(id), canonical);
  const second = await b.take('exported.json', text, CLEAR);
  assert.deepEqual([second.refused, second.new.objects, second.new.claims], [[], 23_526, first.new.claims]);
  const again = await a.take('exported.json', text, CLEAR);
  assert.deepEqual([again.new, again.known], [{ objects: 0, claims: 0, indicators: 0 }, 23_526]);
  const profile = await a.ask((k) => {
    const [thing] = k.find('G0128');
    assert.ok(thing);
    return k.answer(thing);
  });
  assert.deepEqual(profile.names.map((n) => n.name).sort(), ['APT31', 'G0128', 'Violet Typhoon', 'ZIRCONIUM']);
  assert.equal(profile.says.find((p) => p.predicate === 'uses')?.statements.length, 29);
});
