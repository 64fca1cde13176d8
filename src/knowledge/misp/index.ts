/**
 * misp: what MISP writes. In: galaxy clusters and events as JSON values of any content. Out: claims, and what an event
 * says as a whole. Law: a cluster is a collection of what others said: who is named as origin is the source.
 */
export { type ClusterClaims, claimsOfCluster, clusterKind, type Galaxy } from './galaxy.ts';
