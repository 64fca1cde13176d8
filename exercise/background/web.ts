import { DAY, HOUR, SECOND } from '../calendar.ts';
import type { Host, Person, Site } from '../contract.ts';
import type { Day } from './day.ts';

/** The web: people read, programs call home on their own, names are asked for. */
export function webDay(d: Day, people: readonly Person[]): void {
  const { world, random, verbs } = d;
  const popular = world.sites.filter((s) =>
    ['news', 'search', 'government', 'shop', 'video', 'cloud mail'].includes(s.kind),
  );
  const drives = world.sites.filter((s) => s.kind === 'cloud drive');
  const working = people.filter((p) => world.present(p, d.local(p, 12 * 60)) && !world.trip(p, d.local(p, 12 * 60)));
  if (working.length > 0) {
    for (let n = d.times(52); n > 0; n--) {
      const person = random.pick(working);
      visit(d, person, random.pick(popular), d.atWork(person));
    }
    // a few units share files through a drive in the cloud, and have for years
    const sharers = working.filter((p) => p.unit === 'Trade' || p.unit === 'Trade section');
    for (let n = sharers.length === 0 ? 0 : d.times(2.5); n > 0; n--) {
      const person = random.pick(sharers);
      const upload = random.chance(35);
      verbs.webVisit({
        ...{
          ms: d.atWork(person),
          host: person.workstation,
          account: person.account,
          site: drives[1]!,
          method: upload ? 'POST' : 'GET',
        },
        ...{
          sent: upload ? random.int(40_000, 4_000_000) : 900,
          received: random.int(2000, 400_000),
          agent: person.clients.browser,
        },
      });
    }
  }
  beacons(d, people);
  for (let n = d.times(6); n > 0; n--) noise(d, people);
}

function visit(d: Day, person: Person, site: Site, ms: number): void {
  const { random, verbs } = d;
  const plain = site.kind === 'news' && random.chance(20);
  const path = random.pick(['', 'article/', 'search?q=visa', 'timetable', 'a/2/politics', 'images/top.jpg', 'login']);
  verbs.webVisit({
    ...{
      ms,
      host: person.workstation,
      account: person.account,
      site,
      url: `${plain ? 'http' : 'https'}://${site.domain}/${path}`,
    },
    ...{ agent: person.clients.browser, status: random.chance(4) ? 404 : 200 },
  });
}

/**
 * Programs that call home by the clock, each host at its own minute: virus definitions, telemetry, licence checks. With
 * the scale grows the number of hosts that do, not how often one does: regular stays regular.
 */
const BEACONS = [
  { domain: 'definitions.guard-av.example', every: 4 * HOUR, hosts: 2, sent: 700, received: 24_000, jitter: 40 },
  { domain: 'telemetry.office-suite.example', every: 6 * HOUR, hosts: 2, sent: 2400, received: 500, jitter: 300 },
  { domain: 'licence.pdf-tools.example', every: 12 * HOUR, hosts: 2, sent: 500, received: 400, jitter: 20 },
  { domain: 'updates.edge-browser.example', every: 5 * HOUR, hosts: 2, sent: 1200, received: 900, jitter: 120 },
] as const;

function beacons(d: Day, people: readonly Person[]): void {
  const { world, random, verbs } = d;
  for (const beacon of BEACONS) {
    const hosts = Math.min(people.length, Math.max(1, Math.round(beacon.hosts * d.scale)));
    const owners = world.random(`beacons of ${beacon.domain}`).some(people, hosts);
    const site = world.site(beacon.domain);
    for (const [i, { workstation }] of owners.entries()) {
      const phase = (i * 977 * SECOND) % beacon.every;
      for (let at = phase; at < DAY; at += beacon.every) {
        const ms = d.start + at + random.int(0, beacon.jitter * SECOND);
        const sent = beacon.sent + random.int(0, 60);
        const received = beacon.received + random.int(0, 200);
        verbs.webVisit({ ms, host: workstation, site, sent, received, seconds: 0.3, mime: 'application/octet-stream' });
      }
    }
  }
  // servers fetch their updates at night
  const mirror = world.site('packages.linux-mirror.example');
  for (const host of [world.servers.jump, world.servers.linux]) {
    if (d.often(0.4) > 0)
      verbs.webVisit({
        ms: d.start + 3 * HOUR + random.int(0, HOUR),
        host,
        site: mirror,
        agent: 'Debian APT-HTTP/1.3',
        received: random.int(9000, 4_000_000),
      });
  }
}

/** Names and connections that mean nothing. */
function noise(d: Day, people: readonly Person[]): void {
  const { world, random, verbs } = d;
  const host: Host = random.pick(people).workstation;
  const ms = d.any();
  const { dc1, exchange, files, application, proxy } = world.servers;
  switch (random.int(0, 4)) {
    case 0: {
      const asked = { dc01: dc1, fs01: files, ex01: exchange, wpad: proxy } as const;
      const name = random.pick(['dc01', 'fs01', 'ex01', 'wpad'] as const);
      verbs.dnsQuery({ ms, from: host, name: `${name}.${world.domain}`, answer: asked[name].address });
      break;
    }
    case 1:
      verbs.dnsQuery({ ms, from: host, name: `${random.hex(8)}.${world.domain}`, code: 'NXDOMAIN' });
      break;
    case 2:
      verbs.dnsQuery({
        ms,
        from: world.servers.mailGateway,
        name: `mx.${random.pick(world.sites).domain}`,
        type: 'MX',
        answer: 'mx.example',
      });
      break;
    case 3:
      verbs.connection({
        ms,
        from: host,
        to: random.pick([files, application]),
        port: 445,
        service: 'smb',
        seconds: random.int(1, 900),
        sent: random.int(900, 90_000),
        received: random.int(900, 900_000),
      });
      break;
    default:
      verbs.connection({
        ms,
        from: host,
        to: dc1,
        port: random.pick([88, 389, 123]),
        proto: 'udp',
        service: 'krb',
        sent: 300,
        received: 400,
        seconds: 0.01,
      });
  }
}
