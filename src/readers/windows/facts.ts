import type { ParsedTime } from '../../base/index.ts';
import { quote } from '../../base/index.ts';
import type { Event, Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { FaultLog } from '../text/faults.ts';
import type { JsonPlace } from '../text/json-reader.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { windowsSource } from './services.ts';
import { windowsShape } from './shape.ts';

/**
 * What a text export of a Windows event says, in Sigma's names, before it becomes an Event. Every JSON, XML and CSV
 * shape fills one of these, so the names and the order of fields are decided here and nowhere else; they are those of
 * the EVTX reader.
 */
export class WindowsFacts {
  readonly system = new Map<SystemField, Value>();
  readonly names: string[] = [];
  readonly values: Value[] = [];
  /** null: none, or none that can be read */
  time: ParsedTime | null = null;
  flags = 0;
  /**
   * The export writes event data in any order (Go's maps): put it in order of name, else every record would be a Shape
   * of its own.
   */
  unordered = false;
  /** the channel an export leaves out, when the provider writes to one only: for the log source, not a field */
  impliedChannel = '';
  readonly #order: number[] = [];

  clear(): this {
    this.system.clear();
    this.names.length = 0;
    this.values.length = 0;
    this.time = null;
    this.flags = 0;
    this.unordered = false;
    this.impliedChannel = '';
    return this;
  }

  /** A System field; the first value given counts. Absent and empty values are no facts. Decimal text becomes a number. */
  set(field: SystemField, value: Value | undefined): void {
    if (value === undefined || value === null || value === '' || this.system.has(field)) return;
    this.system.set(field, NUMERIC.has(field) ? number(value) : value);
  }

  /** Slots of `names` in the order of their fields. */
  order(): readonly number[] {
    const { names } = this;
    const order = this.#order;
    order.length = names.length;
    for (let i = 0; i < order.length; i++) order[i] = i;
    if (this.unordered) order.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
    return order;
  }

  /** A field of EventData, UserData …, behind the System fields: a name that is taken gets its container's in front. */
  data(name: string, value: Value | undefined, container = 'EventData'): void {
    if (value === undefined) return;
    this.names.push(this.system.has(name as SystemField) ? `${container}_${name}` : name);
    this.values.push(value);
  }
}

/** In slot order. */
const SYSTEM_FIELDS = [
  'Provider_Name',
  'Provider_Guid',
  'Provider_EventSourceName',
  'EventID',
  'Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'TimeCreated',
  'EventRecordID',
  'Correlation_ActivityID',
  'Correlation_RelatedActivityID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Execution_ProcessorID',
  'Channel',
  'Computer',
  'Security_UserID',
] as const;
export type SystemField = (typeof SYSTEM_FIELDS)[number];
const NAMES: ReadonlySet<string> = new Set(SYSTEM_FIELDS);
export const isSystemField = (name: string): name is SystemField => NAMES.has(name);

const NUMERIC: ReadonlySet<SystemField> = new Set([
  'EventID',
  'Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Execution_ProcessorID',
]);

function number(value: Value): Value {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return value;
  const n = Number(value);
  return Number.isSafeInteger(n) ? n : value.replace(/^0+(?=\d)/, '');
}

/** Distinct (channel, provider, id) of one file that are remembered. */
const KINDS = 20_000;

/** Makes the Event of the facts; the same object every time. */
export class WindowsRow {
  readonly #row = new Row();
  readonly #kinds = new Map<string, RowKind>();

  /** `place.number` is the record number of an event that names no EventRecordID. An event without time is told. */
  event(facts: WindowsFacts, place: JsonPlace, faults: FaultLog): Event {
    const { system, names, values, time } = facts;
    const row = this.#row;
    const id = system.get('EventID');
    row.begin(
      this.#kind(
        text(system.get('Channel')) || facts.impliedChannel,
        text(system.get('Provider_Name')),
        typeof id === 'number' ? id : undefined,
      ),
    );
    for (const field of SYSTEM_FIELDS) row.put(field, system.get(field));
    for (const i of facts.order()) row.put(names[i]!, values[i]);
    row.flags |= facts.flags;
    if (time === null) {
      const said = system.get('TimeCreated');
      const why = said === undefined ? 'the event names no time' : `no time: ${quote(String(said), 40)}`;
      faults.add('BAD_TIME', place.offset, why);
    } else {
      row.ms = time.ms;
      row.ns = time.ns;
      if (!time.zoned) row.flags |= EventFlag.zoneAssumed;
    }
    const record = system.get('EventRecordID');
    return row.finish(place.offset, typeof record === 'number' || typeof record === 'string' ? record : place.number);
  }

  #kind(channel: string, provider: string, eventId: number | undefined): RowKind {
    const key = `${channel}\0${provider}\0${eventId}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      const source = windowsSource(channel, provider, eventId);
      const shape = (fields: readonly string[]) => windowsShape(source, fields);
      kind = { source, stream: '', host: [], user: [], address: [], shape };
      if (this.#kinds.size < KINDS) this.#kinds.set(key, kind);
    }
    return kind;
  }
}

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
