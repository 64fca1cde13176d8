import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDescription, ReportIndex } from './citations.ts';
import { clusterOf } from './cluster.ts';
import { readProfiles, victimsIn, viewOf } from './index.ts';

const day = (y: number, m: number, d: number) => Date.UTC(y, m - 1, d) / 86_400_000;
const stix = (type: string, n: number, more: object = {}) => ({
  type,
  id: `${type}--${n}`,
  name: `${type} ${n}`,
  external_references: [{ source_name: 'mitre-attack', external_id: `${type[0]!.toUpperCase()}${n}` }],
  ...more,
});
const uses = (n: number, source: string, target: string, reports: readonly string[]) => ({
  type: 'relationship',
  id: `relationship--${n}`,
  relationship_type: 'uses',
  source_ref: source,
  target_ref: target,
  external_references: reports.map((r) => ({
    source_name: r,
    description: `V. (2020, May 4). Title of ${r} that is long enough. Retrieved May 5, 2020.`,
    url: `https://v.example/${r}`,
  })),
});

describe('citations', () => {
  it('give title and date to day, month, year, or not later than', () => {
    assert.deepEqual(parseDescription('A, B. (2021, December 2). Some title. Retrieved June 13, 2022.'), {
      title: 'Some title',
      date: { from: day(2021, 12, 2), to: day(2021, 12, 2), precision: 'day' },
    });
    assert.deepEqual(parseDescription('A. (2015, April). T. Retrieved Nov 4, 2015.').date, {
      from: day(2015, 4, 1),
      to: day(2015, 4, 30),
      precision: 'month',
    });
    assert.deepEqual(parseDescription('A. (2015). T.').date, {
      from: day(2015, 1, 1),
      to: day(2015, 12, 31),
      precision: 'year',
    });
    assert.deepEqual(parseDescription('A. (n.d.). T. Retrieved July 18, 2016.'), {
      title: 'T',
      date: { from: day(2016, 7, 18), to: day(2016, 7, 18), precision: 'retrieved' },
    });
    assert.deepEqual(parseDescription(''), { title: '' });
  });

  it('are one report by address or by title, however they are named, also through a third', () => {
    const index = new ReportIndex();
    const a = index.add({ name: 'A', url: 'https://www.v.example/report/' });
    const b = index.add({ name: 'B', description: 'V. (2020). A long enough title of it. Retrieved May 5, 2020.' });
    const other = index.add({ name: 'D', url: 'https://v.example/' });
    const c = index.add({
      name: 'C',
      url: 'http://v.example/report#x',
      description: 'V. (2020). A long enough title of it.',
    });
    const { position, reports } = index.finish();
    assert.equal(new Set([a, b, c].map(position)).size, 1);
    assert.notEqual(position(other), position(a));
    assert.deepEqual(reports[position(a)]!.names, ['A', 'B', 'C']);
  });
});

describe('knowledge', () => {
  const objects = [
    stix('intrusion-set', 1, { description: 'Group 1 is a China-based threat group.' }),
    stix('intrusion-set', 2, { revoked: true }),
    stix('attack-pattern', 1),
    stix('attack-pattern', 2),
    stix('malware', 7, { x_mitre_aliases: ['malware 7', 'Other name'] }),
    stix('campaign', 1),
    {
      type: 'relationship',
      id: 'relationship--90',
      relationship_type: 'attributed-to',
      source_ref: 'campaign--1',
      target_ref: 'intrusion-set--1',
    },
    uses(1, 'intrusion-set--1', 'attack-pattern--1', ['one', 'two']),
    uses(2, 'intrusion-set--1', 'malware--7', ['one']),
    uses(3, 'malware--7', 'attack-pattern--2', ['three']),
    uses(4, 'campaign--1', 'attack-pattern--2', ['four']),
    uses(5, 'intrusion-set--2', 'attack-pattern--1', ['one']),
  ];
  const k = readProfiles(objects);

  it('takes what lives, gives a campaign’s facts to its actor, keeps every report of a fact', () => {
    assert.equal(k.actors.length, 1);
    assert.equal(k.actors[0]!.cluster, 'CN');
    assert.equal(k.actors[0]!.uses.length, 3);
    assert.equal(k.actors[0]!.uses[0]!.reports.length, 2);
    assert.deepEqual(k.things.find((t) => t.id === 'M7')!.aliases, ['Other name']);
  });

  it('forgets a fact when no report is left that says it, and what the software did with it', () => {
    const report = (name: string) => k.reports.findIndex((r) => r.names.includes(name));
    const whole = viewOf(k);
    assert.deepEqual([whole.size[0], whole.reports[0], whole.mentions[0]], [3, 3, 4]);
    const without = viewOf(k, (r) => r !== report('one'));
    assert.equal(without.reportsOf[k.thingById.get('A1')!], 1);
    assert.equal(without.reportsOf[k.thingById.get('M7')!], 0);
    assert.equal(without.users[k.thingById.get('M7')!], 0);
    const t2 = k.thingById.get('A2')!;
    assert.equal(whole.viaSoftware[t2], 1);
    assert.equal(without.viaSoftware[t2], 0);
    assert.equal(viewOf(k, () => false).size[0], 0);
  });

  it('adds victims and countries of galaxies by id or name', () => {
    const galaxy = {
      values: [
        {
          value: 'Elsewhere',
          meta: {
            synonyms: ['INTRUSION-SET 1'],
            'cfr-suspected-victims': ['Czech Republic'],
            'targeted-sector': ['Government, Administration'],
          },
        },
        null,
        { value: 3 },
      ],
    };
    assert.deepEqual(readProfiles(objects, [galaxy, null, 'x']).actors[0]!.victims, [
      'country:cz',
      'region:europe',
      'sector:government',
    ]);
  });

  it('survives whatever is handed in', () => {
    fc.assert(
      fc.property(fc.array(fc.anything({ maxDepth: 3 }), { maxLength: 20 }), (odd) => {
        const read = readProfiles([...objects, ...odd]);
        assert.equal(read.actors.length, 1);
      }),
    );
    const hostile = [
      { type: 'intrusion-set', id: '__proto__', name: 'constructor', aliases: [{}, 3], external_references: 'x' },
      {
        type: 'relationship',
        id: 'r',
        relationship_type: 'uses',
        source_ref: 'intrusion-set--1',
        target_ref: 'intrusion-set--1',
      },
      {
        type: 'relationship',
        id: 's',
        relationship_type: 'subtechnique-of',
        source_ref: 'attack-pattern--1',
        target_ref: 'attack-pattern--1',
      },
      uses(9, '__proto__', 'attack-pattern--1', ['constructor', '__proto__']),
    ];
    const read = readProfiles([...objects, ...hostile]);
    assert.equal(read.actors.find((a) => a.id === '__proto__')!.uses.length, 1);
  });
});

describe('words', () => {
  it('find victims with their regions, the longer name first', () => {
    assert.deepEqual(victimsIn('Attacks on South Korean banks and the Ministry of Foreign Affairs of Ukraine'), [
      'country:kr',
      'country:ua',
      'region:east-asia',
      'region:europe',
      'sector:diplomacy',
      'sector:finance',
      'sector:government',
    ]);
    assert.deepEqual(victimsIn('North Korean hackers in Southeast Asia'), [
      'country:kp',
      'region:east-asia',
      'region:southeast-asia',
    ]);
    assert.deepEqual(victimsIn('The Indiana Jones report'), []);
  });

  it('find the origin a description states, not that of its victims', () => {
    assert.equal(
      clusterOf('[X](https://x) is a threat group attributed to the GRU. It has targeted Chinese firms.'),
      'RU',
    );
    assert.equal(clusterOf('X is a financially motivated group that steals from Russian banks.'), 'crime');
    assert.equal(clusterOf('X is a group that has targeted Iran and Pakistan since 2010.'), 'unattributed');
    assert.equal(clusterOf('X is a group.', 'ir'), 'IR');
    assert.equal(clusterOf(''), 'unattributed');
  });
});
