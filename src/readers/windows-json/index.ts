import type { Event } from '../../model/index.ts';
import type { Reader, ReadOptions } from '../contract.ts';
import type { FaultLog } from '../text/faults.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import type { JsonParser, JsonPlace } from '../text/json-reader.ts';
import { jsonReader } from '../text/json-reader.ts';
import { WindowsFacts, WindowsRow } from '../windows/facts.ts';
import { azureTable, isAzureTable } from './azure.ts';
import { beat, isBeat } from './beat.ts';
import { evtxECmd, isEvtxECmd } from './evtxecmd.ts';
import { flat, isFlat } from './flat.ts';
import { isRendered, rendered } from './rendered.ts';

/**
 * Windows events as JSON, in every shape people export them. In: JSON objects in any layout. Out: Events with the same
 * field names as from EVTX, whatever the shape, so that rules do not care. Law: the shape is judged for each object, so
 * a file may mix them; an object that is none of them is a Fault, not an event.
 */
export const windowsJson: Reader = jsonReader({
  format: 'windows-json',
  title: 'Windows events as JSON: winlogbeat, NXLog, evtx_dump, EvtxECmd, Chainsaw, Velociraptor, Sentinel tables',
  recognise,
  open: (options) => new WindowsJsonParser(options),
});

function recognise(object: JsonObject): number {
  const shape = shapeOf(unwrap(object));
  if (shape === 'flat') return isFlat(object);
  return shape === null ? 0 : 95;
}

type ShapeName = 'rendered' | 'beat' | 'evtxecmd' | 'azure' | 'flat';

function shapeOf(object: JsonObject): ShapeName | null {
  const has = (name: string) => Object.hasOwn(object, name);
  if (isRendered(object)) return 'rendered';
  if (isBeat(object)) return 'beat';
  if (isEvtxECmd(has)) return 'evtxecmd';
  if (isAzureTable(has)) return 'azure';
  return isFlat(object) > 0 ? 'flat' : null;
}

/** Chainsaw's findings carry the whole event: `{group, kind, document: {kind, data: {Event}}}`. */
function unwrap(object: JsonObject): JsonObject {
  const { document } = object;
  if (isObject(document) && isObject(document.data)) return document.data;
  return object;
}

class WindowsJsonParser implements JsonParser {
  readonly #options: ReadOptions;
  readonly #facts = new WindowsFacts();
  readonly #row = new WindowsRow();

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  take(whole: JsonObject, place: JsonPlace, faults: FaultLog): Event | null {
    const object = unwrap(whole);
    const facts = this.#facts.clear();
    if (!this.#fill(object, facts)) {
      faults.add('BAD_RECORD', place.offset, 'the object is no Windows event: it names no event id', place.length);
      return null;
    }
    return this.#row.event(facts, place, faults);
  }

  #fill(object: JsonObject, facts: WindowsFacts): boolean {
    const put = (key: string, value: Json) => member(facts, key, value, 0);
    const shape = shapeOf(object);
    switch (shape) {
      case 'rendered':
        return rendered(object, facts);
      case 'beat':
        return beat(object, facts, put);
      case 'evtxecmd':
        return evtxECmd(object, facts, put);
      case 'azure':
        return azureTable(object, facts, put);
      case 'flat':
        return flat(object, facts, this.#options, put);
      case null:
        return false;
    }
  }
}

const DEEPEST = 8;

/** Event data that is itself nested gets dotted names; lists of objects and what lies deeper stay JSON text. */
function member(facts: WindowsFacts, key: string, value: Json, depth: number): void {
  if (value === null || typeof value !== 'object') facts.data(key, value);
  else if (Array.isArray(value)) {
    const flatList = value.every((v) => v === null || typeof v !== 'object');
    facts.data(key, flatList ? (value as (string | number | boolean | null)[]) : JSON.stringify(value));
  } else if (depth >= DEEPEST) facts.data(key, JSON.stringify(value));
  else for (const name in value) member(facts, `${key}.${name}`, value[name]!, depth + 1);
}
