import type { Random } from '../../random.ts';
import { DAY, HOUR, MINUTE, utc } from '../calendar.ts';
import { EVICTION, type Ministry } from '../ministry.ts';
import { adminAct, type MailRead, mailRead } from '../records/cloud.ts';
import type { Act, Phase } from '../truth.ts';
import { DOMAIN, EXITS, type Person } from '../world.ts';

/**
 * Mail is read month after month by a client nobody at the ministry uses: a mailbox or two a night, Tuesday to
 * Saturday, each home router for some weeks; and twice many mailboxes in one night.
 */
const PHASE = 'reading';
export const CLIENT = {
  app: '9f2c41d8-77ab-4e06-b1c5-d04e5a8f3e62',
  info: 'Client=WebServices;ExchangeServicesClient/15.00.0913.015',
};

const TAKEN = 'm365/mail_taken.yml';
const BIND = 'm365/mail_api_read.yml';
const MANY = 'm365/mail_many_boxes.yml';
const THROTTLED = 'm365/mail_audit_throttled.yml';

/** The six whose mail was wanted. */
export function wanted(people: readonly Person[]): Person[] {
  return [0, 1, 5, 8, 11, 17].map((i) => people[i] as Person);
}

export function reading(m: Ministry): void {
  const random = m.random('reading');
  const boxes = wanted(m.people);
  const start = utc('2023-01-24');
  for (let day = start; day < EVICTION; day += DAY) {
    const weekday = new Date(day).getUTCDay();
    if (weekday < 2 || !random.chance(55)) continue;
    const exit = EXITS.mail[Math.floor((day - start) / (45 * DAY)) % EXITS.mail.length] as string;
    for (const box of random.some(boxes, random.int(1, 2))) {
      read(m, random, day + random.int(1 * HOUR, 9 * HOUR), box, exit, 'Sync', [TAKEN], PHASE);
    }
  }
  harvest(m, random, utc('2023-04-18 02:05'), EXITS.mail[1]);
  harvest(m, random, utc('2023-09-19 01:40'), EXITS.mail[5]);
  oneSession(m, random, utc('2023-06-14 01:10'));
  keepsReading(m, random);
}

/** One session, four home routers within the night: the token travels, the traveller does not. */
function oneSession(m: Ministry, random: Random, start: number): void {
  const box = wanted(m.people)[3] as Person;
  const session = random.guid();
  EXITS.mail.slice(0, 4).forEach((exit, i) => {
    read(m, random, start + i * 47 * MINUTE, box, exit, 'Sync', [TAKEN, 'm365/session_many_addresses.yml'], PHASE, {
      session,
    });
  });
}

/** All six mailboxes in one night from one address, until the audit itself is throttled. */
export function harvest(m: Ministry, random: Random, start: number, exit: string, phase: Phase = PHASE): void {
  wanted(m.people).forEach((box, i) => {
    const ms = start + i * 11 * MINUTE;
    read(m, random, ms, box, exit, 'Sync', [TAKEN, MANY], phase);
    read(m, random, ms + 3 * MINUTE, box, exit, 'Bind', [TAKEN, BIND, MANY, THROTTLED], phase, { throttled: true });
  });
}

export function read(
  m: Ministry,
  random: Random,
  ms: number,
  box: Person,
  ip: string,
  access: MailRead['access'],
  rules: readonly string[],
  phase: Phase,
  { throttled = false, session = random.guid() }: { throttled?: boolean; session?: string } = {},
): void {
  const record = mailRead({
    ...{ random, ms, box, ip, access, client: CLIENT.info, app: CLIENT.app, session, throttled },
    ...{ folder: random.pick(['Inbox', 'Inbox', 'Sent Items', 'Archive']), items: random.int(3, 6) },
  });
  const how = access === 'Sync' ? 'a whole folder is taken' : 'messages are read, and the audit says it is incomplete';
  m.logs.mail.add(ms, record, {
    phase,
    what: `Mailbox of ${box.name}: ${how}, from ${ip}`,
    technique: 'T1114.002',
    rules,
  });
}

/** Settings that keep mail coming and warnings away. */
function keepsReading(m: Ministry, random: Random): void {
  const [first, second] = wanted(m.people) as [Person, Person];
  const act = (
    ms: number,
    operation: string,
    by: string,
    object: string,
    parameters: Record<string, string>,
    act: Omit<Act, 'phase'>,
  ) =>
    m.logs.mail.add(ms, adminAct(random, ms, operation, by, EXITS.mail[0], object, parameters), {
      phase: PHASE,
      ...act,
    });
  act(
    utc('2023-03-07 03:21'),
    'New-InboxRule',
    second.mail,
    `mea.example/${second.name}\\.`,
    {
      ...{ Name: '.', SubjectOrBodyContainsWords: 'password;phishing;sign-in;security' },
      ...{ MoveToFolder: 'RSS Feeds', MarkAsRead: 'True', StopProcessingRules: 'True' },
    },
    {
      what: 'A rule named "." hides warnings in the folder RSS Feeds',
      technique: 'T1564.008',
      rules: ['m365/inbox_rule_hides.yml'],
      sigma: ['d3577be1-42c9-44a7-b56e-2e8de97349d3'],
    },
  );
  act(
    utc('2023-03-14 02:48'),
    'Add-MailboxFolderPermission',
    first.mail,
    `${first.mail}:\\Inbox`,
    { Identity: `${first.mail}:\\Inbox`, User: 'Default', AccessRights: 'Reviewer' },
    {
      what: `The inbox of ${first.name} is opened to every account`,
      technique: 'T1098.002',
      rules: ['m365/folder_open_to_all.yml'],
    },
  );
  act(
    utc('2023-03-14 02:55'),
    'Add-MailboxPermission',
    `adm.westin@${DOMAIN}`,
    second.mail,
    { Identity: second.mail, User: `svc-backup@${DOMAIN}`, AccessRights: 'FullAccess', AutoMapping: 'False' },
    {
      what: 'The backup account gets full access to a mailbox',
      technique: 'T1098.002',
      rules: ['m365/full_access_given.yml'],
    },
  );
}
