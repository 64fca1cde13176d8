import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { test as anyTest, pattern, text } from '../../../test/hunt/support/random.ts';
import { CodedError } from '../../base/index.ts';
import type { Test } from '../../rules/index.ts';
import { Automaton, reversed } from './automaton.ts';
import { requiredLiterals } from './literals.ts';
import { compileRegex } from './regex.ts';
import { holds, timePartOf, type ValueTest } from './scalar.ts';
import { Skipper } from './skip.ts';
import { ValueMatcher } from './values.ts';

const RUNS = Number(process.env.CZERNIN_FUZZ_RUNS ?? 1_000);

function runs(t: Test): t is ValueTest {
  if (t.$ === 'field') return false;
  try {
    holds(t, 'x');
    return true;
  } catch (error) {
    assert.ok(error instanceof CodedError);
    return false;
  }
}

test('all tests of a field at once answer as each test alone', () => {
  fc.assert(
    fc.property(
      fc.array(anyTest, { maxLength: 20 }),
      fc.array(text, { minLength: 1, maxLength: 5 }),
      (tests, values) => {
        const runnable = tests.filter(runs);
        const matcher = new ValueMatcher(runnable);
        for (const value of [...values, 4624, true, '10.1.2.3', '']) {
          if (typeof value === 'string') matcher.ofText(value);
          else if (typeof value === 'number') matcher.ofNumber(value);
          else matcher.ofBoolean(value);
          const wanted = runnable.flatMap((t, i) => (holds(t, value) ? [i] : []));
          assert.deepEqual(
            [...matcher.found].sort((a, b) => a - b),
            wanted,
            JSON.stringify(value),
          );
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('the automaton finds what includes, startsWith and endsWith find', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'x', 'ü'), maxLength: 20 }),
      (words, value) => {
        const ask = (list: readonly string[], anchored: boolean, how: 'findIn' | 'findAtStart' | 'findAtEnd') => {
          const found = new Set<number>();
          new Automaton(list, 7, anchored)[how](value, { hit: (w) => found.add(w - 7) });
          return words.filter((_, i) => found.has(i));
        };
        assert.deepEqual(
          ask(words, false, 'findIn'),
          words.filter((w) => value.includes(w)),
        );
        assert.deepEqual(
          ask(words, true, 'findAtStart'),
          words.filter((w) => value.startsWith(w)),
        );
        assert.deepEqual(
          ask(words.map(reversed), true, 'findAtEnd'),
          words.filter((w) => value.endsWith(w)),
        );
      },
    ),
    { numRuns: RUNS },
  );
});

test('a text that is ruled out holds none of the literals, however it folds', () => {
  const unit = fc.constantFrom('k', 'K', 's', ':', 'i', 'I', '\u212a', 'İ', 'ſ', '*', 'a');
  const word = fc.string({ unit: fc.constantFrom('k', 's', ':', 'i', '*', 'a'), minLength: 4, maxLength: 8 });
  let ruledOut = 0;
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.string({ unit, maxLength: 30 }), (words, value) => {
      const skipper = Skipper.over(words);
      const inside = words.some((w) => value.toLowerCase().includes(w));
      for (const text of [value, `${value}${words[0]!.toUpperCase()}${value}`]) {
        if (!skipper?.ruledOut(text)) continue;
        ruledOut++;
        assert.equal(inside || text !== value, false);
      }
    }),
    { numRuns: RUNS * 2 },
  );
  assert.ok(ruledOut > RUNS / 10, `${ruledOut} ruled out`);
});

test('a text that matches a regex holds one of its required literals', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('', 'i', 's'), fc.array(text, { maxLength: 8 }), (source, flags, values) => {
      const literals = requiredLiterals(source);
      if (literals === null) return;
      let regex: ReturnType<typeof compileRegex>;
      try {
        regex = compileRegex(source, flags);
      } catch {
        return;
      }
      for (const value of [...values, 'abSk. \\0 aab', 'ABABSK']) {
        if (/[^\0-\x7f]/.test(value) || !regex.test(value)) continue;
        assert.ok(
          literals.some((l) => value.toLowerCase().includes(l)),
          `${source} ${JSON.stringify(value)} ${literals}`,
        );
      }
    }),
    { numRuns: RUNS * 2 },
  );
});

test('required literals of expressions as rules write them', () => {
  for (const [source, wanted] of [
    ['\\\\AppData\\\\Roaming\\\\[^\\\\]+\\.exe$', ['\\appdata\\roaming\\']],
    ['(?i)(foo|barbar)x+', ['foo', 'barbar']],
    ['[0-9]{1,3}', null],
    ['(evil)?', null],
    ['a|', null],
    ['net\\s+user', ['user']],
    ['\\Qabc\\E', null],
    ['abc{2}', ['abc']],
    ['ab{0}cde', ['cde']],
  ] as const) {
    assert.deepEqual(requiredLiterals(source), wanted, source);
  }
});

test('expressions that make backtracking engines explode end at once', () => {
  const started = performance.now();
  for (const source of ['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){20}$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
    compileRegex(source, '').test(`${'a'.repeat(20_000)}!`);
  }
  assert.ok(performance.now() - started < 20_000);
});

test('parts of a time, in UTC, from text and from every epoch', () => {
  for (const [part, value, wanted] of [
    ['hour', '2024-02-29T23:30:00-02:00', 1],
    ['day', '2024-02-29T23:30:00-02:00', 1],
    ['week', '2021-01-03', 53],
    ['week', '2024-12-30', 1],
    ['year', 1_709_164_800, 2024],
    ['month', '1709164800000', 2],
    ['minute', 1_709_164_860_000_000, 1],
    ['year', '1709164800000000000', 2024],
    ['year', 'not a time', undefined],
    ['year', true, undefined],
  ] as const) {
    assert.equal(timePartOf(part, value), wanted, `${part} of ${value}`);
  }
});
