/** Shapes of the knowledge that weighing needs: who used what, according to which report, dated. Indices are positions in the arrays of `ActorKnowledge`. */

/** Days since 1970-01-01; a date known to the month or year only is an interval; `retrieved`: not later than that day. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
  readonly precision: 'day' | 'month' | 'year' | 'retrieved';
}

/** A published report, one per text however often and under whatever name it is cited. */
export interface Report {
  readonly title: string;
  /** names under which the source cites it */
  readonly names: readonly string[];
  readonly date?: DayRange;
  /** victims its title names: `country:ua`, `region:europe`, `sector:energy` */
  readonly victims: readonly string[];
}

export const THING_KINDS = ['technique', 'malware', 'tool'] as const;
export type ThingKind = (typeof THING_KINDS)[number];

/** What an actor may be seen to use. */
export interface Thing {
  /** `T1059.001`, `S0154` */
  readonly id: string;
  readonly kind: ThingKind;
  readonly name: string;
  readonly aliases: readonly string[];
  /** of a sub-technique: the technique above it */
  readonly parent?: number;
  readonly tactics: readonly string[];
}

/** Somebody uses something, as these reports say; no report means that the source states it without one. */
export interface Fact {
  readonly thing: number;
  readonly reports: readonly number[];
}

/** Coarse origin of an actor as sources state it; the prior of nobody, a means to share statistics among kin. */
export const CLUSTERS = ['CN', 'RU', 'IR', 'KP', 'IN', 'PK', 'west', 'other-state', 'crime', 'unattributed'] as const;
export type Cluster = (typeof CLUSTERS)[number];

export interface Actor {
  /** `G0128`, or the id the source gives */
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly cluster: Cluster;
  readonly uses: readonly Fact[];
  /** victims stated of the actor as a whole (galaxies), without report and date */
  readonly victims: readonly string[];
}

export interface ActorKnowledge {
  readonly actors: readonly Actor[];
  readonly things: readonly Thing[];
  readonly reports: readonly Report[];
  /** of each thing that is software: the techniques it performs; empty for techniques */
  readonly performs: readonly (readonly Fact[])[];
  /** by id; ids that were revoked lead to what took their place */
  readonly thingById: ReadonlyMap<string, number>;
  readonly actorById: ReadonlyMap<string, number>;
}
