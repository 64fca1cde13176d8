import { readSync, writeSync } from 'node:fs';
import { FIRST_FREE_KIND, type JobIo } from '../../app/effects/index.ts';
import { openEvidence } from '../files/source.ts';
import { PoolError } from './errors.ts';
import { FrameDecoder, FrameKind, HEADER_BYTES, writeHeader } from './frames.ts';

/** Small frames are gathered up to here before they are written. */
const GATHER_BYTES = 256 * 1024;
const BEAT_MS = 200;
const NO_BYTES = new Uint8Array(0);

/**
 * The inside of a reader process: takes jobs from fd 0, one at a time, until it closes; answers on fd 1. Both are read
 * and written synchronously: a reader is a plain loop over bytes, the kernel's pipe is the only queue, and when the
 * parent is behind or gone the next write blocks or fails. Returns when fd 0 closes; the caller lets the process end.
 */
export async function serveJobs(run: (job: unknown, io: JobIo) => unknown): Promise<void> {
  // fd 1 carries frames: a stray console.log of some library must not break them.
  // biome-ignore lint/suspicious/noConsole: where it must be silenced
  globalThis.console.log = globalThis.console.info = globalThis.console.debug = globalThis.console.error;
  const out = new FrameWriter(1);
  const io: JobIo = {
    send(kind, payload) {
      if (kind < FIRST_FREE_KIND) throw new PoolError('BAD_KIND', `frame kind ${kind} belongs to the pool`);
      out.write(kind, payload);
    },
    sendJson: (kind, value) => io.send(kind, Buffer.from(JSON.stringify(value))),
    beat: () => out.beat(),
    open: openEvidence,
  };
  out.write(FrameKind.ready, NO_BYTES);
  out.flush();
  for (const job of jobs(0)) {
    try {
      const result = await run(job, io);
      out.write(FrameKind.done, result === undefined ? NO_BYTES : Buffer.from(JSON.stringify(result)));
    } catch (error) {
      const text = error instanceof Error ? `${codeOf(error)}${error.message}` : String(error);
      out.write(FrameKind.failed, Buffer.from(text.slice(0, 2000)));
    }
    out.flush();
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
}

function* jobs(fd: number): Generator<unknown, void, void> {
  const decoder = new FrameDecoder();
  const chunk = Buffer.allocUnsafe(64 * 1024);
  for (;;) {
    const got = retrying(() => readSync(fd, chunk));
    if (got === 0) return;
    for (const frame of decoder.frames(chunk.subarray(0, got))) {
      if (frame.kind === FrameKind.job) yield JSON.parse(frame.payload.toString('utf8'));
    }
  }
}

class FrameWriter {
  readonly #fd: number;
  readonly #gathered = Buffer.allocUnsafe(GATHER_BYTES);
  #fill = 0;
  #lastWrite = performance.now();

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(kind: number, payload: Uint8Array): void {
    if (this.#fill + HEADER_BYTES + payload.length > GATHER_BYTES) this.flush();
    writeHeader(this.#gathered, this.#fill, kind, payload.length);
    this.#fill += HEADER_BYTES;
    if (this.#fill + payload.length > GATHER_BYTES) {
      this.flush();
      this.#writeAll(payload);
    } else {
      this.#gathered.set(payload, this.#fill);
      this.#fill += payload.length;
    }
  }

  beat(): void {
    if (performance.now() - this.#lastWrite < BEAT_MS) return;
    this.write(FrameKind.beat, NO_BYTES);
    this.flush();
  }

  flush(): void {
    this.#writeAll(this.#gathered.subarray(0, this.#fill));
    this.#fill = 0;
  }

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += retrying(() => writeSync(this.#fd, bytes, at, bytes.length - at));
    this.#lastWrite = performance.now();
  }
}

const still = new Int32Array(new SharedArrayBuffer(4));

/** A pipe that some other end made non-blocking says EAGAIN; EPIPE means that the parent is gone, and so is our work. */
function retrying(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE' || code === 'EOF') process.exit(0);
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
      Atomics.wait(still, 0, 0, 1);
    }
  }
}
