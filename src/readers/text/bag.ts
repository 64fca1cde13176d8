import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { FieldSink } from './flatten.ts';
import type { Row } from './row.ts';

/**
 * Fields of one record before they become an Event: looked up and added to by name, for formats whose exports name the
 * same thing differently. The same object is used for every record.
 */
export class Bag implements FieldSink {
  readonly #fields = new Map<string, Value>();
  flags = 0;

  clear(): this {
    this.#fields.clear();
    this.flags = 0;
    return this;
  }

  /** A name put twice has both values. */
  put(name: string, value: Value | undefined): void {
    if (value === undefined) return;
    const old = this.#fields.get(name);
    if (old === undefined) {
      if (this.#fields.size < LIMITS.fields) this.#fields.set(name, value);
      else this.flags |= EventFlag.partial;
    } else if (!Array.isArray(old)) this.#fields.set(name, [old, value]);
    else if (old.length < LIMITS.fields) (old as Value[]).push(value);
    else this.flags |= EventFlag.partial;
  }

  /** Replace or add. */
  set(name: string, value: Value): void {
    this.#fields.set(name, value);
  }

  get(name: string): Value | undefined {
    return this.#fields.get(name);
  }

  names(): Iterable<string> {
    return this.#fields.keys();
  }

  /** The field under another name, which keeps its value if it has one. */
  rename(from: string, to: string): void {
    const value = this.#fields.get(from);
    if (value === undefined || from === to) return;
    this.#fields.delete(from);
    const old = this.#fields.get(to);
    if (old === undefined || old === null || old === '') this.#fields.set(to, value);
  }

  /** The first of these fields that says something. */
  first(names: readonly string[]): Value | undefined {
    for (const name of names) {
      const value = this.#fields.get(name);
      if (value !== undefined && value !== null && value !== '') return value;
    }
    return undefined;
  }

  /** The same, as text; of several values the first. '' when there is none. */
  text(...names: string[]): string {
    const value = this.first(names);
    const one = Array.isArray(value) ? value[0] : value;
    return one === undefined || one === null ? '' : String(one);
  }

  /**
   * For each canonical name the record lacks: the first of its other names that says something, else the first that is
   * there at all (rules ask for empty values too), without the blanks around it. Originals stay.
   */
  alias(table: Readonly<Record<string, readonly string[]>>): void {
    for (const name in table) {
      const own = this.#fields.get(name);
      if (own !== undefined && own !== null && own !== '') continue;
      const others = table[name]!;
      const value = this.first(others) ?? others.map((n) => this.#fields.get(n)).find((v) => v !== undefined);
      if (value !== undefined) this.#fields.set(name, typeof value === 'string' ? value.trim() : value);
    }
  }

  into(row: Row): void {
    for (const [name, value] of this.#fields) row.put(name, value);
    row.flags |= this.flags;
  }
}
