import fc from 'fast-check';
import type { Event, LogSource, Shape, Value } from '../../../src/model/index.ts';
import type { EventRule, Expr, GlobPart, Test, Variant } from '../../../src/rules/index.ts';

/** Random rules and events that like to meet: few fields, few letters, and the letters that fold oddly. */

/** Units chosen to trip folding: İ grows, ſ and K fold onto ASCII for a regex only, Σ folds by its neighbours, halves of surrogate pairs. */
const LETTERS = ['a', 'A', 'b', 'B', 's', 'S', 'k', 'K', 'i', 'I', '\\', '.', '*', '?', '1', '0', ' ', '\0'];
const ODD = ['İ', 'ı', 'ß', 'ſ', '\u212a', 'Σ', 'σ', 'ς', '\u0307', '\ud83d', '\ude00', 'Ä', 'é', 'Ω'];

const letter = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...LETTERS) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD) },
);
export const text = fc.array(letter, { maxLength: 8 }).map((a) => a.join(''));
const literal = fc.oneof(
  fc.array(letter, { maxLength: 4 }).map((a) => a.join('')),
  fc.constantFrom('', 'a', 'ab', 'abb', 'bab', 'Σ', 'aΣ'),
);

export const FIELDS = ['Image', 'CommandLine', 'EventID', 'User', 'Ip', 'When', 'Missing'];

const globParts: fc.Arbitrary<GlobPart[]> = fc.array(
  fc.oneof(
    literal.map((t): GlobPart => ({ $: 'text', text: t })),
    fc.constant<GlobPart>({ $: 'any' }),
    fc.constant<GlobPart>({ $: 'one' }),
  ),
  { maxLength: 5 },
);

const atom = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'ab',
    'S',
    'k',
    'K',
    '.',
    '\\.',
    '\\\\',
    '\\d',
    '\\w',
    '\\s',
    '[ab]',
    '[^a]',
    '[]a]',
    '^',
    '$',
    '\\b',
    '\\x61',
    '(?i)',
    ' ',
    'İ',
    'ſ',
    '{',
    '0',
  ),
);
/** Regular expressions, mostly valid. */
export const pattern: fc.Arbitrary<string> = fc.letrec<{ re: string; seq: string; part: string }>((tie) => ({
  re: fc.oneof(
    { maxDepth: 3 },
    tie('seq'),
    fc.tuple(tie('seq'), tie('re')).map(([a, b]) => `${a}|${b}`),
  ),
  seq: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((a) => a.join('')),
  part: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3 },
        atom,
        tie('re').map((r) => `(${r})`),
        tie('re').map((r) => `(?:${r})`),
        tie('re').map((r) => `(?i:${r})`),
      ),
      fc.constantFrom('', '', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'),
    )
    .map(([a, q]) => a + q),
})).re;

const number = fc.constantFrom(0, 1, 10, 4624, -1, 1.5, 16);

export const test: fc.Arbitrary<Test> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      $: fc.constantFrom('equals' as const, 'startsWith' as const, 'endsWith' as const, 'contains' as const),
      text: literal,
      cased: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ $: fc.constant('glob' as const), parts: globParts, cased: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      $: fc.constant('regex' as const),
      source: pattern,
      flags: fc.constantFrom('', 'i', 's', 'im'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Test>(
      { $: 'cidr', network: '10.0.0.0', bits: 8 },
      { $: 'cidr', network: '10.1.0.0', bits: 16 },
      { $: 'cidr', network: '0.0.0.0', bits: 0 },
      { $: 'cidr', network: 'fe80::', bits: 10 },
    ),
  },
  { weight: 2, arbitrary: fc.record({ $: fc.constant('number' as const), number }) },
  {
    weight: 1,
    arbitrary: fc.record({
      $: fc.constant('compare' as const),
      op: fc.constantFrom('lt' as const, 'lte' as const, 'gt' as const, 'gte' as const),
      number,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      $: fc.constant('timePart' as const),
      part: fc.constantFrom(
        'minute' as const,
        'hour' as const,
        'day' as const,
        'week' as const,
        'month' as const,
        'year' as const,
      ),
      number: fc.constantFrom(0, 1, 2, 10, 52, 53, 1970, 2024),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Test>({ $: 'isNull' }) },
  { weight: 1, arbitrary: fc.boolean().map((wanted): Test => ({ $: 'exists', wanted })) },
  {
    weight: 1,
    arbitrary: fc.record({
      $: fc.constant('field' as const),
      other: fc.constantFrom(...FIELDS),
      how: fc.constantFrom('equals' as const, 'startsWith' as const, 'endsWith' as const, 'contains' as const),
      cased: fc.boolean(),
    }),
  },
);

const from = { item: 'selection', key: 'k', value: 'v' };
const field = fc.constantFrom(...FIELDS);

const expr: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 6, arbitrary: fc.record({ $: fc.constant('test' as const), field, test, from: fc.constant(from) }) },
    { weight: 1, arbitrary: fc.record({ $: fc.constant('keyword' as const), test, from: fc.constant(from) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        $: fc.constantFrom('and' as const, 'and' as const, 'or' as const),
        of: fc.array(tie('expr'), { maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: tie('expr').map((of): Expr => ({ $: 'not', of })) },
    { weight: 1, arbitrary: fc.boolean().map((value): Expr => ({ $: 'const', value })) },
  ),
})).expr;

const gate = fc.constantFrom<Variant['gate']>(
  {},
  { product: 'windows' },
  { product: 'windows', channels: ['security'] },
  { product: 'windows', channels: ['security'], eventIds: [1, 4624] },
  { product: 'linux', service: 'sshd' },
);

const variant = fc.record({
  name: fc.constantFrom('first', 'second'),
  gate,
  expr,
  unknown: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray(FIELDS, { maxLength: 2 }) },
  ),
});

export function ruleOf(variants: readonly Variant[], id = 'r'): EventRule {
  const meta: EventRule['meta'] = {
    id,
    title: id,
    level: 'medium',
    references: [],
    attack: [],
    tactics: [],
    tags: [],
    falsePositives: [],
    logsource: {},
    digest: '',
    origin: '',
  };
  return { $: 'event', meta, variants, names: [id], reports: true };
}

export const rule = fc.array(variant, { minLength: 1, maxLength: 2 }).map((v) => ruleOf(v));

const scalar = fc.oneof(
  { weight: 6, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '4624',
      '0x10',
      '10',
      '1.5',
      '10.1.2.3',
      '::ffff:10.0.0.1',
      'fe80::1%4',
      '2024-02-29T10:01:00Z',
      '1700000000',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 10, 4624, 1.5, 16, 1_700_000_000) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);
const value: fc.Arbitrary<Value | undefined> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }) },
);

const source = fc.constantFrom<LogSource>(
  { product: 'windows', channel: 'Security', eventId: 4624 },
  { product: 'windows', channel: 'Security', eventId: 1 },
  { product: 'windows', channel: 'System' },
  { product: 'linux', service: 'sshd' },
  {},
);

export function shapeOf(from: LogSource, fields: readonly string[]): Shape {
  return { source: from, stream: 'test', fields, host: [], user: [], address: [] };
}

export function eventOf(shape: Shape, values: readonly (Value | undefined)[]): Event {
  return { shape, offset: 0, record: 1, ms: 0, ns: 0, flags: 0, value: (slot) => values[slot] };
}

/** Events over few Shapes, so that what was prepared for a Shape serves several events. */
export const events: fc.Arbitrary<Event[]> = fc
  .array(
    fc.tuple(source, fc.shuffledSubarray(FIELDS.slice(0, 6))).map(([s, f]) => shapeOf(s, f)),
    { minLength: 1, maxLength: 3 },
  )
  .chain((shapes) =>
    fc.array(
      fc
        .constantFrom(...shapes)
        .chain((shape) =>
          fc.tuple(...shape.fields.map(() => value)).map((values) => eventOf(shape, values as (Value | undefined)[])),
        ),
      { minLength: 1, maxLength: 12 },
    ),
  );
