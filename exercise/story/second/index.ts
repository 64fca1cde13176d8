/**
 * Another intruder in the same network at the same time: other exits (rented servers, kept for weeks), other hours,
 * other tools, other machines and accounts; one server is touched by both. In: the world. Out: a plot.
 */

import { DAY, HOUR, MINUTE, SECOND } from '../../calendar.ts';
import type { Plot, World } from '../../contract.ts';
import { PROGRAMS } from '../../ministry/records/programs.ts';
import { atWork, workdays } from '../operator.ts';
import { disguised, toolsOf } from '../tools.ts';
import { linux } from './linux.ts';
import { did, type Other, otherOf, rented, SECOND_ACTOR } from './other.ts';

export function second(world: World): Plot {
  const other = otherOf(world);
  linux(other);
  remote(other);
  desk(other);
  return other.script.plot(SECOND_ACTOR, { collect: [world.servers.linux, other.cast.second.desk.workstation] });
}

/** A clerk's password, bought somewhere: VPN from the rented server, remote desktop to the application server. */
function remote({ world, script, cast, crew, from, to, exit }: Other): void {
  const random = world.random('second/remote');
  const { account } = cast.second.user;
  const { application, files } = world.servers;
  const agent = `AnyConnect Windows 4.10.0${random.int(1, 8)}0${random.int(10, 99)}`;
  const deviceId = random.hex(40);
  for (const day of workdays(crew, random, from, to, 22)) {
    const ms = atWork(crew, random, day, 120);
    const address = exit(ms);
    const seconds = random.int(40, 150) * 60;
    const opens = random.chance(60);
    const reads = random.chance(15);
    const size = { sent: random.int(8_000_000, 60_000_000), received: random.int(900_000, 6_000_000) };
    const used = { addresses: [address], clients: [agent] };
    script.at(ms, (v) => {
      const what = `VPN session of ${account.name} from the rented server ${address}`;
      const { inside } = v.vpnSession({
        ...{ ms, account, from: address, seconds, agent, deviceId, ...size },
        act: did({ phase: 'initial-access', technique: 'T1133', what, accounts: [account.name], used }),
      });
      if (opens)
        v.logon({
          ...{ ms: ms + 3 * MINUTE, host: application, account, type: 10, from: inside, seconds: seconds - 600 },
          act: did({
            ...{ phase: 'lateral-movement', technique: 'T1021.001', what: `Remote desktop to ${application.name}` },
            ...{ accounts: [account.name], hosts: [application.name] },
          }),
        });
      if (!reads) return;
      const act = did({
        phase: 'collection',
        technique: 'T1039',
        what: 'Trade papers are read',
        accounts: [account.name],
      });
      v.logon({ ms: ms + 9 * MINUTE, host: files, account, type: 3, from: inside, seconds: 600, act });
      const share = { share: '\\\\*\\Trade', files: ['tariffs.xlsx', 'quotas_2023.xlsx'] };
      v.shareRead({ ms: ms + 10 * MINUTE, host: files, account, from: inside, ...share, act });
    });
  }
}

/** One desk: a loader in the profile, started by a Run value, that polls a rented server every few minutes for a month. */
function desk({ world, script, cast, from, to }: Other): void {
  const random = world.random('second/desk');
  const person = cast.second.desk;
  const host = person.workstation;
  const account = person.account;
  const image = `C:\\Users\\${account.name}\\AppData\\Roaming\\Drivers\\hostd${random.int(10, 99)}.exe`;
  const tool = disguised(toolsOf(world).loader, image, 'Driver Helper', 'Driver Tools', '3.2.0.0');
  const site = {
    domain: `cdn-${random.letters(5).toLowerCase()}.example`,
    address: world.fresh(random, 'hosting', rented(world)),
  };
  const start = from + random.int(20, 50) * DAY;
  const hosts = [host.name];
  for (let day = Math.floor(start / DAY) * DAY; day < Math.min(to, start + 35 * DAY); day += DAY) {
    const noon = day + 12 * HOUR - world.offset(person.post, day);
    if (!world.works(person.post, noon) || !world.present(person, noon) || world.trip(person, noon)) continue;
    const ms = noon - 12 * HOUR + (person.works.from + random.int(5, 25)) * MINUTE;
    const end = noon - 12 * HOUR + person.works.to * MINUTE;
    const calls: number[] = [];
    for (let at = ms + 20 * SECOND; at < end; at += random.int(9, 13) * MINUTE) calls.push(at);
    script.at(ms, (v) => {
      const running = v.process({
        ...{ ms, host, account, program: tool, command: `"${image}" -s`, integrity: 'Medium' },
        parent: { program: PROGRAMS.explorer, command: 'C:\\Windows\\explorer.exe', id: 4120 },
        act: did({
          phase: 'persistence',
          technique: 'T1547.001',
          hosts,
          accounts: [account.name],
          what: 'A loader starts with the profile',
        }),
      });
      if (day === Math.floor(start / DAY) * DAY)
        v.registrySet({
          ...{ ms: ms + SECOND, process: running, details: `"${image}" -s` },
          key: `HKU\\${account.sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\DriverHelper`,
          act: did({ phase: 'persistence', technique: 'T1547.001', hosts, what: 'A Run value for the loader' }),
        });
      for (const at of calls)
        v.webVisit({
          ...{ ms: at, host, account, process: running, site, method: 'POST', tls: true, sent: 840, received: 240 },
          act: did({
            ...{ phase: 'command-and-control', technique: 'T1071.001', hosts, what: 'The loader calls its server' },
            used: { domains: [site.domain], addresses: [site.address] },
          }),
        });
    });
  }
}
