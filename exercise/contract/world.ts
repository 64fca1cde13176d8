/** The invented world: who works where, on what, through which lines. Everything in it follows from the seed. */
import type { Random } from '../random.ts';

/** Times are epoch milliseconds, UTC. `to` is not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An account as logs name it: `name` is the log-on name (`h.brandt`, `svc-backup`, `adm.westin`). */
export interface Account {
  readonly name: string;
  readonly sid: string;
  /** object id in the directory of the cloud */
  readonly guid: string;
  /** user principal name; also the mail address of those who have a mailbox */
  readonly upn: string;
  readonly mailbox?: Mailbox;
  readonly kind: 'person' | 'admin' | 'service' | 'guest';
}

export interface Mailbox {
  readonly address: string;
  readonly guid: string;
}

export type Role =
  | 'minister'
  | 'director'
  | 'desk officer'
  | 'ambassador'
  | 'diplomat'
  | 'attaché'
  | 'consul'
  | 'secretary'
  | 'clerk'
  | 'communicator'
  | 'IT admin';

export interface Person {
  readonly account: Account;
  readonly display: string;
  readonly role: Role;
  /** the desk or theme: `Asia desk`, `Sanctions`, `Protocol` */
  readonly unit: string;
  readonly post: Post;
  readonly workstation: Host;
  /** the administrator's second account */
  readonly admin?: Account;
  /** minutes of the local day */
  readonly works: { readonly from: number; readonly to: number };
  /** on leave: nothing comes from this person but the phone's mail */
  readonly leave: readonly Span[];
  readonly trips: readonly Trip[];
  /** the lines at home, one after the other: access providers change addresses now and then */
  readonly home: readonly (Span & { readonly address: string })[];
  readonly clients: Clients;
  /** chance in percent of a mistyped password at a log-in */
  readonly clumsy: number;
  /** uses a commercial VPN at home and on trips: the addresses it came out at change daily */
  readonly commercialVpn: boolean;
  /** joined and left within the span */
  readonly serves: Span;
}

/** The programs and devices a person's traffic comes from. */
export interface Clients {
  readonly browser: string;
  readonly outlookSession: string;
  readonly phone: { readonly agent: string; readonly deviceId: string; readonly model: string };
  /** AnyConnect's own words, and the device id it reports */
  readonly vpn: { readonly agent: string; readonly deviceId: string };
}

export interface Trip extends Span {
  readonly city: string;
  /** ISO 3166 user-assigned code of an invented country */
  readonly country: string;
  readonly hotel: string;
  readonly airport: string;
  /** the phone's roaming network: carrier NAT, many people on one address */
  readonly mobile: string;
}

export interface Post {
  /** `HQ` or `P07` */
  readonly id: string;
  readonly city: string;
  readonly country: string;
  /** headquarters follow the daylight saving of their zone; see `offset` of World */
  readonly zone: number;
  readonly daylight: boolean;
  readonly line: 'fibre' | 'satellite' | 'mobile';
  /** the post's exit to the Internet; satellite posts share one with other customers of the operator */
  readonly exit: string;
  /** IPv4 prefix inside, `10.21.7`: workstations are .20 and above, .250 to .254 are free */
  readonly prefix: string;
  /** days of the week without work, 0 is Sunday */
  readonly rest: readonly number[];
  /** holidays of the country, `MM-DD` */
  readonly holidays: ReadonlySet<string>;
}

export type HostKind =
  | 'domain controller'
  | 'mail server'
  | 'file server'
  | 'application server'
  | 'workstation'
  | 'linux'
  | 'mail gateway'
  | 'VPN gateway'
  | 'proxy'
  | 'sensor';

/** What a host can write. A log is addressed `HOST/channel`; the cloud's are `cloud/unified-audit` and so on. */
export const CHANNELS = [
  'Security',
  'System',
  'Sysmon',
  'PowerShell',
  'PnP',
  'MSExchange',
  'IIS-Configuration',
  'IIS',
  'HttpProxy',
  'MessageTracking',
  'asa',
  'squid',
  'conn',
  'dns',
  'http',
  'ssl',
  'maillog',
  'secure',
  'audit',
  'unified-audit',
  'sign-ins',
  'directory-audit',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Sources an investigation may lack as a whole. */
export const FAMILIES = [
  'vpn',
  'iis',
  'httpproxy',
  'messagetracking',
  'unified-audit',
  'entra',
  'squid',
  'zeek',
  'postfix',
  'dc-windows',
  'server-windows',
  'desk-windows',
  'linux',
] as const;
export type Family = (typeof FAMILIES)[number];

export interface Host {
  /** `WS-0117`, `EX01`, `jump01` */
  readonly name: string;
  readonly fqdn: string;
  readonly kind: HostKind;
  readonly address: string;
  readonly sid: string;
  readonly post: Post;
  /** whose desk it stands on */
  readonly owner?: string;
  /** its clock is that much ahead of true time */
  readonly skewMs: number;
}

export type NetworkKind = 'residential' | 'mobile' | 'hosting' | 'vpn' | 'satellite' | 'business' | 'education';

export interface Network {
  /** IPv4, first and last address */
  readonly first: string;
  readonly last: string;
  readonly asn: number;
  readonly name: string;
  readonly country: string;
  readonly kind: NetworkKind;
}

/** A site outside: its address is the same for everybody, and its network is in `networks`. */
export interface Site {
  readonly domain: string;
  readonly address: string;
  readonly kind:
    | 'news'
    | 'government'
    | 'updates'
    | 'telemetry'
    | 'cloud drive'
    | 'cloud mail'
    | 'newsletter'
    | 'shop'
    | 'search'
    | 'video';
}

/** What an application of the cloud is called in the logs. */
export interface CloudApp {
  readonly id: string;
  readonly name: string;
  /** ClientInfoString of the mailbox audit */
  readonly client: string;
}

/** A log as somebody collected it: it reaches from `from` to `to`. */
export interface Kept extends Span {
  readonly log: string;
  readonly host: string;
  readonly channel: Channel;
  readonly family: Family;
}

export interface World {
  readonly seed: number;
  readonly span: Span;
  /** multiplies routine; no plot looks at it */
  readonly scale: number;
  readonly domain: string;
  readonly netbios: string;
  readonly domainSid: string;
  readonly country: string;
  /** countries whose lines are near headquarters */
  readonly neighbours: readonly string[];
  readonly headquarters: Post;
  /** headquarters first */
  readonly posts: readonly Post[];
  readonly people: readonly Person[];
  /** accounts that are no people's first ones: administrators', services' */
  readonly accounts: Readonly<Record<'backup' | 'monitor' | 'exchange' | 'scanner' | 'sync' | 'deploy', Account>>;
  readonly hosts: readonly Host[];
  readonly servers: Readonly<
    Record<
      | 'dc1'
      | 'dc2'
      | 'exchange'
      | 'files'
      | 'application'
      | 'jump'
      | 'linux'
      | 'mailGateway'
      | 'vpn'
      | 'proxy'
      | 'sensor',
      Host
    >
  >;
  readonly networks: readonly Network[];
  readonly sites: readonly Site[];
  readonly apps: Readonly<Record<'outlook' | 'phone' | 'web' | 'archive' | 'shell', CloudApp>>;
  /** the day the ministry moved to a system without Internet (in July 2024): after it only a remainder of the old traffic */
  readonly moved: number;
  /** logs that were collected; a log that is not here was not */
  readonly kept: readonly Kept[];

  /** a stream of chance of its own for each purpose */
  random(name: string): Random;
  person(name: string): Person;
  /** by short name, any case */
  host(name: string): Host;
  site(domain: string): Site;
  /** local time minus UTC of a post at a moment, in milliseconds; daylight saving by the rule of the Union (EU 2000/84) */
  offset(post: Post, ms: number): number;
  /** somebody is at a desk of the post on the local day that holds `ms` */
  works(post: Post, ms: number): boolean;
  /** not on leave, serving, and a working day at the post */
  present(person: Person, ms: number): boolean;
  trip(person: Person, ms: number): Trip | undefined;
  /** the person's line at home at that time */
  homeAddress(person: Person, ms: number): string;
  /**
   * An address of such a network that is nobody's: no person, post, site or earlier caller has it. Throws when the
   * networks of that kind and country are used up. `country` may be a list: any of them.
   */
  fresh(random: Random, kind: NetworkKind, country: string | readonly string[]): string;
  network(address: string): Network | undefined;
  /** a free inside address of a post: a visitor's machine, a tester's laptop */
  freeInside(post: Post): string;
  /** is this channel of this host among the collected logs */
  collected(host: Host, channel: Channel): boolean;
}
