import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Person } from '../contract.ts';
import { awayAddress, type Day, phoneAddress } from './day.ts';

/** How often a present person does something in a day, at scale 1 and below. On a trip everything goes through remote access. */
const RATES = { vpn: 0.055, webmail: 0.03, phone: 0.08, outlook: 0.05, signIn: 0.08, read: 0.1 } as const;
const TRIP = { vpn: 0.16, webmail: 0.07, signIn: 0.12 } as const;

/** Remote access and mail of everybody: from the desk, from home, from wherever the trip leads. */
export function peopleDay(d: Day, people: readonly Person[]): void {
  for (const person of people) {
    const noon = d.local(person, 12 * 60);
    if (noon < person.serves.from || noon >= person.serves.to) continue;
    const away = d.world.trip(person, noon) !== undefined;
    const working = d.world.present(person, noon);
    phone(d, person, working ? 1 : 0.5);
    if (!working && !away) {
      // somebody looks into the mail on a Sunday
      for (let n = d.habit(RATES.webmail / 4); n > 0; n--) webmail(d, person, d.evening(person));
      for (let n = d.habit(RATES.vpn / 6); n > 0; n--) vpn(d, person, d.evening(person));
      continue;
    }
    if (away) {
      for (let n = d.habit(TRIP.vpn); n > 0; n--)
        vpn(d, person, d.random.chance(60) ? d.evening(person) : d.atWork(person));
      for (let n = d.habit(TRIP.webmail); n > 0; n--) webmail(d, person, d.evening(person));
      for (let n = d.habit(TRIP.signIn); n > 0; n--) signIn(d, person, d.atWork(person), false);
      continue;
    }
    for (let n = d.habit(RATES.vpn); n > 0; n--)
      vpn(d, person, d.random.chance(65) ? d.evening(person) : d.atWork(person));
    for (let n = d.habit(RATES.webmail); n > 0; n--) webmail(d, person, d.evening(person));
    for (let n = d.times(RATES.outlook); n > 0; n--) outlook(d, person, d.atWork(person));
    for (let n = d.habit(RATES.signIn); n > 0; n--) {
      const desk = d.random.chance(75);
      signIn(d, person, desk ? d.atWork(person) : d.evening(person), desk);
    }
    for (let n = d.habit(RATES.read); n > 0; n--) read(d, person, d.atWork(person));
  }
}

function vpn(d: Day, person: Person, ms: number): void {
  const { random, verbs } = d;
  const from = awayAddress(d, person, ms);
  const { account, clients } = person;
  const { agent, deviceId } = clients.vpn;
  let at = ms;
  while (random.chance(person.clumsy)) {
    verbs.vpnFailed({ ms: at, account, from });
    at += random.int(12, 50) * SECOND;
  }
  const seconds = random.int(900, 15_000);
  const sent = seconds * random.int(300, 9000);
  verbs.vpnSession({
    ms: at,
    account,
    from,
    seconds,
    sent,
    received: Math.round(sent / random.int(4, 12)),
    agent,
    deviceId,
  });
}

function webmail(d: Day, person: Person, ms: number): void {
  const { random, verbs } = d;
  const common = { account: person.account, from: awayAddress(d, person, ms), agent: person.clients.browser };
  if (random.chance(person.clumsy * 2)) verbs.webmailLogin({ ...common, ms: ms - 40 * SECOND, ok: false });
  verbs.webmailLogin({ ...common, ms, ok: true, requests: random.int(1, 4) });
}

function phone(d: Day, person: Person, share: number): void {
  const { random, verbs, world } = d;
  const { agent, deviceId, model } = person.clients.phone;
  for (let n = d.habit(RATES.phone * share); n > 0; n--) {
    const ms = d.local(person, random.int(6 * 60, 23 * 60));
    const from = phoneAddress(d, person, ms);
    const command = random.pick(['Sync', 'Sync', 'Ping', 'FolderSync', 'GetItemEstimate']);
    verbs.exchangeRequest({
      ...{ ms, from, account: person.account, agent, method: 'POST', stem: '/Microsoft-Server-ActiveSync/default.eas' },
      query: `Cmd=${command}&User=${person.account.name}&DeviceId=${deviceId}&DeviceType=${model}`,
      status: 200,
    });
    if (random.chance(40)) {
      verbs.mailboxAccess({
        ...{
          ms: ms + 20 * SECOND,
          mailbox: person.account,
          from,
          access: 'Bind',
          folder: 'Inbox',
          items: random.int(1, 4),
        },
        ...{ app: world.apps.phone, session: sessionOf(person, 'phone', ms) },
      });
    }
  }
}

function outlook(d: Day, person: Person, ms: number): void {
  const { random, verbs } = d;
  const from = person.workstation.address;
  const agent = 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14931; Pro)';
  const common = { ms, from, account: person.account, agent, method: 'POST', status: 200 };
  const box = `MailboxId=${person.account.mailbox?.guid ?? ''}@${d.world.domain}`;
  if (random.chance(15)) verbs.exchangeRequest({ ...common, stem: '/autodiscover/autodiscover.xml' });
  else if (random.chance(10)) verbs.exchangeRequest({ ...common, stem: '/EWS/Exchange.asmx' });
  else verbs.exchangeRequest({ ...common, stem: '/mapi/emsmdb/', query: box });
}

function signIn(d: Day, person: Person, ms: number, desk: boolean): void {
  const { random, verbs, world } = d;
  const web = !desk && random.chance(60);
  const app = web ? world.apps.web : world.apps.outlook;
  const from = desk ? person.post.exit : awayAddress(d, person, ms);
  const common = {
    ...{ account: person.account, from, app, client: web ? 'Browser' : 'Mobile Apps and Desktop clients' },
    ...{ agent: person.clients.browser, system: 'Windows 10', managed: !web, deviceId: web ? '' : person.account.guid },
    ...{ mfa: true, interactive: web || random.chance(30), session: sessionOf(person, web ? 'web' : 'outlook', ms) },
  };
  if (random.chance(person.clumsy)) verbs.cloudSignIn({ ...common, ms: ms - 20 * SECOND, error: 50126 });
  verbs.cloudSignIn({ ...common, ms, error: 0 });
  if (web) {
    verbs.mailboxAccess({
      ...{ ms: ms + random.int(20, 200) * SECOND, mailbox: person.account, from, access: 'Bind', folder: 'Inbox' },
      ...{ items: random.int(1, 6), app, session: common.session },
    });
  }
}

function read(d: Day, person: Person, ms: number): void {
  const { random, verbs, world } = d;
  const sync = random.chance(55);
  const secretary = person.role === 'secretary' && random.chance(25);
  const chief = secretary
    ? world.people.find((p) => p.post === person.post && (p.role === 'ambassador' || p.role === 'director'))
    : undefined;
  verbs.mailboxAccess({
    ...{ ms, mailbox: chief?.account ?? person.account, by: person.account, from: person.post.exit },
    ...{ access: sync ? ('Sync' as const) : ('Bind' as const), folder: random.pick(FOLDERS), items: random.int(1, 4) },
    ...{ app: world.apps.outlook, session: sessionOf(person, 'outlook', ms) },
  });
  if (random.chance(6)) {
    verbs.mailboxOperation({
      ...{ ms: ms + 3 * MINUTE, operation: random.pick(['Send', 'SoftDelete', 'MoveToDeletedItems', 'HardDelete']) },
      ...{ mailbox: person.account, from: person.post.exit, app: world.apps.outlook },
      ...{ session: sessionOf(person, 'outlook', ms), subject: random.pick(SUBJECTS) },
    });
  }
}

const FOLDERS = ['Inbox', 'Inbox', 'Inbox', 'Sent Items', 'Calendar', 'Drafts', 'Contacts'];
export const SUBJECTS = [
  'Agenda for Thursday',
  'Draft note for the minister',
  'Travel arrangements',
  'Minutes of the working group',
  'Re: visa question',
  'Seating plan',
  'Comments on the paper',
  'Room 2.14',
  'Re: Re: schedule',
];

/** A token lasts about a week; then the client signs in again and has another session. */
function sessionOf(person: Person, client: string, ms: number): string {
  const week = Math.floor(ms / (7 * 24 * HOUR));
  const salt = client === 'phone' ? '4a1' : client === 'web' ? '7c2' : '9e3';
  const base = person.clients.outlookSession;
  const mixed = ((Math.imul(week, 2_654_435_761) ^ Number.parseInt(base.slice(0, 8), 16)) >>> 0)
    .toString(16)
    .padStart(8, '0');
  return `${mixed}-${base.slice(9, 13)}-4${salt}-${base.slice(19)}`;
}
