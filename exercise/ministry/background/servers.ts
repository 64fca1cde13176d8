import type { Random } from '../../random.ts';
import { anyTime, atWork, DAY, days, evening, HOUR, MINUTE, restDay, SECOND, utc } from '../calendar.ts';
import type { Log } from '../log.ts';
import { EVICTION, type Ministry } from '../ministry.ts';
import { cmdlet, iisConfigured, scriptBlock } from '../records/channels.ts';
import { PROGRAMS, program } from '../records/programs.ts';
import * as s from '../records/sysmon.ts';
import * as w from '../records/windows/index.ts';
import { ACCOUNTS, HOSTS } from '../world.ts';

/** What the servers log on days like any other. Every log speaks every day: tasks run at night. */
type WindowsLog = Log<w.WindowsRecord>;

const span = (log: WindowsLog) => days(log.from, log.to);
const port = (random: Random) => random.int(49_152, 65_500);
const logonId = (random: Random) => random.int(0x40_000, 0xfff_fff);

export function serversBackground(m: Ministry): void {
  domainController(m);
  exchangeServer(m);
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

const STORE = program(
  'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\Microsoft.Exchange.Store.Worker.exe',
  'Microsoft.Exchange.Store.Worker',
  'Microsoft Corporation',
  '15.01.2375.007',
);
const BACKUP = program(
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
          ...{ parent: PROGRAMS.taskhost, parentCommand: 'taskhostw.exe', parentId: 2212 },
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
    logs.exManagement.add(ms, cmdlet(host, path, admin.sid, name, parameters, random.guid()));
  for (const day of span(logs.exManagement)) {
    if (new Date(day).getUTCDay() === 1) {
      const at = day + 6 * HOUR + random.int(0, MINUTE);
      const file = 'C:\\Scripts\\weekly-health.ps1';
      const text = 'Get-ExchangeServer | Test-ServiceHealth | Out-File D:\\Reports\\health.txt';
      logs.exPowerShell.add(at, scriptBlock(host, admin.sid, text, file, random.guid()));
    }
    if (restDay(day) || !random.chance(30)) continue;
    const ms = atWork(random, day);
    if (random.chance(60)) run(ms, 'Get-Mailbox', '-ResultSize "Unlimited"');
    else if (random.chance(50)) run(ms, 'Set-Mailbox', '-Identity "room-2.14" -DisplayName "Room 2.14"');
    else run(ms, 'Get-MailboxDatabaseCopyStatus', '-Server "EX01"');
    if (random.chance(40)) {
      const text = 'Get-ExchangeServer | Format-Table Name, AdminDisplayVersion';
      logs.exPowerShell.add(ms + 4 * SECOND, scriptBlock(host, admin.sid, text, '', random.guid()));
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
