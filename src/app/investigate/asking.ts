import type { JobEnd, ReaderPool, RunOptions } from '../effects/index.ts';
import { FrameFault, type Job } from '../reading/index.ts';

/** What to do with each kind of frame; throws a FrameFault for one that is not as it should be. */
export type Takers = Readonly<Record<number, (payload: Buffer) => void | Promise<void>>>;

/**
 * Gives a job to a reader process and takes in what it says. The process has met hostile bytes: a frame that is not as
 * it should be stops it, and the end is PROTOCOL.
 */
export async function ask(pool: ReaderPool, job: Job, takers: Takers, options: RunOptions = {}): Promise<JobEnd> {
  const stop = new AbortController();
  let broken: string | undefined;
  const fail = (error: unknown): void => {
    if (!(error instanceof FrameFault)) throw error;
    broken = error.message;
    stop.abort();
  };
  const onFrame = (kind: number, payload: Buffer): void | Promise<void> => {
    if (broken !== undefined) return;
    try {
      const take = takers[kind];
      if (take === undefined) throw new FrameFault('BAD_FRAME', `a frame of unknown kind ${kind}`);
      return take(payload)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const end = await pool.run(job, onFrame, { ...options, signal });
  return broken === undefined ? end : { ok: false, code: 'PROTOCOL', detail: broken };
}
