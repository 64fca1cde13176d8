import { HOUR, MINUTE, SECOND } from '../calendar.ts';
import type { Host, Person, Program } from '../contract.ts';
import { PROGRAMS } from '../records/programs.ts';
import type { Day } from './day.ts';

/** Desks: people log on in the morning (the domain controllers tell), and on collected desks programs start. */
const STARTED: readonly Program[] = [PROGRAMS.word, PROGRAMS.outlook, PROGRAMS.excel, PROGRAMS.edge, PROGRAMS.reader];

export function desksDay(d: Day, people: readonly Person[], collected: ReadonlySet<Host>): void {
  const { world, random, verbs } = d;
  const parent = { program: PROGRAMS.explorer, command: 'C:\\Windows\\Explorer.EXE', id: 5104 };
  for (const person of people) {
    const { account, workstation: host } = person;
    const seen = collected.has(host);
    if (seen && d.often(0.6) > 0) night(d, host);
    const noon = d.local(person, 12 * 60);
    if (!world.present(person, noon) || world.trip(person, noon)) continue;
    // a desk whose logs are read tells of every morning, however little else is told
    for (let n = seen ? Math.max(1, d.times(0.5)) : d.times(0.07); n > 0; n--) {
      const ms = d.local(person, person.works.from + random.int(-8, 25));
      if (random.chance(person.clumsy)) verbs.logon({ ms: ms - 9 * SECOND, host, account, type: 2, ok: false });
      verbs.logon({ ms, host, account, type: random.chance(80) ? 2 : 11, seconds: random.int(4, 9) * 3600 });
    }
    for (let n = d.times(0.022); n > 0; n--) {
      const folder = random.pick(['Templates', 'Cables', 'Visits', 'Personnel', 'Budget']);
      const files = Array.from(
        { length: random.int(1, 3) },
        (_, i) => `${folder}\\${random.int(2019, 2024)}\\note ${random.int(1, 90)}-${i}.docx`,
      );
      verbs.shareRead({ ms: d.atWork(person), host: world.servers.files, account, from: host, share: 'Common', files });
    }
    if (!seen) continue;
    for (let n = d.times(0.8); n > 0; n--) {
      const program = random.pick(STARTED);
      const ms = d.atWork(person);
      const document =
        program === PROGRAMS.word ? ` /n "C:\\Users\\${account.name}\\Documents\\note ${random.int(1, 400)}.docx"` : '';
      const started = verbs.process({
        ms,
        host,
        account,
        program,
        command: `"${program.image}"${document}`,
        parent,
        folder: `C:\\Users\\${account.name}\\`,
      });
      if (program === PROGRAMS.edge && random.chance(30)) {
        verbs.fileWritten({
          ms: ms + 200 * SECOND,
          process: started,
          file: `C:\\Users\\${account.name}\\Downloads\\${random.pick(['agenda', 'form', 'ticket', 'map'])} ${random.int(1, 99)}.pdf`,
        });
      }
    }
    if (d.often(0.012) > 0) {
      const [vendor, product] = random.pick(STICKS);
      verbs.deviceAttached({ ms: d.atWork(person), host, vendor, product, serial: random.hex(12).toUpperCase() });
    }
  }
}

const STICKS = [
  ['Kingston', 'DataTraveler 3.0'],
  ['Generic', 'Flash Disk'],
  ['SanDisk', 'Ultra'],
] as const;

/** Updaters at night, by the system's own tasks. */
function night(d: Day, host: Host): void {
  const { random, verbs } = d;
  const ms = d.start + 3 * HOUR + random.int(0, 50 * MINUTE);
  if (random.chance(30)) verbs.serviceState({ ms, host, name: 'Windows Update', state: 'running' });
  const program = random.pick([PROGRAMS.edgeUpdate, PROGRAMS.guard, PROGRAMS.defrag]);
  const made = verbs.process({
    ...{
      ms,
      host,
      account: 'SYSTEM',
      program,
      command: `"${program.image}" ${program === PROGRAMS.edgeUpdate ? '/ua /installsource scheduler' : '-update'}`,
    },
    parent: {
      program: PROGRAMS.svchost,
      command: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
      id: 1320,
    },
  });
  if (program === PROGRAMS.edgeUpdate) {
    const site = d.world.site('updates.edge-browser.example');
    verbs.dnsQuery({ ms: ms + 900, from: host, name: site.domain, answer: site.address, process: made });
  }
  if (program === PROGRAMS.guard) {
    verbs.moduleLoaded({
      ms: ms + 300,
      process: made,
      module: 'C:\\Program Files\\Guard AV\\engine.dll',
      signed: true,
      signature: 'Guard AV',
      company: 'Guard AV',
    });
  }
}
