import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts, tried } from './parts.ts';
import { signsIn } from './reading.ts';
import type { Shell } from './shell.ts';

/**
 * Weeks after the move he tries the old ways: the page is gone, the passwords are changed. In some exercises one
 * forgotten account still opens, and a few messages are read before it is locked too.
 */
export function comesBack(parts: Parts, shell: Shell): void {
  const { dates, crew, world, script, kit, cast } = parts;
  const random = parts.random('back');
  const nights = workdays(crew, random, dates.back, dates.back + 14 * DAY, 70).map((day) =>
    atWork(crew, random, day, 120),
  );
  const start = nights[0] ?? dates.back;
  const from = parts.mesh.exit(start, nearby(world, world.headquarters));
  const gone = tried({
    ...{ phase: 'initial-access', technique: 'T1505.003', what: 'The page that ran commands is asked for: it is gone' },
    ...{ hosts: [world.servers.exchange.name], used: { addresses: [from], clients: [kit.browser] } },
  });
  script.at(start, (v) =>
    v.exchangeRequest({
      ms: start,
      from,
      method: 'POST',
      stem: shell.page,
      agent: kit.browser,
      status: 404,
      took: 20,
      act: gone,
    }),
  );
  let ms = start + 5 * MINUTE;
  for (const { account, post } of [...cast.guessed, ...cast.stolen].slice(0, random.int(3, 6))) {
    const exit = parts.mesh.exit(ms, nearby(world, post));
    const act = tried({
      ...{
        phase: 'initial-access',
        technique: 'T1078',
        what: `The old password of ${account.name} is tried`,
        accounts: [account.name],
      },
      used: { addresses: [exit], clients: [kit.browser, kit.mailAgent] },
    });
    const at = ms;
    const cloud = random.chance(60);
    script.at(at, (v) => {
      if (!cloud) v.vpnFailed({ ms: at, account, from: exit, agent: kit.vpnAgent, act });
      else
        v.cloudSignIn({
          ...{ ms: at, account, from: exit, app: kit.mailApp, agent: kit.mailAgent, error: 50126, act },
          client: 'Mobile Apps and Desktop clients',
        });
    });
    ms += random.int(3, 30) * MINUTE;
  }
  if (random.chance(50)) forgotten(parts, nights[1] ?? start + DAY + HOUR);
}

function forgotten(parts: Parts, ms: number): void {
  const { world, script, kit, cast } = parts;
  const random = parts.random('forgotten');
  const { account, post } = cast.forgotten;
  const from = parts.mesh.exit(ms, nearby(world, post));
  const session = random.guid();
  signsIn(parts, cast.forgotten, ms, from, session);
  for (let i = 1; i <= 3; i++) {
    const at = ms + i * random.int(40, 200) * SECOND;
    const items = random.int(2, 9);
    const act = did({
      ...{
        phase: 'collection',
        technique: 'T1114.002',
        what: `Messages of the forgotten account ${account.name} are read`,
      },
      ...{
        accounts: [account.name],
        mailboxes: [account.name],
        used: { addresses: [from], clients: [kit.mailApp.client] },
      },
    });
    script.at(at, (v) =>
      v.mailboxAccess({
        ms: at,
        mailbox: account,
        from,
        access: 'Bind',
        folder: 'Inbox',
        items,
        app: kit.mailApp,
        session,
        act,
      }),
    );
  }
  const locked = ms + random.int(1, 3) * DAY;
  const exit = parts.mesh.exit(locked, nearby(world, post));
  const act = tried({
    ...{
      phase: 'initial-access',
      technique: 'T1078.004',
      what: `${account.name} is locked by now`,
      accounts: [account.name],
    },
    used: { addresses: [exit], clients: [kit.mailAgent] },
  });
  script.at(locked, (v) =>
    v.cloudSignIn({
      ...{ ms: locked, account, from: exit, app: kit.mailApp, agent: kit.mailAgent, error: 53003, act },
      client: 'Mobile Apps and Desktop clients',
    }),
  );
}
