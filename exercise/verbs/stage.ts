import type { Account, Act, Channel, Facts, Family, Host, Process, Telling, World } from '../contract.ts';
import type { JsonRecord, WindowsEvent } from '../logs/encoder.ts';
import { type Book, type Log, Uncollected } from '../logs/log.ts';
import type { Random } from '../random.ts';

/** The logs as they are written to, by what their records are. */
export interface Logs {
  readonly text: ReadonlyMap<string, Log<string>>;
  readonly windows: ReadonlyMap<string, Log<WindowsEvent>>;
  readonly json: ReadonlyMap<string, Log<JsonRecord>>;
}

/** What every verb needs: the world, its logs, and a stream of chance for ids that are nobody's choice. */
export class Stage {
  readonly world: World;
  readonly random: Random;
  readonly #logs: Logs;
  readonly #telling: Telling;
  readonly #missing = new Map<string, Uncollected<unknown>>();

  constructor(world: World, logs: Logs, telling: Telling, random: Random) {
    this.world = world;
    this.random = random;
    this.#logs = logs;
    this.#telling = telling;
  }

  text(host: string, channel: Channel): Book<string> {
    return this.#logs.text.get(`${host}/${channel}`) ?? this.#uncollected(host, channel);
  }

  windows(host: Host, channel: Channel): Book<WindowsEvent> {
    return this.#logs.windows.get(`${host.name}/${channel}`) ?? this.#uncollected(host.name, channel);
  }

  cloud(channel: 'unified-audit' | 'sign-ins' | 'directory-audit'): Book<JsonRecord> {
    return this.#logs.json.get(`cloud/${channel}`) ?? this.#uncollected('cloud', channel);
  }

  /** What an act did where no log could see it. */
  unseen(act: Act | undefined, ms: number, log: string, family: Family, reason: string, facts: Facts): void {
    if (act) this.#telling.unlogged({ ...facts, act, ms, log, family, reason });
  }

  #uncollected(host: string, channel: Channel): Uncollected<unknown> {
    const log = `${host}/${channel}`;
    let book = this.#missing.get(log);
    if (book === undefined) {
      book = new Uncollected({ log, family: familyOf(host, channel) }, this.#telling);
      this.#missing.set(log, book);
    }
    return book;
  }
}

export function familyOf(host: string, channel: Channel): Family {
  switch (channel) {
    case 'asa':
      return 'vpn';
    case 'IIS':
      return 'iis';
    case 'HttpProxy':
      return 'httpproxy';
    case 'MessageTracking':
      return 'messagetracking';
    case 'unified-audit':
      return 'unified-audit';
    case 'sign-ins':
    case 'directory-audit':
      return 'entra';
    case 'squid':
      return 'squid';
    case 'conn':
    case 'dns':
    case 'http':
    case 'ssl':
      return 'zeek';
    case 'maillog':
      return 'postfix';
    case 'secure':
    case 'audit':
      return 'linux';
    default:
      return host.startsWith('WS-') ? 'desk-windows' : host.startsWith('DC') ? 'dc-windows' : 'server-windows';
  }
}

export const addressOf = (host: Host | string): string => (typeof host === 'string' ? host : host.address);
export const isInside = (address: string): boolean => address.startsWith('10.');
/** Numbers, not addresses, are what logs keep of a port. */
export const port = (random: Random): number => random.int(49_200, 65_000);

export interface Subject {
  readonly name: string;
  readonly sid: string;
  readonly domain: string;
  readonly logonId: number;
}

export const SYSTEM_LOGON = 0x3e7;

/** Who did it, as the Security log puts it; the computer itself when it is the system. */
export function subjectOf(world: World, host: Host, account: Account | 'SYSTEM', logonId: number): Subject {
  if (account === 'SYSTEM')
    return { name: `${host.name}$`, sid: 'S-1-5-18', domain: world.netbios, logonId: SYSTEM_LOGON };
  return { name: account.name, sid: account.sid, domain: world.netbios, logonId };
}

/** `MEA\h.brandt` */
export function userOf(world: World, account: Account | 'SYSTEM'): string {
  return account === 'SYSTEM' ? 'NT AUTHORITY\\SYSTEM' : `${world.netbios}\\${account.name}`;
}

/** One process has one GUID in all its records: made of the host's address and the process id. */
export function processGuid(host: Host, id: number): Buffer {
  const b = Buffer.alloc(16);
  const [, b1 = 0, b2 = 0, b3 = 0] = host.address.split('.').map(Number);
  b.writeUInt32LE(0x7c1e0000 + (b1 << 8) + b2, 0);
  b.writeUInt16LE((b3 << 8) | (id & 255), 4);
  b.writeUInt16LE(0x6430, 6);
  b.writeUInt32LE(0, 8);
  b.writeUInt32LE(id, 12);
  return b;
}

export const factsOf = (account: Account | 'SYSTEM' | string | undefined, host?: Host, address?: string): Facts => ({
  account: typeof account === 'object' ? account.name : account === 'SYSTEM' ? undefined : account,
  host: host?.name,
  address,
});

export const processFacts = (p: Process): Facts => factsOf(p.account, p.host);
