import type { Shape } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import { zeekKind } from './kinds.ts';
import type { Marks, ZeekType } from './values.ts';
import { unescapeZeek, zeekType } from './values.ts';

/** Distinct headers of one file that are remembered. */
const SHAPES = 500;

/** What a `#…` line says, as far as it changes how the body is read. */
export type HeaderNews = 'opens' | 'closes' | 'schema' | 'other' | 'bad';

/**
 * The header of a Zeek TSV log, line by line: `#separator`, `#set_separator`, `#empty_field`, `#unset_field`, `#path`,
 * `#open`, `#fields`, `#types`, `#close`. Several in one file follow each other; each replaces what it names.
 */
export class ZeekHeader {
  /** one byte parts the columns */
  separator = 9;
  marks: Marks = { unset: '-', empty: '(empty)', setSeparator: ',' };
  path = 'unknown';
  fields: readonly string[] = [];
  types: readonly ZeekType[] = [];
  #shape: Shape | null = null;
  /** by path and fields: a file of many rotated logs has few Shapes */
  readonly #shapes = new Map<string, Shape>();

  /** `text`: the whole line, beginning with `#`. */
  take(text: string): HeaderNews {
    if (text.startsWith('#separator')) {
      // The only header line whose value stands behind a space: the separator is not known before it.
      const said = text.slice('#separator'.length).replace(/^ +/, '');
      const value = said === '\\t' ? '\t' : unescapeZeek(said);
      if (value.length !== 1 || value.charCodeAt(0) > 126) return 'bad';
      this.separator = value.charCodeAt(0);
      return 'opens';
    }
    const columns = text.split(String.fromCharCode(this.separator));
    const value = columns[1] ?? '';
    switch (columns[0]) {
      case '#set_separator':
        this.marks = { ...this.marks, setSeparator: unescapeZeek(value) };
        return 'other';
      case '#empty_field':
        this.marks = { ...this.marks, empty: value };
        return 'other';
      case '#unset_field':
        this.marks = { ...this.marks, unset: value };
        return 'other';
      case '#path':
        this.path = value === '' ? 'unknown' : value.slice(0, 64);
        this.#shape = null;
        return 'other';
      case '#open':
        return 'opens';
      case '#close':
        return 'closes';
      case '#fields':
        this.#shape = null;
        this.types = [];
        this.fields = columns.slice(1);
        return this.#sound() ? 'schema' : this.#forget();
      case '#types':
        this.types = columns.slice(1, LIMITS.fields + 1).map(zeekType);
        return this.types.length === this.fields.length ? 'schema' : 'bad';
      default:
        return 'other';
    }
  }

  /** null: no `#fields` yet, or none that can be used. */
  get shape(): Shape | null {
    if (this.#shape === null && this.fields.length > 0) {
      const key = `${this.path}\0${this.fields.join('\0')}`;
      this.#shape = this.#shapes.get(key) ?? makeShape(this.path, this.fields);
      if (this.#shapes.size < SHAPES) this.#shapes.set(key, this.#shape);
    }
    return this.#shape;
  }

  #sound(): boolean {
    const { fields } = this;
    return fields.length > 0 && fields.length <= LIMITS.fields && new Set(fields).size === fields.length;
  }

  #forget(): 'bad' {
    this.fields = [];
    return 'bad';
  }
}

function makeShape(path: string, fields: readonly string[]): Shape {
  const kind = zeekKind(path);
  const slots = (names: readonly string[]) => names.map((n) => fields.indexOf(n)).filter((i) => i >= 0);
  return {
    source: kind.source,
    stream: kind.stream,
    fields,
    host: slots(kind.host),
    user: slots(kind.user),
    address: slots(kind.address),
  };
}
