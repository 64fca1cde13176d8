/**
 * The invented ministry. In: seed, span, scale. Out: its World (contract/world.ts): headquarters and forty posts, people
 * with jobs, habits, leave and travel, hosts, an invented Internet, and which logs were collected. Law: the same seed and
 * span give the same world, whatever the scale; nothing in it exists.
 */
import { DAY, daylight, HOUR } from '../calendar.ts';
import type {
  Account,
  Channel,
  Host,
  Kept,
  NetworkKind,
  Person,
  Post,
  Silence,
  Site,
  Span,
  World,
} from '../contract.ts';
import { Random } from '../random.ts';
import { DOMAIN, NETBIOS, PUBLIC, servers } from './hosts.ts';
import { accidents, keep, keepDesk, sampledDesks } from './kept.ts';
import { FOREIGN, HOME, Lines, networkPlan } from './networks.ts';
import { makeAccount, staff, vpnExits } from './people.ts';
import { Places } from './places.ts';
import { headquarters as makeHeadquarters, posts as makePosts } from './posts.ts';
import { APPS, sites } from './sites.ts';

export { PUBLIC } from './hosts.ts';
export { networksTable } from './networks.ts';

export const NOTICE =
  'INVENTED: made by a generator for exercises. The ministry, its people, every actor and every address are fictional.';

export interface WorldOptions {
  readonly seed: number;
  readonly span: Span;
  readonly scale: number;
  readonly posts?: number;
}

/** The world and what only the generator may use of it. */
export interface Ministry {
  readonly world: World;
  readonly places: Places;
  /** where the users of commercial VPNs come out */
  readonly vpnExits: readonly string[];
  readonly accidents: readonly Silence[];
  /** the logs of a desk taken besides */
  keepDesk(host: Host): Kept[];
}

export function makeMinistry({ seed, span, scale, posts: count = 40 }: WorldOptions): Ministry {
  const random = (name: string) => new Random(seed, name);
  const networks = networkPlan(random('networks'));
  const lines = new Lines(networks);
  for (const address of Object.values(PUBLIC)) lines.take(address);
  const headquarters = makeHeadquarters();
  const posts = [headquarters, ...makePosts(random('posts'), lines, count)];
  const sid = random('domain');
  const domainSid = `S-1-5-21-${[1, 2, 3].map(() => sid.int(500_000_000, 4_000_000_000)).join('-')}`;
  const places = new Places(random('places'), lines, posts);
  const inside = insideAddresses();
  const ground = { lines, places, span, domainSid, headquarters, posts: posts.slice(1), inside: inside.next };
  const { people, workstations } = staff({ ...ground, random: random('people') });
  const machines = servers(random('servers'), headquarters, domainSid);
  const hosts = [...Object.values(machines), ...workstations];
  const services = random('services');
  const service = (name: string, rid: number) => makeAccount(services, name, `${domainSid}-${rid}`, 'service', false);
  const desks = sampledDesks(random('desks'), people, 14);
  const kept = [
    ...keep(random('kept'), span, machines),
    ...desks.flatMap((host) => keepDesk(random(`kept ${host.name}`), span, host)),
  ];
  const keptLogs = new Set(kept.map((k) => k.log));
  const byName = new Map(people.map((p) => [p.account.name, p]));
  const hostByName = new Map(hosts.map((h) => [h.name.toLowerCase(), h]));
  const allSites = sites(random('sites'), lines);
  const siteByDomain = new Map(allSites.map((s) => [s.domain, s]));
  const must = <T>(found: T | undefined, name: string): T => {
    if (found === undefined) throw new RangeError(`nothing of that name in this world: ${name}`);
    return found;
  };
  const world: World = {
    ...{ seed, span, scale, domain: DOMAIN, netbios: NETBIOS, domainSid, country: HOME, headquarters, posts, people },
    neighbours: random('neighbours').some(FOREIGN, 4),
    accounts: accountsOf(service),
    ...{ hosts, servers: machines, networks, sites: allSites, apps: APPS, kept },
    moved: moveDay(random('move')),
    ...{ random, offset, works, present, trip, homeAddress },
    person: (name: string): Person => must(byName.get(name), name),
    host: (name: string): Host => must(hostByName.get(name.toLowerCase()), name),
    site: (domain: string): Site => must(siteByDomain.get(domain), domain),
    fresh: (stream: Random, kind: NetworkKind, country: string | readonly string[]) =>
      lines.fresh(stream, kind, country),
    network: (address: string) => lines.network(address),
    freeInside: inside.next,
    collected: (host: Host, channel: Channel) => keptLogs.has(`${host.name}/${channel}`),
  };
  return {
    ...{ world, places, vpnExits: vpnExits(random('vpn exits'), lines) },
    accidents: accidents(random('accidents'), kept, span),
    keepDesk: (host) => keepDesk(random(`kept ${host.name}`), span, host),
  };
}

function accountsOf(service: (name: string, rid: number) => Account): World['accounts'] {
  return {
    backup: service('svc-backup', 1090),
    monitor: service('svc-monitor', 1091),
    exchange: service('HealthMailbox7f1c', 1092),
    scanner: service('svc-scan', 1093),
    sync: service('svc-adsync', 1094),
    deploy: service('svc-deploy', 1095),
  };
}

/** In July 2024, as the case went that the exercise follows. */
function moveDay(random: Random): number {
  return Date.UTC(2024, 6, random.int(6, 24));
}

/** Inner addresses, one after the other: headquarters have 10.20.30.0/24 and on, a post one /24. */
function insideAddresses(): { next: (post: Post) => string } {
  const used = new Map<string, number>();
  return {
    next(post) {
      const n = used.get(post.id) ?? 0;
      used.set(post.id, n + 1);
      return post.id === 'HQ' ? `10.20.${30 + Math.floor(n / 200)}.${20 + (n % 200)}` : `${post.prefix}.${20 + n}`;
    },
  };
}

function offset(post: Post, ms: number): number {
  return (post.zone + (post.daylight && daylight(ms) ? 1 : 0)) * HOUR;
}

/** Asked for everybody on every day: remembered by post and local day. */
const workdays = new WeakMap<Post, Map<number, boolean>>();

function works(post: Post, ms: number): boolean {
  const local = ms + offset(post, ms);
  const number = Math.floor(local / DAY);
  let known = workdays.get(post);
  if (known === undefined) {
    known = new Map();
    workdays.set(post, known);
  }
  let yes = known.get(number);
  if (yes === undefined) {
    const date = new Date(local);
    yes = !post.rest.includes(date.getUTCDay()) && !post.holidays.has(date.toISOString().slice(5, 10));
    known.set(number, yes);
  }
  return yes;
}

const within = (spans: readonly Span[], ms: number) => spans.some((s) => ms >= s.from && ms < s.to);

function present(person: Person, ms: number): boolean {
  return within([person.serves], ms) && !within(person.leave, ms) && works(person.post, ms);
}

function trip(person: Person, ms: number) {
  return person.trips.find((t) => ms >= t.from && ms < t.to);
}

function homeAddress(person: Person, ms: number): string {
  const home = person.home.find((h) => ms >= h.from && ms < h.to) ?? person.home.at(-1);
  return home?.address ?? person.post.exit;
}

export const DEFAULT_SPAN: Span = { from: Date.UTC(2022, 0, 1), to: Date.UTC(2024, 9, 1) };
export const dayOf = (ms: number) => Math.floor(ms / DAY) * DAY;
