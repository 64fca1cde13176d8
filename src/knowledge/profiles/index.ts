/**
 * profiles: what is known of actors, as weighing needs it. In: STIX objects (ATT&CK or a partner's) and MISP galaxies as
 * parsed JSON. Out: actors, what they use, by which dated report, so that any report can be held out; and a view of that
 * knowledge as of a day or without given reports. Law: a fact stands only while a report that is not held out says it.
 */
export { type ImportedKeys, withClaims } from './claims.ts';
export { readProfiles } from './read.ts';
export {
  type Actor,
  type ActorKnowledge,
  CLUSTERS,
  type Cluster,
  type DayRange,
  type Fact,
  type Report,
  type Thing,
  type ThingKind,
} from './types.ts';
export { victimsIn, withRegions } from './victims.ts';
export { type ProfileView, viewOf } from './view.ts';
