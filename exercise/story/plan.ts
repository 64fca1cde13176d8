import { DAY, HOUR, utc } from '../calendar.ts';
import type { World } from '../contract.ts';
import type { Random } from '../random.ts';
import type { Crew } from './operator.ts';

/**
 * When the intruder does what, and when the ministry knows and acts. Every date moves with the seed, the order of the
 * great steps does not: one cannot read a mailbox before the first password.
 */
export interface Dates {
  readonly recon: number;
  readonly spray: number;
  readonly sprayEnds: number;
  readonly server: number;
  readonly module: number;
  readonly spread: number;
  readonly desks: number;
  readonly reading: number;
  readonly hiding: number;
  readonly stick: number;
  readonly quietFrom: number;
  readonly quietTo: number;
  readonly detected: number;
  readonly watchedFrom: number;
  readonly evicted: number;
  readonly back: number;
  readonly moved: number;
}

export function datesOf(world: World): Dates {
  const random = world.random('story/dates');
  const later = (ms: number, low: number, high: number) => ms + random.int(low, high) * DAY;
  const recon = later(utc('2022-01-08'), 0, 24);
  const spray = later(recon, 32, 62);
  const sprayEnds = later(spray, 8, 20);
  const server = later(sprayEnds, 75, 150);
  const module = later(server, 6, 30);
  const spread = later(server, 40, 95);
  const desks = later(spread, 8, 35);
  const reading = later(module, 8, 30);
  const detected = later(spread, 60, 130);
  const quietFrom = later(detected, 10, 120);
  const evicted = endOfWeek(later(utc('2024-05-10'), 0, 35)) + 5 * HOUR;
  const stick = random.chance(50) ? later(desks, 30, 80) : later(quietFrom, 190, 330);
  return {
    ...{ recon, spray, sprayEnds, server, module, spread, desks, reading, stick, quietFrom, detected, evicted },
    hiding: later(spread, 12, 45),
    quietTo: later(quietFrom, 62, 150),
    watchedFrom: later(detected, 3, 16),
    back: later(world.moved, 24, 55),
    moved: world.moved,
  };
}

/** The Saturday of the week: locks are changed when nobody works. */
function endOfWeek(day: number): number {
  return day + ((6 - new Date(day).getUTCDay() + 7) % 7) * DAY;
}

/** The intruder's hours: somewhere east, a week of five days that may begin on a Tuesday. */
export function crewOf(random: Random): Crew {
  const week = random.chance(50) ? [1, 2, 3, 4, 5] : [2, 3, 4, 5, 6];
  const from = random.int(8, 9);
  return {
    zone: random.pick([7, 8, 8, 8, 9]),
    week: new Set(week),
    ...{ from, to: from + random.int(9, 10) },
    holidays: [
      { from: `01-${random.int(20, 31)}`, days: random.int(7, 10) },
      { from: `10-0${random.int(1, 3)}`, days: random.int(5, 8) },
    ],
    diligence: random.int(2, 8),
  };
}

/** Is the intruder silent now: the long pause, and for good between eviction and the try to come back. */
export function quiet(dates: Dates, ms: number): boolean {
  return (ms >= dates.quietFrom && ms < dates.quietTo) || ms >= dates.evicted;
}
