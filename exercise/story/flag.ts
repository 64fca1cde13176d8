import { MINUTE, SECOND } from '../calendar.ts';
import { PROGRAMS } from '../ministry/records/programs.ts';
import { atWork, workdays } from './operator.ts';
import { did, type Parts } from './parts.ts';
import { disguised } from './tools.ts';

/** The name that analysts tie to somebody else: the tool asks for it, and nobody answers. */
export const FLAG_DOMAIN = 'update-ironweed.example';

/**
 * A false flag: a tool known as somebody else's runs for a minute on the file server, where it will be found. It does
 * nothing that the intruder could not do with his own.
 */
export function flag(parts: Parts): void {
  const { dates, crew, world, script, tools } = parts;
  const random = parts.random('flag');
  const day = workdays(crew, random, dates.desks, dates.detected, 30)[0] ?? dates.desks;
  const ms = atWork(crew, random, day, 60);
  const host = world.servers.files;
  const tool = disguised(tools.flag, 'C:\\Windows\\Temp\\iw64.exe', 'IRONWEED', '', '1.2.0.0');
  const told = { phase: 'execution', technique: 'T1036', hosts: [host.name] } as const;
  script.at(ms, (v) => {
    const running = v.process({
      ...{ ms, host, account: 'SYSTEM', program: tool, command: `${tool.image} -p 4443`, integrity: 'System' },
      parent: { program: PROGRAMS.cmd, command: 'cmd.exe /c iw64.exe', id: 5316 },
      act: did({ ...told, what: 'A tool known as somebody else’s is run to be found' }),
    });
    v.fileWritten({
      ...{ ms: ms + 2 * SECOND, process: running, file: 'C:\\Windows\\Temp\\iw.log' },
      act: did({ ...told, what: 'It leaves a log of its own' }),
    });
    v.dnsQuery({
      ...{ ms: ms + MINUTE, from: host, name: FLAG_DOMAIN, code: 'NXDOMAIN', process: running },
      act: did({ ...told, what: 'It asks for the name it is known by', used: { domains: [FLAG_DOMAIN] } }),
    });
  });
}
