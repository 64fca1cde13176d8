/**
 * export: knowledge in the words of others. In: claims, indicators, markings, a level. Out: STIX objects, MISP attributes,
 * cells of CSV; and why something does not leave. Law: markings fail closed, and others' objects leave as they came or not
 * at all. Same knowledge, same bytes.
 */
export {
  bundleId,
  claimExtensionDefinition,
  claimObject,
  exporterIdentity,
  fixedMarkings,
  thingObject,
} from './claims.ts';
export { type Level, WITHHELD, type WithheldCode, whyMarkedWithheld, whyWithheld } from './gate.ts';
export { CSV_COLUMNS, csvCells, mispAttribute, stixIndicator } from './indicators.ts';
