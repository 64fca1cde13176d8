import { type Claim, ClaimFacts, claimOf } from '../../model/index.ts';
import { isMembers, type Members, ownId } from '../stix/index.ts';

/** The extension under which a whole claim travels in STIX (knowledge/export writes it). */
export const CLAIM_EXTENSION = ownId('extension-definition', 'czernin claim 1');

/** Who makes the objects that carry claims (knowledge/export). */
export const EXPORTER = ownId('identity', 'czernin');

/** The claim an object carries; null when it carries none, or none that could be one. */
export function carriedClaim(object: Members): Claim | null {
  const extensions = isMembers(object.extensions) ? object.extensions : {};
  const extension = Object.hasOwn(extensions, CLAIM_EXTENSION) ? extensions[CLAIM_EXTENSION] : null;
  const facts = ClaimFacts.safeParse(isMembers(extension) ? extension.claim : null);
  return facts.success ? claimOf(facts.data) : null;
}
