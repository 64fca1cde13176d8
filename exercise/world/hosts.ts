import type { Host, HostKind, Post } from '../contract.ts';
import type { Random } from '../random.ts';

export const DOMAIN = 'mea.example';
export const NETBIOS = 'MEA';
/** The addresses at which the Internet knows headquarters. */
export const PUBLIC = {
  vpn: '192.0.2.10',
  proxy: '192.0.2.20',
  mail: '192.0.2.30',
  gateway: '192.0.2.25',
  probe: '192.0.2.40',
} as const;

export interface Made {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  readonly post: Post;
  readonly sid: string;
  readonly owner?: string;
  readonly skewMs?: number;
}

export function host(made: Made): Host {
  return { fqdn: `${made.name}.${DOMAIN}`, skewMs: 0, ...made };
}

/** The servers at headquarters; one of three has a clock that is minutes off, and nobody noticed. */
export function servers(random: Random, headquarters: Post, domainSid: string) {
  const wrong = random.pick(['jump01', 'mx01', 'FS01']);
  const skew = (random.chance(50) ? 1 : -1) * random.int(180_000, 700_000);
  let rid = 1000;
  const make = (name: string, kind: HostKind, address: string) =>
    host({
      ...{ name, kind, address: `10.20.10.${address}`, post: headquarters, sid: `${domainSid}-${rid++}` },
      skewMs: name === wrong ? skew : 0,
    });
  return {
    dc1: make('DC01', 'domain controller', '5'),
    dc2: make('DC02', 'domain controller', '6'),
    exchange: make('EX01', 'mail server', '20'),
    mailGateway: make('mx01', 'mail gateway', '25'),
    files: make('FS01', 'file server', '30'),
    application: make('APP01', 'application server', '35'),
    jump: make('jump01', 'linux', '40'),
    linux: make('web01', 'linux', '41'),
    proxy: make('proxy01', 'proxy', '50'),
    sensor: make('sensor01', 'sensor', '60'),
    vpn: make('vpn-gw01', 'VPN gateway', '2'),
  } as const;
}
