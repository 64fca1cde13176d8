import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Indicator } from '../../model/index.ts';
import {
  defang,
  isSharedSuffix,
  normalise,
  readIndicatorList,
  readMispAttributes,
  readStixIndicator,
} from './index.ts';
import { refang } from './refang.ts';

const ABOUT = { source: 'ally' };
const list = (text: string) => readIndicatorList(text, ABOUT);
const values = (text: string) => list(text).indicators.map((i) => `${i.kind} ${i.value}`);

describe('values', () => {
  test('one spelling for one thing', () => {
    const cases: [Parameters<typeof normalise>[0], string, string | null][] = [
      ['ipv6', '2001:DB8:0::1', '2001:db8::1'],
      ['ipv4', '::ffff:192.0.2.1', '192.0.2.1'],
      ['ipv4', '192.0.2.01', null],
      ['cidr', '192.0.2.77/24', '192.0.2.0/24'],
      ['cidr', '2001:db8:ffff::/33', '2001:db8:8000::/33'],
      ['cidr', '192.0.2.0/33', null],
      ['domain', 'Bücher.Example.', 'xn--bcher-kva.example'],
      ['domain', '*.evil.example', 'evil.example'],
      ['domain', 'evil..example', null],
      ['domain', '192.0.2.1', null],
      ['url', 'HTTP://Evil.Example:80?a=B#top', 'http://evil.example/?a=B'],
      ['url', 'https://user:pw@evil.example:8443/A/b', 'https://evil.example:8443/A/b'],
      ['url', 'not a url', null],
      ['email', 'Some.One@Evil.Example', 'some.one@evil.example'],
      ['sha256', 'A'.repeat(64), 'a'.repeat(64)],
      ['sha256', 'a'.repeat(63), null],
      ['registry-key', 'HKEY_CURRENT_USER\\Software\\Run\\', 'hku\\*\\software\\run'],
      ['registry-key', 'HKU\\S-1-5-21-1-2-3-1001\\Software\\Run', 'hku\\*\\software\\run'],
      ['registry-key', 'HKLM\\System', 'hklm\\system'],
      ['pipe', '\\\\.\\pipe\\MSSE-1', 'msse-1'],
      ['certificate', `${'AA:'.repeat(19)}aa`, 'aa'.repeat(20)],
      ['certificate-serial', '0x00:4C:0B', '4c0b'],
      ['account', 'MEA\\H.Brandt', 'h.brandt'],
      ['file-path', 'C:/Windows/Temp/a.EXE', 'c:\\windows\\temp\\a.exe'],
      ['mac', '00-1B-63-84-45-E6', '00:1b:63:84:45:e6'],
      ['asn', 'AS64500 Example', '64500'],
    ];
    for (const [kind, raw, expected] of cases) assert.equal(normalise(kind, raw), expected, `${kind} ${raw}`);
  });

  test('normal values stay as they are', () => {
    const kinds = [
      'ipv4',
      'ipv6',
      'cidr',
      'domain',
      'url',
      'email',
      'registry-key',
      'file-path',
      'file-name',
      'hostname',
      'asn',
      'mac',
      'pipe',
      'certificate-serial',
      'account',
    ] as const;
    const odd = fc
      .array(fc.constantFrom(...'\\/@:.%[]$ a1Z0#?-_\tİß*', '\\pipe\\', 'hku', '\\registry\\user', 'http://', 'as'), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''));
    const raw = fc.oneof(
      odd,
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.webUrl(),
      fc.emailAddress(),
      fc.string(),
      fc.tuple(fc.ipV4(), fc.nat({ max: 32 })).map(([a, n]) => `${a}/${n}`),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), raw, (kind, text) => {
        const once = normalise(kind, text);
        if (once !== null) assert.equal(normalise(kind, once), once);
      }),
      { numRuns: 500 },
    );
  });

  test('defanged values are made whole, and shown defanged', () => {
    for (const [written, whole] of [
      ['hxxps://evil[.]example/a.b', 'https://evil.example/a.b'],
      ['hXXp[://]evil(dot)example', 'http://evil.example'],
      ['evil[dot]example', 'evil.example'],
      ['192[.]0[.]2[.]1', '192.0.2.1'],
      ['192.0.2[.1', '192.0.2.1'],
      ['someone[at]evil[.]example', 'someone@evil.example'],
      ['someone [at] evil [dot] example', 'someone@evil.example'],
      ['evil\\.example', 'evil.example'],
      ['C:\\Users\\[dot]\\a.exe', 'C:\\Users\\[dot]\\a.exe'],
      ['2001:db8[:]:1', '2001:db8::1'],
    ] as const)
      assert.equal(refang(written), whole);
    assert.equal(defang('http://evil.example/a.b?c'), 'hxxp://evil[.]example/a.b?c');
    assert.equal(defang('a@evil.example'), 'a[@]evil[.]example');
    assert.equal(defang('192.0.2.1'), '192.0.2[.]1');
    assert.equal(defang('192.0.2.0/24'), '192.0.2[.]0/24');
    assert.equal(defang('2001:db8::1'), '2001:db8:[:]1');
    assert.equal(defang('c:\\a.exe'), 'c:\\a.exe');
  });

  test('what is defanged can be made whole again', () => {
    // names and addresses always; a mail address or URL may itself look defanged (`{.}a@a.example` is one RFC 5322
    // allows), and is then read as the list means it: of those that do not, every one comes back
    const plain = fc.oneof(fc.ipV4(), fc.domain());
    const rich = fc.oneof(fc.emailAddress(), fc.webUrl({ withQueryParameters: true, withFragments: true }));
    fc.assert(fc.property(plain, (value) => assert.equal(refang(defang(value)), value)));
    fc.assert(
      fc.property(rich, (value) => {
        fc.pre(refang(value) === value);
        assert.equal(refang(defang(value)), value);
      }),
    );
    const word = fc.stringMatching(/^[a-z0-9_+-]{1,12}$/);
    fc.assert(
      fc.property(word, word, fc.domain(), (first, last, domain) => {
        const value = `${first}.${last}@${domain}`;
        assert.equal(refang(defang(value)), value);
      }),
    );
  });

  test('names that many share are no owner', () => {
    for (const name of ['com', 'co.uk', 'github.io', 'duckdns.org']) assert.ok(isSharedSuffix(name), name);
    for (const name of ['evil.com', 'evil.co.uk', 'evil.github.io', 'co.example'])
      assert.ok(!isSharedSuffix(name), name);
  });
});

describe('lists', () => {
  test('one value a line, with comments, hosts-file form, ports and nonsense', () => {
    const read = list(
      `# bad\n192.0.2.1\n\n0.0.0.0 evil[.]example # c2\n192.0.2.7:8443\n${'a'.repeat(64)}\n192.0.2.0/24\nC:\\Temp\\x.exe\nevil.exe\nHKLM\\Software\\X\nwhat is this?\nsome one\nMozilla/5.0 (X11)\n[file:name = 'a']\n10.0.0.1`,
    );
    assert.deepEqual(
      read.indicators.map((i) => `${i.kind} ${i.value}`),
      [
        'ipv4 192.0.2.1',
        'domain evil.example',
        'ipv4 192.0.2.7',
        `sha256 ${'a'.repeat(64)}`,
        'cidr 192.0.2.0/24',
        'file-path c:\\temp\\x.exe',
        'file-name evil.exe',
        'registry-key hklm\\software\\x',
        'user-agent Mozilla/5.0 (X11)',
        "pattern [file:name = 'a']",
        'ipv4 10.0.0.1',
      ],
    );
    assert.deepEqual(
      read.faults.map((f) => [f.code, f.where]),
      [
        ['NO_KIND', 'line 11'],
        ['NO_KIND', 'line 12'],
      ],
    );
    assert.deepEqual(
      read.notices.map((n) => [n.notice, n.value]),
      [['INTERNAL', '10.0.0.1']],
    );
    for (const indicator of read.indicators) Indicator.parse(indicator);
  });

  test('tables by their headings', () => {
    const read = list(
      `type,value,valid_from,valid_until,first_seen,actor,confidence,description\nip,198[.]51[.]100[.]3,2024-03-01,2024-04-01T00:00:00Z,,Bear,80,"c2, first"\nsha1,xyz,,,,,,\ndomain,evil.example,2024-05-01,2024-04-01,,,,\nurl,hxxp://evil[.]example/a,nonsense,,,,,`,
    );
    assert.equal(read.indicators.length, 1);
    const [only] = read.indicators;
    assert.equal(only?.value, '198.51.100.3');
    assert.equal(only?.validFrom, '2024-03-01T00:00:00.000Z');
    assert.equal(only?.validUntil, '2024-04-01T00:00:00.000Z');
    assert.equal(only?.title, 'c2, first');
    assert.equal(only?.confidence, 80);
    assert.deepEqual(only?.refs, [{ type: 'actor', name: 'Bear' }]);
    assert.deepEqual(
      read.faults.map((f) => [f.code, f.where]),
      [
        ['BAD_VALUE', 'line 3'],
        ['BAD_TIME', 'line 4'],
        ['BAD_TIME', 'line 5'],
      ],
    );
  });

  test('tables by their headings as kinds, and by what stands in them', () => {
    assert.deepEqual(values('md5;sha256;filename\nD41D8CD98F00B204E9800998ECF8427E;;a.exe\n'), [
      'md5 d41d8cd98f00b204e9800998ecf8427e',
      'file-name a.exe',
    ]);
    assert.deepEqual(values('1\tx\t192.0.2.1\n2\ty\t192.0.2.2\n'), ['ipv4 192.0.2.1', 'ipv4 192.0.2.2']);
    assert.deepEqual(list('a,b\nc,d\n').faultCounts, { NO_COLUMN: 1 });
  });

  test('the same statement is one indicator with the same id', () => {
    const [a] = list('192.0.2.1').indicators;
    const [b] = list('192[.]0[.]2[.]1').indicators;
    assert.deepEqual(a, b);
    assert.notEqual(a?.id, readIndicatorList('192.0.2.1', { source: 'another' }).indicators[0]?.id);
  });

  test('any text is read to its end', () => {
    const piece = fc.constantFrom(
      '192.0.2.1',
      ',',
      '"',
      '\n',
      '\t',
      'http://',
      '[.]',
      '::',
      '/24',
      '\u0000',
      '__proto__',
      'a@b',
      '%',
      'value',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((p) => p.join('')),
          fc.string(),
        ),
        (text) => {
          for (const indicator of list(text).indicators) Indicator.parse(indicator);
        },
      ),
      { numRuns: 1000 },
    );
    const long = list(`${'x'.repeat(100_000)}\n${'[.'.repeat(30_000)}\n${'a.'.repeat(20_000)}\n`);
    assert.deepEqual(long.indicators, []);
    assert.equal(long.faultCounts.TOO_LONG, 3);
  });
});

describe('MISP', () => {
  test('types, composites, tags and what is none', () => {
    const tags = [
      'tlp:amber',
      'PAP:RED',
      'admiralty-scale:source-reliability="b"',
      'misp-galaxy:threat-actor="Bear"',
      'misp-galaxy:mitre-attack-pattern="Web Shell - T1505.003"',
      'own',
    ].map((name) => ({ name }));
    const read = readMispAttributes(
      [
        { type: 'filename|sha256', value: `a|b.exe|${'B'.repeat(64)}`, uuid: 'u1', to_ids: true, Tag: tags },
        { type: 'ip-dst|port', value: '198.51.100.7|443', to_ids: false, first_seen: '2023-01-02T03:04:05+01:00' },
        { type: 'domain|ip', value: 'evil.example|198.51.100.8' },
        { type: 'x509-fingerprint-sha1', value: 'C'.repeat(40) },
        { type: 'regkey|value', value: 'HKCU\\Software\\X|1' },
        { type: 'imphash', value: 'd'.repeat(32) },
        { type: 'comment', value: 'x' },
        { type: 'ip-src', value: 'nonsense', uuid: 'u8' },
        { type: 'ip-src', value: '198.51.100.0/25' },
        { type: 'md5', value: 'e'.repeat(32), deleted: true },
        'text',
        { type: '__proto__', value: 'x' },
      ],
      ABOUT,
    );
    assert.deepEqual(
      read.indicators.map((i) => `${i.kind} ${i.value}${i.contextOnly ? ' context' : ''}`),
      [
        'file-name a|b.exe',
        `sha256 ${'b'.repeat(64)}`,
        'ipv4 198.51.100.7 context',
        'domain evil.example',
        'ipv4 198.51.100.8',
        `certificate ${'c'.repeat(40)}`,
        'registry-key hku\\*\\software\\x',
        'cidr 198.51.100.0/25',
      ],
    );
    const [first, , third] = read.indicators;
    assert.deepEqual(first?.marking, { originator: 'ally', pap: 'red', tlp: 'amber' });
    assert.equal(first?.reliability, 'B');
    assert.deepEqual(
      [first?.refs, first?.attack, first?.labels],
      [[{ type: 'actor', name: 'Bear' }], ['T1505.003'], ['own']],
    );
    assert.equal(third?.firstSeen, '2023-01-02T02:04:05.000Z');
    assert.deepEqual(read.faultCounts, { OTHER_TYPE: 3, BAD_VALUE: 1, REVOKED: 1, NOT_AN_INDICATOR: 1 });
    for (const indicator of read.indicators) Indicator.parse(indicator);
  });
});

test('STIX indicator objects', () => {
  const base = {
    type: 'indicator',
    id: 'indicator--1',
    pattern: "[ipv4-addr:value = '192.0.2.1']",
    pattern_type: 'stix',
    valid_from: '2024-01-01T00:00:00Z',
    name: 'C2',
    confidence: 70,
    indicator_types: ['malicious-activity'],
  };
  const [one] = readStixIndicator(base, { ...ABOUT, nameOf: () => ({ type: 'actor', name: 'Bear' }) }).indicators;
  assert.equal(one?.kind, 'pattern');
  assert.deepEqual(
    [one?.ref, one?.title, one?.confidence, one?.labels, one?.refs],
    ['indicator--1', 'C2', 70, ['malicious-activity'], [{ type: 'actor', name: 'Bear' }]],
  );
  const code = (object: unknown) => Object.keys(readStixIndicator(object, ABOUT).faultCounts).join();
  assert.equal(code({ ...base, revoked: true }), 'REVOKED');
  assert.equal(code({ ...base, pattern_type: 'yara' }), 'OTHER_TYPE');
  assert.equal(code({ ...base, valid_until: '2023-01-01T00:00:00Z' }), 'BAD_TIME');
  assert.equal(code({ type: 'malware' }), 'NOT_AN_INDICATOR');
  assert.equal(code(null), 'NOT_AN_INDICATOR');
});
