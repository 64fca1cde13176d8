/**
 * The value types of STIX 2.1 (part 2 of the standard) as data: what a property may hold. The tables of the object types
 * are made of these; check/values.ts reads them.
 */
export type Kind =
  | TextKind
  | { readonly is: 'boolean' | 'hashes' | 'any' }
  | { readonly is: 'integer' | 'number'; readonly min?: number; readonly max?: number }
  | { readonly is: 'list'; readonly of: Kind; readonly min: number }
  | { readonly is: 'dictionary'; readonly of: Kind; readonly key?: RegExp }
  | { readonly is: 'object'; readonly shape: Shape }
  /** a string, or a list of at least two */
  | { readonly is: 'one or more'; readonly of: Kind };

/** What JSON writes as a text. */
export type TextKind =
  | { readonly is: 'string'; readonly like?: RegExp; readonly oneOf?: readonly string[]; readonly not?: RegExp }
  | { readonly is: 'timestamp' | 'hex' | 'binary' | 'uri' }
  /** a timestamp precise to the millisecond */
  | { readonly is: 'millis' }
  /** `to`: types it may lead to; `notTo`: types it may not */
  | { readonly is: 'id'; readonly to?: readonly string[]; readonly notTo?: readonly string[] };

export interface Shape {
  readonly properties: Readonly<Record<string, Kind>>;
  readonly required: readonly string[];
  /** at least one of these must stand there */
  readonly anyOf?: readonly string[];
  /** no other properties */
  readonly closed?: boolean;
  /** predefined extensions by name */
  readonly extensions?: Readonly<Record<string, Shape>>;
}

type Marked = Kind & { readonly needed?: true };

export const string: Kind = { is: 'string' };
export const boolean: Kind = { is: 'boolean' };
export const integer: Kind = { is: 'integer' };
export const number: Kind = { is: 'number' };
export const timestamp: Kind = { is: 'timestamp' };
export const millis: Kind = { is: 'millis' };
export const hex: Kind = { is: 'hex' };
export const binary: Kind = { is: 'binary' };
export const hashes: Kind = { is: 'hashes' };
export const uri: Kind = { is: 'uri' };
export const any: Kind = { is: 'any' };
export const natural: Kind = { is: 'integer', min: 0 };
export const identifier: Kind = { is: 'id' };

export const list = (of: Kind, min = 1): Kind => ({ is: 'list', of, min });
export const strings = list(string);
export const dictionary = (of: Kind = any, key?: RegExp): Kind => ({ is: 'dictionary', of, ...(key ? { key } : {}) });
export const oneOf = (...values: string[]): Kind => ({ is: 'string', oneOf: values });
export const like = (pattern: RegExp): Kind => ({ is: 'string', like: pattern });
export const refTo = (...to: string[]): Kind => ({ is: 'id', to });
export const range = (is: 'integer' | 'number', min: number, max: number): Kind => ({ is, min, max });
export const object = (shape: Shape): Kind => ({ is: 'object', shape });

/** Marks a property as required where its shape is written. */
export const needed = (kind: Kind): Marked => ({ ...kind, needed: true });

/** A shape from its properties, those marked `needed` being required. */
export function shape(properties: Readonly<Record<string, Marked>>, rest: Omit<Shape, 'properties' | 'required'> = {}) {
  const required = Object.keys(properties).filter((name) => properties[name]?.needed === true);
  return { properties, required, ...rest } satisfies Shape;
}

/** A shape in which at least one property must stand: of predefined extensions. */
export function someOf(properties: Readonly<Record<string, Marked>>): Shape {
  return shape(properties, { anyOf: Object.keys(properties) });
}
