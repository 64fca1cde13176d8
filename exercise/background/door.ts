import type { Day } from './day.ts';

const TRIED = ['admin', 'test', 'vpn', 'support', 'root', 'guest', 'user1', 'backup'];

/** Everybody on the Internet tries the door now and then. */
export function theDoor(d: Day): void {
  const { world, random, verbs } = d;
  const hosting = world.networks.filter((n) => n.kind === 'hosting');
  const scanner = () => `${random.pick(hosting).first.replace(/\.\d+$/, '')}.${random.int(2, 199)}`;
  for (let n = d.times(1.2); n > 0; n--) verbs.vpnFailed({ ms: d.any(), account: random.pick(TRIED), from: scanner() });
  for (let n = d.times(1.5); n > 0; n--) {
    const stem = random.pick([
      '/robots.txt',
      '/favicon.ico',
      '/.env',
      '/wp-login.php',
      '/.well-known/security.txt',
      '/owa/auth/logon.aspx',
    ]);
    verbs.exchangeRequest({
      ms: d.any(),
      from: scanner(),
      method: 'GET',
      stem,
      agent: 'Mozilla/5.0 zgrab/0.x',
      status: stem.startsWith('/owa') ? 200 : 404,
    });
  }
  for (let n = d.times(2); n > 0; n--) {
    const port = random.pick([22, 23, 443, 3389, 8080]);
    verbs.connection({
      ms: d.any(),
      from: scanner(),
      to: '192.0.2.20',
      port,
      state: 'S0',
      sent: 0,
      received: 0,
      seconds: 0,
    });
  }
}
