/**
 * The `detection` section: search identifiers (maps, lists, keywords) and a condition. In: its tree. Out: one expression in
 * Sigma's own field names; log sources and their names come later (taxonomy/).
 */
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';
import type { Expr, Origin, Test } from '../ir.ts';
import { type Condition, parseCondition, resolveCondition } from './condition.ts';
import { parseKey, testsOf } from './modifiers.ts';
import type { Vocabulary } from './placeholders.ts';
import { isTreeList, isTreeMap, Numeral, type Tree, type TreeMap } from './yaml.ts';

type Scalar = string | boolean | null | Numeral;

export interface Detection {
  readonly expr: Expr;
  readonly conditions: readonly Condition[];
}

/** `skip`: keys of the section that are not search identifiers besides `condition`. */
export function readDetection(section: Tree | undefined, skip: readonly string[], vocabulary: Vocabulary): Detection {
  if (!isTreeMap(section)) throw new RuleError('DETECTION', 'the detection section is not a map');
  const conditions = conditionTexts(section.get('condition')).map(parseCondition);
  const reader = new Reader(vocabulary);
  const items = new Map<string, Expr>();
  for (const [name, tree] of section) {
    if (name === 'condition' || skip.includes(name)) continue;
    items.set(name, reader.item(name, tree));
  }
  if (items.size === 0) throw new RuleError('DETECTION', 'no search identifier');
  const of = conditions.map((c) => resolveCondition(c, items));
  const expr: Expr = of.length === 1 ? of[0]! : { $: 'or', of };
  checkSize(expr);
  return { expr, conditions };
}

/** Search identifiers are shared between the branches of a condition; written out, the expression must stay bounded. */
function checkSize(expr: Expr): void {
  let nodes = 0;
  const visit = (e: Expr): void => {
    if (++nodes > LIMITS.expression)
      throw new RuleError('LIMIT_EXPANSION', `the condition expands beyond ${LIMITS.expression} parts`);
    if (e.$ === 'and' || e.$ === 'or') e.of.forEach(visit);
    else if (e.$ === 'not') visit(e.of);
  };
  visit(expr);
}

function conditionTexts(tree: Tree | undefined): readonly string[] {
  const list = isTreeList(tree) ? tree : [tree];
  const texts = list.map((t) => (t instanceof Numeral ? t.source : t));
  if (texts.length === 0 || !texts.every((t) => typeof t === 'string'))
    throw new RuleError('CONDITION', 'the condition is missing or not a text');
  return texts;
}

class Reader {
  readonly vocabulary: Vocabulary;
  tests = 0;
  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** A map is AND over its keys; a list is OR over maps, or over keywords; a plain value is one keyword. */
  item(name: string, tree: Tree): Expr {
    if (isTreeMap(tree)) return this.map(name, tree);
    if (!isTreeList(tree)) return this.values(name, '', [tree]);
    if (tree.length === 0) throw new RuleError('DETECTION', `${quote(name)} is an empty list`);
    if (tree.every(isScalar)) return this.values(name, '', tree);
    return { $: 'or', of: tree.map((t) => this.item(name, t)) };
  }

  map(name: string, map: TreeMap): Expr {
    if (map.size === 0) throw new RuleError('DETECTION', `${quote(name)} is an empty map`);
    const of = [...map].map(([key, tree]) => {
      const values = isTreeList(tree) ? tree : [tree];
      if (!values.every(isScalar)) throw new RuleError('VALUE', `${quote(key)}: a value that is a map or nested list`);
      return this.values(name, key, values, isTreeList(tree));
    });
    return of.length === 1 ? of[0]! : { $: 'and', of };
  }

  /** One key with its values: OR over them, AND under `all`, the whole negated under `neq`. */
  values(item: string, written: string, values: readonly Scalar[], list = false): Expr {
    const key = parseKey(written);
    if (values.length === 0) throw new RuleError('VALUE', `${quote(written)} has an empty list of values`);
    if (list && values.includes(null))
      throw new RuleError(
        'VALUE',
        `${quote(written)}: null may not stand in a list; give it a search identifier of its own`,
      );
    if (key.all && values.length < 2)
      throw new RuleError('MODIFIER_USE', `${quote(written)}: \`all\` needs several values`);
    const of = values.map((value): Expr => {
      const tests = testsOf(key, value, this.vocabulary);
      this.tests += tests.length;
      if (this.tests > LIMITS.tests) throw new RuleError('LIMIT_EXPANSION', `more than ${LIMITS.tests} tests`);
      const from: Origin = { item, key: written, value: shown(value) };
      const alternatives = tests.flatMap((test): Expr[] =>
        key.field === ''
          ? atEdges(test).map((t) => ({ $: 'keyword', test: t, from }))
          : [{ $: 'test', field: key.field, test, from }],
      );
      return alternatives.length === 1 ? alternatives[0]! : { $: 'or', of: alternatives };
    });
    const linked: Expr = of.length === 1 ? of[0]! : { $: key.all ? 'and' : 'or', of };
    return key.negated ? { $: 'not', of: linked } : linked;
  }
}

/**
 * A keyword is meant for the whole message, in which values stand apart by blanks: a blank at the keyword's edge is also
 * the edge of a value. Exchange logs cmdlet and parameters as two values, and rules ask for ` -Mailbox `.
 */
function atEdges(test: Test): Test[] {
  if (test.$ !== 'contains') return [test];
  const { text, cased } = test;
  const left = text.replace(/^ +/, '');
  const right = text.replace(/ +$/, '');
  const bare = text.trim();
  if (bare === '' || bare === text) return [test];
  return [
    test,
    ...(left === text ? [] : [{ $: 'startsWith' as const, text: left, cased }]),
    ...(right === text ? [] : [{ $: 'endsWith' as const, text: right, cased }]),
    ...(left === text || right === text ? [] : [{ $: 'equals' as const, text: bare, cased }]),
  ];
}

function isScalar(tree: Tree): tree is Scalar {
  return !isTreeMap(tree) && !isTreeList(tree);
}

function shown(value: Scalar): string {
  const text = value instanceof Numeral ? value.source : String(value);
  return text.length > LIMITS.originChars ? text.slice(0, LIMITS.originChars) : text;
}
