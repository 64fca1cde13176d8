import { createHash } from 'node:crypto';
import type { Matcher } from '../../src/hunt/index.ts';
import { evaluate, gateMatches } from '../../src/hunt/index.ts';
import { type Event, fieldOf, type Shape } from '../../src/model/index.ts';
import type { EventRule, Expr } from '../../src/rules/index.ts';

/** What a comparison has seen; of one reader or of all. */
export interface Tally {
  events: number;
  /** events of which the twin was asked about every rule whose gate lets them through */
  whole: number;
  /** rule × event verdicts of those that were compared */
  comparisons: number;
  /** among them events that differ in some field their rules ask */
  distinct: number;
  /** rule × event evaluations by the twin */
  evaluations: number;
  /** rule × event matches by the fast matcher */
  matches: number;
  differences: number;
}

export const emptyTally = (): Tally => ({
  ...{ events: 0, whole: 0, comparisons: 0, distinct: 0 },
  ...{ evaluations: 0, matches: 0, differences: 0 },
});

export interface Difference {
  readonly rule: string;
  readonly title: string;
  readonly offset: number;
  readonly fast: boolean;
}

/** A rule with only those variants whose gate a log source passes: for its events the same verdict, without the others' work. */
interface Asked {
  readonly index: number;
  readonly rule: EventRule;
}

/** What a log source's events are asked. */
interface Questions {
  /** fields that `plain` ask: two events with the same values there get the same verdicts from the twin */
  readonly fields: readonly string[];
  readonly plain: readonly Asked[];
  /** rules with keywords look at every field: asked again for every event */
  readonly keyword: readonly Asked[];
  /** digest of the fields' values → the rules among `plain` that the twin fires */
  readonly verdicts: Map<string, ReadonlySet<number>>;
}

/**
 * The fast matcher beside the slow twin, event by event. What fires is always checked; whether something should have
 * fired and did not is asked of the twin for every rule that can look at the event at all. The twin's verdict is
 * remembered for events that agree in every field the rules ask (logs repeat themselves); the matcher's never is.
 */
export class Comparison {
  readonly #rules: readonly EventRule[];
  readonly #matcher: Matcher;
  readonly #questions = new WeakMap<Shape, Questions>();
  readonly #bySource = new Map<string, Questions>();

  constructor(rules: readonly EventRule[], matcher: Matcher) {
    this.#rules = rules;
    this.#matcher = matcher;
  }

  /** `whole`: ask the twin about every rule that can look at this event, not only about those that fired. */
  event(event: Event, whole: boolean, tally: Tally, differ: (difference: Difference) => void): void {
    const fired = new Set(this.#matcher.match(event));
    tally.events++;
    tally.matches += fired.size;
    const tell = (index: number, fast: boolean) => {
      const { id, title } = this.#rules[index]!.meta;
      tally.differences++;
      differ({ rule: id, title, offset: event.offset, fast });
    };
    if (!whole) {
      for (const index of fired) if (!this.#holds(this.#rules[index]!, event, tally)) tell(index, true);
      return;
    }
    const questions = this.#questionsOf(event.shape);
    tally.whole++;
    tally.comparisons += questions.plain.length + questions.keyword.length;
    const wanted = new Set(this.#remembered(questions, event, tally));
    for (const { index, rule } of questions.keyword) if (this.#holds(rule, event, tally)) wanted.add(index);
    for (const index of fired) if (!wanted.has(index)) tell(index, true);
    for (const index of wanted) if (!fired.has(index)) tell(index, false);
  }

  #remembered(questions: Questions, event: Event, tally: Tally): ReadonlySet<number> {
    const values = questions.fields.map((f) => fieldOf(event, f));
    const present = values.map((v) => (v === undefined ? 0 : 1)).join(''); // JSON writes absent as null
    const key = createHash('sha256').update(present).update(JSON.stringify(values)).digest('base64');
    let verdict = questions.verdicts.get(key);
    if (verdict === undefined) {
      verdict = new Set(questions.plain.filter((a) => this.#holds(a.rule, event, tally)).map((a) => a.index));
      questions.verdicts.set(key, verdict);
      tally.distinct++;
    }
    return verdict;
  }

  #holds(rule: EventRule, event: Event, tally: Tally): boolean {
    tally.evaluations++;
    return evaluate(rule, event);
  }

  #questionsOf(shape: Shape): Questions {
    let questions = this.#questions.get(shape);
    if (questions === undefined) {
      const key = JSON.stringify(shape.source);
      questions = this.#bySource.get(key) ?? this.#ask(shape);
      this.#bySource.set(key, questions);
      this.#questions.set(shape, questions);
    }
    return questions;
  }

  #ask({ source }: Shape): Questions {
    const asked = this.#rules.flatMap((rule, index) => {
      const variants = rule.variants.filter((v) => gateMatches(v.gate, source));
      return variants.length === 0 ? [] : [{ index, rule: { ...rule, variants } }];
    });
    const withKeyword = new Set(asked.filter(({ rule }) => rule.variants.some((v) => hasKeyword(v.expr))));
    const plain = asked.filter((a) => !withKeyword.has(a));
    const fields = new Set(plain.flatMap(({ rule }) => rule.variants.flatMap((v) => fieldsOfExpr(v.expr))));
    return { fields: [...fields].sort(), plain, keyword: [...withKeyword], verdicts: new Map() };
  }
}

function hasKeyword(expr: Expr): boolean {
  if (expr.$ === 'and' || expr.$ === 'or') return expr.of.some(hasKeyword);
  return expr.$ === 'not' ? hasKeyword(expr.of) : expr.$ === 'keyword';
}

function fieldsOfExpr(expr: Expr): string[] {
  if (expr.$ === 'and' || expr.$ === 'or') return expr.of.flatMap(fieldsOfExpr);
  if (expr.$ === 'not') return fieldsOfExpr(expr.of);
  if (expr.$ !== 'test') return [];
  return expr.test.$ === 'field' ? [expr.field, expr.test.other] : [expr.field];
}
