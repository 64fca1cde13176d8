import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Account, Clients, Host, Person, Post, Role, Span, Trip } from '../contract.ts';
import type { Random } from '../random.ts';
import { DOMAIN, host } from './hosts.ts';
import { type Name, names } from './names.ts';
import { GLOBAL, HOME, type Lines } from './networks.ts';
import type { Places } from './places.ts';

/** Jobs at headquarters and at a post, how many of each, and how often they travel in a year. */
const AT_HOME: readonly (readonly [Role, number])[] = [
  ['minister', 1],
  ['director', 8],
  ['desk officer', 72],
  ['diplomat', 12],
  ['secretary', 22],
  ['clerk', 30],
  ['communicator', 5],
  ['IT admin', 8],
];
const ABROAD: readonly Role[] = [
  'ambassador',
  'diplomat',
  'attaché',
  'secretary',
  'consul',
  'diplomat',
  'communicator',
];
const TRIPS: Readonly<Record<Role, number>> = {
  ...{ minister: 14, director: 6, ambassador: 4, diplomat: 3, attaché: 3, 'desk officer': 2, consul: 1 },
  ...{ secretary: 0.3, clerk: 0.1, communicator: 0.5, 'IT admin': 1 },
};
const UNITS = ['Asia desk', 'Union affairs', 'Security policy', 'Sanctions', 'Protocol', 'Consular', 'Trade', 'Legal'];
const ABROAD_UNITS = ['Chancery', 'Consular section', 'Trade section', 'Defence section'];

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36 Edg/110.0.1587.50',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Safari/605.1.15',
];
const PHONES = [
  { model: 'iPhone', agent: 'Apple-iPhone13C2/2001.65' },
  { model: 'iPhone', agent: 'Apple-iPhone14C5/2005.54' },
  { model: 'Android', agent: 'Android/12-EAS-2.0' },
];
const VPN_CLIENTS = ['AnyConnect Windows 4.10.05095', 'AnyConnect Windows 4.10.06079', 'AnyConnect Windows 4.10.07061'];

export interface Staff {
  readonly people: Person[];
  readonly workstations: Host[];
}

export interface Ground {
  readonly random: Random;
  readonly lines: Lines;
  readonly places: Places;
  readonly span: Span;
  readonly domainSid: string;
  readonly headquarters: Post;
  readonly posts: readonly Post[];
  /** inner addresses by post, the next free one */
  readonly inside: (post: Post) => string;
}

export function staff(ground: Ground): Staff {
  const { random, headquarters, posts } = ground;
  const jobs: [Post, Role][] = AT_HOME.flatMap(([role, n]) =>
    Array.from({ length: n }, (): [Post, Role] => [headquarters, role]),
  );
  for (const post of posts) {
    const size = random.int(4, 7);
    for (const role of ABROAD.slice(0, size)) jobs.push([post, role]);
  }
  const called = names(random, jobs.length);
  const numbers = random.some(
    Array.from({ length: jobs.length * 2 }, (_, i) => i + 101),
    jobs.length,
  );
  const workstations: Host[] = [];
  const people = jobs.map(([post, role], i) => {
    const person = makePerson(ground, post, role, called[i]!, numbers[i]!, i);
    workstations.push(person.workstation);
    return person;
  });
  return { people, workstations };
}

function makePerson(ground: Ground, post: Post, role: Role, name: Name, number: number, i: number): Person {
  const { random, lines, span, domainSid } = ground;
  const atHome = post.id === 'HQ';
  const account = makeAccount(random, name.login, `${domainSid}-${1110 + i}`, 'person', true);
  const workstation = host({
    ...{ name: `WS-${String(number).padStart(4, '0')}`, kind: 'workstation', address: ground.inside(post), post },
    ...{ sid: `${domainSid}-${3000 + i}`, owner: name.login },
  });
  const start = role === 'secretary' || role === 'clerk' ? 7.5 : 8.5;
  const from = Math.round((start * HOUR) / MINUTE) + random.int(-45, 60);
  const homes: { from: number; to: number; address: string }[] = [];
  for (let at = span.from; at < span.to; ) {
    const to = random.chance(55) ? span.to : Math.min(span.to, at + random.int(70, 500) * DAY);
    homes.push({ from: at, to, address: lines.fresh(random, 'residential', atHome ? HOME : post.country) });
    at = to;
  }
  return {
    ...{ account, display: name.display, role, post, workstation },
    unit: random.pick(atHome ? UNITS : ABROAD_UNITS),
    ...(role === 'IT admin'
      ? { admin: makeAccount(random, `adm.${name.login.split('.')[1]}`, `${domainSid}-${1800 + i}`, 'admin', false) }
      : {}),
    works: { from, to: from + 8 * 60 + random.int(0, 110) },
    leave: leave(random, span),
    trips: trips(ground, post, role),
    home: homes,
    clients: clients(random),
    clumsy: random.int(1, 9),
    commercialVpn: random.chance(4),
    serves: serves(random, span, role),
  };
}

export function makeAccount(random: Random, name: string, sid: string, kind: Account['kind'], mail: boolean): Account {
  const upn = `${name}@${DOMAIN}`;
  const guid = random.guid();
  return { name, sid, kind, upn, guid, ...(mail ? { mailbox: { address: upn, guid: random.guid() } } : {}) };
}

function clients(random: Random): Clients {
  const phone = random.pick(PHONES);
  return {
    browser: random.pick(BROWSERS),
    outlookSession: random.guid(),
    phone: { ...phone, deviceId: random.hex(32).toUpperCase() },
    vpn: { agent: random.pick(VPN_CLIENTS), deviceId: random.hex(40) },
  };
}

/** Two to four weeks in summer, and shorter ones around the year. */
function leave(random: Random, span: Span): Span[] {
  const out: Span[] = [];
  for (let year = new Date(span.from).getUTCFullYear(); year <= new Date(span.to).getUTCFullYear(); year++) {
    const add = (month: number, days: number) => {
      const from = Date.UTC(year, month, random.int(1, 28));
      out.push({ from, to: from + days * DAY });
    };
    add(random.int(5, 7), random.int(12, 24));
    add(random.int(1, 3), random.int(4, 8));
    add(11, random.int(5, 10));
    if (random.chance(60)) add(random.int(8, 10), random.int(3, 6));
  }
  return out;
}

function trips({ random, places, span }: Ground, post: Post, role: Role): Trip[] {
  const out: Trip[] = [];
  const perDay = TRIPS[role] / 365;
  for (let day = span.from; day < span.to; day += DAY) {
    if (random.next() / 2 ** 32 >= perDay) continue;
    const place = places.other(random, post);
    const to = day + random.int(2, 6) * DAY;
    out.push({ from: day + 6 * HOUR, to, ...place });
    day = to;
  }
  return out;
}

/** Diplomats come and go; one in eight begins or ends within the span. */
function serves(random: Random, span: Span, role: Role): Span {
  const length = span.to - span.from;
  if (role === 'IT admin' || !random.chance(12)) return span;
  const turn = span.from + Math.floor((length / DAY) * (0.2 + (random.next() / 2 ** 32) * 0.6)) * DAY;
  return random.chance(50) ? { from: turn, to: span.to } : { from: span.from, to: turn };
}

/** Everybody who uses one comes out at the same few addresses. */
export function vpnExits(random: Random, lines: Lines): string[] {
  return Array.from({ length: 24 }, () => lines.fresh(random, 'vpn', GLOBAL));
}
