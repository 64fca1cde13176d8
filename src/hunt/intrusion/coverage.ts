import { type EntityKey, entityKey } from '../../model/index.ts';
import type { CoverDay } from './types.ts';

const DAY = 86_400_000;

/** What one source (of one host, or of all) holds: from when to when, and on which days. */
export interface Held {
  firstMs: number;
  lastMs: number;
  readonly days: Set<number>;
}

/** What was handed in at all: the ground of every sentence about what was not seen. */
export class Coverage {
  readonly streams = new Map<string, Held>();
  /** by host entity, then stream */
  readonly hosts = new Map<EntityKey, Map<string, Held>>();
  /** `.mea.example`: what the names of the house's own machines end in */
  readonly suffixes = new Set<string>();
  readonly #own = new Map<EntityKey, Held | undefined>();

  constructor(cover: Iterable<CoverDay>, addresses: ReadonlyMap<string, string> = new Map()) {
    const keys = new Map<string, EntityKey | null>(); // a row a day and stream: hosts come again and again
    for (const row of cover) {
      if (row.day === null || row.firstMs === null || row.lastMs === null) continue;
      extend(this.streams, row.stream, row);
      const key = keys.getOrInsertComputed(row.host, () => this.#keyOf(row.host, addresses));
      if (key === null) continue;
      extend(
        this.hosts.getOrInsertComputed(key, () => new Map()),
        row.stream,
        row,
      );
    }
  }

  #keyOf(host: string, addresses: ReadonlyMap<string, string>): EntityKey | null {
    const dot = host.indexOf('.');
    if (dot > 0 && /[a-z]$/i.test(host)) this.suffixes.add(host.slice(dot).toLowerCase());
    const named = host === '' ? null : entityKey('host', host);
    const alias = named?.startsWith('address:') ? addresses.get(named.slice(8)) : undefined;
    return alias === undefined ? named : `host:${alias}`;
  }

  /** The source as the host itself wrote it, else as a whole. */
  of(stream: string, host: EntityKey | null): Held | undefined {
    return (host === null ? undefined : this.hosts.get(host)?.get(stream)) ?? this.streams.get(stream);
  }

  /** Logs a host wrote about itself. */
  own(host: EntityKey): Held | undefined {
    if (!this.#own.has(host)) this.#own.set(host, this.ownOf(host));
    return this.#own.get(host);
  }

  /** Of them those of some kinds: what could clear it. */
  ownOf(host: EntityKey, kinds?: ReadonlySet<string>): Held | undefined {
    const held = [...(this.hosts.get(host) ?? [])]
      .filter(([stream]) => isOwnLog(stream) && (kinds?.has(stream) ?? true))
      .map(([, h]) => h);
    if (held.length === 0) return undefined;
    return {
      firstMs: Math.min(...held.map((h) => h.firstMs)),
      lastMs: Math.max(...held.map((h) => h.lastMs)),
      days: new Set(held.flatMap((h) => [...h.days])),
    };
  }
}

function extend<K>(map: Map<K, Held>, key: K, row: CoverDay): void {
  const held = map.getOrInsertComputed(key, () => ({
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    days: new Set(),
  }));
  held.firstMs = Math.min(held.firstMs, row.firstMs as number);
  held.lastMs = Math.max(held.lastMs, row.lastMs as number);
  held.days.add(row.day as number);
}

/** Written by the machine about itself, not by a sensor or a service about others. */
export function isOwnLog(stream: string): boolean {
  return /^(windows-|linux-|sysmon)/.test(stream);
}

/** Days of a span on which a source spoke, and how many days the span has. */
export function spoken(held: Held | undefined, fromMs: number, toMs: number): { days: number; of: number } {
  const from = Math.floor(fromMs / DAY);
  const to = Math.floor(toMs / DAY);
  if (!held || to < from) return { days: 0, of: Math.max(0, to - from + 1) };
  let days = 0;
  for (const day of held.days) if (day >= from && day <= to) days++;
  return { days, of: to - from + 1 };
}

/**
 * Families of sources: what a question is put to. A question names families, the case says which of their streams it has.
 */
export const FAMILIES = {
  vpn: { title: 'VPN gateway', streams: /^(firewall-|vpn|linux-openvpn|linux-ovpn)/ },
  webmail: { title: 'web logs of the mail server', streams: /^(web-|exchange-)/ },
  'cloud-signin': { title: 'cloud sign-in log', streams: /^(azure-signin|azure-noninteractive|entra-)/ },
  'mail-audit': { title: 'mailbox audit', streams: /^m365-/ },
  'mail-flow': {
    title: 'mail gateway',
    streams: /^(linux-postfix|postfix|mail-|exchange-messagetracking|m365-trace|linux-mail)/,
  },
  'directory-audit': { title: 'cloud directory audit', streams: /^azure-audit/ },
  'windows-logon': { title: 'Windows Security log', streams: /^windows-security$/ },
  'windows-process': { title: 'Sysmon', streams: /^windows-sysmon$/ },
  'exchange-management': { title: 'Exchange management log', streams: /^windows-msexchange-management$/ },
  linux: { title: 'Linux logs', streams: /^linux-(auditd|sshd|sudo|su|auth)/ },
  proxy: { title: 'web proxy', streams: /^proxy-/ },
  dns: { title: 'DNS log', streams: /^(zeek-dns|dns-|linux-dns|windows-dns)/ },
  network: { title: 'network sensor', streams: /^zeek-(conn|http|ssl)$/ },
} as const satisfies Record<string, { title: string; streams: RegExp }>;
export type Family = keyof typeof FAMILIES;

export function familyOf(stream: string): Family | undefined {
  return (Object.keys(FAMILIES) as Family[]).find((f) => FAMILIES[f].streams.test(stream));
}
