/**
 * Filters (Sigma filters specification 2.1.0): one exclusion for many rules. In: the document. Out: an expression that is joined
 * to those rules by AND.
 *
 * The specification's example writes `condition: selection` for what shall be suppressed; its reference implementation
 * joins the condition by AND, so that suppressing is written `not selection`. A negated condition means the same in both
 * hands and is taken. A condition without negation would, in the wrong hands, silence everything else: it is refused
 * unless the caller says which reading its pack was written for.
 */
import { RuleError } from '../codes.ts';
import type { Expr, RuleMeta } from '../ir.ts';
import type { Condition } from './condition.ts';
import { readDetection } from './detection.ts';
import { type Logsource, readLogsource, readMeta, textsOf } from './meta.ts';
import type { Vocabulary } from './placeholders.ts';
import { isTreeMap, type TreeMap } from './yaml.ts';

/** How a filter condition without negation is read: the example's way, or the reference implementation's. */
export type PositiveFilters = 'refuse' | 'suppress' | 'require';

export interface Filter {
  readonly meta: RuleMeta;
  /** ids or names; null: any rule the log source fits */
  readonly rules: readonly string[] | null;
  /** joined to a rule by AND */
  readonly keeps: Expr;
}

export function readFilter(
  document: TreeMap,
  text: string,
  origin: string,
  vocabulary: Vocabulary,
  positive: PositiveFilters,
): Filter {
  const section = document.get('filter');
  if (!isTreeMap(section)) throw new RuleError('FILTER', 'the filter section is not a map');
  const meta = readMeta(document, text, origin, readLogsource(document.get('logsource')));
  const rules = textsOf(section, 'rules', 'FILTER');
  if (rules.length === 0) throw new RuleError('FILTER', 'a filter names its `rules`, or says `rules: any`');
  const { expr, conditions } = readDetection(section, ['rules'], vocabulary);
  if (conditions.length > 1) throw new RuleError('FILTER', 'a filter has one condition');
  return {
    meta,
    rules: rules.length === 1 && rules[0]!.toLowerCase() === 'any' ? null : rules,
    keeps: keeps(expr, conditions[0]!, positive),
  };
}

function keeps(expr: Expr, condition: Condition, positive: PositiveFilters): Expr {
  if (excludes(condition)) return expr;
  switch (positive) {
    case 'require':
      return expr;
    case 'suppress':
      return { $: 'not', of: expr };
    case 'refuse':
      throw new RuleError(
        'FILTER',
        'a condition without `not` is read in two opposite ways; write `not selection` to suppress',
      );
  }
}

function excludes(condition: Condition): boolean {
  if (condition.$ === 'not') return true;
  return condition.$ === 'and' && condition.of.every(excludes);
}

/** Every attribute the filter's log source gives, the rule's gives too, and the same. */
export function fits(filter: Logsource, rule: Logsource): boolean {
  return (['product', 'service', 'category'] as const).every((k) => filter[k] === undefined || filter[k] === rule[k]);
}
