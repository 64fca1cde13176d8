import { quote } from '../../base/index.ts';
import type { Event, LogSource, Shape } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { ReadOptions } from '../contract.ts';
import { Bag } from '../text/bag.ts';
import type { FaultLog } from '../text/faults.ts';
import { Flattener } from '../text/flatten.ts';
import type { JsonObject } from '../text/json.ts';
import type { JsonPlace } from '../text/json-reader.ts';
import type { RowKind } from '../text/row.ts';
import { Row, streamName } from '../text/row.ts';
import type { Clock } from './clock.ts';
import { clockOf } from './clock.ts';
import { guessAddresses, guessHosts, guessTimes, guessUsers } from './guess.ts';
import { Mapping } from './mapping.ts';

/** The mapping among the options, when there is one for this format; a text when there is one that cannot be used. */
export function mappingOf(options: ReadOptions, format: Mapping['format']): Mapping | null | string {
  if (options.mapping === undefined) return null;
  const parsed = Mapping.safeParse(options.mapping);
  if (!parsed.success) return `the mapping file is not valid: ${parsed.error.issues[0]?.message ?? ''}`;
  if (parsed.data.format !== format) return null;
  const { time } = parsed.data;
  if (clockOf(time.format, time.zone, 0) === null)
    return 'the mapping file names a time format or zone that does not exist';
  return parsed.data;
}

/** Makes Events of records only the user, or nobody, knows. */
export class GenericRecord {
  readonly #mapping: Mapping | null;
  readonly #problem: string | null;
  readonly #kind: RowKind;
  readonly #clock: Clock;
  readonly #epoch: Clock;
  readonly #bag = new Bag();
  readonly #row = new Row();
  readonly #flatten = new Flattener();
  #told = false;
  #names: readonly string[] = [];
  #times: readonly string[] = [];

  constructor(options: ReadOptions, format: Mapping['format']) {
    const mapping = mappingOf(options, format);
    this.#mapping = typeof mapping === 'string' ? null : mapping;
    this.#problem = typeof mapping === 'string' ? mapping : null;
    this.#kind = kindOf(this.#mapping, format);
    const time = this.#mapping?.time ?? { format: 'iso', zone: undefined };
    this.#clock = clockOf(time.format, time.zone, options.assumedZoneMinutes) ?? (() => null);
    this.#epoch = clockOf('epoch', undefined, 0) ?? (() => null);
  }

  event(object: JsonObject, place: JsonPlace, faults: FaultLog): Event {
    const bag = this.#bag.clear();
    this.#flatten.into(bag, object);
    const names = this.#mapping === null ? this.#guess() : [];
    this.#tell(names[0], faults);
    const row = this.#row;
    row.begin(this.#kind);
    this.#setTime(names, row, place, faults);
    const record = this.#mapping?.record === undefined ? '' : bag.text(this.#mapping.record);
    for (const [from, to] of Object.entries(this.#mapping?.rename ?? {})) bag.rename(from, to);
    bag.into(row);
    return row.finish(place.offset, record || place.number);
  }

  /** The fields the time may stand in; asked once for records with the same fields. */
  #guess(): readonly string[] {
    let i = 0;
    for (const name of this.#bag.names()) if (name !== this.#names[i++]) i = -1e9;
    if (i !== this.#names.length) {
      this.#names = [...this.#bag.names()];
      this.#times = guessTimes(this.#names);
    }
    return this.#times;
  }

  #setTime(guessed: readonly string[], row: Row, place: JsonPlace, faults: FaultLog): void {
    const bag = this.#bag;
    const told = this.#mapping?.time.field;
    let said = '';
    for (const text of told !== undefined
      ? [told.map((n) => bag.text(n)).join(' ')]
      : guessed.map((n) => bag.text(n))) {
      said ||= text;
      const time = this.#clock(text) ?? (told === undefined ? this.#epoch(text) : null);
      if (time === null || Number.isNaN(time.ms)) continue;
      row.ms = time.ms;
      row.ns = time.ns;
      if (!time.zoned) row.flags |= EventFlag.zoneAssumed;
      return;
    }
    faults.add('BAD_TIME', place.offset, said === '' ? 'no time found' : `no time: ${quote(said, 40)}`);
  }

  /** Once a file: that it was read by guess, so that nobody takes silence of the rules for innocence. */
  #tell(time: string | undefined, faults: FaultLog): void {
    if (this.#told || this.#mapping !== null) return;
    this.#told = true;
    const from = time === undefined ? 'no time was found' : `the time was guessed from ${quote(time, 40)}`;
    const why = this.#problem ?? 'read without a mapping file';
    faults.add('SKIPPED', 0, `${why}: ${from}, and rules for a product do not apply`, 0);
  }
}

function kindOf(mapping: Mapping | null, format: string): RowKind {
  if (mapping === null) {
    const shape = (fields: readonly string[]): Shape => ({
      source: {},
      stream: `generic-${format}`,
      fields,
      host: slots(fields, guessHosts(fields)),
      user: slots(fields, guessUsers(fields)),
      address: slots(fields, guessAddresses(fields)),
    });
    return { source: {}, stream: `generic-${format}`, host: [], user: [], address: [], shape };
  }
  const { product, service, category } = mapping;
  const source: LogSource = {
    ...(product !== undefined && { product }),
    ...(service !== undefined && { service }),
    ...(category !== undefined && { category }),
  };
  const words = [product, service ?? category].filter((w) => w !== undefined);
  const stream = mapping.stream ?? (words.length > 0 ? streamName(...words) : `generic-${format}`);
  // A renamed field is found under its new name.
  const renamed = (names: readonly string[] | undefined) => (names ?? []).flatMap((n) => [mapping.rename?.[n] ?? n]);
  return {
    source,
    stream,
    host: renamed(mapping.host),
    user: renamed(mapping.user),
    address: renamed(mapping.address),
  };
}

function slots(fields: readonly string[], names: readonly string[]): number[] {
  return names.map((n) => fields.indexOf(n));
}
