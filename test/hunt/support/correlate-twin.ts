import type { CorrelationInput, CorrelationRule } from '../../../src/rules/index.ts';

/**
 * The slow, obvious twin of correlate: every window of every group is laid out and judged by counting. Only for the
 * rules over events; what a chain means is said by its own twin below.
 */
export interface PlainHit {
  readonly rule: string;
  readonly group: string;
  readonly first: number;
  readonly last: number;
  readonly events: readonly string[];
  readonly value: number;
}

export function plainHits(rule: CorrelationRule, inputs: readonly CorrelationInput[]): PlainHit[] {
  const groups = new Map<string, CorrelationInput[]>();
  for (const input of inputs) {
    if (Number.isNaN(input.ms) || !rule.rules.includes(input.rule)) continue;
    const values = rule.groupBy.map((g) => fieldOf(rule, input, g));
    if (values.some((v) => v === undefined || v === null)) continue;
    const counted = rule.fields.map((f) => fieldOf(rule, input, f));
    if (rule.kind.startsWith('value_') && counted.some((v) => v === undefined || v === null)) continue;
    if (
      ['value_sum', 'value_avg', 'value_percentile'].includes(rule.kind) &&
      Number.isNaN(Number.parseFloat(String(counted[0])))
    )
      continue;
    const key = JSON.stringify(values.map((v) => String(v).toLowerCase()));
    groups.set(key, [...(groups.get(key) ?? []), input]);
  }
  return [...groups].flatMap(([group, list]) => runsOf(rule, list).map((r) => ({ rule: rule.meta.id, group, ...r })));
}

function fieldOf(rule: CorrelationRule, input: CorrelationInput, name: string) {
  return input.fields[rule.aliases[name]?.[input.rule] ?? name];
}

/**
 * The moments at which a rule judged at once is satisfied, as inputs of the rule above: one after every event that leaves
 * its window satisfied, known by its run. Group-by must be the same above and below.
 */
export function withMoments(rule: CorrelationRule, inputs: readonly CorrelationInput[]): CorrelationInput[] {
  return inputs.flatMap((input, i) => {
    const before = plainHits(rule, inputs.slice(0, i));
    const after = plainHits(rule, inputs.slice(0, i + 1));
    const satisfied = after.find((hit) => hit.last === input.ms && hit.events.includes(input.address));
    const grew = satisfied !== undefined && JSON.stringify(before) !== JSON.stringify(after);
    const again = satisfied !== undefined && rule.rules.includes(input.rule);
    if (!grew && !again) return [input];
    return [input, { ...input, rule: rule.meta.id, address: `run of ${satisfied.group} from ${satisfied.first}` }];
  });
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly events: readonly string[];
  readonly value: number;
}

function runsOf(rule: CorrelationRule, list: readonly CorrelationInput[]) {
  const lower = rule.condition.every((c) => c.op === 'gt' || c.op === 'gte');
  const atOnce = lower && rule.kind !== 'value_avg' && rule.kind !== 'value_percentile';
  const startOf = (end: number) => list.findIndex((e) => list[end]!.ms - e.ms <= rule.timespanMs);
  // Windows by their last event; when the condition has an upper bound only those that no other window contains.
  const ends = list.map((_, i) => i).filter((i) => atOnce || i === list.length - 1 || startOf(i + 1) > startOf(i));
  const runs: Run[] = [];
  let open = null as Run | null;
  let lastEnd = -1;
  for (const end of ends) {
    const window = list.slice(startOf(end), end + 1);
    const value = measure(rule, window);
    const ok = rule.condition.every(({ op, number }) =>
      op === 'lt'
        ? value < number
        : op === 'lte'
          ? value <= number
          : op === 'gt'
            ? value > number
            : op === 'gte'
              ? value >= number
              : op === 'eq'
                ? value === number
                : value !== number,
    );
    if (open !== null && (!ok || startOf(end) > lastEnd)) {
      runs.push(open);
      open = null;
    }
    if (ok) {
      const before: Run | null = open;
      const events: string[] = [...new Set([...(before?.events ?? []), ...window.map((e) => e.address)])];
      open = {
        first: before?.first ?? window[0]!.ms,
        last: list[end]!.ms,
        events,
        value: before === null ? value : atOnce ? Math.max(before.value, value) : before.value,
      };
    }
    lastEnd = end;
  }
  if (open !== null) runs.push(open);
  return runs;
}

function measure(rule: CorrelationRule, window: readonly CorrelationInput[]): number {
  const numbers = () => {
    const byEvent = new Map<string, number>();
    for (const e of window)
      if (!byEvent.has(e.address)) byEvent.set(e.address, Number(fieldOf(rule, e, rule.fields[0]!)));
    return [...byEvent.values()].sort((a, b) => a - b);
  };
  const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
  switch (rule.kind) {
    case 'event_count':
      return new Set(window.map((e) => e.address)).size;
    case 'value_count':
      return new Set(
        window.map((e) => JSON.stringify(rule.fields.map((f) => String(fieldOf(rule, e, f)).toLowerCase()))),
      ).size;
    case 'temporal':
      return new Set(window.map((e) => e.rule)).size;
    case 'temporal_ordered':
      return longest(rule, window, 0, -1, '');
    case 'value_sum':
      return sum(numbers());
    case 'value_avg':
      return sum(numbers()) / numbers().length;
    case 'value_percentile': {
      const all = numbers();
      const rank = ((rule.percentile ?? 50) / 100) * (all.length - 1);
      const [a, b] = [all[Math.floor(rank)]!, all[Math.ceil(rank)]!];
      return a + (b - a) * (rank - Math.floor(rank));
    }
  }
}

/** The longest chain of different events with rising positions, by trying all. */
function longest(
  rule: CorrelationRule,
  window: readonly CorrelationInput[],
  from: number,
  position: number,
  last: string,
): number {
  let best = 0;
  for (let i = from; i < window.length; i++) {
    const e = window[i]!;
    const p = rule.rules.indexOf(e.rule);
    if (p > position && e.address !== last) best = Math.max(best, 1 + longest(rule, window, i + 1, p, e.address));
  }
  return best;
}
