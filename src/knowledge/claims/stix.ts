import { type Claim, ClaimFacts, claimOf, type Marking, type Predicate, type ThingKind } from '../../model/index.ts';
import { idType, isMembers, type Markings, type Members, markingsOf } from '../stix/index.ts';
import { carriedClaim, EXPORTER } from './extension.ts';
import { claimText, credibilityOf, type Provenance } from './trust.ts';

/**
 * STIX objects as claims of those who made them. The objects stay as they are; what has no words among the claims is
 * said by `notUnderstood`, kept, and counted by the import.
 */
export interface StixClaims {
  readonly claims: readonly Claim[];
  /** what of the object became no claim: `relationship mitigates`, `type x-mitre-analytic` */
  readonly notUnderstood: string | null;
}

type Lookup = (id: string) => Members | null;

const KINDS: Readonly<Record<string, ThingKind>> = {
  'attack-pattern': 'technique',
  campaign: 'operation',
  incident: 'operation',
  infrastructure: 'infrastructure',
  'intrusion-set': 'actor',
  location: 'place',
  malware: 'tool',
  'threat-actor': 'actor',
  tool: 'tool',
  vulnerability: 'vulnerability',
};

/** Types that carry no claim and need none: they serve others. */
const SERVING = new Set(['identity', 'marking-definition', 'extension-definition', 'language-content', 'indicator']);

/** The thing an id is about; null when it is none, or an identity nobody has. */
export function thingOf(id: string, lookup: Lookup): string | null {
  const type = idType(id);
  if (type === null) return null;
  if (type === 'identity') {
    const found = lookup(id);
    if (!found) return null;
    const kind = found.identity_class;
    return `${kind === 'individual' ? 'person' : kind === 'class' ? 'victim' : 'organisation'}:${id}`;
  }
  return Object.hasOwn(KINDS, type) ? `${KINDS[type]}:${id}` : null;
}

export function claimsOfStix(object: Members, lookup: Lookup, provenance: Provenance): StixClaims {
  const carried = carriedClaim(object);
  if (carried) return { claims: [carried], notUnderstood: null };
  // things that carried claims speak of: what they are called is said by the claims
  if (object.id === EXPORTER || (object.created_by_ref === EXPORTER && object.type !== 'indicator'))
    return { claims: [], notUnderstood: null };
  const type = String(object.type);
  const say = sayer(object, lookup, provenance);
  if (type === 'relationship') return relationshipClaims(object, lookup, say);
  const thing = thingOf(String(object.id), lookup);
  if (thing === null) {
    if (type === 'note') return noteClaims(object, lookup, say);
    if (type === 'opinion') return opinionClaims(object, lookup, say);
    return { claims: [], notUnderstood: SERVING.has(type) ? null : `type ${type}` };
  }
  const claims: (Claim | null)[] = [];
  const { name } = object;
  const aside = object.revoked === true ? { how: 'renamed' as const } : {};
  if (typeof name === 'string') claims.push(say(thing, 'named', { value: name, ...aside }));
  for (const alias of new Set([...texts(object, 'aliases'), ...texts(object, 'x_mitre_aliases')])) {
    if (alias !== name) claims.push(say(thing, 'named', { value: alias, ...citation(object, alias) }));
  }
  for (const ref of listOf(object, 'external_references')) {
    const id = isMembers(ref) ? ref.external_id : undefined;
    if (isMembers(ref) && typeof id === 'string' && /^mitre-/.test(String(ref.source_name)))
      claims.push(say(thing, 'named', { value: id, ...referenceOf(ref) }));
  }
  if (object.revoked === true) return { claims: claims.filter((c) => c !== null), notUnderstood: null };
  if (typeof object.description === 'string' && object.description.trim() !== '')
    claims.push(say(thing, 'described-as', { value: firstParagraph(object.description) }));
  for (const [property, predicate] of DATES) {
    const date = object[property];
    if (typeof date === 'string') claims.push(say(thing, predicate, { value: date }));
  }
  for (const [property, predicate] of WORDS) {
    for (const word of [object[property]].flat())
      if (typeof word === 'string') claims.push(say(thing, predicate, { value: word }));
  }
  return { claims: claims.filter((c) => c !== null), notUnderstood: null };
}

const DATES = [
  ['first_seen', 'first-seen'],
  ['last_seen', 'last-seen'],
] as const;

const WORDS = [
  ['threat_actor_types', 'of-type'],
  ['malware_types', 'of-type'],
  ['tool_types', 'of-type'],
  ['infrastructure_types', 'of-type'],
  ['sophistication', 'of-type'],
  ['resource_level', 'of-type'],
  ['primary_motivation', 'motivated-by'],
  ['secondary_motivations', 'motivated-by'],
  ['goals', 'motivated-by'],
] as const;

/** The relationship's word → predicate. Others between two things are `linked-to` with their word. */
const RELATIONS: Readonly<Record<string, Predicate>> = {
  'attributed-to': 'attributed-to',
  'authored-by': 'made-by',
  'duplicate-of': 'same-as',
  exploits: 'uses',
  'located-at': 'located-in',
  'originates-from': 'located-in',
  'revoked-by': 'renamed-to',
  'subtechnique-of': 'part-of',
  targets: 'targets',
  uses: 'uses',
  'variant-of': 'variant-of',
};

function relationshipClaims(object: Members, lookup: Lookup, say: Sayer): StixClaims {
  const word = String(object.relationship_type);
  const [subject, target] = [thingOf(String(object.source_ref), lookup), thingOf(String(object.target_ref), lookup)];
  if (word === 'indicates' || word === 'based-on') return { claims: [], notUnderstood: null }; // said by the indicator
  if (subject === null || target === null) return { claims: [], notUnderstood: `relationship ${word.slice(0, 60)}` };
  if (object.revoked === true) return { claims: [], notUnderstood: null };
  const when = {
    ...(typeof object.start_time === 'string' ? { from: object.start_time } : {}),
    ...(typeof object.stop_time === 'string' ? { until: object.stop_time } : {}),
    ...cited(object),
  };
  const aimed = word === 'targets' && target.startsWith('vulnerability:') ? 'uses' : RELATIONS[word];
  const fitting = aimed ? say(subject, aimed, { object: target, ...when }) : null;
  const claim = fitting ?? say(subject, 'linked-to', { object: target, value: word, ...when });
  return claim ? { claims: [claim], notUnderstood: null } : { claims: [], notUnderstood: `relationship ${word}` };
}

/** A note is a description by somebody who need not be the maker of what it is about. */
function noteClaims(object: Members, lookup: Lookup, say: Sayer): StixClaims {
  const about = texts(object, 'object_refs').map((id) => thingOf(id, lookup));
  const content = firstParagraph(String(object.content));
  const claims = about.map((thing) => (thing === null ? null : say(thing, 'described-as', { value: content })));
  return {
    claims: claims.filter((c) => c !== null),
    notUnderstood: about.every((t) => t === null) ? 'type note' : null,
  };
}

/** STIX's five points as Admiralty credibility. */
const OPINIONS: Readonly<Record<string, number>> = {
  'strongly-agree': 1,
  agree: 2,
  neutral: 3,
  disagree: 4,
  'strongly-disagree': 5,
};

/** An opinion of a relationship is the same statement, graded by who holds the opinion: dissent stands beside it. */
function opinionClaims(object: Members, lookup: Lookup, say: Sayer): StixClaims {
  const credibility = OPINIONS[String(object.opinion)] ?? 6;
  const wording = typeof object.explanation === 'string' ? { wording: claimText(object.explanation, 1000) } : {};
  const graded: Sayer = (subject, predicate, { object: to, value }) =>
    say(subject, predicate, {
      ...(to === undefined ? {} : { object: to }),
      ...(value === undefined ? {} : { value }),
      credibility,
      ...wording,
    });
  const about = texts(object, 'object_refs').map((id) => lookup(id));
  const claims = about.flatMap((target) =>
    target?.type === 'relationship' ? relationshipClaims(target, lookup, graded).claims : [],
  );
  return { claims, notUnderstood: claims.length === 0 ? 'type opinion' : null };
}

type Sayer = (subject: string, predicate: Predicate, rest: Partial<ClaimFacts>) => Claim | null;

/** Makes claims of one object's author; null when the words do not fit into a claim. */
function sayer(object: Members, lookup: Lookup, provenance: Provenance): Sayer {
  const author = typeof object.created_by_ref === 'string' ? lookup(object.created_by_ref) : null;
  const name = typeof author?.name === 'string' ? claimText(author.name, 500) : '';
  const source = name || provenance.source;
  const marking = claimMarking(markingsOf(object, lookup), source, provenance);
  const common = {
    source,
    ref: String(object.id),
    said: String(object.modified ?? object.created),
    reliability: provenance.reliability,
    credibility: credibilityOf(object.confidence),
    ...(marking ? { marking } : {}),
  };
  return (subject, predicate, rest) => {
    const value = rest.value === undefined ? {} : { value: claimText(rest.value, 1000) };
    const facts = ClaimFacts.safeParse({ subject, predicate, ...common, ...rest, ...value });
    return facts.success ? claimOf(facts.data) : null;
  };
}

/**
 * How far a claim may go: the object's TLP; STIX has no PAP, so only what is CLEAR may be acted on freely. Markings
 * nobody can resolve leave it unmarked: not releasable.
 */
export function claimMarking(found: Markings, originator: string, provenance: Provenance): Marking | undefined {
  if (found.unresolved.length > 0 || found.unknown.length > 0) return undefined;
  if (found.tlp === null) return provenance.marking;
  return { originator: claimText(originator, 200), tlp: found.tlp, pap: found.tlp === 'clear' ? 'clear' : 'red' };
}

function firstParagraph(text: string): string {
  return text
    .trim()
    .slice(0, 20_000)
    .split(/\n\s*\n/, 1)[0]!;
}

/** Where an alias or a relationship says it has it from: the source's first own reference. */
function citation(object: Members, alias: string): { reference?: string } {
  const found = listOf(object, 'external_references').find((ref) => isMembers(ref) && ref.source_name === alias);
  return isMembers(found) ? referenceOf(found) : {};
}

function cited(object: Members): { reference?: string } {
  const [first] = listOf(object, 'external_references');
  return isMembers(first) ? referenceOf(first) : {};
}

function referenceOf(ref: Members): { reference?: string } {
  const text = [ref.url, ref.description, ref.source_name].find((t) => typeof t === 'string' && t !== '');
  return typeof text === 'string' ? { reference: claimText(text, 500) } : {};
}

function listOf(object: Members, name: string): readonly unknown[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return Array.isArray(value) ? value : [];
}

function texts(object: Members, name: string): string[] {
  return listOf(object, name).filter((item) => typeof item === 'string');
}
