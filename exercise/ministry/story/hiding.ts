import { MINUTE, SECOND, utc } from '../calendar.ts';
import { CLEARED, type Ministry, SENSOR_STOPPED } from '../ministry.ts';
import { cmdlet } from '../records/channels.ts';
import { adminAct } from '../records/cloud.ts';
import { PROGRAMS } from '../records/programs.ts';
import {
  auditPolicyChanged,
  logCleared,
  machine,
  otherLogCleared,
  processCreated,
  serviceState,
} from '../records/windows/index.ts';
import type { Act } from '../truth.ts';
import { ACCOUNTS, DOMAIN, EXITS, HOSTS } from '../world.ts';
import { typed } from './shell.ts';

/** Mailbox audit is weakened; one night logs are cleared, audit is narrowed and a sensor stops. */
const PHASE = 'hiding';

export function hiding(m: Ministry): void {
  cutOut(m);
  mailAudit(m);
  stopSensor(m);
  clear(m);
}

/** Not cleared but cut: what told of a service on the mail server is gone, the numbers of its records are not. */
function cutOut(m: Ministry): void {
  m.logs.exSystem.cut(utc('2022-11-12 03:24'), 31, {
    phase: PHASE,
    what: 'Records of a service that ran for minutes are cut out of the System log of the mail server',
    technique: 'T1070.001',
    rules: [],
    invisible: 'no record is left; the report shows the missing numbers',
  });
}

function mailAudit(m: Ministry): void {
  const random = m.random('hiding');
  const by = `adm.westin@${DOMAIN}`;
  const cloud = (
    ms: number,
    operation: string,
    object: string,
    parameters: Record<string, string>,
    act: Omit<Act, 'phase'>,
  ) =>
    m.logs.mail.add(ms, adminAct(random, ms, operation, by, EXITS.mail[0], object, parameters), {
      phase: PHASE,
      ...act,
    });
  cloud(
    utc('2023-02-21 02:12'),
    'Set-MailboxAuditBypassAssociation',
    'svc-backup',
    { Identity: 'svc-backup', AuditBypassEnabled: 'True' },
    {
      what: 'The backup account is exempted from mailbox audit',
      technique: 'T1562.008',
      rules: ['m365/audit_bypass.yml'],
    },
  );
  cloud(
    utc('2023-02-21 02:15'),
    'Set-Mailbox',
    'i.castor',
    { Identity: 'i.castor', AuditLogAgeLimit: '1.00:00:00' },
    {
      what: 'The audit of a mailbox is kept for one day only',
      technique: 'T1562.008',
      rules: ['m365/audit_weakened.yml'],
    },
  );
  const ms = utc('2023-02-21 02:33');
  const { admin } = ACCOUNTS;
  const path = 'mea.example/Administrators/Mikael Westin (admin)';
  m.logs.exManagement.add(
    ms,
    cmdlet(
      HOSTS.exchange,
      path,
      admin.sid,
      'Set-Mailbox',
      '-Identity "v.malen" -AuditLogAgeLimit "1.00:00:00"',
      random.guid(),
    ),
    {
      phase: PHASE,
      what: 'The same on the server in the house',
      technique: 'T1562.002',
      rules: ['exchange/audit_age.yml'],
    },
  );
}

function stopSensor(m: Ministry): void {
  typed(m, SENSOR_STOPPED - 3 * SECOND, {
    phase: PHASE,
    program: PROGRAMS.sc,
    command: 'sc stop Sysmon64',
    what: 'The sensor of the mail server is stopped',
    technique: 'T1562.001',
    rules: ['windows/sensor_stop_command.yml'],
    sigma: ['ce72ef99-22f1-43d4-8695-419dcb5d9330'],
  });
  m.logs.exSystem.add(SENSOR_STOPPED, serviceState(HOSTS.exchange, 'Sysmon64', 'stopped'), {
    phase: PHASE,
    what: 'The service of the sensor has stopped',
    technique: 'T1562.001',
    rules: ['windows/sensor_stopped.yml'],
  });
  // in the silence: the Security log still tells of it
  typed(m, utc('2023-05-09 02:10'), {
    phase: PHASE,
    program: PROGRAMS.net,
    command: 'net use \\\\FS01\\treaties$',
    what: 'A share of the file server is opened',
    technique: 'T1021.002',
  });
}

function clear(m: Ministry): void {
  const { dc } = HOSTS;
  const { admin } = ACCOUNTS;
  const logonId = 0x7d_10a2;
  m.logs.dcSecurity.add(
    CLEARED - 20 * SECOND,
    processCreated(dc, {
      ...{ who: admin, logonId, id: 0x1c40, image: PROGRAMS.wevtutil.image, command: 'wevtutil cl Security' },
      ...{ parentId: 0x9a8, parent: PROGRAMS.cmd.image },
    }),
    {
      phase: PHASE,
      what: 'The Security log of the domain controller is about to be cleared',
      technique: 'T1070.001',
      rules: [],
      invisible: 'the record lay in the log that was cleared',
    },
  );
  m.logs.dcSecurity.add(CLEARED, logCleared(dc, admin, logonId), {
    phase: PHASE,
    what: 'The Security log of the domain controller is cleared: five weeks are lost',
    technique: 'T1070.001',
    rules: ['windows/security_log_cleared.yml'],
    sigma: ['d99b79d2-0a6f-4f46-ad8b-260b6e17f982'],
  });
  m.logs.dcSystem.add(
    CLEARED + 30 * SECOND,
    otherLogCleared(dc, admin, 'Microsoft-Windows-TaskScheduler/Operational'),
    {
      phase: PHASE,
      what: 'The log of the task scheduler is cleared too',
      technique: 'T1070.001',
      rules: ['windows/other_log_cleared.yml'],
      sigma: ['100ef69e-3327-481c-8e5c-6d80d9507556'],
    },
  );
  const policies: [category: string, sub: string, guid: string, what: string][] = [
    ['%%8280', '%%14339', '{0cce9242-69ae-11d9-bed3-505054503030}', 'Audit of Kerberos tickets is switched off'],
    ['%%8276', '%%13312', '{0cce922b-69ae-11d9-bed3-505054503030}', 'Audit of new processes is switched off'],
  ];
  policies.forEach(([category, sub, guid, what], i) => {
    m.logs.dcSecurity.add(CLEARED + (4 + i) * MINUTE, auditPolicyChanged(dc, machine(dc), 0x3e7, category, sub, guid), {
      phase: PHASE,
      what,
      technique: 'T1562.002',
      rules: ['windows/audit_switched_off.yml'],
      sigma: ['ab4561b1-6c7e-48a7-ad08-087cfb9ce8f1'],
    });
  });
}
