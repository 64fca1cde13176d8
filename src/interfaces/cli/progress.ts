import { byteSize, count, duration, oneLine } from '../../base/index.ts';
import type { Terminal } from './command.ts';

/** What a long work is at. `total` counts may still grow while evidence is being found. */
export interface Standing {
  readonly phase: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly events: number;
  readonly findings: number;
}

const REDRAW_MS = 150;
const LOG_MS = 10_000;

/**
 * Live progress on stderr: one line redrawn in place on a terminal, a plain line every ten seconds elsewhere.
 * Rate and time left come from the bytes done in this run.
 */
export function progressLine(
  terminal: Terminal,
  clock: () => number = Date.now,
): { show(s: Standing): void; end(): void } {
  const started = clock();
  let drawn = 0;
  let dirty = false;
  return {
    show(s) {
      const now = clock();
      if (now - drawn < (terminal.interactive ? REDRAW_MS : LOG_MS)) return;
      if (!terminal.interactive && drawn === 0 && now - started < LOG_MS) return;
      drawn = now;
      const line = standingText(s, now - started);
      if (terminal.interactive) {
        terminal.err(`\r\x1b[2K${oneLine(line, Math.max(20, terminal.columns - 1))}`);
        dirty = true;
      } else terminal.err(`${line}\n`);
    },
    end() {
      if (dirty) terminal.err('\r\x1b[2K');
    },
  };
}

function standingText(s: Standing, elapsed: number): string {
  const rate = elapsed > 0 ? (s.bytesDone / elapsed) * 1000 : 0;
  const left = rate > 0 && s.bytesTotal > s.bytesDone ? ((s.bytesTotal - s.bytesDone) / rate) * 1000 : Number.NaN;
  return [
    s.phase,
    `${count(s.filesDone)}/${count(s.filesTotal)} files`,
    `${byteSize(s.bytesDone)} of ${byteSize(s.bytesTotal)}`,
    `${byteSize(Math.round(rate))}/s`,
    `${count(s.events)} events`,
    `${count(s.findings)} findings`,
    Number.isNaN(left) ? '' : `${duration(left)} left`,
  ]
    .filter(Boolean)
    .join(' · ');
}
