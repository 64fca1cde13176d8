import { readFileSync } from 'node:fs';

/**
 * Two dangers watched from outside, because a process in an endless loop reports neither: silence, and resident memory
 * (--max-old-space-size bounds only V8's heap, not buffers). Silence is counted in ticks of our own timer, not by the
 * clock: when the parent itself was busy or the machine slept, one tick passes and not the whole time.
 */
const TICKS = 8;
const MAX_TICK_MS = 250;

export interface Watch {
  /** a job (or the start) begins; so much silence is too much */
  begin(limitMs: number): void;
  /** something was heard, and the parent listens again */
  heard(): void;
  /** the parent is busy with what it heard: the child may be blocked, so its silence means nothing */
  pause(): void;
  /** nothing is expected any more, until the next `begin` */
  rest(): void;
}

export function watchProcess(
  pid: number,
  residentLimit: number,
  danger: (code: 'CHILD_SILENT' | 'CHILD_MEMORY', detail: string) => void,
): Watch {
  let quietFor = 0;
  let paused = false;
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    quietFor = 0;
    paused = false;
  };
  const rest = () => clearInterval(timer);
  return {
    heard,
    rest,
    begin(limitMs) {
      rest();
      heard();
      const tickMs = Math.max(10, Math.min(MAX_TICK_MS, limitMs / TICKS));
      timer = setInterval(() => {
        const resident = residentBytes(pid);
        if (resident > residentLimit)
          danger('CHILD_MEMORY', `${mb(resident)} MB resident, over ${mb(residentLimit)} MB`);
        if (!paused) quietFor += tickMs;
        if (quietFor > limitMs) danger('CHILD_SILENT', `silent for more than ${limitMs} ms`);
      }, tickMs);
    },
    pause() {
      paused = true;
    },
  };
}

const mb = (bytes: number) => Math.round(bytes / 1_048_576);

// statm counts pages. Where they are larger than this, the limit is reached later, never too early.
const PAGE_BYTES = 4096;

/** 0 where the system does not say: only Linux does, and only while the process lives. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
