import type { ByteSource } from '../../base/index.ts';

/**
 * Reader processes: where hostile bytes are parsed. platform/processes implements both ends; a job's two halves (what
 * runs inside, what the parent does with its frames) live in app.
 */

/** Frame kinds below belong to the pool; a job uses this one to 255. */
export const FIRST_FREE_KIND = 16;

/** How a job ended badly: closed list. */
export const JOB_FAILURES = {
  JOB_FAILED: 'the job threw: an error in the program or a refused effect',
  CHILD_DIED: 'the process ended by itself or by a signal',
  CHILD_MEMORY: 'the process needed more memory than it may have',
  CHILD_SILENT: 'nothing was heard from the process for too long',
  PROTOCOL: 'the process sent something that is no frame, or a frame out of turn',
  START_FAILED: 'the process could not be started',
  ABORTED: 'the caller asked to stop',
  POOL_CLOSED: 'the pool was closed before the job ended',
} as const;
export type JobFailure = keyof typeof JOB_FAILURES;

export type JobEnd =
  | { readonly ok: true; readonly result: unknown }
  /** `detail` is one line, foreign text quoted and short (the last of a crash's stderr) */
  | { readonly ok: false; readonly code: JobFailure; readonly detail: string };

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** overrides the pool's own for this job */
  readonly quietMs?: number;
}

export interface ReaderPool extends AsyncDisposable {
  /**
   * Give a job (any JSON) to the next free child. Frames of kind ≥ FIRST_FREE_KIND go to `onFrame` in order; while it
   * has not resolved, nothing more is read from that child (backpressure; the child blocks). A payload is valid only
   * until `onFrame` returns or resolves. Every ending is a JobEnd; the promise rejects only with what `onFrame` threw.
   * After any bad end the child is gone and a fresh one takes the next job; other jobs are not touched.
   */
  run(
    job: object,
    onFrame: (kind: number, payload: Buffer) => void | Promise<void>,
    options?: RunOptions,
  ): Promise<JobEnd>;
  /** End children that have nothing to do, but for so many: their memory is wanted elsewhere. */
  trim(keep: number): void;
  /** Kill all children; jobs still running or waiting end with POOL_CLOSED. */
  close(): Promise<void>;
}

/** What a job may do inside a reader process. There is nothing else: no disk but evidence, no network, no process. */
export interface JobIo {
  /** Send a frame of kind ≥ FIRST_FREE_KIND. Small frames are gathered; it blocks while the parent is behind. */
  send(kind: number, payload: Uint8Array): void;
  sendJson(kind: number, value: unknown): void;
  /** Say "still working". Cheap: call it every megabyte or thousand records; a beat goes out at most every 200 ms. */
  beat(): void;
  /** The bytes of an evidence file. Regular files only, links never followed; throws a coded error otherwise. */
  open(path: string): EvidenceFile;
}

export interface EvidenceFile extends ByteSource {
  /** modification time as the file system has it, epoch ms */
  readonly modifiedMs: number;
  close(): void;
}
