/** Network tables: three formats give one answer, the fast look-up has a slow twin, and a hostile file is refused by code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressNumber, addressText } from './address.ts';
import { NetworksError, readNetworks } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const coded = (code: string) => (error: unknown) => error instanceof NetworksError && error.code === code;

const OURS = `# date: 2024-02-03
first\tlast\tasn\tname\tcountry\tkind
198.51.100.0\t198.51.100.255\t64500\tLine AS\txx\tResidential
2001:db8::\t2001:db8::ffff\t64501\tSix\tXY\tmobile
198.51.100.64\t198.51.100.127\tAS64502\tInner\tXZ\thosting
`;

test('our table: ranges, the inner of two, both families, its date', () => {
  const table = readNetworks(bytes(OURS));
  assert.equal(table.date, '2024-02-03');
  assert.equal(table.ranges, 3);
  const line = {
    asn: 64500,
    name: 'Line AS',
    country: 'XX',
    kind: 'residential',
    range: '198.51.100.0-198.51.100.255',
  };
  assert.deepEqual(table.lookup('198.51.100.9'), line);
  assert.equal(table.lookup('198.51.100.70')?.name, 'Inner');
  assert.equal(table.lookup('2001:db8:0::7')?.kind, 'mobile');
  assert.equal(table.lookup('2001:db8::1:0'), null);
  assert.equal(table.lookup('203.0.113.1'), null);
  assert.equal(table.lookup('no address'), null);
});

test('the shape of iptoasn.com', () => {
  const table = readNetworks(bytes('1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUD\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n'));
  assert.deepEqual(table.lookup('1.0.0.4'), {
    asn: 13335,
    name: 'CLOUD',
    country: 'US',
    kind: '',
    range: '1.0.0.0-1.0.0.255',
  });
  assert.equal(table.lookup('1.0.2.1'), null);
});

test('what is no table is refused by code, single bad lines are counted', () => {
  assert.equal(readNetworks(bytes(`${OURS}x\ty\t1\n`)).skipped, 1);
  assert.throws(() => readNetworks(bytes('a picture\0')), coded('UNKNOWN_FORMAT'));
  assert.throws(() => readNetworks(bytes('# date: 2024-01-01\na\tb\n')), coded('EMPTY'));
  assert.throws(() => readNetworks(bytes('a\tb\tc\n'.repeat(1_100))), coded('BAD_LINE'));
});

test('addresses: text to number and back', () => {
  fc.assert(
    fc.property(fc.ipV4(), (a) => {
      assert.equal(addressText(addressNumber(a)!), a);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (a) => {
      const n = addressNumber(a);
      assert.ok(n !== null, a);
      assert.equal(addressNumber(addressText(n)), n);
    }),
  );
  for (const bad of [
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4.5',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '',
    '1.2.3.4:80',
  ])
    assert.equal(addressNumber(bad), null, bad);
});

const number = fc.nat({ max: 4_000 });

test('the look-up and a walk over all ranges agree', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(number, { minLength: 2, maxLength: 40 }),
      fc.array(number, { maxLength: 30 }),
      (cuts, asked) => {
        const sorted = cuts.sort((a, b) => a - b);
        const text = (n: number) => addressText(0xffff_0a00_0000n + BigInt(n));
        const ranges = sorted.slice(1).map((last, i) => ({ first: sorted[i]! + 1, last, asn: i + 1 }));
        const table = readNetworks(
          bytes(ranges.map((r) => `${text(r.first)}\t${text(r.last)}\t${r.asn}\tn\tXX\tk\n`).join('')),
        );
        for (const n of [...asked, ...sorted]) {
          const slow = ranges.find((r) => r.first <= n && n <= r.last);
          assert.equal(table.lookup(text(n))?.asn, slow?.asn);
        }
      },
    ),
  );
});

/** A MaxMind DB with these networks, written plainly: one node a bit, 24-bit records. */
function mmdb(version: 4 | 6, networks: readonly { bits: string; data: Buffer }[]): Buffer {
  type Node = [Node | Buffer | null, Node | Buffer | null];
  const root: Node = [null, null];
  for (const { bits, data } of networks) {
    let node = root;
    for (const [i, bit] of [...bits].entries()) {
      const side = Number(bit) as 0 | 1;
      if (i === bits.length - 1) node[side] = data;
      else {
        const next: Node = Array.isArray(node[side]) ? (node[side] as Node) : [null, null];
        node[side] = next;
        node = next;
      }
    }
  }
  const nodes: Node[] = [root];
  for (const node of nodes) for (const side of node) if (Array.isArray(side)) nodes.push(side);
  let data = Buffer.alloc(0);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [i, node] of nodes.entries()) {
    for (const [s, side] of node.entries()) {
      let value = nodes.length;
      if (Array.isArray(side)) value = nodes.indexOf(side);
      else if (side !== null) {
        value = nodes.length + 16 + data.length;
        data = Buffer.concat([data, side]);
      }
      tree.writeUIntBE(value, i * 6 + s * 3, 3);
    }
  }
  const about = map({ node_count: nodes.length, record_size: 24, ip_version: version, build_epoch: 1_700_000_000 });
  return Buffer.concat([tree, Buffer.alloc(16), data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), about]);
}

const text = (value: string): Buffer => {
  const size = value.length < 29 ? [(2 << 5) | value.length] : [(2 << 5) | 29, value.length - 29];
  return Buffer.concat([Buffer.from(size), Buffer.from(value)]);
};
const uint = (value: number): Buffer => Buffer.from([(6 << 5) | 4, ...[24, 16, 8, 0].map((s) => (value >>> s) & 255)]);
function map(value: Readonly<Record<string, string | number | Buffer>>): Buffer {
  const entries = Object.entries(value);
  const parts = entries.map(([k, v]) =>
    Buffer.concat([text(k), typeof v === 'string' ? text(v) : typeof v === 'number' ? uint(v) : v]),
  );
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...parts]);
}
const bitsOf = (address: string, width: number, length: number): string =>
  addressNumber(address)!
    .toString(2)
    .padStart(128, '0')
    .slice(128 - width)
    .slice(0, length);

const LINE = map({
  autonomous_system_number: 64500,
  autonomous_system_organization: 'Line AS',
  country: map({ iso_code: 'XX' }),
  user_type: 'residential',
});

test('a MaxMind DB says the same, with the network its tree knows', () => {
  const four = readNetworks(mmdb(4, [{ bits: bitsOf('198.51.100.0', 32, 24), data: LINE }]));
  const line = {
    asn: 64500,
    name: 'Line AS',
    country: 'XX',
    kind: 'residential',
    range: '198.51.100.0-198.51.100.255',
  };
  assert.deepEqual(four.lookup('198.51.100.77'), line);
  assert.equal(four.lookup('198.51.101.1'), null);
  assert.equal(four.lookup('2001:db8::1'), null);
  assert.equal(four.date, '2023-11-14');
  const six = readNetworks(
    mmdb(6, [
      { bits: bitsOf('2001:db8::', 128, 32), data: LINE },
      { bits: '0'.repeat(96) + bitsOf('198.51.100.0', 32, 24), data: LINE },
    ]),
  );
  assert.equal(six.lookup('2001:db8:5::1')?.kind, 'residential');
  assert.deepEqual(six.lookup('198.51.100.200'), line);
  assert.equal(six.lookup('2001:db9::1'), null);
});

test('a damaged or hostile MaxMind DB is refused by code or answers, and never hangs', () => {
  const good = mmdb(6, [
    { bits: bitsOf('2001:db8::', 128, 32), data: LINE },
    { bits: '0'.repeat(96) + bitsOf('198.51.100.0', 32, 24), data: LINE },
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
      (changes) => {
        const bad = Buffer.from(good);
        for (const [at, byte] of changes) bad[at] = byte;
        try {
          const table = readNetworks(bad);
          table.lookup('198.51.100.1');
          table.lookup('2001:db8::1');
        } catch (error) {
          assert.ok(error instanceof NetworksError, String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
  // Metadata that says a map, a list or a text where a number stands.
  for (const at of [
    good.lastIndexOf('node_count') + 'node_count'.length,
    good.lastIndexOf('ip_version') + 'ip_version'.length,
  ])
    for (const control of [7 << 5, 0x00, 2 << 5]) {
      const odd = Buffer.from(good);
      odd[at] = control;
      assert.throws(() => readNetworks(odd), coded('BAD_MMDB'));
    }
  // A map whose values point back at the map.
  const loop = mmdb(4, [{ bits: '1', data: Buffer.from([(7 << 5) | 1, (2 << 5) | 1, 97, 1 << 5, 0]) }]);
  assert.throws(() => readNetworks(loop).lookup('200.0.0.1'), coded('BAD_MMDB'));
});
