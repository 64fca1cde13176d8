import { SECOND } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { PROGRAMS, type Program } from '../records/programs.ts';
import { started } from '../records/sysmon.ts';
import { iisLine } from '../records/text.ts';
import { processCreated, SYSTEM } from '../records/windows/index.ts';
import type { Act } from '../truth.ts';
import { EXITS, HOSTS } from '../world.ts';

/**
 * A command on the Exchange server, typed into the web shell: the request's worker process starts cmd.exe, which
 * starts the program. Sysmon and the Security log both tell of it.
 */
const WORKER =
  'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "MSExchangeECPAppPool" -v "v4.0" -c "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin\\GenericAppPoolConfigWithGCServerEnabledFalse.config" -a \\\\.\\pipe\\iisipm7c1e -h "C:\\inetpub\\temp\\apppools\\MSExchangeECPAppPool\\MSExchangeECPAppPool.config" -w "" -m 0';
const WORKER_ID = 9236;

interface Typed {
  readonly program: Program;
  readonly command: string;
  readonly what: string;
  readonly technique: string;
  readonly phase: Act['phase'];
  readonly rules?: readonly string[];
  readonly sigma?: readonly string[];
  readonly invisible?: string;
  /** the home router it comes through */
  readonly from?: string;
}

export const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:91.0) Gecko/20100101 Firefox/91.0';
export const SHELL_PAGE = '/aspnet_client/system_web/errorfe.aspx';

export function typed(m: Ministry, ms: number, t: Typed): void {
  const host = HOSTS.exchange;
  const asked = ms - SECOND;
  const page = { method: 'POST', stem: SHELL_PAGE, from: t.from ?? EXITS.shell, agent: AGENT, status: 200, took: 640 };
  m.logs.iis.add(asked, iisLine(asked, page), {
    phase: t.phase,
    what: 'A command is sent to the web shell',
    technique: 'T1505.003',
    rules: ['exchange/page_below_aspnet_client.yml'],
  });
  const user = 'NT AUTHORITY\\SYSTEM';
  const id = 4000 + (Math.floor(ms / 1000) % 20_000);
  const shell = `"cmd.exe" /c ${t.command}`;
  const cmd: Act = {
    phase: t.phase,
    what: `The web server starts cmd.exe: ${t.what}`,
    technique: 'T1505.003',
    rules: ['windows/web_worker_child.yml'],
    sigma: ['8202070f-edeb-4d31-a010-a26c72ac5600'],
  };
  const { rules = [] } = t;
  const act: Act = {
    phase: t.phase,
    what: t.what,
    technique: t.technique,
    rules,
    ...(t.sigma ? { sigma: t.sigma } : {}),
    ...(rules.length === 0
      ? { invisible: t.invisible ?? 'an ordinary program of Windows; no own rule looks for it' }
      : {}),
  };
  const worker = { user, parent: PROGRAMS.w3wp, parentCommand: WORKER, parentId: WORKER_ID } as const;
  m.logs.exSysmon.add(ms, started({ ...worker, ms, host, id, program: PROGRAMS.cmd, command: shell }), cmd);
  const child = { ms: ms + SECOND, host, user, id: id + 4, program: t.program, command: t.command };
  m.logs.exSysmon.add(
    ms + SECOND,
    started({ ...child, parent: PROGRAMS.cmd, parentCommand: shell, parentId: id }),
    act,
  );
  const audit = { who: SYSTEM, logonId: 0x3e7 };
  m.logs.exSecurity.add(
    ms,
    processCreated(host, {
      ...audit,
      ...{ id, image: PROGRAMS.cmd.image, command: shell, parentId: WORKER_ID, parent: PROGRAMS.w3wp.image },
    }),
    cmd,
  );
  m.logs.exSecurity.add(
    ms + SECOND,
    processCreated(host, {
      ...audit,
      ...{ id: id + 4, image: t.program.image, command: t.command, parentId: id, parent: PROGRAMS.cmd.image },
    }),
    act,
  );
}
