import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import { PROGRAMS } from '../ministry/records/programs.ts';
import type { Random } from '../random.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts } from './parts.ts';
import { quiet } from './plan.ts';
import { type Shell, shellOf, type Typed, typed, WORKER_COMMAND } from './shell.ts';

/**
 * The mail server: its own front end is turned against it, a page that runs commands is written, a look around; weeks
 * later a module in the web server takes the passwords people type at the log-in page.
 */
export function server(parts: Parts): Shell {
  const random = parts.random('server');
  const shell = shellOf(random);
  exploited(parts, random, shell);
  lookAround(parts, random, shell);
  module(parts, random, shell);
  comesBy(parts, random, shell);
  return shell;
}

function exploited(parts: Parts, random: Random, shell: Shell): void {
  const { world, dates, crew, kit, script } = parts;
  const host = world.servers.exchange;
  const day = workdays(crew, random, dates.server, dates.server + 12 * DAY, 100)[0] ?? dates.server;
  const start = atWork(crew, random, day, 120);
  const from = parts.mesh.exit(start, nearby(world, world.headquarters));
  // some crews take the name they have, some a fresh one
  const evil = random.chance(60) ? kit.lure : `${random.letters(5).toLowerCase()}.example`;
  const act = did({
    ...{
      phase: 'initial-access',
      technique: 'T1190',
      what: 'The autodiscover path leads into the server’s own back end',
    },
    ...{ hosts: [host.name], used: { addresses: [from], clients: [kit.browser] } },
  });
  const tries: readonly [seconds: number, target: string, status: number][] = [
    [0, 'owa/?', 401],
    [41, 'mapi/nspi/?', 200],
    [47, 'EWS/exchange.asmx?', 200],
    [66, `powershell/?X-Rps-CAT=${random.letters(48)}`, 200],
    [71, `powershell/?X-Rps-CAT=${random.letters(48)}`, 200],
  ];
  for (const [after, target, status] of tries) {
    const ms = start + after * SECOND;
    const query = `@${evil}/${target}&Email=autodiscover/autodiscover.json%3F@${evil}`;
    const request = { method: status === 401 ? 'GET' : 'POST', stem: '/autodiscover/autodiscover.json', query, status };
    script.at(ms, (v) => v.exchangeRequest({ ms, from, agent: kit.browser, took: 40 + after * 3, act, ...request }));
  }
  const written = start + 3 * MINUTE;
  script.at(written, (v) => {
    const worker = v.process({
      ...{ ms: written - 2 * SECOND, host, account: 'SYSTEM', program: PROGRAMS.w3wp, command: WORKER_COMMAND },
      parent: { program: PROGRAMS.svchost, command: 'C:\\Windows\\system32\\svchost.exe -k iissvcs', id: 1876 },
    });
    v.fileWritten({
      ...{ ms: written, process: worker, file: shell.file },
      act: did({
        phase: 'persistence',
        technique: 'T1505.003',
        what: 'A page that runs commands is written',
        hosts: [host.name],
      }),
    });
  });
}

function lookAround(parts: Parts, random: Random, shell: Shell): void {
  const domain = parts.world.domain;
  const ideas: readonly Omit<Typed, 'ms'>[] = [
    { program: PROGRAMS.whoami, command: 'whoami /all', what: 'Who am I', phase: 'discovery', technique: 'T1033' },
    {
      ...{ program: PROGRAMS.nltest, command: `nltest /dclist:${domain}`, what: 'Domain controllers listed' },
      ...{ phase: 'discovery', technique: 'T1018' },
    },
    {
      ...{ program: PROGRAMS.net, command: 'net group "Domain Admins" /domain', what: 'Domain administrators listed' },
      ...{ phase: 'discovery', technique: 'T1069.002' },
    },
    {
      program: PROGRAMS.net,
      command: 'net view /all',
      what: 'Machines listed',
      phase: 'discovery',
      technique: 'T1135',
    },
    { program: PROGRAMS.net, command: 'net time', what: 'The clock asked for', phase: 'discovery', technique: 'T1124' },
  ];
  let ms = atWork(parts.crew, random, Math.floor(parts.dates.server / DAY) * DAY + random.int(1, 3) * DAY, 120);
  const commands = random.some(ideas, random.int(3, 5)).map((idea) => {
    ms += random.int(50, 400) * SECOND;
    return { ...idea, ms };
  });
  typed(parts, shell, commands);
}

/** A library in the web server that sees every log-in. Some days later the first passwords are used. */
function module(parts: Parts, random: Random, shell: Shell): void {
  const { world, script, crew } = parts;
  const { sha256 } = parts.tools.module;
  const host = world.servers.exchange;
  const name = random.pick(['ExtenderControl', 'HttpAuthModule', 'OwaFilter', 'CacheUri64', 'ReqLogHelper']);
  const file = `C:\\Windows\\System32\\inetsrv\\${name}.dll`;
  const day = workdays(crew, random, parts.dates.module, parts.dates.module + 9 * DAY, 100)[0] ?? parts.dates.module;
  const ms = atWork(crew, random, day, 60);
  const command = `C:\\Windows\\System32\\inetsrv\\appcmd.exe install module /name:${name} /image:"${file}" /add:true`;
  const told = { phase: 'persistence', technique: 'T1505.004', hosts: [host.name] } as const;
  typed(parts, shell, [
    { ms, program: PROGRAMS.appcmd, command, what: 'A module is added to the web server', ...told },
  ]);
  script.at(ms + 2 * SECOND, (v) => {
    v.iisModule({
      ...{ ms: ms + 2 * SECOND, host },
      configuration: `/system.webServer/globalModules/add[@name="${name}"]`,
      value: file,
      act: did({ ...told, what: 'The configuration of the web server names the module' }),
    });
  });
  const loads = [
    ms + 40 * SECOND,
    ...[1, 2, 3].map((week) => ms + week * random.int(6, 9) * DAY + random.int(0, 9) * HOUR),
  ];
  for (const at of loads)
    script.at(at, (v) => {
      const worker = v.process({
        ...{ ms: at, host, account: 'SYSTEM', program: PROGRAMS.w3wp, command: WORKER_COMMAND },
        parent: { program: PROGRAMS.svchost, command: 'C:\\Windows\\system32\\svchost.exe -k iissvcs', id: 1876 },
      });
      const act = did({ ...told, what: 'The worker of the web server loads the module' });
      v.moduleLoaded({ ms: at + SECOND, process: worker, module: file, signed: false, sha256, act });
    });
}

/** Every few weeks a look whether the page still answers, and a command or two. */
function comesBy(parts: Parts, random: Random, shell: Shell): void {
  const { crew, dates } = parts;
  for (const day of workdays(crew, random, dates.module + 10 * DAY, dates.evicted, 4)) {
    const ms = atWork(crew, random, day, 60);
    if (quiet(dates, ms)) continue;
    const idea = { program: PROGRAMS.net, command: `net user ${random.pick(parts.world.people).account.name} /domain` };
    typed(parts, shell, [{ ms, ...idea, what: 'An account is looked up', phase: 'discovery', technique: 'T1087.002' }]);
  }
}
