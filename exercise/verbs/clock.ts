import { millis } from '../records/stamp.ts';

/** Sysmon's clock text. */
export function clock(ms: number): string {
  return millis(ms, ' ');
}
