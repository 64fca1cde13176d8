import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Observed } from '../../src/attribution/index.ts';
import { type ActorKnowledge, readProfiles, viewOf } from '../../src/knowledge/profiles/index.ts';

/**
 * R8: one case a (report, actor) with at least eight cited objects, out of the user's own ATT&CK file. Leakage paths and how
 * each is closed are in NOTES.md; what is held out is decided here and nowhere else.
 */
export interface Case {
  readonly actor: number;
  readonly report: number;
  /** days; NaN when undated */
  readonly from: number;
  readonly to: number;
  readonly observed: Observed;
  /** techniques and software the report cites for the actor */
  readonly cited: number;
  readonly fold: number;
}

export const REGIMES = ['holdout', '±90 d', 'temporal', 'embargo'] as const;
export type HoldOut = (typeof REGIMES)[number];
export const FOLDS = 5;

export interface Corpus {
  readonly knowledge: ActorKnowledge;
  /** at least five cited objects (training); `cited >= 8` is R8 (judging) */
  readonly cases: readonly Case[];
  readonly reportsOfActor: readonly (readonly number[])[];
}

export function loadCorpus(attack: string, misp: string | undefined): Corpus {
  const raw = readFileSync(attack);
  const text = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw).toString() : raw.toString();
  const galaxies =
    misp === undefined
      ? []
      : ['threat-actor', 'tidal-groups'].map(
          (n) => JSON.parse(readFileSync(join(misp, `galaxy-${n}.json`), 'utf8')) as unknown,
        );
  return corpusOf(readProfiles((JSON.parse(text) as { objects: unknown[] }).objects, galaxies));
}

const LEAST = 5;

export function corpusOf(knowledge: ActorKnowledge): Corpus {
  const isSoftware = (x: number) => knowledge.things[x]!.kind !== 'technique';
  const citedBy = new Map<number, Map<number, number[]>>();
  knowledge.actors.forEach((a, g) => {
    for (const u of a.uses)
      for (const r of u.reports) {
        const of = citedBy.get(r) ?? new Map<number, number[]>();
        of.set(g, [...(of.get(g) ?? []), u.thing]);
        citedBy.set(r, of);
      }
  });
  const performedIn = new Map<string, number[]>();
  knowledge.performs.forEach((facts, s) => {
    for (const f of facts)
      for (const r of f.reports) performedIn.set(`${r} ${s}`, [...(performedIn.get(`${r} ${s}`) ?? []), f.thing]);
  });
  const cases: Case[] = [];
  for (const [report, of] of citedBy)
    for (const [actor, things] of of) {
      if (things.length < LEAST) continue;
      const date = knowledge.reports[report]!.date;
      const software = things.filter(isSoftware);
      // what the report's own software does was seen too
      const reached = software.flatMap((s) => performedIn.get(`${report} ${s}`) ?? []);
      cases.push({
        actor,
        report,
        from: date?.from ?? Number.NaN,
        to: date?.to ?? Number.NaN,
        cited: things.length,
        fold: foldOf(actor),
        observed: {
          techniques: [...new Set([...things.filter((x) => !isSoftware(x)), ...reached])].sort((a, b) => a - b),
          software,
          victims: victimsOf(knowledge, actor, report),
          day: date?.from ?? Number.NaN,
        },
      });
    }
  cases.sort((a, b) => a.actor - b.actor || a.report - b.report);
  const reportsOfActor = knowledge.actors.map((a) => [...new Set(a.uses.flatMap((u) => u.reports))]);
  return { knowledge, cases, reportsOfActor };
}

const SPONSOR: Readonly<Record<string, readonly string[]>> = {
  CN: ['country:cn', 'region:east-asia'],
  RU: ['country:ru'],
  IR: ['country:ir', 'region:middle-east'],
  KP: ['country:kp', 'region:east-asia'],
  IN: ['country:in', 'region:south-asia'],
  PK: ['country:pk', 'region:south-asia'],
};

/** "Chinese group …" in a title is the sponsor's adjective, no victim: the actor's own country is dropped. */
function victimsOf(k: ActorKnowledge, actor: number, report: number): readonly string[] {
  const victims = k.reports[report]!.victims;
  const own = SPONSOR[k.actors[actor]!.cluster];
  return own === undefined || !victims.includes(own[0]!) ? victims : victims.filter((v) => !own.includes(v));
}

function foldOf(actor: number): number {
  let h = (actor * 2654435761 + 12345) >>> 0;
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b) >>> 0;
  h ^= h >>> 13;
  return (h >>> 0) % FOLDS;
}

const WINDOW = 90;

/** The knowledge as the regime leaves it for a case; null when an undated case cannot be put in time. */
export function viewFor(corpus: Corpus, c: Case, regime: HoldOut) {
  const { knowledge: k, reportsOfActor } = corpus;
  if (regime === 'holdout') return viewOf(k, (r) => r !== c.report);
  if (Number.isNaN(c.from)) return null;
  if (regime === '±90 d') {
    const near = new Set([c.report]);
    for (const r of reportsOfActor[c.actor]!) {
      const d = k.reports[r]!.date;
      if (d !== undefined && d.to >= c.from - WINDOW && d.from <= c.to + WINDOW) near.add(r);
    }
    return viewOf(k, (r) => !near.has(r));
  }
  const limit = regime === 'embargo' ? c.from - WINDOW : c.from;
  return viewOf(k, (r) => {
    const d = k.reports[r]!.date;
    return r !== c.report && d !== undefined && d.to < limit;
  });
}
