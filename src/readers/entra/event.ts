import { quote } from '../../base/index.ts';
import type { Event, Value } from '../../model/index.ts';
import { splitAddress } from '../text/address.ts';
import { Bag } from '../text/bag.ts';
import type { FaultLog } from '../text/faults.ts';
import { Flattener } from '../text/flatten.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import type { JsonPlace } from '../text/json-reader.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { parseTime } from '../text/times.ts';
import { recogniseEntra } from './kinds.ts';
import { ACTIVITY, ADDRESSES, AUDIT, HOSTS, RISK, SIGN_IN, TIMES, USERS } from './names.ts';

function kind(service: string): RowKind {
  return {
    source: { product: 'azure', service },
    stream: `azure-${service}`,
    host: HOSTS,
    user: USERS,
    address: ADDRESSES,
  };
}
const KINDS = {
  signinlogs: kind('signinlogs'),
  auditlogs: kind('auditlogs'),
  riskdetection: kind('riskdetection'),
  activitylogs: kind('activitylogs'),
  microsoftgraphactivitylogs: kind('microsoftgraphactivitylogs'),
  pim: kind('pim'),
} as const;

/** Makes the Event of one record of Entra ID or Azure, from whatever export. */
export class EntraRecord {
  readonly #bag = new Bag();
  readonly #row = new Row();
  readonly #flatten = new Flattener(true);

  event(outer: JsonObject, place: JsonPlace, faults: FaultLog): Event | null {
    const known = recogniseEntra(outer);
    if (known === null) {
      faults.add('BAD_RECORD', place.offset, 'no record of a known Entra or Azure log', place.length);
      return null;
    }
    const bag = this.#bag.clear();
    const object = this.#fill(outer);
    let service: keyof typeof KINDS = known.log;
    switch (known.log) {
      case 'signinlogs':
        bag.alias(SIGN_IN);
        signIn(bag, known.signIn);
        break;
      case 'auditlogs':
        bag.alias(AUDIT);
        targets(bag, object.targetResources ?? object.TargetResources);
        break;
      case 'riskdetection':
        bag.alias(RISK);
        // alerts of Privileged Identity Management name the alert's configuration or incident
        if (/Alert(?:Configuration|Incident)$/.test(bag.text('riskEventType'))) service = 'pim';
        break;
      case 'activitylogs':
      case 'microsoftgraphactivitylogs':
        bag.alias(ACTIVITY);
        break;
    }
    for (const name of ADDRESSES) strip(bag, name);
    const row = this.#row;
    row.begin(KINDS[service]);
    bag.into(row);
    const said = bag.text(...TIMES).replace(/ \[UTC\]$/, '');
    const time = parseTime(said);
    if (time === null) faults.add('BAD_TIME', place.offset, `no time: ${quote(said, 40)}`);
    else {
      row.ms = time.ms;
      row.ns = time.ns;
    }
    return row.finish(place.offset, bag.text('Id', 'id', 'EventDataId') || place.number);
  }

  /** Diagnostic settings wrap the record in `properties`: it counts, the envelope fills in what it lacks. */
  #fill(outer: JsonObject): JsonObject {
    const inner = typeof outer.properties === 'string' ? parseJson(outer.properties) : outer.properties;
    if (!isObject(inner)) {
      this.#flatten.into(this.#bag, outer);
      return outer;
    }
    this.#flatten.into(this.#bag, inner);
    const rest: JsonObject = Object.create(null);
    for (const key in outer) {
      if (key !== 'properties' && this.#bag.get(key) === undefined && !(key in inner)) rest[key] = outer[key]!;
    }
    this.#flatten.into(this.#bag, rest);
    return inner;
  }
}

function signIn(bag: Bag, type: string | undefined): void {
  if (type !== undefined) bag.put('SignInType', type);
  const code = bag.text('ResultType');
  const status: Value[] = code === '' ? [] : [code === '0' ? 'Success' : 'Failure'];
  for (const name of [
    'Status',
    'status',
    'Status.additionalDetails',
    'status.additionalDetails',
    'ResultDescription',
  ]) {
    const said = bag.get(name);
    if (typeof said === 'string' && said !== '' && !status.includes(said)) status.push(said);
  }
  if (status.length > 0) bag.set('Status', status.length === 1 ? status[0]! : status);
  const protocol = bag.text('AuthenticationProtocol').toLowerCase();
  const message = PROTOCOL_MESSAGES[protocol];
  if (message !== undefined && bag.get('properties.message') === undefined) bag.set('properties.message', message);
}

/** Sigma's rules name two authentication protocols the way the portal's filter does. */
const PROTOCOL_MESSAGES: Readonly<Record<string, string>> = { devicecode: 'Device Code', ropc: 'ROPC' };

/** All changed properties of all targets by kind of value, and consent's own words, as rules ask for them. */
function targets(bag: Bag, said: Json | undefined): void {
  const list = typeof said === 'string' ? parseJson(said) : said;
  if (!Array.isArray(list)) return;
  const names: Value[] = [];
  const now: Value[] = [];
  const before: Value[] = [];
  for (const target of list) {
    const changed = isObject(target) ? target.modifiedProperties : undefined;
    for (const property of Array.isArray(changed) ? changed.slice(0, 500) : []) {
      if (!isObject(property)) continue;
      const { displayName, newValue, oldValue } = property;
      if (typeof displayName === 'string') names.push(displayName);
      if (typeof newValue === 'string') now.push(newValue);
      if (typeof oldValue === 'string') before.push(oldValue);
      if (
        typeof displayName === 'string' &&
        displayName.startsWith('ConsentContext.') &&
        typeof newValue === 'string'
      ) {
        bag.set(displayName, newValue.replaceAll('"', ''));
      }
    }
  }
  const whole = JSON.stringify(list.flatMap((t) => (isObject(t) ? (t.modifiedProperties ?? []) : [])));
  bag.set('TargetResources.modifiedProperties', whole);
  for (const [suffix, values] of [
    ['displayName', names],
    ['newValue', now],
    ['oldValue', before],
  ] as const) {
    if (values.length === 0) continue;
    bag.set(`TargetResources.modifiedProperties.${suffix}`, values);
    bag.set(`TargetResources.ModifiedProperties.${suffix[0]!.toUpperCase()}${suffix.slice(1)}`, values);
  }
}

function strip(bag: Bag, name: string): void {
  const raw = bag.get(name);
  const split = typeof raw === 'string' ? splitAddress(raw) : null;
  if (split === null || split.address === raw) return;
  bag.set(`${name}Raw`, raw!);
  bag.set(name, split.address);
}
