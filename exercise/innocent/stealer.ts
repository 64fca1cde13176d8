/** A stealer from the street on one desk: opened from a mail in the morning, found and cleaned within days. */
import { DAY, HOUR, MINUTE, SECOND, utc } from '../calendar.ts';
import { PROGRAMS, program } from '../ministry/records/programs.ts';
import { actsOf, castOf, Script } from '../story/index.ts';
import { dayAtWork, type LookAlike } from './shape.ts';

export const stealer: LookAlike = {
  id: 'commodity-malware',
  own: (world) => {
    const { account, workstation } = castOf(world).innocent.malware;
    return { accounts: [account.name], hosts: [workstation.name] };
  },
  plot(world) {
    const script = new Script();
    const random = world.random('innocent/stealer');
    const { malware: person, nightAdmin } = castOf(world).innocent;
    const { account, workstation: host } = person;
    const abroad = [...new Set(world.networks.filter((n) => n.kind === 'hosting').map((n) => n.country))];
    const site = {
      domain: `${random.letters(9).toLowerCase()}.example`,
      address: world.fresh(random, 'hosting', abroad),
    };
    const image = `C:\\Users\\${account.name}\\Downloads\\Invoice_${random.int(1000, 9999)}.exe`;
    const tool = program(image, 'Document', '', '0.0.0.0');
    let ms = dayAtWork(world, person, utc('2023-06-01') + random.int(0, 300) * DAY);
    ms += person.works.from * MINUTE - world.offset(person.post, ms) + random.int(20, 120) * MINUTE;
    const told = { accounts: [account.name], hosts: [host.name] };
    const used = { domains: [site.domain], addresses: [site.address] };
    const sizes = Array.from({ length: 4 }, () => random.int(40_000, 900_000));
    script.at(ms, (v) => {
      const running = v.process({
        ...{ ms, host, account, program: tool, command: `"${image}"`, integrity: 'Medium' },
        parent: { program: PROGRAMS.explorer, command: 'C:\\Windows\\explorer.exe', id: 4012 },
        act: did({ ...told, phase: 'execution', technique: 'T1204.002', what: 'The attachment of a mail is opened' }),
      });
      const store = `C:\\Users\\${account.name}\\AppData\\Local\\Lumen\\User Data\\Default\\Login Data`;
      const read = did({
        ...told,
        phase: 'credential-access',
        technique: 'T1555.003',
        what: 'The browser’s passwords are read',
      });
      v.fileRead({ ms: ms + 4 * SECOND, process: running, file: store, act: read });
      const sent = did({
        ...told,
        phase: 'exfiltration',
        technique: 'T1041',
        what: 'They go to the criminals’ server',
        used,
      });
      for (const [i, size] of sizes.entries())
        v.webVisit({
          ...{ ms: ms + (20 + i * 15) * SECOND, host, account, process: running, site, method: 'POST', tls: false },
          ...{ url: `http://${site.domain}/gate.php`, sent: size, received: 120, act: sent },
        });
    });
    const cleaned = ms + random.int(1, 3) * DAY + 2 * HOUR;
    script.at(cleaned, (v) =>
      v.accountChanged({ ms: cleaned, by: nightAdmin.admin, of: account, change: 'password reset' }),
    );
    for (let i = 0; i < 3; i++) {
      const at = cleaned + random.int(4, 90) * HOUR;
      const from = world.fresh(random, 'hosting', abroad);
      const act = tried({
        ...{
          phase: 'initial-access',
          technique: 'T1078',
          what: 'Somebody tries the stolen password, which is changed',
        },
        ...{ accounts: [account.name], used: { addresses: [from] } },
      });
      script.at(at, (v) => v.vpnFailed({ ms: at, account, from, act }));
    }
    return script.plot(this.id, { collect: [host] });
  },
};

const { did, tried } = actsOf(stealer.id);
