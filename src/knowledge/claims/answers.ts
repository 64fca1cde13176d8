import { type Claim, type NAME_RELATIONS, type Predicate, type ThingKey, thingKind } from '../../model/index.ts';

/**
 * Answers made of claims. In: claims about a thing. Out: who says what, what is taken back, where sources differ. Nothing
 * is decided here: contradicting claims stand side by side.
 */
export interface NameClaimed {
  readonly name: string;
  readonly how: (typeof NAME_RELATIONS)[number];
  /** everybody who says so */
  readonly by: readonly Claim[];
}

export interface Dispute {
  readonly about: string;
  readonly sides: readonly { readonly says: string; readonly by: readonly Claim[] }[];
}

export interface ThingAnswer {
  readonly thing: ThingKey;
  readonly names: readonly NameClaimed[];
  /** by predicate; each statement with all who make it */
  readonly says: readonly { readonly predicate: Predicate; readonly statements: readonly Statement[] }[];
  /** what is said of others and leads here: `tool:x held-by …` */
  readonly saidOfIt: readonly Statement[];
  readonly disputes: readonly Dispute[];
  /** taken back by who made them */
  readonly retracted: readonly Claim[];
}

export interface Statement {
  readonly subject: ThingKey;
  readonly predicate: Predicate;
  readonly object?: ThingKey;
  readonly value?: string;
  readonly by: readonly Claim[];
}

/** Claims in force: a claim is taken back only by its own source; somebody else's `retracts` is a dissent and stays. */
export function inForce(claims: readonly Claim[]): { readonly kept: Claim[]; readonly retracted: Claim[] } {
  const takenBack = new Set(claims.filter((c) => c.predicate === 'retracts').map((c) => `${c.source}\n${c.value}`));
  const gone = (c: Claim): boolean => takenBack.has(`${c.source}\n${c.id}`);
  return { kept: claims.filter((c) => !gone(c) && c.predicate !== 'retracts'), retracted: claims.filter(gone) };
}

/** `about`: claims whose subject is the thing; `towards`: claims whose object is. */
export function answerOf(thing: ThingKey, about: readonly Claim[], towards: readonly Claim[]): ThingAnswer {
  const own = inForce(about);
  const other = inForce([...towards, ...about.filter((c) => c.predicate === 'retracts')]);
  const statements = group(own.kept);
  const predicates = [...new Set(statements.map((s) => s.predicate))].filter((p) => p !== 'named');
  return {
    thing,
    names: namesOf(own.kept),
    says: predicates.map((predicate) => ({
      predicate,
      statements: statements.filter((s) => s.predicate === predicate),
    })),
    saidOfIt: group(other.kept),
    disputes: disputesOf(own.kept, other.kept),
    retracted: own.retracted,
  };
}

export function namesOf(claims: readonly Claim[]): NameClaimed[] {
  const found = new Map<string, { name: string; how: NameClaimed['how']; by: Claim[] }>();
  for (const claim of claims) {
    if (claim.predicate !== 'named' || claim.value === undefined) continue;
    const how = claim.how ?? 'same';
    const key = `${how}\n${claim.value}`;
    const entry = found.get(key) ?? { name: claim.value, how, by: [] };
    entry.by.push(claim);
    found.set(key, entry);
  }
  return [...found.values()];
}

function group(claims: readonly Claim[]): Statement[] {
  const found = new Map<string, Statement & { by: Claim[] }>();
  for (const claim of [...claims].sort(byDate)) {
    const { subject, predicate, object, value, from = '', until = '' } = claim;
    const key = [subject, predicate, object ?? '', value ?? '', from, until].join('\n');
    const entry = found.get(key) ?? {
      subject,
      predicate,
      ...(object === undefined ? {} : { object }),
      ...(value === undefined ? {} : { value }),
      by: [],
    };
    entry.by.push(claim);
    found.set(key, entry);
  }
  return [...found.values()];
}

/** Predicates of which a thing has one at a time: two answers by two sources differ. */
const ONE: readonly Predicate[] = ['attributed-to', 'copy-of', 'located-in', 'made-by', 'sponsored-by', 'first-seen'];
/** What two sources may hold of the same pair. */
const PAIR: readonly Predicate[] = ['same-as', 'part-of', 'overlaps', 'disputed', 'distinct-from'];

function disputesOf(own: readonly Claim[], towards: readonly Claim[]): Dispute[] {
  const found: Dispute[] = [];
  for (const predicate of ONE) {
    const sides = sidesOf(
      own.filter((c) => c.predicate === predicate),
      (c) => c.object ?? c.value ?? '',
    );
    if (sides.length > 1 && new Set(sides.flatMap((s) => s.by.map((c) => c.source))).size > 1)
      found.push({ about: predicate, sides });
  }
  const related = [...own, ...towards].filter((c) => PAIR.includes(c.predicate) && c.object !== undefined);
  const pairs = sidesOf(related, (c) => [c.subject, c.object].sort().join(' and '));
  for (const { says: about, by: claims } of pairs) {
    const sides = sidesOf(claims, (c) => c.predicate);
    if (sides.length > 1) found.push({ about, sides });
  }
  const names = sidesOf(
    own.filter((c) => c.predicate === 'named'),
    (c) => c.value ?? '',
  );
  for (const { says: name, by: claims } of names) {
    const sides = sidesOf(claims, (c) => c.how ?? 'same');
    if (sides.length > 1) found.push({ about: `the name ${name}`, sides });
  }
  return found;
}

function sidesOf(claims: readonly Claim[], says: (claim: Claim) => string): Dispute['sides'] {
  const sides = new Map<string, Claim[]>();
  for (const claim of claims) {
    const side = sides.get(says(claim)) ?? [];
    side.push(claim);
    sides.set(says(claim), side);
  }
  return [...sides].map(([side, by]) => ({ says: side, by }));
}

function byDate(a: Claim, b: Claim): number {
  const [x, y] = [a.from ?? a.value ?? '', b.from ?? b.value ?? ''];
  return x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
}

export interface ToolHistory {
  readonly tool: ThingKey;
  /** by the date they speak of, earliest first; undated last */
  readonly events: readonly { readonly when: string; readonly claim: Claim }[];
  /** from when on others than its holder could have it, by the earliest claim of each */
  readonly openSince: string | null;
}

const HISTORY: readonly Predicate[] = [
  'copy-of',
  'first-seen',
  'held-by',
  'last-seen',
  'leaked',
  'made-by',
  'public-since',
  'uses',
  'variant-of',
];

/** A tool's life: first seen, in whose hands, leaked or public since, what it was copied from and what was made of it. */
export function toolHistory(tool: ThingKey, about: readonly Claim[], towards: readonly Claim[]): ToolHistory {
  const told = inForce([...about, ...towards]).kept.filter((c) => HISTORY.includes(c.predicate));
  const when = (c: Claim): string => c.from ?? (thingKind(c.subject) === 'tool' ? c.value : undefined) ?? '';
  const events = told
    .map((claim) => ({ when: when(claim), claim }))
    .sort((a, b) =>
      a.when === b.when ? byDate(a.claim, b.claim) : a.when === '' ? 1 : b.when === '' ? -1 : a.when < b.when ? -1 : 1,
    );
  const open = about
    .filter((c) => c.predicate === 'public-since' || c.predicate === 'leaked')
    .map((c) => c.value ?? '');
  return { tool, events, openSince: open.sort()[0] ?? null };
}
