import { compareTimes } from '../../base/index.ts';
import { type EntityKey, entityKey, type Finding } from '../../model/index.ts';
import { mailboxOf, saysNothing } from '../entities/index.ts';
import { Nodes } from './nodes.ts';
import { onlyTried, Spread, STRONG } from './strength.ts';
import type { Assertion, Brief, Judgements, Sighting, Source } from './types.ts';

/** Ids kept of findings that one sighting holds; the whole number is its count. */
const MAX_IDS = 100;
/** Sightings held; weak findings beyond them are only counted as loose. */
const MAX_SIGHTINGS = 250_000;
const HOUR = 3_600_000;

export interface LooseRule {
  readonly source: Source;
  count: number;
  first: string;
  last: string;
  readonly example: string;
}

/** One pass over findings in any order: judged ones set aside, like ones together, entities numbered. */
export class Collection {
  readonly nodes: Nodes;
  readonly sightings: Sighting[] = [];
  /** weak findings beyond MAX_SIGHTINGS, by rule */
  readonly over = new Map<string, LooseRule>();
  readonly innocent: string[] = [];
  innocentCount = 0;
  /** findings that each entry moved */
  readonly moved = new Map<string, number>();
  readonly #judgements: Judgements;
  readonly #colours = new Map<string, string>();
  readonly #ours: readonly (Assertion & { readonly keys: ReadonlySet<string> })[];
  readonly #byKey = new Map<string, Sighting>();
  readonly #sources = new Map<string, Source>();
  readonly #digests = new Map<string, number>();
  readonly #spread = new Spread();
  readonly #addresses: ReadonlyMap<string, string>;

  constructor(judgements: Judgements, addresses: ReadonlyMap<string, string> = new Map()) {
    this.#judgements = judgements;
    this.#addresses = addresses;
    this.nodes = new Nodes(sameEntities(judgements.assertions));
    for (const { id, findings } of judgements.named) for (const f of findings) this.#colours.set(f, id);
    this.#ours = judgements.assertions
      .filter((a) => a.relation === 'ours')
      .map((a) => ({ ...a, keys: new Set(a.entities) }));
  }

  add(f: Finding): void {
    const said = this.#judgements.verdicts.get(f.id);
    if (said?.verdict === 'innocent') {
      this.#setAside(f, said.entry);
      return;
    }
    const keys = entitiesOfFinding(f, this.#addresses);
    const ours = this.#ours.find((a) => speaksOf(a, f, keys.all));
    if (ours) {
      this.#setAside(f, ours.entry);
      return;
    }
    const accepted = said?.verdict === 'accepted';
    if (accepted) this.#count(said.entry);
    this.#spread.add(f);
    const colour = this.#colours.get(f.id) ?? null;
    const firstMs = f.time === '' ? Number.NaN : Date.parse(f.time);
    const lastMs = f.timeEnd ? Date.parse(f.timeEnd) : firstMs;
    const nodes = keys.all.map((k) => this.nodes.of(k));
    const acted = keys.acted.map((k) => this.nodes.of(k));
    const key = `${f.rule.id}|${Math.floor(firstMs / HOUR)}|${f.rule.level}|${f.score ?? ''}|${colour ?? ''}|${accepted}|${nodes}|${acted}`;
    const known = f.kind === 'rule' ? this.#byKey.get(key) : undefined;
    if (known) {
      known.count += f.count;
      known.firstMs = min(known.firstMs, firstMs);
      known.lastMs = max(known.lastMs, lastMs);
      if (known.ids.length < MAX_IDS) {
        known.ids.push(f.id);
        known.events.push(...this.#eventsOf(f));
      }
      known.findings++;
      if (isBefore(f, known.head)) known.head = briefOf(f);
      return;
    }
    const source = this.#sourceOf(f);
    if (this.sightings.length >= MAX_SIGHTINGS && (f.rule.level === 'low' || f.rule.level === 'informational')) {
      this.#onlyCount(f, source);
      return;
    }
    const sighting: Sighting = {
      source,
      level: f.rule.level,
      score: f.score,
      nodes,
      acted,
      events: this.#eventsOf(f),
      colour,
      accepted,
      head: briefOf(f),
      firstMs,
      lastMs,
      count: f.count,
      findings: 1,
      ids: [f.id],
      strength: 0,
    };
    this.sightings.push(sighting);
    if (f.kind === 'rule') this.#byKey.set(key, sighting);
  }

  /** When all are in: strengths, and what each node was named with. In an order that does not depend on the way in. */
  settle(suffixes: ReadonlySet<string>): void {
    this.#byKey.clear();
    const moved = this.nodes.renumber();
    for (const s of this.sightings) {
      s.nodes = [...new Set(s.nodes.map((n) => moved[n]!))].sort((a, b) => a - b);
      s.acted = [...new Set(s.acted.map((n) => moved[n]!))];
    }
    this.nodes.markOwn(suffixes);
    for (const s of this.sightings) {
      s.ids.sort();
      s.strength = this.#spread.strengthOf(s);
    }
    for (const a of this.#judgements.assertions) if (a.relation === 'intruder') this.#raise(a);
    this.sightings.sort(
      (a, b) =>
        order(a.firstMs) - order(b.firstMs) || compare(a.source.id, b.source.id) || compare(a.ids[0]!, b.ids[0]!),
    );
    for (const s of this.sightings) {
      for (const n of s.nodes) {
        const node = this.nodes.at(n);
        node.sightings++;
        node.strength += s.strength;
        this.nodes.meet(n, s.nodes, { weak: s.strength < STRONG, used: s.acted.includes(n) && !onlyTried(s.source) });
      }
    }
  }

  /** What a person says is the intruder's makes every finding with it strong. */
  #raise(a: Assertion): void {
    const wanted = new Set(a.entities.flatMap((k) => this.nodes.find(k) ?? []));
    for (const n of wanted) this.nodes.at(n).intruder = true;
    for (const s of this.sightings) {
      if (!s.nodes.some((n) => wanted.has(n)) || s.firstMs < a.fromMs || s.firstMs > a.untilMs) continue;
      s.strength = Math.max(s.strength, 0.9);
      this.#count(a.entry, s.findings);
    }
  }

  #setAside(f: Finding, entry: string): void {
    this.innocentCount++;
    if (this.innocent.length < 10_000) this.innocent.push(f.id);
    this.#count(entry);
  }

  #count(entry: string, n = 1): void {
    this.moved.set(entry, (this.moved.get(entry) ?? 0) + n);
  }

  #onlyCount(f: Finding, source: Source): void {
    const known = this.over.get(`${source.id}|${source.level}`);
    if (!known) {
      this.over.set(`${source.id}|${source.level}`, { source, count: 1, first: f.time, last: f.time, example: f.id });
      return;
    }
    known.count++;
    if (f.time && f.time < known.first) known.first = f.time;
    if (f.time > known.last) known.last = f.time;
  }

  #sourceOf(f: Finding): Source {
    // A behaviour's findings come with several levels.
    return this.#sources.getOrInsertComputed(`${f.rule.id}|${f.rule.level}`, () => {
      const { id, title, level, attack, tactics } = f.rule;
      return { id, title, level, kind: f.kind, attack, tactics };
    });
  }

  /** Records as numbers: which evidence (13 bits) and where in it (40 bits); what does not fit ties nothing. */
  #eventsOf(f: Finding): number[] {
    return f.events.flatMap((address) => {
      const [digest = '', offset = ''] = address.split('@');
      const n = this.#digests.getOrInsertComputed(digest, () => this.#digests.size);
      return n < 8192 && Number(offset) < 2 ** 40 ? [n * 2 ** 40 + Number(offset)] : [];
    });
  }
}

/** Longest sentence kept of a finding; of a weak one none: its rule's title tells it. */
const WHY_CHARS = 600;

function briefOf(f: Finding): Brief {
  const weak = f.score === undefined && (f.rule.level === 'low' || f.rule.level === 'informational');
  return {
    id: f.id,
    time: f.time,
    stream: f.stream,
    host: f.host,
    user: f.user,
    address: f.address,
    event: f.events[0] as string,
    why: weak ? f.rule.title : f.why.slice(0, WHY_CHARS),
    caveats: f.caveats,
    earlier: f.earlier,
    facts: f.kind === 'behaviour' ? f.matched.slice(0, 40) : [],
  };
}

function isBefore(f: Finding, head: Brief): boolean {
  return (compareTimes(f.time, head.time) || compare(f.id, head.id)) < 0;
}

/** A behaviour without `acted` says by its account and host as and on whom somebody acted. */
function entitiesOfFinding(
  f: Finding,
  addresses: ReadonlyMap<string, string>,
): { all: EntityKey[]; acted: EntityKey[] } {
  const named = [entityKey('account', f.user), entityKey('host', f.host), entityKey('address', f.address)].filter(
    (k): k is EntityKey => k !== null && !saysNothing(k),
  );
  const acted = f.acted ?? (f.kind === 'behaviour' ? named.filter((k) => !k.startsWith('address:')) : []);
  const meant = (key: EntityKey): EntityKey => {
    if (key.startsWith('mailbox:')) return mailboxOf(key);
    const host = key.startsWith('address:') ? addresses.get(key.slice(8)) : undefined;
    return host === undefined ? key : `host:${host}`;
  };
  const all = new Set([...(f.entities ?? []).filter((k) => !saysNothing(k)), ...named].map(meant));
  return { all: [...all].sort(), acted: [...new Set(acted.map(meant))].filter((k) => all.has(k)).sort() };
}

/** An entity is ours only as far as it takes part as itself: a host of ours that was broken into stays in the picture. */
function speaksOf(
  a: { keys: ReadonlySet<string>; fromMs: number; untilMs: number },
  f: Finding,
  keys: readonly string[],
): boolean {
  const ms = f.time === '' ? Number.NaN : Date.parse(f.time);
  if (ms < a.fromMs || ms > a.untilMs) return false;
  return keys.some((k) => a.keys.has(k) && !k.startsWith('host:') && !k.startsWith('mailbox:'));
}

/** Each entity of a `same` assertion by the first of them, chains followed. */
function sameEntities(assertions: readonly Assertion[]): Map<EntityKey, EntityKey> {
  const parent = new Map<EntityKey, EntityKey>();
  const root = (key: EntityKey): EntityKey => {
    let at = key;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const a of assertions) {
    if (a.relation !== 'same') continue;
    const roots = [...new Set(a.entities.map(root))].sort();
    for (const r of roots.slice(1)) parent.set(r, roots[0] as EntityKey);
  }
  return new Map([...parent.keys()].map((k) => [k, root(k)]));
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
function order(ms: number): number {
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
}
function min(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}
function max(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}
