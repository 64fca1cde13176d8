import { SECOND } from '../calendar.ts';
import type { Program, Verbs } from '../contract.ts';
import { PROGRAMS } from '../ministry/records/programs.ts';
import type { Random } from '../random.ts';
import { did, nearby, type Parts } from './parts.ts';
import type { Phase } from './script.ts';

/** A page on the mail server that runs commands. */
export interface Shell {
  /** as the web server names it, and as the disk does */
  readonly page: string;
  readonly file: string;
}

export function shellOf(random: Random): Shell {
  const name = `${random.pick(['error', 'expired', 'help', 'theme', 'resource', 'logoff'])}${random.pick(['FE', 'Ex', 'Page', 'View', '2'])}.aspx`;
  return random.pick([
    { page: `/aspnet_client/system_web/${name}`, file: `C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\${name}` },
    {
      page: `/owa/auth/${name}`,
      file: `C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\${name}`,
    },
  ]);
}

export const WORKER_COMMAND =
  'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "MSExchangeOWAAppPool" -v "v4.0" -c "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin\\GenericAppPoolConfigWithGCServerEnabledFalse.config" -a \\\\.\\pipe\\iisipm4a7d -h "C:\\inetpub\\temp\\apppools\\MSExchangeOWAAppPool\\MSExchangeOWAAppPool.config" -w "" -m 0';
const WORKER = { program: PROGRAMS.w3wp, command: WORKER_COMMAND, id: 8124 };

export interface Typed {
  readonly ms: number;
  readonly program: Program;
  readonly command: string;
  readonly what: string;
  readonly phase: Phase;
  readonly technique: string;
}

/** A night at the shell: every command comes as a request through the same exit and runs below the web server's worker. */
export function typed(parts: Parts, shell: Shell, commands: readonly Typed[], after?: (verbs: Verbs) => void): void {
  const [first] = commands;
  if (!first) return;
  const host = parts.world.servers.exchange;
  const from = parts.mesh.exit(first.ms, nearby(parts.world, parts.world.headquarters));
  const used = { addresses: [from], clients: [parts.kit.browser] };
  for (const { ms, program, command, what, phase, technique } of commands) {
    parts.script.at(ms, (v) => {
      v.exchangeRequest({
        ...{
          ms: ms - SECOND,
          from,
          method: 'POST',
          stem: shell.page,
          agent: parts.kit.browser,
          status: 200,
          took: 640,
        },
        act: did({
          ...{
            phase: 'execution',
            technique: 'T1505.003',
            what: 'A command is sent to the page',
            hosts: [host.name],
            used,
          },
        }),
      });
      const line = `"cmd.exe" /c ${command}`;
      const cmd = v.process({
        ...{ ms, host, account: 'SYSTEM', program: PROGRAMS.cmd, command: line, parent: WORKER, integrity: 'System' },
        act: did({
          phase: 'execution',
          technique: 'T1505.003',
          what: `The web server starts cmd.exe: ${what}`,
          hosts: [host.name],
        }),
      });
      v.process({
        ...{ ms: ms + SECOND, host, account: 'SYSTEM', program, command, parent: cmd, integrity: 'System' },
        act: did({ phase, technique, what, hosts: [host.name] }),
      });
    });
  }
  if (after) parts.script.at(first.ms + 1, after);
}
