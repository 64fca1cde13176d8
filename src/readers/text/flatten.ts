import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { Json, JsonObject } from './json.ts';
import { parseJson } from './json.ts';

/** Where flattened fields go: a Row, a Bag. */
export interface FieldSink {
  flags: number;
  put(name: string, value: Value | undefined): void;
}

/**
 * A nested object into the flat, named fields rules ask for. In: a JSON object. Out: `put`s on a Row or Bag.
 *
 * | in the object | fields |
 * |---|---|
 * | `a: {b: 1}` | `a.b` |
 * | `a: [1, "x"]` | `a` with both values |
 * | `a: [{Name: "N", Value: "V"}, …]` (also Key/Value, displayName/newValue/oldValue) | `a.N` = V, and `a` with the JSON text |
 * | `a: [{b: 1}, {b: 2}]` | `a.b` with both values, and `a` with the JSON text |
 * | `a: []`, `a: {}` | `a` = `[]`, `{}` |
 * | `a: "{\"b\":1}"` with `texts` (tables keep nested values as text) | `a` as it is, and `a.b` |
 * | deeper than LIMITS.depth | JSON text, flagged partial |
 *
 * The JSON text stands under the bare name because rules look into it with `contains`.
 */
export class Flattener {
  /** dotted names, made once per place */
  readonly #root: Place = { name: '', below: new Map() };
  readonly #texts: boolean;
  #places = 0;

  /** `texts`: a text that is a JSON object or list is looked into. */
  constructor(texts = false) {
    this.#texts = texts;
  }

  into(row: FieldSink, object: JsonObject): void {
    this.#object(row, object, this.#root, 1);
  }

  #object(row: FieldSink, object: JsonObject, place: Place, depth: number): void {
    for (const key in object) {
      const value = object[key];
      if (value !== undefined) this.#member(row, value, this.#below(place, key), depth);
    }
  }

  #member(row: FieldSink, value: Json, place: Place, depth: number): void {
    if (typeof value === 'string') this.#string(row, value, place, depth);
    else if (value === null || typeof value !== 'object') row.put(place.name, value);
    else if (depth >= LIMITS.depth) this.#text(row, place.name, value, true);
    else if (Array.isArray(value)) this.#array(row, value, place, depth);
    else if (hasMember(value)) this.#object(row, value, place, depth + 1);
    else row.put(place.name, '{}');
  }

  #string(row: FieldSink, value: string, place: Place, depth: number): void {
    row.put(place.name, value);
    const first = this.#texts ? value[0] : undefined;
    if ((first !== '{' && first !== '[') || value.length < 3) return;
    const inner = parseJson(value);
    if (Array.isArray(inner)) this.#items(row, inner, place, depth);
    else if (typeof inner === 'object' && inner !== null) this.#object(row, inner, place, depth + 1);
  }

  #array(row: FieldSink, list: Json[], place: Place, depth: number): void {
    if (list.length === 0) row.put(place.name, '[]');
    else if (list.every((v) => v === null || typeof v !== 'object')) {
      row.put(place.name, scalars(row, list as Value[]));
    } else {
      this.#text(row, place.name, list, false);
      this.#items(row, list, place, depth);
    }
  }

  #items(row: FieldSink, list: Json[], place: Place, depth: number): void {
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

  #text(row: FieldSink, name: string, value: Json, cut: boolean): void {
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

function scalars(row: FieldSink, list: Value[]): Value {
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
