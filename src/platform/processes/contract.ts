export interface PoolOptions {
  /** children at most; they are started when there is work for them */
  readonly size: number;
  /** absolute path of the module a child runs; it calls `serveJobs` */
  readonly entry: string;
  /** what the children may read of the program itself: see `programPaths` */
  readonly program: readonly string[];
  /**
   * paths of evidence the children may read: files, or folders with everything below, now or later. What does not exist
   * when a child starts, or has `*` in its name, is not granted.
   */
  readonly readable: readonly string[];
  /** V8 heap of a child; its whole resident memory may be RESIDENT_MARGIN_MB more (sampled, Linux only) */
  readonly memoryMb: number;
  /** a child from which nothing is heard for so long, while the parent is listening, is killed */
  readonly quietMs: number;
  /** the same until a new child's first sign of life; default 30 s */
  readonly startMs?: number;
}
