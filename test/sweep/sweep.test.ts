/** The sweep over a lake: what the index finds is what reading every event finds; and the rules of docs/sweep.md. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { FIELD_FORMS, readKeys, readLists, sweep } from '../../src/app/sweep/index.ts';
import { formsOf, planSweep } from '../../src/hunt/sweep/index.ts';
import { Finding, type Indicator, SweepAnswer } from '../../src/model/index.ts';
import { openLake } from '../../src/platform/lake/index.ts';
import { openValueIndex } from '../../src/platform/sweep/index.ts';
import { EVIDENCE, encode, type Given } from '../platform/lakeEvents.ts';

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'sweep-'));
});
after(() => rmSync(root, { recursive: true, force: true }));
let cases = 0;

async function lakeOf(given: ReadonlyMap<string, readonly Given[]>): Promise<string> {
  const dir = join(root, `lake-${cases++}`);
  const lake = await openLake(dir);
  for (const [evidence, events] of given) for (const part of encode(evidence, events)) await lake.put(part);
  await lake.seal();
  return dir;
}

const event = (offset: number, day: number, stream: string, fields: Given['fields']): Given => ({
  stream,
  offset,
  record: offset,
  ms: Date.UTC(2023, 0, 1 + day, 12, 0, offset % 60),
  ns: 0,
  flags: 0,
  eventId: 1,
  fields,
});

async function run(lake: string, indicators: readonly Indicator[], at = `${lake}.values`) {
  const index = await openValueIndex(lake, at, FIELD_FORMS, readKeys, { threads: 1, memoryMegabytes: 256 });
  try {
    return await sweep({ indicators, faults: {}, notices: {}, program: 'test' }, { index, progress: () => {} });
  } finally {
    await index.close();
  }
}

const listed = (text: string): readonly Indicator[] => readLists([{ name: 'list', text }]).indicators;
const shown = (answer: SweepAnswer) => answer.hits.map((h) => [h.indicator.value, h.events]);

const EVENTS: Given[] = [
  event(0, 0, 'firewall-asa', [
    ['host', 'vpn'],
    ['user', 'h.brandt'],
    ['src_ip', '198.51.100.7'],
  ]),
  event(1, 40, 'firewall-asa', [
    ['host', 'vpn'],
    ['user', 'i.castor'],
    ['src_ip', '198.51.100.7'],
  ]),
  event(2, 41, 'firewall-asa', [
    ['host', 'vpn'],
    ['user', 'i.castor'],
    ['src_ip', '198.51.100.70'],
  ]),
  event(3, 2, 'zeek-dns', [
    ['query', 'cdn.evil.example'],
    ['answers', '["198.51.100.9","2001:db8::9"]'],
  ]),
  event(4, 3, 'zeek-dns', [['query', 'notevil.example']]),
  event(5, 3, 'zeek-dns', [['query', 'evil.example.org']]),
  event(6, 3, 'zeek-dns', [['query', 'victim.github.io']]),
  event(7, 4, 'zeek-http', [
    ['host', 'evil.example'],
    ['uri', '/gate.php?id=1'],
    ['user_agent', 'Mozilla/5.0 (bad)'],
  ]),
  event(8, 4, 'proxy-squid', [
    ['url', 'HTTP://EVIL.example:80/Gate.php'],
    ['user', 'h.brandt'],
  ]),
  event(9, 5, 'windows-sysmon', [
    ['Image', 'C:\\Windows\\Temp\\Update.EXE'],
    ['Hashes', `MD5=${'A'.repeat(32)},SHA256=${'B'.repeat(64)}`],
    ['CommandLine', 'update.exe --to 198.51.100.200 and x198.51.100.201y'],
  ]),
  event(10, 6, 'windows-sysmon', [
    ['TargetObject', 'HKU\\S-1-5-21-9-9-9-1001\\Software\\Evil\\Run'],
    ['Details', 'x'],
  ]),
  event(11, 7, 'mail-postfix', [
    ['sender', 'Ceo@Evil.example'],
    ['recipient', 'h.brandt@mea.example'],
  ]),
];

describe('what a hit is', () => {
  let lake: string;
  before(async () => {
    lake = await lakeOf(new Map([[EVIDENCE[0]!, EVENTS]]));
  });

  test('values are met whole, in any field that can hold them, and not within longer ones', async () => {
    const { answer, findings } = await run(
      lake,
      listed(
        [
          '198.51.100.7',
          '198.51.100.20',
          '198.51.100.201',
          '2001:DB8:0::9',
          'evil[.]example',
          'github.io',
          'hxxp://evil[.]example/gate.php?id=1',
          'http://evil.example/Gate.php',
          'http://evil.example/gate.php',
          'a'.repeat(32),
          'B'.repeat(64),
          'c'.repeat(64),
          'update.exe',
          'C:\\windows\\temp\\update.exe',
          'HKCU\\Software\\Evil',
          'HKCU\\Software\\Ev',
          'ceo@evil.example',
          'Mozilla/5.0 (bad)',
          '198.51.100.0/28',
          '2001:db8::/64',
          '10.0.0.0/8',
        ].join('\n'),
      ),
    );
    assert.deepEqual(Object.fromEntries(shown(answer)), {
      '198.51.100.7': 2,
      '2001:db8::9': 1,
      'evil.example': 4,
      'http://evil.example/gate.php?id=1': 1,
      'http://evil.example/Gate.php': 1,
      ['a'.repeat(32)]: 1,
      ['b'.repeat(64)]: 1,
      'update.exe': 1,
      'c:\\windows\\temp\\update.exe': 1,
      'hku\\*\\software\\evil': 1,
      'ceo@evil.example': 1,
      'Mozilla/5.0 (bad)': 1,
      '198.51.100.0/28': 3,
      '2001:db8::/64': 1,
    });
    SweepAnswer.parse(answer);
    for (const finding of findings) Finding.parse(finding);
    const vpn = findings.find((f) => f.user === 'i.castor' && f.rule.title.includes('198.51.100[.]7,'));
    assert.deepEqual(vpn?.entities, ['account:i.castor', 'address:198.51.100.7', 'host:vpn']);
    assert.deepEqual(vpn?.events, [`${EVIDENCE[0]}@1`]);
    assert.deepEqual(vpn?.matched, [
      { field: 'src_ip', value: '198.51.100.7' },
      { field: 'source', value: 'list' },
    ]);
    // Nothing that is shown to people can be followed by accident.
    for (const finding of findings)
      assert.doesNotMatch(
        `${finding.why.replace(' of evil.example', '')} ${finding.rule.title}`,
        /evil\.example|http:/,
      );
  });

  test('an address lent to somebody else at another time is no hit, and is told apart', async () => {
    const table =
      'type,value,valid_from,valid_until\nip,198.51.100.7,2023-02-01,2023-03-01\nip,198.51.100.70,2023-03-01,\nip,198.51.100.9,,2023-01-02\nmd5,' +
      `${'a'.repeat(32)},2030-01-01,`;
    const { answer, findings } = await run(lake, listed(table));
    assert.deepEqual(
      shown(answer).sort(),
      [
        ['198.51.100.7', 1],
        ['a'.repeat(32), 1],
      ].sort(),
    );
    assert.deepEqual(answer.outOfTime.map((o) => [o.indicator.value, o.when, o.events, o.first.slice(0, 10)]).sort(), [
      ['198.51.100.7', 'before', 1, '2023-01-01'],
      ['198.51.100.70', 'before', 1, '2023-02-11'],
      ['198.51.100.9', 'after', 1, '2023-01-03'],
    ]);
    assert.ok(findings.every((f) => f.time.slice(0, 10) === '2023-02-10' || f.stream === 'windows-sysmon'));
  });

  test('0 hits say where was looked and what no log could show', async () => {
    const { answer } = await run(lake, listed('203.0.113.99\nmd5\nd41d8cd98f00b204e9800998ecf8427e'));
    assert.deepEqual(answer.hits, []);
    assert.equal(answer.looked.events, EVENTS.length);
    assert.equal(answer.looked.first.slice(0, 10), '2023-01-01');
    assert.equal(answer.looked.last.slice(0, 10), '2023-02-11');
    assert.ok(answer.notSeen.some((s) => s.startsWith('Digests of files: 1 of ')));
    const none = await run(
      lake,
      readLists([{ name: 'l', text: 'type,value\nja4,t13d1516h2_8daaf6152771_b186095e22b6' }]).indicators,
    );
    assert.deepEqual(none.answer.notSeen, [
      'No source here has a field for JA4 fingerprints: 1 indicator could be met in free text only.',
    ]);
  });

  test('a late indicator says when and where it would have fired', async () => {
    const { answer } = await run(lake, listed('evil.example'));
    assert.deepEqual(answer.hits[0]?.wouldHaveFired, {
      time: '2023-01-03T12:00:03Z',
      stream: 'zeek-dns',
      host: '',
      event: `${EVIDENCE[0]}@3`,
    });
  });

  test('the answer does not depend on the order of the list or on repetition', async () => {
    const indicators = listed('evil.example\n198.51.100.7\n198.51.100.0/24\nupdate.exe');
    const a = await run(lake, indicators);
    const b = await run(lake, [...indicators.toReversed(), ...indicators]);
    assert.deepEqual(b, a);
  });

  test('patterns of every level over events', async () => {
    const patterns: [string, number][] = [
      ["[process:command_line LIKE '%--to%' AND process:name = 'Update.EXE']", 1],
      ["[process:command_line LIKE '%--to%' AND process:name = 'other.exe']", 0],
      [`[file:hashes.'SHA-256' = '${'b'.repeat(64)}' AND file:name MATCHES '(?i)^update']`, 1],
      ["[domain-name:value = 'cdn.evil.example' AND domain-name:resolves_to_refs[*].value = '198.51.100.9']", 1],
      ["[network-traffic:src_ref.value ISSUBSET '198.51.100.0/26' AND network-traffic:src_ref.type = 'ipv4-addr']", 2],
      ["[domain-name:value LIKE '%.evil.example'] FOLLOWEDBY [email-addr:value MATCHES '(?i)evil']", 2],
      ["[email-addr:value MATCHES '(?i)evil'] FOLLOWEDBY [domain-name:value LIKE '%.evil.example']", 0],
      ["[domain-name:value LIKE '%evil%'] REPEATS 3 TIMES WITHIN 172800 SECONDS", 3],
      ["[domain-name:value LIKE '%evil%'] REPEATS 3 TIMES WITHIN 10 SECONDS", 0],
      ["[windows-registry-key:key LIKE 'HKEY_USERS%Evil%']", 1],
      ["[email-message:from_ref.value = 'Ceo@Evil.example' AND email-message:to_refs[*].value LIKE 'h.brandt%']", 1],
      ["[process:name = 'never.exe' AND file:name = 'never.exe']", 0],
    ];
    const text = JSON.stringify({
      type: 'bundle',
      objects: patterns.map(([pattern], i) => ({
        type: 'indicator',
        id: `indicator--${i}`,
        pattern,
        pattern_type: 'stix',
        name: `p${i}`,
      })),
    });
    const { answer } = await run(lake, listed(text));
    const events = new Map(answer.hits.map((h) => [h.indicator.title, h.events]));
    assert.deepEqual(
      patterns.map((_, i) => events.get(`p${i}`) ?? 0),
      patterns.map(([, n]) => n),
    );
    const gone = await run(lake, listed("[x-usb:serial = '1' AND x-usb:vendor = '2']"));
    assert.deepEqual(
      gone.answer.indicators.refused.map((r) => r.code),
      ['NOT_IN_LOGS'],
    );
  });
});

describe('the index', () => {
  const columns = [
    'src_ip',
    'query',
    'url',
    'Hashes',
    'CommandLine',
    'user',
    'answers',
    'sender',
    'TargetObject',
    'Image',
  ];
  const text = fc.constantFrom(
    '198.51.100.7',
    '198.51.100.77',
    '[2001:db8::1]:443',
    '2001:db8::1',
    'a.evil.example',
    'evil.example',
    'http://evil.example/x',
    `MD5=${'a'.repeat(32)}`,
    'x@evil.example',
    'MEA\\h.brandt',
    'curl http://evil.example/x',
    '["198.51.100.7"]',
    'HKLM\\Evil\\Run',
    'C:\\evil.exe',
    '-',
    '',
  );
  const given = fc.array(
    fc.record({
      stream: fc.constantFrom('zeek-dns', 'windows-sysmon', 'proxy-squid'),
      day: fc.nat({ max: 3 }),
      fields: fc.uniqueArray(fc.tuple(fc.constantFrom(...columns), text), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 25 },
  );
  const INDICATORS = listed(
    [
      '198.51.100.7',
      '2001:db8::1',
      'evil.example',
      'http://evil.example/x',
      'a'.repeat(32),
      'x@evil.example',
      'HKLM\\Evil',
      'evil.exe',
      '198.51.100.0/25',
    ].join('\n'),
  );

  /** Every event, every field, every form, every probe. */
  function twin(events: readonly Given[]): Map<string, Set<number>> {
    const { probes } = planSweep(INDICATORS);
    const met = new Map<string, Set<number>>();
    for (const e of events) {
      for (const [name, value] of e.fields) {
        for (const form of formsOf(name)) {
          for (const { cls, key } of readKeys(form, String(value))) {
            for (const p of probes) {
              if (p.cls !== cls || !((key >= p.low && key <= p.high) || (p.below && key.endsWith(`.${p.low}`))))
                continue;
              const id = INDICATORS[p.indicator]!.value;
              met.set(id, (met.get(id) ?? new Set()).add(e.offset));
            }
          }
        }
      }
    }
    return met;
  }

  test('finds what reading every event finds, also after the lake has changed', async () => {
    const numbered = given.map((list) => list.map(({ stream, day, fields }, i) => event(i, day, stream, fields)));
    await fc.assert(
      fc.asyncProperty(numbered, numbered, async (first, second) => {
        const lake = await lakeOf(new Map([[EVIDENCE[0]!, first]]));
        const compare = async (events: readonly Given[], evidence: string) => {
          const { answer } = await run(lake, INDICATORS);
          const there = new Map(
            answer.hits.map(
              (h) =>
                [
                  h.indicator.value,
                  new Set(
                    h.sightings
                      .flatMap((s) => s.addresses)
                      .filter((a) => a.startsWith(evidence))
                      .map((a) => Number(a.split('@')[1])),
                  ),
                ] as const,
            ),
          );
          const wanted = twin(events);
          for (const { value } of INDICATORS)
            assert.deepEqual([...(there.get(value) ?? [])].sort(), [...(wanted.get(value) ?? [])].sort(), value);
          return answer;
        };
        await compare(first, EVIDENCE[0]!);
        const store = await openLake(lake);
        for (const part of encode(EVIDENCE[1]!, second)) await store.put(part);
        await store.seal();
        const grown = await compare(second, EVIDENCE[1]!);
        // What was made bit by bit answers like what is made at once.
        assert.deepEqual((await run(lake, INDICATORS, `${lake}.anew`)).answer, grown);
        await store.drop(EVIDENCE[1]!);
        await compare(first, EVIDENCE[0]!);
      }),
      { numRuns: 6 },
    );
  });

  test('every one of many distinct values is held', async () => {
    const count = 150_000;
    const many = Array.from({ length: count }, (_, i) =>
      event(i, i % 2, 'zeek-dns', [['query', `h${i}.many.example`]]),
    );
    const lake = await lakeOf(new Map([[EVIDENCE[0]!, many]]));
    const { answer } = await run(lake, listed('many.example\nh149999.many.example'));
    assert.deepEqual(shown(answer), [
      ['h149999.many.example', 1],
      ['many.example', count],
    ]);
    assert.equal(answer.looked.values, 2 * count); // each as a name and as a host
  });

  test('a hundred thousand indicators are one question', async () => {
    const lake = await lakeOf(new Map([[EVIDENCE[0]!, EVENTS]]));
    const many = Array.from({ length: 100_000 }, (_, i) =>
      i % 2 === 0 ? `h${i}.example.net` : `203.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
    );
    const { answer } = await run(lake, listed([...many, 'evil.example'].join('\n')));
    assert.equal(answer.indicators.looked, 100_001);
    assert.deepEqual(shown(answer), [['evil.example', 4]]);
  });
});
