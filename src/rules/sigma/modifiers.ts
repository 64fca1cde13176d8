/**
 * Value modifiers (Sigma modifiers appendix 2.1.0), applied in written order. A written value becomes one or more
 * alternatives (`windash`, `base64offset`, placeholders), each an Operand; a modifier on a value of the wrong type is refused.
 * docs/sigma.md lists MODIFIERS; a test holds the two together.
 */
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';
import type { Test } from '../ir.ts';
import { parseCidr } from './cidr.ts';
import { base64Offsets, dashVariants, encodeText, interleaved, type Wide } from './encode.ts';
import {
  anyAfter,
  anyBefore,
  concat,
  literal,
  mapText,
  type Pattern,
  parsePattern,
  patternTest,
  plain,
} from './pattern.ts';
import { expand, expandRegex, type Vocabulary } from './placeholders.ts';
import { checkRegex } from './regex.ts';
import { Numeral } from './yaml.ts';

type FieldRefHow = Extract<Test, { $: 'field' }>['how'];

/** A value between the rule's text and a Test. */
type Operand =
  | {
      readonly $: 'text';
      readonly raw: string;
      readonly pattern: Pattern;
      readonly cased: boolean;
      readonly wide: Wide | null;
      readonly touched: boolean;
    }
  | { readonly $: 'number'; readonly value: Numeral }
  | { readonly $: 'boolean'; readonly value: boolean }
  | { readonly $: 'null' }
  | { readonly $: 'regex'; readonly source: string; readonly flags: string }
  | { readonly $: 'cidr'; readonly pattern: Pattern }
  | { readonly $: 'ref'; readonly field: string; readonly how: FieldRefHow; readonly cased: boolean }
  | { readonly $: 'done'; readonly test: Test };

type TextOperand = Extract<Operand, { $: 'text' }>;
type Apply = (value: Operand, vocabulary: Vocabulary) => readonly Operand[];

function wrongType(name: string, wants: string): never {
  throw new RuleError('MODIFIER_TYPE', `\`${name}\` needs ${wants}`);
}

function onText(name: string, apply: (value: TextOperand) => readonly Operand[]): Apply {
  return (value) => (value.$ === 'text' ? apply(value) : wrongType(name, 'a text value'));
}

/** The text itself, escapes resolved; wildcards have no meaning for `name`. */
function exactText(name: string, value: TextOperand): string {
  const text = plain(value.pattern);
  if (text === null) throw new RuleError('MODIFIER_USE', `\`${name}\` cannot take wildcards; write \\* or \\?`);
  return text;
}

function untouched(name: string, value: TextOperand): TextOperand {
  if (value.touched) throw new RuleError('MODIFIER_USE', `\`${name}\` must come before other value modifiers`);
  return value;
}

function position(
  how: Exclude<FieldRefHow, 'equals'>,
  wrap: (p: Pattern) => Pattern,
  before: string,
  after: string,
): Apply {
  return (value) => {
    if (value.$ === 'text') return [{ ...value, pattern: wrap(value.pattern), touched: true }];
    if (value.$ === 'regex') return [{ ...value, source: `${before}(?:${value.source})${after}` }];
    if (value.$ === 'ref' && value.how === 'equals') return [{ ...value, how }];
    return wrongType(how.toLowerCase(), 'a text, a regular expression or a field reference');
  };
}

const widen = (wide: Wide): Apply =>
  onText(wide, (value) => {
    if (value.wide) throw new RuleError('MODIFIER_USE', 'a value cannot be encoded as UTF-16 twice');
    return [{ ...value, wide, touched: true }];
  });

const compare =
  (op: 'lt' | 'lte' | 'gt' | 'gte'): Apply =>
  (value) =>
    value.$ === 'number'
      ? [{ $: 'done', test: { $: 'compare', op, number: value.value.number } }]
      : wrongType(op, 'a number');

const flag =
  (letter: 'i' | 'm' | 's'): Apply =>
  (value) => {
    if (value.$ !== 'regex') return wrongType(letter, 'a regular expression (`re` before it)');
    return [value.flags.includes(letter) ? value : { ...value, flags: [...value.flags, letter].sort().join('') }];
  };

type TimePart = Extract<Test, { $: 'timePart' }>['part'];
const TIME_RANGE: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53], // the specification says 52; ISO 8601 years can have 53
  month: [1, 12],
  year: [1, 9999],
};

const timePart =
  (part: TimePart): Apply =>
  (value) => {
    if (value.$ !== 'number') return wrongType(part, 'a number');
    const n = value.value.number;
    const [low, high] = TIME_RANGE[part];
    if (!Number.isInteger(n) || n < low || n > high)
      throw new RuleError('VALUE', `\`${part}\` goes from ${low} to ${high}`);
    return [{ $: 'done', test: { $: 'timePart', part, number: n } }];
  };

/** Modifiers that change one value. `all` and `neq`, which change how values are linked, are handled with the key. */
const APPLY = {
  startswith: position('startsWith', anyAfter, '\\A', ''),
  endswith: position('endsWith', anyBefore, '', '\\z'),
  contains: position('contains', (p) => anyBefore(anyAfter(p)), '', ''),
  exists: (value) =>
    value.$ === 'boolean'
      ? [{ $: 'done', test: { $: 'exists', wanted: value.value } }]
      : wrongType('exists', 'true or false, and no other modifier'),
  cased: (value) => {
    if (value.$ === 'text' || value.$ === 'ref') return [{ ...value, cased: true }];
    return wrongType('cased', 'a text value');
  },
  windash: onText('windash', (value) =>
    dashVariants(value.pattern).map((pattern) => ({ ...value, pattern, touched: true })),
  ),
  re: onText('re', (value) => [{ $: 'regex', source: untouched('re', value).raw, flags: '' }]),
  i: flag('i'),
  m: flag('m'),
  s: flag('s'),
  base64: onText('base64', (value) => [
    {
      ...value,
      pattern: literal(encodeText(exactText('base64', value), value.wide).toString('base64')),
      wide: null,
      touched: true,
    },
  ]),
  base64offset: onText('base64offset', (value) =>
    base64Offsets(encodeText(exactText('base64offset', value), value.wide)).map((text) => ({
      ...value,
      pattern: literal(text),
      wide: null,
      touched: true,
    })),
  ),
  utf16le: widen('utf16le'),
  utf16be: widen('utf16be'),
  utf16: widen('utf16'),
  wide: widen('utf16le'),
  lt: compare('lt'),
  lte: compare('lte'),
  gt: compare('gt'),
  gte: compare('gte'),
  minute: timePart('minute'),
  hour: timePart('hour'),
  day: timePart('day'),
  week: timePart('week'),
  month: timePart('month'),
  year: timePart('year'),
  cidr: onText('cidr', (value) => [{ $: 'cidr', pattern: untouched('cidr', value).pattern }]),
  expand: (value, vocabulary) => {
    if (value.$ === 'text' || value.$ === 'cidr') {
      return expand(value.pattern, vocabulary).map((pattern) => ({ ...value, pattern, touched: true }));
    }
    if (value.$ === 'regex') return expandRegex(value.source, vocabulary).map((source) => ({ ...value, source }));
    return wrongType('expand', 'a text');
  },
  fieldref: onText('fieldref', (value) => {
    const field = exactText('fieldref', untouched('fieldref', value));
    if (field === '') throw new RuleError('VALUE', '`fieldref` needs the name of a field');
    return [{ $: 'ref', field, how: 'equals', cased: value.cased }];
  }),
} satisfies Record<string, Apply>;

const LINKING = ['all', 'neq'] as const;
/** Longer names of the regular expression flags that pySigma also takes. */
const ALSO_KNOWN_AS: Readonly<Record<string, keyof typeof APPLY>> = { ignorecase: 'i', multiline: 'm', dotall: 's' };

/** Every modifier of Sigma 2.1.0. */
export const MODIFIERS: readonly string[] = [...LINKING, ...Object.keys(APPLY)];

/** A key of a detection map, taken apart: `Image|endswith|all`. An empty field means: anywhere in the event. */
export interface Key {
  readonly written: string;
  readonly field: string;
  readonly steps: readonly Apply[];
  readonly all: boolean;
  readonly negated: boolean;
}

export function parseKey(written: string): Key {
  const [field = '', ...names] = written.split('|');
  const steps: Apply[] = [];
  for (const name of names) {
    if (name === 'all' || name === 'neq') continue;
    const known = ALSO_KNOWN_AS[name] ?? name;
    if (!Object.hasOwn(APPLY, known)) throw new RuleError('MODIFIER_UNKNOWN', `${quote(name)} in ${quote(written)}`);
    steps.push(APPLY[known as keyof typeof APPLY]);
  }
  return { written, field, steps, all: names.includes('all'), negated: names.includes('neq') };
}

/** The alternatives (linked by OR) one written value stands for under a key's modifiers. */
export function testsOf(key: Key, value: string | boolean | null | Numeral, vocabulary: Vocabulary): readonly Test[] {
  let operands: readonly Operand[] = [operand(value)];
  for (const step of key.steps) {
    operands = operands.flatMap((o) => step(o, vocabulary));
    if (operands.length > LIMITS.alternatives)
      throw new RuleError('LIMIT_EXPANSION', `${quote(key.written)} expands beyond ${LIMITS.alternatives} values`);
  }
  return operands.map((o) => finish(o, key.field === ''));
}

function operand(value: string | boolean | null | Numeral): Operand {
  if (value === null) return { $: 'null' };
  if (typeof value === 'boolean') return { $: 'boolean', value };
  if (value instanceof Numeral) return { $: 'number', value };
  return { $: 'text', raw: value, pattern: parsePattern(value), cased: false, wide: null, touched: false };
}

/** `anywhere`: a keyword; its text is looked for inside values unless a modifier placed it. */
function finish(o: Operand, anywhere: boolean): Test {
  switch (o.$) {
    case 'text': {
      const { wide } = o;
      const pattern = wide
        ? concat(
            wide === 'utf16' ? literal('\ufeff') : [],
            mapText(o.pattern, (text) => interleaved(text, wide)),
          )
        : o.pattern;
      return patternTest(anywhere ? anyBefore(anyAfter(pattern)) : pattern, o.cased);
    }
    case 'number':
      if (anywhere) return { $: 'contains', text: o.value.source, cased: false };
      // Beyond 2^53 a number would be compared inexactly; its digits are exact.
      if (Number.isInteger(o.value.number) && !Number.isSafeInteger(o.value.number))
        return { $: 'equals', text: o.value.source, cased: false };
      return { $: 'number', number: o.value.number };
    case 'boolean':
      return { $: anywhere ? 'contains' : 'equals', text: String(o.value), cased: false };
    case 'null':
      if (anywhere) throw new RuleError('VALUE', 'null cannot be searched for without a field');
      return { $: 'isNull' };
    case 'regex':
      checkRegex(o.source, o.flags);
      return { $: 'regex', source: o.source, flags: o.flags };
    case 'cidr': {
      const text = plain(o.pattern) ?? '';
      const range = parseCidr(text);
      if (!range)
        throw new RuleError('VALUE', `${quote(text)} is no network in CIDR notation (host bits must be zero)`);
      return { $: 'cidr', ...range };
    }
    case 'ref':
      if (anywhere) throw new RuleError('MODIFIER_USE', '`fieldref` needs a field to compare');
      return { $: 'field', other: o.field, how: o.how, cased: o.cased };
    case 'done':
      if (anywhere) throw new RuleError('MODIFIER_USE', 'this modifier needs a field');
      return o.test;
  }
}
