import type { Random } from '../random.ts';
import { utc } from './calendar.ts';

/**
 * The invented ministry: the Ministry of External Affairs of Valdorra, a country that does not exist. Names end in
 * .example (RFC 2606); addresses outside its walls are those set aside for documentation (RFC 5737, RFC 3849).
 */
export const NOTICE =
  'INVENTED: made by a generator for exercises. The ministry, its people, the intruder and every address are fictional.';

export const SPAN = { from: utc('2022-04-01'), to: utc('2024-06-01') } as const;

export const DOMAIN = 'mea.example';
export const NETBIOS = 'MEA';
export const REALM = 'MEA.EXAMPLE';
export const DOMAIN_SID = 'S-1-5-21-1604332281-2871450903-744512090';

export interface Person {
  /** log-on name, `h.brandt` */
  readonly name: string;
  readonly display: string;
  readonly mail: string;
  readonly sid: string;
  readonly guid: string;
  /** desk at the ministry, in IPv4 and IPv6 */
  readonly desk: string;
  readonly desk6: string;
  /** the line at home */
  readonly home: string;
  readonly mailbox: string;
  readonly outlookSession: string;
}

const NAMES = [
  'Hanne Brandt',
  'Ilir Castor',
  'Mirena Dovac',
  'Tomas Elgar',
  'Sofie Farrow',
  'Anton Gellert',
  'Lidia Hovan',
  'Rasmus Ivers',
  'Clara Jessen',
  'Emil Kovar',
  'Nadja Lorenz',
  'Viktor Malen',
  'Petra Norrby',
  'Oskar Orlin',
  'Irma Pellan',
  'Stefan Quist',
  'Dana Reuter',
  'Jonas Selmer',
  'Eva Tarnow',
  'Karl Ulvan',
  'Greta Vardan',
  'Mikael Westin',
];

export function people(random: Random): Person[] {
  return NAMES.map((display, i) => {
    const [first = '', last = ''] = display.toLowerCase().split(' ');
    const name = `${first[0]}.${last}`;
    return {
      name,
      display,
      mail: `${name}@${DOMAIN}`,
      sid: `${DOMAIN_SID}-${1110 + i * 3}`,
      guid: random.guid(),
      desk: `10.20.30.${101 + i}`,
      desk6: `2001:db8:20:30::${(0x65 + i).toString(16)}`,
      // home lines of one access provider: the same range as the intruder's exits, as in real cases
      home: `203.0.113.${20 + i * 7}`,
      mailbox: random.guid(),
      outlookSession: random.guid(),
    };
  });
}

/** Accounts that are no people. */
export const ACCOUNTS = {
  admin: { name: 'adm.westin', sid: `${DOMAIN_SID}-1502` },
  backup: { name: 'svc-backup', sid: `${DOMAIN_SID}-1510` },
  vpnTest: { name: 'svc-vpnmon', sid: `${DOMAIN_SID}-1514` },
  monitor: { name: 'HealthMailbox7f1c', sid: `${DOMAIN_SID}-1190` },
} as const;

export interface Host {
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
}

function host(name: string, address: string): Host {
  return { name, fqdn: `${name}.${DOMAIN}`, address };
}

export const HOSTS = {
  dc: host('DC01', '10.20.10.5'),
  exchange: host('EX01', '10.20.10.20'),
  desk1: host('WS-104', '10.20.30.104'),
  desk2: host('WS-117', '10.20.30.117'),
  files: host('FS01', '10.20.10.30'),
} as const;

export const JUMP = { name: 'jump01', address: '10.20.10.40' } as const;
export const GATEWAY = { name: 'vpn-gw01', address: '192.0.2.10' } as const;
export const WEB_MAIL = `mail.${DOMAIN}`;
/** the ministry's exit to the Internet */
export const OFFICE_EXIT = '192.0.2.20';

/** Home routers the intruder comes through: each is used for days or weeks, then never again. */
export const EXITS = {
  spray1: '203.0.113.77',
  spray2: '203.0.113.142',
  login: '203.0.113.199',
  hops: ['203.0.113.199', '203.0.113.12', '198.51.100.122', '203.0.113.182', '198.51.100.39'],
  exploit: '198.51.100.88',
  shell: '203.0.113.211',
  mail: ['203.0.113.31', '198.51.100.143', '203.0.113.226', '198.51.100.17', '203.0.113.98', '198.51.100.201'],
  again: '198.51.100.66',
  againMail: '203.0.113.239',
} as const;

/** the intruder's own relay, seen only by tools that call home */
export const RELAY = '198.51.100.250';

export const TENANT = '6b1f0b52-3c74-4c5e-9a55-0f3b7f2c9d11';
export const ORGANISATION = 'mea.example';
