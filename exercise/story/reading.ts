import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Person } from '../contract.ts';
import type { Random } from '../random.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts } from './parts.ts';
import { quiet } from './plan.ts';

/**
 * Mail is read in the cloud by a client nobody at the ministry has: item by item for weeks, then whole folders; a
 * mailbox or two a night, and now and then all in one night until the audit itself is throttled. A session may go on
 * through another line: the token travels, its owner does not.
 */
export function reading(parts: Parts): void {
  const { dates, crew, cast } = parts;
  const random = parts.random('reading');
  const boxes = [...cast.guessed, ...cast.stolen];
  const since = new Map(boxes.map((b, i) => [b, dates.reading + i * random.int(2, 25) * DAY]));
  const syncs = new Map(boxes.map((b) => [b, (since.get(b) ?? 0) + random.int(20, 70) * DAY]));
  for (const day of workdays(crew, random, dates.reading, dates.evicted, 48)) {
    const start = atWork(crew, random, day, 150);
    if (quiet(dates, start)) continue;
    const open = boxes.filter((b) => (since.get(b) ?? 0) <= start);
    if (random.chance(3)) harvest(parts, random, open, start);
    else
      for (const [i, box] of random.some(open, random.int(1, 2)).entries())
        night(parts, random, box, start + i * random.int(15, 50) * MINUTE, start > (syncs.get(box) ?? 0));
  }
}

/** One mailbox for half an hour; the session may move to other lines. */
function night(parts: Parts, random: Random, box: Person, start: number, syncs: boolean): void {
  const exits = random.chance(22) ? random.int(2, 4) : 1;
  const session = random.guid();
  let ms = start;
  for (let i = 0; i < exits; i++) {
    const from = line(parts, box, ms + i);
    if (i === 0) signsIn(parts, box, ms, from, session);
    for (let n = random.int(2, 6); n > 0; n--) {
      ms += random.int(40, 400) * SECOND;
      reads(parts, random, box, ms, from, session, { sync: syncs && random.chance(45), throttled: false });
    }
    ms += random.int(8, 40) * MINUTE;
  }
}

/** All open mailboxes from one line in one night, folder after folder. */
function harvest(parts: Parts, random: Random, boxes: readonly Person[], start: number): void {
  const from = parts.mesh.exit(start, nearby(parts.world, parts.world.headquarters));
  let ms = start;
  for (const box of boxes) {
    const session = random.guid();
    signsIn(parts, box, ms, from, session);
    for (let n = 0; n < 4; n++) {
      ms += random.int(50, 200) * SECOND;
      reads(parts, random, box, ms, from, session, { sync: n < 2, throttled: n === 3 && random.chance(70) });
    }
    ms += random.int(3, 12) * MINUTE;
  }
}

function line(parts: Parts, box: Person, ms: number): string {
  return parts.mesh.exit(ms, nearby(parts.world, box.post));
}

export function signsIn({ script, kit }: Parts, { account }: Person, ms: number, from: string, session: string): void {
  const what = `Sign-in to the cloud as ${account.name} through the home router ${from}`;
  const act = did({
    ...{ phase: 'initial-access', technique: 'T1078.004', what, accounts: [account.name] },
    used: { addresses: [from], clients: [kit.mailAgent] },
  });
  const client = 'Mobile Apps and Desktop clients';
  script.at(ms, (v) =>
    v.cloudSignIn({
      ...{ ms, account, from, app: kit.mailApp, client, agent: kit.mailAgent, error: 0, session, act },
      ...{ system: 'Windows 10', interactive: true },
    }),
  );
}

function reads(
  { script, kit }: Parts,
  random: Random,
  { account }: Person,
  ms: number,
  from: string,
  session: string,
  how: { sync: boolean; throttled: boolean },
): void {
  const folder = random.pick(['Inbox', 'Inbox', 'Sent Items', 'Archive']);
  const items = random.int(3, how.throttled ? 40 : 18);
  const what = how.sync
    ? `The folder ${folder} of ${account.name} is taken whole`
    : `Messages of ${account.name} are read`;
  const act = did({
    ...{ phase: 'collection', technique: 'T1114.002', what, accounts: [account.name], mailboxes: [account.name] },
    used: { addresses: [from], clients: [kit.mailApp.client] },
  });
  script.at(ms, (v) =>
    v.mailboxAccess({
      ...{
        ms,
        mailbox: account,
        from,
        access: how.sync ? 'Sync' : 'Bind',
        folder,
        items,
        app: kit.mailApp,
        session,
        act,
      },
      ...(how.throttled ? { throttled: true } : {}),
    }),
  );
}

/** A colleague's mailbox is read by an account that was given the right to. */
export function readsAsDelegate(
  parts: Parts,
  random: Random,
  owner: Person,
  by: Person,
  from: number,
  to: number,
): void {
  const { script, kit, crew, dates } = parts;
  for (const day of workdays(crew, random, from, to, 7)) {
    const ms = atWork(crew, random, day, 90);
    if (quiet(dates, ms)) continue;
    const exit = line(parts, by, ms);
    const session = random.guid();
    signsIn(parts, by, ms, exit, session);
    const items = random.int(4, 20);
    const at = ms + 2 * MINUTE + random.int(0, 1) * HOUR;
    const act = did({
      ...{
        phase: 'collection',
        technique: 'T1114.002',
        what: `The mailbox of ${owner.account.name} is read as ${by.account.name}`,
      },
      ...{ accounts: [by.account.name], mailboxes: [owner.account.name] },
      used: { addresses: [exit], clients: [kit.mailApp.client] },
    });
    script.at(at, (v) =>
      v.mailboxAccess({
        ...{ ms: at, mailbox: owner.account, by: by.account, from: exit, access: 'Bind', folder: 'Inbox', items },
        ...{ app: kit.mailApp, session, act },
      }),
    );
  }
}
