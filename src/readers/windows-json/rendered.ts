import type { Value } from '../../model/index.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import type { WindowsFacts } from '../windows/facts.ts';
import type { Element } from '../windows/tree.ts';
import { factsOfTree } from '../windows/tree.ts';

/**
 * JSON made from the event's XML element by element: evtx_dump (`#attributes`, `#text`), python xmltodict (`@Name`),
 * xml2js (`$`, `_`), Velociraptor and Chainsaw (`EventID.Value`, attributes as plain members). Shape: `{Event:{System,
 * EventData|UserData…}}`, or without the outer Event.
 */
export function isRendered(object: JsonObject): boolean {
  const event = eventOf(object);
  if (!isObject(event.System)) return false;
  const { System } = event;
  return 'EventID' in System && ('Channel' in System || 'Provider' in System);
}

export function rendered(object: JsonObject, facts: WindowsFacts): boolean {
  const event = eventOf(object);
  if (!isObject(event.System)) return false;
  const parts: Element[] = [systemOf(event.System)];
  const plain = isObject(event.EventData) && isPlain(event.EventData) ? event.EventData : null;
  for (const name of CONTAINERS) {
    const value = event[name];
    if (value === undefined || value === null || value === plain) continue;
    for (const item of Array.isArray(value) ? value : [value]) parts.push(...elementOf(name, item));
  }
  const done = factsOfTree({ name: 'Event', attributes: [], children: parts, value: undefined }, facts);
  if (plain !== null) for (const name in plain) facts.data(name, (plain[name] as Value) ?? '');
  // Velociraptor stands the rendered text beside the parts.
  if (typeof event.Message === 'string') facts.data('Message', event.Message);
  if (BARE_GUID.test(String(facts.system.get('Provider_Guid') ?? ''))) brace(facts);
  return done;
}

/** The usual case, which needs no elements: names with single values. */
function isPlain(data: JsonObject): boolean {
  for (const name in data) {
    const value = data[name];
    if (typeof value === 'object' && value !== null) return false;
    if (NOT_PLAIN.test(name)) return false;
  }
  return true;
}

const NOT_PLAIN = /^(?:[#@$_]|(?:Data|ComplexData)(?:_\d+)?$)/;

const BARE_GUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

/** Older tools print GUIDs without Windows' braces, in capitals: a provider's GUID gives them away. */
function brace(facts: WindowsFacts): void {
  const fix = (v: Value): Value => (typeof v === 'string' && BARE_GUID.test(v) ? `{${v.toLowerCase()}}` : v);
  for (const [field, value] of facts.system) facts.system.set(field, fix(value));
  for (const [i, value] of facts.values.entries()) facts.values[i] = fix(value);
}

function eventOf(object: JsonObject): JsonObject {
  return isObject(object.Event) ? object.Event : object;
}

/** Parts of an event beside System, in the order their fields get. */
const CONTAINERS = ['EventData', 'UserData', 'RenderingInfo', 'ProcessingErrorData', 'DebugData', 'BinaryEventData'];

/** In System every member is an element, and an element's plain members are its attributes. */
function systemOf(system: JsonObject): Element {
  const children: Element[] = [];
  for (const name in system) {
    const value = system[name]!;
    if (!isObject(value)) {
      children.push({ name, attributes: [], children: [], value: Array.isArray(value) ? undefined : value });
      continue;
    }
    const [own] = elementsOf({ [name]: value });
    const attributes = [...(own?.attributes ?? [])];
    let text = own?.value;
    for (const child of own?.children ?? []) {
      if (child.name === 'Value') text = child.value;
      else if (child.value !== undefined) attributes.push([child.name, child.value]);
    }
    children.push({ name, attributes, children: [], value: text });
  }
  return { name: 'System', attributes: [], children, value: undefined };
}

/** The elements an object's members stand for; an array is one element several times. */
function elementsOf(object: JsonObject): Element[] {
  const out: Element[] = [];
  for (const key in object) {
    if (key === '$' || key === '_' || key === '#attributes' || key === '#text' || key.startsWith('@')) continue;
    const value = object[key]!;
    // evtx_dump numbers repeated names: `Data`, `Data_1`, …
    const name = key.replace(/^(Data|ComplexData)_\d+$/, '$1');
    if (Array.isArray(value)) for (const item of value) out.push(...elementOf(name, item));
    else out.push(...elementOf(name, value));
  }
  return out;
}

function elementOf(name: string, value: Json): Element[] {
  if (!isObject(value)) {
    if (Array.isArray(value)) return value.flatMap((v) => elementOf(name, v));
    return [{ name, attributes: [], children: [], value: value === null ? undefined : value }];
  }
  const attributes: [string, Value][] = [];
  for (const holder of [value['#attributes'], value.$]) {
    if (isObject(holder)) for (const key in holder) attributes.push([key, scalar(holder[key]!)]);
  }
  for (const key in value)
    if (key.startsWith('@') && key.length > 1) attributes.push([key.slice(1), scalar(value[key]!)]);
  // Parsers that write attributes as plain members: only `<Data Name=…>` needs to be known here.
  const plainName =
    name === 'Data' && attributes.length === 0 && typeof value.Name === 'string' ? value.Name : undefined;
  if (plainName !== undefined) {
    const text = value.Value ?? value.value ?? value['#text'] ?? value._ ?? value.text ?? '';
    return [{ name, attributes: [['Name', plainName]], children: [], value: scalar(text) }];
  }
  const text = value['#text'] ?? value._;
  const children = elementsOf(value);
  if (Array.isArray(text)) return text.map((t) => ({ name, attributes, children: [], value: scalar(t) }));
  return [{ name, attributes, children, value: text === undefined || text === null ? undefined : scalar(text) }];
}

function scalar(value: Json): Value {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
