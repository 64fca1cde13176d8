import { type Claim, ClaimFacts, claimOf, type Predicate, type ThingKind } from '../../model/index.ts';
import { claimText, credibilityOf, type Provenance, slug } from '../claims/trust.ts';
import { isMembers, type Members } from '../stix/index.ts';

/**
 * Clusters of a MISP galaxy as claims. A cluster is a collection of what others said: where it names the origin of a
 * name (`origin:NAME`), that is the source; else the galaxy is.
 */
export interface Galaxy {
  readonly type: string;
  readonly name: string;
  readonly version: number;
}

export interface ClusterClaims {
  readonly claims: readonly Claim[];
  /** members of the cluster that became no claim: `meta since` */
  readonly notUnderstood: readonly string[];
}

/** A galaxy's type → what its clusters are. */
const KINDS: Readonly<Record<string, ThingKind>> = {
  'threat-actor': 'actor',
  groups: 'actor',
  '360net-threat-actor': 'actor',
  'microsoft-activity-group': 'actor',
  'mitre-intrusion-set': 'actor',
  'mitre-enterprise-attack-intrusion-set': 'actor',
  backdoor: 'tool',
  banker: 'tool',
  botnet: 'tool',
  'exploit-kit': 'tool',
  malpedia: 'tool',
  'mitre-malware': 'tool',
  'mitre-tool': 'tool',
  ransomware: 'tool',
  rat: 'tool',
  software: 'tool',
  stealer: 'tool',
  tool: 'tool',
  'mitre-attack-pattern': 'technique',
  technique: 'technique',
  campaigns: 'operation',
  country: 'place',
  region: 'place',
  sector: 'victim',
  'target-information': 'victim',
};

export function clusterKind(galaxy: string): ThingKind | null {
  return Object.hasOwn(KINDS, galaxy) ? KINDS[galaxy]! : null;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** null: no cluster (no uuid, no value). */
export function claimsOfCluster(
  cluster: Members,
  galaxy: Galaxy,
  provenance: Provenance,
  kindOf: (uuid: string) => ThingKind | null,
): ClusterClaims | null {
  const { uuid, value } = cluster;
  if (typeof uuid !== 'string' || !UUID.test(uuid) || typeof value !== 'string' || value.trim() === '') return null;
  const kind = clusterKind(galaxy.type);
  if (kind === null) return { claims: [], notUnderstood: [`galaxy ${galaxy.type.slice(0, 60)}`] };
  const meta = isMembers(cluster.meta) ? cluster.meta : {};
  const subject = `${kind}:misp--${uuid.toLowerCase()}`;
  const claims: Claim[] = [];
  const notUnderstood: string[] = [];
  const say = (predicate: Predicate, rest: Partial<ClaimFacts>): void => {
    const facts = ClaimFacts.safeParse({
      subject,
      predicate,
      source: provenance.source,
      ref: uuid,
      reliability: provenance.reliability,
      credibility: 6,
      ...(provenance.marking ? { marking: provenance.marking } : {}),
      ...rest,
    });
    if (facts.success) claims.push(claimOf(facts.data));
    else notUnderstood.push(`${predicate} ${String(rest.object ?? rest.value).slice(0, 60)}`);
  };
  names(value, meta, say);
  if (typeof cluster.description === 'string' && cluster.description.trim() !== '') {
    const [reference] = strings(meta.refs);
    const text = claimText(cluster.description.trim().split(/\n\s*\n/, 1)[0]!, 1000);
    say('described-as', { value: text, ...(reference ? { reference: claimText(reference, 2000) } : {}) });
  }
  const confidence = Number(strings([meta['attribution-confidence']].flat())[0] ?? Number.NaN);
  const credibility = Number.isNaN(confidence) ? 6 : credibilityOf(confidence);
  for (const [key, item] of Object.entries(meta)) {
    const rule = Object.hasOwn(META, key) ? META[key] : undefined;
    if (rule) {
      for (const word of strings([item].flat())) {
        const object = rule.to ? { object: `${rule.to}:${slug(word)}` } : { value: claimText(word, 1000) };
        say(rule.predicate, { ...object, ...(rule.trusted ? { credibility } : {}) });
      }
    } else if (!QUIET.has(key) && !key.startsWith('origin:')) notUnderstood.push(`meta ${key.slice(0, 60)}`);
  }
  related(cluster, kind, say, kindOf, notUnderstood);
  return { claims, notUnderstood };
}

type Say = (predicate: Predicate, rest: Partial<ClaimFacts>) => void;

function names(value: string, meta: Members, say: Say): void {
  for (const name of new Set([value, ...strings(meta.synonyms)])) {
    const origins = strings([own(meta, `origin:${name}`)].flat());
    const named = { value: claimText(name, 1000) };
    if (origins.length === 0) say('named', named);
    for (const origin of origins) say('named', { ...named, source: claimText(origin, 500), reference: 'MISP galaxy' });
  }
  for (const id of strings([meta.group_attack_id, meta.external_id].flat()))
    say('named', { value: claimText(id, 100) });
}

interface MetaRule {
  readonly predicate: Predicate;
  /** the word names a thing of this kind */
  readonly to?: ThingKind;
  /** the cluster's attribution-confidence speaks of it */
  readonly trusted?: true;
}

const META: Readonly<Record<string, MetaRule>> = {
  country: { predicate: 'located-in', to: 'place', trusted: true },
  'cfr-suspected-state-sponsor': { predicate: 'sponsored-by', to: 'place', trusted: true },
  'cfr-suspected-victims': { predicate: 'targets', to: 'place' },
  'suspected-victims': { predicate: 'targets', to: 'place' },
  observed_countries: { predicate: 'targets', to: 'place' },
  'cfr-target-category': { predicate: 'targets', to: 'victim' },
  'targeted-sector': { predicate: 'targets', to: 'victim' },
  target_categories: { predicate: 'targets', to: 'victim' },
  'cfr-type-of-incident': { predicate: 'motivated-by' },
  motive: { predicate: 'motivated-by' },
  observed_motivations: { predicate: 'motivated-by' },
  'threat-actor-classification': { predicate: 'of-type' },
  type: { predicate: 'of-type' },
};

/** Said elsewhere, or of no weight. */
const QUIET = new Set(
  'synonyms refs attribution-confidence name-attribution group_attack_id external_id source owner tags'.split(' '),
);

/** How a galaxy relates clusters, and what the other one is when its galaxy is not here. */
const RELATED: Readonly<Record<string, { readonly predicate: Predicate; readonly to: ThingKind | 'same' }>> = {
  similar: { predicate: 'overlaps', to: 'same' },
  overlaps: { predicate: 'overlaps', to: 'same' },
  'part-of': { predicate: 'part-of', to: 'same' },
  'subset-of': { predicate: 'part-of', to: 'same' },
  synonymous: { predicate: 'same-as', to: 'same' },
  'variant-of': { predicate: 'variant-of', to: 'same' },
  uses: { predicate: 'uses', to: 'tool' },
  deploys: { predicate: 'uses', to: 'tool' },
  delivers: { predicate: 'uses', to: 'tool' },
  targets: { predicate: 'targets', to: 'victim' },
};

/** MISP's estimative-language taxonomy as credibility. */
const LIKELIHOOD: Readonly<Record<string, number>> = {
  'almost-certain': 1,
  'very-likely': 2,
  likely: 2,
  'roughly-even-chance': 3,
  unlikely: 4,
  'very-unlikely': 5,
  'almost-no-chance': 5,
};

function related(
  cluster: Members,
  kind: ThingKind,
  say: Say,
  kindOf: (uuid: string) => ThingKind | null,
  notUnderstood: string[],
): void {
  for (const item of Array.isArray(cluster.related) ? (cluster.related as unknown[]) : []) {
    if (!isMembers(item)) continue;
    const [uuid, type] = [item['dest-uuid'], String(item.type)];
    if (typeof uuid !== 'string' || !UUID.test(uuid)) continue;
    const rule = Object.hasOwn(RELATED, type) ? RELATED[type] : undefined;
    const other = kindOf(uuid) ?? (rule === undefined ? null : rule.to === 'same' ? kind : rule.to);
    if (other === null) {
      notUnderstood.push(`related ${type.slice(0, 60)}`);
      continue;
    }
    const tag = strings(item.tags).map((t) => /likelihood-probability="([a-z-]+)"/.exec(t)?.[1]);
    const credibility = LIKELIHOOD[tag.find((t) => t !== undefined) ?? ''] ?? 6;
    const object = `${other}:misp--${uuid.toLowerCase()}`;
    if (rule) say(rule.predicate, { object, credibility });
    else say('linked-to', { object, value: claimText(type, 100), credibility });
  }
}

function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item.trim() !== '') : [];
}
