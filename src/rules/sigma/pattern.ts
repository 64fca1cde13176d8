/**
 * A Sigma text value: literal pieces with `*` and `?` between (Sigma rules specification 2.1.0, "String Wildcard" and
 * "Escape Character"). Escapes are resolved once, here; everything after works on pieces and cannot confuse a literal star with a wildcard.
 */
import type { GlobPart, Test } from '../ir.ts';

export type Pattern = readonly GlobPart[];

const ANY: GlobPart = { $: 'any' };
const ONE: GlobPart = { $: 'one' };

/**
 * `\*` and `\?` are the characters themselves, `\\` is one backslash, any other backslash is plain:
 * `\\*` a backslash and a wildcard, `\\\*` a backslash and a star, `\\\\` two backslashes.
 */
export function parsePattern(source: string): Pattern {
  const out: GlobPart[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') out.push({ $: 'text', text });
    text = '';
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    const next = source[i + 1];
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      i++;
    } else if (c === '*' || c === '?') {
      flush();
      if (c === '?') out.push(ONE);
      else if (out.at(-1)?.$ !== 'any') out.push(ANY); // `**` says no more than `*`
    } else text += c;
  }
  flush();
  return out;
}

export function literal(text: string): Pattern {
  return text === '' ? [] : [{ $: 'text', text }];
}

/** The text when there is no wildcard in it, else null. */
export function plain(pattern: Pattern): string | null {
  let out = '';
  for (const part of pattern) {
    if (part.$ !== 'text') return null;
    out += part.text;
  }
  return out;
}

export function anyBefore(pattern: Pattern): Pattern {
  return pattern[0]?.$ === 'any' ? pattern : [ANY, ...pattern];
}

export function anyAfter(pattern: Pattern): Pattern {
  return pattern.at(-1)?.$ === 'any' ? pattern : [...pattern, ANY];
}

/** Puts patterns one after another, joining neighbouring texts. */
export function concat(...patterns: readonly Pattern[]): Pattern {
  const out: GlobPart[] = [];
  for (const part of patterns.flat()) {
    const last = out.at(-1);
    if (part.$ === 'text' && last?.$ === 'text') out[out.length - 1] = { $: 'text', text: last.text + part.text };
    else if (!(part.$ === 'any' && last?.$ === 'any')) out.push(part);
  }
  return out;
}

/** Each literal piece changed by `change`, the wildcards kept. */
export function mapText(pattern: Pattern, change: (text: string) => string): Pattern {
  return concat(pattern.map((p) => (p.$ === 'text' ? { $: 'text', text: change(p.text) } : p)));
}

/** The cheapest Test that says the same. */
export function patternTest(pattern: Pattern, cased: boolean): Test {
  const text = plain(pattern);
  if (text !== null) return { $: 'equals', text, cased };
  const first = pattern[0]!;
  const second = pattern[1];
  if (pattern.length === 2 && first.$ === 'text' && second?.$ === 'any')
    return { $: 'startsWith', text: first.text, cased };
  if (pattern.length === 2 && first.$ === 'any' && second?.$ === 'text')
    return { $: 'endsWith', text: second.text, cased };
  if (pattern.length === 3 && first.$ === 'any' && second?.$ === 'text' && pattern[2]!.$ === 'any')
    return { $: 'contains', text: second.text, cased };
  return { $: 'glob', parts: pattern, cased };
}

/** The pattern as a piece of a regular expression: literal text quoted, `*` as `.*`, `?` as `.`. */
export function patternRegex(pattern: Pattern): string {
  return pattern
    .map((p) => (p.$ === 'any' ? '.*' : p.$ === 'one' ? '.' : p.text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')))
    .join('');
}
