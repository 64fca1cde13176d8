import { parseIso } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import type { SystemField, WindowsFacts } from '../windows/facts.ts';
import { renderedWord } from './words.ts';

/**
 * EvtxECmd's output, JSON or CSV (the columns are the same). The event's own data is the JSON text in `Payload`; the
 * columns `PayloadData1…6`, `UserName`, `RemoteHost`, `ExecutableInfo`, `MapDescription` are its maps' reading of it and
 * keep their names. Times are UTC by the tool's manual. `HiddenRecord`: found outside the chunk's list of records.
 */
export function isEvtxECmd(has: (name: string) => boolean): boolean {
  return has('Payload') && has('EventRecordId') && has('Channel') && has('EventId');
}

const SYSTEM: Readonly<Record<string, SystemField>> = {
  Provider: 'Provider_Name',
  EventId: 'EventID',
  EventRecordId: 'EventRecordID',
  Channel: 'Channel',
  Computer: 'Computer',
  ProcessId: 'Execution_ProcessID',
  ThreadId: 'Execution_ThreadID',
  UserId: 'Security_UserID',
  TimeCreated: 'TimeCreated',
};
/** what the tool says about its own run */
const TOOL = new Set(['ChunkNumber', 'SourceFile', 'ExtraDataOffset', 'HiddenRecord', 'RecordNumber', 'Payload']);

export function evtxECmd(object: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): boolean {
  for (const key in SYSTEM) {
    const value = object[key];
    if (typeof value === 'string' || typeof value === 'number') facts.set(SYSTEM[key]!, value);
  }
  const time = typeof object.TimeCreated === 'string' ? parseIso(object.TimeCreated) : null;
  facts.time = time === null ? null : { ...time, zoned: true };
  if (object.HiddenRecord === true || object.HiddenRecord === 'True') facts.flags |= EventFlag.recovered;
  for (const key of ['Level', 'Keywords'] as const) {
    const value = object[key];
    if (typeof value === 'number' || (typeof value === 'string' && /^(?:\d+|0x[0-9a-f]+)$/i.test(value)))
      facts.set(key, value);
    else if (typeof value === 'string') renderedWord(facts, key, value);
  }
  const payload = typeof object.Payload === 'string' ? parseJson(object.Payload) : object.Payload;
  if (isObject(payload)) parts(payload, facts, put);
  for (const key in object) {
    if (key in SYSTEM || TOOL.has(key) || key === 'Level' || key === 'Keywords') continue;
    const value = object[key]!;
    if (value !== null && value !== '' && !facts.names.includes(key)) put(key, value);
  }
  return facts.system.has('EventID');
}

function parts(payload: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): void {
  const { EventData, UserData } = payload;
  if (isObject(EventData)) {
    const { Data, Binary } = EventData;
    if (Array.isArray(Data)) {
      for (const item of Data) {
        if (isObject(item)) put(typeof item['@Name'] === 'string' ? item['@Name'] : 'Data', item['#text'] ?? '');
        else put('Data', item);
      }
    } else if (isObject(Data)) put(typeof Data['@Name'] === 'string' ? Data['@Name'] : 'Data', Data['#text'] ?? '');
    else if (typeof Data === 'string' && Data !== '') put('Data', Data);
    if (typeof Binary === 'string' && Binary !== '') put('Binary', Binary);
  }
  if (isObject(UserData)) leaves(UserData, facts, put);
}

function leaves(object: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): void {
  for (const key in object) {
    if (key.startsWith('@')) continue;
    const value = object[key]!;
    if (isObject(value)) leaves(value, facts, put);
    else put(key, value);
  }
}
