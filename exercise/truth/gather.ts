import { entityKey } from '../../src/model/index.ts';
import type { Act, Family, Planted, Unlogged } from '../contract.ts';
import type { Party, Seen, Victim } from './schema.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();

type Kind = 'accounts' | 'hosts' | 'mailboxes';
const KINDS: readonly Kind[] = ['accounts', 'hosts', 'mailboxes'];

/** Families whose records show a machine by its address only; of them the sensor names no account either. */
const NAMES_NO_HOST: ReadonlySet<Family> = new Set<Family>(['squid', 'zeek', 'iis']);
const NAMES_NO_ACCOUNT: ReadonlySet<Family> = new Set<Family>(['zeek']);

class Told {
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  records = 0;
  readonly #seen = new Map<string, number>();

  get known(): boolean {
    return Number.isFinite(this.first);
  }

  act(ms: number): void {
    this.first = Math.min(this.first, ms);
    this.last = Math.max(this.last, ms);
  }

  record(ms: number, family: Family): void {
    this.records += 1;
    this.#seen.set(family, Math.min(ms, this.#seen.get(family) ?? ms));
  }

  seen(): Seen {
    return Object.fromEntries([...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([log, ms]) => [log, iso(ms)]));
  }
}

/** Tried and misused are dated apart: a password sprayed in March is no misuse, whatever happened in June. */
class VictimTold {
  readonly #tried = new Told();
  readonly #misused = new Told();
  readonly #own = new Told();
  /** routine makes it, with no act of its own */
  declared = false;

  of({ misuse }: Act): Told {
    return misuse === undefined ? this.#own : misuse ? this.#misused : this.#tried;
  }

  state(kind: Party['kind']): readonly [Victim['state'], Told] {
    if (this.#misused.known) return [kind === 'look-alike' ? 'own' : 'misused', this.#misused];
    return this.declared || this.#own.known ? ['own', this.#own] : ['targeted', this.#tried];
  }
}

/** What one party did and to whom, gathered record by record. */
export class Gathered {
  readonly #whole = new Told();
  readonly #phases = new Map<string, Told>();
  readonly #victims: Record<Kind, Map<string, VictimTold>> = {
    accounts: new Map(),
    hosts: new Map(),
    mailboxes: new Map(),
  };
  readonly #addresses = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #clients = new Set<string>();

  planted(p: Planted): void {
    this.#told(p.act, p.ms);
    this.#whole.record(p.ms, p.family);
    this.#phases.get(p.act.phase)?.record(p.ms, p.family);
    for (const kind of KINDS)
      for (const name of p.act.victims?.[kind] ?? [])
        if (shows(p, kind, name)) this.#victims[kind].get(name)?.of(p.act).record(p.ms, p.family);
  }

  unlogged(u: Unlogged): void {
    this.#told(u.act, u.ms);
  }

  /** Somebody or something of a look-alike that routine makes, with no act of its own. */
  own(kind: Kind | 'addresses', name: string): void {
    if (kind === 'addresses') this.#addresses.add(name);
    else entry(this.#victims[kind], name, () => new VictimTold()).declared = true;
  }

  party(what: Pick<Party, 'id' | 'kind' | 'title' | 'innocent'>): Party {
    const { first, last, known } = this.#whole;
    return {
      ...what,
      first: known ? iso(first) : null,
      last: known ? iso(last) : null,
      seen: this.#whole.seen(),
      phases: [...this.#phases].map(([phase, t]) => ({
        ...{ phase, first: iso(t.first), last: iso(t.last), records: t.records },
      })),
      accounts: this.#list('accounts', what.kind),
      hosts: this.#list('hosts', what.kind),
      mailboxes: this.#list('mailboxes', what.kind),
      addresses: [...this.#addresses].sort(),
      domains: [...this.#domains].sort(),
      clients: [...this.#clients].sort(),
    };
  }

  #told(act: Act, ms: number): void {
    this.#whole.act(ms);
    entry(this.#phases, act.phase, () => new Told()).act(ms);
    for (const kind of KINDS)
      for (const name of act.victims?.[kind] ?? [])
        entry(this.#victims[kind], name, () => new VictimTold())
          .of(act)
          .act(ms);
    for (const a of act.used?.addresses ?? []) this.#addresses.add(a);
    for (const d of act.used?.domains ?? []) this.#domains.add(d);
    for (const c of act.used?.clients ?? []) this.#clients.add(c);
  }

  #list(kind: Kind, party: Party['kind']): Victim[] {
    return [...this.#victims[kind]]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, victim]) => {
        const [state, told] = victim.state(party);
        return {
          ...{ name, state },
          first: told.known ? iso(told.first) : null,
          last: told.known ? iso(told.last) : null,
          seen: told.seen(),
          records: told.records,
        };
      });
  }
}

/** Does the record itself name the victim, or does only the truth know? */
function shows(p: Planted, kind: Kind, name: string): boolean {
  if (kind === 'hosts') return !NAMES_NO_HOST.has(p.family) && same('host', p.host, name);
  if (NAMES_NO_ACCOUNT.has(p.family)) return false;
  if (kind === 'mailboxes') return same('account', p.mailbox, name);
  return same('account', p.account, name) || same('account', p.mailbox, name);
}

function same(type: 'account' | 'host', said: string | undefined, name: string): boolean {
  return said !== undefined && entityKey(type, said) === entityKey(type, name);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
