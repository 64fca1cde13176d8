import {
  answerOf,
  type NameClaimed,
  nameKey,
  namesOf,
  type ThingAnswer,
  type ToolHistory,
  toolHistory,
} from '../../knowledge/claims/index.ts';
import { isMembers, type Members } from '../../knowledge/stix/index.ts';
import { type Claim, type Indicator, type ThingKey, type ThingKind, thingKind } from '../../model/index.ts';
import type { ClaimQuery, ImportRecord, KnowledgeCounts, KnowledgeIndex, KnowledgeStore } from '../effects/index.ts';
import { openIndex, starterClaims } from './open.ts';

/**
 * Everything that is known, asked: the claims that come with the program and those of the shelf, as one. Nothing is
 * written here. Close it when done.
 */
export interface Knowledge {
  claims(query?: ClaimQuery): Iterable<Claim>;
  /** a STIX object, MISP event or cluster as it says now; null when nobody has it */
  object(id: string): Members | null;
  objects(type?: string): Iterable<Members>;
  indicators(): Iterable<Indicator>;
  /** things of a kind with what they are called and by whom */
  things(kind: ThingKind): Iterable<{ readonly thing: ThingKey; readonly names: readonly NameClaimed[] }>;
  /** things that somebody calls so, or the thing of this key: one name may be borne by several */
  find(name: string): ThingKey[];
  answer(thing: ThingKey): ThingAnswer;
  history(tool: ThingKey): ToolHistory;
  /** what the thing is called most; its key when nobody names it */
  label(thing: ThingKey): string;
  imports(): readonly ImportRecord[];
  types(): ReadonlyMap<string, number>;
  counts(): KnowledgeCounts;
  readonly index: KnowledgeIndex;
  close(): void;
}

/** Texts of content/knowledge; all that is needed besides the shelf. */
export type StarterFiles = readonly { readonly path: string; readonly text: string }[];

export async function openKnowledge(store: KnowledgeStore, starter: StarterFiles): Promise<Knowledge> {
  const own = new Map(starterClaims(starter).map((claim) => [claim.id, claim]));
  const index = await openIndex(store);
  const matches = (claim: Claim, query: ClaimQuery): boolean =>
    (query.subject === undefined || claim.subject === query.subject) &&
    (query.object === undefined || claim.object === query.object) &&
    (query.predicate === undefined || claim.predicate === query.predicate) &&
    (query.nameKey === undefined || (claim.predicate === 'named' && nameKey(claim.value ?? '') === query.nameKey));

  function* claims(query: ClaimQuery = {}): Generator<Claim> {
    for (const claim of own.values()) if (matches(claim, query)) yield claim;
    for (const claim of index.claims(query)) if (!own.has(claim.id)) yield claim;
  }
  const answer = (thing: ThingKey): ThingAnswer =>
    answerOf(thing, [...claims({ subject: thing })], [...claims({ object: thing })]);

  return {
    claims,
    answer,
    object: (id) => parsed(index.object(id)?.json),
    *objects(type) {
      for (const row of index.objects({ latest: true, ...(type === undefined ? {} : { type }) })) {
        const object = parsed(row.json);
        if (object) yield object;
      }
    },
    indicators: () => index.indicators(),
    *things(kind) {
      const named = new Map<ThingKey, Claim[]>();
      for (const claim of claims({ predicate: 'named' })) {
        if (thingKind(claim.subject) !== kind) continue;
        const list = named.get(claim.subject) ?? [];
        list.push(claim);
        named.set(claim.subject, list);
      }
      for (const thing of [...named.keys()].sort()) yield { thing, names: namesOf(named.get(thing)!) };
    },
    find(name) {
      const found = new Set<ThingKey>();
      for (const claim of claims({ nameKey: nameKey(name) })) found.add(claim.subject);
      if (name.includes(':') && (some(claims({ subject: name })) || some(claims({ object: name })))) found.add(name);
      return [...found].sort();
    },
    history: (tool) => toolHistory(tool, [...claims({ subject: tool })], [...claims({ object: tool })]),
    label(thing) {
      const local = thing.slice(thing.indexOf(':') + 1);
      const object = parsed(index.object(local.replace(/^misp--/, 'misp-cluster--'))?.json);
      const own = object?.name ?? object?.value;
      if (typeof own === 'string' && own !== '') return own;
      const names = namesOf([...claims({ subject: thing, predicate: 'named' })]);
      return names.sort((a, b) => b.by.length - a.by.length)[0]?.name ?? local;
    },
    imports: () => store.records(),
    types: () => index.types(),
    counts() {
      const stored = index.counts();
      return { ...stored, claims: stored.claims + [...own.keys()].length };
    },
    index,
    close: () => index.close(),
  };
}

function some(claims: Iterable<Claim>): boolean {
  for (const _ of claims) return true;
  return false;
}

function parsed(json: string | undefined): Members | null {
  if (json === undefined) return null;
  const value: unknown = JSON.parse(json);
  return isMembers(value) ? value : null;
}
