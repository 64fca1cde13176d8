import { Turns } from '../../random.ts';
import { atWork, days, evening, HOUR, restDay } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import * as c from '../records/cloud.ts';
import { OFFICE_EXIT, type Person } from '../world.ts';

/** Mailboxes in the cloud and the sign-ins to them on days like any other. */
export const APPS = {
  outlook: {
    id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c',
    name: 'Microsoft Office',
    client: 'Client=OutlookDesktop;Outlook/16.0.14931',
  },
  phone: {
    id: '27922004-5251-4030-b22d-91ecd9a37ea4',
    name: 'Outlook Mobile',
    client: 'Client=OutlookService;Outlook-iOS/2.0',
  },
  web: {
    id: '00000002-0000-0ff1-ce00-000000000000',
    name: 'Office 365 Exchange Online',
    client: 'Client=OWA;Action=ViaProxy',
  },
  archive: {
    id: '5e7a9c31-0b1d-4c38-8f4e-6a2b1d9e7c55',
    name: 'Northwall Archive',
    client: 'Client=WebServices;NorthwallArchive/4.1',
  },
} as const;

export function cloudBackground(m: Ministry): void {
  mailboxes(m);
  signIns(m);
  directory(m);
}

function mailboxes({ logs: { mail: log }, people, random: stream }: Ministry): void {
  const random = stream('mail');
  const turns = new Turns(random, people);
  const add = (ms: number, box: Person, ip: string, app: keyof typeof APPS, access: 'Bind' | 'Sync') => {
    const { id, client } = APPS[app];
    log.add(
      ms,
      c.mailRead({
        ...{ random, ms, box, ip, access, client, app: id, session: box.outlookSession },
        ...{ folder: random.pick(['Inbox', 'Inbox', 'Sent Items', 'Calendar']), items: random.int(1, 4) },
      }),
    );
  };
  // once a week the archive takes what one mailbox holds
  const archive = (day: number) =>
    add(day + 23 * HOUR + random.int(0, HOUR - 1), turns.next(), '192.0.2.60', 'archive', 'Bind');
  for (const day of days(log.from, log.to)) {
    if (new Date(day).getUTCDay() === 3) archive(day);
    if (restDay(day)) {
      const who = turns.next();
      add(evening(random, day), who, who.home, 'phone', 'Bind');
      continue;
    }
    for (const who of random.some(people, random.int(1, 2))) {
      // desks have IPv6 addresses of their own; from home everything comes over the line
      if (random.chance(55)) add(atWork(random, day), who, who.desk6, 'outlook', 'Sync');
      else if (random.chance(50)) add(evening(random, day), who, who.home, 'phone', 'Bind');
      else add(evening(random, day), who, who.home, 'web', 'Bind');
    }
    if (random.chance(3)) {
      const who = random.pick(people);
      const ms = atWork(random, day);
      log.add(
        ms,
        c.adminAct(random, ms, 'New-InboxRule', who.mail, who.desk6, `mea.example/${who.name}\\Newsletters`, {
          Name: 'Newsletters',
          From: 'digest@weather.example',
          MoveToFolder: 'Newsletters',
        }),
      );
    }
    if (random.chance(2)) {
      const ms = atWork(random, day);
      log.add(
        ms,
        c.adminAct(random, ms, 'Set-Mailbox', 'adm.westin@mea.example', OFFICE_EXIT, 'room-2.14', {
          Identity: 'room-2.14',
          DisplayName: 'Room 2.14',
        }),
      );
    }
  }
}

const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0.0.0';

function signIns({ logs: { signIns: log }, people, random: stream }: Ministry): void {
  const random = stream('sign-ins');
  const turns = new Turns(random, people);
  for (const day of days(log.from, log.to)) {
    const count = restDay(day) ? 1 : random.int(3, 5);
    for (let i = 0; i < count; i++) {
      const who = turns.next();
      const home = i === 0 || random.chance(20);
      const ms = home ? evening(random, day) : atWork(random, day);
      const app = home ? APPS.web : APPS.outlook;
      const common = {
        ...{ random, who, ip: home ? who.home : who.desk6, app: app.name, appId: app.id, agent: AGENT },
        ...{ client: home ? 'Browser' : 'Mobile Apps and Desktop clients', system: 'Windows 10', managed: true },
      };
      if (random.chance(5)) log.add(ms - 20_000, c.signIn({ ...common, ms: ms - 20_000, error: 50126 }));
      log.add(ms, c.signIn({ ...common, ms, error: 0, session: who.outlookSession }));
    }
  }
}

function directory({ logs: { directory: log }, people, random: stream }: Ministry): void {
  const random = stream('directory');
  for (const day of days(log.from, log.to)) {
    if (restDay(day) || !random.chance(50)) continue;
    const who = random.pick(people);
    const ms = atWork(random, day);
    log.add(
      ms,
      c.directoryAct(
        random,
        ms,
        'Update user',
        'UserManagement',
        'adm.westin@mea.example',
        OFFICE_EXIT,
        who.display,
        [],
      ),
    );
  }
}
