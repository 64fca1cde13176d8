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
  /** values remembered per column; when full, all are forgotten */
  values: 32_768,
  /** UTF-16 units of a value that is remembered */
  chars: 4_096,
} as const;

export class Column {
  readonly absent: Verdict;
  private readonly matcher: ValueMatcher;
  /** the Cell's number of the matcher's test 0 */
  private readonly base: number;
  private readonly isWitness: (test: number) => boolean;

  private readonly interned = new Map<string, Verdict>();
  private readonly texts = new Map<string, Verdict>();
  private readonly numbers = new Map<number, Verdict>();
  private readonly none: Verdict;
  private readonly null: Verdict;
  private readonly yes: Verdict;
  private readonly no: Verdict;

  private lastText = '';
  private lastVerdict: Verdict;

  constructor(matcher: ValueMatcher, base: number, isWitness: (test: number) => boolean) {
    this.matcher = matcher;
    this.base = base;
    this.isWitness = isWitness;
    const { found } = matcher;
    const after = (ask: () => void) => {
      ask();
      return this.intern(found);
    };
    this.none = after(() => matcher.ofNothing());
    this.absent = after(() => matcher.ofAbsent());
    this.null = after(() => matcher.ofNull());
    this.yes = after(() => matcher.ofBoolean(true));
    this.no = after(() => matcher.ofBoolean(false));
    this.lastVerdict = after(() => matcher.ofText(''));
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
    if (value === this.lastText) return this.lastVerdict;
    if (value.length > LIMIT.chars) return this.askText(value);
    let verdict = this.texts.get(value);
    if (verdict === undefined) {
      verdict = this.askText(value);
      if (this.texts.size >= LIMIT.values) this.texts.clear();
      this.texts.set(value, verdict);
    }
    this.lastText = value;
    this.lastVerdict = verdict;
    return verdict;
  }

  private askText(value: string): Verdict {
    this.matcher.ofText(value);
    return this.intern(this.matcher.found);
  }

  private ofNumber(value: number): Verdict {
    let verdict = this.numbers.get(value);
    if (verdict === undefined) {
      this.matcher.ofNumber(value);
      verdict = this.intern(this.matcher.found);
      if (this.numbers.size >= LIMIT.values) this.numbers.clear();
      this.numbers.set(value, verdict);
    }
    return verdict;
  }

  /** Any value of the array may satisfy a test: the union of its values' answers. */
  private ofArray(value: readonly Value[]): Verdict {
    const all = new Set<number>();
    for (const scalar of scalarsOf(value)) for (const test of this.of(scalar).tests) all.add(test - this.base);
    return all.size === 0 ? this.none : this.intern([...all]);
  }

  private intern(found: readonly number[]): Verdict {
    if (found.length === 0) return NOTHING;
    const tests = Int32Array.from(found, (index) => this.base + index).sort();
    const key = tests.join();
    let verdict = this.interned.get(key);
    if (verdict === undefined) {
      verdict = { tests, witness: tests.some((test) => this.isWitness(test)) };
      if (this.interned.size >= LIMIT.values) this.interned.clear();
      this.interned.set(key, verdict);
    }
    return verdict;
  }
}

/** The answer for most values. */
export const NOTHING: Verdict = { tests: new Int32Array(0), witness: false };
