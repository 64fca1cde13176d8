import type { Event, LogSource, Shape, Value } from '../../../src/model/index.ts';

/**
 * Windows records as evtx_dump prints them (`-o jsonl`) as in-memory Events, and as flat objects under Sigma's names for
 * other engines. Only for tests and benches of the matcher, which must not depend on a reader.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface WindowsRecord {
  readonly source: LogSource;
  readonly fields: Record<string, Value>;
  readonly ms: number;
}

export function recordOf(line: string): WindowsRecord {
  const { Event } = JSON.parse(line) as { Event: Record<string, Json> };
  const system = Event.System as Record<string, Json>;
  const provider = attribute(system.Provider, 'Name');
  const fields: Record<string, Value> = {};
  const put = (name: string, value: Json | undefined) => {
    if (value !== undefined && value !== null) fields[name] = value as Value;
  };
  const eventId = Number(text(system.EventID));
  put('EventID', eventId);
  put('Provider_Name', provider);
  for (const name of ['Channel', 'Computer', 'Level', 'Task', 'Opcode', 'Keywords', 'EventRecordID'])
    put(name, text(system[name]));
  leaves(Event.EventData, put);
  leaves(Event.UserData, put);
  const channel = String(text(system.Channel) ?? '');
  return {
    source: { product: 'windows', channel, eventId, ...(provider === undefined ? {} : { provider: String(provider) }) },
    fields,
    ms: Date.parse(String(attribute(system.TimeCreated, 'SystemTime'))),
  };
}

export class EventMaker {
  private readonly shapes = new Map<string, Shape>();
  private offset = 0;

  of({ source, fields, ms }: WindowsRecord): Event {
    const names = Object.keys(fields);
    const key = JSON.stringify([source, names]);
    let shape = this.shapes.get(key);
    if (shape === undefined) {
      shape = { source, stream: 'windows', fields: names, host: [], user: [], address: [] };
      this.shapes.set(key, shape);
    }
    const values = Object.values(fields);
    return { shape, offset: this.offset++, record: this.offset, ms, ns: 0, flags: 0, value: (slot) => values[slot] };
  }
}

function attribute(node: Json | undefined, name: string): Json | undefined {
  return ((node as Record<string, Json> | null)?.['#attributes'] as Record<string, Json> | undefined)?.[name];
}

function text(node: Json | undefined): Json | undefined {
  return typeof node === 'object' && node !== null ? (node as Record<string, Json>)['#text'] : node;
}

/** Named leaves of EventData or UserData; unnamed Data as `Data`. */
function leaves(node: Json | undefined, put: (name: string, value: Json) => void): void {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  for (const [name, value] of Object.entries(node as Record<string, Json>)) {
    if (name === '#attributes') continue;
    const inner = text(value);
    if (typeof value !== 'object' || value === null) put(name, value);
    else if (inner !== undefined) put(name, inner);
    else leaves(value, put);
  }
}
