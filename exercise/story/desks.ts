import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Host, Person, Program, Verbs } from '../contract.ts';
import { PROGRAMS } from '../ministry/records/programs.ts';
import type { Random } from '../random.ts';
import { atWork, workdays } from './operator.ts';
import { did, type Parts } from './parts.ts';
import { quiet } from './plan.ts';
import { disguised } from './tools.ts';

/**
 * Workstations of those whose papers he wants: an implant that poses as an updater asks a cloud drive for orders. It is
 * regular with jitter, sleeps for hours when nobody steers it, and now and then a parcel goes up. Machines are switched
 * on and off by their people: the implant lives as long as the working day does.
 */
export function desks(parts: Parts): void {
  const { cast, dates } = parts;
  const random = parts.random('desks');
  let from = dates.desks;
  for (const person of cast.desks) {
    planted(parts, random, person, from);
    lives(parts, random, person, from + DAY);
    from += random.int(9, 60) * DAY;
  }
}

/** The same file wherever it lies: its digest is one in all logs. */
export function implant({ kit, tools }: Parts): Program {
  const { folder, program: name, maker } = kit.updater;
  return disguised(tools.implant, `${folder}\\${name}`, `${maker} Update`, maker, '1.3.36.112');
}

/** Over the administrator's account from the file server: the file, the task, the Run value. */
function planted(parts: Parts, random: Random, person: Person, from: number): void {
  const { script, crew, cast, world, kit } = parts;
  const host = person.workstation;
  const account = cast.admin.admin;
  const day = workdays(crew, random, from, from + 9 * DAY, 100)[0] ?? from;
  const ms = atWork(crew, random, day, 90);
  const both = { hosts: [host.name], accounts: [account.name] };
  script.at(ms, (v) => {
    v.logon({
      ...{ ms, host, account, type: 3, from: world.servers.files, privileged: true, seconds: 500 },
      act: did({
        ...both,
        phase: 'lateral-movement',
        technique: 'T1021.002',
        what: `Log-on at ${host.name} from the file server`,
      }),
    });
    const copy = v.process({
      ...{ ms: ms + 30 * SECOND, host, account: 'SYSTEM', program: PROGRAMS.cmd, integrity: 'System' },
      command: `cmd.exe /c copy \\\\${world.servers.files.name}\\Deploy$\\u.bin "${implant(parts).image}"`,
      parent: { program: PROGRAMS.services, command: 'C:\\Windows\\system32\\services.exe', id: 704 },
      act: did({
        phase: 'execution',
        technique: 'T1570',
        hosts: [host.name],
        what: 'The implant is copied to the desk',
      }),
    });
    const kept = did({
      phase: 'persistence',
      technique: 'T1036.004',
      hosts: [host.name],
      what: 'A program that poses as an updater',
    });
    v.fileWritten({ ms: ms + 31 * SECOND, process: copy, file: implant(parts).image, act: kept });
    v.taskCreated({
      ...{
        ms: ms + 50 * SECOND,
        host,
        account,
        name: kit.updater.task,
        command: implant(parts).image,
        arguments: '/c',
      },
      act: did({ ...both, phase: 'persistence', technique: 'T1053.005', what: 'A task named like an updater' }),
    });
    v.registrySet({
      ...{ ms: ms + 55 * SECOND, process: copy, details: `"${implant(parts).image}" /c` },
      key: `HKU\\.DEFAULT\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\${kit.updater.maker} Update Setup`,
      act: did({
        phase: 'persistence',
        technique: 'T1547.001',
        hosts: [host.name],
        what: 'A Run value of the same name',
      }),
    });
  });
}

/** Day by day: from the morning log-on to the evening, or all night where the machine stays on. */
function lives(parts: Parts, random: Random, person: Person, from: number): void {
  const { world, dates, script, cast } = parts;
  const days = parts.random(`implant ${person.account.name}`);
  const sleep = random.int(70, 240) * MINUTE;
  const jitter = random.int(8, 30);
  const staysOn = random.chance(40);
  const until = Math.min(dates.evicted, dates.moved);
  for (let day = Math.floor(from / DAY) * DAY; day < until; day += DAY) {
    const noon = day + 12 * HOUR - world.offset(person.post, day);
    if (!world.works(person.post, noon) || !world.present(person, noon) || world.trip(person, noon)) continue;
    const midnight = noon - 12 * HOUR;
    const start = midnight + person.works.from * MINUTE + days.int(4, 40) * MINUTE;
    const end = staysOn ? start + 23 * HOUR : midnight + person.works.to * MINUTE + days.int(-20, 60) * MINUTE;
    // in the long pause the implant sleeps for days, as it was told to
    if (quiet(dates, start) || start < from) continue;
    const calls: number[] = [];
    for (
      let ms = start + days.int(1, 9) * MINUTE;
      ms < end;
      ms += Math.round((sleep * (100 + days.int(-jitter, jitter))) / 100)
    )
      calls.push(ms);
    const upload = days.chance(4) ? end - days.int(20, 90) * MINUTE : null;
    const sizes = calls.map(() => ({ sent: days.int(610, 660), received: days.int(390, 420) }));
    const parcel = days.int(3, 60) * 1_000_000;
    script.at(start, (v) => {
      const running = started(parts, v, person.workstation, start);
      for (const [i, ms] of calls.entries())
        asks(parts, v, person.workstation, running, ms, sizes[i] ?? { sent: 620, received: 400 });
      if (upload) sends(parts, v, person.workstation, running, upload, parcel);
    });
  }
  papers(parts, random, person, from, cast.desks.indexOf(person));
}

function started(parts: Parts, v: Verbs, host: Host, ms: number) {
  const tool = implant(parts);
  return v.process({
    ...{ ms, host, account: 'SYSTEM', program: tool, command: `"${tool.image}" /c`, integrity: 'System' },
    parent: {
      program: PROGRAMS.svchost,
      command: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
      id: 1312,
    },
    act: did({ phase: 'persistence', technique: 'T1053.005', hosts: [host.name], what: 'The task starts the implant' }),
  });
}

type Running = ReturnType<typeof started>;

function asks(
  { kit }: Parts,
  v: Verbs,
  host: Host,
  process: Running,
  ms: number,
  size: { sent: number; received: number },
): void {
  v.webVisit({
    ...{ ms, host, process, site: kit.drive.orders, method: 'GET', tls: true, ...size },
    act: did({
      ...{
        phase: 'command-and-control',
        technique: 'T1102.002',
        hosts: [host.name],
        what: 'The implant asks the cloud drive for orders',
      },
      used: { domains: [kit.drive.orders.domain] },
    }),
  });
}

function sends({ kit }: Parts, v: Verbs, host: Host, process: Running, ms: number, sent: number): void {
  v.webVisit({
    ...{
      ms,
      host,
      process,
      site: kit.drive.upload,
      method: 'POST',
      tls: true,
      sent,
      received: 900,
      seconds: 20 + sent / 400_000,
    },
    act: did({
      ...{
        phase: 'exfiltration',
        technique: 'T1567.002',
        hosts: [host.name],
        what: 'A parcel of papers goes to the cloud drive',
      },
      used: { domains: [kit.drive.upload.domain] },
    }),
  });
}

/** Now and then papers are gathered into an archive on the desk. */
function papers(parts: Parts, random: Random, person: Person, from: number, nth: number): void {
  const { script, crew, dates, world } = parts;
  const host = person.workstation;
  for (const day of workdays(crew, random, from + 10 * DAY, dates.evicted, 2)) {
    const ms = atWork(crew, random, day, 60);
    if (quiet(dates, ms) || !world.works(person.post, ms) || !world.present(person, ms)) continue;
    const archive = `C:\\Users\\Public\\Libraries\\t${nth}${random.int(10, 99)}.dat`;
    const rar = disguised(
      parts.tools.packer,
      `${parts.kit.updater.folder}\\r.exe`,
      'Command line RAR',
      'Alexander Roshal',
      '5.91.0',
      'rar.exe',
    );
    const command = `r.exe a -hp${random.letters(7)} -v20m ${archive} C:\\Users\\${person.account.name}\\Documents\\*.docx`;
    script.at(ms, (v) => {
      v.process({
        ...{ ms, host, account: 'SYSTEM', program: rar, command, integrity: 'System' },
        parent: { program: implant(parts), command: `"${implant(parts).image}" /c`, id: 4476 },
        act: did({
          phase: 'collection',
          technique: 'T1560.001',
          hosts: [host.name],
          what: 'Papers are packed with a password',
        }),
      });
    });
  }
}
