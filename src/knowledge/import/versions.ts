import { CodedError, canonicalize } from '../../base/index.ts';
import type { ImportCode } from './codes.ts';

/** One version of an object, as far as its place among others depends on it. */
export interface Version {
  /** `modified`, sortable; '' of what has no versions */
  readonly version: string;
  readonly creator: string;
  readonly revoked: boolean;
  readonly hash: string;
  readonly counts: boolean;
  readonly json: string;
}

export interface Placing {
  readonly outcome: 'known' | 'new';
  /** whether it may be what the object says now; nothing that is known is ever displaced but by its maker */
  readonly counts: boolean;
  /** why somebody should look at it */
  readonly code: ImportCode | null;
}

/**
 * Where a version stands among those known of its id (3.6 of the standard): identity is id and `modified`; only who made
 * an object makes new versions of it; revoking is final. Everything is kept; what breaks a rule does not count.
 */
export function placeVersion(next: Omit<Version, 'counts'>, known: readonly Version[]): Placing {
  const same = known.filter((v) => v.version === next.version);
  if (same.some((v) => v.hash === next.hash) || sameContent(next.json, same))
    return { outcome: 'known', counts: false, code: null };
  if (same.length > 0) return { outcome: 'new', counts: false, code: 'OTHER_CONTENT' };
  const counting = known.filter((v) => v.counts);
  const maker = counting[0]?.creator;
  if (maker !== undefined && maker !== next.creator) return { outcome: 'new', counts: false, code: 'FOREIGN_VERSION' };
  if (!next.revoked && counting.some((v) => v.revoked && v.version < next.version))
    return { outcome: 'new', counts: false, code: 'AFTER_REVOCATION' };
  const older = counting.some((v) => v.version > next.version);
  return { outcome: 'new', counts: true, code: older ? 'OLDER_VERSION' : null };
}

/** The same value, however it is written: only asked when the bytes differ. */
function sameContent(json: string, others: readonly Version[]): boolean {
  if (others.length === 0) return false;
  const text = canonical(json);
  return text !== null && others.some((other) => canonical(other.json) === text);
}

/** null: a lone surrogate has no canonical text, and nothing is told to be the same. */
function canonical(json: string): string | null {
  try {
    return canonicalize(JSON.parse(json));
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
