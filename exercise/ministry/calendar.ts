import type { Random } from '../random.ts';

/** The ministry's calendar. Times are epoch milliseconds, UTC; the invented country keeps UTC+01:00 the year round. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch milliseconds of `2022-09-14 03:10` or `2022-09-14 03:10:05`, in UTC. */
export function utc(text: string): number {
  const ms = Date.parse(`${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00:00' : ''}Z`);
  if (Number.isNaN(ms)) throw new RangeError(`no time: ${text}`);
  return ms;
}

/** Invented public holidays, month and day. */
const HOLIDAYS = new Set(['01-01', '05-01', '07-12', '10-03', '12-24', '12-25', '12-26', '12-31']);

/** Nobody is at a desk: weekend or public holiday. */
export function restDay(day: number): boolean {
  const date = new Date(day);
  return date.getUTCDay() % 6 === 0 || HOLIDAYS.has(date.toISOString().slice(5, 10));
}

/** Every day from the one of `from` to before `to`, as its midnight. */
export function* days(from: number, to: number): Generator<number> {
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) yield day;
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
