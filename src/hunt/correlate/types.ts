import type { CorrelationInput } from '../../rules/index.ts';

/** A correlation met by events of one group: one per maximal run of windows that satisfy the condition. */
export interface CorrelationHit {
  /** id of the correlation rule */
  readonly rule: string;
  /** the first event of the first window and the last event of the last */
  readonly first: Moment;
  readonly last: Moment;
  /** addresses of the distinct events of the run in time order, at most 100 */
  readonly events: readonly string[];
  /** how many distinct events there are; at least, when `lowerBound` */
  readonly count: number;
  /** group-by name → value as first seen */
  readonly group: Readonly<Record<string, Scalar>>;
  /** what the condition judged: the greatest when only lower bounds are set, else that of the first window */
  readonly value: number;
  /** a limit was met: `count` and a counting `value` are at least so much */
  readonly lowerBound: boolean;
  /** what all events of the run share; '' where they differ or say nothing */
  readonly host: string;
  readonly user: string;
  readonly source: string;
  readonly stream: string;
  /** one sentence in plain English */
  readonly why: string;
}

export interface Moment {
  readonly ms: number;
  readonly ns: number;
}

export type Scalar = CorrelationInput['fields'][string];

/** What could not take part, counted (law 3). */
export interface CorrelationTally {
  /** inputs without a time */
  undated: number;
  /** inputs that lack a group-by field: nobody can say that they belong together */
  ungrouped: number;
  /** inputs that lack the field to be counted, or whose value is no number where one is needed */
  valueless: number;
  /** events dropped from a window that held more than the limit: what was counted is a lower bound */
  overfull: number;
  /** groups forgotten before their time because there were more than the limit */
  forgotten: number;
}

export function newTally(): CorrelationTally {
  return { undated: 0, ungrouped: 0, valueless: 0, overfull: 0, forgotten: 0 };
}

/** Limits where the adversary decides how much there is (law 4). */
export const LIMITS = {
  /** events held in one window, or twice what the condition asks for if that is more */
  window: 100_000,
  /** groups of one rule with an open window */
  groups: 250_000,
  /** addresses named in a hit */
  named: 100,
  /** distinct events of a run told apart */
  distinct: 200_000,
} as const;

/** An input as one group sees it. */
export interface Entry extends Moment {
  /** what counts as one event: its address, or the run of a correlation below */
  readonly key: string;
  /** ascending within the group */
  readonly serial: number;
  /** place of its rule among the correlation's rules */
  readonly position: number;
  /** of value_count: the values to be told apart */
  readonly text: string;
  /** of value_sum, value_avg, value_percentile */
  readonly number: number;
  readonly input: CorrelationInput;
  /** addresses of the events behind it */
  readonly addresses: readonly string[];
}

/** Before, at the same instant, after. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.ms - b.ms || a.ns - b.ns;
}
