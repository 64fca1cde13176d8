import { anyTime, atWork, DAY, days, evening, HOUR, MINUTE, restDay, SECOND, utc } from '../calendar.ts';
import type { Log } from '../log.ts';
import { EVICTION, type Ministry } from '../ministry.ts';
import type { Random } from '../random.ts';
import * as s from '../records/sysmon.ts';
import * as w from '../records/windows.ts';
import { ACCOUNTS, HOSTS, type Host, NETBIOS, type Person } from '../world.ts';

/** What Windows hosts log on days like any other. Every log speaks every day: hosts stay on, tasks run at night. */
type WindowsLog = Log<w.WindowsRecord>;

const span = (log: WindowsLog) => days(log.from, log.to);
const port = (random: Random) => random.int(49_152, 65_500);
const logonId = (random: Random) => random.int(0x40_000, 0xfff_fff);

export function windowsBackground(m: Ministry): void {
  domainController(m);
  exchangeServer(m);
  desk(m, HOSTS.desk1, m.people[3] as Person, m.logs.desk1Security, m.logs.desk1Sysmon);
  desk(m, HOSTS.desk2, m.people[16] as Person, m.logs.desk2Security, m.logs.desk2Sysmon);
}

function domainController({ logs, people, random: stream }: Ministry): void {
  const random = stream('dc');
  const { dc } = HOSTS;
  const log = logs.dcSecurity;
  for (const day of span(log)) {
    const rest = restDay(day);
    log.add(
      anyTime(random, day),
      w.serviceTicket(dc, w.machine(HOSTS.exchange), 'DC01$', HOSTS.exchange.address, port(random)),
    );
    if (rest) {
      if (random.chance(30)) {
        const who = random.pick(people);
        const ms = evening(random, day);
        log.add(ms, w.remoteAccess(dc, who, who.home, true));
      }
      continue;
    }
    for (const who of random.some(people, random.int(1, 2))) {
      const ms = atWork(random, day);
      if (random.chance(6)) log.add(ms - 20 * SECOND, w.wrongPassword(dc, who, who.desk, port(random)));
      log.add(ms, w.ticketGranted(dc, who, who.desk, port(random)));
      if (random.chance(40)) log.add(ms + 3 * SECOND, w.serviceTicket(dc, who, 'FS01$', who.desk, port(random)));
    }
    if (random.chance(35)) {
      const who = random.pick(people);
      const ms = evening(random, day);
      if (random.chance(10)) log.add(ms - 30 * SECOND, w.remoteAccess(dc, who, who.home, false));
      log.add(ms, w.remoteAccess(dc, who, who.home, true));
    }
  }
  // the eviction: every password is set anew on one Saturday
  people.forEach((who, i) => {
    log.add(EVICTION + i * 4 * MINUTE, w.passwordReset(dc, ACCOUNTS.admin, 0x51_0042, who));
  });
  for (const day of span(logs.dcSystem)) {
    logs.dcSystem.add(
      day + 2 * HOUR + random.int(0, MINUTE),
      w.serviceState(dc, 'Windows Modules Installer', 'running'),
    );
    if (random.chance(20)) {
      logs.dcSystem.add(day + 2 * HOUR + 9 * MINUTE, w.serviceState(dc, 'Windows Modules Installer', 'stopped'));
    }
  }
}

const STORE = s.program(
  'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\Microsoft.Exchange.Store.Worker.exe',
  'Microsoft.Exchange.Store.Worker',
  'Microsoft Corporation',
  '15.01.2375.007',
);
const BACKUP = s.program(
  'C:\\Program Files\\Northwall Backup\\nwbackup.exe',
  'Northwall Backup Agent',
  'Northwall',
  '6.2.1.0',
);

function exchangeServer({ logs, people, random: stream }: Ministry): void {
  const random = stream('exchange');
  const host = HOSTS.exchange;
  for (const day of span(logs.exSecurity)) {
    const night: w.Logon = {
      who: ACCOUNTS.backup,
      type: 3,
      logonId: logonId(random),
      from: HOSTS.files.address,
      port: port(random),
    };
    const at = day + 21 * HOUR + random.int(0, 9 * MINUTE);
    logs.exSecurity.add(at, w.logon(host, night));
    if (restDay(day)) continue;
    for (const who of random.some(people, random.int(0, 1))) {
      const l: w.Logon = { who, type: 3, logonId: logonId(random), from: who.desk, port: port(random) };
      const ms = atWork(random, day);
      if (random.chance(5)) logs.exSecurity.add(ms - 15 * SECOND, w.logonFailed(host, { ...l, ntlm: true }));
      logs.exSecurity.add(ms, w.logon(host, l));
      if (random.chance(40)) logs.exSecurity.add(ms + random.int(5, 600) * SECOND, w.logoff(host, l));
    }
  }
  for (const day of span(logs.exSysmon)) {
    const ms = day + 21 * HOUR + random.int(0, 9 * MINUTE);
    const id = random.int(3000, 12_000);
    const system = 'NT AUTHORITY\\SYSTEM';
    if (random.chance(15)) {
      logs.exSysmon.add(
        ms,
        s.started({
          ...{ ms, host, id, user: system, program: BACKUP, command: `"${BACKUP.image}" /job nightly` },
          ...{ parent: s.PROGRAMS.taskhost, parentCommand: 'taskhostw.exe', parentId: 2212 },
        }),
      );
    } else {
      logs.exSysmon.add(
        ms,
        s.fileMade(
          ms,
          host,
          BACKUP.image,
          id,
          system,
          `D:\\Backup\\EX01-${new Date(day).toISOString().slice(0, 10)}.nwb`,
        ),
      );
    }
    if (!restDay(day) && random.chance(40)) {
      const at = atWork(random, day);
      logs.exSysmon.add(
        at,
        s.connected({
          ...{ ms: at, host, user: system, image: STORE.image, id: 4820 },
          ...{ to: HOSTS.dc.address, name: HOSTS.dc.fqdn, port: 3268, fromPort: port(random) },
        }),
      );
    }
  }
  for (const day of span(logs.exSystem)) {
    logs.exSystem.add(
      day + 3 * HOUR + random.int(0, MINUTE),
      w.serviceState(host, 'Microsoft Exchange Health Manager', 'running'),
    );
  }
  administration(logs, random.int(0, 20) * MINUTE, stream('administration'));
}

/** What administrators do on the mail server: among it an export that was approved. */
function administration(logs: Ministry['logs'], offset: number, random: Random): void {
  const host = HOSTS.exchange;
  const { admin } = ACCOUNTS;
  const path = 'mea.example/Administrators/Mikael Westin (admin)';
  const run = (ms: number, name: string, parameters: string) =>
    logs.exManagement.add(ms, s.cmdlet(host, path, admin.sid, name, parameters, random.guid()));
  for (const day of span(logs.exManagement)) {
    if (new Date(day).getUTCDay() === 1) {
      const at = day + 6 * HOUR + random.int(0, MINUTE);
      const file = 'C:\\Scripts\\weekly-health.ps1';
      const text = 'Get-ExchangeServer | Test-ServiceHealth | Out-File D:\\Reports\\health.txt';
      logs.exPowerShell.add(at, s.scriptBlock(host, admin.sid, text, file, random.guid()));
    }
    if (restDay(day) || !random.chance(30)) continue;
    const ms = atWork(random, day);
    if (random.chance(60)) run(ms, 'Get-Mailbox', '-ResultSize "Unlimited"');
    else if (random.chance(50)) run(ms, 'Set-Mailbox', '-Identity "room-2.14" -DisplayName "Room 2.14"');
    else run(ms, 'Get-MailboxDatabaseCopyStatus', '-Server "EX01"');
    if (random.chance(40)) {
      const text = 'Get-ExchangeServer | Format-Table Name, AdminDisplayVersion';
      logs.exPowerShell.add(ms + 4 * SECOND, s.scriptBlock(host, admin.sid, text, '', random.guid()));
    }
  }
  const hold = utc('2023-11-08 10:12') + offset;
  run(
    hold,
    'New-MailboxExportRequest',
    '-Mailbox "leaver.2023" -FilePath "\\\\FS01.mea.example\\legal$\\leaver.2023.pst"',
  );
  run(hold + 6 * DAY, 'Remove-MailboxExportRequest', '-Identity "leaver.2023\\MailboxExport" -Confirm "True"');
  for (const date of ['2022-08-17', '2023-03-15', '2023-08-16', '2024-02-14']) {
    const ms = utc(`${date} 19:40`) + offset;
    const value = '%windir%\\System32\\inetsrv\\cachuri.dll';
    logs.exIis.add(ms, iisConfigured("/system.webServer/globalModules/add[@name='UriCacheModule']/@image", value));
  }
}

export function iisConfigured(configuration: string, newValue: string): w.WindowsRecord {
  return {
    provider: 'Microsoft-Windows-IIS-Configuration',
    providerGuid: '{dc0b8e51-4863-407a-bc3c-1b479b2978ac}',
    channel: 'Microsoft-IIS-Configuration/Operational',
    eventId: 29,
    computer: HOSTS.exchange.fqdn,
    level: 4,
    processId: 6120,
    threadId: 2204,
    data: {
      PhysicalPath: 'MACHINE/WEBROOT/APPHOST',
      Configuration: configuration,
      EditOperationType: 'Set',
      OldValue: '',
      NewValue: newValue,
    },
  };
}

const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16';
const PROGRAMS = [
  s.program(`${OFFICE}\\WINWORD.EXE`, 'Microsoft Word', 'Microsoft Corporation', '16.0.14931.20000', 'WinWord.exe'),
  s.program(`${OFFICE}\\OUTLOOK.EXE`, 'Microsoft Outlook', 'Microsoft Corporation', '16.0.14931.20000', 'Outlook.exe'),
  s.program(`${OFFICE}\\EXCEL.EXE`, 'Microsoft Excel', 'Microsoft Corporation', '16.0.14931.20000', 'Excel.exe'),
  s.program(
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'Microsoft Edge',
    'Microsoft Corporation',
    '110.0.1587.50',
    'msedge.exe',
  ),
];
const EDGE_UPDATE = s.program(
  'C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe',
  'Microsoft Edge Update',
  'Microsoft Corporation',
  '1.3.171.39',
  'msedgeupdate.dll',
);

function desk(m: Ministry, host: Host, owner: Person, security: WindowsLog, sysmon: WindowsLog): void {
  const random = m.random(`desk ${host.name}`);
  const user = `${NETBIOS}\\${owner.name}`;
  for (const day of span(security)) {
    if (restDay(day)) {
      const service: w.Logon = { who: w.SYSTEM, type: 5, logonId: 0x3e7, from: '-', port: 0 };
      security.add(day + 4 * HOUR + random.int(0, MINUTE), w.logon(host, service));
      continue;
    }
    const l: w.Logon = { who: owner, type: 2, logonId: logonId(random), from: '-', port: 0 };
    security.add(day + 6.6 * HOUR + random.int(0, 70 * MINUTE), w.logon(host, l));
    if (random.chance(25)) security.add(day + 16 * HOUR + random.int(0, 90 * MINUTE), w.logoff(host, l));
  }
  for (const day of span(sysmon)) {
    const night = day + 4 * HOUR + random.int(0, 30 * MINUTE);
    if (random.chance(12)) {
      sysmon.add(
        night,
        s.started({
          ...{ ms: night, host, id: random.int(3000, 12_000), user: 'NT AUTHORITY\\SYSTEM', program: EDGE_UPDATE },
          ...{ command: `"${EDGE_UPDATE.image}" /ua /installsource scheduler`, parentId: 1320 },
          ...{
            parent: s.PROGRAMS.svchost,
            parentCommand: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
          },
        }),
      );
    } else {
      sysmon.add(
        night,
        s.nameAsked(
          night,
          host,
          s.PROGRAMS.svchost.image,
          1320,
          'NT AUTHORITY\\NETWORK SERVICE',
          'update.vendor.example',
          '192.0.2.201',
        ),
      );
    }
    if (restDay(day)) continue;
    for (const program of random.some(PROGRAMS, random.int(0, 1))) {
      const ms = atWork(random, day);
      sysmon.add(
        ms,
        s.started({
          ...{ ms, host, id: random.int(3000, 30_000), user, program, command: `"${program.image}"` },
          ...{ parent: s.PROGRAMS.explorer, parentCommand: 'C:\\Windows\\Explorer.EXE', parentId: 5104 },
          folder: `C:\\Users\\${owner.name}\\`,
        }),
      );
    }
  }
  // now and then somebody plugs in a memory stick
  for (const day of span(security)) {
    if (restDay(day) || !random.chance(3)) continue;
    security.add(atWork(random, day), w.deviceAttached(host, random.hex(12).toUpperCase()));
  }
  // a genuine updater is installed, and a program that wants to start with Windows
  const installed = security.from + 12 * DAY + 9 * HOUR;
  security.add(
    installed,
    w.taskCreated(host, w.machine(host), 0x3e7, '\\MicrosoftEdgeUpdateTaskMachineCore', EDGE_UPDATE.image, '/c'),
  );
  sysmon.add(
    installed + HOUR,
    s.registrySet(
      installed + HOUR,
      host,
      `C:\\Users\\${owner.name}\\AppData\\Local\\Microsoft\\OneDrive\\OneDriveSetup.exe`,
      6120,
      user,
      `HKU\\${owner.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\OneDrive`,
      '"C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe" /background',
    ),
  );
}
