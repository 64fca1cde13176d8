import { vpnRejected, vpnSession } from '../background/network.ts';
import { DAY, HOUR, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { directoryAct, signIn } from '../records/cloud.ts';
import { connected, program, started } from '../records/sysmon.ts';
import { asaLine, connLine, dnsLine, squidLine } from '../records/text.ts';
import {
  fileRead,
  type Logon,
  logonFailed,
  remoteAccess,
  SYSTEM,
  serviceInstalled,
  wrongPassword,
} from '../records/windows.ts';
import type { Act } from '../truth.ts';
import { ACCOUNTS, EXITS, HOSTS, RELAY } from '../world.ts';
import { OTHER_LINE, SESSION_BEGAN } from './entry.ts';
import { CLIENT, harvest, read, wanted } from './reading.ts';

/** All passwords were set anew, but one account was forgotten: the monitor of the VPN itself. */
const PHASE = 'return';
const START = utc('2024-02-24 01:14');
const INSIDE = '10.20.50.23';
const IN_AFTER = 'vpn/gateway_in_after_refusals_asa.yml';

type Told = Omit<Act, 'phase'>;
const hidden = (what: string, technique: string, invisible: string): Act => ({
  phase: PHASE,
  what,
  technique,
  rules: [],
  invisible,
});
const seen = (told: Told): Act => ({ phase: PHASE, ...told });

export function comesBack(m: Ministry): void {
  logsIn(m);
  tunnel(m);
  sprays(m);
  browser(m);
  cloud(m);
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
      parent: program(
        'C:\\Windows\\System32\\cmd.exe',
        'Windows Command Processor',
        'Microsoft Corporation',
        '10.0.17763.1',
        'Cmd.Exe',
      ),
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

function cloud(m: Ministry): void {
  const random = m.random('return cloud');
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36';
  const ip = EXITS.againMail;
  const common = {
    random,
    ip,
    agent,
    app: 'Office 365 Exchange Online',
    appId: CLIENT.app,
    client: 'Exchange Web Services',
    system: 'Linux',
  };
  const start = utc('2024-03-12 01:20');
  random.some(m.people, 13).forEach((who, i) => {
    const ms = start + i * 130 * SECOND;
    m.logs.signIns.add(
      ms,
      signIn({ ...common, ms, who, error: 50126 }),
      seen({
        what: `One password is tried for ${who.name} in the cloud`,
        technique: 'T1110.003',
        rules: ['entra/wrong_password.yml', 'entra/password_spray.yml'],
      }),
    );
  });
  const boxes = wanted(m.people);
  const victim = boxes[1];
  if (!victim) return;
  const at = start + 34 * MINUTE;
  m.logs.signIns.add(
    at,
    signIn({ ...common, ms: at, who: victim, error: 0 }),
    hidden(
      'A password fits: sign-in from a home router with a client never used before',
      'T1078.004',
      'one sign-in that succeeds',
    ),
  );
  m.logs.directory.add(
    at + 6 * MINUTE,
    directoryAct(
      random,
      at + 6 * MINUTE,
      'Consent to application',
      'ApplicationManagement',
      victim.mail,
      ip,
      'Mail Assistant',
      [
        ['ConsentContext.IsAdminConsent', '"False"'],
        ['ConsentAction.Permissions', '"[] => [[Id: q7, PrincipalId: p1, Scope: Mail.Read offline_access]]"'],
      ],
    ),
    seen({
      what: 'An application is given the right to read mail',
      technique: 'T1528',
      rules: ['entra/consent_mail.yml'],
    }),
  );
  harvest(m, random, utc('2024-05-22 01:30'), ip, PHASE);
  for (let day = utc('2024-03-14'); day < utc('2024-05-29'); day += DAY) {
    if (new Date(day).getUTCDay() < 2 || !random.chance(40)) continue;
    read(m, random, day + random.int(HOUR, 9 * HOUR), random.pick(boxes), ip, 'Sync', ['m365/mail_sync.yml'], PHASE);
  }
}

/** The implant on the mail server asks for orders every two hours; at weekends it uploads. */
function callsHome({ logs, random: stream }: Ministry): void {
  const random = stream('beacon');
  const host = HOSTS.exchange.address;
  const regular = 'each one looks ordinary; only the even rhythm over days tells, which no single-event rule sees';
  for (let ms = utc('2024-04-08'); ms < utc('2024-04-22'); ms += 2 * HOUR) {
    const at = ms + random.int(0, 90) * SECOND;
    logs.conn.add(
      at,
      connLine(random, at, {
        ...{ from: host, to: RELAY, port: 443, service: 'ssl', seconds: random.int(8, 14) / 10 },
        ...{ sent: random.int(510, 530), received: random.int(180, 190) },
      }),
      hidden('The implant asks for orders', 'T1071.001', regular),
    );
  }
  for (let i = 0; i < 40; i++) {
    const at = utc('2024-04-13 03:00') + i * 15 * MINUTE + random.int(0, 20) * SECOND;
    logs.dns.add(
      at,
      dnsLine(random, at, host, `${random.hex(30)}.cdn7.qz7.example`, 'TXT', random.letters(44)),
      hidden('Data hides in the name that is asked for', 'T1071.004', 'no own rule measures names'),
    );
  }
  for (const date of ['2024-04-13', '2024-04-14', '2024-04-20', '2024-04-21']) {
    const at = utc(`${date} 03:40`) + random.int(0, 900) * SECOND;
    logs.proxy.add(
      at,
      squidLine(at, {
        ...{
          client: host,
          result: 'TCP_TUNNEL/200',
          bytes: random.int(3000, 9000),
          method: 'CONNECT',
          took: 1_840_220,
        },
        ...{ url: 'content.cloudbox.example:443', peer: '192.0.2.210', type: '-' },
      }),
      hidden(
        'Files go to a cloud storage at the weekend',
        'T1567.002',
        'a server that never used this storage before: a behaviour, not a rule',
      ),
    );
  }
}
