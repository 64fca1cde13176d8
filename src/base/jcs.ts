import { errorClass } from './errors.ts';

/**
 * Canonical JSON after RFC 8785 (JCS): one text for one value, so that a digest or a signature over it means the value.
 * Keys sorted by UTF-16 code units, numbers as ECMAScript writes them, least escapes, no white space, no Unicode
 * normalisation. Only I-JSON (RFC 7493) goes in: what JSON cannot say exactly is refused, never rewritten.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const JCS_CODES = [
  'NOT_UTF8',
  'NOT_JSON',
  'NOT_CANONICAL',
  'TOO_LONG',
  'TOO_DEEP',
  'LONE_SURROGATE',
  'NOT_FINITE',
  'NOT_A_JSON_VALUE',
] as const;
export type JcsCode = (typeof JCS_CODES)[number];
export class JcsError extends errorClass<JcsCode>('JcsError') {}

/** Nesting that any document of ours stays far below; also what stops a cycle. */
export const MAX_JSON_DEPTH = 64;

/**
 * The canonical text of a value made of plain objects, arrays, strings, finite numbers, booleans and null.
 * Throws JcsError for `undefined`, functions, bigint, class instances, NaN, infinities, lone surrogates, depth.
 */
export function canonicalize(value: unknown, maxDepth = MAX_JSON_DEPTH): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new JcsError('NOT_FINITE', `${value} has no JSON text`);
      return String(value); // ECMAScript's own text is the canonical one; -0 is "0"
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (maxDepth <= 0) throw new JcsError('TOO_DEEP', 'the value is nested deeper than the limit (or in a circle)');
      return Array.isArray(value) ? arrayText(value, maxDepth - 1) : objectText(value, maxDepth - 1);
    default:
      throw new JcsError('NOT_A_JSON_VALUE', `a value of type ${typeof value} has no JSON text`);
  }
}

function arrayText(items: readonly unknown[], depth: number): string {
  let out = '[';
  for (let i = 0; i < items.length; i++) out += (i === 0 ? '' : ',') + canonicalize(items[i], depth);
  return `${out}]`;
}

function objectText(value: object, depth: number): string {
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) {
    throw new JcsError('NOT_A_JSON_VALUE', 'an instance of a class has no JSON text');
  }
  const keys = Object.keys(value).sort(); // Array.sort compares UTF-16 code units, as RFC 8785 section 3.2.3 asks
  const record = value as Record<string, unknown>;
  let out = '{';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    out += `${(i === 0 ? '' : ',') + quoted(key)}:${canonicalize(record[key], depth)}`;
  }
  return `${out}}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new JcsError('LONE_SURROGATE', 'a string holds half of a surrogate pair');
  return JSON.stringify(text);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function canonicalBytes(value: unknown, maxDepth = MAX_JSON_DEPTH): Uint8Array {
  return encoder.encode(canonicalize(value, maxDepth));
}

/** The text of attacker-controlled bytes; JcsError NOT_UTF8 for anything not exactly UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new JcsError('NOT_UTF8', 'the bytes are not UTF-8', undefined, cause);
  }
}

/** JSON.parse with a coded error. V8 parses without recursion, so depth is bounded later, by `canonicalize`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JcsError('NOT_JSON', 'the text is not JSON', undefined, cause);
  }
}

export interface ParseLimits {
  readonly maxBytes: number;
  readonly maxDepth?: number;
}

/**
 * The value of attacker-controlled bytes that must be canonical already: the value is written again and must give the
 * same text. Repeated keys, `1.0`, `\u0041`, white space, a BOM, any second text for one value cannot pass.
 */
export function parseCanonical(bytes: Uint8Array, limits: ParseLimits): Json {
  if (bytes.length > limits.maxBytes) {
    throw new JcsError('TOO_LONG', `${bytes.length} bytes of JSON; the limit is ${limits.maxBytes}`);
  }
  const text = decodeUtf8(bytes);
  const value = parseJson(text);
  if (canonicalize(value, limits.maxDepth) !== text) {
    throw new JcsError('NOT_CANONICAL', 'the text is JSON but not its canonical form (RFC 8785)');
  }
  return value as Json;
}
