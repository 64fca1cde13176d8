import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonSlicer, type Part, SLICE_LIMITS, type SliceFault, type SliceLimits } from './slice.ts';
import { partValue } from './value.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function slice(bytes: Uint8Array, size: number, limits: Partial<SliceLimits> = {}) {
  const parts: { name: string; index: number; offset: number; got: ReturnType<typeof partValue> }[] = [];
  const faults: SliceFault[] = [];
  const slicer = new JsonSlicer(
    ['objects'],
    {
      part: (part: Part) => parts.push({ ...part, got: partValue(part) }),
      fault: (fault) => faults.push(fault),
    },
    { ...SLICE_LIMITS, ...limits },
  );
  for (let i = 0; i < bytes.length; i += size) if (!slicer.push(bytes.subarray(i, i + size))) break;
  slicer.end();
  return { parts: parts.map(({ name, index, offset, got }) => ({ name, index, offset, got })), faults };
}

test('what JSON.parse says, however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.json({ maxDepth: 4 }), { maxLength: 6 }),
      fc.json({ maxDepth: 3 }),
      fc.constantFrom('', ' ', '\n\t '),
      fc.integer({ min: 1, max: 40 }),
      (objects, other, space, size) => {
        const text = `${space}{"type"${space}:${other},"objects":[${objects.join(`${space},${space}`)}]${space}}${space}`;
        const { parts, faults } = slice(encode(text), size);
        assert.deepEqual(faults, []);
        const proto = (t: string) => t.includes('__proto__');
        const expected = [other, ...objects];
        assert.equal(parts.length, expected.length);
        for (const [i, part] of parts.entries()) {
          assert.equal(part.index, i - 1);
          if (proto(expected[i]!) || 'code' in part.got) continue; // told apart by the tests below
          assert.deepEqual(part.got.value, JSON.parse(expected[i]!));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a document that is a list, a BOM, an empty one', () => {
  assert.deepEqual(
    slice(encode('\ufeff[1,{"a":2}]'), 3).parts.map((p) => [p.name, p.index, p.offset, p.got]),
    [
      ['', 0, 4, { value: 1 }],
      ['', 1, 6, { value: { a: 2 } }],
    ],
  );
  assert.deepEqual(slice(encode('{}'), 1), { parts: [], faults: [] });
  assert.deepEqual(slice(encode('{"objects":[]}'), 1), { parts: [], faults: [] });
});

const CODES: readonly [text: string, codes: string[], taken: number][] = [
  ['', ['TRUNCATED'], 0],
  ['hello', ['NOT_JSON'], 0],
  ['{"objects":[1,2', ['TRUNCATED'], 1],
  ['{"objects":[1,,2]}', ['NOT_JSON'], 1],
  ['{"objects":[1,]}', ['NOT_JSON'], 1],
  ['{"objects":[1 2]}', ['NOT_JSON'], 1],
  ['{"a":1,}', ['NOT_JSON'], 1],
  ['{"a" 1}', ['NOT_JSON'], 0],
  ['{"a":1} {', ['TRAILING'], 1],
  ['{"objects":[{"a":"', ['TRUNCATED'], 0],
];
for (const [text, codes, taken] of CODES) {
  test(`refused by code: ${text || 'nothing'}`, () => {
    for (const size of [1, 100]) {
      const { parts, faults } = slice(encode(text), size);
      assert.deepEqual(
        faults.map((f) => f.code),
        codes,
      );
      assert.equal(parts.length, taken);
    }
  });
}

test('one part beyond a limit is passed over, the rest is read', () => {
  const around = (part: string) => `{"objects":[{"n":1},${part},{"n":3}]}`;
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
  for (const [part, code, limits] of [
    [deep, 'TOO_DEEP', {}],
    [`{"a":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}`, 'TOO_DEEP', {}],
    [`{"a":"${'x'.repeat(5000)}"}`, 'STRING_TOO_LONG', { stringBytes: 4096 }],
    [`{"a":[${'1,'.repeat(5000)}1]}`, 'TOO_LARGE', { partBytes: 4096 }],
  ] as const) {
    for (const size of [977, 1 << 20]) {
      const { parts, faults } = slice(encode(around(part)), size, limits);
      assert.deepEqual(
        faults.map((f) => [f.code, f.index]),
        [[code, 1]],
      );
      assert.deepEqual(
        parts.map((p) => p.got),
        [{ value: { n: 1 } }, { value: { n: 3 } }],
      );
    }
  }
  const many = slice(encode(`[${'0,'.repeat(20)}0]`), 10, { parts: 5 });
  assert.deepEqual([many.parts.length, many.faults.map((f) => f.code)], [5, ['TOO_MANY']]);
});

test('a text of a gigabyte is passed over without being held', () => {
  const faults: string[] = [];
  const parts: number[] = [];
  const slicer = new JsonSlicer(['objects'], {
    part: (p) => parts.push(p.index),
    fault: (f) => faults.push(f.code),
  });
  const block = new Uint8Array(4 * 1024 * 1024).fill(0x78);
  slicer.push(encode('{"objects":[{"a":"'));
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 256; i++) slicer.push(block);
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
  slicer.push(encode('"},{"b":1}]}'));
  slicer.end();
  assert.deepEqual([faults, parts], [['STRING_TOO_LONG'], [1]]);
});

test('members that stand twice, and __proto__', () => {
  const codes = (text: string) =>
    slice(encode(`[${text}]`), 50).parts.map((p) => ('code' in p.got ? p.got.code : 'ok'));
  assert.deepEqual(codes('{"a":1,"a":2}'), ['DUPLICATE_KEY']);
  assert.deepEqual(codes('{"x":[{"a":1,"\\u0061":2}]}'), ['DUPLICATE_KEY']);
  assert.deepEqual(codes('{"a":":","b":{"c":"\\":"}}'), ['ok']);
  assert.deepEqual(codes('{"a":{"__proto__":{"polluted":1}}}'), ['PROTOTYPE_KEY']);
  assert.deepEqual(codes('{"\\u005f_proto__":1}'), ['PROTOTYPE_KEY']);
  assert.deepEqual(codes('{"a":nul}'), ['NOT_JSON']);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  const bad = slice(Uint8Array.from([...encode('["'), 0xff, ...encode('",1]')]), 50);
  assert.deepEqual(
    bad.parts.map((p) => p.got),
    [{ code: 'NOT_UTF8' }, { value: 1 }],
  );
});
