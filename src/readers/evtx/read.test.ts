import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventRecord, RawEventRecord, XmlElement } from '../../../exercise/evtx/writer.ts';
import { value, writeEvtx } from '../../../exercise/evtx/writer.ts';
import { readAll, readBoth } from '../../../test/support/evtx.ts';
import { memorySource } from '../../base/index.ts';
import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { evtx } from './index.ts';

const CHUNK = 65_536;
const HEADER = 4096;
const ms = Date.UTC(2022, 1, 3, 4, 5, 6, 7);
const options = { assumedZoneMinutes: 0, referenceMs: 0 };

function logons(n: number, more: Partial<EventRecord> = {}): EventRecord[] {
  return Array.from({ length: n }, (_, i) => ({
    provider: 'Microsoft-Windows-Security-Auditing',
    channel: 'Security',
    eventId: i % 2 === 0 ? 4624 : 4625,
    computer: 'dc01.example',
    ms: ms + i,
    ns: 123_400,
    data: { TargetUserName: `user${i % 3}`, LogonType: 3, IpAddress: '10.0.0.7', TargetLogonId: value.hex64(0x3e7n) },
    ...more,
  }));
}

function raw(xml: RawEventRecord['xml']): RawEventRecord[] {
  return [{ ms, xml }];
}

const system: XmlElement = {
  element: 'System',
  content: [
    { element: 'Provider', attributes: { Name: ['P'] } },
    { element: 'EventID', attributes: { Qualifiers: ['16384'] }, content: ['7'] },
    { element: 'Channel', content: ['Application'] },
    { element: 'Computer', content: ['pc'] },
  ],
};
const fieldsOfOne = (records: readonly (EventRecord | RawEventRecord)[]): Record<string, Value> => {
  const { events, faults } = readBoth(writeEvtx(records));
  assert.deepEqual(faults, []);
  assert.equal(events.length, 1);
  return events[0]!.fields;
};

test('a whole event: names, values, time, address, log source', () => {
  const { events, faults } = readBoth(
    writeEvtx(logons(1, { userSid: 'S-1-5-18', activityId: '{54849625-5478-4994-a5ba-3e3b0328c30d}' })),
  );
  assert.deepEqual(faults, []);
  const [event] = events;
  assert.deepEqual(event!.fields, {
    Provider_Name: 'Microsoft-Windows-Security-Auditing',
    EventID: 4624,
    Version: 0,
    Level: 4,
    Task: 0,
    Opcode: 0,
    Keywords: '0x8000000000000000',
    TimeCreated: '2022-02-03T04:05:06.0071234Z',
    EventRecordID: 1,
    Correlation_ActivityID: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    Execution_ProcessID: 4,
    Execution_ThreadID: 8,
    Channel: 'Security',
    Computer: 'dc01.example',
    Security_UserID: 'S-1-5-18',
    TargetUserName: 'user0',
    LogonType: 3,
    IpAddress: '10.0.0.7',
    TargetLogonId: '0x3e7',
  });
  assert.equal(event!.offset, HEADER + 512);
  assert.deepEqual([event!.ms, event!.ns, event!.record, event!.flags], [ms, 123_400, 1, 0]);
  assert.deepEqual(event!.shape.source, {
    product: 'windows',
    service: 'security',
    channel: 'Security',
    provider: 'Microsoft-Windows-Security-Auditing',
    eventId: 4624,
  });
  assert.equal(event!.shape.stream, 'windows-security');
});

test('one Shape object for each EventID, and a template over several chunks stays one layout', () => {
  const { events } = readAll(writeEvtx(logons(400), { recordsPerChunk: 90 }), 'fast');
  assert.equal(events.length, 400);
  assert.equal(new Set(events.map((e) => e.shape)).size, 2);
});

test('record ids beyond 2^53 are exact text', () => {
  const { events } = readBoth(writeEvtx(logons(1, { recordId: 2n ** 60n + 1n })));
  assert.equal(events[0]!.record, '1152921504606846977');
  assert.equal(events[0]!.fields.EventRecordID, '1152921504606846977');
});

test('nameless data, UserData, colliding names, repeated names', () => {
  const base = { provider: 'P', channel: 'System', eventId: 1, computer: 'pc', ms };
  assert.deepEqual(fieldsOfOne([{ ...base, unnamed: ['a', '', 'c'] }]).Data, ['a', '', 'c']);
  assert.equal(fieldsOfOne([{ ...base, unnamed: ['alone'] }]).Data, 'alone');
  const user = fieldsOfOne([
    { ...base, userData: { element: 'LogFileCleared', data: { SubjectUserName: 'eve', Channel: 'Security' } } },
  ]);
  assert.equal(user.SubjectUserName, 'eve');
  assert.equal(user.UserData_Channel, 'Security');
  assert.equal(user.Channel, 'System');
  const data = (name: string, text: string): XmlElement => ({
    element: 'Data',
    attributes: { Name: [name] },
    content: [text],
  });
  const twice = fieldsOfOne(
    raw({
      element: 'Event',
      content: [system, { element: 'EventData', content: [data('X', '1'), data('X', '2'), data('Level', 'high')] }],
    }),
  );
  assert.deepEqual([twice.X, twice.Level], [['1', '2'], 'high']);
});

test('XML written out in full: numbers of the System part become numbers, the collector’s rendering keeps its prefix', () => {
  const rendering: XmlElement = {
    element: 'RenderingInfo',
    attributes: { Culture: ['en-US'] },
    content: [
      { element: 'Message', content: ['Tom ', { entity: 'amp' }, ' ', { char: 0x263a }, { cdata: '<b>' }] },
      { element: 'Channel', content: ['ForwardedEvents'] },
      {
        element: 'Keywords',
        content: [
          { element: 'Keyword', content: ['a'] },
          { element: 'Keyword', content: ['b'] },
        ],
      },
    ],
  };
  const fields = fieldsOfOne(raw({ element: 'Event', content: [{ target: 'pi', data: 'x' }, system, rendering] }));
  assert.deepEqual(fields, {
    Provider_Name: 'P',
    EventID: 7,
    Qualifiers: 16_384,
    Channel: 'Application',
    Computer: 'pc',
    RenderingInfo_Message: 'Tom & ☺<b>',
    RenderingInfo_Channel: 'ForwardedEvents',
    RenderingInfo_Keyword: ['a', 'b'],
    RenderingInfo_Culture: 'en-US',
  });
});

test('templates in templates, optional and missing values, values joined with text', () => {
  const inner = (n: number, below: XmlElement | null): RawEventRecord['xml'] => ({
    template: {
      element: `L${n}`,
      attributes: { a: ['<', { slot: 0, type: 0x01 }, '>'], gone: [{ slot: 1, type: 0x01, optional: true }] },
      content: [
        { element: `V${n}`, content: [{ slot: 0, type: 0x01 }] },
        { slot: 2, type: 0x21, optional: true },
        { element: `N${n}`, content: [{ slot: 9, type: 0x08 }] },
      ],
    },
    values: [value.string(`v${n}`), value.null(), below === null ? value.null() : { xml: inner(n + 1, null) }],
  });
  const fields = fieldsOfOne(
    raw({
      template: { element: 'Event', content: [system, { element: 'UserData', content: [{ slot: 0, type: 0x21 }] }] },
      values: [{ xml: inner(1, system) }],
    }),
  );
  assert.equal(fields.L1_a, '<v1>');
  assert.equal(fields.V2, 'v2');
  assert.equal(fields.N1, null, 'a value the record does not bring is null');
  assert.ok(!('L1_gone' in fields));
});

test('an event without a time of its own takes that of its record; without either it is undated and said so', () => {
  const xml: XmlElement = { element: 'Event', content: [system] };
  assert.equal(readBoth(writeEvtx([{ ms, xml }])).events[0]!.ms, ms);
  const { events, faults } = readBoth(writeEvtx([{ ms: -11_644_473_600_000, xml }]));
  assert.ok(Number.isNaN(events[0]!.ms));
  assert.deepEqual(
    faults.map((f) => f.code),
    ['BAD_TIME'],
  );
});

test('checksums: a changed byte is a fault, the events are read and flagged', () => {
  const file = writeEvtx(logons(200), { recordsPerChunk: 100 });
  const at = file.indexOf(Buffer.from('user0', 'utf16le'), HEADER + CHUNK);
  file[at] = 0x55;
  const { events, faults } = readBoth(file);
  assert.equal(events.length, 200);
  assert.deepEqual(
    faults.map((f) => [f.code, f.offset]),
    [['BAD_CHECKSUM', HEADER + CHUNK + 52]],
  );
  assert.deepEqual(
    events.map((e) => e.flags & EventFlag.recovered),
    [...Array(100).fill(0), ...Array(100).fill(1)],
  );
  assert.equal(events.filter((e) => e.fields.TargetUserName === 'User0').length, 1);
});

test('a chunk without its signature is searched for whole records', () => {
  const file = writeEvtx(logons(200), { recordsPerChunk: 100 });
  file.fill(0, HEADER, HEADER + 8);
  const { events, faults } = readBoth(file);
  assert.equal(events.length, 200);
  assert.deepEqual(
    faults.map((f) => [f.code, f.offset, f.bytes]),
    [['BAD_MAGIC', HEADER, CHUNK]],
  );
  assert.equal(events.filter((e) => e.flags & EventFlag.recovered).length, 100);
});

test('a broken record is one fault; a size that lies does not swallow its neighbours', () => {
  const file = writeEvtx(logons(10));
  const offsets = readAll(file, 'fast').events.map((e) => e.offset);
  const lie = (size: number) => {
    const bad = Buffer.from(file);
    bad.writeUInt32LE(size, offsets[3]! + 4);
    return readBoth(bad);
  };
  for (const size of [0, 5, 0xffffffff, offsets[6]! - offsets[3]!]) {
    const { events, faults } = lie(size);
    assert.ok(events.length >= 9, `size ${size}`);
    assert.ok(
      faults.some((f) => f.offset === offsets[3]),
      `size ${size}`,
    );
  }
  const bad = Buffer.from(file);
  bad.fill(0xee, offsets[4]! + 24, offsets[4]! + 60);
  const { events, faults } = readBoth(bad);
  assert.deepEqual(
    events.map((e) => e.offset),
    offsets.filter((o) => o !== offsets[4]),
  );
  assert.deepEqual(
    faults.map((f) => f.code),
    ['BAD_CHECKSUM', 'BAD_RECORD'],
  );
});

test('dirty logs, chunks the header does not list, spare chunks, cut files', () => {
  const two = writeEvtx(logons(20), { recordsPerChunk: 10, spareChunks: 2 });
  assert.deepEqual(readBoth(two).faults, []);
  const dirty = readBoth(writeEvtx(logons(20), { recordsPerChunk: 10, dirty: true }));
  assert.deepEqual(
    dirty.faults.map((f) => f.code),
    ['UNCLOSED'],
  );
  assert.ok(dirty.events.every((e) => e.flags === 0));
  const stale = writeEvtx(logons(20), { recordsPerChunk: 10 });
  stale.writeUInt16LE(1, 42);
  const listed = readBoth(stale);
  assert.deepEqual(
    listed.faults.map((f) => f.code),
    ['BAD_CHECKSUM', 'BAD_STRUCTURE'],
  );
  assert.equal(listed.events.filter((e) => e.flags === EventFlag.recovered).length, 10);
  const cut = readBoth(two.subarray(0, HEADER + CHUNK + 4000));
  assert.ok(cut.events.length > 10 && cut.events.length < 20);
  assert.ok(cut.faults.some((f) => f.code === 'TRUNCATED'));
  assert.deepEqual(
    readBoth(Buffer.alloc(0)).faults.map((f) => f.code),
    ['TRUNCATED'],
  );
  assert.deepEqual(
    readBoth(Buffer.from('hello '.repeat(100))).faults.map((f) => f.code),
    ['NO_HEADER'],
  );
});

test('records behind the end of the chunk’s records are not invented', () => {
  const file = writeEvtx(logons(10));
  const last = readAll(file, 'fast').events.at(-1)!.offset;
  file.copyWithin(HEADER + 40_000, last, last + 600);
  assert.equal(readBoth(file).events.length, 10);
});

test('templates that fold out without end stay within the limits', () => {
  const many = Array.from({ length: 60 }, () => ({ slot: 0, type: 0x21 }));
  let xml: RawEventRecord['xml'] = { element: 'x', content: ['y'] };
  for (let i = 0; i < 12; i++) xml = { template: { element: `E${i}`, content: many }, values: [{ xml }] };
  const { events, faults } = readBoth(writeEvtx(raw(xml)));
  assert.equal(events.length, 0);
  assert.deepEqual(
    faults.map((f) => f.code),
    ['LIMIT_COUNT'],
  );
  let deep: XmlElement = { element: 'x', content: ['y'] };
  for (let i = 0; i < 200; i++) deep = { element: 'e', content: [deep] };
  assert.deepEqual(
    readBoth(writeEvtx(raw(deep))).faults.map((f) => f.code),
    ['LIMIT_DEPTH'],
  );
});

test('record(): bytes, XML and fields of the record at an offset; null elsewhere', () => {
  const file = writeEvtx(logons(300), { recordsPerChunk: 100 });
  const source = memorySource(file);
  const { events } = readAll(file, 'fast');
  const wanted = events[250]!;
  const got = evtx.record(source, wanted.offset, options)!;
  assert.deepEqual(got.fields, wanted.fields);
  assert.deepEqual(got.source, wanted.shape.source);
  assert.equal(got.stream, 'windows-security');
  assert.equal(got.record, 251);
  assert.equal(got.time, '2022-02-03T04:05:06.2571234Z');
  assert.deepEqual(Buffer.from(got.bytes), file.subarray(wanted.offset, wanted.offset + got.bytes.length));
  assert.match(got.text, /<Data Name="TargetLogonId">0x3e7<\/Data>/);
  assert.match(got.text, /^ {2}<System>\n {4}<Provider Name="Microsoft-Windows-Security-Auditing"\/>$/m);
  for (const offset of [0, 1, wanted.offset + 8, file.length, -1, 0.5, Number.NaN])
    assert.equal(evtx.record(source, offset, options), null);
});

test('XML text is escaped and well-formed whatever stands in it', () => {
  const xml: XmlElement = {
    element: 'Event',
    content: [{ element: 'Data', attributes: { Name: ['"<'] }, content: ['a<b>&\u0001\ud800'] }],
  };
  const file = writeEvtx(raw(xml));
  assert.match(
    evtx.record(memorySource(file), HEADER + 512, options)!.text,
    /<Data Name="&quot;&lt;">a&lt;b&gt;&amp;\ufffd\ufffd<\/Data>/,
  );
});

test('sniff: by content', () => {
  const file = writeEvtx(logons(1));
  assert.equal(evtx.sniff(file, file.length), 100);
  assert.equal(evtx.sniff(Buffer.from('ElfFil'), 6), 0);
  file.fill(0, 0, 8);
  assert.equal(evtx.sniff(file, file.length), 95);
});
