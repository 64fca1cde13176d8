import { SECOND } from '../calendar.ts';
import type { Host, Person } from '../contract.ts';
import { PROGRAMS } from '../records/programs.ts';
import type { Day } from './day.ts';

/** Administrators work in daylight, most often: on servers by remote desktop, on the jump host, in the directory. */
export function administrators(d: Day, people: readonly Person[]): void {
  const { world, random, verbs } = d;
  const admins = people.filter((p) => p.admin && world.present(p, d.local(p, 12 * 60)));
  if (admins.length === 0) return;
  const { dc1, exchange, files, application, jump } = world.servers;
  for (let n = d.times(1.6); n > 0; n--) {
    const who = random.pick(admins);
    const admin = who.admin!;
    const host: Host = random.pick([dc1, exchange, files, application]);
    const ms = d.atWork(who);
    const logon = verbs.logon({
      ms,
      host,
      account: admin,
      type: 10,
      from: who.workstation,
      seconds: random.int(300, 5000),
    });
    const parent = { program: PROGRAMS.explorer, command: 'C:\\Windows\\Explorer.EXE', id: 5104 };
    const program = random.pick([PROGRAMS.mmc, PROGRAMS.powershell, PROGRAMS.gpupdate, PROGRAMS.ipconfig]);
    verbs.process({
      ms: ms + 90 * SECOND,
      host,
      account: admin,
      program,
      command: `"${program.image}"`,
      parent,
      logon,
      integrity: 'High',
    });
    if (program === PROGRAMS.powershell) {
      verbs.powershell({
        ms: ms + 120 * SECOND,
        host,
        account: admin,
        script: random.pick([
          'Get-Service | Where-Object Status -eq Stopped',
          'Get-ADUser -Filter * -Properties LastLogonDate',
          'Test-NetConnection ex01 -Port 443',
        ]),
      });
    }
  }
  if (d.often(0.5) > 0) {
    const who = random.pick(admins);
    const ms = d.atWork(who);
    verbs.ssh({
      ms,
      host: jump,
      account: who.admin!,
      from: who.workstation,
      ok: true,
      method: 'publickey',
      seconds: random.int(200, 4000),
    });
    verbs.sudo({
      ms: ms + 50 * SECOND,
      host: jump,
      account: who.admin!,
      command: random.pick([
        '/usr/bin/systemctl status nginx',
        '/usr/bin/apt-get upgrade',
        '/usr/bin/tail /var/log/syslog',
      ]),
    });
    verbs.exec({ ms: ms + 51 * SECOND, host: jump, account: 'root', argv: ['/usr/bin/systemctl', 'status', 'nginx'] });
  }
  for (let n = d.times(0.5); n > 0; n--) {
    const who = random.pick(admins);
    const by = who.admin!;
    const of = random.pick(people).account;
    const ms = d.atWork(who);
    const from = who.post.exit;
    switch (random.int(0, 4)) {
      case 0:
        verbs.accountChanged({ ms, by, of, change: 'password reset' });
        break;
      case 1:
        verbs.accountChanged({ ms, by, of, change: 'changed' });
        break;
      case 2:
        verbs.directoryChange({
          ms,
          activity: 'Update user',
          category: 'UserManagement',
          by,
          from,
          target: of.upn,
          changes: [['MobilePhone', '["+00 000 000"]']],
        });
        break;
      case 3:
        verbs.cmdlet({
          ms,
          account: by,
          cmdlet: 'Set-Mailbox',
          parameters: `-Identity "${of.name}" -DisplayName "${of.name}"`,
        });
        break;
      default:
        verbs.mailboxChange({
          ms,
          operation: 'Set-Mailbox',
          by,
          from,
          object: of.upn,
          parameters: { Identity: of.upn, RetentionPolicy: 'Default MRM Policy' },
        });
    }
  }
}
