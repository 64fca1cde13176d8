import { DAY, MINUTE, SECOND } from '../calendar.ts';
import { PROGRAMS, program } from '../ministry/records/programs.ts';
import { implant } from './desks.ts';
import { did, type Parts } from './parts.ts';

/**
 * A stick at a post: it is attached to a desk, a program runs from it and leaves the same implant there as elsewhere,
 * papers are gathered onto it, and days later it is attached again to hand them over. Nothing of it needs the network;
 * only the desk itself can tell.
 */
export function stick(parts: Parts): void {
  const { cast, dates, script } = parts;
  const random = parts.random('stick');
  const person = cast.stick;
  const host = person.workstation;
  const serial = random.hex(20).toUpperCase();
  const device = random.pick([
    { vendor: 'Kestrel', product: 'Traveler 3.0' },
    { vendor: 'Generic', product: 'Flash Disk' },
    { vendor: 'SanRiver', product: 'Cruzer Micro' },
  ]);
  const tool = program('E:\\System Volume Cache\\smss.exe', 'Folder Viewer', '', '1.0.0.1');
  let day = dates.stick;
  for (let visit = 0; visit < random.int(2, 3); visit++) {
    const ms = atDesk(parts, day + random.int(0, 3) * DAY, random.int(50, 300));
    day = ms + random.int(6, 25) * DAY;
    const box = `E:\\System Volume Cache\\${random.hex(6)}.dat`;
    const file = `C:\\Users\\${person.account.name}\\Documents\\${random.pick(['cables', 'minutes', 'visas', 'notes'])}_${random.int(1, 40)}.docx`;
    const first = visit === 0;
    script.at(ms, (v) => {
      const told = { technique: 'T1091', hosts: [host.name] } as const;
      v.deviceAttached({
        ...{ ms, host, ...device, serial },
        act: did({ ...told, phase: 'initial-access', what: `A stick is attached to ${host.name}` }),
      });
      const running = v.process({
        ...{
          ms: ms + 25 * SECOND,
          host,
          account: person.account,
          program: tool,
          command: `"${tool.image}"`,
          integrity: 'Medium',
        },
        parent: { program: PROGRAMS.explorer, command: 'C:\\Windows\\explorer.exe', id: 3992 },
        act: did({
          ...told,
          phase: 'execution',
          accounts: [person.account.name],
          what: 'A program runs from the stick',
        }),
      });
      const left = did({
        phase: 'persistence',
        technique: 'T1036.004',
        hosts: [host.name],
        what: 'The implant is left on the desk',
      });
      if (first) {
        const file = implant(parts);
        v.fileWritten({ ms: ms + 40 * SECOND, process: running, file: file.image, act: left });
        const command = `"${file.image}" /c`;
        v.process({
          ms: ms + 50 * SECOND,
          host,
          account: person.account,
          program: file,
          command,
          parent: running,
          act: left,
        });
      }
      const taken = did({
        phase: 'collection',
        technique: 'T1025',
        hosts: [host.name],
        what: 'Papers are gathered onto the stick',
      });
      v.fileRead({ ms: ms + 2 * MINUTE, process: running, file, act: taken });
      v.fileWritten({ ms: ms + 3 * MINUTE, process: running, file: box, act: taken });
      v.process({
        ...{
          ms: ms + 90 * SECOND,
          host,
          account: person.account,
          program: PROGRAMS.cmd,
          parent: running,
          integrity: 'Medium',
        },
        command: `cmd.exe /c dir /s /b C:\\Users\\*.docx C:\\Users\\*.pdf`,
        act: did({
          phase: 'discovery',
          technique: 'T1083',
          hosts: [host.name],
          what: 'Papers are listed from the stick',
        }),
      });
    });
  }
}

/** The first moment from `day` on at which the owner sits there, some minutes into the day. */
function atDesk({ world, cast }: Parts, day: number, minutes: number): number {
  const { stick: person } = cast;
  for (let at = day; ; at += DAY) {
    const midnight = Math.floor(at / DAY) * DAY - world.offset(person.post, at);
    const ms = midnight + (person.works.from + minutes) * MINUTE;
    if ((world.works(person.post, ms) && world.present(person, ms) && !world.trip(person, ms)) || at > day + 60 * DAY)
      return ms;
  }
}
