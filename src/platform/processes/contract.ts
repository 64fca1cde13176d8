/** What the pool offers and what a job inside a reader process gets: the two ends of the same wire. */

export interface PoolOptions {
  /** children at most; they are started when there is work for them */
  readonly size: number;
  /** absolute path of the module a child runs; it calls `serveJobs` */
  readonly entry: string;
  /** what the children may read of the program itself: see `programPaths` */
  readonly program: readonly string[];
  /** absolute paths of evidence the children may read: files, or folders with everything below */
  readonly readable: readonly string[];
  /** V8 heap of a child; its whole resident memory may be RESIDENT_MARGIN_MB more (sampled, Linux only) */
  readonly memoryMb: number;
  /** a child from which nothing is heard for so long, while the parent is listening, is killed */
  readonly quietMs: number;
  /** the same until a new child's first sign of life; default 30 s */
  readonly startMs?: number;
}

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
  readonly quietMs?: number;
}

export interface Pool extends AsyncDisposable {
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
}
