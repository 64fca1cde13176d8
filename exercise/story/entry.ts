import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Account, Person, Verbs } from '../contract.ts';
import type { Random } from '../random.ts';
import { workdays } from './operator.ts';
import { did, nearby, type Parts, tried } from './parts.ts';

type Way = 'webmail' | 'vpn' | 'cloud';

/**
 * Passwords are tried through many home routers: a few accounts an exit, each account once a night, the webmail, the VPN
 * and the cloud in turn. Those whose passwords fall are tried in vain before, like all others; then one fits, through
 * the very line that tries its neighbours too. Locks never trip, since nobody is asked twice in an hour.
 */
export function spray(parts: Parts): void {
  const { dates, crew, cast, world } = parts;
  const random = parts.random('spray');
  const nights = workdays(crew, random, dates.spray, dates.sprayEnds, 60);
  if (nights.length === 0) nights.push(dates.spray);
  const falls = new Map(cast.guessed.map((p) => [p, random.int(Math.floor(nights.length / 2), nights.length - 1)]));
  for (const [i, day] of nights.entries()) {
    let ms = day + ((crew.from - crew.zone + 24) % 24) * HOUR + random.int(0, 90) * MINUTE;
    const others = random.some(cast.sprayed, random.int(25, 55));
    // once in, he has no need to guess
    const still = cast.guessed.filter((p) => falls.get(p) === i || ((falls.get(p) ?? 0) > i && random.chance(60)));
    const tonight = random.some([...others, ...still], others.length + still.length);
    for (let at = 0; at < tonight.length; ) {
      const few = tonight.slice(at, at + random.int(2, 5));
      at += few.length;
      const way = random.pick(['webmail', 'vpn', 'cloud'] as const);
      const exit = parts.mesh.exit(ms, nearby(world, world.headquarters));
      for (const person of few) {
        if (falls.get(person) === i) fits(parts, random, way, person, ms, exit);
        else refused(parts, random, way, person, ms, exit);
        ms += random.int(25, 140) * SECOND;
      }
      ms += random.int(1, 9) * MINUTE;
    }
  }
}

function refused(
  { kit, world, script }: Parts,
  random: Random,
  way: Way,
  { account }: Person,
  ms: number,
  from: string,
): void {
  const act = tried({
    ...{ phase: 'initial-access', technique: 'T1110.003' },
    what: `One password tried for ${account.name} through the home router ${from}`,
    accounts: [account.name],
    used: { addresses: [from], clients: [kit.browser] },
  });
  const common = { ms, account, from, act };
  const error = random.chance(6) ? 50053 : 50126;
  const client = random.chance(50) ? 'Browser' : 'IMAP4';
  const tries: Record<Way, (v: Verbs) => void> = {
    vpn: (v) => v.vpnFailed({ ...common, agent: kit.vpnAgent }),
    webmail: (v) => v.webmailLogin({ ...common, agent: kit.browser, ok: false }),
    cloud: (v) => v.cloudSignIn({ ...common, error, client, agent: kit.browser, app: world.apps.shell }),
  };
  script.at(ms, tries[way]);
}

/** The password fits: a look inside, a minute or two, then gone. */
function fits(
  { kit, world, script }: Parts,
  random: Random,
  way: Way,
  { account }: Person,
  ms: number,
  from: string,
): void {
  const agent = way === 'vpn' ? kit.vpnAgent : kit.browser;
  const act = entered('T1078', `The guessed password of ${account.name} fits`, account, from, agent);
  const common = { ms, account, from, agent, act };
  const requests = random.int(6, 18);
  const size = {
    seconds: random.int(50, 240),
    sent: random.int(90_000, 600_000),
    received: random.int(40_000, 200_000),
  };
  const deviceId = random.pick(kit.vpnDevices);
  const entries: Record<Way, (v: Verbs) => void> = {
    vpn: (v) => void v.vpnSession({ ...common, ...size, deviceId }),
    webmail: (v) => v.webmailLogin({ ...common, ok: true, requests }),
    cloud: (v) =>
      void v.cloudSignIn({ ...common, error: 0, client: 'Browser', app: world.apps.shell, interactive: true }),
  };
  script.at(ms, entries[way]);
}

export function entered(technique: string, what: string, account: Account, from: string, client: string) {
  return did({
    ...{ phase: 'initial-access', technique, what, accounts: [account.name] },
    used: { addresses: [from], clients: [client] },
  });
}
