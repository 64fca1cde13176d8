import { asaDuration, vpnRejected, vpnSession } from '../background/network.ts';
import { MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { asaLine } from '../records/text.ts';
import { remoteAccess } from '../records/windows/index.ts';
import type { Act } from '../truth.ts';
import { EXITS, HOSTS, type Person } from '../world.ts';

/** Passwords are tried over home routers; one fits, and the intruder walks in through the VPN on Saturday nights. */
const REFUSED = 'vpn/asa_logon_failed.yml';
const BEGAN = 'vpn/asa_session.yml';

export function entry(m: Ministry): void {
  // before any log that was kept: the true start
  spray(m, utc('2022-03-09 18:12'), EXITS.spray1);
  session(m, utc('2022-03-12 01:47'), EXITS.login, 52);
  // the same again, within the reach of the gateway's log
  spray(m, utc('2022-05-17 18:20'), EXITS.spray1);
  spray(m, utc('2022-05-17 20:05'), EXITS.spray2);
  session(m, utc('2022-05-21 01:52'), EXITS.login, 64);
  session(m, utc('2022-05-28 02:11'), EXITS.login, 88);
  session(m, utc('2022-06-11 01:39'), EXITS.login, 41);
  // five short visits in one night, each through another home router
  EXITS.hops.forEach((exit, i) => {
    session(m, utc('2022-06-18 00:40') + i * 58 * MINUTE, exit, 3 + i, ['vpn/account_many_addresses.yml']);
  });
}

/** The message that begins a session; the gateway writes others around it. */
export const SESSION_BEGAN = '-113039:';
export const OTHER_LINE = 'one more message of a session; the rules look at its beginning';

/** One try for each account, minutes apart. */
function spray({ people, logs, random: stream }: Ministry, start: number, exit: string): void {
  const random = stream(`spray ${start}`);
  let ms = start;
  for (const who of random.some(people, people.length)) {
    logs.vpn.add(ms, asaLine(ms, vpnRejected(who.name, exit)), {
      phase: 'entry',
      what: `VPN log-in refused: one password tried for ${who.name} from the home router ${exit}`,
      technique: 'T1110.003',
      rules: [REFUSED, 'vpn/gateway_spray.yml'],
    });
    ms += random.int(70, 260) * SECOND;
  }
}

function session(
  { people, logs, random: stream }: Ministry,
  start: number,
  exit: string,
  minutes: number,
  rules: readonly string[] = [],
): void {
  const random = stream(`session ${start}`);
  const who = people[0] as Person;
  const user = who.name;
  const seconds = minutes * 60;
  const lines = vpnSession({
    ...{ user, from: exit, inside: '10.20.50.14', seconds },
    ...{ sent: random.int(9_000_000, 60_000_000), received: random.int(2_000_000, 9_000_000) },
  });
  const act: Act = {
    phase: 'entry',
    what: `VPN session of ${user} from the home router ${exit}, ${asaDuration(seconds)}, at night on a Saturday`,
    technique: 'T1133',
    rules: [BEGAN, ...rules],
  };
  const granted: Act = {
    ...act,
    rules: ['windows/vpn_granted.yml'],
    what: `The policy server lets ${user} in from ${exit}`,
  };
  logs.dcSecurity.add(start, remoteAccess(HOSTS.dc, who, exit, true), granted);
  for (const [after, text] of lines) {
    const ms = start + after * SECOND;
    logs.vpn.add(
      ms,
      asaLine(ms, text),
      text.includes(SESSION_BEGAN) ? act : { ...act, rules: [], invisible: OTHER_LINE },
    );
  }
}
