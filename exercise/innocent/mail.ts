/** Mail that looks like reconnaissance or theft and is none: newsletters, a new mail program, a secretary's right. */

import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { CloudApp, Person, World } from '../contract.ts';
import type { Random } from '../random.ts';
import { castOf, Script } from '../story/index.ts';
import { dayAtWork, doneBy, type LookAlike } from './shape.ts';

const SENDERS = ['weekly@thinktank-north.example', 'digest@eu-briefs.example', 'events@culture-house.example'];

export const newsletters: LookAlike = {
  id: 'newsletters',
  own: () => ({}),
  plot(world) {
    const script = new Script();
    const told = doneBy(this.id);
    for (const sender of SENDERS) {
      const random = world.random(`innocent/${sender}`);
      const name = sender.split('@')[1] as string;
      const at = [world.country, ...world.neighbours];
      const relay = { name: `out.${name}`, address: world.fresh(random, 'hosting', at) };
      const site = { domain: `img.${name}`, address: world.fresh(random, 'hosting', at) };
      const subscribers = random.some(world.people, random.int(20, 55));
      const act = told(`The newsletter of ${name}`, {}, [relay.address, site.address]);
      let issue = 0;
      for (let day = world.span.from + random.int(0, 20) * DAY; day < world.span.to; day += random.int(25, 32) * DAY) {
        const ms = day + random.int(7, 14) * HOUR;
        const to = subscribers.filter((p) => p.serves.from <= ms && p.serves.to > ms);
        const urls = to.map(() => `https://${site.domain}/o/${issue}/${random.hex(20)}.gif`);
        issue += 1;
        const mail = { from: sender, subject: `Issue ${issue}`, size: random.int(30_000, 90_000), relay };
        const unsubscribe = `<https://${name}/unsubscribe/${random.hex(12)}>`;
        script.at(ms, (v) =>
          v.mailDelivered({
            ...{ ms, ...mail, to: to.map((p) => p.account.upn), images: urls, listUnsubscribe: unsubscribe, act },
          }),
        );
        for (const [i, person] of to.entries())
          if (random.chance(22)) opens(world, script, random, person, ms, site, urls[i] ?? '', act);
      }
    }
    return script.plot(this.id);
  },
};

function opens(
  world: World,
  script: Script,
  random: Random,
  person: Person,
  sent: number,
  site: { domain: string; address: string },
  url: string,
  act: ReturnType<ReturnType<typeof doneBy>>,
): void {
  const ms = sent + random.int(1, 180) * MINUTE;
  if (!world.works(person.post, ms) || !world.present(person, ms) || world.trip(person, ms)) return;
  const { workstation: host, account, clients } = person;
  const visit = {
    ms,
    host,
    account,
    site,
    url,
    agent: clients.browser,
    sent: 520,
    received: 410,
    mime: 'image/gif',
    act,
  };
  script.at(ms, (v) => v.webVisit(visit));
}

export const rollout: LookAlike = {
  id: 'mail-app-rollout',
  own: (world) => ({ accounts: castOf(world).innocent.pilots.map((p) => p.account.name) }),
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/rollout');
    const { pilots, nightAdmin } = castOf(world).innocent;
    const app: CloudApp = {
      id: random.guid(),
      name: 'Calendar Companion',
      client: 'Client=REST;Client=RESTSystem;CalendarCompanion/3.1;',
    };
    const agent = 'CalendarCompanion/3.1 (Windows NT 10.0)';
    const told = doneBy(this.id);
    const day = dayAtWork(world, nightAdmin, world.span.from + random.int(240, 560) * DAY);
    const consent = day + 9 * HOUR + random.int(0, 50) * MINUTE;
    const office = world.headquarters.exit;
    script.at(consent, (v) =>
      v.directoryChange({
        ...{ ms: consent, activity: 'Consent to application', category: 'ApplicationManagement', by: nightAdmin.admin },
        ...{
          from: office,
          target: app.name,
          act: told('An administrator consents for all', { accounts: [nightAdmin.admin.name] }),
        },
        changes: [
          ['ConsentContext.IsAdminConsent', 'True'],
          ['ConsentAction.Permissions', '[] => [[Scope: Calendars.Read Mail.Read offline_access]]'],
        ],
      }),
    );
    for (const person of pilots) {
      const begins = day + random.int(1, 12) * DAY;
      for (let at = begins; at < Math.min(world.moved, begins + 240 * DAY); at += random.int(6, 15) * DAY)
        uses(world, script, random, person, at, { app, agent }, told);
    }
    return script.plot(this.id);
  },
};

function uses(
  world: World,
  script: Script,
  random: Random,
  person: Person,
  day: number,
  { app, agent }: { app: CloudApp; agent: string },
  told: ReturnType<typeof doneBy>,
): void {
  const { account, post } = person;
  const ms =
    Math.floor(day / DAY) * DAY - world.offset(post, day) + person.works.from * MINUTE + random.int(10, 400) * MINUTE;
  if (!world.works(post, ms) || !world.present(person, ms)) return;
  const from = world.trip(person, ms)?.hotel ?? post.exit;
  const session = random.guid();
  const act = told(`${account.name} uses the new program`, { accounts: [account.name] });
  const reads = [0, 1].map(
    (i) => ({ access: random.chance(30) ? 'Sync' : 'Bind', after: (40 + i * 90) * SECOND }) as const,
  );
  script.at(ms, (v) => {
    v.cloudSignIn({
      ...{ ms, account, from, app, agent, error: 0, session, act, managed: true, system: 'Windows 10' },
      client: 'Mobile Apps and Desktop clients',
    });
    for (const { access, after } of reads)
      v.mailboxAccess({ ms: ms + after, mailbox: account, from, access, folder: 'Inbox', items: 6, app, session, act });
  });
}

export const secretary: LookAlike = {
  id: 'secretary-delegation',
  own: (world) => {
    const { chief, secretary } = castOf(world).innocent;
    return { accounts: [chief.account.name, secretary.account.name] };
  },
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/secretary');
    const { chief, secretary } = castOf(world).innocent;
    const told = doneBy(this.id);
    const names = { accounts: [chief.account.name, secretary.account.name] };
    const day = dayAtWork(world, chief, world.span.from + random.int(120, 500) * DAY);
    const given = day + 10 * HOUR - world.offset(chief.post, day) + random.int(0, 90) * MINUTE;
    const object = `${chief.account.upn}:\\Inbox`;
    script.at(given, (v) =>
      v.mailboxChange({
        ...{ ms: given, operation: 'Add-MailboxFolderPermission', by: chief.account, from: chief.post.exit, object },
        parameters: { Identity: object, User: secretary.account.upn, AccessRights: 'Editor' },
        act: told(`${chief.account.name} lets ${secretary.account.name} read the inbox`, names),
      }),
    );
    for (let at = given + DAY; at < world.moved; at += random.int(3, 9) * DAY) {
      const ms = Math.floor(at / DAY) * DAY - world.offset(secretary.post, at) + random.int(8 * 60, 16 * 60) * MINUTE;
      if (!world.works(secretary.post, ms) || !world.present(secretary, ms)) continue;
      const read = {
        ...{ mailbox: chief.account, by: secretary.account, from: secretary.post.exit, access: 'Bind' as const },
        ...{
          folder: 'Inbox',
          items: random.int(2, 12),
          app: world.apps.outlook,
          session: secretary.clients.outlookSession,
        },
      };
      const act = told(`${secretary.account.name} reads the inbox as agreed`, names);
      script.at(ms, (v) => v.mailboxAccess({ ms, ...read, act }));
    }
    return script.plot(this.id);
  },
};
