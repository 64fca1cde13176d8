import { count, duration, oneLine } from '../../base/index.ts';
import type { CorrelationRule } from '../../rules/index.ts';
import type { CorrelationHit } from './types.ts';

/** `12 events within 1 h for TargetUserName 'admin' (rule asks for at least 10)`. */
export function whyOf(
  rule: CorrelationRule,
  { value, lowerBound, group }: Pick<CorrelationHit, 'value' | 'count' | 'lowerBound' | 'group'>,
): string {
  const asked = rule.condition.map((c) => `${WORDS[c.op]} ${c.number}`).join(' and ');
  const names = Object.entries(group).map(([name, v]) => `${oneLine(name, 40)} '${oneLine(String(v), 60)}'`);
  const whom = names.length > 0 ? ` for ${names.join(' and ')}` : '';
  return `${lowerBound ? 'at least ' : ''}${measured(rule, value)} within ${duration(rule.timespanMs)}${whom} (the rule asks for ${asked})`;
}

function measured(rule: CorrelationRule, value: number): string {
  const fields = rule.fields.map((f) => oneLine(f, 40)).join(' and ');
  const number = Number.isInteger(value) ? count(value) : value.toFixed(2);
  switch (rule.kind) {
    case 'event_count':
      return value === 1 ? '1 event' : `${number} events`;
    case 'value_count':
      return `${number} different ${value === 1 ? 'value' : 'values'} of ${fields}`;
    case 'temporal':
      return `${number} of ${rule.rules.length} rules met`;
    case 'temporal_ordered':
      return `${number} of ${rule.rules.length} rules met in order`;
    case 'value_sum':
      return `a sum of ${fields} of ${number}`;
    case 'value_avg':
      return `an average ${fields} of ${number}`;
    case 'value_percentile':
      return `percentile ${rule.percentile ?? 50} of ${fields} of ${number}`;
  }
}

const WORDS = {
  lt: 'less than',
  lte: 'at most',
  gt: 'more than',
  gte: 'at least',
  eq: 'exactly',
  neq: 'other than',
} as const;
