import { ENTITY_TYPES, type EntityKey, type EntityType } from '../../model/index.ts';

/**
 * The nodes of the graph: entities by number, and how much each of them can tie. What the intruder owns (a session, a
 * tool, an exit) ties by itself; what belongs to the house (a host, an account) is used by many and ties only what lies
 * close in time, or together with something else.
 */
export interface Tie {
  /** how far two strong findings that share it, at the same time, belong together: 0 to 1 */
  readonly base: number;
  /** days after which it ties half as much; Infinity: it is the same thing for ever */
  readonly halfLife: number;
  readonly owner: 'actor' | 'house' | 'nobody';
}

const TIES: Readonly<Record<EntityType | 'event' | 'inside' | 'program', Tie>> = {
  event: { base: 1, halfLife: Number.POSITIVE_INFINITY, owner: 'actor' },
  session: { base: 0.95, halfLife: 365, owner: 'actor' },
  process: { base: 0.95, halfLife: 30, owner: 'actor' },
  file: { base: 0.8, halfLife: 730, owner: 'actor' },
  service: { base: 0.7, halfLife: 365, owner: 'actor' },
  device: { base: 0.8, halfLife: 365, owner: 'actor' },
  domain: { base: 0.65, halfLife: 365, owner: 'actor' },
  client: { base: 0.6, halfLife: 365, owner: 'actor' },
  address: { base: 0.8, halfLife: 45, owner: 'actor' },
  person: { base: 0.5, halfLife: 90, owner: 'house' },
  account: { base: 0.75, halfLife: 240, owner: 'house' },
  mailbox: { base: 0.7, halfLife: 240, owner: 'house' },
  host: { base: 0.66, halfLife: 30, owner: 'house' },
  inside: { base: 0.4, halfLife: 5, owner: 'house' },
  // a program's bare name: many machines run one of that name
  program: { base: 0.1, halfLife: 30, owner: 'nobody' },
  network: { base: 0.1, halfLife: 30, owner: 'nobody' },
};

export interface Node {
  readonly key: EntityKey;
  readonly type: EntityType | 'event' | 'inside' | 'program';
  tie: Tie;
  /** said by a person to be the intruder's */
  intruder: boolean;
  /** sightings that name it: how many, and how much they say together */
  sightings: number;
  strength: number;
  /** accounts and hosts it was named with, beyond COMPANY counted no more */
  readonly company: Set<number>;
}

/** Accounts, hosts and mailboxes counted of those an entity is named with. */
const COMPANY = 128;
/** How fast company makes a tie weaker: a program half the house uses is no tool of anybody's. */
const CROWD = { actor: 0.5, house: 0.35, nobody: 1 } as const;

const AMBIGUOUS = -1;

/** Entities interned; those people said to be the same are one. */
export class Nodes {
  readonly list: Node[] = [];
  readonly #ids = new Map<string, number>();
  readonly #same: Map<EntityKey, EntityKey>;

  constructor(same: ReadonlyMap<EntityKey, EntityKey>) {
    this.#same = new Map(same);
  }

  of(key: EntityKey): number {
    const name = this.name(key);
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.list.length;
      const type = typeOf(name);
      this.list.push({
        key: name,
        type,
        tie: TIES[type],
        intruder: false,
        sightings: 0,
        strength: 0,
        company: new Set(),
      });
      this.#ids.set(name, id);
    }
    return id;
  }

  /** Names of the house's own machines among the domains: a proxy or mail server that everybody asks ties nobody. */
  markOwn(suffixes: ReadonlySet<string>): void {
    for (const node of this.list) {
      if (node.type !== 'domain') continue;
      const own = [...suffixes].some((s) => node.key.endsWith(s) || node.key === `domain:${s.slice(1)}`);
      if (own) node.tie = TIES.network;
    }
  }

  /**
   * A mailbox that a log names without its domain is the one address that begins so, when there is one only. Then numbers
   * by name instead of by arrival, so that nothing depends on the order of findings: old number → new.
   */
  renumber(): Int32Array {
    const full = this.#mailboxes();
    const alias = new Map<number, number>();
    for (const [id, { key, type }] of this.list.entries()) {
      const whole = type === 'mailbox' && !key.includes('@') ? full.get(key) : undefined;
      if (whole === undefined || whole === AMBIGUOUS) continue;
      alias.set(id, whole);
      this.#same.set(key, this.at(whole).key);
    }
    const order = this.list
      .map((_, id) => id)
      .filter((id) => !alias.has(id))
      .sort((a, b) => (this.at(a).key < this.at(b).key ? -1 : 1));
    const moved = new Int32Array(this.list.length);
    for (const [now, before] of order.entries()) moved[before] = now;
    for (const [before, whole] of alias) moved[before] = moved[whole]!;
    const sorted = order.map((id) => this.at(id));
    this.list.length = 0;
    for (const node of sorted) this.list.push(node);
    for (const [key, id] of this.#ids) this.#ids.set(key, moved[id]!);
    return moved;
  }

  /** By name without domain: the one mailbox that begins so. */
  #mailboxes(): Map<string, number> {
    const out = new Map<string, number>();
    for (const [id, { key, type }] of this.list.entries()) {
      const at = key.indexOf('@');
      if (type !== 'mailbox' || at < 0) continue;
      const local = key.slice(0, at);
      out.set(local, out.has(local) ? AMBIGUOUS : id);
    }
    return out;
  }

  /** The key under which an entity stands here. */
  name(key: EntityKey): EntityKey {
    return this.#same.get(key) ?? key;
  }

  find(key: EntityKey): number | undefined {
    return this.#ids.get(this.name(key));
  }

  at(id: number): Node {
    return this.list[id] as Node;
  }

  /**
   * Whom a node was named with in daily life, that is by weak findings: what strong ones name together are an intruder's
   * things and his victims. A host or account of the house is common by those who act on it or as it, not by those who
   * were tried there.
   */
  meet(id: number, others: readonly number[], how: { readonly weak: boolean; readonly used: boolean }): void {
    const { company, tie } = this.at(id);
    if (!how.weak || (tie.owner === 'house' && !how.used)) return;
    for (const other of others) {
      if (company.size >= COMPANY) return;
      if (other !== id && this.at(other).tie.owner === 'house') company.add(other);
    }
  }

  /**
   * 0 to 1: how much of its tie a node keeps. What many weak findings name is part of daily life; what keeps company with
   * many accounts and hosts is a door or a server of all.
   */
  rarity(id: number): number {
    const node = this.at(id);
    if (node.intruder) return 1;
    const daily =
      node.tie.owner === 'house'
        ? 1
        : 1 / (1 + Math.log10(1 + Math.max(0, node.sightings - node.strength) / (1 + 3 * node.strength)));
    return daily / (1 + CROWD[node.tie.owner] * Math.log2(1 + Math.max(0, node.company.size - 4) / 12));
  }
}

const TYPES: ReadonlySet<string> = new Set(ENTITY_TYPES);

function typeOf(key: EntityKey): Node['type'] {
  const type = key.slice(0, key.indexOf(':'));
  if (type === 'address') return isInside(key.slice(8)) ? 'inside' : 'address';
  if (type === 'process' && !/[\d-]{4}/.test(key)) return 'program';
  return TYPES.has(type) ? (type as EntityType) : 'event';
}

/** Private, link-local and unique-local addresses (RFC 1918, 3927, 4193, 4291): of the house, not of an exit. */
export function isInside(address: string): boolean {
  return (
    /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address) ||
    /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(address)
  );
}
