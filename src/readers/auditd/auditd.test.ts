import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import { socketAddress } from './decode.ts';
import { auditd } from './index.ts';
import { syscallName } from './syscalls.ts';

const HEAD = 'msg=audit(1700000000.123:456): ';
const fields = (text: string) => readOne(auditd, text).fields;

test('SYSCALL: decoded strings, several keys, the name of the call, one serial', () => {
  const e = readOne(
    auditd,
    `node=web01 type=SYSCALL ${HEAD}arch=c000003e syscall=59 success=yes a0=55d3 auid=1000 tty=(none) comm="sh" exe=2F746D702F6120622E7368 key=61756F6D730164656C657465`,
  );
  assert.deepEqual(e.fields, {
    node: 'web01',
    type: 'SYSCALL',
    serial: '456',
    arch: 'c000003e',
    syscall: '59',
    success: 'yes',
    a0: '55d3',
    auid: '1000',
    tty: '(none)',
    comm: 'sh',
    exe: '/tmp/a b.sh',
    key: ['auoms', 'delete'],
    SYSCALL: 'execve',
  });
  assert.deepEqual([e.ms, e.host, e.user, e.stream], [1700000000123, 'web01', '1000', 'linux-auditd']);
  assert.deepEqual(e.source, { product: 'linux', service: 'auditd' });
});

test('what auditd appends when it enriches is read too, and its SYSCALL is not doubled', () => {
  const got = fields(
    `type=SYSCALL ${HEAD}arch=c000003e syscall=59 key=(null)\x1dARCH=x86_64 SYSCALL=execve AUID="bob"`,
  );
  assert.deepEqual([got.SYSCALL, got.ARCH, got.AUID, got.key], ['execve', 'x86_64', 'bob', '(null)']);
});

test('EXECVE: arguments by number, cut ones joined, and the command line', () => {
  assert.deepEqual(fields(`type=EXECVE ${HEAD}argc=4 a0="sh" a1="-c" a2_len=10 a2[0]=6563 a2[1]=686F206869 a3="x"`), {
    type: 'EXECVE',
    serial: '456',
    argc: '4',
    a0: 'sh',
    a1: '-c',
    a2_len: '10',
    a2: 'echo hi',
    a3: 'x',
    CommandLine: 'sh -c echo hi x',
  });
});

test('PROCTITLE, SOCKADDR, user messages with quotes inside, unknown values', () => {
  assert.equal(fields(`type=PROCTITLE ${HEAD}proctitle=7368002D63006563686F`).proctitle, 'sh -c echo');
  const { laddr, lport, saddr_fam } = fields(`type=SOCKADDR ${HEAD}saddr=020001BBC00002090000000000000000`);
  assert.deepEqual([laddr, lport, saddr_fam], ['192.0.2.9', '443', 'inet']);
  const e = readOne(
    auditd,
    `type=USER_LOGIN ${HEAD}pid=99 uid=0 auid=4294967295 msg='op=login acct="o'brien" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=ssh res=failed'UID="root"`,
  );
  assert.deepEqual([e.fields.acct, e.fields.res, e.fields.UID], ["o'brien", 'failed', 'root']);
  assert.equal('hostname' in e.fields, false);
  assert.deepEqual([e.user, e.address], ["o'brien", '203.0.113.9']);
});

test('socket addresses: IPv6 is shortened as RFC 5952 says, local and abstract paths', () => {
  assert.deepEqual(socketAddress('0A0001BB00000000' + '20010DB8000000000000000000000001' + '00000000'), {
    family: 'inet6',
    port: '443',
    address: '2001:db8::1',
  });
  assert.deepEqual(socketAddress(`0100${Buffer.from('/run/x\0\0').toString('hex')}`), {
    family: 'local',
    path: '/run/x',
  });
  assert.equal(socketAddress('02'), null);
  assert.equal(socketAddress('zz00'), null);
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const url = new URL(`http://[${ip}]/`).hostname.slice(1, -1);
      const bytes = expand(url);
      assert.equal(socketAddress(`0A00000000000000${bytes}00000000`)?.address, url);
    }),
  );
});

/** The sixteen bytes of an IPv6 text without a dotted part, as hex. */
function expand(ip: string): string {
  const [left = '', right] = ip.split('::');
  const groups = (t: string) => (t === '' ? [] : t.split(':'));
  const l = groups(left);
  const r = groups(right ?? '');
  const middle = right === undefined ? [] : new Array<string>(8 - l.length - r.length).fill('0');
  return [...l, ...middle, ...r].map((g) => g.padStart(4, '0')).join('');
}

test('system calls of the three architectures', () => {
  assert.equal(syscallName('c000003e', '59'), 'execve');
  assert.equal(syscallName('40000003', '11'), 'execve');
  assert.equal(syscallName('c00000b7', '221'), 'execve');
  assert.equal(syscallName('C000003E', '319'), 'memfd_create');
  assert.equal(syscallName('c000003e', '322'), 'execveat');
  assert.equal(syscallName('c000003e', '99999'), undefined);
  assert.equal(syscallName('deadbeef', '1'), undefined);
});

test('faults: no record, cut at the end, no time', () => {
  const good = `type=EOE ${HEAD}`;
  const got = readAll(auditd, `${good}\nnoise\ntype=EOE msg=audit(x:1): \ntype=SYSC`);
  assert.deepEqual([got.codes, got.events.length], [['BAD_RECORD', 'BAD_TIME', 'TRUNCATED'], 2]);
});

test('damaged records never throw', () => {
  const sample = Buffer.from(
    `type=EXECVE ${HEAD}argc=4 a0="sh" a2[0]=6563 key=61\x1dARCH=x\ntype=USER_CMD ${HEAD}msg='cmd=6C73 res=success'\n`,
  );
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 10 }), (seeds) => {
      readAll(auditd, mutate(sample, seeds));
    }),
    { numRuns: 300 },
  );
});
