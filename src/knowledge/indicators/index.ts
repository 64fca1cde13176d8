/**
 * knowledge/indicators: what others say is an intruder's. In: text of a list, attributes of a MISP event, a STIX
 * indicator. Out: Indicators, one spelling for one value, and for everything that gave none a fault with code and place.
 * Laws: nothing is lost silently (3), lists are written by whoever wrote them (4), nothing is ever looked up.
 */
export {
  INDICATOR_CODES,
  INDICATOR_NOTICES,
  type IndicatorCode,
  type IndicatorFault,
  type IndicatorNotice,
} from './codes.ts';
export { readIndicatorList } from './list.ts';
export { readMispAttributes } from './misp.ts';
export { accountName, fileName, lastPart, normalise, pipeName, registryKey, urlKey } from './normalise.ts';
export { type IndicatorReading, type ListContext, noticesOf } from './reading.ts';
export { defang } from './refang.ts';
export { readStixIndicator } from './stix.ts';
export { isSharedSuffix } from './suffix.ts';
