import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Person } from '../contract.ts';
import { PROGRAMS } from '../records/programs.ts';
import { administrators } from './administrators.ts';
import type { Day } from './day.ts';
import { theDoor } from './door.ts';

/** Servers by themselves: backups, probes, scans, patch nights; administrators at work; and the Internet at the door. */
export function serversDay(d: Day, people: readonly Person[]): void {
  heartbeats(d);
  backups(d);
  probes(d);
  patchNight(d);
  administrators(d, people);
  theDoor(d);
}

function backups(d: Day): void {
  const { world, random, verbs } = d;
  const { application, files, exchange } = world.servers;
  const { backup } = world.accounts;
  for (const [i, host] of [files, exchange].entries()) {
    if (i === 1 && d.often(0.5) === 0) continue;
    const ms = d.start + 22 * HOUR + i * 25 * MINUTE + random.int(0, 4 * MINUTE);
    verbs.logon({
      ms,
      host,
      account: backup,
      type: 3,
      from: application,
      privileged: true,
      seconds: random.int(900, 4000),
    });
    verbs.process({
      ...{
        ms: ms + 20 * SECOND,
        host,
        account: 'SYSTEM',
        program: PROGRAMS.backup,
        command: `"${PROGRAMS.backup.image}"`,
      },
      parent: { program: PROGRAMS.services, command: 'C:\\Windows\\system32\\services.exe', id: 684 },
    });
    verbs.connection({
      ...{ ms: ms + 30 * SECOND, from: host, to: application, port: 10_000, seconds: random.int(900, 3600) },
      ...{ sent: random.int(800_000_000, 4_000_000_000), received: random.int(2_000_000, 9_000_000) },
    });
  }
}

/** What every source says every day, however small the scale: a source that is silent for days is broken. */
function heartbeats(d: Day): void {
  const { world, random, verbs } = d;
  const { dc1, dc2, exchange, files, application, jump, linux } = world.servers;
  const { monitor, sync, exchange: health } = world.accounts;
  const at = (hour: number) => d.start + hour * HOUR + random.int(0, 20 * MINUTE);
  const parent = {
    program: PROGRAMS.svchost,
    command: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
    id: 1320,
  };
  for (const host of [dc1, dc2, exchange, files, application]) {
    verbs.serviceState({ ms: at(4), host, name: 'Background Intelligent Transfer Service', state: 'running' });
    verbs.logon({ ms: at(5), host, account: monitor, type: 3, from: application, seconds: random.int(1, 9) });
    if (host === dc1 || host === dc2) continue;
    const program = PROGRAMS.taskhost;
    verbs.process({ ms: at(2), host, account: 'SYSTEM', program, command: `"${program.image}" Regular`, parent });
  }
  for (const host of [jump, linux]) verbs.exec({ ms: at(6), host, account: 'root', argv: CRON[0]! });
  verbs.ssh({ ms: at(7), host: jump, account: monitor, from: application, ok: true, method: 'publickey', seconds: 2 });
  verbs.ssh({ ms: at(7), host: linux, account: monitor, from: application, ok: true, method: 'publickey', seconds: 2 });
  verbs.vpnSession({
    ...{ ms: at(3), account: monitor, from: PROBE, seconds: 20, sent: 9000, received: 4000 },
    ...{ agent: 'AnyConnect Linux 4.10.05095', deviceId: 'probe-1' },
  });
  verbs.exchangeRequest({
    ...{ ms: at(3), from: application.address, method: 'GET', stem: '/owa/healthcheck.htm' },
    ...{ agent: 'AMProbe/Local/ClientAccess', status: 200, took: 2 },
  });
  verbs.mailSent({
    ms: at(6),
    account: health,
    to: [`postmaster@${world.domain}`],
    subject: 'Daily report',
    size: 9000,
  });
  verbs.cloudSignIn({
    ...{ ms: at(1), account: sync, from: world.headquarters.exit, app: world.apps.shell, error: 0, interactive: false },
    ...{ client: 'Mobile Apps and Desktop clients', agent: 'ADSync/2.1', managed: true, deviceId: sync.guid },
  });
  verbs.directoryChange({
    ...{ ms: at(1) + 3 * MINUTE, activity: 'Update user', category: 'UserManagement', by: sync },
    ...{
      from: world.headquarters.exit,
      target: random.pick(world.people).account.upn,
      changes: [['Department', '["-"]']],
    },
  });
}

/** The monitoring's own line outside. */
const PROBE = '192.0.2.40';

function probes(d: Day): void {
  const { world, random, verbs } = d;
  const { exchange, dc1, dc2, files, application, jump, linux } = world.servers;
  const { exchange: health, monitor } = world.accounts;
  for (let n = d.times(6); n > 0; n--) {
    verbs.exchangeRequest({
      ms: d.any(),
      from: '10.20.10.35',
      method: 'GET',
      stem: '/owa/healthcheck.htm',
      agent: 'AMProbe/Local/ClientAccess',
      status: 200,
      took: random.int(0, 4),
    });
  }
  for (let n = d.times(3); n > 0; n--) {
    verbs.exchangeRequest({
      ms: d.any(),
      from: '10.20.10.20',
      method: 'POST',
      stem: '/EWS/Exchange.asmx',
      account: health,
      agent: 'AMProbe/Local/ClientAccess',
      status: 200,
    });
  }
  for (let n = d.times(5); n > 0; n--) {
    const host = random.pick([exchange, dc1, dc2, files, application]);
    verbs.logon({ ms: d.any(), host, account: monitor, type: 3, from: application, seconds: random.int(1, 9) });
  }
  for (let n = d.times(4); n > 0; n--) {
    const host = random.pick([exchange, files, application, dc1]);
    verbs.serviceState({
      ms: d.any(),
      host,
      name: random.pick([
        'Windows Update',
        'Background Intelligent Transfer Service',
        'WMI Performance Adapter',
        'Guard AV Service',
      ]),
      state: random.pick(['running', 'stopped']),
    });
  }
  for (let n = d.times(5); n > 0; n--) {
    const host = random.pick([exchange, files, application]);
    const program = random.pick([PROGRAMS.taskhost, PROGRAMS.svchost, PROGRAMS.conhost, PROGRAMS.guard]);
    verbs.process({
      ...{ ms: d.any(), host, account: 'SYSTEM', program, command: program.image, folder: 'C:\\Windows\\system32\\' },
      parent: {
        program: PROGRAMS.svchost,
        command: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
        id: 1320,
      },
    });
  }
  // ASP.NET compiles pages: the one program a mail server's worker starts on good days
  if (d.often(0.15) > 0) {
    verbs.process({
      ...{ ms: d.any(), host: exchange, account: 'SYSTEM', program: PROGRAMS.csc },
      command: `"${PROGRAMS.csc.image}" /noconfig /fullpaths @"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\owa\\${random.hex(8)}\\${random.hex(8)}.cmdline"`,
      parent: {
        program: PROGRAMS.w3wp,
        command: 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "MSExchangeOWAAppPool" -v "v4.0"',
        id: 5668,
      },
    });
  }
  for (const host of [jump, linux]) {
    for (let n = d.times(1.5); n > 0; n--) verbs.exec({ ms: d.any(), host, account: 'root', argv: random.pick(CRON) });
  }
  // the scanner comes by on the first Sunday of the month
  const date = new Date(d.start);
  if (date.getUTCDay() === 0 && date.getUTCDate() <= 7) {
    for (const host of [jump, linux]) {
      for (let i = 0; i < 6; i++)
        verbs.ssh({
          ms: d.start + 2 * HOUR + i * 900,
          host,
          account: world.accounts.scanner.name,
          from: application,
          ok: false,
          method: 'password',
        });
    }
    for (let i = 0; i < 12; i++)
      verbs.connection({
        ms: d.start + 2 * HOUR + i * 400,
        from: application,
        to: random.pick([jump, linux, files]),
        port: random.int(20, 9000),
        state: random.chance(70) ? 'REJ' : 'S0',
      });
  }
}

const CRON: readonly (readonly string[])[] = [
  ['/usr/sbin/logrotate', '/etc/logrotate.conf'],
  ['/usr/bin/apt-get', '-qq', 'update'],
  ['/usr/bin/find', '/var/tmp', '-mtime', '+30', '-delete'],
  ['/usr/local/bin/backup-config', '--nightly'],
];

/** The night after the second Tuesday of the month: updates, restarts. */
function patchNight(d: Day): void {
  const { world, verbs, random } = d;
  const date = new Date(d.start);
  if (date.getUTCDay() !== 3 || date.getUTCDate() < 9 || date.getUTCDate() > 15) return;
  const { dc1, dc2, exchange, files, application } = world.servers;
  for (const [i, host] of [application, files, exchange, dc2, dc1].entries()) {
    const ms = d.start + HOUR + i * 20 * MINUTE;
    verbs.serviceState({ ms, host, name: 'Windows Update', state: 'running' });
    verbs.logon({
      ms: ms + MINUTE,
      host,
      account: world.accounts.deploy,
      type: 3,
      from: application,
      privileged: true,
      seconds: 600,
    });
    verbs.process({
      ...{ ms: ms + 2 * MINUTE, host, account: 'SYSTEM', program: PROGRAMS.powershell, integrity: 'System' },
      command: 'powershell.exe -NonInteractive -File C:\\ProgramData\\Deploy\\patch.ps1',
      parent: { program: PROGRAMS.services, command: 'C:\\Windows\\system32\\services.exe', id: 684 },
    });
    verbs.powershell({
      ms: ms + 2 * MINUTE,
      host,
      account: 'SYSTEM',
      script: `Install-Patches -Group ${random.int(1, 3)} -Restart`,
      path: 'C:\\ProgramData\\Deploy\\patch.ps1',
    });
    verbs.serviceState({ ms: ms + 12 * MINUTE, host, name: 'Guard AV Service', state: 'running' });
  }
}
