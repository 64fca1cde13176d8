/**
 * How well the picture fits the truth. In: what really happened (truth.json) and what an investigation says
 * (picture.ts). Out: the numbers of one run. Law: pure; names are compared as the product compares them (entityKey),
 * and only what some log still shows can be missed.
 */

import type { Party, Seen, Truth, Victim } from '../../exercise/truth/index.ts';
import { type EntityType, entityKey } from '../../src/model/index.ts';

/** One Intrusion, as far as it is measured. */
export interface Blame {
  readonly id: string;
  readonly title: string;
  /** entity keys the scope ledger calls misused */
  readonly misused: ReadonlySet<string>;
  /** RFC 3339; null: it dates nothing */
  readonly firstSign: string | null;
  /** RFC 3339: what stands beside the first sign as perhaps earlier */
  readonly earlier: string | null;
  /** entity keys of everything its findings name */
  readonly entities: ReadonlySet<string>;
}

/** Intrusions in order of rank. */
export type Picture = readonly Blame[];

export interface Hit {
  readonly wanted: number;
  readonly found: number;
  readonly blamed: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

export interface Score {
  readonly accounts: Hit;
  readonly hosts: Hit;
  /** accounts and hosts together, 0 to 1; 1 when there was nothing to find, or nobody was blamed */
  readonly recall: number;
  readonly precision: number;
  /** first sign minus the first record of the intruder that any log holds, days; null: no first sign, or no record */
  readonly firstSignDays: number | null;
  /** the same of what is said to be perhaps earlier; null: nothing is */
  readonly earlierDays: number | null;
  /** look-alikes in the top Intrusion: the party and what of it is blamed there */
  readonly lookAlikes: readonly { readonly party: string; readonly blamed: readonly string[] }[];
  /** addresses of look-alikes among what the top Intrusion is said to have used */
  readonly innocentLines: readonly string[];
  /** null: no log shows the other intruder */
  readonly apart: {
    /** what only the other intruder misused and the top Intrusion blames */
    readonly mixed: readonly string[];
    /** rank of the Intrusion that blames most of his own, 2 or more; null: none does */
    readonly own: number | null;
  } | null;
}

const DAY = 86_400_000;

/** @param without logs that were taken away before the investigation */
export function score(truth: Truth, picture: Picture, without: ReadonlySet<string> = new Set()): Score {
  const top = picture[0];
  const intruder = one(truth, 'intruder');
  const blamed = top?.misused ?? new Set<string>();
  const accounts = hit(intruder.accounts, 'account', blamed, without);
  const hosts = hit(intruder.hosts, 'host', blamed, without);
  const wanted = accounts.wanted + hosts.wanted;
  const said = accounts.blamed + hosts.blamed;
  const right = accounts.blamed - accounts.wrong.length + hosts.blamed - hosts.wrong.length;
  return {
    accounts,
    hosts,
    recall: wanted === 0 ? 1 : (accounts.found + hosts.found) / wanted,
    precision: said === 0 ? 1 : right / said,
    firstSignDays: days(firstSeen(intruder.seen, without), top?.firstSign ?? null),
    earlierDays: days(firstSeen(intruder.seen, without), top?.earlier ?? null),
    lookAlikes: truth.parties
      .filter((p) => p.kind === 'look-alike')
      .map((p) => ({ party: p.id, blamed: [...ownKeys(p, intruder)].filter((k) => blamed.has(k)).sort() }))
      .filter((p) => p.blamed.length > 0),
    innocentLines: truth.parties
      .filter((p) => p.kind === 'look-alike')
      .flatMap((p) => p.addresses.filter((a) => top?.entities.has(`address:${a}`) && !intruder.addresses.includes(a)))
      .sort(),
    apart: keptApart(truth, intruder, picture, without),
  };
}

function one(truth: Truth, kind: Party['kind']): Party {
  const party = truth.parties.find((p) => p.kind === kind);
  if (!party) throw new Error(`the truth knows no ${kind}`);
  return party;
}

/** When any log that is left first shows it. */
export function firstSeen(seen: Seen, without: ReadonlySet<string>): string | null {
  const times = Object.entries(seen).flatMap(([log, time]) => (without.has(log) ? [] : [time]));
  return times.sort()[0] ?? null;
}

/**
 * Misused and still shown by a log: to be found. Misused but shown by none: blaming it is no error, missing it neither.
 */
function hit(
  victims: readonly Victim[],
  type: EntityType,
  blamed: ReadonlySet<string>,
  without: ReadonlySet<string>,
): Hit {
  const misused = victims.filter((v) => v.state === 'misused');
  const wanted = keys(
    misused.filter((v) => firstSeen(v.seen, without) !== null),
    type,
  );
  const guilty = keys(misused, type);
  const said = [...blamed].filter((k) => k.startsWith(`${type}:`));
  const missed = [...wanted].filter((k) => !blamed.has(k)).sort();
  return {
    wanted: wanted.size,
    found: wanted.size - missed.length,
    blamed: said.length,
    missed,
    wrong: said.filter((k) => !guilty.has(k)).sort(),
  };
}

function keys(victims: readonly Victim[], type: EntityType): Set<string> {
  return new Set(victims.map((v) => entityKey(type, v.name)).filter((k) => k !== null));
}

function allKeys(party: Party): Set<string> {
  const its = (victims: readonly Victim[]) => victims.filter((v) => v.state !== 'targeted');
  return new Set([...keys(its(party.accounts), 'account'), ...keys(its(party.hosts), 'host')]);
}

/** What is this party's and not the intruder's as well. */
function ownKeys(party: Party, intruder: Party): Set<string> {
  return allKeys(party).difference(allKeys(intruder));
}

function keptApart(truth: Truth, intruder: Party, picture: Picture, without: ReadonlySet<string>): Score['apart'] {
  const other = one(truth, 'other intruder');
  if (firstSeen(other.seen, without) === null) return null;
  const own = ownKeys(other, intruder);
  const counts = picture.map(({ misused }) => [...own].filter((k) => misused.has(k)).length);
  const most = Math.max(0, ...counts.slice(1));
  return {
    mixed: [...own].filter((k) => picture[0]?.misused.has(k)).sort(),
    own: most === 0 ? null : counts.indexOf(most, 1) + 1,
  };
}

function days(truth: string | null, said: string | null): number | null {
  return truth === null || said === null ? null : (Date.parse(said) - Date.parse(truth)) / DAY;
}
