import {
  type ActorKnowledge,
  type ImportedKeys,
  readProfiles,
  viewOf,
  withClaims,
} from '../../knowledge/profiles/index.ts';
import { type SponsorClaim, type ThingKey, thingKind } from '../../model/index.ts';
import type { Knowledge } from '../intel/index.ts';

/** What is known of actors, as the weighing takes it: imported profiles and claims as one, and who stands behind whom. */
export interface Known {
  readonly view: ReturnType<typeof viewOf>;
  /** id of the hypothesis that a name, alias or key stands for; null when nobody is known by it or several are */
  actorId(name: string): string | null;
  readonly sponsors: readonly SponsorClaim[];
}

const PROFILE_TYPES: ReadonlySet<string> = new Set([
  'attack-pattern',
  'campaign',
  'intrusion-set',
  'malware',
  'relationship',
  'tool',
]);

export function knownActors(knowledge: Knowledge): Known {
  const objects = [...PROFILE_TYPES].flatMap((type) => [...knowledge.objects(type)]);
  const imported: ImportedKeys = new Map(
    objects.flatMap((o) => {
      const kind = o.type === 'intrusion-set' ? 'actor' : o.type === 'malware' || o.type === 'tool' ? 'tool' : null;
      return kind === null ? [] : [[`${kind}:${String(o.id)}`, sourceNumber(o) ?? String(o.id)] as const];
    }),
  );
  const base = readProfiles(objects);
  // Claims made of the same STIX objects would say everything twice, and without its reports.
  const own = [...knowledge.claims()].filter((c) => !imported.has(c.subject) || c.predicate === 'same-as');
  const profiles = withClaims(own, base, imported);
  const names = namesOf(profiles, imported, own);
  return {
    view: viewOf(profiles),
    actorId: (name) => names.get(name.toLowerCase()) ?? null,
    sponsors: own.flatMap((c): SponsorClaim[] => {
      if (c.predicate !== 'sponsored-by' || c.object === undefined) return [];
      const actor = names.get(c.subject.toLowerCase());
      if (actor === undefined) return [];
      return [
        {
          id: c.id,
          actor,
          step: thingKind(c.object) === 'place' ? 'state' : 'organisation',
          name: knowledge.label(c.object),
          source: {
            id: (c.reference ?? c.source).slice(0, 300),
            origin: c.source.slice(0, 300),
            reliability: c.reliability,
            credibility: c.credibility as SponsorClaim['source']['credibility'],
          },
          affirms: true,
          ...(c.wording === undefined ? {} : { text: c.wording }),
        },
      ];
    }),
  };
}

/** Names and keys → actor; a name that two actors bear stands for nobody. */
function namesOf(
  profiles: ActorKnowledge,
  imported: ImportedKeys,
  claims: Iterable<{ subject: ThingKey; predicate: string; object?: ThingKey | undefined }>,
) {
  const names = new Map<string, string | null>();
  const put = (name: string, id: string) => {
    const key = name.toLowerCase();
    const before = names.get(key);
    names.set(key, before === undefined || before === id ? id : null);
  };
  // Whoever has no profile cannot be weighed, so a name stands first for one that has.
  const weighed = profiles.actors.filter((a) => a.uses.length > 0);
  for (const a of weighed) for (const name of [a.id, a.name, ...a.aliases]) if (name) put(name, a.id);
  for (const a of profiles.actors)
    for (const name of [a.id, a.name, ...a.aliases]) if (name && !names.has(name.toLowerCase())) put(name, a.id);
  for (const [key, id] of imported) if (thingKind(key) === 'actor' && profiles.actorById.has(id)) put(key, id);
  for (const { subject, predicate, object } of claims) {
    if (predicate !== 'same-as' || object === undefined || thingKind(subject) !== 'actor') continue;
    const id = names.get(object.toLowerCase()) ?? names.get(subject.toLowerCase());
    if (id) for (const key of [subject, object]) put(key, id);
  }
  // A slug alone is how lists and people name an actor: `glass-heron` for `actor:glass-heron`.
  for (const [key, id] of [...names]) if (id && key.startsWith('actor:')) put(key.slice('actor:'.length), id);
  return new Map([...names].flatMap(([name, id]) => (id === null ? [] : [[name, id] as const])));
}

function sourceNumber(object: Readonly<Record<string, unknown>>): string | undefined {
  const references = Array.isArray(object.external_references) ? object.external_references : [];
  for (const r of references as readonly { source_name?: unknown; external_id?: unknown }[])
    if (typeof r?.external_id === 'string' && String(r.source_name).startsWith('mitre')) return r.external_id;
  return undefined;
}
