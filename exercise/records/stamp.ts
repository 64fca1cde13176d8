import { DAY } from '../calendar.ts';

/** Times as text, a few times faster than Date: the day's part is kept from line to line. */
const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
let day = Number.NaN;
let date = '';

function dateOf(ms: number): number {
  const number = Math.floor(ms / DAY);
  if (number !== day) {
    day = number;
    date = new Date(number * DAY).toISOString().slice(0, 10);
  }
  return ms - number * DAY;
}

/** `2022-09-14T03:10:05`, or with something else than T */
export function seconds(ms: number, between = 'T'): string {
  const rest = Math.floor(dateOf(ms) / 1000);
  return `${date}${between}${TWO[Math.floor(rest / 3600)]}:${TWO[Math.floor(rest / 60) % 60]}:${TWO[rest % 60]}`;
}

/** `2022-09-14T03:10:05.123` */
export function millis(ms: number, between = 'T'): string {
  return `${seconds(ms, between)}.${THREE[Math.floor(ms) - Math.floor(ms / 1000) * 1000]}`;
}

/** `1641024000.123`: without a division that could round. */
export function epoch(ms: number): string {
  const whole = Math.floor(ms / 1000);
  return `${whole}.${THREE[Math.floor(ms) - whole * 1000]}`;
}
