/** Regular expressions are taken only when linear-time matching can run them: RE2's syntax, compiled here once as the proof. */
import { RE2JS } from 're2js';
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** PCRE constructs without a linear-time equivalent, with the words a rule's author will understand. */
const BEYOND: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'look-around'],
  [/\\[1-9]|\\k[<{']|\(\?P=/, 'a back reference'],
  [/\(\?>|[*+?}]\+/, 'an atomic group or possessive quantifier'],
  [/\(\?\(/, 'a conditional group'],
  [/\(\?[R0-9&]/, 'recursion'],
];

/** Throws RuleError REGEX when `source` with `flags` (letters among i, m, s) cannot be matched in linear time. */
export function checkRegex(source: string, flags: string): void {
  if (source.length > LIMITS.regexChars)
    throw new RuleError('REGEX', `a regular expression longer than ${LIMITS.regexChars} characters`);
  const key = `${flags}/${source}`;
  if (proven.has(key)) return;
  let mask = 0;
  for (const f of flags) mask |= FLAGS[f] ?? 0;
  try {
    RE2JS.compile(source, mask);
  } catch (cause) {
    const what = BEYOND.find(([pattern]) => pattern.test(source))?.[1];
    const why = what ? `uses ${what}, which linear-time matching cannot do` : 'is not in RE2 syntax';
    throw new RuleError('REGEX', `${quote(source, 120)} ${why}`, undefined, cause);
  }
  if (proven.size > 10_000) proven.clear();
  proven.add(key);
}

/** Compiling is the costly part; the same expression is proven once. */
const proven = new Set<string>();
