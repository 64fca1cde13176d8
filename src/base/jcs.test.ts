import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { shared, withoutShared } from '../../test/support/shared.ts';
import { canonicalBytes, canonicalize, type JcsCode, JcsError, parseCanonical } from './jcs.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const limits = { maxBytes: 10_000 };
const refuses = (code: JcsCode, act: () => unknown): void =>
  assert.throws(act, (e) => e instanceof JcsError && e.code === code, code);

const vectors = withoutShared('vectors', 'jcs', 'testdata');
for (const name of ['arrays', 'french', 'structures', 'unicode', 'values', 'weird']) {
  test(`published vector ${name}`, { skip: vectors }, () => {
    const file = (dir: string, ext: string) => readFileSync(shared('vectors/jcs/testdata', dir, `${name}.${ext}`));
    const got = canonicalBytes(JSON.parse(file('input', 'json').toString('utf8')));
    assert.deepEqual(Buffer.from(got), file('output', 'json'));
    assert.equal(Buffer.from(got).toString('hex'), file('outhex', 'txt').toString('utf8').replaceAll(/\s/g, ''));
    assert.deepEqual(canonicalBytes(parseCanonical(got, limits)), got, 'and the strict reader takes it back');
  });
}

/** The published generator of numbers: fixed bit patterns, 2,000 small ones, then a chain of SHA-256. */
function* numbers(): Generator<number> {
  const readme = readFileSync(shared('vectors/jcs/testdata/README.md'), 'utf8');
  const fixed = [...readme.matchAll(/0x([0-9a-f]{16})n/g)].map((m) => BigInt(`0x${m[1]}`));
  const view = new DataView(new ArrayBuffer(8));
  const double = (bits: bigint): number => {
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  };
  // the last match in the text is the start of the series of small numbers, not a fixed one
  for (const bits of fixed.slice(0, -1)) yield double(bits);
  for (let i = 0n; i < 2000n; i++) yield double(0x0010000000000000n + i);
  for (let block: Buffer = Buffer.alloc(32); ; ) {
    block = createHash('sha256').update(block).digest();
    for (let at = 0; at < 32; at += 8) {
      const f = block.readDoubleLE(at);
      if (f !== 0 && Number.isFinite(f)) yield f;
    }
  }
}

test('100,000 published numbers give the published digests', { skip: vectors }, () => {
  const want = new Map([
    [1000, 'be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687'],
    [10_000, 'b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892'],
    [100_000, '22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7'],
  ]);
  const hash = createHash('sha256');
  const view = new DataView(new ArrayBuffer(8));
  let n = 0;
  for (const f of numbers()) {
    view.setFloat64(0, f);
    hash.update(`${view.getBigUint64(0).toString(16)},${canonicalize(f)}\n`);
    const digest = want.get(++n);
    if (digest) assert.equal(hash.copy().digest('hex'), digest, `${n} numbers`);
    if (n === 100_000) break;
  }
});

test('the examples of RFC 8785 that need no file', () => {
  assert.equal(
    canonicalize({
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0],
      literals: [null, true, false],
    }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}',
  );
  assert.equal(
    canonicalize('\u20ac$\u000f\nA\'B"\\\\"/\u007f\u2028'),
    '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028"',
  );
  // keys by UTF-16 code units: the emoji (D83D…) stands before U+FB33, which code points would put first
  assert.equal(
    canonicalize({ '\ufb33': 1, '\u{1f600}': 2, '10': 3, '9': 4, '': 5 }),
    '{"":5,"10":3,"9":4,"\u{1f600}":2,"\ufb33":1}',
  );
});

test('what JSON cannot say is refused with its code', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  refuses('TOO_DEEP', () => canonicalize(circle));
  refuses('TOO_DEEP', () => canonicalize([[[1]]], 2));
  assert.equal(canonicalize([[1]], 2), '[[1]]');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) refuses('NOT_FINITE', () => canonicalize([bad]));
  for (const bad of [undefined, 1n, () => 1, Symbol('x'), new Date(0), new Map(), new Array(1), { a: undefined }]) {
    refuses('NOT_A_JSON_VALUE', () => canonicalize(bad));
  }
  refuses('LONE_SURROGATE', () => canonicalize('a\ud800'));
  refuses('LONE_SURROGATE', () => canonicalize({ '\udc00': 1 }));
});

test('hostile texts are refused with their code', () => {
  const cases: [string, JcsCode][] = [
    ['{"a":1,"a":1}', 'NOT_CANONICAL'],
    ['{"a":1,"b":2,"a":3}', 'NOT_CANONICAL'],
    ['{"b":1,"a":1}', 'NOT_CANONICAL'],
    ['[1.0]', 'NOT_CANONICAL'],
    ['[-0]', 'NOT_CANONICAL'],
    ['[9007199254740993]', 'NOT_CANONICAL'],
    ['["\\u0041"]', 'NOT_CANONICAL'],
    ['["\\u000F"]', 'NOT_CANONICAL'],
    ['["\\/"]', 'NOT_CANONICAL'],
    [' 1', 'NOT_CANONICAL'],
    ['1\n', 'NOT_CANONICAL'],
    ['\ufeff1', 'NOT_JSON'],
    ['["\\ud800"]', 'LONE_SURROGATE'],
    ['[1e999]', 'NOT_FINITE'],
    ['', 'NOT_JSON'],
    ['{"a":}', 'NOT_JSON'],
    ['NaN', 'NOT_JSON'],
    ['['.repeat(4000) + ']'.repeat(4000), 'TOO_DEEP'],
    ['['.repeat(5000), 'NOT_JSON'],
    [`"${'x'.repeat(10_000)}"`, 'TOO_LONG'],
  ];
  for (const [text, code] of cases) refuses(code, () => parseCanonical(bytes(text), limits));
  refuses('NOT_UTF8', () => parseCanonical(Uint8Array.of(0x22, 0xc0, 0x80, 0x22), limits));
  refuses('NOT_UTF8', () => parseCanonical(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), limits));
  assert.deepEqual(Object.keys(parseCanonical(bytes('{"__proto__":1}'), limits) as object), ['__proto__']);
});

test('any JSON value survives; key order never matters; the text is a fixed point', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = canonicalize(value);
      const back = parseCanonical(bytes(text), { maxBytes: 1e6 });
      assert.deepEqual(back, JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalize(reversed(back)), text);
    }),
  );
});

/** The same value with every object's keys put in the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = Object.create(null);
  for (const [k, v] of Object.entries(value).reverse()) out[k] = reversed(v);
  return out;
}
