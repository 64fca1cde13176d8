import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import { EventFlag } from '../../model/index.ts';
import { syslog } from './index.ts';

const iso = (ms: number) => new Date(ms).toISOString();

test('RFC 3164: priority, host, program, pid; year and zone are assumed and say so', () => {
  const e = readOne(syslog, '<38>Jan  2 03:04:05 web01 app[12]: hello there', {
    assumedZoneMinutes: 60,
    referenceMs: Date.UTC(2023, 0, 5),
  });
  assert.deepEqual(e.fields, {
    hostname: 'web01',
    program: 'app',
    pid: 12,
    facility: 'auth',
    severity: 'info',
    message: 'hello there',
  });
  assert.equal(iso(e.ms), '2023-01-02T02:04:05.000Z');
  assert.equal(e.flags, EventFlag.yearAssumed | EventFlag.zoneAssumed);
  assert.deepEqual([e.stream, e.host, e.source.service], ['linux-auth', 'web01', 'auth']);
});

test('RFC 5424: structured data, escapes, nil values, byte order mark, nothing assumed', () => {
  const e = readOne(
    syslog,
    '<165>1 2003-10-11T22:14:15.003123456+02:00 host.example evntslog - ID47 [a@1 iut="3" s="x\\"]y"][b@2 z=""] \ufeffAn event',
  );
  assert.deepEqual(e.fields, {
    hostname: 'host.example',
    program: 'evntslog',
    facility: 'local4',
    severity: 'notice',
    msgid: 'ID47',
    message: 'An event',
    'a@1.iut': '3',
    'a@1.s': 'x"]y',
    'b@2.z': '',
  });
  assert.deepEqual([iso(e.ms), e.ns, e.flags], ['2003-10-11T20:14:15.003Z', 123456, 0]);
  assert.equal(readOne(syslog, '<34>1 2003-10-11T22:14:15Z - - - - -').fields.message, '');
});

test('the other heads that files have', () => {
  const cases: [text: string, time: string, host: string | undefined, program: string | undefined, message: string][] =
    [
      ['2022-03-01T10:11:12.5+01:00 h sshd[1]: x', '2022-03-01T09:11:12.500Z', 'h', 'sshd', 'x'],
      ['2022-03-01 10:11:12 h kernel: x', '2022-03-01T10:11:12.000Z', 'h', 'kernel', 'x'],
      ['Tue 2022-03-01 10:11:12 UTC h systemd[1]: x', '2022-03-01T10:11:12.000Z', 'h', 'systemd', 'x'],
      ['Mar  1 10:11:12.123456 h a-b.c[9]: x: y', '2024-03-01T10:11:12.123Z', 'h', 'a-b.c', 'x: y'],
      ['Mar 1 2022 10:11:12 fw1 : text', '2022-03-01T10:11:12.000Z', 'fw1', undefined, 'text'],
      ['<189>000123: *Mar  1 18:46:11.123 UTC: free text', '2024-03-01T18:46:11.123Z', 'free', undefined, 'text'],
      ['Mar  1 10:11:12 sshd[1]: no host here', '2024-03-01T10:11:12.000Z', undefined, 'sshd', 'no host here'],
      [
        'Mar  1 10:11:12 h a message of no program',
        '2024-03-01T10:11:12.000Z',
        'h',
        undefined,
        'a message of no program',
      ],
      ['2022-03-01 10:11:12 ERROR db down', '2022-03-01T10:11:12.000Z', undefined, undefined, 'ERROR db down'],
    ];
  for (const [text, time, host, program, message] of cases) {
    const e = readOne(syslog, text);
    assert.deepEqual(
      [iso(e.ms), e.fields.hostname, e.fields.program, e.fields.message],
      [time, host, program, message],
      text,
    );
  }
});

test('a line without time stays undated and keeps its text; noise is no event', () => {
  const got = readAll(syslog, 'continued from above\n<13>no time\n\x01\x02\x03\n');
  assert.deepEqual(got.codes, ['BAD_TIME', 'BAD_TIME', 'BAD_RECORD']);
  assert.deepEqual(
    got.events.map((e) => [e.fields.message, Number.isNaN(e.ms)]),
    [
      ['continued from above', true],
      ['no time', true],
    ],
  );
  assert.deepEqual(readAll(syslog, '2022-03-01T00:00:00Z,a,b').codes, ['BAD_TIME']); // a table's row
  assert.deepEqual(readAll(syslog, 'Feb 29 00:00:00 h p: x', { referenceMs: Date.UTC(2023, 5, 1) }).codes, [
    'BAD_TIME',
  ]);
});

const NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
function stamp(ms: number): string {
  const d = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = String(d.getUTCDate()).padStart(2, ' ');
  return `${NAMES[d.getUTCMonth()]} ${day} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}
const DAY = 86_400_000;

test('one file over years: every year is found again, whatever the pace, from the last line back', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 40 * DAY }), { minLength: 30, maxLength: 120 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: DAY }), (gaps, late) => {
      let at = Date.UTC(2019, 10, 3, 1, 2, 3);
      const times = gaps.map((g) => {
        at += Math.floor(g / 1000) * 1000;
        // 29 February has no place in a year to be inferred wrongly; the case is tested above.
        if (stamp(at).startsWith('Feb 29')) at += DAY;
        return at;
      });
      const text = times.map((t) => `${stamp(t)} h p: x\n`).join('');
      const { events } = readAll(syslog, text, { referenceMs: at + late });
      assert.deepEqual(
        events.map((e) => iso(e.ms)),
        times.map(iso),
      );
    }),
    { numRuns: 100 },
  );
});

test('a device that wakes up on the first of January turns no year, nor do lines out of order at midnight', () => {
  const july = (n: number) => `Jul ${10 + n} 10:00:00 h p: x`;
  const blip = ['Jan  1 00:00:01 router p: up', 'Jan  1 00:00:09 router p: link'];
  const lines = [july(0), ...blip, july(1), july(2), ...blip, july(3)];
  const years = (ls: string[], referenceMs: number) =>
    readAll(syslog, ls.join('\n'), { referenceMs }).events.map((e) => new Date(e.ms).getUTCFullYear());
  assert.deepEqual(
    years(lines, Date.UTC(2022, 6, 20)),
    lines.map(() => 2022),
  );
  // The same in December, where a day of January lies close by.
  const december = (n: number) => `Dec ${10 + n} 10:00:00 h p: x`;
  const winter = [december(0), ...blip, december(1), december(2), december(3)];
  assert.deepEqual(
    years(winter, Date.UTC(2022, 11, 20)).filter((_, i) => i !== 1 && i !== 2),
    [2022, 2022, 2022, 2022],
  );
  const turn = [
    'Dec 31 23:59:58 h p: x',
    'Jan  1 00:00:00 h p: x',
    'Dec 31 23:59:59 h p: late',
    'Jan  1 00:00:01 h p: x',
    'Jan  2 00:00:01 h p: x',
  ];
  assert.deepEqual(years(turn, Date.UTC(2022, 0, 3)), [2021, 2022, 2021, 2022, 2022]);
});

test('one record found again knows its year', () => {
  const text = 'Nov  1 00:00:00 h p: a\nFeb  1 00:00:00 h p: b\nNov  2 00:00:00 h p: c\nFeb  3 00:00:00 h p: d\n';
  const bytes = Buffer.from(text);
  const source = { size: bytes.length, read: (o: number, into: Uint8Array) => bytes.copy(into, 0, o, o + into.length) };
  const options = { assumedZoneMinutes: 0, referenceMs: Date.UTC(2022, 1, 4) };
  for (const e of readAll(syslog, bytes, options).events) {
    const raw = syslog.record(source, e.offset, options);
    assert.deepEqual([raw?.time, raw?.fields, raw?.record], [iso(e.ms), e.fields, e.record]);
  }
  assert.equal(syslog.record(source, 3, options), null);
});

test('hostile lines never throw and cost no more than their length', () => {
  const seeds = [
    '<38>Jan  2 03:04:05 web01 sshd[12]: Failed password for invalid user a from 1.2.3.4 port 22 ssh2',
    '<165>1 2003-10-11T22:14:15.003123456+02:00 h e - ID47 [a@1 iut="3"] m',
    'Jan  2 03:04:05 fw %ASA-6-302013: Built inbound TCP connection 1 for o:1.1.1.1/1 (1.1.1.1/1) to i:2.2.2.2/2 (2.2.2.2/2)',
    'Jan  2 03:04:05 h audit: type=1300 audit(1.2:3): arch=c000003e syscall=59 a0=1',
    'Jan  2 03:04:05 h sysmon: <Event><System><EventID>1</EventID></System><EventData><Data Name="Image">/x</Data></EventData></Event>',
  ].map((s) => Buffer.from(s));
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(fc.nat(), { maxLength: 8 }), (sample, damage) => {
      readAll(syslog, mutate(sample, damage));
    }),
    { numRuns: 500 },
  );
  const heads = ['Jan  2 03:04:05 h sshd[1]: ', 'Jan  2 03:04:05 h sudo: x : ', 'Jan  2 03:04:05 h postfix/smtpd[1]: '];
  const fills = [' from ', ' ; ', '=', '"', 'a=b, ', "'", '[', '<', '%ASA', ' port ', '(', '::'];
  for (const head of heads) {
    for (const fill of fills) {
      const began = process.cpuUsage().user;
      readAll(syslog, head + fill.repeat(200_000 / fill.length));
      assert.ok(process.cpuUsage(undefined).user - began < 3_000_000, `${head}${fill}`);
    }
  }
});
