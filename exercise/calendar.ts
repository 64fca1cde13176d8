/** Time in the exercise: epoch milliseconds, UTC. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch milliseconds of `2022-09-14`, `2022-09-14 03:10` or `2022-09-14 03:10:05`, in UTC. Throws RangeError. */
export function utc(text: string): number {
  const ms = Date.parse(`${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00:00' : ''}Z`);
  if (Number.isNaN(ms)) throw new RangeError(`no time: ${text}`);
  return ms;
}

/** Every day from the one of `from` to before `to`, as its midnight. */
export function* days(from: number, to: number): Generator<number> {
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) yield day;
}

/** The first moment of the month after the one of `ms`. */
export function nextMonth(ms: number): number {
  const d = new Date(ms);
  return Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 1);
}

const summers = new Map<number, readonly [from: number, to: number]>();

/** Daylight saving as the Union has it (Directive 2000/84/EC): last Sunday of March to that of October, 01:00 UTC. */
export function daylight(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear();
  let summer = summers.get(year);
  if (summer === undefined) {
    const lastSunday = (month: number) => {
      const end = Date.UTC(year, month + 1, 0);
      return end - new Date(end).getUTCDay() * DAY + HOUR;
    };
    summer = [lastSunday(2), lastSunday(9)];
    summers.set(year, summer);
  }
  return ms >= summer[0] && ms < summer[1];
}
