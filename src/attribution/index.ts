/**
 * attribution: who it was, weighed. In: items of evidence (model/assessment), a view of the knowledge (knowledge/profiles),
 * versioned machine weights. Out: an Assessment: answers with probabilities, deception, reasons, ladder, confidence, what
 * would change it, sentences. Pure: same input in any order, same answer. Laws: nothing is 0 or 1; an unknown actor is
 * always among the answers; techniques alone never give more than low confidence; likelihood and confidence never share
 * a sentence. docs/attribution.md has the formulas.
 */
export { type Dissent, type Pool, pool } from './agencies.ts';
export { ASSUMED, type Assumptions } from './compute.ts';
export { deceive, EPSILON, median } from './deception.ts';
export { ATTRIBUTION_ERRORS, AttributionError, type AttributionErrorCode } from './errors.ts';
export { backgroundOf, FEATURES, type Observed } from './machine/features.ts';
export { designRow, scoreObserved } from './machine/score.ts';
export { type Calibration, type Regime, type Reliability, readWeights, type Weights } from './machine/weights.ts';
export type { ExtraHypothesis } from './model.ts';
export { calibrate, mapped, softmax } from './posterior.ts';
export { discounted, quality } from './quality.ts';
export {
  type Answer,
  type Assessment,
  type Reason,
  type WeighOptions,
  weigh,
  weighCase,
} from './weigh.ts';
export {
  BANDS,
  bandOf,
  confidenceSentence,
  inGap,
  likelihood,
  likelihoodSentence,
  OVERSTATEMENTS,
  overstatements,
  statement,
} from './wording.ts';
