/** Placeholders under `expand` (Sigma rules specification 2.1.0, "Placeholders"): `%name%` stands for entries of a vocabulary the caller has. */
import { LIMITS, RuleError } from '../codes.ts';
import { concat, literal, type Pattern, parsePattern, patternRegex } from './pattern.ts';

/** Placeholder name → the patterns (Sigma texts, wildcards allowed) it stands for. */
export type Vocabulary = ReadonlyMap<string, readonly string[]>;

const PLACEHOLDER = /\\%|%([\w.-]+)%/g;

/** `%name%` replaced by each of its entries; `\%` is a percent sign. Several placeholders: every combination. */
export function expand(pattern: Pattern, vocabulary: Vocabulary): readonly Pattern[] {
  let out: Pattern[] = [[]];
  const append = (choices: readonly Pattern[]) => {
    if (out.length * choices.length > LIMITS.alternatives)
      throw new RuleError('LIMIT_EXPANSION', `placeholders expand beyond ${LIMITS.alternatives} values`);
    out = choices.flatMap((choice) => out.map((o) => concat(o, choice)));
  };
  for (const part of pattern) {
    if (part.$ !== 'text') {
      append([[part]]);
      continue;
    }
    let done = 0;
    for (const m of part.text.matchAll(PLACEHOLDER)) {
      append([literal(part.text.slice(done, m.index))]);
      done = m.index + m[0].length;
      append(m[1] === undefined ? [literal('%')] : meaning(m[1], vocabulary));
    }
    append([literal(part.text.slice(done))]);
  }
  return out;
}

function meaning(name: string, vocabulary: Vocabulary): readonly Pattern[] {
  const entries = vocabulary.get(name);
  if (!entries || entries.length === 0)
    throw new RuleError('PLACEHOLDER', `%${name}% has no entry in the vocabulary of placeholders`);
  return entries.map(parsePattern);
}

/** In a regular expression a placeholder stands for any of its entries, quoted. */
export function expandRegex(source: string, vocabulary: Vocabulary): readonly string[] {
  return [
    source.replace(PLACEHOLDER, (_, name: string | undefined) =>
      name === undefined ? '%' : `(?:${meaning(name, vocabulary).map(patternRegex).join('|')})`,
    ),
  ];
}
