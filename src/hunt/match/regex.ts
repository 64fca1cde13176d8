import { RE2JS } from 're2js';
import { quote } from '../../base/index.ts';
import { MatchError } from './errors.ts';

/**
 * Regular expressions in linear time (law 4): RE2 syntax, no back references and no look-around, so that no pattern
 * and no value can make the search explode.
 */
export interface Regex {
  /** Unanchored search. */
  test(text: string): boolean;
}

const LIMIT = {
  /** UTF-16 units of a pattern */
  sourceChars: 16_384,
  /** instructions of the compiled program; `(x{1000}){10}` and the like end here */
  program: 50_000,
  /** compiled patterns kept */
  kept: 4_096,
} as const;

/** Compiling is pure, so one table serves every matcher of the process. */
const compiled = new Map<string, Regex>();

/** MatchError REGEX_SYNTAX, REGEX_LIMIT. Flags among i, m, s. */
export function compileRegex(source: string, flags: string): Regex {
  const key = `${flags}/${source}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const regex = compile(source, flags);
  if (compiled.size >= LIMIT.kept) compiled.clear();
  compiled.set(key, regex);
  return regex;
}

function compile(source: string, flags: string): Regex {
  if (source.length > LIMIT.sourceChars) {
    throw new MatchError('REGEX_LIMIT', `pattern of ${source.length} characters: ${quote(source, 40)}`);
  }
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source, bits);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MatchError('REGEX_SYNTAX', `${quote(source)}: ${quote(reason)}`, undefined, cause);
  }
  if (regex.programSize() > LIMIT.program) {
    throw new MatchError('REGEX_LIMIT', `pattern of ${regex.programSize()} instructions: ${quote(source, 40)}`);
  }
  return regex;
}
