import { vpnRejected, vpnSession } from '../background/network.ts';
import { DAY, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { PROGRAMS, program } from '../records/programs.ts';
import { connected, started } from '../records/sysmon.ts';
import { asaLine } from '../records/text.ts';
import {
  fileRead,
  type Logon,
  logonFailed,
  remoteAccess,
  SYSTEM,
  serviceInstalled,
  wrongPassword,
} from '../records/windows/index.ts';
import { ACCOUNTS, EXITS, HOSTS, RELAY } from '../world.ts';
import { actsOf } from './acts.ts';
import { callsHome } from './beacon.ts';
import { OTHER_LINE, SESSION_BEGAN } from './entry.ts';
import { returnToCloud } from './return-cloud.ts';

/** All passwords were set anew, but one account was forgotten: the monitor of the VPN itself. */
const { seen, hidden } = actsOf('return');
const START = utc('2024-02-24 01:14');
const INSIDE = '10.20.50.23';
const IN_AFTER = 'vpn/gateway_in_after_refusals_asa.yml';

export function comesBack(m: Ministry): void {
  logsIn(m);
  tunnel(m);
  sprays(m);
  browser(m);
  returnToCloud(m);
  callsHome(m);
}

function logsIn({ logs }: Ministry): void {
  const who = ACCOUNTS.vpnTest;
  for (let i = 0; i < 6; i++) {
    const ms = START + i * 75 * SECOND;
    logs.vpn.add(
      ms,
      asaLine(ms, vpnRejected(who.name, EXITS.again)),
      seen({
        what: 'Old passwords of the monitoring account are refused at the VPN',
        technique: 'T1110.001',
        rules: ['vpn/asa_logon_failed.yml', 'vpn/gateway_many_refused.yml', ...(i === 5 ? [IN_AFTER] : [])],
      }),
    );
    logs.dcSecurity.add(
      ms,
      remoteAccess(HOSTS.dc, who, EXITS.again, false),
      seen({
        what: 'Old passwords of the monitoring account are tried at the VPN',
        technique: 'T1110.001',
        rules: ['windows/vpn_denied.yml', 'windows/vpn_many_denied.yml'],
      }),
    );
  }
  const at = START + 9 * MINUTE;
  logs.dcSecurity.add(
    at,
    remoteAccess(HOSTS.dc, who, EXITS.again, true),
    seen({
      what: 'One of them still fits: the monitoring account was left out of the eviction',
      technique: 'T1078.002',
      rules: ['windows/vpn_granted.yml', 'windows/vpn_granted_after_denied.yml'],
    }),
  );
  const session = {
    user: who.name,
    from: EXITS.again,
    inside: INSIDE,
    seconds: 5580,
    sent: 48_220_114,
    received: 6_120_338,
  };
  for (const [after, text] of vpnSession(session)) {
    const ms = at + after * SECOND;
    const told = { what: 'VPN session of the monitoring account', technique: 'T1133' };
    const act = text.includes(SESSION_BEGAN)
      ? seen({ ...told, rules: ['vpn/asa_session.yml', IN_AFTER] })
      : hidden(told.what, told.technique, OTHER_LINE);
    logs.vpn.add(ms, asaLine(ms, text), act);
  }
}

const TAILSCALE = program(
  'C:\\ProgramData\\Intel\\tailscale.exe',
  'Tailscale',
  'Tailscale Inc.',
  '1.58.2.0',
  'tailscale.exe',
);

function tunnel({ logs }: Ministry): void {
  const host = HOSTS.exchange;
  const ms = START + 31 * MINUTE;
  logs.exSystem.add(
    ms,
    serviceInstalled(
      host,
      SYSTEM,
      'IntelGraphicsHelper',
      '"C:\\ProgramData\\Intel\\tailscaled.exe" --statedir C:\\ProgramData\\Intel',
    ),
    seen({
      what: 'A tunnel client becomes a service under another name',
      technique: 'T1572',
      rules: ['windows/tunnel_service.yml'],
    }),
  );
  const up = ms + 40 * SECOND;
  logs.exSysmon.add(
    up,
    started({
      ...{ ms: up, host, id: 10_448, user: 'NT AUTHORITY\\SYSTEM', program: TAILSCALE, parentId: 10_420 },
      ...{ command: 'tailscale.exe up --unattended --hostname ig7 --authkey file:k', parentCommand: 'cmd.exe' },
      parent: PROGRAMS.cmd,
      folder: 'C:\\ProgramData\\Intel\\',
    }),
    seen({ what: 'The tunnel is opened', technique: 'T1572', rules: ['windows/tunnel_client.yml'] }),
  );
  const out = up + 4 * SECOND;
  logs.exSysmon.add(
    out,
    connected({
      ...{ ms: out, host, user: 'NT AUTHORITY\\SYSTEM', image: 'C:\\ProgramData\\Intel\\tailscaled.exe', id: 10_402 },
      ...{ to: RELAY, name: '-', port: 443, fromPort: 52_011 },
    }),
    hidden('The tunnel connects to a relay', 'T1572', 'one encrypted connection; no own rule knows the address'),
  );
}

function sprays({ logs, people, random: stream }: Ministry): void {
  const random = stream('return sprays');
  const some = random.some(people, 14);
  const start = utc('2024-03-05 02:02');
  some.forEach((who, i) => {
    const ms = start + i * 65 * SECOND;
    const l: Logon = {
      who,
      type: 3,
      logonId: 0,
      from: INSIDE,
      port: 50_200 + i,
      workstation: 'DESKTOP-7Q2',
      ntlm: true,
    };
    logs.exSecurity.add(
      ms,
      logonFailed(HOSTS.exchange, l),
      seen({
        what: `One password is tried for ${who.name} at the mail server`,
        technique: 'T1110.003',
        rules: ['windows/logon_failed.yml', 'windows/password_spray_logon.yml'],
      }),
    );
    const next = ms + DAY;
    logs.dcSecurity.add(
      next,
      wrongPassword(HOSTS.dc, who, INSIDE, 50_400 + i),
      seen({
        what: `One password is tried for ${who.name} at the domain controller`,
        technique: 'T1110.003',
        rules: ['windows/kerberos_wrong_password.yml', 'windows/password_spray_kerberos.yml'],
      }),
    );
  });
}

function browser({ logs, people }: Ministry): void {
  const owner = people[16];
  if (!owner) return;
  const ms = utc('2024-03-02 01:58');
  for (const [i, file] of ['Login Data', 'Network\\Cookies'].entries()) {
    logs.desk2Security.add(
      ms + i * SECOND,
      fileRead(
        HOSTS.desk2,
        owner,
        0x3b_21a4,
        `C:\\Users\\${owner.name}\\AppData\\Local\\Microsoft\\Edge\\User Data\\Default\\${file}`,
        `C:\\Users\\${owner.name}\\AppData\\Local\\Temp\\wsc_tray.exe`,
      ),
      seen({
        what: 'Passwords and cookies of the browser are read by another program',
        technique: 'T1555.003',
        rules: ['windows/browser_credentials_read.yml'],
        sigma: ['4b60e527-ec73-4b47-8cb3-f02ad927ca65'],
      }),
    );
  }
}
