import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { w3c } from './index.ts';

const IIS = [
  '#Software: Microsoft Internet Information Services 10.0',
  '#Version: 1.0',
  '#Date: 2022-03-01 00:00:00',
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken',
].join('\r\n');
const HIT = '2022-03-01 10:11:12 10.0.0.5 POST /owa/a.aspx x=1 443 - 203.0.113.9 Mozilla/5.0+(X;+"q") 200 155';

test('IIS: own names, Sigma names, UTC, absent fields, numbers', () => {
  const e = readOne(w3c, `${IIS}\r\n${HIT}\r\n`);
  assert.deepEqual(e.fields, {
    date: '2022-03-01',
    time: '10:11:12',
    's-ip': '10.0.0.5',
    'cs-method': 'POST',
    'cs-uri-stem': '/owa/a.aspx',
    'cs-uri-query': 'x=1',
    's-port': 443,
    'c-ip': '203.0.113.9',
    'cs(User-Agent)': 'Mozilla/5.0+(X;+"q")',
    'sc-status': 200,
    'time-taken': 155,
    'cs-user-agent': ['Mozilla/5.0+(X;+"q")', 'Mozilla/5.0 (X; "q")'],
    'cs-uri': '/owa/a.aspx?x=1',
  });
  assert.deepEqual([e.ms, e.flags, e.stream], [Date.UTC(2022, 2, 1, 10, 11, 12), 0, 'web-iis']);
  assert.deepEqual(
    [e.source, e.host, e.address, e.record],
    [{ category: 'webserver', service: 'iis' }, '10.0.0.5', '203.0.113.9', 5],
  );
});

test('IIS: a blank written twice is no empty column; other lines of too many columns keep their fault', () => {
  const twice = HIT.replace(' 443 - ', ' 443  MEA\\h.brandt ');
  const { events, codes } = readAll(w3c, `${IIS}\n${twice}\n${HIT} more\n`);
  assert.deepEqual(codes, ['BAD_RECORD']);
  assert.deepEqual(
    [events[0]!.fields['cs-username'], events[0]!.fields['c-ip'], events[0]!.flags],
    ['MEA\\h.brandt', '203.0.113.9', 0],
  );
  assert.equal(events[1]!.flags, EventFlag.partial);
});

test('#Fields may change inside one file', () => {
  const text = `${IIS}\n${HIT}\n#Fields: date time cs-uri-stem sc-status sc-win32-status\n2022-03-01 10:11:13 /x 404 2\n`;
  const { events, codes } = readAll(w3c, text);
  assert.deepEqual(codes, []);
  assert.deepEqual(events[1]!.fields, {
    date: '2022-03-01',
    time: '10:11:13',
    'cs-uri-stem': '/x',
    'sc-status': 404,
    'sc-win32-status': 2,
    'cs-uri': '/x',
  });
});

test('a time without date takes the day of #Date', () => {
  const e = readOne(w3c, '#Date: 2022-03-01 00:00:00\n#Fields: time cs-uri-stem sc-status\n10:11:12.25 /x 200\n');
  assert.equal(e.ms, Date.UTC(2022, 2, 1, 10, 11, 12, 250));
});

const PROXY_NAMES =
  'DateTime,RequestId,Method,UrlStem,AuthenticatedUser,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,ProxyAction';
const EXCHANGE = `#Software: Microsoft Exchange Server\n#Version: 15.01\n#Log-type: HttpProxy Logs\n#Date: x\n#Fields: ${PROXY_NAMES}\n`;

test('Exchange: comma-parted with quotes, names repeated as a row, log type as stream, Sigma names beside', () => {
  const row = '2023-01-09T19:00:00.130Z,r-1,GET,/owa/,EXAMPLE\\bob,"a ""b"", c",203.0.113.9,EX01,200,Proxy';
  for (const head of [EXCHANGE, `${PROXY_NAMES}\n${EXCHANGE}`, `${EXCHANGE}${PROXY_NAMES}\n`]) {
    const e = readOne(w3c, `${head}${row}\n`);
    assert.deepEqual(
      [e.stream, e.host, e.user, e.address],
      ['exchange-httpproxy', 'EX01', 'EXAMPLE\\bob', '203.0.113.9'],
    );
    assert.deepEqual(
      [e.fields.UserAgent, e.fields['cs-user-agent'], e.fields['sc-status'], e.fields['cs-uri-stem']],
      ['a "b", c', 'a "b", c', 200, '/owa/'],
    );
    assert.deepEqual([e.ms, e.flags, e.source.category], [Date.UTC(2023, 0, 9, 19, 0, 0, 130), 0, 'webserver']);
  }
  const tracking = readOne(
    w3c,
    '#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: date-time,client-ip,server-hostname,event-id,internal-message-id,sender-address,total-bytes\n2016-04-05T00:00:02.052Z,,EX01,RECEIVE,7,a@b,2048\n',
  );
  assert.deepEqual(
    [tracking.stream, tracking.user, tracking.fields['total-bytes']],
    ['exchange-messagetracking', 'a@b', 2048],
  );
  assert.equal('client-ip' in tracking.fields, false);
});

test('proxies: the URL out of its pieces, every name rules ask for', () => {
  const e = readOne(
    w3c,
    '#Software: SGOS 6.7\n#Fields: date time c-ip cs-username cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query cs(User-Agent) sc-status s-action r-ip\n2022-03-01 10:11:12 10.0.0.7 bob GET http files.example /a/b.EXE ?x=1 "Mozilla/5.0 (X; Y)" 200 TCP_MISS 192.0.2.5\n',
  );
  assert.deepEqual(e.source, { category: 'proxy', service: 'bluecoat' });
  assert.deepEqual(
    ['c-useragent', 'c-uri', 'c-uri-query', 'c-uri-extension', 'cs-host', 'r-dns', 'dst_ip'].map((n) => e.fields[n]),
    [
      'Mozilla/5.0 (X; Y)',
      ['http://files.example/a/b.EXE?x=1', '/a/b.EXE?x=1', '/a/b.EXE'],
      'x=1',
      'exe',
      'files.example',
      'files.example',
      '192.0.2.5',
    ],
  );
});

test('Windows firewall: local time says so', () => {
  const text =
    '#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Time Format: Local\n#Fields: date time action protocol src-ip dst-ip src-port dst-port\n2022-03-01 10:11:12 DROP TCP 10.0.0.1 10.0.0.2 5 445\n';
  const e = readOne(w3c, text, { assumedZoneMinutes: 120 });
  assert.deepEqual([e.ms, e.flags], [Date.UTC(2022, 2, 1, 8, 11, 12), EventFlag.zoneAssumed]);
  assert.deepEqual([e.fields.src_ip, e.fields.dst_port, e.source.category], ['10.0.0.1', 445, 'firewall']);
});

test('faults: no header, wrong number of columns, no time, cut at the end', () => {
  assert.deepEqual(readAll(w3c, `${HIT}\n${IIS}\n${HIT}\n`).codes, ['NO_HEADER']);
  const short = readAll(w3c, `${IIS}\n2022-03-01 10:11:12 10.0.0.5\n${HIT} more\nnoise\n`);
  assert.deepEqual(
    [short.codes, short.events.map((e) => e.flags)],
    [
      ['BAD_RECORD', 'BAD_RECORD', 'BAD_RECORD'],
      [EventFlag.partial, EventFlag.partial],
    ],
  );
  assert.deepEqual(readAll(w3c, `${IIS}\n${HIT.replace('10:11:12', '10:99:12')}\n`).codes, ['BAD_TIME']);
  assert.deepEqual(readAll(w3c, `${IIS}\n${HIT}\n${HIT.slice(0, 40)}`).codes, ['TRUNCATED']);
  assert.deepEqual(readAll(w3c, '#Fields:\n').codes, ['BAD_STRUCTURE']);
});

test('records found again under the header they had', () => {
  const bytes = Buffer.from(`${IIS}\n${HIT}\n#Fields: date time cs-uri-stem sc-status\n2022-03-01 10:11:13 /x 404\n`);
  const source = { size: bytes.length, read: (o: number, into: Uint8Array) => bytes.copy(into, 0, o, o + into.length) };
  const options = { assumedZoneMinutes: 0, referenceMs: 0 };
  for (const e of readAll(w3c, bytes).events) {
    const raw = w3c.record(source, e.offset, options);
    assert.deepEqual([raw?.fields, raw?.stream, raw?.record], [e.fields, e.stream, e.record]);
  }
});

/** The slow, obvious twin: split the decoded line. */
function twin(line: string, names: string[], separator: string, quotes: boolean): Record<string, Value> {
  let cells: string[] = [];
  let rest = line;
  for (;;) {
    const q = quotes ? /^"((?:[^"]|"")*)"(?=[ ,]|$)/.exec(rest) : null;
    if (q !== null && (rest.length === q[0].length || rest[q[0].length] === separator)) {
      cells.push(q[1]!.replaceAll('""', '"'));
      rest = rest.slice(q[0].length);
    } else {
      const end = rest.indexOf(separator);
      cells.push(end < 0 ? rest : rest.slice(0, end));
      rest = end < 0 ? '' : rest.slice(end);
    }
    if (rest === '') break;
    rest = rest.slice(1);
  }
  const full = cells.filter((c) => c !== '');
  if (separator === ' ' && cells.length > names.length && full.length === names.length) cells = full;
  const out: Record<string, Value> = {};
  names.forEach((n, i) => {
    const cell = cells[i];
    if (cell !== undefined && cell !== '' && cell !== '-') out[n] = cell;
  });
  return out;
}

test('cutting bytes lazily gives what splitting text gives', () => {
  const cell = fc.oneof(
    fc.constantFrom('', '-', '"a b"', '"a ""b"""', '"', 'x"y', 'ü', '"a,b"'),
    fc.stringMatching(/^[!#-+.-~]{1,8}$/),
  );
  for (const [separator, software] of [
    [' ', 'x'],
    [' ', 'Microsoft Internet Information Services'],
    [',', 'x'],
  ] as const) {
    const names = ['x-timestamp', 'a', 'b', 'c', 'd'];
    if (software !== 'x') names[4] = 'cs-uri-stem';
    const quotes = software === 'x';
    fc.assert(
      fc.property(fc.array(cell, { minLength: 4, maxLength: 5 }), (cells) => {
        const line = `2022-03-01T00:00:00Z${separator}${cells.join(separator)}`;
        const text = `#Software: ${software}\n#Fields: ${names.join(separator)}\n${line}\n`;
        const [event] = readAll(w3c, text).events;
        const { 'cs-uri': _, ...got } = event?.fields ?? {};
        assert.deepEqual(got, twin(line, names, separator === ' ' ? ' ' : ',', quotes));
      }),
      { numRuns: 200 },
    );
  }
});

test('damaged logs never throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(`${IIS}\n${HIT}\n${HIT}\n`, `${EXCHANGE}2023-01-09T19:00:00.130Z,r,"a,b",c\n`),
      fc.array(fc.nat(), { maxLength: 10 }),
      (text, seeds) => {
        readAll(w3c, mutate(Buffer.from(text), seeds));
      },
    ),
    { numRuns: 300 },
  );
});
