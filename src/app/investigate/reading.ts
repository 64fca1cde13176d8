import { byteSize } from '../../base/index.ts';
import { eventAddress } from '../../model/index.ts';
import type {
  EvidenceRow,
  FindingRow,
  InputRow,
  LakeStore,
  ReaderPool,
  ReadResult,
  WorkStore,
} from '../effects/index.ts';
import {
  emptyResult,
  type Job,
  JobFrame,
  type JobReadOptions,
  type Progress,
  type ShownRecord,
} from '../reading/index.ts';

export interface ReadingRequest {
  /** what the result depends on besides the bytes; evidence read under another key is read anew */
  readonly key: string;
  readonly packPath: string;
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
    const { key, packPath, options, lake } = this.#request;
    const encode = lake !== null && !this.#request.inLake(row);
    this.#work.begin(row.id);
    if (encode) await lake.drop(row.digest);
    const job: Job = { $: 'read', path: row.path, digest: row.digest, key, pack: packPath, lake: encode, options };
    const before: Progress = { bytes: 0, events: 0, findings: 0 };
    let seen = before;
    let part: PartBuilder | undefined;
    const end = await this.#pool.run(
      job,
      async (kind, payload) => {
        switch (kind) {
          case JobFrame.findings:
            this.#work.addFindings(row.id, parse<FindingRow[]>(payload));
            return;
          case JobFrame.inputs:
            this.#work.addInputs(row.id, parse<InputRow[]>(payload));
            return;
          case JobFrame.lakePart:
            part = new PartBuilder(parse<PartHeader>(payload));
            if (!part.whole) return;
            break;
          case JobFrame.lakeData:
            if (!part?.add(payload)) return;
            break;
          case JobFrame.progress: {
            const now = parse<Progress>(payload);
            standing.bytesDone += now.bytes - seen.bytes;
            standing.events += now.events - seen.events;
            standing.findings += now.findings - seen.findings;
            seen = now;
            this.#tell();
            return;
          }
          default:
            return;
        }
        const { header, bytes } = part;
        part = undefined;
        await lake?.put(row.digest, {
          stream: header.stream,
          day: header.day,
          name: header.name,
          rows: header.rows,
          bytes,
        });
      },
      { signal },
    );
    standing.bytesDone += row.size - seen.bytes;
    standing.filesDone++;
    this.#tell();
    if (end.ok) {
      this.#work.finish(row.id, end.result as ReadResult);
      return;
    }
    if (end.code === 'ABORTED' || end.code === 'POOL_CLOSED') return; // not finished: the next run reads it
    // A reader that died costs this file: what it had sent is forgotten, so that nothing half is taken for whole.
    this.#work.begin(row.id);
    if (encode) await lake.drop(row.digest);
    standing.events -= seen.events;
    standing.findings -= seen.findings;
    this.#work.finish(row.id, {
      ...emptyResult(key),
      status: 'failed',
      reason: `${end.code}: ${end.detail} (${byteSize(row.size)})`,
    });
  }
}

interface PartHeader {
  readonly stream: string;
  readonly day: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Longest lake part a reader may send; parts are row groups, far below this. */
const MAX_PART_BYTES = 512 * 1024 * 1024;

class PartBuilder {
  readonly header: PartHeader;
  readonly bytes: Uint8Array;
  #filled = 0;

  constructor(header: PartHeader) {
    this.header = header;
    if (!(header.bytes >= 0 && header.bytes <= MAX_PART_BYTES))
      throw new RangeError(`a lake part claims ${header.bytes} bytes`);
    this.bytes = new Uint8Array(header.bytes);
  }
  get whole(): boolean {
    return this.#filled === this.bytes.length;
  }
  add(data: Buffer): boolean {
    this.bytes.set(data, this.#filled);
    this.#filled += data.length;
    return this.whole;
  }
}

/** Records found again by their addresses, keyed by address; several addresses of one file cost one job. */
export async function fetchRecords(
  pool: ReaderPool,
  evidence: (digest: string) => EvidenceRow | undefined,
  addresses: readonly string[],
  options: JobReadOptions,
): Promise<Map<string, ShownRecord>> {
  const byEvidence = new Map<string, number[]>();
  for (const address of addresses) {
    const [digest, offset] = address.split('@') as [string, string];
    const list = byEvidence.get(digest) ?? [];
    list.push(Number(offset));
    byEvidence.set(digest, list);
  }
  const out = new Map<string, ShownRecord>();
  await Promise.all(
    [...byEvidence].map(async ([digest, offsets]) => {
      const row = evidence(digest);
      if (!row) return;
      const job: Job = { $: 'records', path: row.path, offsets: offsets.sort((a, b) => a - b), options };
      await pool.run(job, (kind, payload) => {
        if (kind !== JobFrame.record) return;
        const record = parse<ShownRecord>(payload);
        out.set(eventAddress(digest, record.offset), record);
      });
    }),
  );
  return out;
}

function parse<T>(payload: Buffer): T {
  return JSON.parse(payload.toString('utf8')) as T;
}
