/**
 * One JSON value from text, as evidence needs it: integers beyond 2^53 stay exact as decimal strings, `NaN` and
 * `Infinity` (Python, Go templates) become null instead of losing the record, and a bad text is `undefined`, not a throw.
 * Of duplicate keys the last one counts, as in every common parser; the record's bytes keep both.
 */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Sixteen digits in a row where a number may stand: only then is the slower exact way taken. */
const LONG_INTEGER = /[:[,]\s*-?\d{16}/;
const INTEGER = /^-?\d+$/;
const STRING_OR_NOT_A_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

export function parseJson(text: string): Json | undefined {
  const value = tryParse(text);
  if (value !== undefined || !/NaN|Infinity/.test(text)) return value;
  return tryParse(text.replace(STRING_OR_NOT_A_NUMBER, (m) => (m[0] === '"' ? m : 'null')));
}

function tryParse(text: string): Json | undefined {
  try {
    return LONG_INTEGER.test(text)
      ? JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
  } catch {
    return undefined; // foreign input: the caller locates it as a fault
  }
}

function exactInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return INTEGER.test(context.source) ? context.source : value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
