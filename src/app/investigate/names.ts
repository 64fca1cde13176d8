import type { EvidenceRow } from '../effects/index.ts';

/** The name evidence was handed in under, for people: a path, or `archive!member`; its digest when it has none. */
export function nameOf(evidence: Pick<EvidenceRow, 'origins' | 'digest'>): string {
  return evidence.origins[0]?.path ?? evidence.digest;
}
