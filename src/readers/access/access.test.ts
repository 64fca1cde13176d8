import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import { EventFlag } from '../../model/index.ts';
import { squid } from '../squid/index.ts';
import { webAccess, webError } from './index.ts';

const HIT =
  '203.0.113.9 - bob [10/Oct/2022:13:55:36 -0700] "GET /owa/?a=1&b HTTP/1.1" 200 2326 "-" "Mozilla/5.0 (X; \\"q\\")"';

test('Combined: Sigma names, zone, escaped quotes', () => {
  const e = readOne(webAccess, HIT);
  assert.deepEqual(e.fields, {
    'c-ip': '203.0.113.9',
    'cs-username': 'bob',
    'cs-method': 'GET',
    'cs-uri': '/owa/?a=1&b',
    'cs-uri-stem': '/owa/',
    'cs-uri-query': 'a=1&b',
    'cs-version': 'HTTP/1.1',
    'sc-status': 200,
    'sc-bytes': 2326,
    'cs-user-agent': 'Mozilla/5.0 (X; "q")',
  });
  assert.deepEqual([e.ms, e.flags], [Date.UTC(2022, 9, 10, 20, 55, 36), 0]);
  assert.deepEqual(
    [e.stream, e.user, e.address, e.source],
    ['web-access', 'bob', '203.0.113.9', { category: 'webserver' }],
  );
});

test('Common, virtual host in front, fields behind, junk instead of a request', () => {
  assert.equal('cs-user-agent' in readOne(webAccess, HIT.slice(0, HIT.indexOf(' "-"'))).fields, false);
  const vhost = readOne(webAccess, `www.example.org:443 ${HIT} "198.51.100.1" 0.005`);
  assert.deepEqual(
    [vhost.fields['cs-host'], vhost.fields['s-port'], vhost.fields['c-ip'], vhost.fields.extra],
    ['www.example.org', 443, '203.0.113.9', ['198.51.100.1', '0.005']],
  );
  const junk = readOne(webAccess, '2001:db8::9 - - [10/Oct/2022:13:55:36 +0000] "\\x16\\x03 x" 400 -');
  assert.deepEqual(junk.fields, {
    'c-ip': '2001:db8::9',
    'cs-uri': '\\x16\\x03 x',
    'cs-uri-stem': '\\x16\\x03 x',
    'sc-status': 400,
  });
  const spaced = readOne(webAccess, '203.0.113.9 - a [b c [10/Oct/2022:13:55:36 +0000] "GET /x y HTTP/1.0" 200 1');
  assert.deepEqual([spaced.user, spaced.fields['cs-uri']], ['a [b c', '/x y']);
  const noZone = readOne(webAccess, HIT.replace(' -0700', ''), { assumedZoneMinutes: 60 });
  assert.deepEqual([noZone.ms, noZone.flags], [Date.UTC(2022, 9, 10, 12, 55, 36), EventFlag.zoneAssumed]);
});

test('a hostile client cannot forge the line around its request', () => {
  const e = readOne(webAccess, HIT.replace('/owa/?a=1&b', '/\\" 200 1 \\"-\\" \\"x'));
  assert.deepEqual([e.fields['cs-uri'], e.fields['sc-bytes']], ['/" 200 1 "-" "x', 2326]);
});

test('a request with quotes that the server did not escape is read to where the status stands', () => {
  const line = (request: string) => `203.0.113.9 - - [10/Oct/2022:13:55:36 +0000] "${request}" 404 1164`;
  const uri = (request: string) => readOne(webAccess, line(request)).fields['cs-uri'];
  assert.equal(uri('GET /a?b=<script>alert("x")</script> HTTP/1.0'), '/a?b=<script>alert("x")</script>');
  assert.equal(uri(`GET /{("a"+"1")}/x.action HTTP/1.0`), `/{("a"+"1")}/x.action`);
  assert.equal(uri('GET /a" 20x "b HTTP/1.0'), '/a" 20x "b');
});

test('faults: no record, cut, no such date', () => {
  const got = readAll(webAccess, `${HIT}\nnoise\n${HIT.replace('10/Oct', '31/Feb')}\n${HIT.slice(0, 60)}`);
  assert.deepEqual([got.codes, got.events.length], [['BAD_RECORD', 'BAD_TIME', 'TRUNCATED'], 2]);
});

test('error logs of Apache and nginx: message for keyword rules, client, assumed zone', () => {
  const apache = readOne(
    webError,
    '[Fri Mar 04 05:06:07.123456 2022] [core:error] [pid 9:tid 8] [client 203.0.113.9:5000] AH00126: Invalid [URI]',
    { assumedZoneMinutes: 60 },
  );
  assert.deepEqual(apache.fields, {
    level: 'error',
    module: 'core',
    pid: 9,
    'c-ip': '203.0.113.9',
    message: 'AH00126: Invalid [URI]',
  });
  assert.deepEqual(
    [apache.ms, apache.ns, apache.flags, apache.source, apache.stream],
    [Date.UTC(2022, 2, 4, 4, 6, 7, 123), 456000, EventFlag.zoneAssumed, { service: 'apache' }, 'web-apache-error'],
  );
  const old = readOne(
    webError,
    '[Fri Mar 04 05:06:07 2022] [error] [client 203.0.113.9] exit signal Segmentation Fault',
  );
  assert.deepEqual([old.address, old.fields.message], ['203.0.113.9', 'exit signal Segmentation Fault']);
  const nginx = readOne(
    webError,
    '2022/03/04 05:06:07 [crit] 9#8: *7 open() "/x" failed, client: 203.0.113.9, server: s, request: "GET /x HTTP/1.1", host: "h.example"',
  );
  assert.deepEqual(
    [nginx.address, nginx.fields['cs-host'], nginx.fields.server, nginx.fields.level, nginx.source.service],
    ['203.0.113.9', 'h.example', 's', 'crit', 'nginx'],
  );
  const forged = readOne(
    webError,
    '2022/03/04 05:06:07 [error] 9#8: *7 open() "/x, client: 192.0.2.1, server: s" failed, client: 203.0.113.9, server: s, request: "GET / HTTP/1.1"',
  );
  assert.equal(forged.address, '');
  const script = readAll(webError, `[Fri Mar 04 05:06:07 2022] [error] x\nsh: 1: wget: not found\n`);
  assert.deepEqual([script.codes, script.events[1]!.fields], [['BAD_TIME'], { message: 'sh: 1: wget: not found' }]);
});

const SQUID =
  '1066036250.603    345 192.168.0.1 TCP_MISS/200 1234 GET http://www.example.org/a/b.exe?x=1 bob HIER_DIRECT/192.0.2.1 text/html';

test('Apache: the client without its port, IPv6 in brackets, behind a proxy', () => {
  const client = (peer: string) =>
    readOne(
      webError,
      `[Fri Mar 04 05:06:07.123456 2022] [auth_basic:error] [pid 9:tid 8] [${peer}] AH01618: user x not found: /a`,
    ).address;
  assert.equal(client('client 203.0.113.9:5000'), '203.0.113.9');
  assert.equal(client('client [2001:db8::9]:5000'), '2001:db8::9');
  assert.equal(client('client 2001:db8::9'), '2001:db8::9');
  assert.equal(client('remote 203.0.113.9:35924'), '203.0.113.9');
  const behind = (text: string) =>
    readOne(webError, `[Mon Aug 31 09:30:48.958285 2015] [proxy_fcgi:error] [pid 7:tid 8] ${text}`).address;
  assert.equal(behind('(70008)Partial results are valid: [client 203.0.113.9:5] AH01075: x'), '203.0.113.9');
  assert.equal(behind('mod_authz_core.c(820): [client [2001:db8::9]:5] AH01626: x'), '2001:db8::9');
  assert.equal(behind('AH00489: said somebody: [client 6.6.6.6:5] x'), '');
});

test('squid: Sigma proxy names', () => {
  const e = readOne(squid, SQUID);
  assert.deepEqual(e.fields, {
    'c-ip': '192.168.0.1',
    'cs-username': 'bob',
    'cs-method': 'GET',
    url: 'http://www.example.org/a/b.exe?x=1',
    'c-uri': ['http://www.example.org/a/b.exe?x=1', '/a/b.exe?x=1', '/a/b.exe'],
    'cs-uri': ['http://www.example.org/a/b.exe?x=1', '/a/b.exe?x=1', '/a/b.exe'],
    'c-uri-stem': '/a/b.exe',
    'c-uri-query': 'x=1',
    'c-uri-extension': 'exe',
    'cs-host': 'www.example.org',
    'r-dns': 'www.example.org',
    'sc-status': 200,
    'sc-bytes': 1234,
    's-action': 'TCP_MISS',
    's-hierarchy': 'HIER_DIRECT',
    dst_ip: '192.0.2.1',
    'rs-content-type': 'text/html',
    'time-taken': 345,
  });
  assert.equal(e.ms, 1066036250603);
  const tunnel = readOne(
    squid,
    SQUID.replace('GET http://www.example.org/a/b.exe?x=1 bob', 'CONNECT c2.example:443 -'),
  );
  assert.deepEqual([tunnel.fields['cs-host'], tunnel.fields['r-port'], tunnel.user], ['c2.example', 443, '']);
  assert.deepEqual(readAll(squid, `${SQUID}\nnoise\n${SQUID.slice(0, 50)}`).codes, ['BAD_RECORD', 'TRUNCATED']);
});

test('damaged lines never throw', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 10 }), (seeds) => {
      readAll(webAccess, mutate(Buffer.from(`${HIT}\n${HIT}\n`), seeds));
      readAll(squid, mutate(Buffer.from(`${SQUID}\n${SQUID}\n`), seeds));
    }),
    { numRuns: 300 },
  );
});

test('sniff: each knows its own and not the other', () => {
  const sniff = (text: string) => [webAccess, squid].map((r) => r.sniff(Buffer.from(text), text.length));
  assert.deepEqual(sniff(`${HIT}\n`), [92, 0]);
  assert.deepEqual(sniff(`${SQUID}\n`), [0, 94]);
  assert.deepEqual(sniff('hello\n'), [0, 0]);
});
