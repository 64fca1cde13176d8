import type { Event, Shape } from '../../model/index.ts';
import type { Test } from '../../rules/index.ts';
import { Column, NOTHING, type Verdict } from './column.ts';
import { assume, type Condition, expectedRate, type Leaf, type Subject, visitLeaves, witnesses } from './condition.ts';
import { fieldTestHolds } from './twin.ts';
import type { ValueMatcher } from './values.ts';

/**
 * The rules that one kind of event can still meet, made ready. Hot path; the twin is `evaluate` in twin.ts.
 *
 * 1. Every rule names witnesses: tests of which one must hold for the rule to fire. Only the columns that carry
 *    witnesses are read from every event. For most events no witness holds, and that is the end.
 * 2. The verdicts of the columns drive a machine of States that is grown as events come: from a State, a Verdict leads to
 *    the next by one comparison when the last event went the same way, else by one look-up. A State knows which rules
 *    its witnesses speak for and which further columns these need, found out once.
 * 3. Those columns are read, their verdicts lead on to a last State that holds the answer: conditions are worked out
 *    once per distinct combination of verdicts, not per event.
 */
export interface CellRule {
  readonly rule: number;
  readonly condition: Condition;
}

const LIMIT = {
  /** States of one Cell; when reached the machine is forgotten and grows anew */
  states: 65_536,
} as const;

export const NO_RULES: readonly number[] = Object.freeze([]);

interface State {
  readonly from: State | null;
  readonly column: number;
  readonly verdict: Verdict;
  /** the way the last event went */
  last: Verdict | null;
  lastNext: State | null;
  ways: Map<Verdict, State> | null;
  /** after the witnesses: what they call for */
  call: Call | null;
  /** after a call's columns: the rules that fire */
  answer: readonly number[] | null;
}

/** What the witnesses of a State call for. */
interface Call {
  readonly rules: readonly CellRule[];
  /** columns to read now */
  readonly needs: readonly number[];
  readonly start: State;
}

/** A Cell's columns laid over the slots of one Shape. */
export interface Binding {
  /** what is read from every event: slots, who answers for them, and the numbers of these columns */
  readonly slots: Int32Array;
  readonly readers: readonly Column[];
  readonly columns: readonly number[];
  /** witness columns that are no plain slot of this Shape */
  readonly special: readonly number[];
  /** slot of every column, -1: the Shape lacks the field */
  readonly slotOf: Int32Array;
  readonly otherSlotOf: Int32Array;
  start: State;
  /** machine the start belongs to */
  age: number;
}

export interface CellParts {
  readonly subjects: readonly Subject[];
  readonly tests: readonly Test[];
  matcherFor(tests: readonly number[]): ValueMatcher;
}

export class Cell {
  private readonly rules: CellRule[] = [];
  private readonly columns: Column[] = [];
  private readonly subjects: Subject[] = [];
  /** tests of `pair` columns, asked one by one */
  private readonly pairTests = new Map<number, { readonly test: Test & { $: 'field' }; readonly verdict: Verdict }[]>();
  private readonly columnOf: Int32Array;
  /** column of each of the Cell's tests */
  private readonly home: Int32Array;
  private readonly testOf: Map<number, number>[];
  private readonly isWitness: Uint8Array;
  private readonly primary: number[] = [];
  /** per test: the rules it is a witness for */
  private readonly called: CellRule[][] = [];
  /** without witnesses: looked at for every event */
  private readonly always: CellRule[] = [];

  /** column of the keywords, -1: none */
  private keyword = -1;
  /** the columns of fields answer for the keywords too, so that each value is looked up once */
  private keywordInAll = false;

  private states = 0;
  private age = 0;
  private root: State;

  /** per test: the stamp of the evaluation in which it held */
  private readonly stamps: Int32Array;
  private stamp = 0;

  constructor(rules: readonly CellRule[], parts: CellParts) {
    const { bySubject, size } = this.number(rules, parts.subjects.length);
    this.testOf = [...bySubject.values()];
    this.columnOf = new Int32Array(parts.subjects.length).fill(-1);
    this.home = new Int32Array(size);
    this.isWitness = new Uint8Array(size);
    this.stamps = new Int32Array(size);
    this.called = Array.from({ length: size }, () => []);
    for (const [column, subject] of [...bySubject.keys()].entries()) {
      this.columnOf[subject] = column;
      for (const test of this.testOf[column]!.values()) this.home[test] = column;
    }
    for (const { rule, condition } of rules) this.rules.push({ rule, condition: this.localise(condition) });
    this.chooseWitnesses(bySubject, parts);
    this.openColumns(bySubject, parts);
    this.root = this.newState(null, -1, NOTHING);
  }

  /** Whether any event of the Shape could make a rule fire. */
  get idle(): boolean {
    return this.rules.length === 0;
  }

  bind(shape: Shape): Binding {
    const slotOf = new Int32Array(this.columns.length).fill(-1);
    const otherSlotOf = new Int32Array(this.columns.length).fill(-1);
    for (const [column, subject] of this.subjects.entries()) {
      if (subject.$ === 'keyword') continue;
      slotOf[column] = shape.fields.indexOf(subject.name);
      if (subject.$ === 'pair') otherSlotOf[column] = shape.fields.indexOf(subject.other);
    }
    const read = this.primary.filter((c) => this.subjects[c]!.$ === 'field' && slotOf[c]! >= 0);
    const special = this.primary.filter((c) => this.subjects[c]!.$ !== 'field');
    const slots = read.map((c) => slotOf[c]!);
    const columns = [...read];
    const readers = read.map((c) => this.columns[c]!);
    if (this.keywordInAll && special.includes(this.keyword)) {
      // Every slot is to be read; those that a column of their own answers for give their keywords along with it.
      special.splice(special.indexOf(this.keyword), 1);
      for (const slot of shape.fields.keys()) {
        if (slots.includes(slot)) continue;
        const own = this.subjects.findIndex((s, c) => s.$ === 'field' && slotOf[c] === slot);
        slots.push(slot);
        columns.push(own < 0 ? this.keyword : own);
        readers.push(this.columns[own < 0 ? this.keyword : own]!);
      }
    }
    return {
      slots: Int32Array.from(slots),
      readers,
      columns,
      special,
      slotOf,
      otherSlotOf,
      start: this.startFor(slotOf),
      age: this.age,
    };
  }

  match(event: Event, binding: Binding): readonly number[] {
    if (binding.age !== this.age) {
      binding.start = this.startFor(binding.slotOf);
      binding.age = this.age;
    }
    const { slots, readers, columns } = binding;
    let state = binding.start;
    for (let i = 0; i < slots.length; i++) {
      const verdict = readers[i]!.of(event.value(slots[i]!));
      if (verdict.witness) state = state.last === verdict ? state.lastNext! : this.step(state, columns[i]!, verdict);
    }
    for (let i = 0; i < binding.special.length; i++) {
      state = this.readSpecial(event, binding, binding.special[i]!, state, true);
    }
    const call = state.call ?? this.callOf(state);
    return call.rules.length === 0 ? NO_RULES : this.followUp(event, binding, call);
  }

  private followUp(event: Event, binding: Binding, call: Call): readonly number[] {
    let state = call.start;
    for (const column of call.needs) {
      if (this.subjects[column]!.$ !== 'field') state = this.readSpecial(event, binding, column, state, false);
      else {
        const slot = binding.slotOf[column]!;
        const verdict = slot < 0 ? this.columns[column]!.absent : this.columns[column]!.of(event.value(slot));
        if (verdict !== NOTHING) {
          state = state.last === verdict ? state.lastNext! : this.step(state, column, verdict);
        }
      }
    }
    const answer = state.answer ?? this.answerOf(state, call);
    if (this.states >= LIMIT.states) this.forget();
    return answer;
  }

  /** A keyword column takes one step for every value of the event, a pair column one for every comparison that holds. */
  private readSpecial(event: Event, binding: Binding, column: number, from: State, witnessOnly: boolean): State {
    let state = from;
    const take = (verdict: Verdict) => {
      if (witnessOnly ? !verdict.witness : verdict === NOTHING) return;
      // A verdict met before on this way adds nothing: an event of a thousand equal values stays one step.
      for (let s: State | null = state; s !== null; s = s.from) if (s.verdict === verdict) return;
      state = this.step(state, column, verdict);
    };
    const subject = this.subjects[column]!;
    if (subject.$ === 'keyword') {
      const reader = this.columns[column]!;
      for (let slot = 0; slot < event.shape.fields.length; slot++) {
        const value = event.value(slot);
        if (value !== undefined) take(reader.of(value));
      }
    } else {
      const [a, b] = [binding.slotOf[column]!, binding.otherSlotOf[column]!];
      if (a < 0 || b < 0) return state;
      for (const { test, verdict } of this.pairTests.get(column)!) {
        if (fieldTestHolds(test, event.value(a), event.value(b))) take(verdict);
      }
    }
    return state;
  }

  private step(state: State, column: number, verdict: Verdict): State {
    let next = state.ways?.get(verdict);
    if (next === undefined) {
      next = this.newState(state, column, verdict);
      state.ways ??= new Map();
      state.ways.set(verdict, next);
    }
    state.last = verdict;
    state.lastNext = next;
    return next;
  }

  private newState(from: State | null, column: number, verdict: Verdict): State {
    this.states++;
    return { from, column, verdict, last: null, lastNext: null, ways: null, call: null, answer: null };
  }

  /** The start for a Shape: witness columns whose field it lacks have given their verdict already. */
  private startFor(slotOf: Int32Array): State {
    let state = this.root;
    for (const column of this.primary) {
      if (this.subjects[column]!.$ !== 'field' || slotOf[column]! >= 0) continue;
      const { absent } = this.columns[column]!;
      if (absent.witness) state = this.step(state, column, absent);
    }
    return state;
  }

  private forget(): void {
    this.states = 0;
    this.age++;
    this.root = this.newState(null, -1, NOTHING);
  }

  private callOf(state: State): Call {
    const answered = new Set<number>();
    const rules = new Set(this.always);
    for (let s: State | null = state; s !== null; s = s.from) {
      if (s.column >= 0 && this.subjects[s.column]!.$ === 'field') answered.add(s.column);
      for (const test of s.verdict.tests) for (const rule of this.called[test]!) rules.add(rule);
    }
    const stamp = this.mark(state);
    const left: CellRule[] = [];
    const needs = new Set<number>();
    for (const { rule, condition } of rules) {
      // The columns on the way here have answered in full; what is left of the condition names what must be read.
      const rest = assume(condition, (leaf) =>
        answered.has(this.home[leaf.test]!) ? this.stamps[leaf.test] === stamp : undefined,
      );
      if (rest.$ === 'const' && !rest.value) continue;
      left.push({ rule, condition: rest });
      visitLeaves(rest, (leaf) => needs.add(this.home[leaf.test]!));
    }
    state.call = { rules: left, needs: [...needs].sort((a, b) => a - b), start: this.newState(null, -1, NOTHING) };
    if (this.states >= LIMIT.states) this.forget();
    return state.call;
  }

  private answerOf(state: State, call: Call): readonly number[] {
    const stamp = this.mark(state);
    const fired = new Set<number>();
    for (const { rule, condition } of call.rules) if (this.isTrue(condition, stamp)) fired.add(rule);
    state.answer = fired.size === 0 ? NO_RULES : Object.freeze([...fired].sort((a, b) => a - b));
    return state.answer;
  }

  /** Stamps every test that holds on the way to a State. */
  private mark(state: State): number {
    const stamp = ++this.stamp;
    for (let s: State | null = state; s !== null; s = s.from) {
      for (const test of s.verdict.tests) this.stamps[test] = stamp;
    }
    return stamp;
  }

  private isTrue(condition: Condition, stamp: number): boolean {
    switch (condition.$) {
      case 'const':
        return condition.value;
      case 'leaf':
        return (this.stamps[condition.test] === stamp) === condition.positive;
      case 'and':
        return condition.of.every((c) => this.isTrue(c, stamp));
      case 'or':
        return condition.of.some((c) => this.isTrue(c, stamp));
    }
  }

  /** Numbers the Cell's tests column by column, so that the tests of a column lie together. */
  private number(rules: readonly CellRule[], subjects: number) {
    const used: (Set<number> | undefined)[] = new Array(subjects);
    for (const { condition } of rules) {
      visitLeaves(condition, ({ subject, test }) => {
        const tests = used[subject] ?? new Set<number>();
        used[subject] = tests.add(test);
      });
    }
    let size = 0;
    const bySubject = new Map<number, Map<number, number>>();
    for (const [subject, tests] of used.entries()) {
      if (tests === undefined) continue;
      // In order of the rules' vocabulary, so that equal sets of tests share one matcher.
      const sorted = [...tests].sort((a, b) => a - b);
      bySubject.set(subject, new Map(sorted.map((test) => [test, size++])));
    }
    return { bySubject, size };
  }

  /** A condition over the Cell's own numbers of tests. */
  private localise(condition: Condition): Condition {
    if (condition.$ === 'const') return condition;
    if (condition.$ !== 'leaf') return { $: condition.$, of: condition.of.map((c) => this.localise(c)) };
    const test = this.testOf[this.columnOf[condition.subject]!]!.get(condition.test)!;
    return { $: 'leaf', subject: condition.subject, test, positive: condition.positive };
  }

  /**
   * Rare witnesses in few columns: chosen by expected rate first, then twice more with a price on columns that few other
   * rules use, so that a column is not read from every event for the sake of one rule that another column could serve.
   */
  private chooseWitnesses(bySubject: ReadonlyMap<number, ReadonlyMap<number, number>>, parts: CellParts): void {
    const rate = new Float64Array(this.home.length);
    for (const tests of bySubject.values()) for (const [id, test] of tests) rate[test] = expectedRate(parts.tests[id]!);
    const keyword = (column: number) => parts.subjects[[...bySubject.keys()][column]!]!.$ === 'keyword';
    const dear = Float64Array.from(this.testOf, (_, column) => (keyword(column) ? 10 : 0));
    const price = Float64Array.from(dear);
    const cost = (leaf: Leaf) => rate[leaf.test]! + price[this.home[leaf.test]!]!;
    for (let round = 0; round < 3; round++) {
      const users = new Float64Array(price.length);
      for (const { condition } of this.rules) {
        const set = witnesses(condition, cost);
        for (const column of new Set(set?.leaves.map((l) => this.home[l.test]!))) users[column]!++;
      }
      for (let c = 0; c < price.length; c++) price[c] = dear[c]! + 0.5 / (1 + users[c]!);
    }
    const primary = new Set<number>();
    for (const rule of this.rules) {
      const set = witnesses(rule.condition, cost);
      if (set === null) {
        this.always.push(rule);
        continue;
      }
      for (const { test } of set.leaves) {
        this.isWitness[test] = 1;
        if (this.called[test]!.at(-1) !== rule) this.called[test]!.push(rule);
        primary.add(this.home[test]!);
      }
    }
    this.primary.push(...[...primary].sort((a, b) => a - b));
  }

  private openColumns(bySubject: ReadonlyMap<number, ReadonlyMap<number, number>>, parts: CellParts): void {
    this.subjects.push(...[...bySubject.keys()].map((s) => parts.subjects[s]!));
    this.keyword = this.subjects.findIndex((s) => s.$ === 'keyword');
    const keywords = this.testOf[this.keyword] ?? new Map<number, number>();
    this.keywordInAll =
      this.primary.includes(this.keyword) && [...keywords.keys()].every((id) => parts.tests[id]!.$ !== 'isNull');
    for (const [column, what] of this.subjects.entries()) {
      const tests = [...this.testOf[column]!];
      if (what.$ === 'pair') {
        const asked = tests.map(([id, local]) => {
          const verdict = { tests: Int32Array.of(local), witness: this.isWitness[local] === 1 };
          return { test: parts.tests[id] as Test & { $: 'field' }, verdict };
        });
        this.pairTests.set(column, asked);
      }
      const own = what.$ === 'pair' ? [] : tests;
      const answered = what.$ === 'field' && this.keywordInAll ? [...own, ...keywords] : own;
      this.columns.push(this.columnFor(answered, parts));
    }
  }

  private columnFor(tests: readonly (readonly [id: number, local: number])[], parts: CellParts): Column {
    const local = tests.map(([, local]) => local);
    return new Column(parts.matcherFor(tests.map(([id]) => id)), local, (test) => this.isWitness[test] === 1);
  }
}
