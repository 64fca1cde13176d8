/**
 * The `correlation` section (Sigma correlation rules specification 2.1.0). In: its tree. Out: what it says, with references
 * still as written; link.ts resolves them over all files. Where the specification and its own example leave a correlation
 * without meaning (a percentile without its rank), it is refused rather than guessed.
 */
import { quote } from '../../base/index.ts';
import { RuleError } from '../codes.ts';
import type { CorrelationRule } from '../ir.ts';
import { textOf, textsOf } from './meta.ts';
import { isTreeMap, Numeral, type Tree, type TreeMap } from './yaml.ts';

/** A correlation as written; `references`, and the inner keys of `aliases`, are ids or names. */
export interface WrittenCorrelation
  extends Pick<CorrelationRule, 'kind' | 'groupBy' | 'timespanMs' | 'condition' | 'fields' | 'percentile'> {
  readonly references: readonly string[];
  readonly aliases: readonly (readonly [
    alias: string,
    fields: readonly (readonly [reference: string, field: string])[],
  ])[];
  /** true: the rules it counts also report on their own */
  readonly generate: boolean;
}

type Kind = CorrelationRule['kind'];
type Limit = CorrelationRule['condition'][number];

const KINDS: readonly Kind[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
];
const OPERATORS: readonly Limit['op'][] = ['lt', 'lte', 'gt', 'gte', 'eq', 'neq'];

function fail(message: string): never {
  throw new RuleError('CORRELATION', message);
}

/** `document`: the whole rule; the specification lists `generate` beside the section, pySigma reads it inside. */
export function readCorrelation(document: TreeMap): WrittenCorrelation {
  const section = document.get('correlation');
  if (!isTreeMap(section)) fail('the correlation section is not a map');
  const written = textOf(section, 'type', 'CORRELATION')?.toLowerCase() ?? fail('a correlation needs a type');
  const median = written === 'value_median'; // pySigma's name; the specification: "median is a percentile 50"
  const kind = median ? 'value_percentile' : KINDS.find((k) => k === written);
  if (!kind) fail(`the type ${quote(written)}; Sigma knows ${KINDS.join(', ')}`);
  const references = textsOf(section, 'rules', 'CORRELATION');
  if (references.length === 0) fail('a correlation needs `rules`');
  const { limits, fields, percentile } = readLimits(section.get('condition'), kind, references.length);
  const rank = percentile ?? (median ? 50 : undefined);
  if (kind === 'value_percentile' && rank === undefined)
    fail('`value_percentile` needs `percentile: N` (0 to 100) in its condition: without a rank it has no one meaning');
  return {
    kind,
    references,
    groupBy: textsOf(section, 'group-by', 'CORRELATION'),
    timespanMs: readTimespan(textOf(section, 'timespan', 'CORRELATION')),
    condition: limits,
    fields,
    ...(kind === 'value_percentile' && rank !== undefined ? { percentile: rank } : {}),
    aliases: readAliases(section.get('aliases')),
    generate: readGenerate(section.get('generate') ?? document.get('generate')),
  };
}

function readGenerate(tree: Tree | undefined): boolean {
  if (tree === undefined || tree === null) return false;
  return typeof tree === 'boolean' ? tree : fail('`generate` is true or false');
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `15m`; weeks are taken as pySigma does, months and years are not: they have no one length. */
function readTimespan(text: string | undefined): number {
  if (text === undefined) fail('a correlation needs a `timespan`');
  const m = /^(\d{1,6})([smhdw])$/.exec(text);
  const ms = m ? Number(m[1]) * UNIT_MS[m[2]!]! : 0;
  return ms > 0 ? ms : fail(`the timespan ${quote(text)}; write a number and one of s, m, h, d, such as 90m`);
}

function readLimits(tree: Tree | undefined, kind: Kind, rules: number) {
  const temporal = kind === 'temporal' || kind === 'temporal_ordered';
  if (typeof tree === 'string')
    fail('a condition over rule names (`a and not b`) is not part of Sigma 2.1.0; chain correlations instead');
  // A temporal correlation without a condition: every rule must have met an event.
  if (temporal && (tree === undefined || tree === null))
    return { limits: [{ op: 'gte' as const, number: rules }], fields: [], percentile: undefined };
  if (!isTreeMap(tree)) fail('a correlation needs a condition, such as `gte: 10`');
  const limits: Limit[] = [];
  let percentile: number | undefined;
  for (const [key, value] of tree) {
    if (key === 'field') continue;
    const op = OPERATORS.find((o) => o === key);
    if (!op && key !== 'percentile')
      fail(`${quote(key)} in the condition; Sigma knows ${OPERATORS.join(', ')} and field`);
    if (!(value instanceof Numeral)) fail(`\`${key}\` needs a number`);
    if (op) limits.push({ op, number: value.number });
    else percentile = value.number;
  }
  if (limits.length === 0) fail('the condition has no limit, such as `gte: 10`');
  if (percentile !== undefined && !(percentile >= 0 && percentile <= 100)) fail('`percentile` goes from 0 to 100');
  if (percentile !== undefined && kind !== 'value_percentile') fail('`percentile` belongs to value_percentile');
  return { limits, fields: readFields(tree, kind), percentile };
}

function readFields(condition: TreeMap, kind: Kind): readonly string[] {
  const fields = textsOf(condition, 'field', 'CORRELATION');
  if (!kind.startsWith('value_')) return fields.length === 0 ? [] : fail(`\`field\` has no meaning in ${kind}`);
  if (fields.length === 0) fail(`${kind} needs a \`field\` in its condition`);
  if (fields.length > 1 && kind !== 'value_count') fail(`${kind} takes one \`field\``);
  return fields;
}

function readAliases(tree: Tree | undefined): WrittenCorrelation['aliases'] {
  if (tree === undefined || tree === null) return [];
  if (!isTreeMap(tree)) fail('`aliases` is not a map');
  return [...tree].map(([alias, fields]) => {
    if (!isTreeMap(fields)) fail(`the alias ${quote(alias)} is not a map of rule to field`);
    return [
      alias,
      [...fields.keys()].map(
        (rule) =>
          [rule, textOf(fields, rule, 'CORRELATION') ?? fail(`the alias ${quote(alias)} names no field`)] as const,
      ),
    ];
  });
}
