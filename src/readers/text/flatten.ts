import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { Json, JsonObject } from './json.ts';
import type { Row } from './row.ts';

/**
 * A nested object into the flat, named fields rules ask for. In: a JSON object. Out: `put`s on a Row.
 *
 * | in the object | fields |
 * |---|---|
 * | `a: {b: 1}` | `a.b` |
 * | `a: [1, "x"]` | `a` with both values |
 * | `a: [{Name: "N", Value: "V"}, …]` (also Key/Value, displayName/newValue/oldValue) | `a.N` = V, and `a` with the JSON text |
 * | `a: [{b: 1}, {b: 2}]` | `a.b` with both values, and `a` with the JSON text |
 * | deeper than LIMITS.depth | JSON text, flagged partial |
 *
 * The JSON text stands under the bare name because rules look into it with `contains`.
 */
export class Flattener {
  /** dotted names, made once per place */
  #root: Place = { name: '', below: new Map() };
  #places = 0;

  into(row: Row, object: JsonObject, prefix = ''): void {
    const place = prefix === '' ? this.#root : this.#below(this.#root, prefix);
    this.#object(row, object, place, 1);
  }

  /** One member as if it stood at the top. */
  member(row: Row, name: string, value: Json): void {
    this.#member(row, value, this.#below(this.#root, name), 1);
  }

  #object(row: Row, object: JsonObject, place: Place, depth: number): void {
    for (const key in object) {
      const value = object[key];
      if (value !== undefined) this.#member(row, value, this.#below(place, key), depth);
    }
  }

  #member(row: Row, value: Json, place: Place, depth: number): void {
    if (value === null || typeof value !== 'object') row.put(place.name, value);
    else if (depth >= LIMITS.depth) this.#text(row, place.name, value, true);
    else if (Array.isArray(value)) this.#array(row, value, place, depth);
    else if (hasMember(value)) this.#object(row, value, place, depth + 1);
    else row.put(place.name, '{}');
  }

  #array(row: Row, list: Json[], place: Place, depth: number): void {
    if (list.every((v) => v === null || typeof v !== 'object')) {
      row.put(place.name, scalars(row, list as Value[]));
      return;
    }
    this.#text(row, place.name, list, false);
    for (const item of list.slice(0, LIMITS.fields)) {
      if (item === null || typeof item !== 'object' || Array.isArray(item)) continue;
      const pair = pairOf(item);
      if (pair === null) this.#object(row, item, place, depth + 1);
      else {
        const below = this.#below(place, pair.name);
        for (const [suffix, value] of pair.values) {
          this.#member(row, value, suffix === '' ? below : this.#below(below, suffix), depth + 2);
        }
      }
    }
    if (list.length > LIMITS.fields) row.flags |= EventFlag.partial;
  }

  #text(row: Row, name: string, value: Json, cut: boolean): void {
    row.put(name, JSON.stringify(value));
    if (cut) row.flags |= EventFlag.partial;
  }

  #below(place: Place, key: string): Place {
    let next = place.below.get(key);
    if (next === undefined) {
      next = { name: place.name === '' ? key : `${place.name}.${key}`, below: new Map() };
      if (this.#places < LIMITS.shapes) {
        this.#places++;
        place.below.set(key, next);
      }
    }
    return next;
  }
}

interface Place {
  readonly name: string;
  readonly below: Map<string, Place>;
}

function hasMember(object: JsonObject): boolean {
  for (const _ in object) return true;
  return false;
}

function scalars(row: Row, list: Value[]): Value {
  if (list.length <= LIMITS.fields) return list;
  row.flags |= EventFlag.partial;
  return list.slice(0, LIMITS.fields);
}

/**
 * A name with its value, as Microsoft writes tables into arrays: `{Name, Value}`, `{Key, Value}`, `{Name, NewValue,
 * OldValue}`, Entra's `{displayName, newValue, oldValue}`; the single value has no suffix. null: just an object.
 */
function pairOf(item: JsonObject): { name: string; values: (readonly [string, Json])[] } | null {
  const name = item.Name ?? item.Key ?? item.name ?? item.key ?? item.displayName;
  if (typeof name !== 'string' || name === '' || name.length > 128) return null;
  const values: (readonly [string, Json])[] = [];
  let keys = 0;
  for (const key in item) {
    keys++;
    const value = item[key]!;
    if (/^value$/i.test(key)) values.push(['', value]);
    else if (/^(new|old)value$/i.test(key)) values.push([key[0]!.toUpperCase() + key.slice(1), value]);
  }
  return values.length > 0 && values.length + 1 === keys ? { name, values } : null;
}
