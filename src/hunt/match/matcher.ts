import { CodedError } from '../../base/index.ts';
import type { Event, Shape } from '../../model/index.ts';
import type { EventRule, Gate } from '../../rules/index.ts';
import { type Binding, Cell, NO_RULES } from './cell.ts';
import { Column, type Verdict } from './column.ts';
import { assume, type Condition, type Subject, Vocabulary, visitLeaves } from './condition.ts';
import type { MatchCode } from './errors.ts';
import type { ValueTest } from './scalar.ts';
import { ValueMatcher } from './values.ts';

/**
 * All rules against one event after the other. Work is done once per distinct thing: gates per Shape, the choice of
 * rules per kind of event, predicates per value, conditions per combination of verdicts (cell.ts); nothing is prepared
 * for log sources that do not come.
 */
export interface Matcher {
  /**
   * Indices (into the rules given) of the rules that fire, ascending. Valid until the next call; not to be changed.
   * A Shape object must never change: what was prepared for it is kept by its identity.
   */
  match(event: Event): readonly number[];
  /** Rules that cannot be executed, with the reason. They never fire. */
  readonly refusals: readonly MatchRefusal[];
}

export interface MatchRefusal {
  /** index into the rules given */
  readonly rule: number;
  readonly code: MatchCode;
  readonly reason: string;
}

export function compileMatcher(rules: readonly EventRule[]): Matcher {
  return new RuleMatcher(rules);
}

interface PreparedVariant {
  readonly rule: number;
  readonly condition: Condition;
}

/** Distinct gates with the variants behind them. */
interface GateGroup {
  readonly gate: Gate;
  readonly variants: PreparedVariant[];
}

/** The variants that a log source passes to, split by the value of the field that most of them ask first. */
interface Plan {
  readonly groups: readonly GateGroup[];
  readonly pivot: Pivot | null;
  readonly cells: Map<Verdict, Cell>;
}

interface Pivot {
  readonly subject: number;
  readonly name: string;
  readonly column: Column;
  /** vocabulary's number of the column's tests */
  readonly tests: readonly number[];
}

/** A Plan laid over one Shape. */
interface Program {
  readonly plan: Plan;
  readonly shape: Shape;
  /** of the pivot; -1: none, or the Shape lacks the field */
  readonly slot: number;
  readonly bindings: Map<Verdict, Bound>;
  last: Verdict | null;
  lastBound: Bound | null;
}

interface Bound {
  readonly cell: Cell;
  readonly binding: Binding;
}

const LIMIT = {
  /** Shapes prepared at a time; when reached all are prepared anew as they come */
  programs: 20_000,
  /** variants that must agree on a field for it to become the pivot */
  pivotVotes: 4,
} as const;

class RuleMatcher implements Matcher {
  readonly refusals: MatchRefusal[] = [];
  private readonly vocabulary = new Vocabulary();
  private readonly groups: GateGroup[];
  private readonly plans = new Map<string, Plan>();
  private programs = new Map<Shape, Program>();
  private readonly matchers = new Map<string, ValueMatcher>();
  private lastProgram: Program | null = null;

  constructor(rules: readonly EventRule[]) {
    const groups = new Map<string, GateGroup>();
    for (const [index, rule] of rules.entries()) {
      for (const { gate, prepared } of this.prepare(index, rule)) {
        const key = JSON.stringify([
          gate.product,
          gate.service,
          gate.category,
          gate.channels,
          gate.providers,
          gate.eventIds,
        ]);
        const group = groups.get(key) ?? { gate, variants: [] };
        group.variants.push(prepared);
        groups.set(key, group);
      }
    }
    this.groups = [...groups.values()];
  }

  match(event: Event): readonly number[] {
    const { shape } = event;
    const last = this.lastProgram;
    const program = last !== null && last.shape === shape ? last : this.programFor(shape);
    const { pivot } = program.plan;
    let bound: Bound;
    if (pivot === null) bound = program.lastBound!;
    else {
      const verdict = program.slot < 0 ? pivot.column.absent : pivot.column.of(event.value(program.slot));
      bound = verdict === program.last ? program.lastBound! : this.turn(program, pivot, verdict);
    }
    return bound.cell.idle ? NO_RULES : bound.cell.match(event, bound.binding);
  }

  private prepare(index: number, rule: EventRule): { gate: Gate; prepared: PreparedVariant }[] {
    try {
      return rule.variants.map((v) => ({
        gate: v.gate,
        prepared: { rule: index, condition: this.vocabulary.condition(v) },
      }));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.refusals.push({ rule: index, code: error.code as MatchCode, reason: error.message });
      return [];
    }
  }

  private programFor(shape: Shape): Program {
    let program = this.programs.get(shape);
    if (program === undefined) {
      if (this.programs.size >= LIMIT.programs) this.programs.clear();
      program = this.programOf(shape);
      this.programs.set(shape, program);
    }
    this.lastProgram = program;
    return program;
  }

  private programOf(shape: Shape): Program {
    const plan = this.planFor(shape);
    const { pivot } = plan;
    const slot = pivot === null ? -1 : shape.fields.indexOf(pivot.name);
    const program: Program = { plan, shape, slot, bindings: new Map(), last: null, lastBound: null };
    if (pivot === null) {
      const cell = plan.cells.get(NO_PIVOT) ?? this.cellOf(plan, () => undefined);
      plan.cells.set(NO_PIVOT, cell);
      program.lastBound = { cell, binding: cell.bind(shape) };
    }
    return program;
  }

  private turn(program: Program, pivot: Pivot, verdict: Verdict): Bound {
    let bound = program.bindings.get(verdict);
    if (bound === undefined) {
      const { plan } = program;
      let cell = plan.cells.get(verdict);
      if (cell === undefined) {
        const holding = new Set([...verdict.tests].map((i) => pivot.tests[i]!));
        cell = this.cellOf(plan, (subject, test) => (subject === pivot.subject ? holding.has(test) : undefined));
        plan.cells.set(verdict, cell);
      }
      bound = { cell, binding: cell.bind(program.shape) };
      program.bindings.set(verdict, bound);
    }
    program.last = verdict;
    program.lastBound = bound;
    return bound;
  }

  private cellOf(plan: Plan, known: (subject: number, test: number) => boolean | undefined): Cell {
    const rules = plan.groups
      .flatMap((g) => g.variants)
      .map((v) => ({ rule: v.rule, condition: assume(v.condition, (leaf) => known(leaf.subject, leaf.test)) }))
      .filter((r) => r.condition.$ !== 'const' || r.condition.value);
    const { subjects, tests } = this.vocabulary;
    return new Cell(rules, { subjects, tests, matcherFor: (ids) => this.matcherFor(ids) });
  }

  private matcherFor(ids: readonly number[]): ValueMatcher {
    const key = ids.join();
    let matcher = this.matchers.get(key);
    if (matcher === undefined) {
      matcher = new ValueMatcher(ids.map((id) => this.vocabulary.tests[id] as ValueTest));
      this.matchers.set(key, matcher);
    }
    return matcher;
  }

  private planFor(shape: Shape): Plan {
    const passing: number[] = [];
    const source = lowered(shape);
    for (const [index, { gate }] of this.groups.entries()) if (passes(gate, source)) passing.push(index);
    const key = passing.join();
    let plan = this.plans.get(key);
    if (plan === undefined) {
      const groups = passing.map((i) => this.groups[i]!);
      plan = { groups, pivot: this.pivotOf(groups), cells: new Map() };
      this.plans.set(key, plan);
    }
    return plan;
  }

  /**
   * The field that most variants ask, as a necessary part, to be one of a few whole values. Numbers (EventID) split well
   * even when few ask; for texts (Operation, eventName) most must.
   */
  private pivotOf(groups: readonly GateGroup[]): Pivot | null {
    const variants = groups.flatMap((g) => g.variants);
    const votes = new Map<number, { total: number; numbers: number }>();
    for (const { condition } of variants) {
      for (const [subject, kind] of this.selecting(condition)) {
        const vote = votes.get(subject) ?? { total: 0, numbers: 0 };
        vote.total++;
        if (kind === 'number') vote.numbers++;
        votes.set(subject, vote);
      }
    }
    let subject = -1;
    let most = LIMIT.pivotVotes - 1;
    for (const [s, { total, numbers }] of votes) {
      const enough = numbers * 2 > total ? variants.length / 20 : variants.length / 2;
      if (total > most && total > enough) [subject, most] = [s, total];
    }
    if (subject < 0) return null;
    const used = new Set<number>();
    for (const { condition } of variants) {
      visitLeaves(condition, (leaf) => {
        if (leaf.subject === subject) used.add(leaf.test);
      });
    }
    const tests = [...used].sort((a, b) => a - b);
    const what = this.vocabulary.subjects[subject] as Subject & { $: 'field' };
    return {
      subject,
      name: what.name,
      column: new Column(
        this.matcherFor(tests),
        tests.map((_, i) => i),
        () => false,
      ),
      tests,
    };
  }

  /** Plain fields of which a condition demands whole values, texts or numbers. */
  private selecting(condition: Condition): Map<number, 'equals' | 'number'> {
    if (condition.$ === 'and') return new Map(condition.of.flatMap((c) => [...this.selecting(c)]));
    const found = new Map<number, 'equals' | 'number'>();
    const leaves = condition.$ === 'const' ? [] : condition.$ === 'leaf' ? [condition] : condition.of;
    for (const leaf of leaves) {
      if (leaf.$ !== 'leaf' || !leaf.positive || this.vocabulary.subjects[leaf.subject]!.$ !== 'field')
        return new Map();
      const kind = this.vocabulary.tests[leaf.test]!.$;
      if (kind !== 'equals' && kind !== 'number') return new Map();
      found.set(leaf.subject, kind);
    }
    return found.size === 1 ? found : new Map();
  }
}

/** Stands for the answer of a pivot that a Plan does not have. */
const NO_PIVOT: Verdict = { tests: new Int32Array(0), witness: false };

function lowered({ source }: Shape) {
  return {
    product: source.product?.toLowerCase(),
    service: source.service?.toLowerCase(),
    category: source.category?.toLowerCase(),
    channel: source.channel?.toLowerCase(),
    provider: source.provider?.toLowerCase(),
    eventId: source.eventId,
  };
}

/** gateMatches of the twin, once per Shape. */
function passes(gate: Gate, source: ReturnType<typeof lowered>): boolean {
  const among = <T>(wanted: readonly T[] | undefined, seen: T | undefined) =>
    wanted === undefined || (seen !== undefined && wanted.includes(seen));
  return (
    (gate.product === undefined || gate.product === source.product) &&
    (gate.service === undefined || gate.service === source.service) &&
    (gate.category === undefined || gate.category === source.category) &&
    among(gate.channels, source.channel) &&
    among(gate.providers, source.provider) &&
    among(gate.eventIds, source.eventId)
  );
}
