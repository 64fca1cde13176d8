import { byteSize, count, duration, oneLine } from '../../base/index.ts';
import type { Terminal } from './command.ts';

/** What a long work is at. `total` counts may still grow while evidence is being found. */
export interface Standing {
  readonly phase: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** of everything handed in; null while nobody knows */
  readonly handedIn: number | null;
  /** how much of that has been found */
  readonly found: number;
  readonly events: number;
  readonly findings: number;
}

const REDRAW_MS = 150;
const LOG_MS = 10_000;

/**
 * Live progress on stderr: one line redrawn in place on a terminal, a plain line every ten seconds elsewhere.
 * Rate and time left come from the bytes done in this run and the size of everything that was handed in.
 */
export function progressLine(
  terminal: Terminal,
  clock: () => number = Date.now,
): { show(s: Standing): void; end(): void } {
  const started = clock();
  let drawn = 0;
  let named = '';
  let dirty = false;
  return {
    show(s) {
      const now = clock();
      // A new kind of work is told at once, its counts every so often.
      const name = s.phase.replace(/[\d,]+/g, '');
      const turned = !terminal.interactive && named !== '' && name !== named;
      if (!turned && now - drawn < (terminal.interactive ? REDRAW_MS : LOG_MS)) return;
      if (!terminal.interactive && drawn === 0 && now - started < LOG_MS) return;
      drawn = now;
      named = name;
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
  if (s.filesTotal === 0) return s.phase;
  const expected = bytesExpected(s);
  const read = s.filesDone === s.filesTotal && expected === s.bytesTotal;
  const rate = elapsed > 0 ? (s.bytesDone / elapsed) * 1000 : 0;
  const left =
    expected !== null && rate > 0 && expected > s.bytesDone ? ((expected - s.bytesDone) / rate) * 1000 : Number.NaN;
  return [
    s.phase,
    read ? `${count(s.filesDone)} files` : `${count(s.filesDone)}/${count(s.filesTotal)} files`,
    read ? byteSize(s.bytesDone) : `${byteSize(s.bytesDone)} of ${wholeText(s, expected)}`,
    read ? '' : `${byteSize(Math.round(rate))}/s`,
    `${count(s.events)} events`,
    `${count(s.findings)} findings`,
    read || Number.isNaN(left) ? '' : `${duration(left)} left`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * Bytes to read altogether: what has been found, and the rest in the measure in which it was found so far, since
 * archives hold more than they weigh. null while it cannot be told.
 */
function bytesExpected(s: Standing): number | null {
  if (s.handedIn === null || s.found === 0) return null;
  return s.found >= s.handedIn ? s.bytesTotal : Math.round(s.bytesTotal * (s.handedIn / s.found));
}

function wholeText(s: Standing, expected: number | null): string {
  if (expected === null) return `${byteSize(s.bytesTotal)} so far`;
  return expected === s.bytesTotal ? byteSize(expected) : `about ${byteSize(expected)}`;
}
