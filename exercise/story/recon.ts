import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Person } from '../contract.ts';
import { WANTED } from './cast.ts';
import { atWork, workdays } from './operator.ts';
import { type Parts, tried } from './parts.ts';

/**
 * Who reads what, from where, on which machine: mails with genuine news and an invisible picture, its name another one
 * for every recipient. Some are opened at the desk, and the picture is fetched through the proxy within minutes; some
 * on a telephone, which no log of the ministry shows; some never.
 */
export function recon(parts: Parts): void {
  const { world, dates, crew, script, cast, kit } = parts;
  const random = parts.random('recon');
  const waves = workdays(crew, random, dates.recon, dates.spray, 100).filter(
    (_, i, all) => i % Math.ceil(all.length / 5) === 0,
  );
  const later = workdays(crew, random, dates.reading + 60 * DAY, dates.quietFrom, 4).slice(0, 2);
  // chosen by role: those whose mail he wants, among them most whose passwords will fall
  const readers = world.people.filter((p) => WANTED.has(p.role));
  const marked = [...cast.guessed, ...cast.stolen];
  const sender = `${random.pick(['press', 'briefing', 'editor', 'monitor'])}@${random.pick(PAPERS)}`;
  const images = { domain: kit.lure, address: world.fresh(random, 'hosting', world.neighbours) };
  const relay = {
    name: `mx${random.int(1, 9)}.${sender.split('@')[1]}`,
    address: world.fresh(random, 'hosting', world.neighbours),
  };
  for (const day of [...waves, ...later]) {
    const sent = atWork(crew, random, day);
    const drawn = [...marked.filter(() => random.chance(70)), ...random.some(readers, random.int(10, 35))];
    const people = [...new Set(drawn)].filter((p) => p.serves.from <= sent && p.serves.to > sent);
    const subject = random.pick(SUBJECTS);
    const path = random.letters(6).toLowerCase();
    const urls = people.map(() => `https://${images.domain}/${path}/${random.hex(24)}.png`);
    script.at(sent, (v) =>
      v.mailDelivered({
        ...{ ms: sent, from: sender, relay, subject, size: random.int(14_000, 42_000) },
        ...{ to: people.map((p) => p.account.upn), images: urls },
        act: tried({
          ...{ phase: 'reconnaissance', technique: 'T1598.003' },
          what: `A mail with a picture of its own for each of ${people.length} recipients`,
          accounts: people.map((p) => p.account.name),
          used: { addresses: [relay.address], domains: [images.domain, sender.split('@')[1] as string] },
        }),
      }),
    );
    people.forEach((person, i) => {
      if (random.chance(35)) opened(parts, person, sent, { url: urls[i] as string, site: images });
    });
  }
}

/** The picture is fetched when the mail is opened at a desk: soon after delivery, or in the next hours of work. */
function opened(
  { world, script, random: stream }: Parts,
  person: Person,
  sent: number,
  picture: { url: string; site: { domain: string; address: string } },
): void {
  const random = stream(`recon ${person.account.name} ${sent}`);
  let ms = sent + random.int(40, 1500) * SECOND;
  for (let i = 0; i < 96 && !(world.works(person.post, ms) && world.present(person, ms)); i++)
    ms += HOUR + random.int(0, 4 * MINUTE);
  if (!world.present(person, ms) || world.trip(person, ms)) return;
  script.at(ms, (v) =>
    v.webVisit({
      ...{ ms, host: person.workstation, account: person.account, site: picture.site, url: picture.url },
      ...{ agent: person.clients.browser, sent: random.int(480, 640), received: 322, mime: 'image/png' },
      act: tried({
        ...{ phase: 'reconnaissance', technique: 'T1598.003' },
        what: `${person.account.name} opens the mail: the picture is fetched and tells the line and the browser`,
        accounts: [person.account.name],
        used: { addresses: [picture.site.address], domains: [picture.site.domain] },
      }),
    }),
  );
}

const PAPERS = [
  'continental-observer.example',
  'valdorra-gazette.example',
  'strait-review.example',
  'policywire.example',
];
const SUBJECTS = [
  'Summit communiqué: what was left out',
  'Ministers to meet on sanctions package',
  'Exclusive: draft of the trade agreement',
  'Analysis: the strait and the alliances',
  'Weekly foreign policy briefing',
  'Human rights dialogue resumes after two years',
];
