import type { Confidence } from '../model/index.ts';
import type { Pool } from './agencies.ts';
import { type Posterior, ranked } from './compute.ts';
import type { Table } from './model.ts';
import { isHard } from './quality.ts';
import { deceptionOf, type Sensitivity } from './sensitivity.ts';

/**
 * Confidence is the quality of the basis, not the number: explicit rules, each answered with its figure. High needs all of
 * `high`; low follows from any of `low`; everything else is moderate.
 */
export interface ConfidenceReport {
  readonly level: Confidence;
  readonly rules: readonly ConfidenceRule[];
  /** the rules that made it low, or kept it from being high */
  readonly because: readonly string[];
}

export interface ConfidenceRule {
  readonly code: string;
  readonly of: 'high' | 'low';
  readonly met: boolean;
  readonly text: string;
}

const LN2 = Math.log(2);

/** @param seen tactics the findings themselves name, for techniques whose tactics the knowledge does not say */
export function confidence(
  table: Table,
  post: Posterior,
  sens: Sensitivity,
  pooled: Pool | null,
  seen: readonly string[] = [],
): ConfidenceReport {
  const order = ranked(table, post.p);
  const [first, second] = [order[0]!, order[1] ?? order[0]!];
  const leader = table.hypotheses[first]!;
  const gains = groupGains(post, first, second);
  const positive = gains.filter((g) => g.gain > 0);
  const sum = positive.reduce((a, g) => a + g.gain, 0);
  const bearing = gains.filter((g) => g.gain >= LN2);
  const origins = new Set(bearing.flatMap((g) => [...g.origins])).size;
  const classes = new Set(bearing.flatMap((g) => [...g.classes])).size;
  const hard = bearing.some((g) => g.hard);
  const forgeable = sum === 0 ? 0 : positive.filter((g) => g.forgeable).reduce((a, g) => a + g.gain, 0) / sum;
  const strongest = sum === 0 ? 1 : Math.max(0, ...gains.map((g) => g.gain)) / sum;
  const deception = deceptionOf(post);
  const stable = sens.leftOut
    .filter((l) => l.kind === 'source' || l.kind === 'origin')
    .every((l) => l.leader === leader.id);
  const tactics = new Set([
    ...seen,
    ...table.rows.flatMap((r) => (r.cls === 'technique' ? table.view.knowledge.things[r.thing]!.tactics : [])),
  ]).size;
  const mean = table.rows.length === 0 ? 0 : table.rows.reduce((a, r) => a + r.quality, 0) / table.rows.length;
  const bands = Math.max(0, ...(pooled?.dissent ?? []).map((d) => d.bands));
  const techniquesOnly = post.regime === 'techniques only';
  const profile = leader.kind === 'unknown' ? Number.POSITIVE_INFINITY : leader.reports;
  const pc = (x: number) => `${Math.round(x * 100)} %`;
  const high = (code: string, met: boolean, text: string): ConfidenceRule => ({ code, of: 'high', met, text });
  const low = (code: string, met: boolean, text: string): ConfidenceRule => ({ code, of: 'low', met, text });
  const rules = [
    low(
      'TECHNIQUES_ONLY',
      techniquesOnly,
      techniquesOnly ? 'it rests on techniques alone' : 'more than techniques was seen',
    ),
    low(
      'ONE_GROUP',
      strongest > 0.7,
      sum === 0
        ? 'no evidence speaks for it, only how common it is'
        : `one group of evidence carries ${pc(strongest)} of the lead`,
    ),
    low('DECEPTION', deception >= 0.3, `the probability that traces were planted or borrowed is ${pc(deception)}`),
    low('POOR_SOURCES', mean < 0.5, `mean source quality is ${mean.toFixed(2)}`),
    low(
      'THIN_PROFILE',
      profile < 2,
      `the profile of ${leader.name} rests on ${leader.reports === 1 ? 'one report' : `${leader.reports} reports`}`,
    ),
    low('DISSENT', bands >= 2, `an agency lies ${bands} bands away`),
    high(
      'THREE_GROUPS',
      bearing.length >= 3 && origins >= 3,
      `${bearing.length} independent groups of ${origins} ${origins === 1 ? 'origin' : 'origins'} tell the first from the second (three needed)`,
    ),
    high('TWO_CLASSES', classes >= 2 && hard, `${classes} classes of evidence, ${hard ? 'one' : 'none'} hard to forge`),
    high('NOT_MOSTLY_FORGEABLE', forgeable <= 0.5, `${pc(forgeable)} of the lead can be forged`),
    high(
      'LITTLE_DECEPTION',
      deception <= 0.1,
      `the probability that traces were planted or borrowed is ${pc(deception)}`,
    ),
    high('STABLE', stable, stable ? 'the leader stays without any one source' : 'without one source another leads'),
    high('FOUR_TACTICS', tactics >= 4, `${tactics} tactics observed`),
    high('PROFILE', profile >= 4, `the profile of ${leader.name} rests on ${leader.reports} reports`),
    high('NO_DISSENT', bands < 2, bands < 2 ? 'no agency two bands away' : `an agency lies ${bands} bands away`),
  ];
  const lows = rules.filter((r) => r.of === 'low' && r.met);
  const short = rules.filter((r) => r.of === 'high' && !r.met);
  const level: Confidence = lows.length > 0 ? 'low' : short.length === 0 ? 'high' : 'moderate';
  const because = (level === 'low' ? lows : level === 'moderate' ? short : rules.filter((r) => r.of === 'high')).map(
    (r) => r.text,
  );
  return { level, rules, because };
}

interface GroupGain {
  readonly gain: number;
  readonly forgeable: boolean;
  readonly hard: boolean;
  readonly origins: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
}

/** Machine items of one dependence group count as one group here, as a person's do: what they give the first over the second. */
function groupGains(post: Posterior, first: number, second: number): GroupGain[] {
  return [...Map.groupBy(post.groups, (g) => `${g.id}\u0000${g.forgeable}`)].map(([, groups]) => {
    const rows = groups.flatMap((g) => g.rows);
    const forgeable = groups[0]!.forgeable;
    return {
      // traces that may be planted count for what they are worth then
      gain: groups.reduce((a, g) => a + g.nats[first]! - g.nats[second]!, 0),
      forgeable,
      hard: rows.some((r) => r.by === 'person' && isHard(r.item.forgeability)),
      origins: new Set(rows.map((r) => r.item.source.origin)),
      classes: new Set(rows.map((r) => r.item.cls)),
    };
  });
}
