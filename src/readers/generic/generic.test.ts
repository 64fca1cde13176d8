import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readText } from '../../../test/support/read.ts';
import { formatInstant } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import { clockOf } from './clock.ts';
import { genericCsv, genericJson, Mapping } from './index.ts';

test('the example of docs/mapping.md is valid and does what the text says', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/mapping.md'), 'utf8');
  const example: unknown = parse(/```yaml\n([\s\S]*?)```/.exec(text)![1]!);
  Mapping.parse(example);
  const csv =
    'Day;Clock;Gateway;Login;Certificate;PublicIP;SessionNo\n04.03.2022;05:06:07;gw1;;cert-jana;203.0.113.5;17\n';
  const { events, faults } = readText(genericCsv, csv, { mapping: example });
  assert.deepEqual(faults, []);
  const [event] = events;
  assert.equal(event?.time, '2022-03-04T04:06:07.000Z', 'Prague is an hour ahead in winter');
  assert.equal(event?.flags, 0);
  assert.deepEqual(event?.source, { product: 'acme-vpn', service: 'sessions' });
  assert.equal(event?.stream, 'acme-vpn-sessions');
  assert.deepEqual([event?.host, event?.user, event?.address], ['gw1', 'cert-jana', '203.0.113.5']);
  assert.equal(event?.record, '17');
  assert.equal(event?.fields.src_ip, '203.0.113.5');
  assert.equal(event?.fields.PublicIP, undefined);
});

test('without a mapping the guess is told, and a time without zone flagged', () => {
  const { events, faults } = readText(genericCsv, 'When,Timestamp,Host\nx,2022-03-04 05:06:07,gw1\n', {
    assumedZoneMinutes: 60,
  });
  assert.deepEqual(
    faults.map((f) => f.code),
    ['SKIPPED'],
  );
  assert.match(faults[0]!.message, /Timestamp/);
  assert.equal(events[0]?.time, '2022-03-04T04:06:07.000Z');
  assert.equal(events[0]?.flags, EventFlag.zoneAssumed);
  assert.equal(events[0]?.host, 'gw1');
  assert.equal(events[0]?.stream, 'generic-csv');
});

test('a record without a readable time stays undated', () => {
  const { events, faults } = readText(genericJson, '{"time":"2022-03-04T00:00:00Z"}\n{"time":"yesterday"}\n{"x":1}\n');
  assert.deepEqual(
    events.map((e) => e.time),
    ['2022-03-04T00:00:00.000Z', '', ''],
  );
  assert.deepEqual(
    faults.map((f) => [f.code, f.offset]),
    [
      ['SKIPPED', 0],
      ['BAD_TIME', 32],
      ['BAD_TIME', 53],
    ],
  );
});

test('a mapping that cannot be used is told', () => {
  for (const mapping of [
    { format: 'csv' },
    { format: 'csv', time: { field: 'a', zone: 'Nowhere/Land' } },
    { format: 'csv', time: { field: 'a', format: 'HH:mm' } },
  ]) {
    const { faults } = readText(genericCsv, 'time,b\n2022-03-04T00:00:00Z,1\n', { mapping });
    assert.match(faults[0]!.message, /mapping file/);
  }
});

test('patterns, zones and changes of clocks', () => {
  const at = (format: string, zone: string | undefined, text: string) => {
    const time = clockOf(format, zone, 0)?.(text);
    return time ? formatInstant(time) : time;
  };
  assert.equal(at('MMM d yyyy, h:mm:ss a', 'UTC', 'Mar 4 2022, 5:06:07 PM'), '2022-03-04T17:06:07.000Z');
  assert.equal(at('dd/MMM/yyyy:HH:mm:ss Z', undefined, '04/Mar/2022:05:06:07 +0200'), '2022-03-04T03:06:07.000Z');
  assert.equal(at('yyyyMMddHHmmssSSS', '+05:30', '20220304050607123'), '2022-03-03T23:36:07.123Z');
  assert.equal(at('epoch', undefined, '1646370367.5'), '2022-03-04T05:06:07.500Z');
  assert.equal(at('iso', 'Europe/Prague', '2022-07-01 12:00:00'), '2022-07-01T10:00:00.000Z');
  assert.equal(at('iso', 'Europe/Prague', '2022-10-30 02:30:00'), '2022-10-30T00:30:00.000Z', 'twice: the first');
  assert.equal(
    at('iso', 'Europe/Prague', '2022-03-27 02:30:00'),
    '2022-03-27T01:30:00.000Z',
    'skipped: the offset before',
  );
  assert.equal(
    at('iso', 'Europe/Prague', '2022-07-01T12:00:00Z'),
    '2022-07-01T12:00:00.000Z',
    'the text names its zone',
  );
  assert.equal(at('dd.MM.yyyy', 'UTC', '30.02.2022'), null);
  assert.equal(clockOf('HH:mm', 'UTC', 0), null);
  assert.equal(clockOf('iso', 'Nowhere/Land', 0), null);
});
