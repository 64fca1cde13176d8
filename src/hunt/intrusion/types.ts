import type { EntityKey, Finding, Level } from '../../model/index.ts';

/** What the picture is made from besides findings. All of it plain data: the same input gives the same Intrusions. */
export interface PictureInput {
  readonly cover: Iterable<CoverDay>;
  readonly judgements: Judgements;
  readonly dates: DecisionDates;
  /** internal addresses and the machines that had them, when some log tells */
  readonly addresses?: ReadonlyMap<string, string>;
  /** desks and the accounts of the people who sit there, as names of both */
  readonly desks?: ReadonlyMap<string, string>;
}

/** Events of one stream from one host on one UTC day (days since 1970; null: undated). */
export interface CoverDay {
  readonly stream: string;
  readonly host: string;
  readonly day: number | null;
  readonly events: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** When it was found, and when he was put out: UTC epoch ms, null when nobody said. `why` names the entry or option. */
export interface DecisionDates {
  readonly detected: DatedDecision | null;
  readonly evicted: DatedDecision | null;
  /** ways in that people named besides those found */
  readonly footholds: readonly EntityKey[];
}
export interface DatedDecision {
  readonly ms: number;
  readonly why: string;
}

/** What people said, as far as it stands (docs/intrusions.md says how each changes the picture). */
export interface Judgements {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly assertions: readonly Assertion[];
  /** intrusions that persons named, merged or split, as they are now */
  readonly named: readonly NamedIntrusion[];
}

export interface Said {
  readonly entry: string;
  readonly agency: string;
}
export interface Verdict extends Said {
  /** disputed: the agencies do not say the same; the finding then stays where the evidence puts it */
  readonly verdict: 'accepted' | 'innocent' | 'needs-work' | 'disputed';
}
export interface Assertion extends Said {
  readonly relation: 'same' | 'different' | 'ours' | 'not-ours' | 'intruder' | 'belongs-to';
  readonly entities: readonly EntityKey[];
  readonly fromMs: number;
  readonly untilMs: number;
}
export interface NamedIntrusion extends Said {
  readonly id: string;
  readonly kind: 'intrusion-named' | 'intrusion-merged' | 'intrusion-split';
  readonly title: string;
  readonly findings: readonly string[];
}

export const NO_JUDGEMENTS: Judgements = { verdicts: new Map(), assertions: [], named: [] };
export const NO_DATES: DecisionDates = { detected: null, evicted: null, footholds: [] };

/** A rule, behaviour or indicator list as the picture knows it. */
export interface Source {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly kind: Finding['kind'];
  readonly attack: readonly string[];
  readonly tactics: readonly string[];
}

/** What stays of a finding: enough to tell it, not its whole text. */
export interface Brief {
  readonly id: string;
  readonly time: string;
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly event: string;
  readonly why: string;
  readonly caveats: readonly string[];
  readonly earlier: Finding['earlier'];
  /** numbers of a behaviour */
  readonly facts: Finding['matched'];
}

/**
 * Findings of one rule with the same entities within an hour, as one: what ties one of them ties all. Most hold one.
 */
export interface Sighting {
  readonly source: Source;
  /** of the first; behaviours give one for all */
  readonly level: Level;
  readonly score: number | undefined;
  nodes: readonly number[];
  /** of these the ones somebody acted as or on */
  acted: readonly number[];
  /** records both it and others may rest on, as numbers */
  readonly events: number[];
  /** the named intrusion a person put it in */
  readonly colour: string | null;
  readonly accepted: boolean;
  /** of its first finding */
  head: Brief;
  /** UTC epoch ms; NaN when undated */
  firstMs: number;
  lastMs: number;
  /** events behind it, and findings */
  count: number;
  findings: number;
  /** ids, at most MAX_IDS */
  readonly ids: string[];
  /** 0 to 1: how much it says by itself */
  strength: number;
}
