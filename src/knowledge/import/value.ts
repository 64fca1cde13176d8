import { CodedError, decodeUtf8, parseJson } from '../../base/index.ts';
import type { ImportCode } from './codes.ts';
import type { Part } from './slice.ts';

/** The value of one part, or why it is none. The part is nested no deeper than the slicer allows. */
export function partValue(part: Part): { readonly value: unknown } | { readonly code: ImportCode } {
  let value: unknown;
  try {
    value = parseJson(decodeUtf8(part.bytes));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { code: error.code === 'NOT_UTF8' ? 'NOT_UTF8' : 'NOT_JSON' };
  }
  const found = countMembers(value);
  if (found < 0) return { code: 'PROTOTYPE_KEY' };
  // JSON.parse keeps the last of two: another reader may keep the first, and see another object
  return found === part.members ? { value } : { code: 'DUPLICATE_KEY' };
}

/** Members in the whole value; -1 when one is called `__proto__`. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let n = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      const inside = countMembers(item);
      if (inside < 0) return -1;
      n += inside;
    }
    return n;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return -1;
    const inside = countMembers((value as Record<string, unknown>)[key]);
    if (inside < 0) return -1;
    n += 1 + inside;
  }
  return n;
}
