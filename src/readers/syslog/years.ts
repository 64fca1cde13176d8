import type { ByteSource } from '../../base/index.ts';
import { textSource } from '../text/encoding.ts';
import { eachLine } from '../text/lines.ts';
import type { Stamp } from './stamp.ts';
import { leadingStamp } from './stamp.ts';

/**
 * RFC 3164 stamps carry no year. The log is taken to be written in order of time, so the year is counted back from its
 * last record, which lies near `referenceMs` (the file's modification time), over every turn of the year in between: an
 * intruder's log may well be one file over three years.
 *
 * A turn is a step back of more than SLACK days, unless the dates soon leap ahead again to where they were: devices
 * without a clock say `Jan  1` for some lines after each start. One cheap pass over the source finds the turns; memory is
 * bounded by TURNS.
 */
const SLACK = 31;
/** this many lines in a row decide that a clock was wrong before, not now */
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
  /** where the dates stood before the last leap ahead: a clock set wrong for some lines leaps back to there */
  #beforeLeap = -1;
  #leapDay = 0;
  #sinceLeap = 0;
  /** of the last turn, until its dates have moved on by SLACK: day before it, first day behind it */
  #beforeTurn = -1;
  #firstDay = 0;
  /** lines since the turn behind it, and lines in a row that stand where the dates stood before it */
  #behind = 0;
  #ahead = 0;
  #aheadStamp: Stamp | null = null;

  see(offset: number, stamp: Stamp): void {
    const day = dayOf(stamp);
    const step = this.#now < 0 ? 0 : day - this.#now;
    this.#sinceLeap++;
    if (step > BORDER) {
      this.#ahead++;
      this.#aheadStamp = stamp;
      if (this.#ahead >= LASTS) this.#undo();
      return;
    }
    this.#ahead = 0;
    if (step > SLACK) {
      if (this.#beforeTurn >= 0 && Math.abs(day - this.#beforeTurn) <= SLACK) this.#noTurn();
      else {
        this.#beforeLeap = this.#now;
        this.#leapDay = day;
        this.#sinceLeap = 0;
      }
    } else if (step < -SLACK) {
      const returns = this.#beforeLeap >= 0 && this.#sinceLeap <= LASTS && Math.abs(day - this.#beforeLeap) <= SLACK;
      if (!returns && this.found.length < TURNS) this.#turn(offset, day);
    }
    this.#behind++;
    this.#now = day;
    this.last = stamp;
    // Dates that have moved on were no blip.
    if (this.#beforeTurn >= 0 && day - this.#firstDay > SLACK) this.#beforeTurn = -1;
    if (this.#beforeLeap >= 0 && day - this.#leapDay > SLACK) this.#beforeLeap = -1;
  }

  end(): void {
    if (this.#ahead > this.#behind) this.#undo();
  }

  #turn(offset: number, day: number): void {
    this.found.push(offset);
    this.#beforeTurn = this.#now;
    this.#firstDay = day;
    this.#behind = 0;
  }

  #noTurn(): void {
    this.found.pop();
    this.#beforeTurn = -1;
  }

  /** The dates stay where they were before the last turn: it was none. */
  #undo(): void {
    if (this.#beforeTurn < 0 || this.#aheadStamp === null) return;
    this.#noTurn();
    this.#now = dayOf(this.#aheadStamp);
    this.last = this.#aheadStamp;
    this.#ahead = 0;
  }
}

/** Looking records up one by one must not read the whole source for each. Evidence never changes under its source. */
const KNOWN = new WeakMap<ByteSource, Turns>();

export function planYears(source: ByteSource, referenceMs: number, zoneMinutes: number): YearPlan {
  const turns = KNOWN.get(source) ?? turnsOf(source);
  KNOWN.set(source, turns);
  return { turns: turns.found, lastYear: yearOf(turns.last, referenceMs, zoneMinutes) };
}

function turnsOf(source: ByteSource): Turns {
  const turns = new Turns();
  const text = textSource(source);
  eachLine(text.bytes, 64, (line) => {
    const stamp = leadingStamp(line.bytes.toString('latin1', line.start, line.end));
    if (stamp !== null && stamp.year < 0) turns.see(text.original(line.offset), stamp);
  });
  turns.end();
  return turns;
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
