import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatInstant } from '../../base/index.ts';
import { splitAddress } from './address.ts';
import { parseEpochNumber, parseTime } from './times.ts';

test('forms of time, and those that could be two days', () => {
  const at = (text: string, order?: 'mdy' | 'dmy') => {
    const t = parseTime(text, 0, order);
    return t === null ? null : formatInstant(t);
  };
  assert.equal(at('/Date(1714558272123)/'), '2024-05-01T10:11:12.123Z');
  assert.equal(at('5/1/2024 10:11:12 AM'), '2024-05-01T10:11:12.000Z');
  assert.equal(at('12/31/2024 12:00:00 AM'), '2024-12-31T00:00:00.000Z');
  assert.equal(at('1.5.2024 10:11:12'), '2024-05-01T10:11:12.000Z');
  assert.equal(at('31/12/2024 10:11'), '2024-12-31T10:11:00.000Z');
  assert.equal(at('01/05/2024 10:11:12'), null);
  assert.equal(at('01/05/2024 10:11:12', 'dmy'), '2024-05-01T10:11:12.000Z');
  assert.equal(at('13/13/2024'), null);
  assert.equal(parseTime('1.5.2024 10:11:12')?.zoned, false);
});

test('epoch numbers by size', () => {
  for (const n of [1_714_558_272, 1_714_558_272_000, 1_714_558_272_000_000]) {
    assert.equal(parseEpochNumber(n)?.ms, 1_714_558_272_000, String(n));
  }
  assert.equal(parseEpochNumber(42), null);
  assert.equal(parseEpochNumber(Number.NaN), null);
});

test('addresses lose brackets and ports, and nothing else is touched', () => {
  assert.deepEqual(splitAddress('[203.0.113.5]:443'), { address: '203.0.113.5', port: 443 });
  assert.deepEqual(splitAddress('198.51.100.7:51000'), { address: '198.51.100.7', port: 51000 });
  assert.deepEqual(splitAddress('[2001:db8::1]:443'), { address: '2001:db8::1', port: 443 });
  assert.deepEqual(splitAddress('[2001:db8::1]'), { address: '2001:db8::1', port: null });
  assert.deepEqual(splitAddress('::ffff:192.0.2.1'), { address: '192.0.2.1', port: null });
  assert.equal(splitAddress('2001:db8::1:443'), null, 'a port without brackets cannot be told from the address');
  assert.equal(splitAddress('unknown'), null);
});
