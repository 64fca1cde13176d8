import type { EvidenceRow } from '../effects/index.ts';

/** The name evidence was handed in under, for people: a path, or `archive!member`. */
export function originName(origin: EvidenceRow['origins'][number]): string {
  return origin.container ? `${origin.path}!${origin.container.member}` : origin.path;
}

export function nameOf(evidence: Pick<EvidenceRow, 'origins' | 'digest'>): string {
  const first = evidence.origins[0];
  return first ? originName(first) : evidence.digest;
}
