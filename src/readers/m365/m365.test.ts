import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT, fixtures, INBOX_RULE, MAIL_ITEMS, OFFICE_ACTIVITY } from '../../../test/readers/fixtures/m365.ts';
import { readText } from '../../../test/support/read.ts';
import { EventFlag } from '../../model/index.ts';
import { m365Csv, m365Json } from './index.ts';

const one = (record: object) => {
  const { events, faults } = readText(m365Json, JSON.stringify(record));
  assert.deepEqual(faults, []);
  assert.equal(events.length, 1);
  return events[0]!;
};

test('a throttled mail access is a lower bound, and its properties have names', () => {
  const event = one(MAIL_ITEMS);
  assert.equal(event.flags, EventFlag.lowerBound);
  assert.equal(event.time, '2022-03-04T05:06:07.000Z');
  assert.equal(event.record, MAIL_ITEMS.Id);
  assert.deepEqual(event.source, { product: 'm365', service: 'audit' });
  assert.equal(event.stream, 'm365-audit');
  assert.deepEqual([event.user, event.address], ['jana.novak@ministry.example', '203.0.113.5']);
  const { fields } = event;
  assert.equal(fields.MailAccessType, 'Bind');
  assert.equal(fields.IsThrottled, 'True');
  assert.equal(fields.SessionId, 'session-1');
  assert.equal(fields.UniqueTokenId, 'token-1');
  assert.equal(fields.ClientIP, '203.0.113.5');
  assert.equal(fields.ClientPort, 443);
  assert.equal(fields.ClientIPRaw, '[203.0.113.5]:443');
  assert.equal(fields.ClientIPAddress, '[203.0.113.5]:443', 'the original keeps its name and text');
  assert.equal(fields.OperationProperties, JSON.stringify(MAIL_ITEMS.OperationProperties), 'rules look into the text');
  assert.deepEqual(fields['Folders.FolderItems.InternetMessageId'], ['<a@x>', '<b@x>']);
});

test("Sentinel's names become the same family", () => {
  const event = one(OFFICE_ACTIVITY);
  assert.equal(event.fields.Workload, 'Exchange');
  assert.equal(event.fields.OfficeWorkload, 'Exchange');
  assert.equal(event.fields.ClientIP, '203.0.113.5');
  assert.equal(event.fields.LogonType, 'Owner');
  assert.equal(event.fields.MailAccessType, 'Sync');
  assert.equal(event.flags, 0);
});

test('parameters of a cmdlet stand one by one, and the address without its port', () => {
  const { fields, address } = one(INBOX_RULE);
  assert.equal(fields['Parameters.ForwardTo'], 'somebody@elsewhere.example');
  assert.equal(fields.Parameters, JSON.stringify(INBOX_RULE.Parameters));
  assert.equal(address, '198.51.100.7');
  assert.equal(fields.ClientPort, 51000);
});

test("alerts have the names and the service of Sigma's rules for them", () => {
  const { fields, source } = one(ALERT);
  assert.deepEqual(source, { product: 'm365', service: 'threat_management' });
  assert.equal(fields.eventSource, 'SecurityComplianceCenter');
  assert.equal(fields.eventName, 'Suspicious inbox forwarding');
  assert.equal(fields.status, 'success');
  assert.equal(fields.Payload, '{"etype":"User"}');
});

test('all export paths give the same record the same canonical fields', () => {
  const NAMES = [
    'Operation',
    'UserId',
    'ClientIP',
    'MailAccessType',
    'SessionId',
    'UniqueTokenId',
    'ResultStatus',
    'Workload',
  ];
  const pick = (fields: Record<string, unknown>) => NAMES.map((n) => fields[n]);
  const wanted = pick(one(MAIL_ITEMS).fields);
  for (const { format, samples } of fixtures) {
    for (const { name, content } of samples) {
      if (name === 'Sentinel') continue;
      const { events } = readText(format === 'm365-csv' ? m365Csv : m365Json, content as string);
      assert.deepEqual(pick(events[0]!.fields), wanted, `${format}, ${name}`);
      assert.equal(events[0]!.flags, EventFlag.lowerBound);
      assert.equal(events[0]!.time, '2022-03-04T05:06:07.000Z');
    }
  }
});

test('AuditData that is no JSON is told, and the columns around it still make an event', () => {
  const { events, faults } = readText(
    m365Csv,
    'RecordId,CreationDate,RecordType,Operation,UserId,AuditData\nr1,2022-03-04T05:06:07Z,50,FileDownloaded,jana@x,{broken\n',
  );
  assert.deepEqual(
    faults.map((f) => f.code),
    ['BAD_FIELD'],
  );
  assert.equal(events[0]?.fields.Operation, 'FileDownloaded');
  assert.equal(events[0]?.record, 'r1');
});
