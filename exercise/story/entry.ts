import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Account, Person, Verbs } from '../contract.ts';
import type { Random } from '../random.ts';
import { workdays } from './operator.ts';
import { did, nearby, type Parts, tried } from './parts.ts';

/**
 * Passwords are tried through many home routers: a few accounts an exit, each account once a night, the webmail, the VPN
 * and the cloud in turn. Two or three fit. Locks never trip, since nobody is asked twice in an hour.
 */
export function spray(parts: Parts): void {
  const { dates, crew, cast } = parts;
  const random = parts.random('spray');
  const nights = workdays(crew, random, dates.spray, dates.sprayEnds, 60);
  const victims = new Map(cast.guessed.map((p) => [random.int(Math.floor(nights.length / 2), nights.length - 1), p]));
  for (const [i, day] of nights.entries()) {
    const start = day + ((crew.from - crew.zone + 24) % 24) * HOUR + random.int(0, 90) * MINUTE;
    const tonight = random.some(cast.sprayed, random.int(25, 55));
    let ms = start;
    for (let at = 0; at < tonight.length; ) {
      const few = tonight.slice(at, at + random.int(2, 5));
      at += few.length;
      const way = random.pick(['webmail', 'vpn', 'cloud'] as const);
      const exit = parts.mesh.exit(ms, nearby(parts.world, parts.world.headquarters));
      for (const person of few) {
        refused(parts, random, way, person, ms, exit);
        ms += random.int(25, 140) * SECOND;
      }
      ms += random.int(1, 9) * MINUTE;
    }
    const fits = victims.get(i);
    if (fits) firstSuccess(parts, random, fits, ms + random.int(2, 20) * MINUTE);
  }
  // whoever is left over falls in the last night
  const done = new Set(victims.values());
  const last = dates.sprayEnds + random.int(1, 5) * HOUR;
  for (const [i, p] of cast.guessed.filter((p) => !done.has(p)).entries())
    firstSuccess(parts, random, p, last + i * 40 * MINUTE);
}

function refused(
  { kit, world, script }: Parts,
  random: Random,
  way: 'webmail' | 'vpn' | 'cloud',
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
  const tries: Record<typeof way, (v: Verbs) => void> = {
    vpn: (v) => v.vpnFailed({ ...common, agent: kit.vpnAgent }),
    webmail: (v) => v.webmailLogin({ ...common, agent: kit.browser, ok: false }),
    cloud: (v) => v.cloudSignIn({ ...common, error, client, agent: kit.browser, app: world.apps.shell }),
  };
  script.at(ms, tries[way]);
}

/** The password fits at the first try of that exit; a look at the mailbox, then gone. */
function firstSuccess(parts: Parts, random: Random, { account, post }: Person, ms: number): void {
  const { kit, script } = parts;
  const from = parts.mesh.exit(ms, nearby(parts.world, post));
  script.at(ms, (v) =>
    v.webmailLogin({
      ...{ ms, account, from, agent: kit.browser, ok: true, requests: random.int(6, 18) },
      act: entered('T1078', `Webmail of ${account.name} opened with the guessed password`, account, from, kit.browser),
    }),
  );
}

export function entered(technique: string, what: string, account: Account, from: string, client: string) {
  return did({
    ...{ phase: 'initial-access', technique, what, accounts: [account.name] },
    used: { addresses: [from], clients: [client] },
  });
}
