/** People whose lines look odd: on the road, behind satellites, behind a VPN company, behind a telephone company's NAT. */

import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Person, World } from '../contract.ts';
import type { Random } from '../random.ts';
import { castOf, Script } from '../story/index.ts';
import { doneBy, type LookAlike } from './shape.ts';

export const travellers: LookAlike = {
  id: 'travelling-diplomats',
  own: (world) => {
    const people = castOf(world).innocent.travellers;
    return {
      accounts: people.map((p) => p.account.name),
      addresses: people.flatMap((p) => p.trips.flatMap((t) => [t.hotel, t.airport, t.mobile])),
    };
  },
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/travellers');
    for (const person of castOf(world).innocent.travellers)
      for (const trip of person.trips) journey(script, random, person, trip);
    return script.plot(this.id);
  },
};

const travels = doneBy(travellers.id);

/** Evenings in the hotel with the ministry's laptop, a look at the webmail in the airport. */
function journey(script: Script, random: Random, person: Person, trip: Person['trips'][number]): void {
  const { account, clients } = person;
  const who = { accounts: [account.name] };
  for (let day = Math.ceil(trip.from / DAY) * DAY; day < trip.to; day += DAY) {
    if (!random.chance(65)) continue;
    const ms = day + random.int(4, 22) * HOUR + random.int(0, 59) * MINUTE;
    const seconds = random.int(20, 160) * 60;
    const session = { ms, account, from: trip.hotel, seconds, ...clients.vpn };
    const size = { sent: random.int(5_000_000, 70_000_000), received: random.int(800_000, 9_000_000) };
    const act = travels(`${account.name} works from a hotel in ${trip.city}`, who, [trip.hotel]);
    script.at(ms, (v) => {
      v.vpnSession({ ...session, ...size, act });
    });
  }
  const leaves = trip.to - random.int(1, 5) * HOUR;
  const requests = random.int(4, 16);
  const act = travels(`${account.name} reads mail in an airport`, who, [trip.airport]);
  script.at(leaves, (v) =>
    v.webmailLogin({ ms: leaves, account, from: trip.airport, agent: clients.browser, ok: true, requests, act }),
  );
}

export const satellites: LookAlike = {
  id: 'satellite-posts',
  own: (world) => ({
    accounts: crews(world).flatMap(({ people }) => people.map((p) => p.account.name)),
    addresses: crews(world).map(({ exit }) => exit),
  }),
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/satellites');
    const told = doneBy(this.id);
    for (const { people, exit } of crews(world))
      for (const { account, clients, serves } of people)
        for (let day = world.span.from; day < world.moved; day += random.int(18, 40) * DAY) {
          const ms = day + random.int(0, 23 * 60) * MINUTE;
          if (ms < serves.from || ms >= serves.to) continue;
          const requests = random.int(3, 12);
          const act = told(`${account.name} reads mail over the satellite line`, { accounts: [account.name] }, [exit]);
          script.at(ms, (v) =>
            v.webmailLogin({ ms, account, from: exit, agent: clients.browser, ok: true, requests, act }),
          );
        }
    return script.plot(this.id);
  },
};

/** Those behind each satellite exit who play no other part. */
function crews(world: World): { exit: string; people: Person[] }[] {
  const taken = partners(world);
  return world.posts
    .filter((p) => p.line === 'satellite')
    .map((post) => ({
      exit: post.exit,
      people: world.people.filter((p) => p.post === post && !taken.has(p.account.name)).slice(0, 4),
    }));
}

/** Everybody whom an intruder misuses. */
function partners(world: World): Set<string> {
  const { guessed, stolen, stick, forgotten, second, innocent } = castOf(world);
  const people = [...guessed, ...stolen, stick, forgotten, second.user, second.desk, innocent.malware];
  return new Set(people.map((p) => p.account.name));
}

export const commercialVpn: LookAlike = {
  id: 'commercial-vpn',
  own: (world) => ({
    accounts: castOf(world).innocent.commercialVpn.map((p) => p.account.name),
    addresses: companyExits(world),
  }),
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/commercial-vpn');
    const told = doneBy(this.id);
    const exits = companyExits(world);
    for (const { account, clients } of castOf(world).innocent.commercialVpn)
      for (let day = world.span.from; day < world.moved; day += random.int(6, 16) * DAY) {
        const ms = day + random.int(17 * 60, 22 * 60) * MINUTE;
        const from = random.pick(exits);
        const act = told(`${account.name} reads mail behind a VPN company`, { accounts: [account.name] }, [from]);
        const requests = random.int(3, 12);
        script.at(ms, (v) => v.webmailLogin({ ms, account, from, agent: clients.browser, ok: true, requests, act }));
      }
    return script.plot(this.id);
  },
};

const companies = new WeakMap<World, string[]>();

/** Exits of the VPN companies in three or four countries; drawn once a world. */
function companyExits(world: World): string[] {
  const known = companies.get(world);
  if (known) return known;
  const random = world.random('innocent/vpn-exits');
  const countries = [...new Set(world.networks.filter((n) => n.kind === 'vpn').map((n) => n.country))];
  const exits = Array.from({ length: 36 }, () => world.fresh(random, 'vpn', countries));
  companies.set(world, exits);
  return exits;
}

export const carrierNat: LookAlike = {
  id: 'carrier-nat',
  own: (world) => ({
    accounts: castOf(world).innocent.hotspot.map((p) => p.account.name),
    addresses: natAddresses(world),
  }),
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/carrier-nat');
    const told = doneBy(this.id);
    const addresses = natAddresses(world);
    for (const { account, clients } of castOf(world).innocent.hotspot)
      for (let day = world.span.from; day < world.moved; day += random.int(4, 12) * DAY) {
        const ms = day + random.int(5 * 60, 21 * 60) * MINUTE;
        const from = random.pick(addresses);
        const act = told(
          `The telephone of ${account.name} signs in through the carrier`,
          { accounts: [account.name] },
          [from],
        );
        script.at(ms, (v) => {
          v.cloudSignIn({
            ...{ ms, account, from, app: world.apps.phone, error: 0, act, interactive: false },
            ...{ agent: clients.phone.agent, deviceId: clients.phone.deviceId, client: 'Exchange ActiveSync' },
          });
        });
      }
    return script.plot(this.id);
  },
};

const carriers = new WeakMap<World, string[]>();

function natAddresses(world: World): string[] {
  const known = carriers.get(world);
  if (known) return known;
  const random = world.random('innocent/nat-addresses');
  const addresses = [0, 1, 2].map(() => world.fresh(random, 'mobile', world.country));
  carriers.set(world, addresses);
  return addresses;
}
