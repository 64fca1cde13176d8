import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Person } from '../contract.ts';
import type { Day } from './day.ts';
import { SUBJECTS } from './people.ts';

/** Mail in and out, newsletters with their counting pictures, spam, and what people change in their mailboxes. */
const PARTNERS = ['mfa.union.example', 'embassy.neighbour.example', 'press.worldwire.example', 'university.example', 'thinktank.example', 'chamber.example', 'airline.example', 'assembly.example']; // biome-ignore format: names
const NEWSLETTERS = [
  {
    sender: 'digest@mailcourier.example',
    site: 'img.mailcourier.example',
    subject: 'Your weekly policy digest',
    day: 2,
  },
  { sender: 'letter@digest-sender.example', site: 'open.digest-sender.example', subject: 'Morning briefing', day: 4 },
  { sender: 'events@campaign-desk.example', site: 'track.campaign-desk.example', subject: 'Events this month', day: 1 },
] as const;

export function correspondenceDay(d: Day, people: readonly Person[]): void {
  const { world, random, verbs } = d;
  const working = people.filter((p) => world.present(p, d.local(p, 12 * 60)));
  if (working.length > 0) {
    for (let n = d.times(11); n > 0; n--) incoming(d, random.pick(working));
    for (let n = d.times(3.5); n > 0; n--) outgoing(d, random.pick(working));
    for (let n = d.times(0.35); n > 0; n--) rule(d, random.pick(working));
    for (let n = d.times(0.12); n > 0; n--) delegate(d, working);
  }
  for (let n = d.times(3); n > 0; n--) {
    const site = world.sites[random.int(0, world.sites.length - 1)]!;
    const relay = { name: `host${random.int(2, 250)}.bulk.example`, address: spammer(d) };
    verbs.mailDelivered({
      ...{
        ms: d.any(),
        from: `${random.hex(6)}@${site.domain.replace(/^www\./, '')}`,
        to: [random.pick(people).account.upn],
      },
      ...{
        subject: 'You have won',
        size: random.int(2000, 9000),
        relay,
        status: random.chance(80) ? 'rejected' : 'sent',
      },
    });
  }
  newsletters(d, people);
}

/** Bulk senders keep a few addresses for a long time. */
function spammer(d: Day): string {
  const { networks } = d.world;
  const hosting = networks.filter((n) => n.kind === 'hosting');
  const network = hosting[d.random.int(0, hosting.length - 1)]!;
  return `${network.first.slice(0, network.first.lastIndexOf('.'))}.${200 + (d.random.next() % 40)}`;
}

function incoming(d: Day, person: Person): void {
  const { world, random, verbs } = d;
  const domain = random.pick(PARTNERS);
  const relay = { name: `mx.${domain}`, address: world.sites[PARTNERS.indexOf(domain)]!.address };
  const ms = random.chance(80) ? d.atWork(person) : d.any();
  const from = `${random.pick(['a.novak', 'office', 'j.lind', 'protocol', 'm.ferro', 'desk', 'press'])}@${domain}`;
  const others = random.chance(20) ? random.some(world.people, random.int(1, 3)).map((p) => p.account.upn) : [];
  const to = [...new Set([person.account.upn, ...others])];
  const size = random.int(4000, 900_000);
  verbs.mailDelivered({
    ms,
    from,
    to,
    subject: random.pick(SUBJECTS),
    size,
    relay,
    status: random.chance(2) ? 'bounced' : 'sent',
  });
}

function outgoing(d: Day, person: Person): void {
  const { random, verbs, world } = d;
  const inside = random.chance(55);
  const to = inside
    ? random.pick(world.people).account.upn
    : `${random.pick(['office', 'desk', 'j.lind'])}@${random.pick(PARTNERS)}`;
  verbs.mailSent({
    ms: d.atWork(person),
    account: person.account,
    to: [to],
    subject: random.pick(SUBJECTS),
    size: random.int(3000, 400_000),
  });
}

/** Subscribers stay subscribers: who they are does not change from issue to issue. */
function newsletters(d: Day, people: readonly Person[]): void {
  const { random, verbs, world } = d;
  const weekday = new Date(d.start).getUTCDay();
  for (const [i, letter] of NEWSLETTERS.entries()) {
    if (weekday !== letter.day) continue;
    const site = world.site(letter.site);
    const readers = world.random(`subscribers of ${letter.sender}`).some(people, 48);
    for (const reader of readers.slice(0, Math.min(48, d.times(7)))) {
      const ms = d.start + 6 * HOUR + i * 40 * MINUTE + random.int(0, 20 * MINUTE);
      const token = random.hex(20);
      const image = `https://${letter.site}/o/${token}.gif`;
      verbs.mailDelivered({
        ...{
          ms,
          from: letter.sender,
          to: [reader.account.upn],
          subject: letter.subject,
          size: random.int(30_000, 90_000),
        },
        ...{ relay: { name: `out.${letter.site}`, address: site.address }, images: [image] },
        listUnsubscribe: `https://${letter.site}/u/${token}`,
      });
      if (random.chance(55) && world.present(reader, d.atWork(reader))) {
        const opened = Math.max(ms + MINUTE, d.atWork(reader));
        verbs.webVisit({
          ...{
            ms: opened,
            host: reader.workstation,
            account: reader.account,
            site,
            url: image,
            received: random.int(300, 900),
          },
          ...{ agent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14931; Pro)', mime: 'image/gif' },
        });
      }
    }
  }
}

function rule(d: Day, person: Person): void {
  const { random, verbs } = d;
  const name = random.pick(['Newsletters', 'Travel', 'From the director', 'Press', 'Invoices']);
  verbs.mailboxChange({
    ...{ ms: d.atWork(person), operation: random.chance(70) ? 'New-InboxRule' : 'Set-InboxRule', by: person.account },
    ...{ from: person.post.exit, object: `${d.world.domain}/${person.account.name}\\${name}` },
    parameters: { Name: name, From: 'digest@mailcourier.example', MoveToFolder: name },
  });
}

/** A secretary gets to see a chief's calendar, set by the chief from the desk. */
function delegate(d: Day, working: readonly Person[]): void {
  const { random, verbs } = d;
  const chiefs = working.filter((p) => p.role === 'ambassador' || p.role === 'director');
  if (chiefs.length === 0) return;
  const chief = random.pick(chiefs);
  const secretary = working.find((p) => p.post === chief.post && p.role === 'secretary');
  if (secretary === undefined) return;
  const ms = d.atWork(chief);
  verbs.mailboxChange({
    ...{ ms, operation: 'Add-MailboxFolderPermission', by: chief.account, from: chief.post.exit },
    object: `${chief.account.upn}:\\Calendar`,
    parameters: { Identity: `${chief.account.upn}:\\Calendar`, User: secretary.account.upn, AccessRights: 'Editor' },
  });
  verbs.cloudSignIn({
    ...{ ms: ms - 40 * SECOND, account: chief.account, from: chief.post.exit, app: d.world.apps.outlook, error: 0 },
    ...{ client: 'Mobile Apps and Desktop clients', agent: chief.clients.browser, managed: true, mfa: true },
  });
}
