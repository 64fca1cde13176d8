import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Shape } from '../../model/index.ts';
import { EventFlag, fieldsOf } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { RowKind } from './row.ts';
import { Row, streamName } from './row.ts';

const KIND: RowKind = { source: { product: 'x' }, stream: 'x', host: ['h'], user: ['u', 'v'], address: [] };

test('a row holds what was put, in order, and repeated names become one field of several values', () => {
  const row = new Row();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'h', 'u', 'v'), fc.integer()), { maxLength: 12 }),
      (puts) => {
        row.begin(KIND);
        for (const [name, value] of puts) row.put(name, value);
        const event = row.finish(7, 3);
        const twin = new Map<string, number[]>();
        for (const [name, value] of puts) twin.set(name, [...(twin.get(name) ?? []), value]);
        const want = Object.fromEntries([...twin].map(([n, v]) => [n, v.length === 1 ? v[0] : v]));
        assert.deepEqual(fieldsOf(event), want);
        assert.deepEqual(event.shape.fields, [...twin.keys()]);
        assert.deepEqual(
          event.shape.user.map((s) => event.shape.fields[s]),
          ['u', 'v'].filter((n) => twin.has(n)),
        );
        assert.deepEqual(row.got('a'), want.a);
      },
    ),
  );
});

test('the same fields give the same Shape object, another order another one', () => {
  const row = new Row();
  const shape = (...names: string[]): Shape => {
    row.begin(KIND);
    for (const n of names) row.put(n, 1);
    return row.finish(0, 1).shape;
  };
  assert.equal(shape('a', 'b'), shape('a', 'b'));
  assert.notEqual(shape('a', 'b'), shape('b', 'a'));
  assert.notEqual(shape('a', 'b'), shape('a'));
});

test('too many fields and too long values are cut and flagged', () => {
  const row = new Row();
  row.begin(KIND);
  for (let i = 0; i < LIMITS.fields + 10; i++) row.put(`f${i}`, i);
  assert.equal(row.finish(0, 1).shape.fields.length, LIMITS.fields);
  assert.equal(row.flags & EventFlag.partial, EventFlag.partial);
  row.begin(KIND);
  row.put('long', 'x'.repeat(LIMITS.fieldChars + 1));
  assert.equal((row.finish(0, 1).value(0) as string).length, LIMITS.fieldChars);
  assert.equal(row.flags & EventFlag.partial, EventFlag.partial);
});

test('shapes that never repeat stop being remembered, and are still right', () => {
  const row = new Row();
  for (let i = 0; i < LIMITS.shapes + 500; i++) {
    row.begin(KIND);
    row.put(`only${i}`, i);
    assert.deepEqual(fieldsOf(row.finish(0, 1)), { [`only${i}`]: i });
  }
});

test('stream names keep to their alphabet and length', () => {
  fc.assert(
    fc.property(fc.string(), (word) => {
      assert.match(streamName('zeek', word), /^[a-z0-9][a-z0-9-]{0,63}$/);
    }),
  );
  assert.equal(streamName('zeek', 'DCE_RPC'), 'zeek-dce-rpc');
});
