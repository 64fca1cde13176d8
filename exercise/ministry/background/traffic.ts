import { Turns } from '../../random.ts';
import { anyTime, atWork, days, HOUR, MINUTE, restDay } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import * as t from '../records/text.ts';
import { HOSTS } from '../world.ts';

/** What the proxy and the network sensor see on days like any other. */
export function trafficBackground(m: Ministry): void {
  proxy(m);
  sensor(m);
}

const SITES: readonly [name: string, address: string][] = [
  ['www.news-valdor.example', '192.0.2.130'],
  ['rail.valdorra.example', '192.0.2.131'],
  ['weather.example', '192.0.2.132'],
  ['law.eu-gazette.example', '192.0.2.133'],
  ['translate.example', '192.0.2.134'],
  ['update.vendor.example', '192.0.2.201'],
  ['telemetry.office-suite.example', '192.0.2.202'],
];

const HALL_SCREEN = '10.20.30.190';

function proxy({ logs: { proxy: log }, people, random: stream }: Ministry): void {
  const random = stream('proxy');
  const turns = new Turns(random, people);
  const fetch = (ms: number, client: string, user: string | undefined, [name, peer]: readonly [string, string]) => {
    const plain = random.chance(12);
    log.add(
      ms,
      t.squidLine(ms, {
        ...{
          client,
          peer,
          took: random.int(20, 90_000),
          bytes: random.int(900, 400_000),
          method: plain ? 'GET' : 'CONNECT',
        },
        ...{
          result: plain ? 'TCP_MISS/200' : 'TCP_TUNNEL/200',
          url: plain ? `http://${name}/index.html` : `${name}:443`,
        },
        ...{ type: plain ? 'text/html' : '-', ...(user ? { user } : {}) },
      }),
    );
  };
  for (const day of days(log.from, log.to)) {
    fetch(day + 4 * HOUR + random.int(0, HOUR), HOSTS.files.address, undefined, SITES[5] as [string, string]);
    const count = restDay(day) ? 1 : random.int(5, 9);
    for (let i = 0; i < count; i++) {
      const who = turns.next();
      fetch(restDay(day) ? anyTime(random, day) : atWork(random, day), who.desk, who.name, random.pick(SITES));
    }
  }
}

function sensor({ logs, people, random: stream }: Ministry): void {
  const random = stream('sensor');
  const turns = new Turns(random, people);
  for (const day of days(logs.conn.from, logs.conn.to)) {
    const rest = restDay(day);
    // every site is seen every day: when nobody is in, by the screen in the hall
    const sites = [...SITES, ...(rest ? [] : random.some(SITES, random.int(0, 4)))];
    for (const [name, address] of sites) {
      const from = rest ? HALL_SCREEN : turns.next().desk;
      const ms = rest ? anyTime(random, day) : atWork(random, day);
      logs.dns.add(ms, t.dnsLine(random, ms, from, name, 'A', address));
      logs.conn.add(
        ms + 40,
        t.connLine(random, ms + 40, {
          ...{ from, to: address, port: 443, service: 'ssl', seconds: random.int(1, 900) / 3 },
          ...{ sent: random.int(600, 9000), received: random.int(2000, 900_000) },
        }),
      );
    }
    const night = day + 21 * HOUR + random.int(0, 9 * MINUTE);
    logs.conn.add(
      night,
      t.connLine(random, night, {
        ...{
          from: HOSTS.exchange.address,
          to: HOSTS.files.address,
          port: 445,
          service: 'smb',
          seconds: random.int(600, 2400),
        },
        ...{ sent: random.int(900_000_000, 2_000_000_000), received: random.int(400_000, 900_000) },
      }),
    );
  }
}
