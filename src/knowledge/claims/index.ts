/**
 * claims: what named sources say. In: files of claims as people write them, STIX objects, galaxy clusters. Out: claims
 * with source, date and trust, and the answers made of them. Law: nothing is merged and nothing wins; a claim that
 * cannot be taken is a fault with its place, and the rest is taken.
 */
export {
  answerOf,
  type Dispute,
  inForce,
  type NameClaimed,
  namesOf,
  type Statement,
  type ThingAnswer,
  type ToolHistory,
  toolHistory,
} from './answers.ts';
export { CLAIM_CODES, type ClaimCode, ClaimError } from './codes.ts';
export { CLAIM_EXTENSION, EXPORTER } from './extension.ts';
export { claimMarking, claimsOfStix, type StixClaims, thingOf } from './stix.ts';
export { claimText, credibilityOf, nameKey, type Provenance, slug } from './trust.ts';
export { type ClaimFault, type ClaimFile, KNOWLEDGE_FORMAT, readClaimFile } from './yaml.ts';
