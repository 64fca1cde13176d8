import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Random } from '../random.ts';

/** The ministry's calendar; the invented country keeps UTC+01:00 the year round. */
export { DAY, days, HOUR, MINUTE, SECOND, utc } from '../calendar.ts';

/** Invented public holidays, month and day. */
const HOLIDAYS = new Set(['01-01', '05-01', '07-12', '10-03', '12-24', '12-25', '12-26', '12-31']);

/** Nobody is at a desk: weekend or public holiday. */
export function restDay(day: number): boolean {
  const date = new Date(day);
  return date.getUTCDay() % 6 === 0 || HOLIDAYS.has(date.toISOString().slice(5, 10));
}

/** A moment in working hours, most often mid-morning or early afternoon. */
export function atWork(random: Random, day: number): number {
  const hours = (random.int(0, 599) + random.int(0, 599)) / 2;
  return day + 6.5 * HOUR + Math.round(hours * MINUTE) + random.int(0, 59_999);
}

/** Any moment of the day. */
export function anyTime(random: Random, day: number): number {
  return day + random.int(0, DAY - 1);
}

/** In the evening, at home. */
export function evening(random: Random, day: number): number {
  return day + 17 * HOUR + random.int(0, 5 * HOUR);
}
