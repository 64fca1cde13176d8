import { ClaimError, readClaimFile } from '../../knowledge/claims/index.ts';
import type { Claim } from '../../model/index.ts';
import type { KnowledgeIndex, KnowledgeStore } from '../effects/index.ts';
import { addClaim, fillImport } from './fill.ts';

/** The name of an own claim among the sources of the index. */
export const claimSource = (id: string): string => `claim ${id}`;

/**
 * The index, holding exactly what lies on the shelf, in the order it was taken in: an index that lacks something, or
 * holds what is gone, is made anew from the kept bytes. Throws what the store throws.
 */
export async function openIndex(store: KnowledgeStore): Promise<KnowledgeIndex> {
  const wanted = [...store.records().map((r) => r.digest), ...store.claims().map((c) => claimSource(c.id))];
  let { index } = store.index();
  const there = index.sources();
  const missing = wanted.filter((name) => !there.has(name));
  // what was added at the end can be added now; anything else changes what counts
  const additions = wanted.slice(0, wanted.length - missing.length).every((name) => there.has(name));
  if (there.size + missing.length !== wanted.length || !(additions || missing.every((m) => m.startsWith('claim ')))) {
    index.close();
    store.dropIndex();
    index = store.index().index;
  }
  await fillAll(store, index);
  return index;
}

async function fillAll(store: KnowledgeStore, index: KnowledgeIndex): Promise<void> {
  const there = index.sources();
  for (const record of store.records()) {
    if (there.has(record.digest)) continue;
    index.begin(record.digest, record);
    try {
      await fillImport(store, index, record);
      index.commit();
    } catch (error) {
      index.rollback();
      index.close();
      throw error;
    }
  }
  for (const claim of store.claims()) {
    if (there.has(claimSource(claim.id))) continue;
    index.begin(claimSource(claim.id), null);
    addClaim(index, claim);
    index.commit();
  }
}

/** The claims that come with the program. A fault in them is ours: it is thrown. */
export function starterClaims(files: readonly { readonly path: string; readonly text: string }[]): Claim[] {
  return files.flatMap(({ path, text }) => {
    const { claims, faults } = readClaimFile(text, path);
    const [fault] = faults;
    if (fault) throw new ClaimError(fault.code, fault.message, fault.where);
    return claims;
  });
}
