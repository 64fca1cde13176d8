import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, LogSource, Shape, Value } from '../../model/index.ts';
import { entitiesOf, entitiesOfGroup, MAX_ENTITIES } from './index.ts';

interface Said {
  readonly stream: string;
  readonly source?: LogSource;
  readonly fields: Readonly<Record<string, Value>>;
  readonly host?: string;
  readonly user?: readonly string[];
  readonly address?: string;
}

function event({ stream, source = {}, fields, host = 'Computer', user = [], address = 'IpAddress' }: Said): Event {
  const names = Object.keys(fields);
  const slots = (wanted: readonly string[]) => wanted.map((n) => names.indexOf(n)).filter((s) => s >= 0);
  const shape: Shape = {
    source,
    stream,
    fields: names,
    host: slots([host]),
    user: slots(user),
    address: slots([address]),
  };
  return { shape, offset: 0, record: 1, ms: 0, ns: 0, flags: 0, value: (slot) => fields[names[slot]!] };
}

const security = (eventId: number, fields: Record<string, Value>) =>
  event({
    stream: 'windows-security',
    source: { product: 'windows', service: 'security', eventId },
    fields: { Computer: 'DC01.mea.example', EventID: eventId, ...fields },
    user:
      eventId === 4624 || eventId === 4768 || eventId === 4625
        ? ['TargetUserName', 'SubjectUserName']
        : ['SubjectUserName'],
  });

test('a log-on that was let in is acted: the account, on the machine; the session ties, the workstation is named', () => {
  const { all, acted } = entitiesOf(
    security(4624, {
      SubjectUserName: '-',
      TargetUserName: 'adm.westin',
      WorkstationName: 'EX01',
      IpAddress: '::ffff:10.20.10.20',
      TargetLogonId: '0xF3DFBE',
    }),
  );
  assert.deepEqual(all, [
    'account:adm.westin',
    'address:10.20.10.20',
    'host:dc01',
    'host:ex01',
    'session:dc01/0xf3dfbe',
  ]);
  assert.deepEqual(acted, ['account:adm.westin', 'host:dc01']);
});

test('a refused log-on acts as nobody and nowhere', () => {
  const refused = { TargetUserName: 'h.brandt', SubjectUserName: 'EX01$', IpAddress: '198.51.100.4' };
  const { all, acted } = entitiesOf(security(4625, refused));
  assert.ok(all.includes('account:h.brandt') && all.includes('address:198.51.100.4'));
  assert.deepEqual(acted, []);
});

test('the controller that writes down a ticket did not act; a ticket refused is no account misused', () => {
  const ticket = { TargetUserName: 'h.brandt', IpAddress: '10.1.2.3' };
  assert.deepEqual(entitiesOf(security(4768, { ...ticket, Status: '0x0' })).acted, ['account:h.brandt']);
  assert.deepEqual(entitiesOf(security(4768, { ...ticket, Status: '0x6' })).acted, []);
});

test('programs of the system, their hashes, built-in accounts and standing log-ons tie nothing', () => {
  const sysmon = (fields: Record<string, Value>) =>
    event({
      stream: 'windows-sysmon',
      source: { product: 'windows', service: 'sysmon', eventId: 1 },
      fields: { Computer: 'EX01', ...fields },
      user: ['User'],
    });
  const hash = `MD5=${'0a'.repeat(16)},SHA256=${'AB'.repeat(32)}`;
  const shell = entitiesOf(
    sysmon({ User: 'NT AUTHORITY\\SYSTEM', Image: 'C:\\Windows\\System32\\cmd.exe', Hashes: hash, LogonId: '0x3e7' }),
  );
  assert.deepEqual(shell, { all: ['host:ex01'], acted: ['host:ex01'] });
  const tool = entitiesOf(sysmon({ User: 'MEA\\t.elgar', Image: 'C:\\ProgramData\\r.exe', Hashes: hash }));
  assert.deepEqual(tool.all, [
    'account:t.elgar',
    `file:${'ab'.repeat(32)}`,
    'file:c:\\programdata\\r.exe',
    'host:ex01',
  ]);
});

test('mail: who read, whose box, from where, with what, in which session', () => {
  const read = event({
    stream: 'm365-audit',
    fields: {
      Operation: 'MailItemsAccessed',
      UserId: 'I.Castor@mea.example',
      MailboxOwnerUPN: 'h.brandt@mea.example',
      ClientIP: '[203.0.113.31]:443',
      ClientInfoString: 'Client=REST;;',
      SessionId: '3d64ccd7',
    },
    user: ['UserId'],
    address: 'ClientIP',
  });
  assert.deepEqual(entitiesOf(read), {
    all: [
      'account:i.castor',
      'address:203.0.113.31',
      'client:client=rest;;',
      'mailbox:h.brandt@mea.example',
      'session:3d64ccd7',
    ],
    acted: ['account:i.castor'],
  });
});

test('a cloud sign-in with an error code was not let in', () => {
  const signIn = (ResultType: Value) =>
    entitiesOf(
      event({
        stream: 'azure-signinlogs',
        fields: { UserPrincipalName: 'a@x.example', ResultType },
        user: ['UserPrincipalName'],
      }),
    ).acted;
  assert.deepEqual([signIn(0), signIn('0'), signIn(50126), signIn('50126')], [['account:a'], ['account:a'], [], []]);
});

test('what a correlation groups by names its entities', () => {
  const hit = { stream: 'firewall-asa', host: 'vpn-gw01', user: '', source: '', group: { user: 'h.brandt' } };
  assert.deepEqual(entitiesOfGroup(hit), { all: ['account:h.brandt', 'host:vpn-gw01'], acted: ['account:h.brandt'] });
});

test('whatever a record says: bounded, sorted, each once, acted a part of all', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ minLength: 400, maxLength: 500 }),
    fc.constantFrom('', '-', 'SYSTEM', '0x3e7', 'a@b', '10.0.0.1'),
  );
  const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.boolean(), fc.array(text, { maxLength: 100 }));
  const names = fc.constantFrom(
    'SubjectUserName',
    'TargetUserName',
    'Image',
    'Hashes',
    'MailboxOwnerUPN',
    'SessionId',
    'LogonId',
    'IpAddress',
    'ServiceName',
    'x',
  );
  fc.assert(
    fc.property(
      fc.dictionary(names, value),
      fc.constantFrom('windows-security', 'm365-audit', 'web-iis'),
      (fields, stream) => {
        const { all, acted } = entitiesOf(
          event({ stream, fields: fields as Record<string, Value>, user: ['SubjectUserName'] }),
        );
        assert.ok(all.length <= MAX_ENTITIES);
        assert.deepEqual(all, [...new Set(all)].sort());
        assert.ok(acted.every((k) => all.includes(k)));
        assert.ok(all.every((k) => /^[a-z]+:.+$/s.test(k) && k.length <= 320));
      },
    ),
  );
});
