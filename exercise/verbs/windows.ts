import type { Account, Act, Facts, Host, Verbs } from '../contract.ts';
import type { EventKind, FormValue } from '../evtx/form.ts';
import * as security from '../records/security.ts';
import * as windows from '../records/windows.ts';
import { flows } from './flows.ts';
import { logons } from './logons.ts';
import { addressOf, factsOf, isInside, port, type Stage, SYSTEM_LOGON, subjectOf } from './stage.ts';

type Windows = Pick<
  Verbs,
  | 'logon'
  | 'explicitCredentials'
  | 'shareRead'
  | 'serviceInstalled'
  | 'serviceState'
  | 'taskCreated'
  | 'iisModule'
  | 'powershell'
  | 'deviceAttached'
  | 'logCleared'
  | 'auditPolicyChanged'
  | 'timeChanged'
  | 'directoryReplicated'
  | 'accountChanged'
>;

const CHANNEL_NAMES = {
  System: 'System',
  Sysmon: 'Microsoft-Windows-Sysmon/Operational',
  PowerShell: 'Microsoft-Windows-PowerShell/Operational',
} as const;

const DISK_CLASS = '{4d36e967-e325-11ce-bfc1-08002be10318}';
const REPLICATION = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2';
const DOMAIN_OBJECT = '19195a5b-6da0-11d0-afd3-00c04fd930c9';

/** What the Windows logs other than Sysmon write: log-ons, services, tasks, devices, and the logs about themselves. */
export function windowsLogs(stage: Stage): Windows {
  const { world, random } = stage;
  const { logonRecords, explicitCredentials } = logons(stage);
  const { flow } = flows(stage);
  type Who = Account | 'SYSTEM';

  /** A record of the Security log that begins with who did it, as all callers' kinds do. */
  const audit = (
    v: { ms: number; act?: Act | undefined; host: Host },
    kind: EventKind,
    who: Who,
    rest: readonly FormValue[],
    facts?: Facts,
  ) => {
    const logonId = who === 'SYSTEM' ? SYSTEM_LOGON : random.int(0x40_000, 0x7fff_ffff);
    const s = subjectOf(world, v.host, who, logonId);
    stage
      .windows(v.host, 'Security')
      .put(
        v.ms,
        () => ({ kind, values: [s.sid, s.name, s.domain, s.logonId, ...rest] }),
        v.act,
        facts ?? factsOf(who, v.host),
      );
  };
  const sidOf = (who: Who) => (who === 'SYSTEM' ? 'S-1-5-18' : who.sid);

  return {
    explicitCredentials,
    logon(l) {
      const made = logonRecords(l);
      const from = l.from === undefined ? '' : addressOf(l.from);
      if (from !== '' && from !== l.host.address && (l.type === 3 || l.type === 10) && isInside(from)) {
        const desk = l.type === 10;
        const line = {
          service: desk ? 'rdp' : 'smb',
          port: desk ? 3389 : 445,
          seconds: Math.min(l.seconds ?? 4, 36_000),
        };
        const facts = { host: typeof l.from === 'object' ? l.from.name : undefined };
        const bytes = { sent: random.int(2000, 40_000), received: random.int(3000, 90_000) };
        flow({ ms: l.ms - 60, act: l.act, from, to: l.host.address, ...line, ...bytes }, facts);
      }
      return made;
    },
    shareRead(v) {
      const { host, account, from, share, files } = v;
      const address = addressOf(from);
      const fromPort = String(port(random));
      const local = `\\??\\D:\\${share}`;
      const common = ['File', address, fromPort, `\\\\*\\${share}`, local];
      audit(v, security.SHARE, account, [...common, 1, '%%4416\r\n\t\t\t\t']);
      for (const [i, file] of files.entries()) {
        const at = { ...v, ms: v.ms + 400 + i * 350 };
        audit(at, security.SHARE_FILE, account, [
          ...common,
          file,
          0x120089,
          '%%1538\r\n\t\t\t\t%%4416\r\n\t\t\t\t',
          '-',
        ]);
      }
      const line = { service: 'smb', port: 445, seconds: 2 + files.length, sent: 4000 + 300 * files.length };
      const facts = { host: typeof from === 'object' ? from.name : undefined };
      flow(
        { ms: v.ms - 80, act: v.act, from: address, to: host.address, ...line, received: 60_000 * (1 + files.length) },
        facts,
      );
    },
    serviceInstalled(v) {
      const { ms, act, host, account, name, path, runAs = 'LocalSystem' } = v;
      stage.windows(host, 'System').put(
        ms,
        () => ({
          kind: windows.SERVICE_NEW,
          user: sidOf(account),
          values: [name, path, 'user mode service', 'auto start', runAs],
        }),
        act,
        factsOf(account, host),
      );
      audit(v, security.SERVICE_INSTALLED, account, [name, path, 0x10, 2, runAs]);
    },
    serviceState({ ms, act, host, name, state }) {
      stage
        .windows(host, 'System')
        .put(ms, () => ({ kind: windows.SERVICE_STATE, values: [name, state] }), act, factsOf(undefined, host));
    },
    taskCreated(v) {
      const author = v.account === 'SYSTEM' ? `${v.host.name}$` : v.account.name;
      const xml = [
        '<?xml version="1.0" encoding="UTF-16"?>',
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
        `  <RegistrationInfo>\r\n    <Author>${world.netbios}\\${author}</Author>\r\n    <URI>${v.name}</URI>\r\n  </RegistrationInfo>`,
        '  <Triggers>\r\n    <CalendarTrigger>\r\n      <StartBoundary>2022-01-01T09:10:00</StartBoundary>',
        '      <Enabled>true</Enabled>\r\n      <ScheduleByDay>\r\n        <DaysInterval>1</DaysInterval>\r\n      </ScheduleByDay>',
        '    </CalendarTrigger>\r\n  </Triggers>',
        '  <Principals>\r\n    <Principal id="Author">\r\n      <UserId>S-1-5-18</UserId>\r\n      <RunLevel>HighestAvailable</RunLevel>',
        '    </Principal>\r\n  </Principals>\r\n  <Actions Context="Author">\r\n    <Exec>',
        `      <Command>${v.command}</Command>\r\n      <Arguments>${v.arguments}</Arguments>`,
        '    </Exec>\r\n  </Actions>\r\n</Task>',
      ].join('\r\n');
      audit(v, security.TASK_CREATED, v.account, [v.name, xml]);
    },
    iisModule({ ms, act, host, configuration, value }) {
      stage.windows(host, 'IIS-Configuration').put(
        ms,
        () => ({
          kind: windows.IIS_CONFIGURED,
          values: ['MACHINE/WEBROOT/APPHOST', configuration, 'Set', '', value],
        }),
        act,
        factsOf(undefined, host),
      );
    },
    powershell({ ms, act, host, account, script, path }) {
      stage.windows(host, 'PowerShell').put(
        ms,
        () => ({
          kind: windows.SCRIPT_BLOCK,
          user: sidOf(account),
          values: [1, 1, script, random.guid(), path ?? ''],
        }),
        act,
        factsOf(account, host),
      );
    },
    deviceAttached(v) {
      const { ms, act, host, vendor, product, serial } = v;
      const id = `USBSTOR\\Disk&Ven_${vendor}&Prod_${product.replaceAll(' ', '_')}&Rev_1.00\\${serial}&0`;
      audit(v, security.DEVICE, 'SYSTEM', [
        ...[id, `${vendor} ${product} USB Device`, DISK_CLASS, 'DiskDrive'],
        ...[`USBSTOR\\Disk${vendor}____${product.replaceAll(' ', '_')}`, 'USBSTOR\\Disk USBSTOR\\RAW GenDisk', '-'],
      ]);
      const pnp = stage.windows(host, 'PnP');
      const facts = factsOf(undefined, host);
      pnp.put(
        ms + 120,
        () => ({
          kind: windows.PNP_CONFIGURED,
          user: 'S-1-5-18',
          values: [
            ...[id, 'disk.inf', DISK_CLASS, '06/21/2006', '10.0.17763.1', 'Microsoft', 1, 'disk_install.NT', 0xff0006],
            ...['GenDisk', '', 0, 0, `USB\\VID_0951&PID_1666\\${serial}`],
          ],
        }),
        act,
        facts,
      );
      pnp.put(
        ms + 260,
        () => ({
          kind: windows.PNP_STARTED,
          user: 'S-1-5-18',
          values: [id, 'disk.inf', DISK_CLASS, 'disk', '', 'partmgr', 0, 0],
        }),
        act,
        facts,
      );
    },
    logCleared(v) {
      const { ms, act, host, account, channel } = v;
      if (channel === 'Security') {
        audit(v, security.SECURITY_CLEARED, account, []);
        return;
      }
      stage.windows(host, 'System').put(
        ms,
        () => ({
          kind: security.OTHER_CLEARED,
          user: account.sid,
          values: [account.name, world.netbios, CHANNEL_NAMES[channel], ''],
        }),
        act,
        factsOf(account, host),
      );
    },
    auditPolicyChanged(v) {
      audit(v, security.POLICY_CHANGED, v.account, ['%%8273', v.subcategory, v.guid, v.changes]);
    },
    timeChanged(v) {
      const before = v.ms + v.host.skewMs;
      audit(v, security.TIME_CHANGED, v.account, [before, before + v.by, 0x1a60, 'C:\\Windows\\System32\\cmd.exe']);
    },
    directoryReplicated(v) {
      const host = world.servers.dc1;
      audit({ ...v, host }, security.DIRECTORY_ACCESS, v.account, [
        ...['DS', `%{${DOMAIN_OBJECT}}`, '%{5ce7f1b2-86c0-4f43-9d7a-2f6f0b6c1a10}', 'Object Access', 0],
        ...['%%7688\r\n\t\t\t\t', 0x100, `%%7688\r\n\t\t{${REPLICATION}}\r\n\t{${DOMAIN_OBJECT}}\r\n`, '-', ''],
      ]);
    },
    accountChanged(v) {
      const host = world.servers.dc1;
      const logonId = random.int(0x40_000, 0x7fff_ffff);
      const by = [v.by.sid, v.by.name, world.netbios, logonId];
      const of = [v.of.name, world.netbios, v.of.sid];
      const book = stage.windows(host, 'Security');
      const facts = { ...factsOf(v.of, host) };
      const put = (kind: EventKind, values: readonly FormValue[]) =>
        book.put(v.ms, () => ({ kind, values }), v.act, facts);
      if (v.change === 'password reset') put(security.PASSWORD_RESET, [...of, ...by]);
      else if (v.change === 'added to group') {
        const member = `CN=${v.of.name},CN=Users,DC=${world.domain.split('.').join(',DC=')}`;
        put(security.GROUP_ADDED, [
          ...[member, v.of.sid, v.group ?? 'Domain Admins', world.netbios, `${world.domainSid}-512`, ...by, '-'],
        ]);
      } else {
        put(security.ACCOUNT_CHANGED, ['-', ...of, ...by, ...Array.from({ length: 19 }, () => '-')]);
      }
    },
  };
}
