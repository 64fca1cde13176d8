/** A penetration test: contracted, dated, from one known address, with its own account. Its findings are true; its tester is no intruder. */

import { DAY, HOUR, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Account, World } from '../contract.ts';
import { PROGRAMS, program } from '../ministry/records/programs.ts';
import { actsOf, Script } from '../story/index.ts';
import type { LookAlike } from './shape.ts';

interface Contract {
  readonly account: Account;
  readonly outside: string;
  readonly inside: string;
  readonly from: number;
  readonly days: number;
}

const contracts = new WeakMap<World, Contract>();

export const tester: LookAlike = {
  id: 'penetration-test',
  own: (world) => ({
    accounts: [contractOf(world).account.name],
    hosts: [],
    addresses: [contractOf(world).outside, contractOf(world).inside],
  }),
  plot(world) {
    const script = new Script();
    const contract = contractOf(world);
    outside(world, script, contract);
    inside(world, script, contract);
    return script.plot(this.id);
  },
};

const { did, tried } = actsOf(tester.id);

/** The account, the address and the fortnight, drawn once a world. */
function contractOf(world: World): Contract {
  const known = contracts.get(world);
  if (known) return known;
  const random = world.random('innocent/tester');
  const name = `ext.${random.pick(['kessler', 'marlow', 'ostrand', 'vinter'])}`;
  const countries = [...new Set(world.networks.filter((n) => n.kind === 'business').map((n) => n.country))];
  const monday = utc('2022-10-03') + random.int(0, 70) * 7 * DAY;
  const contract: Contract = {
    account: {
      ...{ name, sid: `${world.domainSid}-${random.int(9000, 9400)}`, guid: random.guid(), kind: 'guest' },
      upn: `${name}@${world.domain}`,
    },
    outside: world.fresh(random, 'business', countries),
    inside: world.freeInside(world.headquarters),
    ...{ from: monday, days: random.int(8, 12) },
  };
  contracts.set(world, contract);
  return contract;
}

/** From outside: many passwords from one address in one afternoon, and requests that fail. */
function outside(world: World, script: Script, { outside: from, from: monday }: Contract): void {
  const random = world.random('innocent/tester-outside');
  const agent = 'Mozilla/5.0 (compatible; assessment 7.2)';
  const used = { addresses: [from], clients: [agent] };
  let ms = monday + 13 * HOUR;
  for (const { account } of random.some(world.people, 40)) {
    ms += random.int(6, 30) * SECOND;
    const at = ms;
    const told = {
      phase: 'initial-access',
      technique: 'T1110.003',
      what: `Password tried for ${account.name}`,
    } as const;
    const act = tried({ ...told, accounts: [account.name], used });
    const vpn = random.chance(50);
    script.at(at, (v) =>
      vpn
        ? v.vpnFailed({ ms: at, account, from, act })
        : v.webmailLogin({ ms: at, account, from, agent, ok: false, act }),
    );
  }
  for (const [i, stem] of [
    '/ecp/',
    '/autodiscover/autodiscover.json',
    '/owa/auth/x.js',
    '/aspnet_client/',
    '/mapi/nspi/',
  ].entries()) {
    const at = monday + DAY + 9 * HOUR + i * 11 * SECOND;
    const act = tried({ phase: 'reconnaissance', technique: 'T1595.002', what: `${stem} is asked for`, used });
    script.at(at, (v) =>
      v.exchangeRequest({ ms: at, from, method: 'GET', stem, agent, status: i % 2 ? 404 : 401, act }),
    );
  }
}

/** From a laptop in the house with an account of its own: ports, shares, a service on the application server. */
function inside(world: World, script: Script, { account, inside: from, from: monday, days }: Contract): void {
  const random = world.random('innocent/tester-inside');
  const { application, dc1 } = world.servers;
  const accounts = [account.name];
  for (let day = 2; day < days; day++) {
    const start = monday + day * DAY + random.int(8, 10) * HOUR;
    if (new Date(start).getUTCDay() % 6 === 0) continue;
    const targets = random.some(
      world.hosts.filter((h) => h.kind !== 'sensor'),
      25,
    );
    script.at(start, (v) => {
      const scanned = tried({ phase: 'discovery', technique: 'T1046', what: 'Ports are looked at' });
      for (const [i, to] of targets.entries())
        for (const port of [22, 445, 3389])
          v.connection({
            ms: start + i * 900 + port,
            from,
            to,
            port,
            state: 'REJ',
            seconds: 0,
            sent: 0,
            received: 0,
            act: scanned,
          });
      const told = { phase: 'lateral-movement', technique: 'T1021.002', accounts } as const;
      const act = did({ ...told, hosts: [application.name], what: 'The tester logs on to the application server' });
      v.logon({
        ms: start + HOUR,
        host: application,
        account,
        type: 3,
        from,
        ntlm: true,
        privileged: true,
        seconds: 3000,
        act,
      });
    });
  }
  const service = monday + 3 * DAY + 11 * HOUR;
  const tool = program('C:\\Windows\\PTAgent.exe', 'Assessment Agent', 'Northlight Assurance', '4.4.0.0');
  script.at(service, (v) => {
    const told = { phase: 'execution', technique: 'T1569.002', accounts, hosts: [application.name] } as const;
    const installed = did({ ...told, what: 'The tester’s agent is installed as a service' });
    v.serviceInstalled({ ms: service, host: application, account, name: 'PTAgent', path: tool.image, act: installed });
    const running = v.process({
      ...{ ms: service + SECOND, host: application, account: 'SYSTEM', program: tool, command: `${tool.image} /run` },
      parent: { program: PROGRAMS.services, command: 'C:\\Windows\\system32\\services.exe', id: 700 },
      act: did({ ...told, what: 'The tester’s agent runs' }),
    });
    v.process({
      ...{
        ms: service + MINUTE,
        host: application,
        account: 'SYSTEM',
        program: PROGRAMS.whoami,
        command: 'whoami /priv',
      },
      parent: running,
      act: did({ ...told, phase: 'discovery', technique: 'T1033', what: 'whoami, for the report' }),
    });
  });
  const roast = monday + 4 * DAY + 14 * HOUR;
  script.at(roast, (v) => {
    const act = did({
      phase: 'lateral-movement',
      technique: 'T1021',
      accounts,
      what: 'The tester’s account asks the domain controller',
    });
    v.logon({ ms: roast, host: dc1, account, type: 3, from, ntlm: true, seconds: 60, act });
  });
}
