import type { Shape } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { Derived, Said, W3cKind } from './kinds.ts';
import { kindOf } from './kinds.ts';

/** What one `#Fields` line and the lines around it make of the body below it. */
export interface Schema {
  readonly kind: W3cKind;
  readonly shape: Shape;
  /** columns of a body line; the Shape's slots behind them are derived */
  readonly width: number;
  readonly derived: readonly Derived[];
  readonly slots: ReadonlyMap<string, number>;
  readonly numeric: readonly boolean[];
  readonly separator: number;
  /** columns of the time: `date` and `time`, or one with both; -1 when there is none */
  readonly date: number;
  readonly time: number;
  readonly moment: number;
  /** `#Time Format: Local`: the times name no zone and are not UTC */
  readonly local: boolean;
}

const NUMERIC = new Set(
  (
    'sc-status sc-substatus sc-win32-status time-taken s-port c-port r-port sc-bytes cs-bytes rs-bytes sr-bytes size ' +
    'src-port dst-port total-bytes recipient-count HttpStatus BackEndStatus RequestBytes ResponseBytes'
  ).split(' '),
);
const MOMENTS = ['date-time', 'DateTime', 'Timestamp', 'timestamp', 'x-timestamp', 'gmttime'];

/** The names of a `#Fields` line and what parts the columns below it; null: no names. */
export function fieldNames(text: string): { names: string[]; separator: number } | null {
  const list = text.trim();
  if (list === '') return null;
  const separator = list.includes('\t') ? 9 : list.includes(',') ? 44 : 32;
  const names = list
    .split(separator === 32 ? / +/ : String.fromCharCode(separator), LIMITS.fields)
    .map((n) => n.trim().slice(0, 256));
  // A name twice would hide a column: later ones are numbered.
  const seen = new Map<string, number>();
  const unique = names.map((n) => {
    const count = (seen.get(n) ?? 0) + 1;
    seen.set(n, count);
    return count === 1 ? n : `${n}#${count}`;
  });
  return { names: unique, separator };
}

export function makeSchema(said: Said, separator: number, local: boolean): Schema {
  const { fields } = said;
  const kind = kindOf(said);
  const derived: Derived[] = [];
  const names = [...fields];
  for (const d of kind.derived) {
    if (names.includes(d.name) || (d.needs !== '' && !fields.includes(d.needs))) continue;
    derived.push(d);
    names.push(d.name);
  }
  const slots = (wanted: readonly string[]) => wanted.map((n) => names.indexOf(n)).filter((i) => i >= 0);
  return {
    kind,
    shape: {
      source: kind.source,
      stream: kind.stream,
      fields: names,
      host: slots(kind.host),
      user: slots(kind.user),
      address: slots(kind.address),
    },
    width: fields.length,
    derived,
    slots: new Map(fields.map((n, i) => [n, i])),
    numeric: fields.map((n) => NUMERIC.has(n)),
    separator,
    date: fields.indexOf('date'),
    time: fields.indexOf('time'),
    moment: MOMENTS.map((n) => fields.indexOf(n)).find((i) => i >= 0) ?? -1,
    local,
  };
}
