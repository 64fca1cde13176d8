import type { Process, Verbs } from '../contract.ts';
import type { EventKind, FormValue } from '../evtx/form.ts';
import { hashes } from '../records/programs.ts';
import * as security from '../records/security.ts';
import * as windows from '../records/windows.ts';
import { clock } from './clock.ts';
import { factsOf, processFacts, processGuid, type Stage, SYSTEM_LOGON, subjectOf, userOf } from './stage.ts';

type Endpoint = Pick<
  Verbs,
  'process' | 'fileWritten' | 'moduleLoaded' | 'registrySet' | 'processOpened' | 'pipe' | 'fileRead'
>;

const WINDOWS = 'Microsoft® Windows® Operating System';

/** Processes and what they do: Security 4688 and 4663, and Sysmon. */
export function endpoint(stage: Stage): Endpoint {
  const { world, random } = stage;

  const sysmon = (
    v: { ms: number; act?: Parameters<Verbs['pipe']>[0]['act'] },
    p: Process,
    kind: EventKind,
    values: (at: string) => FormValue[],
  ) =>
    stage
      .windows(p.host, 'Sysmon')
      .put(v.ms, (at) => ({ kind, user: 'S-1-5-18', values: ['-', ...values(clock(at))] }), v.act, processFacts(p));
  const actor = (p: Process, at: string): FormValue[] => [at, processGuid(p.host, p.id), p.id, p.program.image];

  return {
    process(v) {
      const { ms, act, host, account, program, command, parent } = v;
      const id = random.int(300, 16_000) * 4;
      const system = account === 'SYSTEM';
      const logonId =
        v.logon?.logonId ??
        ('logonId' in parent ? parent.logonId : system ? SYSTEM_LOGON : random.int(0x40_000, 0x7fff_ffff));
      const made: Process = { host, account, program, command, id, logonId };
      const s = subjectOf(world, host, account, logonId);
      const facts = factsOf(account, host);
      stage.windows(host, 'Security').put(
        ms,
        () => ({
          kind: security.PROCESS,
          values: [
            ...[
              s.sid,
              s.name,
              s.domain,
              s.logonId,
              id,
              program.image,
              system ? '%%1936' : '%%1938',
              parent.id,
              command,
            ],
            ...['S-1-0-0', '-', '-', 0, parent.program.image],
            v.integrity === 'High' ? 'S-1-16-12288' : system ? 'S-1-16-16384' : 'S-1-16-8192',
          ],
        }),
        act,
        facts,
      );
      const user = userOf(world, account);
      const description = program.description ?? '-';
      sysmon({ ms, act }, made, windows.SYSMON_PROCESS, (at) => [
        ...actor(made, at),
        ...[program.version ?? '-', description, program.company === 'Microsoft Corporation' ? WINDOWS : description],
        ...[program.company ?? '-', program.original ?? '-', command, v.folder ?? 'C:\\Windows\\system32\\', user],
        ...[processGuid(host, logonId & 0xffff), logonId, system ? 0 : 1],
        v.integrity ?? (system ? 'System' : 'Medium'),
        hashes(program.image, program.sha256),
        ...[processGuid(host, parent.id), parent.id, parent.program.image, parent.command],
        'account' in parent ? userOf(world, parent.account) : user,
      ]);
      return made;
    },
    fileWritten(v) {
      sysmon(v, v.process, windows.SYSMON_FILE, (at) => [
        ...actor(v.process, at),
        v.file,
        at,
        userOf(world, v.process.account),
      ]);
    },
    moduleLoaded(v) {
      const { process: p, module, signed } = v;
      sysmon(v, p, windows.SYSMON_MODULE, (at) => [
        ...actor(p, at),
        ...[module, '1.0.0.0', '-', '-', v.company ?? '-', '-', hashes(module, v.sha256), signed ? 'true' : 'false'],
        ...[
          signed ? (v.signature ?? 'Microsoft Windows') : '-',
          signed ? 'Valid' : 'Unavailable',
          userOf(world, p.account),
        ],
      ]);
    },
    registrySet(v) {
      const p = v.process;
      sysmon(v, p, windows.SYSMON_REGISTRY, (at) => [
        'SetValue',
        ...actor(p, at),
        v.key,
        v.details,
        userOf(world, p.account),
      ]);
    },
    processOpened(v) {
      const p = v.process;
      sysmon(v, p, windows.SYSMON_OPENED, (at) => [
        ...[at, processGuid(p.host, p.id), p.id, p.id + 8, p.program.image, processGuid(p.host, 716), 716, v.target],
        ...[v.access, v.trace, userOf(world, p.account), 'NT AUTHORITY\\SYSTEM'],
      ]);
    },
    pipe(v) {
      const p = v.process;
      const created = v.event === 'created';
      const kind = created ? windows.SYSMON_PIPE_CREATED : windows.SYSMON_PIPE_CONNECTED;
      sysmon(v, p, kind, (at) => [
        ...[created ? 'CreatePipe' : 'ConnectPipe', at, processGuid(p.host, p.id), p.id, v.name, p.program.image],
        userOf(world, p.account),
      ]);
    },
    fileRead(v) {
      const { host, account, program, id, logonId } = v.process;
      const s = subjectOf(world, host, account, logonId);
      stage.windows(host, 'Security').put(
        v.ms,
        () => ({
          kind: security.OBJECT_ACCESS,
          values: [
            ...[s.sid, s.name, s.domain, s.logonId, 'Security', 'File', v.file, 0x2d8, '%%4416\r\n\t\t\t\t', 1, id],
            ...[program.image, 'S:AI'],
          ],
        }),
        v.act,
        processFacts(v.process),
      );
    },
  };
}
