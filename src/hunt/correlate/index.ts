/**
 * correlate: what single rules found, in time order, in; what it means together out (Sigma correlation rules 2.1.0).
 * Laws: order, group and time span are kept exactly (docs/correlation.md, a test to each row); memory is bounded by the
 * open windows; what could not take part is counted in the tally, and what met a limit is called a lower bound.
 */
export { CorrelationError, correlate } from './correlate.ts';
export { type CorrelationHit, type CorrelationTally, newTally } from './types.ts';
