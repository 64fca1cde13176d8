/** Work at night that is nobody's intrusion: an administrator of habit, and backups. */
import { DAY, HOUR, MINUTE, SECOND } from '../calendar.ts';
import { PROGRAMS, program } from '../ministry/records/programs.ts';
import { castOf, Script } from '../story/index.ts';
import { doneBy, type LookAlike } from './shape.ts';

export const nightAdmin: LookAlike = {
  id: 'night-administrator',
  own: (world) => {
    const person = castOf(world).innocent.nightAdmin;
    return {
      accounts: [person.account.name, person.admin.name],
      hosts: [person.workstation.name],
      addresses: person.home.map((h) => h.address),
    };
  },
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/night-admin');
    const person = castOf(world).innocent.nightAdmin;
    const { application, files, dc2 } = world.servers;
    const both = { accounts: [person.account.name, person.admin.name] };
    const product = program(
      'C:\\Program Files\\Halden\\Agent\\hagent.exe',
      'Halden Agent',
      'Halden Software',
      '8.1.4.0',
    );
    let nights = 0;
    for (let day = world.span.from; day < world.moved; day += random.int(2, 6) * DAY) {
      const ms = day + random.int(20 * 60, 23 * 60) * MINUTE;
      if (!world.present(person, day + 12 * HOUR) || world.trip(person, ms)) continue;
      const home = world.homeAddress(person, ms);
      const host = random.pick([application, files, dc2]);
      const seconds = random.int(30, 170) * 60;
      const installs = nights++ % 40 === 12;
      const act = (what: string) => told(what, both, [home]);
      script.at(ms, (v) => {
        const { inside } = v.vpnSession({
          ...{ ms, account: person.account, from: home, seconds, ...person.clients.vpn },
          ...{ sent: 20_000_000, received: 3_000_000, act: act('The administrator connects from home, late') },
        });
        const on = { host, account: person.admin };
        v.logon({
          ...{ ms: ms + 3 * MINUTE, ...on, type: 10, from: inside, privileged: true, seconds: seconds - 400 },
          act: act(`He works on ${host.name}`),
        });
        v.process({
          ...{
            ms: ms + 6 * MINUTE,
            ...on,
            program: PROGRAMS.powershell,
            command: 'powershell.exe -NoLogo',
            integrity: 'High',
          },
          parent: { program: PROGRAMS.explorer, command: 'C:\\Windows\\explorer.exe', id: 5220 },
          act: act('He opens a shell'),
        });
        if (!installs) return;
        const service = { name: 'HaldenAgent', path: product.image };
        v.serviceInstalled({
          ms: ms + 14 * MINUTE,
          ...on,
          ...service,
          act: act('A new version of a product of the house'),
        });
        v.taskCreated({
          ...{
            ms: ms + 15 * MINUTE,
            ...on,
            name: '\\Halden Agent Update',
            command: product.image,
            arguments: '--update',
          },
          act: act('Its update task'),
        });
      });
    }
    return script.plot(this.id);
  },
};

const told = doneBy(nightAdmin.id);

export const backups: LookAlike = {
  id: 'night-backups',
  own: () => ({}),
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/backups');
    const host = world.servers.application;
    const site = {
      domain: 'vault.safekeep.example',
      address: world.fresh(random, 'hosting', [world.country, ...world.neighbours]),
    };
    const tool = program('C:\\Program Files\\Safekeep\\skbackup.exe', 'Safekeep Backup', 'Safekeep', '11.2.0.0');
    const hour = random.int(0, 3) * HOUR + random.int(0, 50) * MINUTE;
    const act = doneBy(this.id)('The backup of the night goes up', {}, [site.address]);
    for (let day = world.span.from; day < world.span.to; day += DAY) {
      const ms = day + hour + random.int(0, 240) * SECOND;
      const sent = random.int(140, 420) * 1_000_000;
      script.at(ms, (v) => {
        const running = v.process({
          ...{ ms, host, account: world.accounts.backup, program: tool, command: `"${tool.image}" /job:nightly` },
          parent: {
            program: PROGRAMS.svchost,
            command: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
            id: 1288,
          },
          act,
        });
        v.webVisit({
          ...{ ms: ms + 50 * SECOND, host, process: running, site, method: 'PUT', tls: true, sent, received: 20_000 },
          ...{ seconds: Math.round(sent / 4_000_000), act },
        });
      });
    }
    return script.plot(this.id);
  },
};
