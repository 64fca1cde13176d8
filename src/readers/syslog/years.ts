import type { ByteSource } from '../../base/index.ts';
import { eachLine } from '../text/lines.ts';
import type { Stamp } from './stamp.ts';
import { leadingStamp } from './stamp.ts';

/**
 * RFC 3164 stamps carry no year. The log is taken to be written in order of time, so the year is counted back from its
 * last record, which lies near `referenceMs` (the file's modification time), over every turn of the year in between: an
 * intruder's log may well be one file over three years.
 *
 * A turn is a step back of more than SLACK days that lasts: devices without a clock say `Jan  1` for a few lines after
 * each start, and such a blip is no turn. One cheap pass over the source finds the turns; memory is bounded by TURNS.
 */
const SLACK = 31;
/** a step back is a turn when this many dated lines stay behind it (or the file ends) */
const LASTS = 20;
/** a step of more than this is the border of a year crossed by lines slightly out of order */
const BORDER = 330;
const TURNS = 200;
/** the clock of the machine that kept the file, against the clocks in it */
const AHEAD_MS = 36 * 3_600_000;

const CUMULATIVE = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];

/** Day of a leap year, 0-based: an order of dates that does not need the year. */
function dayOf(stamp: Stamp): number {
  return (CUMULATIVE[stamp.month] ?? 0) + stamp.day - 1;
}

export interface YearPlan {
  /** offsets of the first lines behind each turn of the year, ascending */
  readonly turns: readonly number[];
  /** year of the last line */
  readonly lastYear: number;
}

/** Collects turns while lines pass; the state is a few numbers. */
class Turns {
  readonly found: number[] = [];
  last: Stamp | null = null;
  #now = -1;
  /** where the dates stood before the last leap ahead, which may turn out to be a blip itself */
  #before = -1;
  #sinceLeap = 0;
  #pendingAt = -1;
  #pendingDay = 0;
  #pendingCount = 0;
  #pendingStamp: Stamp | null = null;

  see(offset: number, stamp: Stamp): void {
    const day = dayOf(stamp);
    this.#sinceLeap++;
    if (this.#now < 0 || day >= this.#now - SLACK) {
      if (this.#now >= 0 && day - this.#now > BORDER) return; // last day of December behind the first of January
      if (this.#now >= 0 && day - this.#now > SLACK) {
        this.#before = this.#now;
        this.#sinceLeap = 0;
      }
      this.#move(day, stamp);
      return;
    }
    if (this.#before >= 0 && this.#sinceLeap <= LASTS && Math.abs(day - this.#before) <= SLACK) {
      this.#move(day, stamp);
      return;
    }
    if (this.#pendingAt < 0) {
      this.#pendingAt = offset;
      this.#pendingCount = 0;
    }
    this.#pendingDay = day;
    this.#pendingStamp = stamp;
    if (++this.#pendingCount >= LASTS) this.#turn();
  }

  end(): void {
    if (this.#pendingAt >= 0) this.#turn();
  }

  #turn(): void {
    if (this.found.length < TURNS) this.found.push(this.#pendingAt);
    this.#move(this.#pendingDay, this.#pendingStamp as Stamp);
  }

  #move(day: number, stamp: Stamp): void {
    this.#now = day;
    this.last = stamp;
    this.#pendingAt = -1;
  }
}

export function planYears(source: ByteSource, referenceMs: number, zoneMinutes: number): YearPlan {
  const turns = new Turns();
  eachLine(source, 64, (line) => {
    const stamp = leadingStamp(line.bytes.toString('latin1', line.start, line.end));
    if (stamp !== null && stamp.year < 0) turns.see(line.offset, stamp);
  });
  turns.end();
  return { turns: turns.found, lastYear: yearOf(turns.last, referenceMs, zoneMinutes) };
}

/** The latest year in which the stamp does not lie ahead of the reference. */
function yearOf(last: Stamp | null, referenceMs: number, zoneMinutes: number): number {
  if (!Number.isFinite(referenceMs) || Math.abs(referenceMs) > 8e15) return Number.NaN;
  const year = new Date(referenceMs + zoneMinutes * 60_000).getUTCFullYear();
  if (last === null) return year;
  const at = Date.UTC(year, last.month, last.day, last.hour, last.minute, last.second) - zoneMinutes * 60_000;
  return at > referenceMs + AHEAD_MS ? year - 1 : year;
}

/** Gives each dated line its year, in the order of the lines. */
export class YearClock {
  readonly #plan: YearPlan;
  #turn = 0;
  #now = -1;

  constructor(plan: YearPlan) {
    this.#plan = plan;
  }

  year(offset: number, stamp: Stamp): number {
    const { turns, lastYear } = this.#plan;
    while (this.#turn < turns.length && (turns[this.#turn] as number) <= offset) {
      this.#turn++;
      this.#now = -1;
    }
    const year = lastYear - (turns.length - this.#turn);
    const day = dayOf(stamp);
    const step = this.#now < 0 ? 0 : day - this.#now;
    if (step > BORDER) return year - 1;
    if (step < -BORDER) return Math.min(year + 1, lastYear);
    this.#now = day;
    return year;
  }
}
