import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Silence } from '../contract.ts';
import { PROGRAMS } from '../ministry/records/programs.ts';
import type { Random } from '../random.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts } from './parts.ts';
import { type Shell, typed } from './shell.ts';

/**
 * Traces: a log is cleared, another loses records one by one, audit is narrowed, the mailbox audit is kept for a day
 * only, a clock is moved and moved back, a sensor stops for days. What is lost is known before the first day.
 */
export function hiding(parts: Parts, shell: Shell): Silence[] {
  const random = parts.random('hiding');
  const { dates, crew } = parts;
  const nights = workdays(crew, random, dates.hiding, dates.hiding + 60 * DAY, 30).map((day) =>
    atWork(crew, random, day, 90),
  );
  const night = (i: number) => nights[i] ?? dates.hiding + (60 + i) * DAY + 3 * HOUR;
  mailAudit(parts, random, night(3));
  clockMoved(parts, night(4));
  return [cleared(parts, night(0)), cut(parts, random, night(1)), sensor(parts, random, shell, night(2))];
}

function cleared(parts: Parts, ms: number): Silence {
  const { world, cast, script } = parts;
  const host = world.servers.dc1;
  const account = cast.admin.admin;
  const both = { hosts: [host.name], accounts: [account.name] };
  const act = did({
    ...both,
    phase: 'defense-evasion',
    technique: 'T1070.001',
    what: `The Security log of ${host.name} is cleared`,
  });
  script.at(ms, (v) => {
    v.logCleared({ ms, host, account, channel: 'Security', act });
    const policies: readonly [subcategory: string, guid: string, what: string][] = [
      ['%%14339', '{0cce9242-69ae-11d9-bed3-505054503030}', 'Audit of Kerberos tickets is switched off'],
      ['%%13312', '{0cce922b-69ae-11d9-bed3-505054503030}', 'Audit of new processes is switched off'],
    ];
    policies.forEach(([subcategory, guid, what], i) => {
      const told = did({ ...both, phase: 'defense-evasion', technique: 'T1562.002', what });
      v.auditPolicyChanged({
        ms: ms + (4 + i) * MINUTE,
        host,
        account,
        subcategory,
        guid,
        changes: '%%8448',
        act: told,
      });
    });
  });
  const month = new Date(ms);
  const from = Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1);
  return { log: `${host.name}/Security`, kind: 'cleared', why: 'the log was cleared', from, to: ms, act };
}

/** Not cleared but cut: what told of an evening is gone, the numbers of its records are not. */
function cut({ world }: Parts, random: Random, ms: number): Silence {
  const host = world.servers.exchange;
  const what = `Records are cut out of the System log of ${host.name}`;
  const act = did({ phase: 'defense-evasion', technique: 'T1070.001', what, hosts: [host.name] });
  const span = { from: ms - 40 * MINUTE, to: ms };
  return {
    log: `${host.name}/System`,
    kind: 'cut',
    why: 'records were cut out',
    count: random.int(9, 60),
    act,
    ...span,
  };
}

function sensor(parts: Parts, random: Random, shell: Shell, ms: number): Silence {
  const host = parts.world.servers.exchange;
  const told = { phase: 'defense-evasion', technique: 'T1562.001', hosts: [host.name] } as const;
  const act = did({ ...told, what: `The sensor of ${host.name} stops` });
  const command = 'sc stop Sysmon64';
  typed(parts, shell, [{ ms, program: PROGRAMS.sc, command, what: 'The sensor is told to stop', ...told }]);
  const stopped = ms + 4 * SECOND;
  parts.script.at(stopped, (v) => v.serviceState({ ms: stopped, host, name: 'Sysmon64', state: 'stopped', act }));
  const to = ms + random.int(4, 12) * DAY;
  return { log: `${host.name}/Sysmon`, kind: 'stopped', why: 'the sensor was stopped', from: stopped, to, act };
}

function mailAudit(parts: Parts, random: Random, start: number): void {
  const { world, cast, script } = parts;
  const by = cast.admin.admin;
  const from = parts.mesh.exit(start, nearby(world, world.headquarters));
  const box = random.pick(cast.stolen).account;
  const changes: readonly [operation: string, object: string, parameters: Record<string, string>, what: string][] = [
    [
      'Set-Mailbox',
      box.upn,
      { Identity: box.upn, AuditLogAgeLimit: '1.00:00:00' },
      `The audit of the mailbox of ${box.name} is kept for one day only`,
    ],
    [
      'Set-MailboxAuditBypassAssociation',
      cast.service.name,
      { Identity: cast.service.name, AuditBypassEnabled: 'True' },
      `${cast.service.name} is exempted from mailbox audit`,
    ],
  ];
  changes.forEach(([operation, object, parameters, what], i) => {
    const ms = start + i * 4 * MINUTE;
    const act = did({
      ...{ phase: 'defense-evasion', technique: 'T1562.008', what, accounts: [by.name], used: { addresses: [from] } },
    });
    script.at(ms, (v) => v.mailboxChange({ ms, operation, by, from, object, parameters, act }));
  });
  const ms = start + 11 * MINUTE;
  const act = did({
    ...{
      phase: 'defense-evasion',
      technique: 'T1562.002',
      what: 'The same on the server in the house',
      accounts: [by.name],
    },
    hosts: [world.servers.exchange.name],
  });
  const parameters = `-Identity "${box.name}" -AuditLogAgeLimit "1.00:00:00"`;
  script.at(ms, (v) => v.cmdlet({ ms, account: by, cmdlet: 'Set-Mailbox', parameters, act }));
}

/** Half an hour back and forth again: what was written between carries a wrong time. */
function clockMoved(parts: Parts, ms: number): void {
  const { world, cast, script } = parts;
  const host = world.servers.files;
  const account = cast.admin.admin;
  const told = {
    phase: 'defense-evasion',
    technique: 'T1070.006',
    hosts: [host.name],
    accounts: [account.name],
  } as const;
  script.at(ms, (v) => {
    v.timeChanged({
      ms,
      host,
      account,
      by: -31 * MINUTE,
      act: did({ ...told, what: `The clock of ${host.name} is set back` }),
    });
    const back = ms + 9 * MINUTE;
    v.timeChanged({ ms: back, host, account, by: 31 * MINUTE, act: did({ ...told, what: 'and set right again' }) });
  });
}
