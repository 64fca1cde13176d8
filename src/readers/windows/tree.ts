import type { Value } from '../../model/index.ts';
import { parseEpochNumber, parseTime } from '../text/times.ts';
import type { WindowsFacts } from './facts.ts';
import { isSystemField } from './facts.ts';

/** An element of an event's XML, or of JSON made from it. */
export interface Element {
  readonly name: string;
  readonly attributes: readonly (readonly [string, Value])[];
  readonly children: readonly Element[];
  /** text of an element without children; undefined: none */
  readonly value: Value | undefined;
}

/**
 * An `<Event>` into facts, by the same rules as the EVTX reader (evtx/fields.ts):
 *
 * | in the event | field |
 * |---|---|
 * | `<System><X>v</X>` | `X` |
 * | `<System><X A="v"/>` | `X_A`; EventID's Qualifiers: `Qualifiers`; TimeCreated's SystemTime: `TimeCreated` |
 * | `<EventData><Data Name="N">v` | `N` |
 * | `<EventData><Data>v` (no name) | `Data`, several values when there are several |
 * | `<UserData>` and others: leaf `<X A="a">v` | `X` = v, `X_A` = a |
 * | `<RenderingInfo>` (forwarded events) | `RenderingInfo_X` |
 *
 * False: no System with an EventID in it, so no Windows event.
 */
export function factsOfTree(event: Element, facts: WindowsFacts): boolean {
  for (const part of event.children) {
    if (part.name === 'System') for (const child of part.children) systemElement(child, facts);
  }
  for (const part of event.children) if (part.name !== 'System') container(part, facts);
  return facts.system.has('EventID');
}

function systemElement(element: Element, facts: WindowsFacts): void {
  const { name } = element;
  if (isSystemField(name)) facts.set(name, element.value);
  for (const [key, value] of element.attributes) {
    const field = name === 'EventID' && key === 'Qualifiers' ? key : `${name}_${key === 'UserId' ? 'UserID' : key}`;
    if (name === 'TimeCreated' && key === 'SystemTime') setTime(facts, value);
    else if (isSystemField(field)) facts.set(field, value);
    else if (!isNamespace(key)) facts.data(field, value, 'System');
  }
}

/** The event's time, UTC by the schema of Windows events whether or not the text repeats it: ISO or an epoch number. */
export function setTime(facts: WindowsFacts, value: Value): void {
  if (value === null || value === '') return;
  facts.set('TimeCreated', value);
  if (typeof value === 'number') facts.time ??= parseEpochNumber(value);
  else if (typeof value === 'string') {
    const time = parseTime(value);
    facts.time ??= time === null ? null : { ...time, zoned: true };
  }
}

/** EventData, UserData, RenderingInfo …: everything inside by its name. */
export function container(part: Element, facts: WindowsFacts): void {
  const { value } = part;
  if (value !== undefined && value !== null && String(value).trim() !== '') give(part.name, value, part.name, facts);
  for (const [key, value] of part.attributes) {
    if (!isNamespace(key)) facts.data(`${part.name}_${key}`, value, part.name);
  }
  for (const child of part.children) leaf(child, part.name, facts);
}

function leaf(element: Element, inside: string, facts: WindowsFacts): void {
  const naming = element.name === 'Data' || element.name === 'ComplexData';
  const named = naming ? element.attributes.find(([key]) => key === 'Name') : undefined;
  const local = element.name.slice(element.name.indexOf(':') + 1);
  const name = named !== undefined && typeof named[1] === 'string' && named[1] !== '' ? named[1] : local;
  if (element.children.length === 0) {
    const silent = element.value === undefined && named === undefined && element.attributes.length > 0;
    if (!silent) give(name, element.value ?? '', inside, facts);
  }
  for (const attribute of element.attributes) {
    if (attribute !== named && !isNamespace(attribute[0])) give(`${name}_${attribute[0]}`, attribute[1], inside, facts);
  }
  for (const child of element.children) leaf(child, inside, facts);
}

function give(name: string, value: Value, inside: string, facts: WindowsFacts): void {
  facts.data(inside === 'RenderingInfo' ? `RenderingInfo_${name}` : name, value, inside);
}

function isNamespace(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:');
}
