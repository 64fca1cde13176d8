import { ReportIndex } from './citations.ts';
import { clusterOf } from './cluster.ts';
import { type GalaxyClaim, readGalaxies } from './galaxies.ts';
import { type Thin, thin } from './stix.ts';
import type { Actor, ActorKnowledge, Fact, Thing } from './types.ts';

/**
 * STIX objects (an ATT&CK bundle's, or any with the same relations) → who used what according to whom.
 *
 * Campaigns attributed to an actor give their facts to it. Every fact keeps all reports that say it, so that any report can
 * be held out later. Objects that are revoked or deprecated, and relations to them, do not count.
 * @param galaxies MISP galaxies as parsed JSON: victims and countries of actors
 */
export function readProfiles(objects: Iterable<unknown>, galaxies: readonly unknown[] = []): ActorKnowledge {
  const live: Thin[] = [];
  const gone: Thin[] = [];
  for (const o of objects) {
    const t = thin(o);
    if (t !== undefined) (t.live ? live : gone).push(t);
  }
  const relations = live.filter((o) => o.type === 'relationship');
  const { things, place } = readThings(live, relations);
  const sets = live.filter((o) => o.type === 'intrusion-set').sort((a, b) => compare(idOf(a), idOf(b)));
  const actorPlace = new Map(sets.map((s, i) => [s.id, i]));
  const campaignOf = new Map<string, number[]>();
  for (const r of relations) {
    const actor = actorPlace.get(r.target);
    if (r.relation === 'attributed-to' && actor !== undefined)
      campaignOf.set(r.source, [...(campaignOf.get(r.source) ?? []), actor]);
  }

  const index = new ReportIndex();
  const uses: Map<number, Set<number>>[] = sets.map(() => new Map());
  const performs: Map<number, Set<number>>[] = things.map(() => new Map());
  for (const r of relations) {
    if (r.relation !== 'uses') continue;
    const target = place.get(r.target);
    if (target === undefined) continue;
    const actor = actorPlace.get(r.source);
    const owners = actor !== undefined ? [actor] : (campaignOf.get(r.source) ?? []);
    const software = place.get(r.source);
    const into = [...owners.map((a) => uses[a]!), ...(software === undefined ? [] : [performs[software]!])];
    if (into.length === 0) continue;
    const cited = r.external.filter((e) => e.id === undefined).map((e) => index.add(e));
    for (const facts of into) {
      const known = facts.get(target) ?? new Set<number>();
      for (const c of cited) known.add(c);
      facts.set(target, known);
    }
  }
  const { reports, position } = index.finish();
  const settle = (facts: Map<number, Set<number>>): Fact[] =>
    [...facts]
      .map(([thing, cited]) => ({ thing, reports: [...new Set([...cited].map(position))].sort((a, b) => a - b) }))
      .sort((a, b) => a.thing - b.thing);
  const claims = readGalaxies(galaxies);
  const actors = sets.map((s, i) => actorOf(s, settle(uses[i]!), claims));
  return {
    actors,
    things,
    reports,
    performs: performs.map(settle),
    thingById: new Map([...successors(gone, relations, place), ...things.map((t, i) => [t.id, i] as const)]),
    actorById: new Map([...successors(gone, relations, actorPlace), ...actors.map((a, i) => [a.id, i] as const)]),
  };
}

/** however often something was renamed */
const MOST_REVOCATIONS = 8;

/** Old ids → what took their place: analysts go on using the numbers of the version they learned. */
function successors(
  gone: readonly Thin[],
  relations: readonly Thin[],
  place: ReadonlyMap<string, number>,
): [string, number][] {
  const next = new Map(relations.filter((r) => r.relation === 'revoked-by').map((r) => [r.source, r.target]));
  return gone.flatMap((o): [string, number][] => {
    let at: string | undefined = o.id;
    for (let i = 0; i < MOST_REVOCATIONS && at !== undefined && !place.has(at); i++) at = next.get(at);
    const found = at === undefined ? undefined : place.get(at);
    return found === undefined ? [] : [[idOf(o), found]];
  });
}

function readThings(live: readonly Thin[], relations: readonly Thin[]) {
  const objects = live
    .filter((o) => o.type === 'attack-pattern' || o.type === 'malware' || o.type === 'tool')
    .sort((a, b) => compare(idOf(a), idOf(b)));
  const place = new Map(objects.map((o, i) => [o.id, i]));
  const parent = new Map<number, number>();
  for (const r of relations) {
    const [sub, above] = [place.get(r.source), place.get(r.target)];
    if (r.relation === 'subtechnique-of' && sub !== undefined && above !== undefined) parent.set(sub, above);
  }
  const things = objects.map((o, i): Thing => {
    const above = parent.get(i);
    return {
      id: idOf(o),
      kind: o.type === 'attack-pattern' ? 'technique' : o.type === 'tool' ? 'tool' : 'malware',
      name: o.name,
      aliases: o.aliases.filter((a) => a !== o.name),
      tactics: o.tactics,
      ...(above === undefined ? {} : { parent: above }),
    };
  });
  return { things, place };
}

function actorOf(s: Thin, uses: Fact[], claims: ReadonlyMap<string, GalaxyClaim>): Actor {
  const id = idOf(s);
  const found = [`id:${id}`, ...[s.name, ...s.aliases].map((n) => `name:${n.toLowerCase()}`)]
    .map((k) => claims.get(k))
    .filter((c) => c !== undefined);
  const country = found.find((c) => c.country !== undefined)?.country;
  return {
    id,
    name: s.name,
    aliases: s.aliases.filter((a) => a !== s.name),
    cluster: clusterOf(s.description, country),
    uses,
    victims: [...new Set(found.flatMap((c) => c.victims))].sort(),
  };
}

/** The source's own number (`G0128`), else the STIX id. */
function idOf(o: Thin): string {
  return o.external.find((e) => e.id !== undefined && e.name.startsWith('mitre'))?.id ?? o.id;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
