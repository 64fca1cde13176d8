import type { PatternProbe, Sighting } from '../../hunt/sweep/index.ts';
import type { Indicator } from '../../model/index.ts';

export interface PatternEffects {
  readonly patterns?: undefined;
}

interface PatternSweep {
  readonly sightings: readonly Sighting[];
  readonly refused: readonly { readonly indicator: number; readonly code: string; readonly reason: string }[];
  readonly notSeen: readonly string[];
}

/** TEMP */
export async function sweepPatterns(
  patterns: readonly PatternProbe[],
  _indicators: readonly Indicator[],
  _fx: PatternEffects,
): Promise<PatternSweep> {
  return {
    sightings: [],
    refused: patterns.map((p) => ({ indicator: p.indicator, code: 'PATTERN_KIND', reason: 'not yet' })),
    notSeen: [],
  };
}
