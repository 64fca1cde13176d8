import type { EvidenceRow, ReadResult, WorkStore } from '../effects/index.ts';
import type { IntakeItem } from '../intake/index.ts';
import { emptyResult } from '../reading/index.ts';
import type { RefusedEvidence } from './notseen.ts';
import type { Reading } from './reading.ts';

/** What came in with this run. */
export interface Arrived {
  /** digests of content the case did not have */
  readonly fresh: readonly string[];
  /** files and members whose content it had */
  readonly again: number;
  readonly refused: readonly RefusedEvidence[];
}

/** Everything intake finds is entered in the store; what is no archive goes to the readers, under `key`. */
export async function takeIn(
  items: AsyncIterable<IntakeItem>,
  work: WorkStore,
  reading: Reading,
  key: string,
  signal: AbortSignal,
): Promise<Arrived> {
  const fresh: string[] = [];
  const refused: RefusedEvidence[] = [];
  let again = 0;
  for await (const item of items) {
    reading.standing.found += handedInBytes(item);
    switch (item.kind) {
      case 'evidence': {
        const { evidence, path } = item;
        const { digest, size, stored } = evidence;
        const { isNew } = work.receive({ digest, size, origin: evidence.origins[0]!, path, stored });
        if (isNew) fresh.push(digest);
        const row = work.find(digest) as EvidenceRow;
        if (evidence.status === 'waiting') await reading.start(row, signal);
        else work.finish(row.id, archiveResult(key, evidence));
        break;
      }
      case 'again': {
        const row = work.find(item.digest);
        if (row)
          work.receive({ digest: row.digest, size: row.size, origin: item.origin, path: row.path, stored: row.stored });
        again++;
        break;
      }
      case 'refused':
        refused.push({ where: item.path, code: item.code, reason: item.message });
        break;
      case 'fault':
        break; // counted and located in the archive's own item
    }
  }
  return { fresh, again, refused };
}

/** Size of a file that was handed in, once all of it has been found; 0 for what lay in one. */
function handedInBytes(item: IntakeItem): number {
  if (item.kind === 'evidence') return item.evidence.origins[0]?.container ? 0 : item.evidence.size;
  return item.kind === 'again' && !item.origin.container ? item.size : 0;
}

/** An archive's own row: its members are evidence of their own; one that could not be opened is evidence not seen. */
function archiveResult(key: string, evidence: Extract<IntakeItem, { kind: 'evidence' }>['evidence']): ReadResult {
  const opened = evidence.status === 'archive';
  return {
    ...emptyResult(key),
    status: opened ? 'archive' : 'unknown',
    format: evidence.format,
    faults: opened ? Object.fromEntries(evidence.faults.map((f) => [f.code, f.count])) : {},
    faultSamples: opened
      ? evidence.faults.map((f) => ({ code: f.code, offset: f.firstOffset, message: f.message }))
      : [],
    ...(opened ? {} : { reason: evidence.faults.map((f) => `${f.code}: ${f.message}`).join('; ') }),
  };
}

/** Never read to the end, or under another key. */
export function needsReading(result: ReadResult | null, key: string): boolean {
  if (result === null) return true;
  // What no reader knows stays unknown under any rules; the program's version is part of the reading key.
  return result.key !== key && (result.status === 'read' || result.status === 'failed');
}
