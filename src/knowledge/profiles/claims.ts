import { type Claim, type ThingKey, thingKind } from '../../model/index.ts';
import { clusterOf } from './cluster.ts';
import type { Actor, ActorKnowledge, Cluster, DayRange, Fact, Report, Thing } from './types.ts';
import { victimsIn } from './victims.ts';

/**
 * Claims of people and partners beside imported profiles. An actor of the claims and an imported one are one only where a
 * claim says `same-as`; software is one under one name, because names of malware are what evidence speaks in. A claim
 * that was taken back does not count.
 */

/** Keys by which claims may speak of imported things: `actor:intrusion-set--…` → `G0128`, `tool:malware--…` → `S0154`. */
export type ImportedKeys = ReadonlyMap<ThingKey, string>;

const EMPTY: ActorKnowledge = {
  actors: [],
  things: [],
  reports: [],
  performs: [],
  thingById: new Map(),
  actorById: new Map(),
};

export function withClaims(
  all: Iterable<Claim>,
  base: ActorKnowledge = EMPTY,
  imported: ImportedKeys = new Map(),
): ActorKnowledge {
  const claims = standing(all);
  const one = sameness(claims);
  const things = new Things(base, claims, one, imported);
  const reports = new Reports(base.reports);
  const uses = base.actors.map((a) => new Map(a.uses.map((f) => [f.thing, new Set(f.reports)])));
  const actors: Draft[] = base.actors.map((a) => ({
    ...a,
    uses: [],
    aliases: [...a.aliases],
    victims: [...a.victims],
  }));
  const baseKey = new Map(
    [...imported].flatMap(([key, id]) => {
      const at = base.actorById.get(id);
      return at === undefined ? [] : [[one(key), at] as const];
    }),
  );
  const place = new Map<ThingKey, number>();
  const actorOf = (key: ThingKey): number => {
    const root = one(key);
    const at = place.get(root) ?? baseKey.get(root) ?? actors.length;
    if (at === actors.length) {
      actors.push(blank(key));
      uses.push(new Map());
    }
    place.set(root, at);
    return at;
  };
  const say = (actor: number, thing: number, claim: Claim) => {
    const facts = uses[actor]!;
    const cited = facts.get(thing) ?? new Set<number>();
    cited.add(reports.of(claim));
    facts.set(thing, cited);
  };

  const doers = operations(claims);
  const named = new Map<number, Claim[]>();
  for (const c of claims) {
    const kind = thingKind(c.subject);
    if (kind === 'actor' && c.predicate === 'named' && ownName(c)) {
      const at = actorOf(c.subject);
      named.set(at, [...(named.get(at) ?? []), c]);
    }
    if (kind === 'actor' && ORIGIN.has(c.predicate) && c.object)
      actors[actorOf(c.subject)]!.cluster = originOf(c.object, claims, actors[actorOf(c.subject)]!.cluster);
    if (c.predicate === 'targets' && c.object)
      for (const actor of doersOf(c.subject, doers)) addVictims(actors[actorOf(actor)]!, c.object);
    if (c.predicate === 'held-by' && kind === 'tool' && c.object && thingKind(c.object) === 'actor')
      say(actorOf(c.object), things.of(c.subject), c);
    if (c.predicate !== 'uses' || !c.object || !['technique', 'tool'].includes(thingKind(c.object))) continue;
    const thing = things.of(c.object);
    if (kind === 'tool') things.performs(things.of(c.subject), thing, reports.of(c));
    else for (const actor of doersOf(c.subject, doers)) say(actorOf(actor), thing, c);
  }

  nameActors(actors, named);
  const done = actors.map((a, i): Actor => ({ ...a, victims: [...new Set(a.victims)].sort(), uses: settle(uses[i]!) }));
  return {
    actors: done,
    reports: reports.list,
    things: things.list,
    performs: things.performed.map(settle),
    thingById: new Map([...base.thingById, ...things.list.map((t, i) => [t.id, i] as const)]),
    actorById: new Map([...base.actorById, ...done.map((a, i) => [a.id, i] as const)]),
  };
}

type Draft = { -readonly [K in keyof Actor]: Actor[K] extends readonly string[] ? string[] : Actor[K] };

const ORIGIN = new Set(['sponsored-by', 'located-in']);

const blank = (key: ThingKey): Draft => ({
  id: key,
  name: '',
  aliases: [],
  cluster: 'unattributed',
  uses: [],
  victims: [],
});

/** Names of an actor: the one most sources use leads, then the one its key is made of. */
function nameActors(actors: readonly Draft[], named: ReadonlyMap<number, readonly Claim[]>): void {
  for (const [at, claims] of named) {
    const actor = actors[at]!;
    const by = Map.groupBy(claims, (c) => c.value as string);
    const weight = (name: string) =>
      new Set(by.get(name)!.map((c) => c.source)).size + (claims.some((c) => isSlug(c.subject, name)) ? 0.5 : 0);
    const names = [...by.keys()].sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1));
    if (actor.name === '') actor.name = names[0]!;
    for (const name of names) if (name !== actor.name && !actor.aliases.includes(name)) actor.aliases.push(name);
  }
}

const isSlug = (key: ThingKey, name: string): boolean =>
  key.slice(key.indexOf(':') + 1) === name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Names that are said to be the actor's own, not another's that overlaps with it. */
const ownName = ({ value, how }: Claim): boolean =>
  value !== undefined && how !== 'disputed' && how !== 'overlaps' && how !== 'part-of';

/** The cluster an origin stands for: a country, or an organisation that is in one. */
function originOf(object: ThingKey, claims: readonly Claim[], before: Cluster): Cluster {
  const places =
    thingKind(object) === 'place'
      ? [object]
      : claims.flatMap((c) => (c.subject === object && c.predicate === 'located-in' && c.object ? [c.object] : []));
  for (const place of places) {
    const found = clusterOf(`Threat group based in ${place.slice('place:'.length).replaceAll('-', ' ')}.`);
    if (found !== 'unattributed') return found;
  }
  return before === 'unattributed' && places.length > 0 ? 'other-state' : before;
}

function addVictims(actor: Draft, object: ThingKey): void {
  const words = object.slice(object.indexOf(':') + 1).replaceAll('-', ' ');
  actor.victims.push(...victimsIn(words));
}

/** Actors to whom an operation is attributed. */
function operations(claims: readonly Claim[]): ReadonlyMap<ThingKey, ThingKey[]> {
  const by = new Map<ThingKey, ThingKey[]>();
  for (const c of claims)
    if (c.predicate === 'attributed-to' && c.object && thingKind(c.object) === 'actor')
      by.set(c.subject, [...(by.get(c.subject) ?? []), c.object]);
  return by;
}

function doersOf(subject: ThingKey, doers: ReadonlyMap<ThingKey, ThingKey[]>): readonly ThingKey[] {
  return thingKind(subject) === 'actor' ? [subject] : (doers.get(subject) ?? []);
}

/** What was not taken back. */
function standing(all: Iterable<Claim>): Claim[] {
  const claims = [...all];
  const back = new Set(claims.flatMap((c) => (c.predicate === 'retracts' ? [c.value] : [])));
  return claims.filter((c) => c.predicate !== 'retracts' && !back.has(c.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Things that claims call the same, by the smallest key of each class. */
function sameness(claims: readonly Claim[]): (key: ThingKey) => ThingKey {
  const above = new Map<ThingKey, ThingKey>();
  const root = (key: ThingKey): ThingKey => {
    let at = key;
    for (let next = above.get(at); next !== undefined; next = above.get(at)) at = next;
    return at;
  };
  for (const c of claims) {
    if (c.predicate !== 'same-as' || !c.object) continue;
    const [a, b] = [root(c.subject), root(c.object)].sort() as [ThingKey, ThingKey];
    if (a !== b) above.set(b, a);
  }
  return root;
}

/** Techniques by their ATT&CK id, software by sameness, then by name. */
class Things {
  readonly list: Thing[];
  readonly performed: Map<number, Set<number>>[];
  readonly #byKey = new Map<ThingKey, number>();
  readonly #byId: Map<string, number>;
  readonly #byName = new Map<string, number>();
  readonly #one: (key: ThingKey) => ThingKey;
  readonly #names = new Map<ThingKey, string[]>();
  readonly #open = new Set<ThingKey>();

  constructor(
    base: ActorKnowledge,
    claims: readonly Claim[],
    one: (key: ThingKey) => ThingKey,
    imported: ImportedKeys,
  ) {
    this.list = [...base.things];
    this.performed = base.performs.map((facts) => new Map(facts.map((f) => [f.thing, new Set(f.reports)])));
    this.#byId = new Map(base.thingById);
    this.#one = one;
    for (const [i, t] of base.things.entries())
      if (t.kind !== 'technique') for (const name of [t.name, ...t.aliases]) this.#byName.set(name.toLowerCase(), i);
    for (const [key, id] of imported) {
      const at = base.thingById.get(id);
      if (at !== undefined) this.#byKey.set(one(key), at);
    }
    for (const c of claims) {
      if (thingKind(c.subject) !== 'tool') continue;
      const root = one(c.subject);
      if (c.predicate === 'named' && c.value) this.#names.set(root, [...(this.#names.get(root) ?? []), c.value]);
      if (
        c.predicate === 'public-since' ||
        (c.predicate === 'of-type' && /public|commercial|open/i.test(c.value ?? ''))
      )
        this.#open.add(root);
    }
  }

  of(key: ThingKey): number {
    const root = this.#one(key);
    const known = this.#byKey.get(root);
    if (known !== undefined) return known;
    const at = thingKind(key) === 'technique' ? this.#technique(key.slice('technique:'.length)) : this.#software(root);
    this.#byKey.set(root, at);
    return at;
  }

  performs(software: number, thing: number, report: number): void {
    const facts = this.performed[software]!;
    facts.set(thing, (facts.get(thing) ?? new Set<number>()).add(report));
  }

  #technique(name: string): number {
    const id = /^t\d{4}(\.\d{3})?$/i.test(name) ? name.toUpperCase() : name;
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const parent = /^T\d{4}\./.test(id) ? this.#technique(id.slice(0, 5)) : undefined;
    return this.#add({
      id,
      kind: 'technique',
      name: id,
      aliases: [],
      tactics: [],
      ...(parent === undefined ? {} : { parent }),
    });
  }

  #software(root: ThingKey): number {
    const slug = root.slice('tool:'.length);
    const names = [...new Set(this.#names.get(root) ?? [slug])];
    for (const name of names) {
      const known = this.#byName.get(name.toLowerCase());
      if (known !== undefined) return known;
    }
    const kind = this.#open.has(root) ? 'tool' : 'malware';
    const at = this.#add({ id: root, kind, name: names[0]!, aliases: [...names.slice(1), slug], tactics: [] });
    for (const name of [...names, slug]) this.#byName.set(name.toLowerCase(), at);
    return at;
  }

  #add(thing: Thing): number {
    this.#byId.set(thing.id, this.list.length);
    this.performed.push(new Map());
    return this.list.push(thing) - 1;
  }
}

/** One report a source and text; its date as exactly as it is known. */
class Reports {
  readonly list: Report[];
  readonly #by = new Map<string, number>();

  constructor(base: readonly Report[]) {
    this.list = [...base];
  }

  of({ source, reference, said }: Claim): number {
    const key = JSON.stringify([source, reference, said]);
    const known = this.#by.get(key);
    if (known !== undefined) return known;
    const date = said === undefined ? undefined : dayRange(said);
    const report = {
      title: reference ?? source,
      names: [source],
      victims: [],
      ...(date === undefined ? {} : { date }),
    };
    this.#by.set(key, this.list.length);
    return this.list.push(report) - 1;
  }
}

function dayRange(said: string): DayRange | undefined {
  const [year, month, day] = said.slice(0, 10).split('-').map(Number) as [number, number?, number?];
  const at = (ms: number) => Math.floor(ms / 86_400_000);
  if (month === undefined) return { from: at(Date.UTC(year, 0, 1)), to: at(Date.UTC(year, 11, 31)), precision: 'year' };
  if (day === undefined)
    return { from: at(Date.UTC(year, month - 1, 1)), to: at(Date.UTC(year, month, 0)), precision: 'month' };
  const exact = at(Date.UTC(year, month - 1, day));
  return { from: exact, to: exact, precision: 'day' };
}

const settle = (facts: ReadonlyMap<number, ReadonlySet<number>>): Fact[] =>
  [...facts]
    .map(([thing, cited]) => ({ thing, reports: [...cited].sort((a, b) => a - b) }))
    .sort((a, b) => a.thing - b.thing);
