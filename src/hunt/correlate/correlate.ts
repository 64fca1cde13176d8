import { errorClass } from '../../base/index.ts';
import type { CorrelationInput, CorrelationRule } from '../../rules/index.ts';
import { Group, type GroupListener, judgedAtOnce } from './group.ts';
import {
  type CorrelationHit,
  type CorrelationTally,
  compareMoments,
  type Entry,
  LIMITS,
  type Moment,
  newTally,
  type Scalar,
} from './types.ts';

/** UNSORTED: inputs must come in time order. CYCLE: correlations that refer to each other in a ring. */
export const CorrelationError = errorClass<'UNSORTED' | 'CYCLE'>('CorrelationError');

/**
 * What many events mean together: Sigma correlation rules 2.1.0 over what single rules found. The conventions where the
 * specification leaves a choice are in docs/correlation.md, a test to each row.
 *
 * `inputs`: in time order (ms, ns; ties as they come); read once. Undated inputs are left out and counted in `tally`.
 * Hits come when their run ends, so not in order of time, yet always in the same order for the same inputs. Memory: the
 * open windows, no more.
 */
export function* correlate(
  rules: readonly CorrelationRule[],
  inputs: Iterable<CorrelationInput>,
  tally: CorrelationTally = newTally(),
): Generator<CorrelationHit, void, undefined> {
  const done: CorrelationHit[] = [];
  const net = new Net(rules, tally, (hit) => done.push(hit));
  let now: Moment = { ms: Number.NEGATIVE_INFINITY, ns: 0 };
  for (const input of inputs) {
    if (Number.isNaN(input.ms)) {
      tally.undated++;
      continue;
    }
    if (compareMoments(input, now) < 0)
      throw new CorrelationError('UNSORTED', 'inputs out of time order', input.address);
    now = input;
    net.feed(input);
    if (done.length > 0) yield* done.splice(0);
  }
  net.finish();
  yield* done;
}

/** One input on its way through the net. */
interface Signal extends Moment {
  readonly rule: string;
  readonly key: string;
  readonly input: CorrelationInput;
  readonly addresses: readonly string[];
}

/** The correlation rules, each above those it refers to. */
class Net {
  private readonly nodes: Node[];
  private readonly above = new Map<string, Node[]>();
  /** nodes whose inputs come late: time must be told to them and to those below */
  private readonly clocked: Node[];
  private readonly queue: { readonly node: Node; readonly signals: readonly Signal[] }[] = [];
  private runs = 0;

  constructor(rules: readonly CorrelationRule[], tally: CorrelationTally, emit: (hit: CorrelationHit) => void) {
    const lags = new Map<string, number>();
    this.nodes = inOrder(rules).map((rule) => {
      // A window that is judged when complete may be judged two spans after its last event: by the next event of its
      // group, or by the sweep. Whoever counts such hits waits that long, so that time stays in order.
      const lag = Math.max(0, ...rule.rules.map((id) => lags.get(id) ?? 0));
      lags.set(rule.meta.id, judgedAtOnce(rule) ? lag : lag + 2 * rule.timespanMs);
      const node = new Node(rule, lag, tally, {
        emit,
        nextRun: () => `run ${++this.runs}`,
        above: (signals) => {
          for (const parent of this.above.get(rule.meta.id) ?? []) this.queue.push({ node: parent, signals });
        },
      });
      return node;
    });
    for (const node of this.nodes) {
      for (const id of new Set(node.rule.rules)) this.above.set(id, [...(this.above.get(id) ?? []), node]);
    }
    const waiting = new Set(this.nodes.filter((n) => n.lag > 0));
    for (const node of [...waiting]) {
      for (const below of this.nodes) if (node.rule.rules.includes(below.rule.meta.id)) waiting.add(below);
    }
    this.clocked = this.nodes.filter((n) => waiting.has(n));
  }

  feed(input: CorrelationInput): void {
    const { ms, ns, rule, address } = input;
    for (const node of this.clocked) {
      node.tick(ms);
      this.settle();
    }
    const signal: Signal = { ms, ns, rule, key: address, input, addresses: [address] };
    for (const node of this.above.get(rule) ?? []) node.accept([signal]);
    this.settle();
  }

  finish(): void {
    for (const node of this.nodes) {
      node.tick(Number.POSITIVE_INFINITY);
      node.close();
      this.settle();
    }
  }

  /** Runs that grew below are inputs above; an event is taken before what it brings about. */
  private settle(): void {
    for (let i = 0; i < this.queue.length; i++) this.queue[i]!.node.accept(this.queue[i]!.signals);
    this.queue.length = 0;
  }
}

interface NodeEffects {
  emit(hit: CorrelationHit): void;
  nextRun(): string;
  above(signals: readonly Signal[]): void;
}

/** One correlation rule with its groups. */
class Node implements GroupListener {
  readonly rule: CorrelationRule;
  /** how late inputs may come, ms */
  readonly lag: number;
  private readonly tally: CorrelationTally;
  private readonly effects: NodeEffects;
  private readonly positions: Map<string, number>;
  private readonly groups = new Map<string, Group>();
  /** of a node with lag: signals not yet due, in time order */
  private readonly waiting: Signal[][] = [];
  private nextSweep = Number.NEGATIVE_INFINITY;

  constructor(rule: CorrelationRule, lag: number, tally: CorrelationTally, effects: NodeEffects) {
    this.rule = rule;
    this.lag = lag;
    this.tally = tally;
    this.effects = effects;
    this.positions = new Map(rule.rules.map((id, i) => [id, i]));
  }

  /** Signals of one cause, all of the same moment. */
  accept(signals: readonly Signal[]): void {
    if (this.lag === 0) this.process(signals);
    else {
      const at = this.waiting.findLastIndex((w) => compareMoments(w[0]!, signals[0]!) <= 0);
      this.waiting.splice(at + 1, 0, [...signals]);
    }
  }

  /** Nothing before `ms` will come from the events any more. */
  tick(ms: number): void {
    const due = this.waiting.findIndex((w) => w[0]!.ms >= ms - this.lag);
    for (const signals of this.waiting.splice(0, due < 0 ? this.waiting.length : due)) this.process(signals);
    if (ms !== Number.POSITIVE_INFINITY) this.sweep(ms - this.lag);
  }

  close(): void {
    for (const group of this.groups.values()) group.close();
    this.groups.clear();
  }

  joined(runKey: string, at: Moment, entries: readonly Entry[]): void {
    const signals = entries.map((entry): Signal => {
      const { input, addresses } = entry;
      return { ms: at.ms, ns: at.ns, rule: this.rule.meta.id, key: runKey, input, addresses };
    });
    this.effects.above(signals);
  }

  hit(hit: CorrelationHit): void {
    this.effects.emit(hit);
  }

  overfull(): void {
    this.tally.overfull++;
  }

  private process(signals: readonly Signal[]): void {
    const [{ ms }] = signals as [Signal];
    this.sweep(ms);
    // A run takes part wherever one of its events would, but once.
    const taken = new Set<string>();
    for (const signal of signals) {
      const group = this.groupOf(signal);
      if (group === null) continue;
      const entry = this.entryOf(signal);
      if (entry === null) continue;
      const place = JSON.stringify([group.key, entry.text, entry.number]);
      if (taken.has(place)) continue;
      taken.add(place);
      this.open(group).add(entry);
    }
  }

  private groupOf(signal: Signal): { key: string; values: Record<string, Scalar> } | null {
    const values: [string, Scalar][] = [];
    const key: string[] = [];
    for (const name of this.rule.groupBy) {
      const value = this.fieldOf(signal, name);
      if (value === undefined || value === null) {
        this.tally.ungrouped++;
        return null;
      }
      values.push([name, value]);
      key.push(folded(value));
    }
    // made from pairs: a rule may group by a field called `__proto__`
    return { key: JSON.stringify(key), values: Object.fromEntries(values) };
  }

  private entryOf(signal: Signal): Omit<Entry, 'serial'> | null {
    const { kind, fields } = this.rule;
    const { ms, ns, key, input, addresses, rule } = signal;
    let text = '';
    let number = 0;
    if (kind.startsWith('value_')) {
      const values = fields.map((f) => this.fieldOf(signal, f));
      const numeral = kind === 'value_count' ? 0 : numberOf(values[0]);
      if (values.some((v) => v === undefined || v === null) || numeral === null) {
        this.tally.valueless++;
        return null;
      }
      if (kind === 'value_count') text = JSON.stringify(values.map((v) => folded(v!)));
      else number = numeral;
    }
    return { ms, ns, key, position: this.positions.get(rule)!, text, number, input, addresses };
  }

  /** A name of the rule in this input: an alias says which field it means under which rule. */
  private fieldOf({ rule, input }: Signal, name: string): Scalar | undefined {
    const alias = Object.hasOwn(this.rule.aliases, name) ? this.rule.aliases[name]! : {};
    const field = Object.hasOwn(alias, rule)
      ? alias[rule]!
      : Object.hasOwn(alias, input.rule)
        ? alias[input.rule]!
        : name;
    return Object.hasOwn(input.fields, field) ? input.fields[field] : undefined;
  }

  private open({ key, values }: { key: string; values: Record<string, Scalar> }): Group {
    let group = this.groups.get(key);
    if (group === undefined) {
      if (this.groups.size >= LIMITS.groups) this.forgetOldest();
      group = new Group(this.rule, values, this, this.effects.nextRun);
      this.groups.set(key, group);
    }
    return group;
  }

  private forgetOldest(): void {
    const [key, group] = this.groups.entries().next().value!;
    this.tally.forgotten++;
    this.groups.delete(key);
    group.close();
  }

  /** Once a span: groups whose windows are past are closed and forgotten. */
  private sweep(ms: number): void {
    if (ms < this.nextSweep) return;
    this.nextSweep = ms + this.rule.timespanMs;
    for (const [key, group] of this.groups) {
      if (group.last.ms >= ms - this.rule.timespanMs) continue;
      this.groups.delete(key);
      group.close();
    }
  }
}

/** Values of a group and distinct values are compared as texts, folded, as Sigma compares texts. */
function folded(value: NonNullable<Scalar>): string {
  return String(value).toLowerCase();
}

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function numberOf(value: Scalar | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && value.length <= 64 && DECIMAL.test(value) ? Number(value) : null;
}

/** Each rule after those it refers to; otherwise in the order given. */
function inOrder(rules: readonly CorrelationRule[]): CorrelationRule[] {
  const byId = new Map(rules.map((r) => [r.meta.id, r]));
  const out = new Set<CorrelationRule>();
  const open = new Set<string>();
  const visit = (rule: CorrelationRule) => {
    if (out.has(rule)) return;
    if (open.has(rule.meta.id)) throw new CorrelationError('CYCLE', 'correlations refer to each other', rule.meta.id);
    open.add(rule.meta.id);
    for (const id of rule.rules) {
      const below = byId.get(id);
      if (below !== undefined) visit(below);
    }
    out.add(rule);
  };
  for (const rule of rules) visit(rule);
  return [...out];
}
