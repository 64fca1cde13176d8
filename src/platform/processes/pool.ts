import type { JobEnd, ReaderPool, RunOptions } from '../../app/effects/index.ts';
import type { PoolOptions } from './contract.ts';
import { type OnFrame, Worker } from './worker.ts';

interface Waiting {
  start(worker: Worker): void;
  refuse(end: JobEnd): void;
}

/** A pool of restricted reader processes. Starts nothing yet. */
export function openReaderPool(options: PoolOptions): ReaderPool {
  const idle: Worker[] = [];
  const alive = new Set<Worker>();
  const queue: Waiting[] = [];
  let busy = 0;
  let closed = false;

  /** Hand waiting jobs to free children, oldest first; a dead child's place is taken by a new one. */
  const pump = () => {
    while (queue.length > 0 && busy < options.size) {
      const worker = idle.pop() ?? start();
      if (worker.dead) continue;
      busy++;
      queue.shift()!.start(worker);
    }
  };
  const start = () => {
    const worker = new Worker(options);
    alive.add(worker);
    void worker.gone().then(() => alive.delete(worker));
    return worker;
  };
  const release = (worker: Worker) => {
    busy--;
    if (!worker.dead && !closed) idle.push(worker);
    pump();
  };

  const run = async (job: object, onFrame: OnFrame, { signal, quietMs = options.quietMs }: RunOptions = {}) => {
    if (closed) return ended('POOL_CLOSED', 'the pool is closed');
    if (signal?.aborted) return ended('ABORTED', 'stopped before it began');
    const { promise, resolve } = Promise.withResolvers<Worker | JobEnd>();
    const place: Waiting = { start: resolve, refuse: resolve };
    let stop = () => {
      const at = queue.indexOf(place);
      if (at >= 0) queue.splice(at, 1);
      place.refuse(ended('ABORTED', 'stopped while waiting for a free process'));
    };
    const onAbort = () => stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      queue.push(place);
      pump();
      const worker = await promise;
      if (!(worker instanceof Worker)) return worker;
      stop = () => worker.kill('ABORTED', 'stopped by the caller');
      try {
        if (signal?.aborted) stop();
        return await worker.run(job, onFrame, quietMs);
      } finally {
        release(worker);
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  };

  const trim = (keep: number) => {
    for (const worker of idle.splice(keep)) worker.kill('POOL_CLOSED', 'not needed any more');
  };

  const close = async () => {
    closed = true;
    for (const waiting of queue.splice(0)) waiting.refuse(ended('POOL_CLOSED', 'the pool was closed'));
    const all = [...alive];
    for (const worker of all) worker.kill('POOL_CLOSED', 'the pool was closed');
    await Promise.all(all.map((worker) => worker.gone()));
  };

  return { run, trim, close, [Symbol.asyncDispose]: close };
}

function ended(code: 'ABORTED' | 'POOL_CLOSED', detail: string): JobEnd {
  return { ok: false, code, detail };
}
