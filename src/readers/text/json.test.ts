import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteSource } from '../../base/index.ts';
import { memorySource } from '../../base/index.ts';
import type { Fault } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { JsonElement, JsonObject } from './json.ts';
import { eachJson, headObjects, jsonAt, parseJson } from './json.ts';

function read(text: string | Buffer) {
  const bytes = Buffer.from(text as string);
  const elements: JsonElement[] = [];
  const faults: Fault[] = [];
  eachJson(memorySource(bytes), {
    element: (e) => elements.push({ ...e }) > 0,
    fault: (f) => faults.push(f),
  });
  return { bytes, elements, faults, values: elements.map((e) => e.value) };
}

const record = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
// fast-check makes -0, which JSON text cannot carry; integers beyond 2^53 have a test of their own
const clean = (v: unknown) =>
  JSON.parse(JSON.stringify(v), (_, x) => (Number.isInteger(x) && !Number.isSafeInteger(x) ? 0.5 : x)) as JsonObject;

const LAYOUTS: Record<string, (objects: JsonObject[]) => string> = {
  lines: (o) => o.map((v) => JSON.stringify(v)).join('\n'),
  'lines, CRLF, closed': (o) => o.map((v) => `${JSON.stringify(v)}\r\n`).join(''),
  array: (o) => JSON.stringify(o),
  'pretty array': (o) => JSON.stringify(o, null, 2),
  'one a line in an array': (o) => `[\n${o.map((v) => JSON.stringify(v)).join(',\n')}\n]\n`,
  wrapped: (o) => JSON.stringify({ '@odata.context': 'https://x/$metadata', value: o, more: { a: [1] } }),
  'pretty wrapped': (o) => JSON.stringify({ Records: o }, null, 4),
  concatenated: (o) => o.map((v) => JSON.stringify(v)).join(''),
  'pretty, one behind the other': (o) => o.map((v) => JSON.stringify(v, null, 2)).join('\n'),
  'with byte order mark': (o) => `\ufeff${o.map((v) => JSON.stringify(v)).join('\n')}`,
};

for (const [name, print] of Object.entries(LAYOUTS)) {
  test(`every layout gives the same objects at their offsets: ${name}`, () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (drawn) => {
        const objects = drawn.map((r, i) => clean({ no: i, ...r }));
        const got = read(print(objects));
        assert.deepEqual(got.faults, []);
        assert.deepEqual(got.values, objects);
        for (const [i, e] of got.elements.entries()) {
          assert.equal(e.number, i + 1);
          assert.deepEqual(jsonAt(memorySource(got.bytes), e.offset)?.value, objects[i]);
          assert.deepEqual(JSON.parse(got.bytes.toString('utf8', e.offset, e.offset + e.length)), objects[i]);
        }
      }),
      { numRuns: 40 },
    );
  });
}

test('objects across block borders, in every layout', () => {
  const objects = Array.from({ length: 3000 }, (_, i) => ({ no: i, text: 'é"\\'.repeat((i * 7919) % 300) }));
  for (const print of Object.values(LAYOUTS)) {
    const got = read(print(objects));
    assert.deepEqual(got.faults, []);
    assert.equal(got.values.length, 3000);
    assert.ok(got.values.every((v, i) => v.no === i));
  }
});

test('exact integers, not-a-number, bad text', () => {
  assert.deepEqual(parseJson('{"a":9007199254740993,"b":-12345678901234567890,"c":"1234567890123456789","d":1e30}'), {
    a: '9007199254740993',
    b: '-12345678901234567890',
    c: '1234567890123456789',
    d: 1e30,
  });
  assert.deepEqual(parseJson('{"a":NaN,"b":[-Infinity],"c":"NaN, \\"NaN"}'), { a: null, b: [null], c: 'NaN, "NaN' });
  assert.equal(parseJson('{"a":'), undefined);
  assert.equal(Object.getPrototypeOf(parseJson('{"__proto__":{"x":1}}')), Object.prototype);
});

test('the fast way to exact integers equals the reviver, whatever stands in strings', () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    ':',
    ',',
    '[',
    ']',
    '}',
    ' ',
    '12345678901234567890',
    '-9223372036854775808',
    '1234567890123456',
    'a',
  );
  const text = fc.array(piece, { maxLength: 12 }).map((p) => p.join(''));
  const value = fc.oneof(text, fc.constantFrom(1, 2 ** 53 - 1), fc.array(text, { maxLength: 3 }));
  fc.assert(
    fc.property(fc.dictionary(text, value), fc.bigInt(), fc.bigInt(), (object, big, listed) => {
      const json = JSON.stringify(object).replace(
        /\}$/,
        `${Object.keys(object).length ? ',' : ''}"big" : ${big} ,"list":[${listed}]}`,
      );
      const exact = (n: bigint) => (Number.isSafeInteger(Number(n)) ? Number(n) : String(n));
      assert.deepEqual(
        parseJson(json),
        JSON.parse(JSON.stringify({ ...object, big: exact(big), list: [exact(listed)] })),
      );
    }),
    { numRuns: 500 },
  );
});

test('a bad line costs that line only, and is located', () => {
  const got = read('{"a":1}\n{"a":2,"b\n{"a":3}}\ngarbage " {\n{"a":4}\n');
  assert.deepEqual(got.values, [{ a: 1 }, { a: 3 }, { a: 4 }]);
  assert.deepEqual(
    got.faults.map((f) => [f.code, f.offset]),
    [
      ['BAD_RECORD', 8],
      ['BAD_STRUCTURE', 25],
    ],
  );
});

test('garbage in a pretty array costs the objects it touches', () => {
  const good = Array.from({ length: 20 }, (_, i) => ({ no: i, in: { x: [1, { y: i }] } }));
  const text = JSON.stringify(good, null, 2);
  const hole = text.indexOf('"no": 7');
  for (const junk of ['"', '{', '}}', '\u0000\u0001', '[[[', '{"no": ']) {
    const got = read(`${text.slice(0, hole)}${junk}${text.slice(hole)}`);
    assert.ok(got.faults.length > 0, junk);
    const numbers = got.values.map((v) => v.no);
    for (let i = 0; i < 20; i++) if (i < 6 || i > 8) assert.ok(numbers.includes(i), `${junk} lost ${i}`);
  }
});

test('cut anywhere: no throw, whole objects before the cut stand, the cut is said', () => {
  const text = JSON.stringify({ value: [{ a: 1 }, { a: { b: [2] } }, { a: '}' }] }, null, 1);
  for (let cut = 1; cut < text.length; cut++) {
    const got = read(text.slice(0, cut));
    assert.ok(got.faults.length > 0, `cut at ${cut}`);
    const whole = [16, 26, 60].length;
    assert.ok(got.values.length <= whole);
  }
});

test('too long and too deep objects are passed over and said; the next one stands', () => {
  const deep = `{"a":${'['.repeat(500)}${']'.repeat(500)}}`;
  const long = `{"a":"${'x'.repeat(LIMITS.lineBytes)}"}`;
  const lines = read(`{"n":1}\n${deep}\n{"n":2}\n`);
  assert.deepEqual(lines.values, [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(
    lines.faults.map((f) => [f.code, f.offset, f.bytes]),
    [['LIMIT_DEPTH', 8, deep.length]],
  );
  assert.equal(read(deep).faults[0]?.code, 'LIMIT_DEPTH');
  assert.equal(parseJson(`${'['.repeat(65)}${']'.repeat(65)}`), undefined);
  assert.notEqual(parseJson(`${'['.repeat(64)}${']'.repeat(64)}`), undefined);
  const got = read(`[{"n":1},${deep},{"n":2},${long},{"n":3}]`);
  assert.deepEqual(got.values, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  assert.deepEqual(
    got.faults.map((f) => [f.code, f.offset, f.bytes]),
    [
      ['LIMIT_DEPTH', 9, deep.length],
      ['LIMIT_SIZE', 9 + deep.length + 9, long.length],
    ],
  );
});

test('what hostile files make us scan twice is bounded', () => {
  for (const unit of ['{"a":[', '{"a":1,', '[{"a":', '{"', '{"a":[1,{"a":2}', '[{"a":1},{"a":x},']) {
    let asked = 0;
    const bytes = Buffer.from(unit.repeat(Math.ceil(2_000_000 / unit.length)));
    const source: ByteSource = {
      size: bytes.length,
      read: (offset, into) => {
        const n = bytes.copy(into, 0, offset, offset + into.length);
        asked += n;
        return n;
      },
    };
    const started = performance.now();
    eachJson(source, { element: () => true, fault: () => {} });
    assert.ok(performance.now() - started < 20_000, unit);
    assert.ok(asked < 400 * bytes.length, `${unit}: read ${asked / bytes.length} times its size`);
  }
});

test('the first objects of a head', () => {
  assert.deepEqual(headObjects(Buffer.from('[{"a":1},{"b":2},{"c"')), [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(headObjects(Buffer.from('not json {"a":1}')), []);
});
