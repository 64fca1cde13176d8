import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as w from '../../../test/readers/fixtures/_windows.ts';
import { shared, withoutShared } from '../../../test/support/shared.ts';
import { memorySource } from '../../base/index.ts';
import type { Event, Fault } from '../../model/index.ts';
import { EventFlag, fieldsOf, firstText } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { evtx } from '../evtx/index.ts';
import { windowsXml } from '../windows-xml/index.ts';
import { windowsJson } from './index.ts';

/** What a test compares: values as text, since exports differ in `3` and `"3"` and no rule does. */
function seen(event: Event) {
  const fields = Object.fromEntries(
    Object.entries(fieldsOf(event)).map(([k, v]) => [k, Array.isArray(v) ? v.map(String) : String(v)]),
  );
  const { source, stream, host, user, address } = event.shape;
  const who = [host, user, address].map((slots) => firstText(event, slots));
  return {
    record: event.record,
    ms: event.ms,
    ns: event.ns,
    flags: event.flags,
    source: { ...source },
    stream,
    who,
    fields,
  };
}
type Seen = ReturnType<typeof seen>;

function read(reader: Reader, bytes: Uint8Array, zone = 0) {
  const events: Seen[] = [];
  const faults: Fault[] = [];
  const sink = { event: (e: Event) => events.push(seen(e)), fault: (f: Fault) => faults.push(f), progress() {} };
  reader.read(memorySource(bytes), sink, { assumedZoneMinutes: zone, referenceMs: 0 });
  return { events, faults };
}
const readJson = (objects: readonly object[], zone = 0) => {
  const got = read(windowsJson, Buffer.from(objects.map((o) => JSON.stringify(o)).join('\n')), zone);
  assert.deepEqual(got.faults, []);
  return got.events;
};
const wanted = read(windowsXml, Buffer.from(w.WINDOWS_SAMPLES.map(w.asXml).join('\n'))).events;

test('the XML of the samples gives the fields written into them', () => {
  assert.deepEqual(wanted[0]?.fields, {
    Provider_Name: 'Microsoft-Windows-Security-Auditing',
    Provider_Guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}',
    EventID: '4624',
    Version: '2',
    Level: '0',
    Task: '12544',
    Opcode: '0',
    Keywords: '0x8020000000000000',
    TimeCreated: '2022-03-04T05:06:07.1234567Z',
    EventRecordID: '1001',
    Execution_ProcessID: '612',
    Execution_ThreadID: '700',
    Channel: 'Security',
    Computer: 'mail01.ministry.example',
    ...w.WINDOWS_SAMPLES[0]!.data,
  });
  assert.equal(wanted[0]?.ms, Date.UTC(2022, 2, 4, 5, 6, 7, 123));
  assert.equal(wanted[0]?.ns, 456_700);
  assert.deepEqual(wanted[0]?.who, ['mail01.ministry.example', 'jana.novak', '198.51.100.7']);
  assert.deepEqual(wanted[2]?.fields.Data, ['first', 'second; with "quotes"']);
  assert.equal(wanted[3]?.fields.UserData_Channel, 'Security');
  assert.deepEqual(
    wanted.map((e) => e.stream),
    ['windows-security', 'windows-sysmon', 'windows-application', 'windows-security'],
  );
});

/** Shapes that keep everything: equal to the XML in all things. */
const WHOLE = { evtx_dump: w.asRendered, 'plain members': w.asPlain, xmltodict: w.asXmltodict };
for (const [name, print] of Object.entries(WHOLE)) {
  test(`the same events through ${name} are the same events`, () => {
    assert.deepEqual(readJson(w.WINDOWS_SAMPLES.map(print)), wanted);
  });
}

/** Shapes that lose or add something: these fields apart, equal. `data` of nameless events is lost by some. */
const PARTIAL: Record<
  string,
  { print: (e: w.WindowsSample) => object; without: string[]; extra: string[]; samples: number[] }
> = {
  winlogbeat: {
    print: w.asBeat,
    without: ['Level', 'Task', 'Opcode', 'Keywords'],
    extra: ['Message'],
    samples: [0, 1],
  },
  'winlogbeat 6': { print: w.asBeat6, without: ['Level', 'Task', 'Opcode', 'Keywords'], extra: [], samples: [0, 1] },
  NXLog: {
    print: w.asNxlog,
    without: ['Level'],
    extra: ['EventType', 'SeverityValue', 'Severity', 'EventReceivedTime', 'SourceModuleName', 'SourceModuleType'],
    samples: [0, 1],
  },
  EvtxECmd: {
    print: w.asEvtxECmd,
    without: ['Level', 'Task', 'Opcode', 'Keywords', 'Version', 'Provider_Guid', 'TimeCreated'],
    extra: ['PayloadData1', 'MapDescription', 'RenderingInfo_Level'],
    samples: [0, 1, 3],
  },
  'Log Analytics': { print: w.asAzure, without: ['Provider_Guid'], extra: [], samples: [0, 1, 2, 3] },
};
for (const [name, { print, without, extra, samples }] of Object.entries(PARTIAL)) {
  test(`the same events through ${name} have equal fields, as far as it keeps them`, () => {
    const got = readJson(samples.map((i) => print(w.WINDOWS_SAMPLES[i]!)));
    for (const [at, i] of samples.entries()) {
      const want = wanted[i]!;
      const strip = (fields: Record<string, unknown>, names: string[]) =>
        Object.fromEntries(
          Object.entries(fields).filter(
            ([k]) => !names.includes(k) && k !== 'UserData_Channel' && k !== 'EventData_Channel',
          ),
        );
      assert.deepEqual(strip(got[at]!.fields, [...extra, ...without]), strip(want.fields, without));
      const { fields: _, ...rest } = got[at]!;
      const { fields: __, ...wantRest } = want;
      assert.deepEqual(rest, wantRest);
    }
  });
}

test('words stand for numbers only where they leave no choice', () => {
  const [info, failure] = readJson([
    {
      '@timestamp': '2022-03-04T05:06:07Z',
      winlog: { channel: 'Security', event_id: '4625', keywords: ['Audit Failure'], provider_name: 'P' },
      log: { level: 'information' },
    },
    {
      '@timestamp': '2022-03-04T05:06:07Z',
      winlog: { channel: 'System', event_id: 7, provider_name: 'P' },
      log: { level: 'error' },
    },
  ]);
  assert.equal(info?.fields.Keywords, '0x8010000000000000');
  assert.equal(info?.fields.RenderingInfo_Level, 'information');
  assert.equal(info?.fields.Level, undefined);
  assert.equal(failure?.fields.Level, '2');
});

test('a local time is read in the zone its own record betrays, and stays flagged', () => {
  const nxlog = {
    EventTime: '2020-09-22 14:53:01',
    EventReceivedTime: '2020-09-22 14:53:04',
    '@timestamp': '2020-09-22T18:53:04.182Z',
    SourceModuleName: 'in',
    EventID: 1,
    Channel: 'Security',
    SourceName: 'P',
    Hostname: 'h',
  };
  const [betrayed] = readJson([nxlog]);
  assert.equal(betrayed?.ms, Date.UTC(2020, 8, 22, 18, 53, 1));
  assert.equal(betrayed?.flags, EventFlag.zoneAssumed);
  const [told] = readJson([nxlog], 120);
  assert.equal(told?.ms, Date.UTC(2020, 8, 22, 12, 53, 1), 'the zone a person named goes before');
  const { '@timestamp': _, ...silent } = nxlog;
  const [assumed] = readJson([silent]);
  assert.equal(assumed?.ms, Date.UTC(2020, 8, 22, 14, 53, 1));
  assert.equal(assumed?.flags, EventFlag.zoneAssumed);
});

test("PowerShell's objects and signed keyword masks", () => {
  const text = `{"Id":4624,"Keywords":-9214364837600034816,"RecordId":9,"ProviderName":"P","LogName":"Security","ProcessId":612,"ThreadId":7,"MachineName":"m","UserId":{"Value":"S-1-5-18"},"TimeCreated":"\\/Date(1646370367123)\\/","LevelDisplayName":"Information","Properties":[{"Value":"a"},{"Value":3}]}`;
  const [event] = read(windowsJson, Buffer.from(text)).events;
  assert.equal(event?.fields.Keywords, '0x8020000000000000');
  assert.equal(event?.ms, 1_646_370_367_123);
  assert.equal(event?.record, 9);
  assert.deepEqual(event?.fields.Data, ['a', '3']);
  assert.equal(event?.fields.Security_UserID, 'S-1-5-18');
  assert.equal(event?.fields.Execution_ProcessID, '612');
});

test('records EvtxECmd found outside the list are flagged as recovered', () => {
  const [event] = readJson([{ ...w.asEvtxECmd(w.WINDOWS_SAMPLES[0]!), HiddenRecord: true }]);
  assert.equal(event?.flags, EventFlag.recovered);
});

test('objects that are no Windows events are told, not guessed at', () => {
  const got = read(windowsJson, Buffer.from(`${JSON.stringify(w.asRendered(w.WINDOWS_SAMPLES[0]!))}\n{"a":1}\n`));
  assert.equal(got.events.length, 1);
  assert.deepEqual(
    got.faults.map((f) => f.code),
    ['BAD_RECORD'],
  );
});

const REGRESSION = ['sigma', 'regression_data'] as const;
test('public JSON beside public EVTX: our readings agree', { skip: withoutShared(...REGRESSION) }, () => {
  const root = shared(...REGRESSION);
  let compared = 0;
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.json')) continue;
    const json = read(windowsJson, readFileSync(join(root, file)));
    const binary = read(evtx, readFileSync(join(root, file.replace(/\.json$/, '.evtx'))));
    assert.deepEqual(json.faults, [], file);
    assert.equal(json.events.length, binary.events.length, file);
    for (const [i, a] of json.events.entries()) {
      const b = binary.events[i]!;
      // The tool that made the JSON cut times to microseconds and trimmed texts; the file's own record number differs
      // from the event's where the log was exported.
      const plain = (e: Seen) =>
        Object.fromEntries(
          Object.entries(e.fields)
            .filter(([k]) => k !== 'TimeCreated')
            .map(([k, v]) => [k, typeof v === 'string' ? v.trim() : v]),
        );
      assert.deepEqual(plain(a), plain(b), `${file} #${i}`);
      assert.deepEqual(
        [a.stream, a.source, a.ms, Math.floor(a.ns / 1000)],
        [b.stream, b.source, b.ms, Math.floor(b.ns / 1000)],
      );
      compared++;
    }
  }
  assert.equal(compared, 120);
});
