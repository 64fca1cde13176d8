import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAll, readOne } from '../../../test/support/reading.ts';
import type { Value } from '../../model/index.ts';
import { syslog, syslogJson } from './index.ts';

/** The fields a body adds, without those every message has. */
function body(program: string, message: string): Record<string, Value> {
  const e = readOne(syslog, `Mar  1 10:11:12 h ${program}: ${message}`);
  const { hostname: _h, program: _p, pid: _i, message: said, ...rest } = e.fields;
  assert.equal(said, message);
  return rest;
}

test('sshd: the address sshd wrote counts, not the one in a user name', () => {
  assert.deepEqual(
    body('sshd[1]', 'Failed password for invalid user a from 6.6.6.6 port 22 from 203.0.113.7 port 51 ssh2'),
    {
      activity: 'logon',
      outcome: 'failure',
      method: 'password',
      src_ip: '203.0.113.7',
      src_port: 51,
      user: 'a from 6.6.6.6 port 22',
      invalid_user: true,
    },
  );
  assert.deepEqual(body('sshd[1]', 'Accepted publickey for bob from 2001:db8::7 port 50022 ssh2: ED25519 SHA256:AbC'), {
    activity: 'logon',
    outcome: 'success',
    method: 'publickey',
    src_ip: '2001:db8::7',
    src_port: 50022,
    user: 'bob',
    key: 'ED25519 SHA256:AbC',
  });
  assert.deepEqual(body('sshd[1]', 'PAM 5 more authentication failures; logname= uid=0 rhost=203.0.113.7  user=root'), {
    activity: 'logon',
    outcome: 'failure',
    failures: 5,
    src_ip: '203.0.113.7',
    user: 'root',
  });
  assert.deepEqual(body('sshd[1]', 'Invalid user admin from 203.0.113.7 port 40'), {
    activity: 'logon',
    outcome: 'failure',
    src_ip: '203.0.113.7',
    src_port: 40,
    user: 'admin',
  });
  assert.deepEqual(body('sshd[1]', 'Connection closed by authenticating user root 203.0.113.7 port 40 [preauth]'), {
    activity: 'disconnect',
    src_ip: '203.0.113.7',
    src_port: 40,
    user: 'root',
  });
  assert.deepEqual(body('sshd[1]', 'User bob from 203.0.113.7 not allowed because not listed in AllowUsers'), {
    activity: 'logon',
    outcome: 'failure',
    user: 'bob',
    src_ip: '203.0.113.7',
    reason: 'because not listed in AllowUsers',
  });
});

test('sshd: what else it says of an address, in the words of its versions', () => {
  const failed = { activity: 'logon', outcome: 'failure' };
  assert.deepEqual(body('sshd[1]', 'error: PAM: Authentication failure for bob from 203.0.113.7'), {
    ...failed,
    ...{ reason: 'Authentication failure', src_ip: '203.0.113.7', user: 'bob' },
  });
  assert.deepEqual(
    body('sshd[1]', 'error: PAM: authentication error for illegal user x from 203.0.113.7 via 10.0.0.5'),
    {
      ...failed,
      ...{ reason: 'authentication error', src_ip: '203.0.113.7', user: 'x', invalid_user: true },
    },
  );
  assert.deepEqual(
    body('sshd[1]', '[ID 800047 auth.info] Failed keyboard-interactive for bob from 203.0.113.7 port 9 ssh2'),
    {
      ...failed,
      ...{ method: 'keyboard-interactive', src_ip: '203.0.113.7', src_port: 9, user: 'bob' },
    },
  );
  assert.deepEqual(body('sshd[1]', 'ROOT LOGIN REFUSED FROM 203.0.113.7 port 12 [preauth]'), {
    ...failed,
    ...{ user: 'root', src_ip: '203.0.113.7', src_port: 12 },
  });
  for (const [message, activity, port] of [
    ['refused connect from x@203.0.113.7 (203.0.113.7)', 'connect', undefined],
    ['fatal: Timeout before authentication for 203.0.113.7 port 12', 'disconnect', 12],
    ['Timeout before authentication for connection from 203.0.113.7 to 10.0.0.5, pid = 2', 'disconnect', undefined],
    ['banner exchange: Connection from 203.0.113.7 port 12: invalid format', 'probe', 12],
    ['Connection closed by 203.0.113.7 [preauth]', 'disconnect', undefined],
  ] as const) {
    const got = body('sshd[1]', message);
    assert.deepEqual([got.activity, got.src_ip, got.src_port], [activity, '203.0.113.7', port], message);
  }
  assert.equal(body('sshd[1]', 'Connection closed by authenticating user').src_ip, undefined);
});

test('PAM: the address is not what somebody typed as a name', () => {
  const of = (text: string) => {
    const got = body('vsftpd', `pam_unix(auth): authentication failure; logname= uid=0 euid=0 tty=x ${text}`);
    return [got.src_ip, got.ruser, got.user];
  };
  assert.deepEqual(of('ruser=a rhost=203.0.113.7  user=b'), ['203.0.113.7', 'a', 'b']);
  assert.deepEqual(of('ruser=a rhost=6.6.6.6 rhost=203.0.113.7'), ['203.0.113.7', 'a', undefined]);
  assert.deepEqual(of('ruser= rhost=203.0.113.7 user=b rhost=6.6.6.6'), ['203.0.113.7', undefined, 'b rhost=6.6.6.6']);
  for (const head of ['(pam_unix) ', 'pam_unix: '])
    assert.equal(
      body('proftpd', `${head}authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=203.0.113.7  user=b`)
        .src_ip,
      '203.0.113.7',
    );
});

test('Dovecot: who opened a mailbox, or tried to', () => {
  const tail = 'rip=203.0.113.7, lip=10.0.0.5';
  assert.deepEqual(
    body('dovecot', `imap-login: Login: user=<bob@x.example>, method=PLAIN, ${tail}, mpid=9, TLS, session=<aB+/>`),
    {
      ...{ protocol: 'imap', activity: 'logon', outcome: 'success', src_ip: '203.0.113.7' },
      ...{ user: 'bob@x.example', method: 'PLAIN', session: 'aB+/' },
    },
  );
  assert.deepEqual(
    body('pop3-login', `Info: Aborted login (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, ${tail}`),
    {
      ...{
        protocol: 'pop3',
        activity: 'logon',
        outcome: 'failure',
        src_ip: '203.0.113.7',
        user: 'bob',
        method: 'PLAIN',
      },
    },
  );
  const typed = body(
    'dovecot',
    `imap-login: Disconnected (auth failed, 1 attempts): user=<a>, rip=6.6.6.6, x=<b>, method=PLAIN, ${tail}`,
  );
  assert.deepEqual([typed.src_ip, typed.user], ['203.0.113.7', 'a>, rip=6.6.6.6, x=<b']);
  assert.deepEqual(body('dovecot', `imap-login: Disconnected (no auth attempts in 0 secs): user=<>, ${tail}`), {
    ...{ protocol: 'imap', activity: 'disconnect', src_ip: '203.0.113.7' },
  });
  assert.deepEqual(body('dovecot', 'imap(bob)<77><aB+/>: Disconnected: Logged out in=90 out=5120 deleted=0'), {
    ...{ protocol: 'imap', user: 'bob', session: 'aB+/', activity: 'disconnect', bytes_out: 5120 },
  });
  assert.deepEqual(body('dovecot', 'auth: passwd-file(bob,203.0.113.7): unknown user'), {});
  assert.equal(readOne(syslog, `Mar  1 10:11:12 h dovecot: imap-login: x`).stream, 'mailbox-dovecot');
});

test('postfix: peers without a mail, passwords, ports', () => {
  for (const [message, activity] of [
    ['lost connection after AUTH from x.example[203.0.113.7]', 'disconnect'],
    ['too many errors after RCPT from x.example[203.0.113.7]', 'disconnect'],
    ['improper command pipelining after DATA from unknown[203.0.113.7]: QUIT from y[6.6.6.6]', 'probe'],
    ['PREGREET 14 after 0.08 from [203.0.113.7]:59415: EHLO y', 'probe'],
    ['CONNECT from [203.0.113.7]:3608 to [10.0.0.5]:25', 'connect'],
    ['PASS NEW [203.0.113.7]:3608', 'connect'],
    ['warning: Connection rate limit exceeded: 31 from x.example[203.0.113.7] for service smtpd', 'limit'],
    ['warning: hostname x.example does not resolve to address 203.0.113.7: Name or service not known', undefined],
    ['warning: unknown[203.0.113.7]:55729: SASL LOGIN authentication failed: authentication failure', 'logon'],
    [
      'NOQUEUE: reject: RCPT from [203.0.113.7]:60591: 550 5.7.1 blocked; from=<a@x.example> to=<b@y.example>',
      'mail-reject',
    ],
    ['4F1A2B3C4D: client=x.example[203.0.113.7], sasl_method=PLAIN, sasl_username=bob@x.example', 'logon'],
  ] as const) {
    const got = body('postfix/smtpd[1]', message);
    assert.deepEqual([got.src_ip, got.activity], ['203.0.113.7', activity], message);
  }
  const sent = body(
    'postfix/smtpd[1]',
    '4F1A2B3C4D: client=x.example[203.0.113.7], sasl_method=PLAIN, sasl_username=bob',
  );
  assert.deepEqual([sent.outcome, sent.user], ['success', 'bob']);
  const refused = body(
    'postfix/postscreen[1]',
    'NOQUEUE: reject: RCPT from [203.0.113.7]:60591: 550 no; from=<a> to=<b>',
  );
  assert.deepEqual([refused.response, refused.from, refused.to], ['550 no', 'a', 'b']);
  assert.equal(
    body('postfix/smtpd[1]', 'warning: unknown[203.0.113.7]:5: SASL LOGIN authentication failed: x').method,
    'LOGIN',
  );
});

test('BIND: what was refused; and its own file, which names neither host nor program', () => {
  assert.deepEqual(
    body('named[1]', "client @0x7f 203.0.113.7#53 (x.example): view y: query (cache) 'x.example/A/IN' denied"),
    {
      ...{ src_ip: '203.0.113.7', src_port: 53, activity: 'query', outcome: 'failure' },
      ...{ query: 'x.example', record_type: 'A', query_class: 'IN' },
    },
  );
  const zone = body('named[1]', "client 203.0.113.7#53: zone transfer 'x.example/AXFR/IN' denied");
  assert.deepEqual([zone.activity, zone.query, zone.record_type], ['zone-transfer', 'x.example', 'AXFR']);
  assert.equal(
    body('named[1]', "client 203.0.113.7#5: query '0/25.2.0.192.in-addr.arpa/PTR/IN' denied").query,
    '0/25.2.0.192.in-addr.arpa',
  );
  for (const head of [
    '23-Aug-2023 10:32:56.621 queries: info: ',
    '23-Aug-2023 10:32:56.621 ',
    '2023-08-23T10:32:56.621Z queries: info: ',
  ]) {
    const text = `${head}client @0x7f7c 203.0.113.7#60683 (x.example): query: x.example IN A +E(0)K (10.0.0.53)`;
    const e = readOne(syslog, text);
    assert.deepEqual(
      [e.stream, e.ms, e.address, e.fields.query, e.fields.record_type],
      ['dns-named', Date.UTC(2023, 7, 23, 10, 32, 56, 621), '203.0.113.7', 'x.example', 'A'],
      head,
    );
    assert.ok(syslog.sniff(Buffer.from(`${text}\n`), text.length) > 80, head);
  }
});

test('PAM, sudo, su, cron, accounts, logind', () => {
  assert.deepEqual(
    body(
      'sshd[1]',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root',
    ),
    {
      pam_module: 'pam_unix',
      pam_service: 'sshd',
      pam_type: 'auth',
      activity: 'logon',
      outcome: 'failure',
      uid: '0',
      euid: '0',
      tty: 'ssh',
      src_ip: '203.0.113.7',
      rhost: '203.0.113.7',
      user: 'root',
    },
  );
  const old = readOne(
    syslog,
    'Mar  1 10:11:12 h sshd(pam_unix)[9]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=203.0.113.7  user=root',
  );
  assert.deepEqual(
    [old.stream, old.address, old.user, old.fields.outcome],
    ['linux-sshd', '203.0.113.7', 'root', 'failure'],
  );
  assert.deepEqual(body('su', 'pam_unix(su-l:session): session opened for user root(uid=0) by bob(uid=1000)'), {
    pam_module: 'pam_unix',
    pam_service: 'su-l',
    pam_type: 'session',
    activity: 'session-open',
    user: 'root',
    by_user: 'bob',
  });
  assert.deepEqual(
    body(
      'sudo',
      '     bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh -c a ; b=c',
    ),
    {
      user: 'bob',
      reason: '3 incorrect password attempts',
      TTY: 'pts/0',
      PWD: '/',
      USER: 'root',
      COMMAND: '/bin/sh -c a ; b=c',
      activity: 'command',
      outcome: 'failure',
    },
  );
  assert.deepEqual(body('su[5]', 'FAILED SU (to root) bob on pts/1'), {
    user: 'bob',
    target_user: 'root',
    activity: 'switch-user',
    outcome: 'failure',
  });
  assert.deepEqual(body('CRON[5]', '(root) CMD (cd / && run-parts (x))'), {
    user: 'root',
    activity: 'cron-cmd',
    command: 'cd / && run-parts (x)',
  });
  assert.deepEqual(body('useradd[5]', 'new user: name=eve, UID=1001, GID=1001, home=/home/eve, shell=/bin/bash'), {
    activity: 'account-create',
    user: 'eve',
    UID: '1001',
    GID: '1001',
    home: '/home/eve',
    shell: '/bin/bash',
  });
  assert.deepEqual(body('usermod[5]', "add 'eve' to group 'sudo'"), {
    activity: 'group-member-add',
    user: 'eve',
    group: 'sudo',
  });
  assert.deepEqual(body('userdel[5]', "delete user 'eve'"), { activity: 'account-delete', user: 'eve' });
  assert.deepEqual(body('systemd-logind[5]', 'New session 33 of user bob.'), {
    activity: 'session-open',
    session: '33',
    user: 'bob',
  });
});

test('mail, name servers, OpenVPN, netfilter', () => {
  assert.deepEqual(
    body(
      'postfix/smtp[9]',
      '4F1A2B3C4D: to=<x@example.org>, relay=mx.example.org[192.0.2.5]:25, delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: a=b, c)',
    ),
    {
      queue_id: '4F1A2B3C4D',
      to: 'x@example.org',
      relay: 'mx.example.org[192.0.2.5]:25',
      relay_ip: '192.0.2.5',
      delay: '1',
      dsn: '2.0.0',
      status: 'sent',
      response: '250 2.0.0 Ok: a=b, c',
    },
  );
  assert.deepEqual(
    body(
      'postfix/smtpd[9]',
      'NOQUEUE: reject: RCPT from bad.example[203.0.113.7]: 554 5.7.1 no; from=<a@b> to=<c@d> proto=ESMTP helo=<e>',
    ),
    {
      queue_id: 'NOQUEUE',
      activity: 'mail-reject',
      client: 'bad.example',
      src_ip: '203.0.113.7',
      response: '554 5.7.1 no',
      from: 'a@b',
      to: 'c@d',
      proto: 'ESMTP',
      helo: 'e',
    },
  );
  const envelope = 'from mx.example[203.0.113.8]; from=<a@b> to=<c@d> proto=ESMTP helo=<mx.example>';
  const noted = {
    client: 'mx.example',
    src_ip: '203.0.113.8',
    from: 'a@b',
    to: 'c@d',
    proto: 'ESMTP',
    helo: 'mx.example',
  };
  assert.deepEqual(
    body('postfix/cleanup[9]', `4F1A2B3C4D: warning: header Subject: News from afar; from=x ${envelope}`),
    {
      ...{
        queue_id: '4F1A2B3C4D',
        activity: 'mail-header',
        header_name: 'Subject',
        header_value: 'News from afar; from=x',
      },
      ...noted,
    },
  );
  assert.deepEqual(
    body('postfix/cleanup[9]', `4F1A2B3C4D: warning: body <img src="http://img.example/a?t=1"> ${envelope}`),
    { queue_id: '4F1A2B3C4D', activity: 'mail-body', body: '<img src="http://img.example/a?t=1">', ...noted },
  );
  assert.deepEqual(
    body('named[5]', 'client @0x7f 10.0.0.1#53124 (example.com): query: example.com IN TXT +E(0)K (10.0.0.53)'),
    {
      src_ip: '10.0.0.1',
      src_port: 53124,
      query: 'example.com',
      query_class: 'IN',
      record_type: 'TXT',
      query_flags: '+E(0)K',
    },
  );
  assert.deepEqual(body('dnsmasq[5]', '17 10.0.0.1/5353 query[AAAA] example.com from 10.0.0.1'), {
    src_ip: '10.0.0.1',
    query: 'example.com',
    record_type: 'AAAA',
  });
  assert.deepEqual(
    body('openvpn[5]', 'bob/203.0.113.7:1194 MULTI_sva: pool returned IPv4=10.8.0.6, IPv6=(Not enabled)'),
    {
      user: 'bob',
      src_ip: '203.0.113.7',
      src_port: 1194,
      activity: 'vpn-address',
      assigned_ip: '10.8.0.6',
    },
  );
  assert.deepEqual(
    body(
      'kernel',
      '[12.5] [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=203.0.113.7 DST=10.0.0.1 LEN=40 PROTO=TCP SPT=1 DPT=22 SYN',
    ),
    {
      rule: '[UFW BLOCK]',
      action: 'deny',
      src_interface: 'eth0',
      mac: 'aa',
      src_ip: '203.0.113.7',
      dst_ip: '10.0.0.1',
      protocol: 'tcp',
      src_port: 1,
      dst_port: 22,
    },
  );
});

test('log sources are the ones Sigma rules ask for', () => {
  const source = (line: string) => {
    const { product, service, category } = readOne(syslog, `Mar  1 10:11:12 ${line}`).source;
    return [product, service, category];
  };
  assert.deepEqual(source('h sshd-session[1]: x'), ['linux', 'sshd', undefined]);
  assert.deepEqual(source('h vsftpd[1]: x'), ['linux', 'vsftpd', undefined]);
  assert.deepEqual(source('h clamd[1]: x'), ['linux', 'clamav', undefined]);
  assert.deepEqual(source('h guacd[1]: x'), ['linux', 'guacamole', undefined]);
  assert.deepEqual(source('h whatever[1]: x'), ['linux', 'syslog', undefined]);
  assert.deepEqual(source('fw %ASA-6-106023: x'), ['cisco', 'asa', 'firewall']);
  assert.deepEqual(source('r1 12: %PARSER-5-CFGLOG_LOGGEDCMD: User:eve  logged command:no logging'), [
    'cisco',
    'aaa',
    undefined,
  ]);
  assert.deepEqual(source('h dnsmasq[1]: x'), ['linux', 'dnsmasq', 'dns']);
});

test('audit records and Sysmon inside syslog are dated by themselves', () => {
  const audit = readOne(syslog, 'Mar  1 10:11:12 h audit: type=1309 audit(1700000000.123:456): argc=2 a0="id" a1="-u"');
  assert.deepEqual([audit.stream, audit.ms, audit.flags], ['linux-auditd', 1700000000123, 0]);
  assert.deepEqual(audit.fields, {
    node: 'h',
    type: 'EXECVE',
    serial: '456',
    argc: '2',
    a0: 'id',
    a1: '-u',
    CommandLine: 'id -u',
  });
  const xml =
    '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2022-05-11T18:10:20.399931000Z"/><EventRecordID>7</EventRecordID><Channel>Linux-Sysmon/Operational</Channel><Computer>U5</Computer></System><EventData><Data Name="Image">/bin/sh</Data><Data Name="CommandLine">sh -c &quot;a &amp; b&quot; &#x41;</Data><Data Name="User">root</Data></EventData></Event>';
  const sysmon = readOne(syslog, `Mar  1 10:11:12 h sysmon: ${xml}`);
  assert.equal(sysmon.fields.CommandLine, 'sh -c "a & b" A');
  assert.deepEqual(
    [sysmon.fields.EventID, sysmon.fields.Channel, sysmon.host, sysmon.user],
    [1, 'Linux-Sysmon/Operational', 'U5', 'root'],
  );
  assert.deepEqual([sysmon.ms, sysmon.ns], [Date.UTC(2022, 4, 11, 18, 10, 20, 399), 931000]);
  assert.equal(sysmon.source.service, 'sysmon');
});

test('rows of Log Analytics and journald', () => {
  const row = {
    TimeGenerated: '2022-05-11T18:10:21.997Z',
    EventTime: '2022-05-11T18:10:21Z',
    Facility: 'authpriv',
    HostName: 'U5',
    SeverityLevel: 'info',
    SyslogMessage: 'Accepted password for bob from 203.0.113.7 port 5 ssh2',
    ProcessName: 'sshd',
    ProcessID: 9,
    HostIP: '10.0.0.5',
  };
  const a = readOne(syslogJson, JSON.stringify(row));
  assert.deepEqual(
    [a.stream, a.user, a.address, a.fields.HostIP, a.fields.pid, a.ms],
    ['linux-sshd', 'bob', '203.0.113.7', '10.0.0.5', 9, Date.UTC(2022, 4, 11, 18, 10, 21)],
  );
  const j = readOne(
    syslogJson,
    '{"__REALTIME_TIMESTAMP":"1646130000123456","MESSAGE":[104,105],"SYSLOG_IDENTIFIER":"su","_HOSTNAME":"h","PRIORITY":"5","_UID":"0"}',
  );
  assert.deepEqual(
    [j.fields.message, j.fields.severity, j.fields._UID, j.ms, j.ns],
    ['hi', 'notice', '0', 1646130000123, 456000],
  );
  assert.deepEqual(readAll(syslogJson, '{"x":1}\n{"SyslogMess').codes, ['BAD_RECORD', 'TRUNCATED']);
});
