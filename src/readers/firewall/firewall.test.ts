import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { syslog } from '../syslog/index.ts';
import { fortigate } from './index.ts';

function asa(id: string, text: string): Record<string, Value> {
  const e = readOne(syslog, `<166>Jan 10 2022 12:00:00 fw01 : %ASA-6-${id}: ${text}`);
  assert.equal(e.stream, 'firewall-asa');
  const { hostname, facility: _f, severity: _s, message: _m, message_id, ...rest } = e.fields;
  assert.deepEqual([hostname, message_id], ['fw01', id]);
  return rest;
}

test('ASA remote access: who, from where, which address, how long', () => {
  assert.deepEqual(
    asa(
      '722051',
      'Group <GP> User <bob> IP <198.51.100.1> IPv4 Address <10.8.0.5> IPv6 address <::> assigned to session',
    ),
    {
      activity: 'vpn-address',
      group: 'GP',
      user: 'bob',
      src_ip: '198.51.100.1',
      assigned_ip: '10.8.0.5',
    },
  );
  const said = 'Session Attribute endpoint.anyconnect.deviceuniqueid="AB12"';
  assert.deepEqual(asa('734003', `DAP: User bob, Addr 198.51.100.1: ${said}`), {
    user: 'bob',
    src_ip: '198.51.100.1',
    attribute: 'endpoint.anyconnect.deviceuniqueid',
    value: 'AB12',
    device_id: 'AB12',
  });
  assert.deepEqual(asa('734003', 'DAP: User bob, Addr 2001:db8::1: Session Attribute aaa.cisco.tunnelgroup = VPN'), {
    user: 'bob',
    src_ip: '2001:db8::1',
    attribute: 'aaa.cisco.tunnelgroup',
    value: 'VPN',
  });
  assert.deepEqual(asa('113039', 'Group <GP> User <bob> IP <198.51.100.1> AnyConnect parent session started.'), {
    activity: 'vpn-start',
    group: 'GP',
    user: 'bob',
    src_ip: '198.51.100.1',
  });
  assert.deepEqual(
    asa(
      '113019',
      'Group = VPN, Username = bob, IP = 198.51.100.1, Session disconnected. Session Type: SSL, Duration: 1d 2h:03m:04s, Bytes xmt: 5, Bytes rcv: 6, Reason: User Requested',
    ),
    {
      activity: 'vpn-end',
      group: 'VPN',
      user: 'bob',
      src_ip: '198.51.100.1',
      session_type: 'SSL',
      duration_seconds: 93_784,
      bytes_sent: 5,
      bytes_received: 6,
      reason: 'User Requested',
    },
  );
  assert.deepEqual(
    asa(
      '113005',
      'AAA user authentication Rejected : reason = AAA failure : server = 10.1.1.1 : user = bob : user IP = 198.51.100.1',
    ),
    {
      activity: 'logon',
      outcome: 'failure',
      reason: 'AAA failure',
      server: '10.1.1.1',
      user: 'bob',
      src_ip: '198.51.100.1',
    },
  );
  assert.deepEqual(asa('716002', 'Group <GP> User <bob> IP <198.51.100.1> WebVPN session terminated: Idle Timeout.'), {
    activity: 'vpn-end',
    group: 'GP',
    user: 'bob',
    src_ip: '198.51.100.1',
    reason: 'Idle Timeout',
  });
});

test('ASA log-ons as the list of messages writes them, locked accounts, log-outs', () => {
  const rejected =
    'AAA user authentication Rejected: reason = Invalid password: server = 192.0.2.5, User = bob: user IP = 198.51.100.1';
  assert.deepEqual(asa('113005', rejected), {
    ...{ activity: 'logon', outcome: 'failure', reason: 'Invalid password' },
    ...{ server: '192.0.2.5', user: 'bob', src_ip: '198.51.100.1' },
  });
  assert.deepEqual(asa('113004', 'AAA user authentication Successful: server = 192.0.2.5, User = bob'), {
    ...{ activity: 'logon', outcome: 'success', server: '192.0.2.5', user: 'bob' },
  });
  for (const name of ["'bob'", 'bob'])
    assert.deepEqual(
      asa('113006', `User ${name} locked out on exceeding '3' successive failed authentication attempts`),
      {
        ...{ activity: 'account-lock', user: 'bob' },
      },
    );
  assert.deepEqual(asa('611103', 'User logged out: Uname: bob'), { user: 'bob' });
  assert.deepEqual(asa('111009', 'User bob executed cmd:show logging'), {
    ...{ activity: 'command', user: 'bob', command: 'show logging' },
  });
});

test('ASA messages that name two sides, whatever they say; translations have no destination', () => {
  const filtered =
    'Dynamic Filter dropped blacklisted TCP traffic from inside:10.1.1.5/6798 (198.51.100.9/7890) to outside:203.0.113.7/80 (203.0.113.7/80), destination 203.0.113.7 resolved from dynamic list: bad.example';
  assert.deepEqual(asa('338008', filtered), {
    ...{ action: 'deny', protocol: 'tcp', src_interface: 'inside', src_ip: '10.1.1.5', src_port: 6798 },
    ...{ dst_interface: 'outside', dst_ip: '203.0.113.7', dst_port: 80 },
  });
  assert.deepEqual(
    asa('305011', 'Built dynamic TCP translation from inside:10.1.1.5/1024 to outside:198.51.100.9/2048'),
    {
      ...{ protocol: 'tcp', src_interface: 'inside', src_ip: '10.1.1.5', src_port: 1024 },
      ...{ translated_ip: '198.51.100.9', translated_port: 2048 },
    },
  );
  assert.deepEqual(
    asa(
      '302021',
      'Teardown ICMP connection 9 from outside:203.0.113.7/8 (203.0.113.7/8) to inside:10.1.1.5/0 (10.1.1.5/0)',
    ),
    {
      ...{ action: 'teardown', protocol: 'icmp', src_interface: 'outside', src_ip: '203.0.113.7', src_port: 8 },
      ...{ dst_interface: 'inside', dst_ip: '10.1.1.5', dst_port: 0 },
    },
  );
  assert.deepEqual(asa('106014', 'Deny inbound icmp src outside:203.0.113.7 dst inside:10.1.1.5 (type 8, code 0)'), {
    ...{ action: 'deny', protocol: 'icmp', src_interface: 'outside', src_ip: '203.0.113.7' },
    ...{ dst_interface: 'inside', dst_ip: '10.1.1.5' },
  });
  // Read in their length: a pattern that begins anew at each colon takes seconds for one such line.
  for (const side of [':'.repeat(60_000), 'a:'.repeat(30_000), '('.repeat(60_000)])
    assert.deepEqual(asa('419002', `Duplicate TCP SYN from ${side} to ${side}`), {});
  assert.deepEqual(asa('111002', 'Begin configuration: 192.0.2.9 reading from device to memory'), {});
});

test('ASA as relays leave it: the device as a tag, brackets lost, names behind ports', () => {
  const e = readOne(
    syslog,
    'May  5 17:51:17 dev01: %FTD-4-106023: Deny tcp src out:192.0.2.2/56 dst srv:10.0.0.2/80(h.example) by access-group "g"',
  );
  assert.deepEqual(
    [e.host, e.fields.dst_ip, e.fields.dst_port, 'program' in e.fields],
    ['dev01', '10.0.0.2', 80, false],
  );
  assert.deepEqual(asa('716002', 'Group some-policy User eve IP 192.0.2.8 WebVPN session terminated: Idle timeout.'), {
    activity: 'vpn-end',
    group: 'some-policy',
    user: 'eve',
    src_ip: '192.0.2.8',
    reason: 'Idle timeout',
  });
  assert.deepEqual(
    asa('302020', 'Built outbound ICMP connection for faddr 192.0.2.8/0 gaddr 198.51.100.8/0 laddr 10.0.0.2/0 type 3'),
    {
      action: 'accept',
      direction: 'outbound',
      protocol: 'icmp',
      src_ip: '10.0.0.2',
      dst_ip: '192.0.2.8',
    },
  );
  assert.deepEqual(
    asa('106014', 'Deny inbound icmp src out:192.0.2.8 dst in:10.0.0.2(type 8, code 0)').dst_ip,
    '10.0.0.2',
  );
  assert.deepEqual(asa('111009', "User 'eve' executed cmd: show run").command, 'show run');
  assert.deepEqual(asa('304001', '10.0.0.2 Accessed URL eve@192.0.2.8:http://x.example/a:b'), {
    src_ip: '10.0.0.2',
    user: 'eve',
    dst_ip: '192.0.2.8',
    url: 'http://x.example/a:b',
  });
});

test('ASA connections: source and destination by direction; denials; commands', () => {
  assert.deepEqual(
    asa(
      '302013',
      'Built outbound TCP connection 7 for outside:192.0.2.9/443 (192.0.2.9/443) to inside:10.0.0.1/5000 (203.0.113.1/5000) (bob)',
    ),
    {
      action: 'accept',
      direction: 'outbound',
      protocol: 'tcp',
      connection_id: '7',
      dst_interface: 'outside',
      dst_ip: '192.0.2.9',
      dst_port: 443,
      src_interface: 'inside',
      src_ip: '10.0.0.1',
      src_port: 5000,
      user: 'bob',
    },
  );
  assert.deepEqual(
    asa(
      '302014',
      'Teardown TCP connection 7 for outside:192.0.2.9/443 to inside:10.0.0.1/5000 duration 1:00:30 bytes 1234 TCP FINs',
    ),
    {
      action: 'teardown',
      protocol: 'tcp',
      connection_id: '7',
      src_interface: 'outside',
      src_ip: '192.0.2.9',
      src_port: 443,
      dst_interface: 'inside',
      dst_ip: '10.0.0.1',
      dst_port: 5000,
      duration_seconds: 3630,
      bytes: 1234,
      reason: 'TCP FINs',
    },
  );
  assert.deepEqual(
    asa('106023', 'Deny tcp src outside:2001:db8::5/1 dst inside:10.0.0.1/80 by access-group "OUT" [0x0, 0x0]'),
    {
      action: 'deny',
      protocol: 'tcp',
      src_interface: 'outside',
      src_ip: '2001:db8::5',
      src_port: 1,
      dst_interface: 'inside',
      dst_ip: '10.0.0.1',
      dst_port: 80,
      access_group: 'OUT',
    },
  );
  assert.deepEqual(
    asa('106100', 'access-list IN denied udp inside/10.0.0.1(53) -> outside/192.0.2.1(5353) hit-cnt 1'),
    {
      action: 'deny',
      access_group: 'IN',
      protocol: 'udp',
      src_interface: 'inside',
      src_ip: '10.0.0.1',
      src_port: 53,
      dst_interface: 'outside',
      dst_ip: '192.0.2.1',
      dst_port: 5353,
    },
  );
  assert.deepEqual(asa('111010', "User 'eve', running 'CLI' from IP 10.1.1.1, executed 'no logging enable'"), {
    activity: 'command',
    user: 'eve',
    src_ip: '10.1.1.1',
    command: 'no logging enable',
  });
  assert.deepEqual(asa('605004', 'Login denied from 192.0.2.1/123 to outside:198.51.100.9/ssh for user "eve"'), {
    activity: 'logon',
    outcome: 'failure',
    src_ip: '192.0.2.1',
    src_port: 123,
    dst_interface: 'outside',
    dst_ip: '198.51.100.9',
    dst_port: 'ssh',
    user: 'eve',
  });
});

const FORTI =
  'date=2022-03-01 time=10:11:12 devname="FG" devid="FG1" logid="0101039424" type="event" subtype="vpn" action="tunnel-up" remip=198.51.100.7 user="a \\"b\\"" tunnelip=10.9.9.9';

test('FortiGate: own names, added names, exact time before local time', () => {
  const e = readOne(fortigate, FORTI, { assumedZoneMinutes: 60 });
  assert.deepEqual(e.fields, {
    date: '2022-03-01',
    time: '10:11:12',
    devname: 'FG',
    devid: 'FG1',
    logid: '0101039424',
    type: 'event',
    subtype: 'vpn',
    action: 'tunnel-up',
    remip: '198.51.100.7',
    user: 'a "b"',
    tunnelip: '10.9.9.9',
    src_ip: '198.51.100.7',
    assigned_ip: '10.9.9.9',
    activity: 'vpn-start',
  });
  assert.deepEqual([e.ms, e.flags], [Date.UTC(2022, 2, 1, 9, 11, 12), EventFlag.zoneAssumed]);
  assert.deepEqual([e.source, e.host, e.address], [{ product: 'fortigate', service: 'event' }, 'FG', '198.51.100.7']);
  const zoned = readOne(fortigate, `${FORTI} tz="-0500"`);
  assert.deepEqual([zoned.ms, zoned.flags], [Date.UTC(2022, 2, 1, 15, 11, 12), 0]);
  for (const [text, ms, ns] of [
    ['1646126072', 1646126072000, 0],
    ['1646126072123', 1646126072123, 0],
    ['1646126072123456789', 1646126072123, 456789],
  ] as const) {
    const exact = readOne(fortigate, `${FORTI} eventtime=${text} tz="-0500"`);
    assert.deepEqual([exact.ms, exact.ns, exact.flags], [ms, ns, 0]);
  }
});

test('FortiGate inside syslog, traffic and failed logons', () => {
  const traffic = readOne(
    syslog,
    '<189>date=2022-03-01 time=10:11:12 devname="FG" devid="FG1" logid="0000000013" type="traffic" subtype="forward" srcip=10.0.0.1 srcport=5 dstip=192.0.2.1 dstport=443 action="accept" sentbyte=10 rcvdbyte=20',
  );
  assert.deepEqual(
    [
      traffic.source.category,
      traffic.fields.src_ip,
      traffic.fields.dst_port,
      traffic.fields.bytes_sent,
      traffic.stream,
    ],
    ['firewall', '10.0.0.1', 443, 10, 'firewall-fortigate'],
  );
  const unset = readOne(fortigate, FORTI.replace(/user="[^ ]* [^ ]*"/, 'user="N/A"'));
  assert.deepEqual([unset.user, 'user' in unset.fields], ['', false]);
  const failed = readOne(fortigate, FORTI.replace('tunnel-up', 'ssl-login-fail'));
  assert.deepEqual([failed.fields.activity, failed.fields.outcome], ['logon', 'failure']);
});

test('faults and damage', () => {
  assert.deepEqual(readAll(fortigate, `${FORTI}\nnoise\n${FORTI.replace(/^date=\S+ /, '')}`).codes, [
    'BAD_RECORD',
    'BAD_TIME',
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 10 }), (seeds) => {
      readAll(fortigate, mutate(Buffer.from(`${FORTI}\n${FORTI}\n`), seeds));
    }),
    { numRuns: 300 },
  );
});
