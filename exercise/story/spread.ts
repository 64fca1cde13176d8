import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Account, Host, Verbs } from '../contract.ts';
import { PROGRAMS, program } from '../ministry/records/programs.ts';
import type { Random } from '../random.ts';
import { atWork, workdays } from './operator.ts';
import { did, type Parts } from './parts.ts';
import { type Shell, typed } from './shell.ts';
import { disguised } from './tools.ts';

/**
 * From the mail server inwards: passwords out of memory, then with them the file server, the domain controller, and in
 * some exercises the application server and the jump host.
 */
export function spread(parts: Parts, shell: Shell): void {
  const { dates, crew, world, cast } = parts;
  const random = parts.random('spread');
  const nights = workdays(crew, random, dates.spread, dates.spread + 40 * DAY, 45).map((day) =>
    atWork(crew, random, day, 150),
  );
  const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((i) => nights[i] ?? dates.spread + (40 + i) * DAY);
  memory(parts, random, shell, first as number);
  const { files, application, dc1 } = world.servers;
  foothold(parts, random, files, cast.admin.admin, second as number);
  controller(parts, random, dc1, third as number);
  if (random.chance(60)) foothold(parts, random, application, cast.service, fourth as number);
  if (random.chance(60)) jump(parts, random, fifth as number);
}

/** LSASS through a library of Windows; only the sensor and the audit of new processes see it. */
function memory(parts: Parts, random: Random, shell: Shell, ms: number): void {
  const host = parts.world.servers.exchange;
  const dump = `C:\\ProgramData\\${random.letters(4).toLowerCase()}.bin`;
  const pid = random.int(620, 790);
  const told = { phase: 'credential-access', technique: 'T1003.001', hosts: [host.name] } as const;
  const command = `rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump ${pid} ${dump} full`;
  typed(parts, shell, [
    { ms, program: PROGRAMS.rundll32, command, what: 'The memory of LSASS is written to a file', ...told },
  ]);
  parts.script.at(ms + 2 * SECOND, (v) => {
    const dumper = v.process({
      ...{ ms: ms + SECOND, host, account: 'SYSTEM', program: PROGRAMS.rundll32, command, integrity: 'System' },
      parent: { program: PROGRAMS.cmd, command: `"cmd.exe" /c ${command}`, id: 5512 },
      act: did({ ...told, what: 'The program that writes the memory of LSASS' }),
    });
    const act = did({ ...told, what: 'LSASS is opened for reading' });
    const target = 'C:\\Windows\\system32\\lsass.exe';
    v.processOpened({ ms: ms + 2 * SECOND, process: dumper, target, access: 0x1fffff, trace: TRACE, act });
    v.fileWritten({
      ms: ms + 3 * SECOND,
      process: dumper,
      file: dump,
      act: did({ ...told, what: 'The dump is written' }),
    });
  });
}

const TRACE =
  'C:\\Windows\\SYSTEM32\\ntdll.dll+9fc24|C:\\Windows\\System32\\KERNELBASE.dll+20d0e|C:\\Windows\\System32\\dbgcore.DLL+6ce5|C:\\Windows\\System32\\comsvcs.dll+23e23';

/** Credentials passed from the mail server, a log-on over the network, a service that runs a file of his, a task that keeps it. */
function foothold(parts: Parts, random: Random, host: Host, account: Account, ms: number): void {
  const { script, kit } = parts;
  const tool = disguised(
    parts.tools.service,
    `C:\\Windows\\Temp\\${random.letters(6).toLowerCase()}.exe`,
    'Host Update Service',
    kit.updater.maker,
    '2.1.0.7',
  );
  const service = random.pick(['HostUpdateSvc', 'PrintCacheSvc', 'WinMgmtSync', 'NetLocatorSvc']);
  script.at(ms, (v) => {
    entered(parts, v, host, account, ms);
    const told = { technique: 'T1569.002', hosts: [host.name], accounts: [account.name] } as const;
    v.serviceInstalled({
      ...{ ms: ms + 20 * SECOND, host, account, name: service, path: tool.image },
      act: did({ ...told, phase: 'execution', what: `A service ${service} is installed on ${host.name}` }),
    });
    const running = v.process({
      ...{ ms: ms + 21 * SECOND, host, account: 'SYSTEM', program: tool, command: tool.image, integrity: 'System' },
      parent: { program: PROGRAMS.services, command: 'C:\\Windows\\system32\\services.exe', id: 708 },
      act: did({ ...told, accounts: [], phase: 'execution', what: `The service's program runs on ${host.name}` }),
    });
    v.process({
      ...{ ms: ms + 4 * MINUTE, host, account: 'SYSTEM', program: PROGRAMS.cmd, parent: running, integrity: 'System' },
      command: `cmd.exe /c dir /s /b D:\\Shares\\Policy\\*.docx > C:\\Windows\\Temp\\l.txt`,
      act: did({ phase: 'discovery', technique: 'T1083', what: 'Papers are listed', hosts: [host.name] }),
    });
    v.taskCreated({
      ...{ ms: ms + 9 * MINUTE, host, account, name: kit.updater.task },
      ...{ command: `${kit.updater.folder}\\${kit.updater.program}`, arguments: '/svc' },
      act: did({ ...told, phase: 'persistence', technique: 'T1053.005', what: 'A task named like an updater' }),
    });
  });
}

function entered(parts: Parts, v: Verbs, host: Host, account: Account, ms: number): void {
  const { exchange } = parts.world.servers;
  const who = { accounts: [account.name] };
  const told = { phase: 'lateral-movement', technique: 'T1021.002' } as const;
  const here = v.logon({
    ...{ ms: ms - 5 * SECOND, host: exchange, account, type: 9 },
    act: did({
      ...told,
      ...who,
      hosts: [exchange.name],
      what: `Credentials of ${account.name} are put to use on the mail server`,
    }),
  });
  v.explicitCredentials({
    ...{ ms: ms - 4 * SECOND, logon: here, as: account, target: host, process: PROGRAMS.cmd.image },
    act: did({
      ...told,
      ...who,
      hosts: [exchange.name],
      what: `Credentials of ${account.name} are passed to ${host.name}`,
    }),
  });
  v.logon({
    ...{ ms, host, account, type: 3, from: exchange, ntlm: true, privileged: true, seconds: 1400 },
    act: did({ ...told, ...who, hosts: [host.name], what: `Log-on at ${host.name} from the mail server` }),
  });
}

/** All secrets of the domain are copied, by replication or out of a shadow copy. */
function controller(parts: Parts, random: Random, host: Host, ms: number): void {
  const account = parts.cast.admin.admin;
  const replicates = random.chance(50);
  parts.script.at(ms, (v) => {
    entered(parts, v, host, account, ms);
    const told = { phase: 'credential-access', accounts: [account.name], hosts: [host.name] } as const;
    if (replicates) {
      const act = did({ ...told, technique: 'T1003.006', what: 'The secrets of the domain are copied by replication' });
      v.directoryReplicated({ ms: ms + 3 * MINUTE, account, act });
      return;
    }
    const parent = { program: PROGRAMS.cmd, command: 'cmd.exe', id: 6120 };
    const image = 'C:\\Windows\\System32\\ntdsutil.exe';
    const tool = program(
      image,
      'NT5DS',
      'Microsoft Corporation',
      '10.0.17763.1 (WinBuild.160101.0800)',
      'ntdsutil.exe',
    );
    v.process({
      ...{ ms: ms + 3 * MINUTE, host, account, program: tool, parent, integrity: 'High' },
      command: 'ntdsutil "ac i ntds" "ifm" "create full C:\\ProgramData\\ifm" q q',
      act: did({ ...told, technique: 'T1003.003', what: 'The directory is copied out of a shadow copy' }),
    });
  });
}

/** The jump host opens with the administrator's password. */
function jump(parts: Parts, random: Random, ms: number): void {
  const { world, cast, script } = parts;
  const host = world.servers.jump;
  const account = cast.admin.admin;
  const told = { accounts: [account.name], hosts: [host.name] };
  const commands = random.some(
    [
      ['id'],
      ['cat', '/etc/passwd'],
      ['ss', '-tnp'],
      ['find', '/home', '-name', 'id_rsa'],
      ['tar', 'czf', '/tmp/.k.tgz', '/home/ops/.ssh'],
    ],
    random.int(3, 5),
  );
  script.at(ms, (v) => {
    v.ssh({
      ...{ ms, host, account, from: world.servers.exchange, ok: true, method: 'password', seconds: 1500 },
      act: did({
        ...told,
        phase: 'lateral-movement',
        technique: 'T1021.004',
        what: 'SSH to the jump host from the mail server',
      }),
    });
    commands.forEach((argv, i) => {
      const act = did({ ...told, phase: 'discovery', technique: 'T1083', what: `${argv.join(' ')} on the jump host` });
      v.exec({ ms: ms + (i + 1) * 37 * SECOND, host, account, argv, act });
    });
  });
  // once more, weeks later
  const again = ms + random.int(20, 50) * DAY + random.int(0, 2) * HOUR;
  script.at(again, (v) =>
    v.ssh({
      ...{ ms: again, host, account, from: world.servers.exchange, ok: true, method: 'password', seconds: 600 },
      act: did({ ...told, phase: 'lateral-movement', technique: 'T1021.004', what: 'SSH to the jump host once more' }),
    }),
  );
}
