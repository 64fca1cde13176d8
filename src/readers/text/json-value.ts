import { LIMITS } from '../contract.ts';

/**
 * One JSON value from text, as evidence needs it: integers beyond 2^53 stay exact as decimal strings, `NaN` and
 * `Infinity` (Python, Go templates) become null instead of losing the record, and a bad text, or one nested deeper than
 * LIMITS.depth, is `undefined`, not a throw: whoever walks the value may recurse.
 * Of duplicate keys the last one counts, as in every common parser; the record's bytes keep both.
 */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Sixteen digits in a row where a number may stand: only then is more than JSON.parse needed. */
const LONG_INTEGER = /[:[,]\s*-?\d{16}/;
const AS_MEMBER = /"\s*:\s*(-?\d{16,})(?=\s*[,}\]])/g;
const IN_LIST = /[[,]\s*-?\d{16,}\s*[,\]]/;
const INTEGER = /^-?\d+$/;
const STRING_OR_NOT_A_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

export function parseJson(text: string): Json | undefined {
  let value = tryParse(text);
  if (value === undefined && /NaN|Infinity/.test(text)) {
    value = tryParse(text.replace(STRING_OR_NOT_A_NUMBER, (m) => (m[0] === '"' ? m : 'null')));
  }
  return value !== undefined && isDeeper(value, LIMITS.depth) ? undefined : value;
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true;
    return false;
  }
  for (const key in value) {
    const member = value[key];
    if (typeof member === 'object' && member !== null && isDeeper(member, levels - 1)) return true;
  }
  return false;
}

function tryParse(text: string): Json | undefined {
  try {
    if (!LONG_INTEGER.test(text)) return JSON.parse(text);
    return quoteIntegers(text) ?? JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown);
  } catch {
    return undefined; // foreign input: the caller locates it as a fault
  }
}

/**
 * The fast way (the slow twin is the reviver): quotes put around the long integers of members. A match inside a string
 * either stands behind an escaped quote, which is seen, or behind the quote that opens the string, and then the added
 * quotes make the text invalid: undefined, and the slow way is taken.
 */
function quoteIntegers(text: string): Json | undefined {
  if (IN_LIST.test(text)) return undefined;
  const quoted = text.replace(AS_MEMBER, (all: string, integer: string, at: number) => {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 1 || Number.isSafeInteger(Number(integer))) return all;
    return `${all.slice(0, all.length - integer.length)}"${integer}"`;
  });
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

function exactInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return INTEGER.test(context.source) ? context.source : value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
