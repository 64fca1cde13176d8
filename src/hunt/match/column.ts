import type { Value } from '../../model/index.ts';
import { scalarsOf } from './twin.ts';
import type { ValueMatcher } from './values.ts';

/**
 * One field within one Cell: which of the Cell's tests on this field hold for a value, remembered per distinct value.
 * The answer is an interned Verdict, so that "the same answer as before" is one pointer comparison further on.
 */
export interface Verdict {
  /** numbers of the Cell's tests that hold, ascending */
  readonly tests: Int32Array;
  /** whether one of them is a witness */
  readonly witness: boolean;
}

const LIMIT = {
  /** values remembered per column, times two: see Memo */
  values: 16_384,
  /** UTF-16 units of a value that is remembered: longer ones seldom come again, and to look them up takes as long */
  chars: 1_024,
  /** distinct answers kept; they are few unless somebody sees to it that they are many */
  verdicts: 32_768,
} as const;

export class Column {
  readonly absent: Verdict;
  private readonly matcher: ValueMatcher;
  /** the Cell's number of each of the matcher's tests, ascending */
  private readonly tests: Int32Array;
  private readonly isWitness: (test: number) => boolean;

  private readonly interned = new Map<string, Verdict>();
  private readonly empty: Verdict;
  private readonly null: Verdict;
  private readonly yes: Verdict;
  private readonly no: Verdict;
  /** the answer to a text that is too short for any test on its content */
  private readonly short: Verdict;

  /** whole numbers from 0 to below this are texts too short for any test */
  private readonly shortNumbers: number;
  private lastNumber = Number.NaN;
  private lastVerdict: Verdict = NOTHING;

  private readonly texts = new Memo<string>();
  private readonly numbers = new Memo<number>();
  /** the values met last, each at a place that its own units choose */
  private readonly recentTexts: string[];
  private readonly recentVerdicts: Verdict[];

  constructor(matcher: ValueMatcher, tests: readonly number[], isWitness: (test: number) => boolean) {
    this.matcher = matcher;
    this.tests = Int32Array.from(tests);
    this.isWitness = isWitness;
    const after = (ask: () => void) => {
      ask();
      return this.intern(matcher.found);
    };
    this.empty = after(() => matcher.ofNothing());
    this.absent = after(() => matcher.ofAbsent());
    this.null = after(() => matcher.ofNull());
    this.yes = after(() => matcher.ofBoolean(true));
    this.no = after(() => matcher.ofBoolean(false));
    this.short = after(() => matcher.ofText(''));
    this.shortNumbers = matcher.least < 2 ? 0 : 10 ** (Math.min(matcher.least, 16) - 1);
    this.recentTexts = new Array<string>(RECENT + 1).fill('');
    this.recentVerdicts = new Array<Verdict>(RECENT + 1).fill(this.short);
  }

  of(value: Value | undefined): Verdict {
    if (typeof value === 'string') return this.ofText(value);
    if (typeof value === 'number') return this.ofNumber(value);
    if (value === undefined) return this.absent;
    if (value === null) return this.null;
    if (typeof value === 'boolean') return value ? this.yes : this.no;
    return this.ofArray(value);
  }

  private ofText(value: string): Verdict {
    const n = value.length;
    if (n < this.matcher.least && !value.includes(GROWS)) return this.short;
    // A cheap guess first: the length and three units tell most values of a field apart.
    const place =
      (n * 31 + value.charCodeAt(n - 1) * 7 + value.charCodeAt(n >> 1) * 3 + value.charCodeAt(n >> 2)) & RECENT;
    if (this.recentTexts[place] === value) return this.recentVerdicts[place]!;
    let verdict: Verdict | undefined;
    if (this.matcher.skipper?.ruledOut(value)) verdict = this.short;
    else if (n > LIMIT.chars) return this.askText(value);
    else verdict = this.texts.get(value);
    if (verdict === undefined) {
      verdict = this.askText(value);
      this.texts.set(value, verdict);
    }
    if (n > LIMIT.chars) return verdict;
    this.recentTexts[place] = value;
    this.recentVerdicts[place] = verdict;
    return verdict;
  }

  private askText(value: string): Verdict {
    this.matcher.ofText(value);
    return this.intern(this.matcher.found);
  }

  private ofNumber(value: number): Verdict {
    if (value === this.lastNumber) return this.lastVerdict;
    if (value < this.shortNumbers && value >= 0 && Number.isInteger(value)) return this.short;
    let verdict = this.numbers.get(value);
    if (verdict === undefined) {
      this.matcher.ofNumber(value);
      verdict = this.intern(this.matcher.found);
      this.numbers.set(value, verdict);
    }
    this.lastNumber = value;
    this.lastVerdict = verdict;
    return verdict;
  }

  /** Any value of the array may satisfy a test: the union of its values' answers. */
  private ofArray(value: readonly Value[]): Verdict {
    const all = new Set(this.empty.tests);
    for (const scalar of scalarsOf(value)) for (const test of this.of(scalar).tests) all.add(test);
    return this.internTests(Int32Array.from(all));
  }

  private intern(found: readonly number[]): Verdict {
    return found.length === 0 ? NOTHING : this.internTests(Int32Array.from(found, (index) => this.tests[index]!));
  }

  private internTests(tests: Int32Array): Verdict {
    if (tests.length === 0) return NOTHING;
    const key = tests.sort().join();
    let verdict = this.interned.get(key);
    if (verdict === undefined) {
      verdict = { tests, witness: tests.some((test) => this.isWitness(test)) };
      if (this.interned.size >= LIMIT.verdicts) this.interned.clear();
      this.interned.set(key, verdict);
    }
    return verdict;
  }
}

/** The answer for most values. */
export const NOTHING: Verdict = { tests: new Int32Array(0), witness: false };

/** Places for recent values of a column, less one: a mask. */
const RECENT = 255;

/** The one character whose lower case has more units than itself. */
const GROWS = '\u0130';

/**
 * Answers by value in two generations: when the young one is full it becomes the old one and the old one is forgotten;
 * what is asked again moves back among the young. So memory is bounded and what is common stays.
 */
class Memo<K> {
  private young = new Map<K, Verdict>();
  private old: Map<K, Verdict> | null = null;

  get(key: K): Verdict | undefined {
    const verdict = this.young.get(key);
    if (verdict !== undefined || this.old === null) return verdict;
    const kept = this.old.get(key);
    if (kept !== undefined) this.set(key, kept);
    return kept;
  }

  set(key: K, verdict: Verdict): void {
    if (this.young.size >= LIMIT.values) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, verdict);
  }
}
