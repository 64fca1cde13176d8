import { HOUR, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { connLine, dnsLine, squidLine } from '../records/text.ts';
import { HOSTS, RELAY } from '../world.ts';
import { actsOf } from './acts.ts';

const { hidden } = actsOf('return');

/** The implant on the mail server asks for orders every two hours; at weekends it uploads. */
export function callsHome({ logs, random: stream }: Ministry): void {
  const random = stream('beacon');
  const host = HOSTS.exchange.address;
  const regular = 'each one looks ordinary; only the even rhythm over days tells, which no single-event rule sees';
  for (let ms = utc('2024-04-08'); ms < utc('2024-04-22'); ms += 2 * HOUR) {
    const at = ms + random.int(0, 90) * SECOND;
    logs.conn.add(
      at,
      connLine(random, at, {
        ...{ from: host, to: RELAY, port: 443, service: 'ssl', seconds: random.int(8, 14) / 10 },
        ...{ sent: random.int(510, 530), received: random.int(180, 190) },
      }),
      hidden('The implant asks for orders', 'T1071.001', regular),
    );
  }
  for (let i = 0; i < 40; i++) {
    const at = utc('2024-04-13 03:00') + i * 15 * MINUTE + random.int(0, 20) * SECOND;
    logs.dns.add(
      at,
      dnsLine(random, at, host, `${random.hex(30)}.cdn7.qz7.example`, 'TXT', random.letters(44)),
      hidden('Data hides in the name that is asked for', 'T1071.004', 'no own rule measures names'),
    );
  }
  for (const date of ['2024-04-13', '2024-04-14', '2024-04-20', '2024-04-21']) {
    const at = utc(`${date} 03:40`) + random.int(0, 900) * SECOND;
    logs.proxy.add(
      at,
      squidLine(at, {
        ...{
          client: host,
          result: 'TCP_TUNNEL/200',
          bytes: random.int(3000, 9000),
          method: 'CONNECT',
          took: 1_840_220,
        },
        ...{ url: 'content.cloudbox.example:443', peer: '192.0.2.210', type: '-' },
      }),
      hidden(
        'Files go to a cloud storage at the weekend',
        'T1567.002',
        'a server that never used this storage before: a behaviour, not a rule',
      ),
    );
  }
}
