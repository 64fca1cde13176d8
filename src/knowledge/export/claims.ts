import { canonicalize } from '../../base/index.ts';
import { type Claim, type ClaimFacts, type ThingKey, type ThingKind, thingKind } from '../../model/index.ts';
import { CLAIM_EXTENSION, EXPORTER } from '../claims/index.ts';
import { idType, ownId, tlpDefinition, tlpOfId } from '../stix/index.ts';

/**
 * Claims as STIX: a claim between two things is a relationship, any other a note; the whole claim stands in an extension,
 * so that a station that reads it back has the same claim under the same id. Same claim, same object, byte for byte.
 */
/** Dates of objects must not depend on when they are exported: another content under the same id would be a conflict. */
const UNDATED = '2000-01-01T00:00:00.000Z';

type StixObject = Record<string, unknown>;

export function claimExtensionDefinition(): StixObject {
  return {
    type: 'extension-definition',
    spec_version: '2.1',
    id: CLAIM_EXTENSION,
    created: UNDATED,
    modified: UNDATED,
    created_by_ref: EXPORTER,
    name: 'Claim',
    description: 'What a named source says, with date, Admiralty grades and marking: docs/knowledge.md of Czernin',
    schema: 'docs/knowledge.md',
    version: '1',
    extension_types: ['property-extension'],
  };
}

export function exporterIdentity(): StixObject {
  return { ...dated('identity', EXPORTER), name: 'Czernin', identity_class: 'system' };
}

/** The object that says the claim. `label`: what the things are called. */
export function claimObject(claim: Claim): StixObject {
  const { id, ...facts } = claim;
  const [marking] = claim.marking ? [tlpDefinition(claim.marking.tlp).id] : [];
  const common = {
    created_by_ref: EXPORTER,
    ...(claim.credibility === 6 ? {} : { confidence: CONFIDENCE[claim.credibility]! }),
    ...(claim.reference ? { external_references: [{ source_name: claim.source, description: claim.reference }] } : {}),
    ...(marking ? { object_marking_refs: [marking] } : {}),
    extensions: { [CLAIM_EXTENSION]: { extension_type: 'property-extension', claim: facts satisfies ClaimFacts } },
  };
  const when = moment(claim.said);
  if (claim.object === undefined) {
    const content = `${claim.predicate}: ${claim.value}${claim.wording ? ` (“${claim.wording}”)` : ''}`;
    const note = dated('note', ownId('note', id), when);
    return { ...note, ...common, content, authors: [claim.source], object_refs: [thingId(claim.subject)] };
  }
  return {
    ...dated('relationship', ownId('relationship', id), when),
    ...common,
    relationship_type: claim.predicate,
    source_ref: thingId(claim.subject),
    target_ref: thingId(claim.object),
    description: [claim.source, claim.wording].filter(Boolean).join(': '),
  };
}

/** Middle of the range of STIX's appendix A for Admiralty credibility 1 to 5. */
const CONFIDENCE = [0, 90, 70, 50, 30, 10] as const;

const TYPES: Readonly<Record<ThingKind, string>> = {
  actor: 'intrusion-set',
  infrastructure: 'infrastructure',
  operation: 'campaign',
  organisation: 'identity',
  person: 'identity',
  place: 'location',
  technique: 'attack-pattern',
  tool: 'tool',
  victim: 'identity',
  vulnerability: 'vulnerability',
};

const CLASSES: Partial<Readonly<Record<ThingKind, string>>> = {
  organisation: 'organization',
  person: 'individual',
  victim: 'class',
};

/** The STIX id of a thing: its own when it came with one. */
export function thingId(thing: ThingKey): string {
  const name = thing.slice(thing.indexOf(':') + 1);
  return idType(name) !== null ? name : ownId(TYPES[thingKind(thing)], thing);
}

/** An object for a thing of our own claims; null for one that has its own. */
export function thingObject(thing: ThingKey, name: string, names: readonly string[]): StixObject | null {
  const kind = thingKind(thing);
  const id = thingId(thing);
  if (id.endsWith(thing.slice(thing.indexOf(':') + 1))) return null;
  const aliases = [...new Set(names)].filter((n) => n !== name).sort();
  const object = { ...dated(TYPES[kind], id), created_by_ref: EXPORTER, name };
  if (kind === 'place')
    return { ...object, ...(/^[a-z]{2}$/i.test(name) ? { country: name.toUpperCase() } : { region: name }) };
  const identity = CLASSES[kind] ? { identity_class: CLASSES[kind] } : {};
  const canHaveAliases = !['organisation', 'person', 'victim', 'vulnerability'].includes(kind);
  return { ...object, ...identity, ...(canHaveAliases && aliases.length > 0 ? { aliases } : {}) };
}

function dated(type: string, id: string, when = UNDATED): StixObject {
  return { type, spec_version: '2.1', id, created: when, modified: when };
}

/** A date as exact as it is known, as the moment it begins. */
function moment(date: string | undefined): string {
  if (date === undefined) return UNDATED;
  if (date.length <= 10) return `${`${date}-01-01`.slice(0, 10)}T00:00:00.000Z`;
  return /\.\d{3,}Z$/.test(date) ? date : `${date.slice(0, 19)}.000Z`;
}

/** Marking definitions that objects of the bundle name and that are ours to give. */
export function fixedMarkings(objects: Iterable<StixObject>): StixObject[] {
  const levels = new Set<string>();
  for (const object of objects) {
    for (const ref of Array.isArray(object.object_marking_refs) ? object.object_marking_refs : []) {
      const tlp = tlpOfId(String(ref));
      if (tlp !== null) levels.add(tlp);
    }
  }
  return [...levels].sort().map((tlp) => tlpDefinition(tlp as Parameters<typeof tlpDefinition>[0]));
}

/** Same objects, same id: the order does not count. */
export function bundleId(parts: readonly string[]): string {
  return ownId('bundle', canonicalize([...parts].sort()));
}
