import { byteSize } from '../../base/index.ts';
import { eventAddress } from '../../model/index.ts';
import type { EvidenceRow, JobEnd, LakePart, LakeStore, ReaderPool, ReadResult, WorkStore } from '../effects/index.ts';
import {
  emptyResult,
  FrameFault,
  findingsFrame,
  inputsFrame,
  type Job,
  JobFrame,
  type JobReadOptions,
  type PackPlace,
  type PartHeader,
  type Progress,
  partFrame,
  progressFrame,
  readResult,
  recordFrame,
  type ShownRecord,
} from '../reading/index.ts';
import { ask, type Takers } from './asking.ts';

export interface ReadingRequest {
  /** what the result depends on besides the bytes; evidence read under another key is read anew */
  readonly key: string;
  readonly pack: PackPlace;
  readonly options: JobReadOptions;
  /** the lake, or null when nobody asked for one */
  readonly lake: LakeStore | null;
  /** evidence whose lake parts are already there from a reading under the same reading options */
  readonly inLake: (row: EvidenceRow) => boolean;
}

export interface ReadingStanding {
  filesDone: number;
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
  /** size of everything handed in; null until it has been walked */
  handedIn: number | null;
  /** how much of that has been found so far: what is in archives comes to more than they */
  found: number;
  events: number;
  findings: number;
}

/** Sends evidence to the reader pool, takes in what comes back, and marks each piece done in one step. */
export class Reading {
  readonly standing: ReadingStanding = {
    filesDone: 0,
    filesTotal: 0,
    bytesDone: 0,
    bytesTotal: 0,
    handedIn: null,
    found: 0,
    events: 0,
    findings: 0,
  };
  readonly #pool: ReaderPool;
  readonly #work: WorkStore;
  readonly #request: ReadingRequest;
  readonly #tell: () => void;
  readonly #running = new Map<number, Promise<void>>();
  readonly #width: number;
  #failure: unknown;

  constructor(pool: ReaderPool, work: WorkStore, request: ReadingRequest, width: number, tell: () => void) {
    this.#pool = pool;
    this.#work = work;
    this.#request = request;
    this.#width = width;
    this.#tell = tell;
  }

  /** Starts reading; waits while as many as the pool is wide are already on their way. */
  async start(row: EvidenceRow, signal: AbortSignal): Promise<void> {
    if (this.#running.has(row.id)) return;
    this.standing.filesTotal++;
    this.standing.bytesTotal += row.size;
    while (this.#running.size >= this.#width + 1) await Promise.race(this.#running.values());
    this.#throwFailure();
    const task = this.#read(row, signal)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(row.id));
    this.#running.set(row.id, task);
  }

  async done(): Promise<void> {
    await Promise.all(this.#running.values());
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #read(row: EvidenceRow, signal: AbortSignal): Promise<void> {
    const { standing } = this;
    const { key, pack, options, lake } = this.#request;
    const encode = lake !== null && !this.#request.inLake(row);
    this.#work.begin(row.id);
    const job: Job = {
      job: 'read',
      path: row.path,
      digest: row.digest,
      size: row.size,
      key,
      pack,
      lake: encode,
      options,
    };
    const before: Progress = { bytes: 0, events: 0, findings: 0 };
    let seen = before;
    const advance = (now: Progress) => {
      standing.bytesDone += now.bytes - seen.bytes;
      standing.events += now.events - seen.events;
      standing.findings += now.findings - seen.findings;
      seen = now;
      this.#tell();
    };
    const parts = new PartAssembler();
    const whole = async (): Promise<void> => {
      const part = parts.take();
      if (part) await lake?.put(part);
    };
    const takers: Takers = {
      [JobFrame.findings]: (payload) => this.#work.addFindings(row.id, findingsFrame(payload)),
      [JobFrame.inputs]: (payload) => this.#work.addInputs(row.id, inputsFrame(payload)),
      [JobFrame.progress]: (payload) => advance(progressFrame(payload)),
      [JobFrame.lakePart]: (payload) => {
        parts.begin(partFrame(payload));
        return whole();
      },
      [JobFrame.lakeData]: (payload) => {
        parts.add(payload);
        return whole();
      },
    };
    const end = await ask(this.#pool, job, takers, { signal });
    const result = this.#resultOf(end, row);
    if (result === undefined) return; // stopped from outside: not finished, the next run reads it
    if (result.status === 'failed') {
      // A reader that died costs this file: what it had sent is forgotten, so that nothing half is taken for whole.
      this.#work.begin(row.id);
      if (encode) await lake.drop(row.digest);
      advance({ ...before, bytes: seen.bytes });
    }
    this.#work.finish(row.id, result);
    advance({ ...seen, bytes: row.size });
    standing.filesDone++;
    this.#tell();
  }

  #resultOf(end: JobEnd, row: EvidenceRow): ReadResult | undefined {
    const failed = (reason: string): ReadResult => ({ ...emptyResult(this.#request.key), status: 'failed', reason });
    if (end.ok) {
      try {
        return readResult(end.result);
      } catch (error) {
        return failed(`PROTOCOL: ${(error as Error).message}`);
      }
    }
    if (end.code === 'ABORTED' || end.code === 'POOL_CLOSED') return undefined;
    return failed(`${end.code}: ${end.detail} (${byteSize(row.size)})`);
  }
}

/** Puts a lake part together from its header and data frames. */
class PartAssembler {
  #header: PartHeader | undefined;
  #bytes = new Uint8Array(0);
  #filled = 0;

  begin(header: PartHeader): void {
    if (this.#header) throw new FrameFault('BAD_FRAME', 'a lake part begins inside another');
    this.#header = header;
    this.#bytes = new Uint8Array(header.bytes);
    this.#filled = 0;
  }
  add(data: Buffer): void {
    if (!this.#header || this.#filled + data.length > this.#bytes.length) {
      throw new FrameFault('BAD_FRAME', 'lake data that belongs to no part');
    }
    this.#bytes.set(data, this.#filled);
    this.#filled += data.length;
  }
  /** The part, once it is whole. */
  take(): LakePart | undefined {
    if (!this.#header || this.#filled < this.#bytes.length) return undefined;
    const { stream, day, name, rows } = this.#header;
    this.#header = undefined;
    return { stream, day, name, rows, bytes: this.#bytes };
  }
}

/**
 * Records found again by their addresses, keyed by address; several addresses of one file cost one job. Of each only
 * what `keep` takes stays in memory. A file whose process comes to a bad end gives the records up to there.
 */
export async function fetchRecords<T>(
  pool: ReaderPool,
  evidence: (digest: string) => EvidenceRow | undefined,
  addresses: readonly string[],
  options: JobReadOptions,
  keep: (record: ShownRecord) => T,
): Promise<Map<string, T>> {
  const byEvidence = new Map<string, number[]>();
  for (const address of addresses) {
    const [digest, offset] = address.split('@') as [string, string];
    const list = byEvidence.get(digest) ?? [];
    list.push(Number(offset));
    byEvidence.set(digest, list);
  }
  const out = new Map<string, T>();
  await Promise.all(
    [...byEvidence].map(async ([digest, offsets]) => {
      const row = evidence(digest);
      if (!row) return;
      const job: Job = { job: 'records', path: row.path, offsets: offsets.sort((a, b) => a - b), options };
      const stop = new AbortController();
      const onFrame = (kind: number, payload: Buffer): void => {
        if (kind !== JobFrame.record || stop.signal.aborted) return;
        try {
          const record = recordFrame(payload);
          out.set(eventAddress(digest, record.offset), keep(record));
        } catch (error) {
          if (!(error instanceof FrameFault)) throw error;
          stop.abort();
        }
      };
      await pool.run(job, onFrame, { signal: stop.signal });
    }),
  );
  return out;
}
