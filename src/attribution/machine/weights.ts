import { z } from 'zod';
import { AttributionError } from '../errors.ts';
import { FEATURES, type Feature } from './features.ts';

/** A step of a calibration map: statements below `upTo` come true as often as `observed`. */
const Step = z.strictObject({ upTo: z.number().min(0).max(1), observed: z.number().min(0).max(1) });

/** What statements of a band came to, in the benchmark: the table the product prints. */
const Reliability = z.strictObject({
  from: z.number(),
  to: z.number(),
  n: z.number(),
  stated: z.number(),
  observed: z.number(),
});
export type Reliability = z.infer<typeof Reliability>;

export const REGIMES = ['named malware', 'techniques only', 'analyst evidence'] as const;
export type Regime = (typeof REGIMES)[number];

const Calibration = z.strictObject({
  /** lowers the top posterior, never raises it; empty: as stated */
  map: z.array(Step),
  reliability: z.array(Reliability),
  n: z.number().int(),
  ece: z.number().nullable(),
  note: z.string(),
});
export type Calibration = z.infer<typeof Calibration>;

/** Machine weights: read-only, versioned, fitted by `npm run bench:attribution -- --fit`, judged by bench/attribution/NOTES.md. */
export const Weights = z.strictObject({
  version: z.string(),
  /** what they were fitted on, in words */
  fittedOn: z.string(),
  knowledge: z.string(),
  /** share of unknown actors among the fitted incidents: another share shifts the unknown by the difference of logits */
  unknownShare: z.number().gt(0).lt(1),
  temperature: z.number().gt(0),
  weights: z.record(z.string(), z.number()),
  calibration: z.strictObject({
    'named malware': Calibration,
    'techniques only': Calibration,
    'analyst evidence': Calibration,
  }),
});
export type Weights = z.infer<typeof Weights>;

/** @throws AttributionError WEIGHTS_INVALID: not of the shape, or a weight of no feature known here */
export function readWeights(json: unknown): Weights {
  const parsed = Weights.safeParse(json);
  if (!parsed.success)
    throw new AttributionError('WEIGHTS_INVALID', `weights: ${parsed.error.issues[0]?.message ?? 'not readable'}`);
  const odd = Object.keys(parsed.data.weights).find((f) => !FEATURES.includes(f as Feature));
  if (odd !== undefined)
    throw new AttributionError('WEIGHTS_INVALID', 'a weight of no known feature', odd.slice(0, 80));
  return parsed.data;
}

/** Weights in the order of FEATURES; a feature without weight counts nothing. */
export function codedWeights(weights: Weights): Float64Array {
  return Float64Array.from(FEATURES, (f) => weights.weights[f] ?? 0);
}
