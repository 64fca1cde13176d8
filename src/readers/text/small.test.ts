import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import { parseEpoch } from './epoch.ts';
import { FaultLog } from './faults.ts';
import { eachPair } from './pairs.ts';
import { extensionOf, splitUrl, uriViews } from './url.ts';

test('epoch seconds keep every nanosecond (against BigInt)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.stringMatching(/^\d{1,9}$/), (seconds, fraction) => {
      const t = parseEpoch(`${seconds}.${fraction}`);
      const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
      assert.equal(BigInt(t.ms) * 1_000_000n + BigInt(t.ns), nanos);
    }),
  );
  for (const bad of ['', '-', '12.', '.5', '1e9', '12a', '99999999999999', '1.5x']) {
    assert.ok(Number.isNaN(parseEpoch(bad).ms), bad);
  }
});

test('faults: the first hundred of a code singly, the rest as a number', () => {
  const got: Fault[] = [];
  const log = new FaultLog({ fault: (f) => got.push(f) });
  for (let i = 0; i < 250; i++) log.add('BAD_RECORD', i, 'x', 2);
  log.add('BAD_TIME', 9, 'y');
  log.close();
  assert.equal(got.length, LIMITS.faultsPerCode + 2);
  const rest = got.at(-1)!;
  assert.deepEqual([rest.code, rest.offset, rest.bytes], ['BAD_RECORD', 100, 300]);
  assert.match(rest.message, /^150 more/);
});

function pairs(text: string, rules = {}): [string, string, string][] {
  const out: [string, string, string][] = [];
  eachPair(text, 0, (n, v, q) => out.push([n, v, q]), rules);
  return out;
}

test('pairs: bare, quoted, escaped, comma-parted; other words are passed over', () => {
  assert.deepEqual(pairs(`a=1 word b="x y" c='z' d=`), [
    ['a', '1', ''],
    ['b', 'x y', '"'],
    ['c', 'z', "'"],
    ['d', '', ''],
  ]);
  assert.deepEqual(pairs('u="a \\"b\\" c" v=2', { escapes: true }), [
    ['u', 'a "b" c', '"'],
    ['v', '2', ''],
  ]);
  assert.deepEqual(pairs('name=x, UID=1,home=/h', { commas: true }), [
    ['name', 'x', ''],
    ['UID', '1', ''],
    ['home', '/h', ''],
  ]);
  assert.deepEqual(pairs('a="never closed'), [['a', 'never closed', '"']]);
});

test('pairs: what was written comes back', () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_.-]{0,10}$/);
  const value = fc.string({ maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (list) => {
      const text = list.map(([n, v]) => `${n}="${v.replace(/[\\"]/g, '\\$&')}"`).join(' ');
      assert.deepEqual(
        pairs(text, { escapes: true }).map(([n, v]) => [n, v]),
        list.map(([n, v]) => [n, v]),
      );
    }),
  );
});

test('URLs are cut as the WHATWG parser cuts those both understand', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 65535 }), word, (host, path, port, query) => {
      const url = `http://${host}x.example:${port}/${path}?${query}`;
      const twin = new URL(url);
      const parts = splitUrl(url);
      assert.equal(parts.host, twin.hostname);
      assert.equal(parts.stem, twin.pathname);
      assert.equal(`?${parts.query}`, twin.search);
      assert.equal(parts.port, String(port));
    }),
  );
  assert.deepEqual(splitUrl('mail.example.org:443'), {
    host: 'mail.example.org',
    port: '443',
    stem: '',
    query: undefined,
  });
  assert.deepEqual(splitUrl('/only/path?q'), { host: '', port: '', stem: '/only/path', query: 'q' });
  assert.equal(splitUrl('http://u:p@[2001:db8::1]:80/x').host, '[2001:db8::1]');
  assert.equal(extensionOf('/a/b.tar.GZ'), 'gz');
  assert.equal(extensionOf('/a.b/c'), undefined);
  assert.deepEqual(uriViews('http://h/p?q', splitUrl('http://h/p?q')), ['http://h/p?q', '/p?q', '/p']);
});
