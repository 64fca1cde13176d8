import { parseIso, quote } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { splitAddress } from '../text/address.ts';
import { Bag } from '../text/bag.ts';
import type { FaultLog } from '../text/faults.ts';
import { Flattener } from '../text/flatten.ts';
import type { JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import type { JsonPlace } from '../text/json-reader.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { parseTime } from '../text/times.ts';
import { CANONICAL, HOSTS, OUTER, SIGMA, USERS } from './names.ts';

function kind(service: string): RowKind {
  return {
    source: { product: 'm365', service },
    stream: 'm365-audit',
    host: HOSTS,
    user: USERS,
    address: ['ClientIP'],
  };
}
const AUDIT = kind('audit');
const ALERTS = kind('threat_management');

/** Makes the Event of one audit record, from whatever export; used by the JSON and the CSV reader. */
export class AuditRecord {
  readonly #bag = new Bag();
  readonly #row = new Row();
  readonly #flatten = new Flattener(true);

  event(outer: JsonObject, place: JsonPlace, faults: FaultLog): Event | null {
    const bag = this.#bag.clear();
    this.#fill(outer, place, faults);
    bag.alias(CANONICAL);
    if (bag.text('Operation') === '') {
      faults.add('BAD_RECORD', place.offset, 'no audit record: it names no operation', place.length);
      return null;
    }
    this.#address();
    this.#sigma();
    const alert = bag.text('Workload') === 'SecurityComplianceCenter';
    const row = this.#row;
    row.begin(alert ? ALERTS : AUDIT);
    bag.into(row);
    if (/^true$/i.test(bag.text('IsThrottled'))) row.flags |= EventFlag.lowerBound;
    const said = bag.text('CreationTime');
    // The audit log keeps UTC and mostly does not say so.
    const time = parseIso(said) ?? parseTime(said);
    if (time === null) faults.add('BAD_TIME', place.offset, `no time: ${quote(said, 40)}`);
    else {
      row.ms = time.ms;
      row.ns = time.ns;
    }
    return row.finish(place.offset, bag.text('Id') || place.number);
  }

  /** The record in AuditData counts; the columns around it fill in what it lacks. */
  #fill(outer: JsonObject, place: JsonPlace, faults: FaultLog): void {
    const inner = OUTER.map((name) => outer[name]).find((v) => v !== undefined && v !== null && v !== '');
    const record = typeof inner === 'string' ? parseJson(inner) : inner;
    if (!isObject(record)) {
      if (inner !== undefined)
        faults.add('BAD_FIELD', place.offset, 'AuditData is not JSON; the columns around it were read');
      this.#flatten.into(this.#bag, outer);
      return;
    }
    this.#flatten.into(this.#bag, record);
    for (const name in outer) {
      const value = outer[name];
      if (OUTER.includes(name) || value === null || value === '' || typeof value === 'object') continue;
      if (this.#bag.get(name) === undefined) this.#bag.put(name, value);
    }
  }

  #address(): void {
    const raw = this.#bag.text('ClientIP');
    const split = splitAddress(raw.trim());
    if (split === null || (split.address === raw && split.port === null)) return;
    this.#bag.set('ClientIPRaw', raw);
    this.#bag.set('ClientIP', split.address);
    if (split.port !== null) this.#bag.set('ClientPort', split.port);
  }

  #sigma(): void {
    const bag = this.#bag;
    bag.alias(SIGMA);
    const alert = /^Alert/.test(bag.text('Operation'));
    if (bag.get('eventName') === undefined) bag.set('eventName', (alert && bag.text('Name')) || bag.text('Operation'));
    if (bag.get('status') === undefined) {
      const result = bag.text('ResultStatus');
      const good = /^(?:success|succeeded|true)$/i.test(result) || (result === '' && alert);
      if (good) bag.set('status', 'success');
      else if (result !== '') bag.set('status', /^(?:fail|false)/i.test(result) ? 'failure' : result);
    }
  }
}
