/** Object path → the values it reaches in one object of an observation (STIX 2.1 section 9.7). */
import type { ObjectPath } from './ast.ts';
import { PATTERN_LIMITS } from './codes.ts';
import type { Property } from './values.ts';

/** The objects of one observation by id. */
export type Objects = ReadonlyMap<string, Property>;

/** Values at the end of the path from `root`; empty when the object has no such property. References are followed. */
export function valuesAt(path: ObjectPath, root: Property, objects: Objects): Property[] {
  let values: Property[] = [root];
  for (const step of path.steps) {
    const next: Property[] = [];
    for (const value of values) {
      if ('key' in step) {
        if (!isRecord(value) || !Object.hasOwn(value, step.key)) continue;
        const found = follow(step.key, typed(step.key, value[step.key]!), objects);
        if (found !== undefined) next.push(found);
      } else if (Array.isArray(value)) {
        if ('every' in step) next.push(...(value as Property[]).slice(0, PATTERN_LIMITS.pathValues));
        else if (step.index >= 0 && step.index < value.length) next.push(value[step.index] as Property);
      } else if ('every' in step && isRecord(value)) {
        // `hashes[*]`: every value of a dictionary, as the standard's own patterns write it.
        next.push(...Object.values(value).slice(0, PATTERN_LIMITS.pathValues));
      }
      if (next.length > PATTERN_LIMITS.pathValues) break;
    }
    if (next.length === 0) return [];
    values = next;
  }
  return values;
}

/** `…_ref` becomes the object it names, `…_refs` the list of them; those that are not in the observation are left out. */
function follow(key: string, value: Property, objects: Objects): Property | undefined {
  if (key.endsWith('_ref')) return typeof value === 'string' ? objects.get(value) : undefined;
  if (key.endsWith('_refs') && Array.isArray(value)) {
    const found = (value as Property[]).flatMap((id) => (typeof id === 'string' ? (objects.get(id) ?? []) : []));
    return found.length === 0 ? undefined : found;
  }
  return value;
}

function typed(key: string, value: Property): Property {
  if (typeof value !== 'string') return value;
  try {
    if (key.endsWith('_hex')) return Uint8Array.fromHex(value);
    if (key.endsWith('_bin')) return Uint8Array.fromBase64(value);
  } catch {
    // not what its name promises: stays a text
  }
  return value;
}

function isRecord(value: Property): value is { readonly [key: string]: Property } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
