import { parseJson } from '../../base/index.ts';
import { journalIdOf, keptState } from '../../journal/index.ts';
import type { Signer } from '../../seal/index.ts';
import type { IndexedFolder } from '../effects/index.ts';
import type { Station } from './world.ts';

/** Which of a case's journals are this station's: told by keys alone. */
function keysOf(station: Station): Signer[] {
  return [station.signer, ...station.retired];
}

/** The journal that one of our keys signs now. */
export function isOwn(row: Pick<IndexedFolder, 'state' | 'branch'>, station: Station): boolean {
  if (row.branch !== 0 || row.state === null) return false;
  const { key } = keptState(parseJson(row.state));
  return key !== null && keysOf(station).some((s) => s.publicKey.fingerprint === key.fingerprint);
}

/** The ids of the journals that our keys can have opened: they follow from case and first key. */
export function begunBy(station: Station, caseId: string): Set<string> {
  return new Set(keysOf(station).map((s) => journalIdOf(caseId, s.publicKey)));
}
