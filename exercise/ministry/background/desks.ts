import type { Random } from '../../random.ts';
import { atWork, DAY, days, HOUR, MINUTE, restDay } from '../calendar.ts';
import type { Log } from '../log.ts';
import type { Ministry } from '../ministry.ts';
import { PROGRAMS as COMMON, program } from '../records/programs.ts';
import * as s from '../records/sysmon.ts';
import * as w from '../records/windows/index.ts';
import { HOSTS, type Host, NETBIOS, type Person } from '../world.ts';

/** Two desks: their owners log on in the morning, programs start, updaters run at night. */
export function desksBackground(m: Ministry): void {
  desk(m, HOSTS.desk1, m.people[3] as Person, m.logs.desk1Security, m.logs.desk1Sysmon);
  desk(m, HOSTS.desk2, m.people[16] as Person, m.logs.desk2Security, m.logs.desk2Sysmon);
}

type WindowsLog = Log<w.WindowsRecord>;

const span = (log: WindowsLog) => days(log.from, log.to);
const logonId = (random: Random) => random.int(0x40_000, 0xfff_fff);

const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16';
const PROGRAMS = [
  program(`${OFFICE}\\WINWORD.EXE`, 'Microsoft Word', 'Microsoft Corporation', '16.0.14931.20000', 'WinWord.exe'),
  program(`${OFFICE}\\OUTLOOK.EXE`, 'Microsoft Outlook', 'Microsoft Corporation', '16.0.14931.20000', 'Outlook.exe'),
  program(`${OFFICE}\\EXCEL.EXE`, 'Microsoft Excel', 'Microsoft Corporation', '16.0.14931.20000', 'Excel.exe'),
  program(
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'Microsoft Edge',
    'Microsoft Corporation',
    '110.0.1587.50',
    'msedge.exe',
  ),
];
const EDGE_UPDATE = program(
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
            parent: COMMON.svchost,
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
          COMMON.svchost.image,
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
          ...{ parent: COMMON.explorer, parentCommand: 'C:\\Windows\\Explorer.EXE', parentId: 5104 },
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
