import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { FIRST_FREE_KIND, type JobEnd, type JobFailure } from '../../app/effects/index.ts';
import { CodedError, oneLine } from '../../base/index.ts';
import { confinedCommand, confinedEnvironment, confinedFolder, RESIDENT_MARGIN_MB } from './confine.ts';
import type { PoolOptions } from './contract.ts';
import { encodeFrame, FrameDecoder, FrameKind } from './frames.ts';
import { type Watch, watchProcess } from './watch.ts';

export type OnFrame = (kind: number, payload: Buffer) => void | Promise<void>;

const START_MS = 30_000;
const STDERR_KEPT = 2048;

interface Running {
  readonly onFrame: OnFrame;
  readonly quietMs: number;
  resolve(end: JobEnd): void;
  reject(error: unknown): void;
}

/** One reader process: takes one job at a time, and is `dead` for good after any bad end. */
export class Worker {
  readonly #child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  readonly #decoder = new FrameDecoder();
  readonly #watch: Watch;
  readonly #gone: Promise<void>;
  #job: Running | null = null;
  #started = false;
  #dead = false;
  /** why we killed it; how the exit then looks is no news */
  #verdict: { code: JobFailure; detail: string } | null = null;
  #stderr = Buffer.alloc(0);

  constructor(options: PoolOptions) {
    const { file, args } = confinedCommand(options);
    this.#child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: confinedEnvironment(),
      cwd: confinedFolder(),
      // Its own group: Ctrl-C reaches the program, which then decides what becomes of its children.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const { stdin, stdout, stderr } = this.#child;
    stdin.on('error', () => {}); // EPIPE: the exit is reported below
    stderr.on('error', () => {});
    stderr.on('data', (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_KEPT);
    });
    const exited = new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(`could not run: ${error.message}`));
      this.#child.once('close', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
    // A process that could not even be started has no pid; its 'error' comes at once.
    this.#watch = watchProcess(
      this.#child.pid ?? 0,
      (options.memoryMb + RESIDENT_MARGIN_MB) * 1_048_576,
      (code, detail) => this.kill(code, detail),
    );
    this.#watch.begin(options.startMs ?? START_MS);
    this.#gone = this.#live(exited, this.#listen(stdout));
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Never rejects but with what `onFrame` threw. */
  run(job: object, onFrame: OnFrame, quietMs: number): Promise<JobEnd> {
    const { promise, resolve, reject } = Promise.withResolvers<JobEnd>();
    this.#job = { onFrame, quietMs, resolve, reject };
    if (this.#started) this.#watch.begin(quietMs);
    const frame = encodeFrame(FrameKind.job, Buffer.from(JSON.stringify(job)));
    this.#child.stdin.write(frame);
    return promise;
  }

  /** Idempotent; the running job ends with this code. */
  kill(code: JobFailure, detail: string): void {
    this.#verdict ??= { code, detail };
    this.#dead = true;
    this.#child.kill('SIGKILL');
    this.#child.stdout.destroy();
  }

  /** Resolves when the process is gone. */
  gone(): Promise<void> {
    return this.#gone;
  }

  async #live(exited: Promise<string>, listened: Promise<void>): Promise<void> {
    const how = await exited;
    this.#dead = true;
    this.#watch.rest();
    await listened; // frames sent before the end still count
    this.#finish({ ok: false, ...(this.#verdict ?? this.#cause(how)) });
  }

  async #listen(stdout: Readable): Promise<void> {
    try {
      for await (const chunk of stdout) {
        this.#watch.heard();
        for (const { kind, payload } of this.#decoder.frames(chunk as Buffer)) {
          const waiting = this.#take(kind, payload);
          if (waiting !== undefined) {
            this.#watch.pause();
            await waiting;
            this.#watch.heard();
          }
          if (this.#verdict !== null) return;
        }
      }
    } catch (error) {
      // Our own destroy ends the loop too; then the verdict stands already.
      if (this.#verdict === null)
        this.kill('PROTOCOL', error instanceof CodedError ? error.message : 'its pipe failed');
    }
  }

  #take(kind: number, payload: Buffer): Promise<void> | undefined {
    if (kind === FrameKind.ready && !this.#started) {
      this.#started = true;
      if (this.#job !== null) this.#watch.begin(this.#job.quietMs);
      return undefined;
    }
    const job = this.#job;
    if (!this.#started || job === null) {
      this.kill('PROTOCOL', `a frame of kind ${kind} while no job runs`);
      return undefined;
    }
    if (kind >= FIRST_FREE_KIND) return this.#give(job, kind, payload);
    if (kind === FrameKind.beat) return undefined;
    if (kind === FrameKind.done) {
      const result = parseResult(payload);
      if (result === null) this.kill('PROTOCOL', 'a result that is no JSON');
      else this.#finish({ ok: true, result: result.value });
    } else if (kind === FrameKind.failed) {
      // What it had in memory is in doubt: the next job gets a fresh process.
      this.kill('JOB_FAILED', oneLine(payload.toString('utf8'), 500));
    } else {
      this.kill('PROTOCOL', `a frame of unknown kind ${kind}`);
    }
    return undefined;
  }

  #give(job: Running, kind: number, payload: Buffer): Promise<void> | undefined {
    const failed = (error: unknown) => {
      this.#job = null;
      this.kill('ABORTED', 'the receiver of its frames failed');
      job.reject(error);
    };
    try {
      const waiting = job.onFrame(kind, payload);
      return waiting === undefined ? undefined : waiting.catch(failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  #finish(end: JobEnd): void {
    const job = this.#job;
    this.#job = null;
    this.#watch.rest();
    job?.resolve(end);
  }

  /** What an exit that we did not cause means, with the last words of its stderr. */
  #cause(how: string): { code: JobFailure; detail: string } {
    const said = this.#stderr.toString('utf8').replaceAll(/\s+/g, ' ').trim();
    const where = this.#decoder.idle ? '' : ' in the middle of a frame';
    const detail = `${how}${where}${said === '' ? '' : `: ${oneLine(said)}`}`;
    if (/heap out of memory|allocation failed|memory allocation/i.test(said)) return { code: 'CHILD_MEMORY', detail };
    return { code: this.#started ? 'CHILD_DIED' : 'START_FAILED', detail };
  }
}

function parseResult(payload: Buffer): { value: unknown } | null {
  try {
    return { value: payload.length === 0 ? null : JSON.parse(payload.toString('utf8')) };
  } catch {
    return null;
  }
}
