import { auditSerial } from '../background/network.ts';
import { MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { PROGRAMS, program } from '../records/programs.ts';
import { processOpened } from '../records/sysmon.ts';
import { auditLines, syslogLine } from '../records/text.ts';
import {
  adminLogon,
  directoryAccess,
  explicitCredentials,
  type Logon,
  logon,
  SYSTEM,
  serviceInstalled,
} from '../records/windows/index.ts';
import { ACCOUNTS, HOSTS } from '../world.ts';
import { actsOf } from './acts.ts';
import { typed } from './shell.ts';

/** Passwords from the mail server's memory open the domain controller, and later the jump host. */
const PHASE = 'spread';
const START = utc('2022-11-12 02:20');

const { seen, hidden: act } = actsOf(PHASE);
const COPIED = 'windows/secrets_copied_after_ntlm.yml';

export function spread(m: Ministry): void {
  memory(m);
  domainController(m);
  packed(m);
  jumpHost(m);
}

function memory(m: Ministry): void {
  const { exchange } = HOSTS;
  typed(m, START, {
    phase: PHASE,
    program: PROGRAMS.rundll32,
    command: 'rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 716 C:\\ProgramData\\d.bin full',
    what: 'The memory of LSASS is written to a file',
    technique: 'T1003.001',
    rules: ['windows/lsass_dump_command.yml'],
    sigma: ['646ea171-dded-4578-8a4d-65e9822892e3'],
  });
  const ms = START + 2 * SECOND;
  const trace =
    'C:\\Windows\\SYSTEM32\\ntdll.dll+9fc24|C:\\Windows\\System32\\KERNELBASE.dll+20d0e|C:\\Windows\\System32\\dbgcore.DLL+6ce5|C:\\Windows\\System32\\comsvcs.dll+23e23';
  m.logs.exSysmon.add(
    ms,
    processOpened(
      ms,
      exchange,
      PROGRAMS.rundll32.image,
      9312,
      SYSTEM_USER,
      'C:\\Windows\\system32\\lsass.exe',
      0x1fffff,
      trace,
    ),
    {
      phase: PHASE,
      what: 'rundll32 opens LSASS with all rights',
      technique: 'T1003.001',
      rules: ['windows/lsass_opened.yml'],
      sigma: ['a49fa4d5-11db-418c-8473-1e014a8dd462'],
    },
  );
}
const SYSTEM_USER = 'NT AUTHORITY\\SYSTEM';

function domainController(m: Ministry): void {
  const { dc, exchange } = HOSTS;
  const { admin } = ACCOUNTS;
  const start = START + 41 * MINUTE;
  const random = m.random('spread');
  const l: Logon = {
    ...{ who: admin, type: 3, logonId: random.int(0x400_000, 0xfff_fff), from: exchange.address, port: 51_204 },
    ...{ workstation: exchange.name, ntlm: true },
  };
  m.logs.exSecurity.add(
    start,
    explicitCredentials(exchange, SYSTEM, 0x3e7, admin.name, dc.fqdn, PROGRAMS.rundll32.image),
    act('An administrator’s password is used from the mail server', 'T1078.002', 'looks like administration'),
  );
  m.logs.dcSecurity.add(
    start + SECOND,
    logon(dc, l),
    seen({
      what: 'The administrator logs on to the domain controller from the mail server, by NTLM',
      technique: 'T1021.002',
      rules: ['windows/admin_logon_ntlm.yml', COPIED],
    }),
  );
  m.logs.dcSecurity.add(
    start + SECOND,
    adminLogon(dc, admin, l.logonId),
    act('The log-on carries administrator’s rights', 'T1078.002', 'follows every log-on of an administrator'),
  );
  m.logs.dcSystem.add(
    start + 40 * SECOND,
    serviceInstalled(dc, admin, 'WinHelpSvc', '%SystemRoot%\\winhlp64.exe'),
    seen({
      what: 'A service is installed from afar',
      technique: 'T1569.002',
      rules: ['windows/service_beside_windows.yml'],
    }),
  );
  const rights: [guid: string, rules: string[], sigma: string[]][] = [
    ['1131f6aa-9c07-11d1-f79f-00c04fc2dcd2', ['windows/directory_changes_read.yml'], []],
    ['1131f6ad-9c07-11d1-f79f-00c04fc2dcd2', ['windows/dcsync.yml', COPIED], ['17d619c1-e020-4347-957e-1d1207455c93']],
  ];
  rights.forEach(([right, rules, sigma], i) => {
    m.logs.dcSecurity.add(
      start + 6 * MINUTE + i * 20,
      directoryAccess(dc, admin, l.logonId, right),
      seen({
        what: 'All password hashes of the domain are copied as a replica would (DCSync)',
        technique: 'T1003.006',
        rules,
        ...(sigma.length > 0 ? { sigma } : {}),
      }),
    );
  });
}

/** What was copied is packed on the mail server, this time by a program that keeps its name. */
function packed(m: Ministry): void {
  const image = 'C:\\ProgramData\\7z.exe';
  typed(m, START + 71 * MINUTE, {
    phase: PHASE,
    program: program(image, '7-Zip Console', 'Igor Pavlov', '19.00', '7z.exe'),
    command: `${image} a -pQ7 C:\\ProgramData\\w.7z C:\\ProgramData\\ntds`,
    what: 'The copied directory is packed',
    technique: 'T1560.001',
    rules: ['windows/archive_made.yml', 'windows/archive_with_password.yml'],
    sigma: ['9fbf5927-5261-4284-a71d-f681029ea574'],
  });
}

function jumpHost(m: Ministry): void {
  const ms = utc('2023-02-11 02:31');
  const user = ACCOUNTS.backup.name;
  const lines: [number, string][] = [
    [0, `Accepted password for ${user} from 10.20.50.14 port 50122 ssh2`],
    [0, `pam_unix(sshd:session): session opened for user ${user}(uid=1010) by (uid=0)`],
  ];
  for (const [after, text] of lines) {
    const at = ms + after * SECOND;
    m.logs.jumpAuth.add(
      at,
      syslogLine(at, 'sshd[20411]', text),
      act(
        'The backup account logs on to the jump host by password, at night, from a VPN address',
        'T1021.004',
        'a log-on that succeeds; no own rule reads sshd',
      ),
    );
  }
  const commands: [argv: string[], what: string, technique: string][] = [
    [['/usr/bin/cat', '/etc/passwd'], 'Accounts of the jump host are read', 'T1087.001'],
    [['/usr/bin/find', '/srv/exchange-backup', '-name', '*.nwb'], 'Backups of mail are looked for', 'T1083'],
    [
      ['/usr/bin/tar', 'czf', '/tmp/.x11.tgz', '/home/adm.westin/.ssh'],
      'Keys of the administrator are packed',
      'T1552.004',
    ],
    [['/usr/bin/shred', '-u', '/tmp/.x11.tgz'], 'The pack is destroyed after it was copied', 'T1070.004'],
  ];
  commands.forEach(([argv, what, technique], i) => {
    const at = ms + (2 + 3 * i) * MINUTE;
    const lines = auditLines(at, auditSerial(at), { uid: 1010, name: user }, argv);
    m.logs.jumpAudit.add(at, lines.join('\n'), act(what, technique, 'no own rule reads auditd'));
  });
}
