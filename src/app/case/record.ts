import { parseJson } from '../../base/index.ts';
import type { Payload } from '../../model/index.ts';
import { sha256Hex } from '../../seal/index.ts';
import { freshIndex } from './open.ts';
import type { CaseWorld, Hand, Saying, Station } from './world.ts';
import { type CaseWriter, openWriter } from './writer.ts';

/** Evidence as the intake took it in. */
export type RecordedFile = Payload<'evidence-received'>['files'][number];

/** How the files came: whoever handed them in, the medium, when. */
export interface Custody {
  readonly from: string;
  readonly how: string;
  readonly receivedAt: string;
}

export type RecordedRun = Payload<'analysis-run'>;

/**
 * What a journey did, as entries: each piece of evidence once, each run unless the last one was the same. Both return how
 * many entries were written.
 */
export interface Recorder {
  readonly journal: string;
  evidence(files: readonly RecordedFile[], custody: Custody): number;
  analysis(run: RecordedRun): number;
  close(): void;
}

const FILES_AN_ENTRY = 1000;
const MAX_INPUTS = 5000;

export function openRecorder(world: CaseWorld, station: Station, hand: Hand): Recorder {
  const lock = world.lock();
  let writer: CaseWriter;
  try {
    writer = openWriter(world, station, hand, { lock });
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    journal: writer.journal,
    evidence(files, custody) {
      const known = recordedEvidence(world, writer.journal);
      const fresh = [...new Map(files.map((f) => [f.digest, f])).values()].filter((f) => !known.has(f.digest));
      const sayings: Saying[] = [];
      for (let i = 0; i < fresh.length; i += FILES_AN_ENTRY) {
        const payload = { ...custody, files: fresh.slice(i, i + FILES_AN_ENTRY) };
        sayings.push({ kind: 'evidence-received', payload });
      }
      if (sayings.length > 0) writer.append(sayings);
      return sayings.length;
    },
    analysis(run) {
      const payload = bounded(run);
      const last = lastRun(world, writer.journal);
      if (last && sameRun(last, payload)) return 0;
      writer.append([{ kind: 'analysis-run', payload }]);
      return 1;
    },
    close() {
      try {
        writer.close();
      } finally {
        lock.release();
      }
    },
  };
}

/** A list too long for one entry stands as the digest of the list. */
function bounded(run: RecordedRun): RecordedRun {
  if (run.inputs.length <= MAX_INPUTS) return run;
  const list = [...run.inputs].sort().join('\n');
  const said = `SHA-256 of the sorted list of ${run.inputs.length} digests, joined by newlines`;
  return { ...run, inputs: [sha256Hex(list)], parameters: { ...run.parameters, inputs: said } };
}

/** The lock is held: what the index says of our journal is so until we write. */
function recordedEvidence(world: CaseWorld, journal: string): Set<string> {
  const index = freshIndex(world);
  try {
    return new Set(index.targets(journal, 'evidence-received'));
  } finally {
    index.close();
  }
}

function lastRun(world: CaseWorld, journal: string): RecordedRun | null {
  const index = freshIndex(world);
  try {
    const [last] = index.items({ kind: 'analysis-run', journal, limit: 1 });
    if (!last) return null;
    const line = world.shelf.read(last.folder, 'entries', last.offset, last.offset + last.length);
    return (parseJson(Buffer.from(line).toString()) as { payload: RecordedRun }).payload;
  } finally {
    index.close();
  }
}

/** When it ran is not what it did. */
function sameRun(a: RecordedRun, b: RecordedRun): boolean {
  const what = ({ startedAt: _s, endedAt: _e, ...rest }: RecordedRun): string => JSON.stringify(rest, sortedKeys);
  return what(a) === what(b);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
