import type { Random } from '../../random.ts';
import { anyTime, atWork, days, evening, HOUR, MINUTE, restDay, SECOND } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import * as t from '../records/text.ts';
import { ACCOUNTS, NETBIOS, type Person } from '../world.ts';

/** What the VPN gateway, the web front end and the jump host write on days like any other. */
export function networkBackground(m: Ministry): void {
  vpn(m);
  iis(m);
  jumpHost(m);
}

/** `1h:02m:03s`, as the gateway writes durations. */
export function asaDuration(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}h:${two(Math.floor(seconds / 60) % 60)}m:${two(seconds % 60)}s`;
}

export interface Session {
  readonly user: string;
  readonly from: string;
  readonly inside: string;
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
}

/** The messages of one VPN session, with the seconds after its start. */
export function vpnSession(s: Session): [after: number, text: string][] {
  const who = `Group <GP-Staff> User <${s.user}> IP <${s.from}>`;
  return [
    [0, `%ASA-6-113004: AAA user authentication Successful : server =  10.20.10.5 : user = ${s.user}`],
    [1, `%ASA-6-113039: ${who} AnyConnect parent session started.`],
    [3, `%ASA-4-722051: ${who} IPv4 Address <${s.inside}> IPv6 address <::> assigned to session`],
    [
      s.seconds,
      `%ASA-4-113019: Group = GP-Staff, Username = ${s.user}, IP = ${s.from}, Session disconnected. Session Type: AnyConnect-Parent, Duration: ${asaDuration(s.seconds)}, Bytes xmt: ${s.sent}, Bytes rcv: ${s.received}, Reason: User Requested`,
    ],
  ];
}

export function vpnRejected(user: string, from: string): string {
  return `%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : server = 10.20.10.5 : user = ${user} : user IP = ${from}`;
}

function vpn({ logs: { vpn: log }, people, random: stream }: Ministry): void {
  const random = stream('vpn');
  for (const day of days(log.from, log.to)) {
    const backup = day + 22 * HOUR + random.int(0, MINUTE);
    log.add(
      backup,
      t.asaLine(backup, "%ASA-5-111008: User 'netops' executed the 'copy running-config startup-config' command."),
    );
    const count = restDay(day) ? random.int(0, 1) : random.int(0, 2);
    for (const who of random.some(people, count)) {
      const start = random.chance(50) ? evening(random, day) : atWork(random, day);
      if (random.chance(8))
        log.add(start - 25 * SECOND, t.asaLine(start - 25 * SECOND, vpnRejected(who.name, who.home)));
      const session: Session = {
        ...{
          user: who.name,
          from: who.home,
          inside: `10.20.50.${random.int(30, 90)}`,
          seconds: random.int(900, 14_000),
        },
        ...{ sent: random.int(2_000_000, 90_000_000), received: random.int(400_000, 12_000_000) },
      };
      for (const [after, text] of vpnSession(session)) {
        const ms = start + after * SECOND;
        log.add(ms, t.asaLine(ms, text));
      }
    }
  }
}

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36 Edg/110.0.1587.50';

function iisRequest(random: Random, who: Person, home: boolean): t.Request {
  const from = home ? who.home : who.desk;
  const base = { from, user: `${NETBIOS}\\${who.name}`, status: 200, took: random.int(8, 400) };
  switch (random.int(0, 4)) {
    case 0:
      return { ...base, method: 'GET', stem: '/owa/', agent: BROWSER };
    case 1:
      return {
        ...base,
        method: 'POST',
        stem: '/owa/service.svc',
        query: 'action=FindConversation&app=Mail',
        agent: BROWSER,
      };
    case 2:
      return {
        ...base,
        method: 'POST',
        stem: '/Microsoft-Server-ActiveSync/default.eas',
        query: `User=${who.name}&DeviceId=${who.guid.slice(0, 8)}&DeviceType=iPhone&Cmd=Sync`,
        agent: 'Apple-iPhone13C2/2001.65',
      };
    case 3:
      return {
        ...base,
        method: 'POST',
        stem: '/autodiscover/autodiscover.xml',
        agent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14931; Pro)',
      };
    default:
      return {
        ...base,
        method: 'POST',
        stem: '/mapi/emsmdb/',
        query: `MailboxId=${who.mailbox}@mea.example`,
        agent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14931; Pro)',
      };
  }
}

function iis({ logs: { iis: log }, people, random: stream }: Ministry): void {
  const random = stream('iis');
  for (const day of days(log.from, log.to)) {
    const probe = anyTime(random, day);
    log.add(
      probe,
      t.iisLine(probe, {
        ...{ method: 'GET', stem: '/owa/healthcheck.htm', from: '127.0.0.1', agent: 'AMProbe/Local/ClientAccess' },
        ...{ status: 200, took: random.int(0, 4) },
      }),
    );
    const rest = restDay(day);
    for (const who of random.some(people, rest ? random.int(0, 1) : random.int(2, 5))) {
      const home = rest || random.chance(25);
      const ms = home ? evening(random, day) : atWork(random, day);
      log.add(ms, t.iisLine(ms, iisRequest(random, who, home)));
    }
    if (random.chance(6)) {
      const ms = anyTime(random, day);
      const stem = random.pick(['/robots.txt', '/favicon.ico', '/.well-known/security.txt']);
      const from = `198.51.100.${random.int(2, 14)}`;
      log.add(ms, t.iisLine(ms, { method: 'GET', stem, from, agent: 'Mozilla/5.0', status: 404, took: 3 }));
    }
  }
}

function jumpHost({ logs, random: stream }: Ministry): void {
  const random = stream('jump');
  const add = (ms: number, tag: string, text: string) => logs.jumpAuth.add(ms, t.syslogLine(ms, tag, text));
  const { admin } = ACCOUNTS;
  for (const day of days(logs.jumpAuth.from, logs.jumpAuth.to)) {
    const hour = day + 5 * HOUR + random.int(0, MINUTE);
    add(
      hour,
      `CRON[${random.int(900, 30_000)}]`,
      'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
    );
    if (restDay(day) || !random.chance(75)) continue;
    const ms = atWork(random, day);
    const id = random.int(900, 30_000);
    add(
      ms,
      `sshd[${id}]`,
      `Accepted publickey for ${admin.name} from 10.20.30.122 port ${random.int(49_152, 65_000)} ssh2: ED25519 SHA256:q0Zr7mD2cVt1xYwKb5uJ9nLs3hFg8eAoPiRzQy6TlUk`,
    );
    add(ms, `sshd[${id}]`, `pam_unix(sshd:session): session opened for user ${admin.name}(uid=1001) by (uid=0)`);
    commands(logs, ms + 40 * SECOND, { uid: 1001, name: admin.name }, [
      random.pick([
        ['/usr/bin/ssh', 'fs01.mea.example'],
        ['/usr/bin/df', '-h'],
        ['/usr/bin/systemctl', 'status', 'rsyslog'],
      ]),
    ]);
    const end = ms + random.int(300, 5000) * SECOND;
    add(end, `sshd[${id}]`, `pam_unix(sshd:session): session closed for user ${admin.name}`);
  }
}

/** Commands on the jump host, a few seconds apart. */
function commands(
  logs: Ministry['logs'],
  start: number,
  user: { uid: number; name: string },
  list: readonly string[][],
): void {
  list.forEach((argv, i) => {
    const ms = start + i * 7 * SECOND;
    logs.jumpAudit.add(ms, t.auditLines(ms, auditSerial(ms), user, argv).join('\n'));
  });
}

/** auditd numbers its records as they come. */
export function auditSerial(ms: number): number {
  return Math.floor((ms - Date.UTC(2023, 0, 1)) / (7 * SECOND));
}
