import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Account, Person } from '../contract.ts';
import type { Random } from '../random.ts';
import { entered } from './entry.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts } from './parts.ts';
import { quiet } from './plan.ts';

/**
 * Log-ins month after month with the passwords he has: minutes to an hour, each through another home router near the
 * account's own post, sometimes two accounts from one of them. What stays is the crew's client, its hours, and that no
 * line ever comes back.
 */
export function sessions(parts: Parts): void {
  const { dates, cast } = parts;
  const random = parts.random('sessions');
  for (const p of cast.guessed) visits(parts, random, p, dates.sprayEnds + random.int(2, 9) * DAY, random.int(5, 11));
  for (const p of cast.stolen) visits(parts, random, p, dates.module + random.int(6, 40) * DAY, random.int(4, 9));
}

/** `percent`: on how many of a hundred working days of the crew this account is used. */
function visits(parts: Parts, random: Random, person: Person, from: number, percent: number): void {
  const { crew, dates } = parts;
  for (const day of workdays(crew, random, from, dates.evicted, percent)) {
    const ms = atWork(crew, random, day, 90);
    if (quiet(dates, ms)) continue;
    if (random.chance(55)) vpn(parts, random, person, ms);
    else webmail(parts, random, person, ms);
  }
}

function vpn(parts: Parts, random: Random, { account, post }: Person, ms: number): void {
  const { kit, script, world } = parts;
  const from = parts.mesh.exit(ms, nearby(world, post));
  const seconds = random.int(9, 95) * 60;
  const looks = random.chance(40);
  const files = random.some(PAPERS, random.int(1, 4));
  const session = {
    ...{ ms, account, from, seconds, agent: kit.vpnAgent, deviceId: random.pick(kit.vpnDevices) },
    ...{ sent: random.int(4_000_000, 90_000_000), received: random.int(600_000, 8_000_000) },
    act: entered(
      'T1133',
      `VPN session of ${account.name} through the home router ${from}`,
      account,
      from,
      kit.vpnAgent,
    ),
  };
  script.at(ms, (v) => {
    const { inside } = v.vpnSession(session);
    if (looks) shares(parts, v, account, inside, ms + 4 * MINUTE, files);
  });
}

/** From the VPN to the file server, as any colleague would. */
function shares(
  { world }: Parts,
  v: Parameters<Parameters<Parts['script']['at']>[1]>[0],
  account: Account,
  inside: string,
  ms: number,
  files: readonly string[],
): void {
  const host = world.servers.files;
  const act = did({
    ...{ phase: 'collection', technique: 'T1039', what: `Papers on the file server are read as ${account.name}` },
    ...{ accounts: [account.name], hosts: [host.name] },
  });
  v.logon({ ms, host, account, type: 3, from: inside, seconds: 900, act });
  v.shareRead({ ms: ms + 20_000, host, account, from: inside, share: '\\\\*\\Policy', files, act });
}

function webmail(parts: Parts, random: Random, { account, post }: Person, ms: number): void {
  const { kit, script, world } = parts;
  const from = parts.mesh.exit(ms, nearby(world, post));
  const requests = random.int(6, 30);
  const act = entered(
    'T1078',
    `Webmail of ${account.name} through the home router ${from}`,
    account,
    from,
    kit.browser,
  );
  script.at(ms, (v) => v.webmailLogin({ ms, account, from, agent: kit.browser, ok: true, requests, act }));
  if (!random.chance(25)) return;
  // the same browser goes on an hour later through another line
  const next = ms + random.int(30, 80) * MINUTE;
  const line = parts.mesh.exit(next + 3 * HOUR, nearby(world, post));
  const more = random.int(5, 20);
  script.at(next, (v) =>
    v.webmailLogin({
      ...{ ms: next, account, from: line, agent: kit.browser, ok: true, requests: more },
      act: entered('T1078', `Webmail of ${account.name} again, through ${line}`, account, line, kit.browser),
    }),
  );
}

const PAPERS = [
  'Briefs\\council_agenda.docx',
  'Briefs\\summit_positions.docx',
  'Trade\\draft_agreement_v4.docx',
  'Sanctions\\list_proposal.xlsx',
  'Asia\\strait_note.docx',
  'Asia\\delegation_visit.pdf',
  'Security\\alliance_paper.docx',
  'Minister\\talking_points.docx',
];
