import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Random } from '../random.ts';

/**
 * A crew that works shifts somewhere else: its own hours, week and holidays stay, whatever line it comes through.
 * Times are epoch milliseconds, UTC.
 */
export interface Crew {
  /** hours its clock is ahead of UTC */
  readonly zone: number;
  /** days of its week on which it works, 0 = Sunday */
  readonly week: ReadonlySet<number>;
  /** local hours of its day */
  readonly from: number;
  readonly to: number;
  /** first days of its long holidays, `MM-DD`, and how long they are */
  readonly holidays: readonly { readonly from: string; readonly days: number }[];
  /** one day in a hundred on which somebody works all the same */
  readonly diligence: number;
}

/** Is the day that begins at this midnight one of work? */
function works(crew: Crew, random: Random, day: number): boolean {
  const free = !crew.week.has(new Date(day).getUTCDay()) || onHoliday(crew, day);
  return free ? random.chance(crew.diligence) : true;
}

function onHoliday({ holidays }: Crew, day: number): boolean {
  const year = new Date(day).getUTCFullYear();
  return holidays.some(({ from, days }) => {
    const start = Date.parse(`${year}-${from}T00:00:00Z`);
    return day >= start && day < start + days * DAY;
  });
}

/** A moment of the crew's working day; the middle of the day is taken for a meal now and then. */
export function atWork(crew: Crew, random: Random, day: number, leaveMinutes = 0): number {
  const minutes = (crew.to - crew.from) * 60 - leaveMinutes;
  let at = random.int(0, Math.max(1, minutes));
  const meal = (12 - crew.from) * 60;
  if (at > meal && at < meal + 70 && random.chance(70)) at = (at + 90) % minutes;
  return day + (crew.from - crew.zone) * HOUR + at * MINUTE + random.int(0, 59_999);
}

/** Days of work between two moments, each with the chance given in per cent; in order of time. */
export function workdays(crew: Crew, random: Random, from: number, to: number, percent: number): number[] {
  const out: number[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY)
    if (day >= from && works(crew, random, day) && random.chance(percent)) out.push(day);
  return out;
}
